//! Signature activation data that were handed out: opaque handles, of which only the hashes are kept.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use csc::Authorisation;
use moka::{policy::EvictionPolicy, sync::Cache};
use ring::digest::{SHA256, digest};
use seal::Digest;

use super::{Asker, BearerHash, Failure, wallets::holder};
use crate::audit;

/// How long activation data can be used, in seconds.
pub(super) const SAD_LIFETIME_S: u64 = 300;

/// How many are kept at once; beyond that those that were asked for least recently are worth nothing.
const MAXIMUM_SADS: u64 = 100_000;

/// The activation data that can be used.
#[derive(Debug)]
pub(super) struct Sads(Cache<[u8; 32], Arc<IssuedSad>>);

/// What one handle allows, and whom.
#[derive(Debug)]
pub(super) struct IssuedSad {
    bearer: BearerHash,
    holder: String,
    credential: String,
    expires: SystemTime,
    authorisation: Mutex<Authorisation<Digest>>,
}

impl Default for Sads {
    fn default() -> Self {
        // The service's clock says when they end; the machine's, when they are forgotten.
        let forgotten = Duration::from_secs(2 * SAD_LIFETIME_S);
        let cache = Cache::builder().max_capacity(MAXIMUM_SADS).time_to_live(forgotten);
        Self(cache.eviction_policy(EvictionPolicy::lru()).build())
    }
}

impl Sads {
    /// Hands out a handle for this: 256 random bits.
    ///
    /// # Errors
    /// [`Failure`] without randomness.
    pub(super) fn issue(
        &self,
        asker: &Asker,
        credential: &str,
        authorisation: Authorisation<Digest>,
        expires: SystemTime,
    ) -> Result<String, Failure> {
        let handle = URL_SAFE_NO_PAD.encode(audit::random::<32>()?);
        let issued = IssuedSad {
            bearer: asker.bearer,
            holder: holder(asker),
            credential: credential.to_owned(),
            expires,
            authorisation: Mutex::new(authorisation),
        };
        self.0.insert(hash(&handle), Arc::new(issued));
        Ok(handle)
    }

    /// What a handle allows, if it was handed out to this very bearer, for this credential.
    ///
    /// # Errors
    /// [`csc::Error`]; it does not say which handles there are.
    pub(super) fn find(
        &self,
        asker: &Asker,
        credential: &str,
        handle: &str,
        now: SystemTime,
    ) -> Result<Arc<IssuedSad>, csc::Error> {
        let issued = self.0.get(&hash(handle)).ok_or_else(csc::Error::sad)?;
        let own = issued.bearer == asker.bearer
            && issued.holder == holder(asker)
            && issued.credential == credential;
        if !own {
            return Err(csc::Error::sad());
        }
        if now >= issued.expires {
            return Err(csc::Error::sad_expired());
        }
        Ok(issued)
    }
}

impl IssuedSad {
    /// Does something with what is allowed; nobody else can meanwhile.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Authorisation<Digest>) -> T) -> T {
        act(&mut self.authorisation.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Looking it up takes a time that says nothing about the handle.
fn hash(handle: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, handle.as_bytes()).as_ref());
    hash
}
