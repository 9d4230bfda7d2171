//! Challenges: each is made here, kept by its hash, and answered once.

use std::{net::IpAddr, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use webauthn::{RelyingParty, WebauthnError};

use super::{random_secret::sha256, session::unkept, waiting::Waiting};
use crate::{
    Error,
    administration::Administration,
    audit::random,
    service::Service,
    store::{AuditError, KeptSecret, SecretKind, Spent},
};

/// How long a challenge may be answered.
pub(crate) const CHALLENGE_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// What a challenge is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Purpose {
    /// A login of whoever has a passkey.
    Login,
    /// A new passkey, for whoever holds this link or this session, by its hash.
    Registration(String),
}

/// A challenge that was ours, and was answered for the first time.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) challenge: Vec<u8>,
    pub(super) purpose: Purpose,
}

/// In whose place a challenge waits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'a> {
    /// Its owner's, who may have so many open.
    Owner(&'a str, u32),
    /// The address's: nobody knows yet whose passkey answers.
    Address(&'a Waiting, IpAddr),
}

/// Makes a challenge.
pub(super) async fn challenge(
    service: &Service,
    organisation: &Administration,
    purpose: &Purpose,
    place: Place<'_>,
) -> Result<String, Error> {
    let now = service.clock().now();
    let challenge = random::<32>().map_err(AuditError::from)?;
    let kept = KeptSecret {
        kind: SecretKind::Challenge,
        hash: sha256(&challenge),
        organisation: organisation.organisation().clone(),
        subject: match place {
            Place::Owner(owner, _) => owner.to_owned(),
            Place::Address(..) => "login".to_owned(),
        },
        person: None,
        family: random::<16>().map_err(AuditError::from)?,
        ends: now + CHALLENGE_LIFETIME,
        content: serde_json::to_string(purpose).unwrap_or_default(),
    };
    let store = service.store();
    let kept = match place {
        Place::Owner(_, limit) => store.keep_secret(&kept, Some(limit), now).await,
        Place::Address(waiting, from) => waiting.keep(store, &kept, (from, now)).await,
    };
    kept.map_err(unkept)?;
    Ok(URL_SAFE_NO_PAD.encode(challenge))
}

/// Finds the challenge that client data answer, and spends it.
pub(super) async fn answered(
    service: &Service,
    client_data_json: &[u8],
) -> Result<Answered, PasskeyError> {
    let challenge = webauthn::answered_challenge(client_data_json)?;
    let now = service.clock().now();
    let hash = sha256(&challenge);
    let spent = service.store().spend_secret(SecretKind::Challenge, &hash, now).await;
    match spent.map_err(Error::from)? {
        Spent::Now(kept) => {
            let purpose = serde_json::from_str(&kept.content);
            let purpose = purpose.map_err(|_| PasskeyError::ChallengeUnknown)?;
            Ok(Answered { challenge, purpose })
        }
        Spent::Before(_) => Err(PasskeyError::ChallengeSpent),
        Spent::Unknown => Err(PasskeyError::ChallengeUnknown),
    }
}

/// The relying party.
pub(super) fn party(settings: &super::AccessSettings) -> Result<&RelyingParty, PasskeyError> {
    settings.party.as_ref().ok_or(PasskeyError::NoParty)
}

/// Bytes in base64url, as scripts send them.
pub(super) fn bytes(text: &str) -> Result<Vec<u8>, PasskeyError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| PasskeyError::Encoding)
}

/// Base64url.
pub(super) fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The organisation that a secret leads to.
pub(super) fn serving(
    service: &Service,
    kept: &KeptSecret,
) -> Result<Option<Arc<Administration>>, Error> {
    let found = service.organisations().serving(&kept.organisation);
    Ok(found.map_err(crate::authentication::AuthenticationError::from)?)
}

/// Why a passkey is not accepted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasskeyError {
    /// The origin of the pages is none for which there are passkeys.
    #[error("there are no passkeys here: the pages' origin is an address, or not https")]
    NoParty,
    /// A part is not in base64url.
    #[error("a part is not in base64url")]
    Encoding,
    /// The challenge was answered before.
    #[error("the challenge was answered before")]
    ChallengeSpent,
    /// The challenge is not known, or its time is over.
    #[error("the challenge is not known, or its time is over")]
    ChallengeUnknown,
    /// The challenge was for something else.
    #[error("the challenge was for something else")]
    OtherPurpose,
    /// Nobody has this passkey.
    #[error("nobody has this passkey")]
    Unknown,
    /// It is another person's.
    #[error("the passkey is another person's")]
    OtherPerson,
    /// Its person is not there.
    #[error("the passkey's person is not active")]
    NotActive,
    /// The link is not known, was used, or its time is over.
    #[error("the link is not known, was used, or its time is over")]
    Link,
    /// The authenticator's answer does not hold.
    #[error(transparent)]
    Webauthn(#[from] WebauthnError),
    /// Something else.
    #[error(transparent)]
    Service(#[from] Error),
}

impl PasskeyError {
    /// Its name in the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::NoParty => "no-party",
            Self::Encoding => "encoding",
            Self::ChallengeSpent => "challenge-spent",
            Self::ChallengeUnknown => "challenge-unknown",
            Self::OtherPurpose => "other-purpose",
            Self::Unknown => "passkey-unknown",
            Self::OtherPerson => "other-person",
            Self::NotActive => "not-active",
            Self::Link => "link",
            Self::Webauthn(error) => match error {
                WebauthnError::TooLong(_) | WebauthnError::Malformed(_) => "malformed",
                WebauthnError::OtherCeremony => "other-ceremony",
                WebauthnError::OtherChallenge => "other-challenge",
                WebauthnError::OtherOrigin => "other-origin",
                WebauthnError::CrossOrigin => "cross-origin",
                WebauthnError::OtherRelyingParty => "other-relying-party",
                WebauthnError::UserAbsent => "user-absent",
                WebauthnError::UserNotVerified => "user-not-verified",
                WebauthnError::NoCredential => "no-credential",
                WebauthnError::Algorithm => "algorithm",
                WebauthnError::Signature => "signature",
                WebauthnError::PossibleClone => "possible-clone",
                WebauthnError::BackupEligibility => "backup-eligibility",
            },
            Self::Service(_) => "service",
        }
    }

    /// Whether it says something of whoever asks, and not of the service.
    pub(crate) fn is_of_the_visitor(&self) -> bool {
        !matches!(self, Self::Service(_) | Self::NoParty)
    }
}
