mod foreign;
mod ocsp;

use seal::{CertificateDer, SignatureAlgorithm};

use super::*;
use crate::{
    Certificate, Error, Unverified,
    pki::{MINUTE, Pki, list::ListParts, noon},
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
fn a_revocation_list_without_next_update_speaks_for_a_day() {
    const HOUR: Duration = Duration::from_secs(60 * 60);
    let pki = Pki::new();
    let parts = ListParts { next_update_der: Some(Vec::new()), ..ListParts::default() };
    let list = pki.ca_list(&parts);
    let covers = |time| list.covers(time, noon() + 100 * HOUR);
    assert!(covers(noon() - HOUR) && covers(noon() + 24 * HOUR));
    assert!(!covers(noon() + 25 * HOUR));
    assert!(!list.covers(noon() - 2 * HOUR, noon() - HOUR), "it comes from the future");
}

#[test]
fn an_ocsp_request_names_one_certificate_by_its_issuers_hashes() {
    let pki = Pki::new();
    let (ca, leaf) = (certificate(&pki.ca), leaf(&pki));
    let hash = |bytes: &[u8]| ring::digest::digest(&ring::digest::SHA256, bytes);
    let sha_256 = [0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    let serial = leaf.serial_number();
    let identifier = [
        &sha_256[..],
        &[4, 32],
        hash(ca.subject()).as_ref(),
        &[4, 32],
        hash(ca.public_key_octets()).as_ref(),
        &[2, serial.len() as u8],
        serial,
    ]
    .concat();
    let wrapped = |inner: Vec<u8>| [&[0x30, inner.len() as u8], &inner[..]].concat();
    let expected = (0..5).fold(identifier, |inner, _| wrapped(inner));
    assert!(expected.len() < 0x80 + 2, "one octet of length");
    assert_eq!(ocsp_request(&leaf, &ca), expected);
}

#[test]
fn the_entries_of_a_list_are_charged_when_they_are_first_looked_into() {
    let pki = Pki::new();
    let (root, ca) = (certificate(&pki.root), certificate(&pki.ca));
    let serials: Vec<[u8; 4]> = (1..=20_000_u32).map(u32::to_be_bytes).collect();
    let serials: Vec<&[u8]> = serials.iter().map(|serial| &serial[..]).collect();
    let list = RevocationList::parse(pki.revocation_list(&serials, noon())).unwrap();
    let length = list.der().len() as u64;
    assert_eq!(list.look_up_cost(&leaf(&pki)), 0, "another issuer's");
    assert_eq!(list.look_up_cost(&ca), 8 * length);
    assert!(list.verification_cost(&root) >= 2 * length);
    assert_eq!(list.status(&ca, &root), Ok(RevocationStatus::NotRevoked));
    assert_eq!((list.look_up_cost(&ca), list.verification_cost(&root)), (0, 0), "both are known");
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
