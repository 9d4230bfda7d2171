//! What is kept of what somebody does at a provider, and in whose place: of whoever logs in nobody knows yet who
//! they are; everybody else has places of their own, so that no stranger takes them.

use std::{net::IpAddr, time::Duration};

use seal::{OrganisationId, PersonId};
use serde::{Deserialize, Serialize};

use super::ProviderError;
use crate::{
    Error,
    access::{
        random_secret,
        session::{Session, unkept},
        waiting::Waiting,
    },
    audit::{hex, random},
    service::Service,
    store::{AuditError, KeptSecret, SecretError, SecretKind, Spent},
};

/// How long it may take at the provider.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// How many things somebody has under way at once whom we know; the one after that ends the others.
const MAXIMUM_OF_PERSON: u32 = 20;

/// What is kept of a login under way.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Under {
    /// Somebody is at the provider.
    Way { provider: String, nonce: String, verifier: String },
    /// Somebody who is logged in is at the provider to show that a further login is theirs.
    Link { provider: String, nonce: String, verifier: String, organisation: String, entry: String },
    /// They are to say whether it is linked.
    Linked { login: PersonId, organisation: String, entry: String },
    /// Somebody is at the provider to sign what an activation lists.
    Signature { provider: String, activation: String, verifier: String },
    /// Somebody is to choose for which of these organisations they act.
    Choice { login: PersonId, organisations: Vec<String> },
}

/// In whose place it waits.
#[derive(Clone, Debug)]
pub(super) enum Place<'a> {
    /// The address's.
    Address(&'a Waiting, IpAddr),
    /// Somebody's in an organisation, by what all of theirs is found.
    Person(OrganisationId, String),
}

impl Place<'_> {
    /// That of whoever is logged in.
    pub(super) fn session(session: &Session) -> Self {
        Self::Person(session.organisation.organisation().clone(), session.subject())
    }

    /// That of whoever showed this login, and acts for no organisation yet.
    pub(super) fn login(service: &Service, login: &PersonId) -> Self {
        let own = service.organisations().own().organisation().clone();
        Self::Person(own, hex(&KeptSecret::of_person(login)))
    }
}

/// Keeps it by the hash of its state or code.
pub(super) async fn keep(
    service: &Service,
    hash: [u8; 32],
    under: &Under,
    place: Place<'_>,
) -> Result<(), Error> {
    let (store, now) = (service.store(), service.clock().now());
    let (waits, organisation, subject) = match place {
        Place::Address(waiting, from) => {
            let own = service.organisations().own().organisation().clone();
            (Some((waiting, from)), own, "login".to_owned())
        }
        Place::Person(organisation, subject) => (None, organisation, subject),
    };
    let kept = KeptSecret {
        kind: SecretKind::LoginState,
        hash,
        organisation,
        subject,
        person: match under {
            Under::Way { .. } | Under::Link { .. } | Under::Signature { .. } => None,
            Under::Linked { login, .. } | Under::Choice { login, .. } => {
                Some(KeptSecret::of_person(login))
            }
        },
        family: random::<16>().map_err(AuditError::from)?,
        ends: now + LIFETIME,
        content: serde_json::to_string(under).unwrap_or_default(),
    };
    let done = match waits {
        Some((waiting, from)) => waiting.keep(store, &kept, (from, now)).await,
        None => match store.keep_secret(&kept, Some(MAXIMUM_OF_PERSON), now).await {
            Err(SecretError::Full) => {
                store.end_secrets_of(kept.kind, &kept.organisation, &kept.subject).await?;
                store.keep_secret(&kept, None, now).await
            }
            done => done,
        },
    };
    done.map_err(unkept)
}

/// What a state or a code stands for, once.
///
/// # Errors
/// [`ProviderError::State`] where it stands for nothing any more.
pub(super) async fn spend(service: &Service, shown: &str) -> Result<Under, ProviderError> {
    let hash = random_secret::hash_of(shown).ok_or(ProviderError::State)?;
    let now = service.clock().now();
    let spent = service.store().spend_secret(SecretKind::LoginState, &hash, now).await;
    match spent.map_err(Error::from)? {
        Spent::Now(kept) => serde_json::from_str(&kept.content).map_err(|_| ProviderError::State),
        Spent::Before(_) | Spent::Unknown => Err(ProviderError::State),
    }
}
