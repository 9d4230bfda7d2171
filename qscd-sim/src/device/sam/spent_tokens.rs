//! What persons' tokens were spent for: the newest, whatever the clock says meanwhile.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use ring::digest;
use seal::Digest;

/// How many spendings are remembered. Only when there is no room left are those forgotten that no
/// clock accepts any more: a tester's clock goes back, too, and must not bring a token back.
const CAPACITY: usize = 200_000;

/// Each (issuer, token, document) that was spent.
#[derive(Debug, Default)]
pub(super) struct SpentTokens(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    until: HashMap<[u8; digest::SHA256_OUTPUT_LEN], SystemTime>,
    /// The latest end of a spending that was forgotten: a token that ends no later may be it.
    horizon: Option<SystemTime>,
}

/// Why a token cannot be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unspent {
    /// It was, for one of these documents; or so long ago that it may have been.
    Replayed,
    /// There is no room to remember it.
    NoRoom,
}

impl SpentTokens {
    /// Spends a token for all of these documents, or for none.
    ///
    /// `until` is the last moment at which anybody accepts the token.
    pub(super) fn spend(
        &self,
        issuer: &str,
        token_id: &str,
        documents: &[Digest],
        until: SystemTime,
        now: SystemTime,
    ) -> Result<(), Unspent> {
        self.spend_within(CAPACITY, issuer, token_id, documents, until, now)
    }

    fn spend_within(
        &self,
        capacity: usize,
        issuer: &str,
        token_id: &str,
        documents: &[Digest],
        until: SystemTime,
        now: SystemTime,
    ) -> Result<(), Unspent> {
        let keys: Vec<_> =
            documents.iter().map(|document| entry(issuer, token_id, document)).collect();
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.horizon.is_some_and(|horizon| until <= horizon) {
            return Err(Unspent::Replayed);
        }
        let repeated = (1..keys.len()).any(|at| keys[..at].contains(&keys[at]));
        if repeated || keys.iter().any(|key| memory.until.contains_key(key)) {
            return Err(Unspent::Replayed);
        }
        if memory.until.len() + keys.len() > capacity {
            memory.forget_before(now);
        }
        if memory.until.len() + keys.len() > capacity {
            return Err(Unspent::NoRoom);
        }
        memory.until.extend(keys.into_iter().map(|key| (key, until)));
        Ok(())
    }
}

impl Memory {
    fn forget_before(&mut self, now: SystemTime) {
        let horizon = &mut self.horizon;
        self.until.retain(|_, until| {
            let counts = *until >= now;
            if !counts {
                *horizon = (*horizon).max(Some(*until));
            }
            counts
        });
    }
}

/// One spending, as a hash of fixed length over unambiguous input.
fn entry(issuer: &str, token_id: &str, document: &Digest) -> [u8; digest::SHA256_OUTPUT_LEN] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in [issuer.as_bytes(), token_id.as_bytes(), document.as_bytes()] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut hash = [0; digest::SHA256_OUTPUT_LEN];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use seal::DigestAlgorithm;

    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;
    const MINUTE: Duration = Duration::from_secs(60);

    fn document(text: &str) -> Digest {
        Digest::of(DigestAlgorithm::Sha256, text.as_bytes())
    }

    #[test]
    fn a_token_signs_each_of_its_documents_once() {
        let spent = SpentTokens::default();
        let (a, b) = (document("a"), document("b"));
        let until = NOW + MINUTE;
        assert_eq!(spent.spend("iss", "1", &[a], until, NOW), Ok(()));
        assert_eq!(spent.spend("iss", "1", &[b, a], until, NOW), Err(Unspent::Replayed));
        assert_eq!(spent.spend("iss", "1", &[b], until, NOW), Ok(()), "all or nothing");
        assert_eq!(spent.spend("iss", "2", &[a], until, NOW), Ok(()));
        assert_eq!(spent.spend("other", "1", &[a], until, NOW), Ok(()));
        assert_eq!(spent.spend("iss", "3", &[a, a], until, NOW), Err(Unspent::Replayed));
    }

    #[test]
    fn a_clock_set_back_brings_no_token_back_and_locks_nobody_out() {
        let spent = SpentTokens::default();
        let (a, year) = (document("a"), 365 * 24 * 60 * MINUTE);
        assert_eq!(spent.spend("iss", "1", &[a], NOW + MINUTE, NOW), Ok(()));
        let ahead = NOW + year;
        assert_eq!(spent.spend("iss", "2", &[a], ahead + MINUTE, ahead), Ok(()));
        assert_eq!(spent.spend("iss", "1", &[a], NOW + MINUTE, NOW), Err(Unspent::Replayed));
        assert_eq!(spent.spend("iss", "3", &[a], NOW + MINUTE, NOW), Ok(()), "a fresh one");
    }

    #[test]
    fn what_was_forgotten_for_want_of_room_may_have_been_spent() {
        let spent = SpentTokens::default();
        let spend =
            |id: &str, until, now| spent.spend_within(1, "iss", id, &[document("a")], until, now);
        assert_eq!(spend("1", NOW + MINUTE, NOW), Ok(()));
        let later = NOW + 2 * MINUTE;
        assert_eq!(spend("2", later + MINUTE, later), Ok(()));
        assert_eq!(spend("1", NOW + MINUTE, NOW), Err(Unspent::Replayed));
    }

    #[test]
    fn memory_is_bounded_and_frees_itself() {
        let spent = SpentTokens::default();
        let spend =
            |id: &str, until, now| spent.spend_within(2, "iss", id, &[document("a")], until, now);
        assert_eq!(spend("1", NOW + MINUTE, NOW), Ok(()));
        assert_eq!(spend("2", NOW + MINUTE, NOW), Ok(()));
        assert_eq!(spend("3", NOW + 3 * MINUTE, NOW), Err(Unspent::NoRoom));
        assert_eq!(spend("3", NOW + 3 * MINUTE, NOW + 2 * MINUTE), Ok(()));
    }
}
