//! The credentials of each caller: nobody finds another one's, by whatever name.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use moka::{policy::EvictionPolicy, sync::Cache};
use seal::Caller;
use tokio::sync::Mutex;

use super::{Asker, Failure};
use crate::{
    audit,
    service::{RequestError, SessionCredential},
};

/// How many callers have credentials at once; beyond that the one that asked least recently loses its own.
const MAXIMUM_CALLERS: u64 = 10_000;

/// How many credentials a caller has at once, those whose time is over among them.
const MAXIMUM_CREDENTIALS: usize = 200;

/// How long a caller may be away: no session lasts longer.
const MAXIMUM_ABSENCE: Duration = Duration::from_secs(24 * 3600);

/// The credentials of all callers.
#[derive(Debug)]
pub(super) struct Wallets(Cache<String, Arc<Wallet>>);

/// The credentials of one.
#[derive(Debug, Default)]
pub(super) struct Wallet {
    /// Held while credentials are made, so that two requests at once make one of each.
    pub(super) making: Mutex<()>,
    /// By their names.
    held: RwLock<BTreeMap<String, Arc<SessionCredential>>>,
}

impl Default for Wallets {
    fn default() -> Self {
        let cache = Cache::builder().max_capacity(MAXIMUM_CALLERS);
        let cache = cache.eviction_policy(EvictionPolicy::lru()).time_to_idle(MAXIMUM_ABSENCE);
        Self(cache.build())
    }
}

impl Wallets {
    /// That of whoever asks, who may have credentials.
    pub(super) fn of(&self, asker: &Asker) -> Arc<Wallet> {
        self.0.get_with(holder(asker), Arc::default)
    }

    /// That of whoever asks, if they have had credentials.
    pub(super) fn existing(&self, asker: &Asker) -> Option<Arc<Wallet>> {
        self.0.get(&holder(asker))
    }

    /// A credential of whoever asks.
    ///
    /// # Errors
    /// [`csc::Error`] for any other's as for none.
    pub(super) fn credential(
        &self,
        asker: &Asker,
        id: &str,
    ) -> Result<Arc<SessionCredential>, csc::Error> {
        let found = self.0.get(&holder(asker)).and_then(|wallet| wallet.find(id));
        found.ok_or_else(|| csc::Error::invalid("credentialID"))
    }
}

impl Wallet {
    fn find(&self, id: &str) -> Option<Arc<SessionCredential>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Has a credential no more: it ends, whoever uses it at the moment.
    pub(super) fn forget(&self, id: &str) {
        let forgotten = self.held.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        if let Some(credential) = forgotten {
            credential.end();
        }
    }

    /// That there is room for one more credential.
    ///
    /// # Errors
    /// [`RequestError::Busy`].
    pub(super) fn room(&self, now: SystemTime) -> Result<(), RequestError> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let has_room = held.len() < MAXIMUM_CREDENTIALS
            || held.values().any(|credential| !is_of_use(credential, now));
        if has_room { Ok(()) } else { Err(RequestError::Busy) }
    }

    /// Every credential, with its name.
    pub(super) fn all(&self) -> Vec<(String, Arc<SessionCredential>)> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.iter().map(|(id, credential)| (id.clone(), Arc::clone(credential))).collect()
    }

    /// Keeps a credential under a name that nobody can guess. Those whose time has been over longest make
    /// room for it.
    ///
    /// # Errors
    /// [`Failure`] when there is no room, or no randomness.
    pub(super) fn keep(
        &self,
        credential: Arc<SessionCredential>,
        now: SystemTime,
    ) -> Result<(String, Arc<SessionCredential>), Failure> {
        let id = audit::hex(&audit::random::<16>()?);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MAXIMUM_CREDENTIALS {
            let over = held.iter().filter(|(_, one)| !is_of_use(one, now));
            let oldest = over.min_by_key(|(_, one)| one.ends()).map(|(id, _)| id.clone());
            let oldest = oldest.ok_or(RequestError::Busy)?;
            held.remove(&oldest);
        }
        held.insert(id.clone(), Arc::clone(&credential));
        Ok((id, credential))
    }
}

/// Whether a credential may still sign something.
pub(super) fn can_sign(credential: &SessionCredential, now: SystemTime) -> bool {
    credential.left() > 0 && credential.is_live_at(now)
}

/// Whether a credential signs, or will when an act that took its last signatures gives them back.
pub(super) fn is_of_use(credential: &SessionCredential, now: SystemTime) -> bool {
    !credential.is_spent() && credential.is_live_at(now)
}

/// Whose a wallet is. No part of a name has a line break in it, and each has a length.
pub(super) fn holder(asker: &Asker) -> String {
    let organisation = asker.caller.organisation.organisation().as_str();
    match &asker.caller.caller {
        Caller::Application(id) => format!("{organisation}\napplication\n{}", id.as_str()),
        Caller::Person(claims) => {
            let (issuer, subject) = (&claims.person.issuer, &claims.person.subject);
            // What a person has by one client no other client of theirs sees.
            let client = asker.caller.access.as_ref().map_or("", |access| access.client.0.as_str());
            format!("{organisation}\nperson\n{client}\n{}\n{issuer}\n{subject}", issuer.len())
        }
    }
}
