mod ocsp;

use seal::{CertificateDer, SignatureAlgorithm};

use super::*;
use crate::{
    Certificate, Error, Unverified,
    pki::{MINUTE, Pki, noon},
};

fn certificate(der: &CertificateDer) -> Certificate {
    Certificate::parse(der.clone()).unwrap()
}

fn leaf(pki: &Pki) -> Certificate {
    certificate(pki.seal(SignatureAlgorithm::default()).chain.end_entity())
}

#[test]
fn a_revocation_list_speaks_for_its_own_issuer_alone() {
    let (pki, other) = (Pki::new(), Pki::new());
    let (root, ca) = (certificate(&pki.root), certificate(&pki.ca));
    let serial = ca.serial_number().to_vec();
    let list = RevocationList::parse(pki.revocation_list(&[&serial], noon())).unwrap();
    assert!(list.concerns(&ca));
    assert!(!list.concerns(&leaf(&pki)));
    let revoked = RevocationStatus::Revoked { at: noon(), reason: None };
    assert_eq!(list.status(&ca, &root), Ok(revoked));
    let unit = pki.unit_certificate();
    assert_eq!(list.status(&unit, &root), Ok(RevocationStatus::NotRevoked));
    assert_eq!(list.status(&ca, &certificate(&other.root)), Err(Unverified::Wrong));
    assert!(list.covers(noon() + MINUTE, noon() + MINUTE));
    assert!(!list.covers(noon(), noon() - MINUTE));
    assert!(!list.covers(noon() + 25 * 60 * MINUTE, noon() + 25 * 60 * MINUTE));
}

#[test]
fn a_forged_revocation_list_says_nothing() {
    let pki = Pki::new();
    let (root, ca) = (certificate(&pki.root), certificate(&pki.ca));
    let good = pki.revocation_list(&[&[7; 16]], noon());
    let at = good.windows(16).position(|window| window == [7; 16]).unwrap();
    let mut forged = good;
    forged[at] = 8;
    let list = RevocationList::parse(forged).unwrap();
    assert_eq!(list.status(&ca, &root), Err(Unverified::Wrong));
    assert!(matches!(RevocationList::parse(vec![0x30, 0]), Err(Error::Malformed { .. })));
}
