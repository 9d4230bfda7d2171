//! What was issued, for testers to look at: serial numbers, times and names. The certificates
//! themselves end with their keys, unless a tester wants them kept.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use seal::{CertificateDer, CredentialId, ProfileId};

/// The most records and certificates, whatever the settings say.
const MAXIMUM: usize = 100_000;

/// One issued certificate, as the list has it.
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
    /// The certificate, if this list keeps it.
    pub certificate: Option<CertificateDer>,
}

/// The newest certificates, in memory alone.
#[derive(Debug)]
pub struct IssuedCertificates {
    listed: usize,
    kept: usize,
    records: Mutex<VecDeque<IssuedCertificate>>,
}

impl IssuedCertificates {
    /// Lists the newest `listed`, and keeps the newest `kept` of those whole; 100,000 at most.
    pub(crate) fn new(listed: usize, kept: usize) -> Self {
        let kept = kept.min(MAXIMUM);
        Self { listed: listed.min(MAXIMUM).max(kept), kept, records: Mutex::default() }
    }

    /// At most `limit` certificates, the newest first.
    pub fn newest(&self, limit: usize) -> Vec<IssuedCertificate> {
        self.records().iter().rev().take(limit).cloned().collect()
    }

    /// The certificate with this serial number in hexadecimal, if it is listed.
    pub fn find(&self, serial: &str) -> Option<IssuedCertificate> {
        self.records().iter().rev().find(|one| one.serial == serial).cloned()
    }

    /// Whether it keeps any certificate whole.
    pub(crate) fn keeps(&self) -> bool {
        self.kept > 0
    }

    pub(crate) fn keep(&self, certificate: IssuedCertificate) {
        let mut records = self.records();
        records.push_back(certificate);
        let past = records.len().checked_sub(self.kept + 1);
        if let Some(record) = past.and_then(|past| records.get_mut(past)) {
            record.certificate = None;
        }
        while records.len() > self.listed {
            records.pop_front();
        }
    }

    /// Forgets all.
    pub(crate) fn clear(&self) {
        self.records().clear();
    }

    fn records(&self) -> MutexGuard<'_, VecDeque<IssuedCertificate>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(issued: &IssuedCertificates, serials: &[&str]) {
        for serial in serials {
            issued.keep(IssuedCertificate {
                serial: (*serial).to_owned(),
                profile: ProfileId::new("decisions"),
                credential: CredentialId::new("00"),
                not_after: SystemTime::UNIX_EPOCH,
                certificate: Some(CertificateDer::new(Vec::new())),
            });
        }
    }

    #[test]
    fn the_oldest_makes_room_for_the_newest() {
        let issued = IssuedCertificates::new(2, 0);
        issue(&issued, &["51a", "51b", "51c"]);
        let kept: Vec<String> = issued.newest(10).into_iter().map(|one| one.serial).collect();
        assert_eq!(kept, ["51c", "51b"]);
        assert_eq!(issued.newest(1).len(), 1);
        assert!(issued.find("51a").is_none());
        assert!(issued.find("51b").is_some());
        issued.clear();
        assert!(issued.newest(1).is_empty());
    }

    #[test]
    fn no_certificate_is_kept_unless_it_is_asked_for_and_then_the_newest() {
        for kept in 0..4 {
            let issued = IssuedCertificates::new(3, kept);
            issue(&issued, &["51a", "51b", "51c", "51d"]);
            let whole = issued.newest(10).iter().filter(|one| one.certificate.is_some()).count();
            assert_eq!((issued.newest(10).len(), whole), (3, kept));
            assert_eq!(issued.find("51d").unwrap().certificate.is_some(), kept > 0);
        }
    }
}
