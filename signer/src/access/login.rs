//! Logins: by a passkey, and in the demo by choice.

use std::{net::IpAddr, sync::Arc};

use registry::{Moment, PersonState, RegisteredPerson};
use serde::{Deserialize, Serialize};
use webauthn::{Assertion, KnownCredential, PublicKey};

use super::{
    AccessSettings,
    passkey::{self, Answered, PasskeyError, Place, Purpose, bytes, encoded, party},
    random_secret::sha256,
    session::{Claimed, Means, Session, Who},
};
use crate::{
    Error,
    administration::Administration,
    audit::{AccessBy, AccessRecord, AccessStep},
    secret::Secret,
    service::Service,
};

/// What the browser is asked (`PublicKeyCredentialRequestOptions`).
#[derive(Debug, Serialize)]
pub(crate) struct LoginOptions {
    challenge: String,
    #[serde(rename = "rpId")]
    rp_id: String,
    #[serde(rename = "userVerification")]
    user_verification: &'static str,
    timeout: u64,
}

/// What it answers; bytes are in base64url.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginAnswer {
    id: String,
    client_data_json: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

/// A passkey, whose it is, and where.
type Found = (Arc<Administration>, RegisteredPerson, registry::Passkey);

/// Asks for a passkey, whoever's, from this address.
pub(crate) async fn options(
    service: &Service,
    settings: &AccessSettings,
    from: IpAddr,
) -> Result<LoginOptions, PasskeyError> {
    let party = party(settings)?;
    let own = service.organisations().own();
    let place = Place::Address(&settings.anonymous.challenges, from);
    let challenge = passkey::challenge(service, own, &Purpose::Login, place).await?;
    let timeout = passkey::CHALLENGE_LIFETIME.as_millis() as u64;
    Ok(LoginOptions { challenge, rp_id: party.id.clone(), user_verification: "required", timeout })
}

/// Logs in whoever shows a passkey of theirs: a new session.
pub(crate) async fn by_passkey(
    service: &Service,
    settings: &AccessSettings,
    answer: &LoginAnswer,
) -> Result<Secret, PasskeyError> {
    let client_data = bytes(&answer.client_data_json)?;
    // What answers no challenge of ours is no login that was refused, and fills no log.
    let Answered { challenge, purpose } = passkey::answered(service, &client_data).await?;
    settings.anonymous.challenges.end(&sha256(&challenge));
    let found = find(service, &answer.id)?;
    let judged = match (&found, purpose) {
        (_, Purpose::Registration(_)) => Err(PasskeyError::OtherPurpose),
        (None, Purpose::Login) => Err(PasskeyError::Unknown),
        (Some(found), Purpose::Login) => judge(settings, found, answer, (&client_data, &challenge))
            .and_then(|used| {
                let moment = Moment::try_from(service.clock().now());
                let moment = moment.map_err(|_| PasskeyError::ChallengeUnknown)?;
                Ok((used, moment))
            }),
    };
    let organisation = found.as_ref().map(|(organisation, ..)| organisation);
    let organisation = organisation.unwrap_or_else(|| service.organisations().own());
    let kept = match (judged, &found) {
        (Ok((used, moment)), Some((organisation, person, key))) => {
            let now = service.clock().now();
            let done = organisation.use_passkey((&person.id, &key.id), used, moment, now).await;
            done.map_err(|error| match error {
                crate::administration::ChangeError::Refused(_) => PasskeyError::Unknown,
                error => PasskeyError::Service(error.into()),
            })
        }
        (Ok(_), None) => Err(PasskeyError::Unknown),
        (Err(error), _) => Err(error),
    };
    if let Err(error) = kept {
        let record = AccessRecord {
            what: AccessStep::LoginRefused,
            by: AccessBy::Nobody,
            means: Some(Means::Passkey.name()),
            entry: found.as_ref().map(|(_, person, _)| person.id.0.as_str()),
            cause: Some(error.name()),
        };
        let now = service.clock().now();
        organisation.tenant().note_access(record, now).await.map_err(Error::from)?;
        return Err(error);
    }
    let Some((organisation, person, _)) = found else { return Err(PasskeyError::Unknown) };
    let who = Who::Registered(person.id);
    Ok(Session::begin(service, &organisation, who, Means::Passkey).await?)
}

/// Logs in as a person of the demo; nothing where there is none of this name.
pub(crate) async fn as_demo_person(
    service: &Service,
    settings: &AccessSettings,
    subject: &str,
) -> Result<Option<Secret>, Error> {
    let Some(person) = settings.demo.iter().find(|one| one.subject == subject).cloned() else {
        return Ok(None);
    };
    let super::DemoPerson { issuer, subject, name, given_name, family_name } = person;
    let who = Who::Claimed(Claimed { issuer, subject, name, given_name, family_name });
    let own = service.organisations().own();
    Session::begin(service, own, who, Means::Demo).await.map(Some)
}

/// The passkey with this id. One that two organisations have is nobody's.
fn find(service: &Service, id: &str) -> Result<Option<Found>, Error> {
    let mut found = None;
    for organisation in service.organisations().all() {
        let snapshot = organisation.snapshot();
        let Some(person) = snapshot.register().with_passkey(id) else { continue };
        let Some(key) = person.login_passkeys().find(|one| one.id == id) else { continue };
        if found.is_some() {
            return Ok(None);
        }
        let serving = service.organisations().serving(organisation.organisation());
        serving.map_err(crate::authentication::AuthenticationError::from)?;
        found = Some((Arc::clone(&organisation), person.clone(), key.clone()));
    }
    Ok(found)
}

/// How often the passkey signed, and whether it is backed up now.
fn judge(
    settings: &AccessSettings,
    (_, person, key): &Found,
    answer: &LoginAnswer,
    (client_data_json, challenge): (&[u8], &[u8]),
) -> Result<(u32, bool), PasskeyError> {
    let party = party(settings)?;
    let public_key = PublicKey::from_cose(&bytes(&key.public_key)?)?;
    let known = KnownCredential {
        public_key: &public_key,
        sign_count: key.sign_count,
        backup_eligible: Some(key.backup_eligible),
    };
    let (authenticator_data, signature) =
        (bytes(&answer.authenticator_data)?, bytes(&answer.signature)?);
    let assertion = Assertion {
        client_data_json,
        authenticator_data: &authenticator_data,
        signature: &signature,
    };
    let asserted = assertion.judge(party, challenge, &known)?;
    // Section 7.2, step 6: nobody was named before, so that the authenticator must name them.
    if answer.user_handle.as_deref() != Some(encoded(person.id.0.as_bytes()).as_str()) {
        return Err(PasskeyError::OtherPerson);
    }
    if person.state != PersonState::Active {
        return Err(PasskeyError::NotActive);
    }
    Ok((asserted.sign_count, asserted.backed_up))
}
