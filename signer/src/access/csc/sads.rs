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
use crate::{
    audit,
    service::{Rates, RequestError},
};

/// How long activation data can be used, in seconds.
pub(super) const SAD_LIFETIME_S: u64 = 300;

/// How many hashes are authorised for one holder at once, a handle counting as one, too.
const MAXIMUM_OF_ONE: usize = 10_000;

/// How many for all holders of an organisation.
const MAXIMUM_OF_ORGANISATION: usize = 50_000;

/// How many are authorised for one holder in a second, and for all.
const PER_SECOND_OF_ONE: u32 = 500;
const PER_SECOND: u32 = 20_000;

/// How often what cannot be used any more is looked for.
const SWEPT: Duration = Duration::from_secs(60);

/// The activation data that can be used. Nobody's are let go for another's.
#[derive(Debug)]
pub(super) struct Sads {
    held: Mutex<Held>,
    rates: Rates<String>,
}

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
    credential: String,
    expires: SystemTime,
    weight: usize,
    /// Whether a token stands for it, which says the same whenever it is shown: that it was spent is
    /// remembered until its end.
    of_token: bool,
    authorisation: Mutex<Authorisation<Digest>>,
}

impl Default for Sads {
    fn default() -> Self {
        let rates = Rates::new(PER_SECOND, PER_SECOND_OF_ONE);
        Self { held: Mutex::default(), rates }
    }
}

impl Sads {
    /// Counts that somebody wants activation data.
    ///
    /// # Errors
    /// [`RequestError::TooMany`] when they, or all together, did so too often in this second.
    pub(super) fn pass(&self, asker: &Asker) -> Result<(), RequestError> {
        if self.rates.pass(holder(asker)) { Ok(()) } else { Err(RequestError::TooMany) }
    }

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
        let handle = URL_SAFE_NO_PAD.encode(audit::random::<32>()?);
        let issued = IssuedSad {
            bearer: asker.bearer,
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
            credential: credential.to_owned(),
            expires,
            weight,
            of_token: true,
            authorisation: Mutex::new(authorisation),
        };
        held.keep(organisation, holder.clone(), (bearer, issued), now)?;
        Ok(held.find(organisation, &holder, &bearer).ok_or_else(csc::Error::sad)?)
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
        let organisation = asker.caller.organisation.organisation();
        let issued = self.held().find(organisation, &holder(asker), &hash(handle));
        let issued = issued.ok_or_else(csc::Error::sad)?;
        if issued.bearer != asker.bearer || issued.credential != credential {
            return Err(csc::Error::sad());
        }
        if now >= issued.expires {
            return Err(csc::Error::sad_expired());
        }
        Ok(issued)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
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
    /// Does something with what is allowed; nobody else can meanwhile.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Authorisation<Digest>) -> T) -> T {
        act(&mut self.authorisation.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_spent(&self) -> bool {
        self.with(|authorisation| authorisation.left() == 0)
    }
}

/// Looking it up takes a time that says nothing about the handle.
fn hash(handle: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, handle.as_bytes()).as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use seal::DigestAlgorithm;

    use super::*;

    fn issued(hashes: usize, expires: SystemTime) -> IssuedSad {
        let digests = vec![Digest::of(DigestAlgorithm::Sha256, b"a"); hashes];
        IssuedSad {
            bearer: [0; 32],
            credential: "credential".to_owned(),
            expires,
            weight: hashes + 1,
            of_token: false,
            authorisation: Mutex::new(Authorisation::new(hashes, digests).unwrap()),
        }
    }

    /// Keeps some of 99 hashes each until there are no more: how many.
    fn fill(held: &mut Held, organisation: &str, holder: &str, now: SystemTime) -> usize {
        let organisation = OrganisationId::new(organisation);
        let expires = now + Duration::from_secs(SAD_LIFETIME_S);
        let mut kept = 0;
        loop {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&(kept as u64).to_be_bytes());
            let issued = issued(99, expires);
            if held.keep(&organisation, holder.to_owned(), (hash, issued), now).is_err() {
                return kept;
            }
            kept += 1;
        }
    }

    #[test]
    fn nobody_authorises_so_much_that_another_s_are_let_go() {
        let (mut held, now) = (Held::default(), SystemTime::UNIX_EPOCH);
        let own = OrganisationId::new("own");
        let first = issued(1, now + Duration::from_secs(SAD_LIFETIME_S));
        held.keep(&own, "own".to_owned(), ([1; 32], first), now).unwrap();
        for holder in ["a", "b", "c", "d", "e"] {
            assert_eq!(fill(&mut held, "other", holder, now), 100);
        }
        assert_eq!(fill(&mut held, "other", "f", now), 0, "of one organisation");
        assert!(held.find(&own, "own", &[1; 32]).is_some());
        assert_eq!(fill(&mut held, "own", "own", now), 99);
    }

    #[test]
    fn what_is_spent_or_has_expired_makes_room() {
        let (mut held, now) = (Held::default(), SystemTime::UNIX_EPOCH);
        assert_eq!(fill(&mut held, "own", "a", now), 100);
        let organisation = OrganisationId::new("own");
        let one = held.find(&organisation, "a", &[0; 32]).unwrap();
        let hashes = vec![Digest::of(DigestAlgorithm::Sha256, b"a"); 99];
        one.with(|authorisation| authorisation.spend(&hashes)).unwrap();
        let next = issued(99, now + Duration::from_secs(SAD_LIFETIME_S));
        held.keep(&organisation, "a".to_owned(), ([7; 32], next), now).unwrap();
        assert!(held.find(&organisation, "a", &[0; 32]).is_none());
        let later = now + Duration::from_secs(SAD_LIFETIME_S);
        assert_eq!(fill(&mut held, "own", "a", later), 100);
    }
}
