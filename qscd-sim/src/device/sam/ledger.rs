//! The authorisations: one entry for each authorised hash occurrence.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{digest, rand::SystemRandom};
use seal::{ActivationId, Digest, Sad, SadRefusal};

use crate::{Error, device::key_number::KeyNumber, randomness::random};

/// How many random bytes a handle has.
const HANDLE_LENGTH: usize = 32;

/// SHA-256 of a handle. The handle itself is not kept, and looking up its hash takes a time that
/// says nothing about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::device) struct HandleHash([u8; digest::SHA256_OUTPUT_LEN]);

/// Every authorisation of a live key.
#[derive(Debug, Default)]
pub(in crate::device) struct Ledger(Mutex<HashMap<HandleHash, Authorisation>>);

/// What one SAD allows: exactly these hashes, in this order (SCAL2).
#[derive(Debug)]
struct Authorisation {
    key: KeyNumber,
    occurrences: Vec<Occurrence>,
    expires: SystemTime,
    /// The activation that it rests on, and with which it ends.
    activation: Option<ActivationId>,
}

/// One authorised hash. It goes from authorised to reserved to consumed and never back: an
/// ambiguous outcome leaves it reserved.
#[derive(Debug)]
struct Occurrence {
    hash: Digest,
    state: OccurrenceState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OccurrenceState {
    Authorised,
    Reserved,
    Consumed,
}

/// Why signature activation data cannot be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::device) enum Unspendable {
    /// They were spent, or are being spent: the first use decides about the key.
    Spent,
    /// They do not fit: the key must go.
    Mismatch(SadRefusal),
}

impl Ledger {
    /// Authorises these hashes for this key until `expires`, and while the activation stands that it rests on.
    pub(in crate::device) fn authorise(
        &self,
        key: KeyNumber,
        hashes: &[Digest],
        (expires, activation): (SystemTime, Option<ActivationId>),
        rng: &SystemRandom,
    ) -> Result<(Sad, HandleHash), Error> {
        let sad = Sad::new(URL_SAFE_NO_PAD.encode(random::<HANDLE_LENGTH>(rng)?));
        let handle = HandleHash::of(&sad);
        let occurrences = hashes
            .iter()
            .map(|hash| Occurrence { hash: *hash, state: OccurrenceState::Authorised })
            .collect();
        self.entries().insert(handle, Authorisation { key, occurrences, expires, activation });
        Ok((sad, handle))
    }

    /// The activation that an authorisation rests on.
    pub(in crate::device) fn activation_of(&self, handle: HandleHash) -> Option<ActivationId> {
        self.entries().get(&handle)?.activation.clone()
    }

    /// Reserves every occurrence of an authorisation, if it is for this key and these hashes.
    pub(in crate::device) fn reserve(
        &self,
        handle: HandleHash,
        key: KeyNumber,
        hashes: &[Digest],
        now: SystemTime,
    ) -> Result<(), Unspendable> {
        let mut entries = self.entries();
        let authorisation =
            entries.get_mut(&handle).ok_or(Unspendable::Mismatch(SadRefusal::Unknown))?;
        if authorisation.key != key {
            return Err(Unspendable::Mismatch(SadRefusal::OtherCredential));
        }
        let fresh = |occurrence: &Occurrence| occurrence.state == OccurrenceState::Authorised;
        if !authorisation.occurrences.iter().all(fresh) {
            return Err(Unspendable::Spent);
        }
        if now >= authorisation.expires {
            return Err(Unspendable::Mismatch(SadRefusal::Expired));
        }
        if !authorisation.occurrences.iter().map(|occurrence| &occurrence.hash).eq(hashes) {
            return Err(Unspendable::Mismatch(SadRefusal::OtherHashes));
        }
        for occurrence in &mut authorisation.occurrences {
            occurrence.state = OccurrenceState::Reserved;
        }
        Ok(())
    }

    /// Spends an authorisation without a signature: whether there was one, its caller cannot know.
    /// A tester's fault.
    pub(in crate::device) fn spend(&self, handle: HandleHash) {
        if let Some(authorisation) = self.entries().get_mut(&handle) {
            for occurrence in &mut authorisation.occurrences {
                occurrence.state = OccurrenceState::Reserved;
            }
        }
    }

    /// Marks what was reserved as consumed.
    pub(in crate::device) fn consume(&self, handle: HandleHash) {
        if let Some(authorisation) = self.entries().get_mut(&handle) {
            for occurrence in &mut authorisation.occurrences {
                occurrence.state = OccurrenceState::Consumed;
            }
        }
    }

