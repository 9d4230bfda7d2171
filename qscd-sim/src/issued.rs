//! The newest certificates that were issued, for testers to look at.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use seal::{CertificateDer, CredentialId, ProfileId};

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

/// The newest certificates, in memory alone.
#[derive(Debug)]
pub struct IssuedCertificates {
    capacity: usize,
    kept: Mutex<VecDeque<IssuedCertificate>>,
}

impl IssuedCertificates {
    /// Keeps the newest `capacity` certificates.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, kept: Mutex::default() }
    }

    /// At most `limit` certificates, the newest first.
    pub fn newest(&self, limit: usize) -> Vec<IssuedCertificate> {
        self.kept().iter().rev().take(limit).cloned().collect()
    }

    /// The certificate with this serial number in hexadecimal, if it is kept.
    pub fn find(&self, serial: &str) -> Option<IssuedCertificate> {
        self.kept().iter().rev().find(|one| one.serial == serial).cloned()
    }

    pub(crate) fn keep(&self, certificate: IssuedCertificate) {
        let mut kept = self.kept();
        kept.push_back(certificate);
        while kept.len() > self.capacity {
            kept.pop_front();
        }
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<IssuedCertificate>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room_for_the_newest() {
        let issued = IssuedCertificates::new(2);
        for serial in ["51a", "51b", "51c"] {
            issued.keep(IssuedCertificate {
                serial: serial.into(),
                profile: ProfileId::new("decisions"),
                credential: CredentialId::new("00"),
                not_after: SystemTime::UNIX_EPOCH,
                certificate: CertificateDer::new(Vec::new()),
            });
        }
        let kept: Vec<String> = issued.newest(10).into_iter().map(|one| one.serial).collect();
        assert_eq!(kept, ["51c", "51b"]);
        assert_eq!(issued.newest(1).len(), 1);
        assert!(issued.find("51a").is_none());
        assert!(issued.find("51b").is_some());
    }
}
