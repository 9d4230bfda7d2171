//! What one CA has revoked.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use ::authority::Revocation;

/// The most revocations that a CA remembers. The oldest of certificates that have expired make
/// room; without such, no more is revoked.
const CAPACITY: usize = 100_000;

/// A CA's revocations by serial number, and since when none is missing.
#[derive(Debug)]
pub(super) struct Revocations(Mutex<Table>);

#[derive(Debug)]
struct Table {
    revoked: BTreeMap<Vec<u8>, Revocation>,
    /// The status of every certificate that expired after this is known.
    complete_since: SystemTime,
    /// Grows with each change, so that lists know whether they are the newest.
    changes: u64,
}

impl Revocations {
    /// Nothing is revoked; nothing was before `complete_since`, for there was no such CA.
    pub(super) fn new(complete_since: SystemTime) -> Self {
        Self(Mutex::new(Table { revoked: BTreeMap::new(), complete_since, changes: 0 }))
    }

    /// Revokes, once: a second time changes nothing and answers the first. `None` when there is
    /// no room.
    pub(super) fn revoke(&self, serial: &[u8], revocation: Revocation) -> Option<Revocation> {
        self.revoke_within(CAPACITY, serial, revocation)
    }

    fn revoke_within(
        &self,
        capacity: usize,
        serial: &[u8],
        revocation: Revocation,
    ) -> Option<Revocation> {
        let mut table = self.table();
        if let Some(earlier) = table.revoked.get(serial) {
            return Some(*earlier);
        }
        if table.revoked.len() >= capacity {
            let oldest = table.revoked.iter().min_by_key(|(_, revocation)| revocation.not_after);
            let (oldest, not_after) =
                oldest.map(|(serial, one)| (serial.clone(), one.not_after))?;
            if not_after >= revocation.at {
                return None;
            }
            table.revoked.remove(&oldest);
            table.complete_since = table.complete_since.max(not_after);
        }
        table.revoked.insert(serial.to_vec(), revocation);
        table.changes += 1;
        Some(revocation)
    }

    /// The revocation of a certificate, if there is one.
    pub(super) fn of(&self, serial: &[u8]) -> Option<Revocation> {
        self.table().revoked.get(serial).copied()
    }

    /// Every revocation in the order of the serial numbers.
    pub(super) fn all(&self) -> Vec<(Vec<u8>, Revocation)> {
        self.table().revoked.iter().map(|(serial, one)| (serial.clone(), *one)).collect()
    }

    /// The moment since which no revocation is missing, of expired certificates either.
    pub(super) fn complete_since(&self) -> SystemTime {
        self.table().complete_since
    }

    /// A number that grows with each change.
    pub(super) fn changes(&self) -> u64 {
        self.table().changes
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ::authority::RevocationReason;

    use super::*;

    fn second(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(second)
    }

    fn revocation(at: u64, not_after: u64) -> Revocation {
        Revocation {
            at: second(at),
            reason: RevocationReason::KeyCompromise,
            not_after: second(not_after),
        }
    }

    #[test]
    fn the_first_revocation_stands() {
        let table = Revocations::new(second(0));
        assert!(table.of(&[1]).is_none());
        let first = table.revoke(&[1], revocation(10, 100)).unwrap();
        assert_eq!(table.revoke(&[1], revocation(20, 100)), Some(first));
        assert_eq!(table.of(&[1]).unwrap().at, second(10));
        assert_eq!(table.changes(), 1);
    }

    #[test]
    fn expired_certificates_make_room_and_the_cutoff_says_so() {
        let table = Revocations::new(second(0));
        table.revoke_within(2, &[1], revocation(10, 100)).unwrap();
        table.revoke_within(2, &[2], revocation(10, 50)).unwrap();
        assert!(table.revoke_within(2, &[3], revocation(50, 90)).is_none(), "nothing expired yet");
        table.revoke_within(2, &[3], revocation(51, 90)).unwrap();
        assert!(table.of(&[2]).is_none() && table.of(&[1]).is_some());
        assert_eq!(table.complete_since(), second(50));
    }
}