    /// Lets an authorisation's time run out now.
    pub(in crate::device) fn expire(&self, handle: HandleHash) {
        if let Some(authorisation) = self.entries().get_mut(&handle) {
            authorisation.expires = SystemTime::UNIX_EPOCH;
        }
    }

    /// Exchanges the hashes of an authorisation for others: a tester's fault.
    pub(in crate::device) fn exchange(&self, handle: HandleHash) {
        if let Some(authorisation) = self.entries().get_mut(&handle) {
            for occurrence in &mut authorisation.occurrences {
                let hash = occurrence.hash;
                occurrence.hash = Digest::of(hash.algorithm(), hash.as_bytes());
            }
        }
    }

    /// Forgets the authorisations of a key that ended.
    pub(in crate::device) fn forget(&self, handles: &[HandleHash]) {
        if handles.is_empty() {
            return;
        }
        let mut entries = self.entries();
        for handle in handles {
            entries.remove(handle);
        }
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<HandleHash, Authorisation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HandleHash {
    /// The hash of a handle that somebody presents.
    pub(in crate::device) fn of(sad: &Sad) -> Self {
        let mut hash = [0; digest::SHA256_OUTPUT_LEN];
        hash.copy_from_slice(digest::digest(&digest::SHA256, sad.expose().as_bytes()).as_ref());
        Self(hash)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use seal::DigestAlgorithm;

    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;
    const MINUTE: Duration = Duration::from_secs(60);

    fn digests(messages: &[&str]) -> Vec<Digest> {
        messages.iter().map(|m| Digest::of(DigestAlgorithm::Sha256, m.as_bytes())).collect()
    }

    fn authorised(hashes: &[Digest]) -> (Ledger, HandleHash) {
        let ledger = Ledger::default();
        let key = KeyNumber::new(1);
        let (sad, handle) =
            ledger.authorise(key, hashes, (NOW + MINUTE, None), &SystemRandom::new()).unwrap();
        assert_eq!(sad.expose().len(), 43);
        assert_eq!(HandleHash::of(&sad), handle);
        (ledger, handle)
    }

    #[test]
    fn an_authorisation_is_reserved_once() {
        let hashes = digests(&["a", "a", "b"]);
        let (ledger, handle) = authorised(&hashes);
        let key = KeyNumber::new(1);
        assert_eq!(ledger.reserve(handle, key, &hashes, NOW), Ok(()));
        assert_eq!(ledger.reserve(handle, key, &hashes, NOW), Err(Unspendable::Spent));
        ledger.consume(handle);
        assert_eq!(ledger.reserve(handle, key, &hashes, NOW), Err(Unspendable::Spent));
    }

    #[test]
    fn whatever_does_not_fit_is_a_mismatch_with_its_name() {
        let key = KeyNumber::new(1);
        let asked = digests(&["a", "b"]);
        let cases = [
            (key, digests(&["b", "a"]), NOW, SadRefusal::OtherHashes),
            (key, digests(&["a"]), NOW, SadRefusal::OtherHashes),
            (key, digests(&["a", "b", "b"]), NOW, SadRefusal::OtherHashes),
            (key, asked.clone(), NOW + MINUTE, SadRefusal::Expired),
            (KeyNumber::new(2), asked.clone(), NOW, SadRefusal::OtherCredential),
        ];
        for (key, hashes, now, refusal) in cases {
            let (ledger, handle) = authorised(&asked);
            let expected = Err(Unspendable::Mismatch(refusal));
            assert_eq!(ledger.reserve(handle, key, &hashes, now), expected);
        }
    }

    #[test]
    fn hashes_that_were_exchanged_are_others() {
        let hashes = digests(&["a"]);
        let (ledger, handle) = authorised(&hashes);
        ledger.exchange(handle);
        let refused = ledger.reserve(handle, KeyNumber::new(1), &hashes, NOW);
        assert_eq!(refused, Err(Unspendable::Mismatch(SadRefusal::OtherHashes)));
    }

    #[test]
    fn a_forgotten_handle_is_unknown() {
        let hashes = digests(&["a"]);
        let (ledger, handle) = authorised(&hashes);
        ledger.forget(&[handle]);
        let refused = ledger.reserve(handle, KeyNumber::new(1), &hashes, NOW);
        assert_eq!(refused, Err(Unspendable::Mismatch(SadRefusal::Unknown)));
        assert!(ledger.entries().is_empty());
    }
}
