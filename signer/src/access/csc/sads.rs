//! Signature activation data that were handed out: opaque handles, of which only the hashes are kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use csc::Authorisation;
use ring::digest::{SHA256, digest};
use seal::{Digest, OrganisationId};

use super::{Asker, BearerHash, Failure, wallets::holder};
use crate::{audit, authentication::Authenticated, service::RequestError};

/// What handles begin with: they are told from tokens by it where they come in the place of one, and found
/// where they do not belong.
const PREFIX: &str = "segl_sad_";

/// How many characters follow: 256 bits in base64url.
const LENGTH: usize = 43;

/// How long activation data can be used, in seconds.
pub(super) const SAD_LIFETIME_S: u64 = 300;

/// How many hashes are authorised for one holder at once, a handle counting as one, too.
const MAXIMUM_OF_ONE: usize = 10_000;

/// How many for all holders of an organisation.
const MAXIMUM_OF_ORGANISATION: usize = 50_000;

/// How often what cannot be used any more is looked for.
const SWEPT: Duration = Duration::from_secs(60);

/// The activation data that can be used. Nobody's are let go for another's.
#[derive(Debug, Default)]
pub(super) struct Sads(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    organisations: HashMap<OrganisationId, HashMap<String, HeldOfOne>>,
    swept: Option<SystemTime>,
}

/// Those of one holder, and what they weigh.
#[derive(Debug, Default)]
struct HeldOfOne {
    by_hash: HashMap<[u8; 32], Arc<IssuedSad>>,
    weight: usize,
}

/// What one handle allows, and whom.
#[derive(Debug)]
pub(super) struct IssuedSad {
    bearer: BearerHash,
    /// Whom it stands for where it is shown in the place of what that one bore: applications alone.
    stands_for: Option<Authenticated>,
    credential: String,
    expires: SystemTime,
    weight: usize,
    /// Whether a token stands for it, which says the same whenever it is shown: that it was spent is
    /// remembered until its end.
    of_token: bool,
    authorisation: Mutex<Authorisation<Digest>>,
}

