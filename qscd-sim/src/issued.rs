//! The newest certificates that were issued, for testers to look at.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use seal::{CertificateDer, CredentialId, ProfileId};

/// How many are kept.
const CAPACITY: usize = 10_000;

/// One issued certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedCertificate {
    /// The serial number in hexadecimal.
    pub serial: String,
    /// The profile that it follows.
    pub profile: ProfileId,
    /// The key that it was issued for.
    pub credential: CredentialId,
    /// notAfter, as it was asked for.
    pub not_after: SystemTime,
    /// The certificate.
    pub certificate: CertificateDer,
}

/// The newest 10,000 certificates, in memory alone.
#[derive(Debug, Default)]
pub struct IssuedCertificates(Mutex<VecDeque<IssuedCertificate>>);

impl IssuedCertificates {
    /// At most `limit` certificates, the newest first.
    pub fn newest(&self, limit: usize) -> Vec<IssuedCertificate> {
        self.kept().iter().rev().take(limit).cloned().collect()
    }

    /// The certificate with this serial number in hexadecimal, if it is kept.
    pub fn find(&self, serial: &str) -> Option<IssuedCertificate> {
        self.kept().iter().rev().find(|one| one.serial == serial).cloned()
    }

    pub(crate) fn keep(&self, certificate: IssuedCertificate) {
        self.keep_within(CAPACITY, certificate);
    }

    fn keep_within(&self, capacity: usize, certificate: IssuedCertificate) {
        let mut kept = self.kept();
        if kept.len() >= capacity {
            kept.pop_front();
        }
        kept.push_back(certificate);
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<IssuedCertificate>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room_for_the_newest() {
        let issued = IssuedCertificates::default();
        for serial in ["51a", "51b", "51c"] {
            issued.keep_within(
                2,
                IssuedCertificate {
                    serial: serial.into(),
                    profile: ProfileId::new("decisions"),
                    credential: CredentialId::new("00"),
                    not_after: SystemTime::UNIX_EPOCH,
                    certificate: CertificateDer::new(Vec::new()),
                },
            );
        }
        let kept: Vec<String> = issued.newest(10).into_iter().map(|one| one.serial).collect();
        assert_eq!(kept, ["51c", "51b"]);
        assert_eq!(issued.newest(1).len(), 1);
        assert!(issued.find("51a").is_none());
        assert!(issued.find("51b").is_some());
    }
}