impl Sads {
    /// Hands out a handle for this: 256 random bits.
    ///
    /// # Errors
    /// [`Failure`] without randomness, and when as much is authorised already as may be at once.
    pub(super) fn issue(
        &self,
        asker: &Asker,
        credential: &str,
        authorisation: Authorisation<Digest>,
        (now, expires): (SystemTime, SystemTime),
    ) -> Result<String, Failure> {
        let handle = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(audit::random::<32>()?));
        let issued = IssuedSad {
            bearer: asker.bearer,
            stands_for: Some(&asker.caller).filter(|one| one.caller.person().is_none()).cloned(),
            credential: credential.to_owned(),
            expires,
            weight: authorisation.hashes().saturating_add(1),
            of_token: false,
            authorisation: Mutex::new(authorisation),
        };
        let organisation = asker.caller.organisation.organisation();
        self.held().keep(organisation, holder(asker), (hash(&handle), issued), now)?;
        Ok(handle)
    }

    /// What a token allows that stands for a consent; it is the same each time. `bearer` is its hash.
    ///
    /// # Errors
    /// [`Failure`] when as much is authorised already as may be at once.
    pub(super) fn of_token(
        &self,
        asker: &Asker,
        (credential, bearer): (&str, BearerHash),
        hashes: Vec<Digest>,
        (now, expires): (SystemTime, SystemTime),
    ) -> Result<Arc<IssuedSad>, Failure> {
        let (organisation, holder) = (asker.caller.organisation.organisation(), holder(asker));
        let authorisation = Authorisation::new(hashes.len(), hashes)?;
        let weight = authorisation.hashes().saturating_add(1);
        let mut held = self.held();
        if let Some(found) = held.find(organisation, &holder, &bearer) {
            return Ok(found);
        }
        let issued = IssuedSad {
            bearer,
            stands_for: None,
            credential: credential.to_owned(),
            expires,
            weight,
            of_token: true,
            authorisation: Mutex::new(authorisation),
        };
        held.keep(organisation, holder.clone(), (bearer, issued), now)?;
        Ok(held.find(organisation, &holder, &bearer).ok_or_else(csc::Error::sad)?)
    }

    /// The application to which a handle was handed out, if it can be used still.
    pub(super) fn asker(&self, handle: &str, now: SystemTime) -> Option<Asker> {
        let issued = self.held().find_anywhere(&hash(handle))?;
        let caller = issued.stands_for.clone().filter(|_| now < issued.expires)?;
        Some(Asker { caller, bearer: issued.bearer })
    }

    /// What a handle allows, if it was handed out to this very bearer, and for this credential where one
    /// is named.
    ///
    /// # Errors
    /// [`csc::Error`]; it does not say which handles there are.
    pub(super) fn find(
        &self,
        asker: &Asker,
        credential: Option<&str>,
        handle: &str,
        now: SystemTime,
    ) -> Result<Arc<IssuedSad>, csc::Error> {
        let organisation = asker.caller.organisation.organisation();
        let issued = self.held().find(organisation, &holder(asker), &hash(handle));
        let issued = issued.ok_or_else(csc::Error::sad)?;
        let is_other = credential.is_some_and(|named| issued.credential != named);
        if issued.bearer != asker.bearer || is_other {
            return Err(csc::Error::sad());
        }
        if now >= issued.expires {
            return Err(csc::Error::sad_expired());
        }
        Ok(issued)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// For a handle alone, which says nothing of whose it is.
    fn find_anywhere(&self, hash: &[u8; 32]) -> Option<Arc<IssuedSad>> {
        let mut holders = self.organisations.values().flat_map(HashMap::values);
        holders.find_map(|of_one| of_one.by_hash.get(hash)).cloned()
    }

    fn find(
        &self,
        organisation: &OrganisationId,
        holder: &str,
        hash: &[u8; 32],
    ) -> Option<Arc<IssuedSad>> {
        self.organisations.get(organisation)?.get(holder)?.by_hash.get(hash).cloned()
    }

    /// # Errors
    /// [`RequestError::TooMany`] when the holder, or its organisation, has as much as may be.
    fn keep(
        &mut self,
        organisation: &OrganisationId,
        holder: String,
        (hash, issued): ([u8; 32], IssuedSad),
        now: SystemTime,
    ) -> Result<(), RequestError> {
        if self.swept.is_none_or(|swept| now.duration_since(swept).is_ok_and(|ago| ago >= SWEPT)) {
            self.swept = Some(now);
            // One that has expired is told so for as long again.
            let told = Duration::from_secs(SAD_LIFETIME_S);
            for holders in self.organisations.values_mut() {
                sweep(holders, |one| now < one.expires + told);
            }
            self.organisations.retain(|_, holders| !holders.is_empty());
        }
        let holders = self.organisations.entry(organisation.clone()).or_default();
        if !has_room(holders, &holder, issued.weight) {
            sweep(holders, |one| now < one.expires && (one.of_token || !one.is_spent()));
            if !has_room(holders, &holder, issued.weight) {
                return Err(RequestError::TooMany);
            }
        }
        let of_one = holders.entry(holder).or_default();
        of_one.weight += issued.weight;
        of_one.by_hash.insert(hash, Arc::new(issued));
        Ok(())
    }
}

fn has_room(holders: &HashMap<String, HeldOfOne>, holder: &str, weight: usize) -> bool {
    let all: usize = holders.values().map(|one| one.weight).sum();
    let own = holders.get(holder).map_or(0, |one| one.weight);
    own + weight <= MAXIMUM_OF_ONE && all + weight <= MAXIMUM_OF_ORGANISATION
}

fn sweep(holders: &mut HashMap<String, HeldOfOne>, is_kept: impl Fn(&IssuedSad) -> bool) {
    holders.retain(|_, of_one| {
        of_one.by_hash.retain(|_, one| is_kept(one));
        of_one.weight = of_one.by_hash.values().map(|one| one.weight).sum();
        !of_one.by_hash.is_empty()
    });
}

impl IssuedSad {
    /// The credential that it is for.
    pub(super) fn credential(&self) -> &str {
        &self.credential
    }

    /// Does something with what is allowed; nobody else can meanwhile.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Authorisation<Digest>) -> T) -> T {
        act(&mut self.authorisation.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_spent(&self) -> bool {
        self.with(|authorisation| authorisation.left() == 0)
    }
}

/// Whether a bearer value is activation data rather than a key or a token.
pub fn is_sad(bearer: &str) -> bool {
    bearer.strip_prefix(PREFIX).is_some_and(|rest| rest.len() == LENGTH)
}

/// Looking it up takes a time that says nothing about the handle.
fn hash(handle: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, handle.as_bytes()).as_ref());
    hash
}

#[cfg(test)]
mod tests;
