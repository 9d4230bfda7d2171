//! Revocation lists, as openssl checks them.

use std::fs;

use seal::{Assurance, Subject};

use super::*;

fn revocable() -> EnrolmentRequest {
    EnrolmentRequest {
        assurance: Assurance::Revocable,
        lifetime: Duration::from_secs(10 * 24 * 3600 - 300),
        ..request(Subject::Organisation(organisation()))
    }
}

/// `openssl verify -crl_check_all` of the leaf, with the lists of root and issuing CA.
fn verify(authority: &Authority, leaf: &CertificateDer) -> (bool, String) {
    let directory = written(authority, leaf);
    let lists = [
        ("root", authority.root_crl(now()).unwrap()),
        ("issuing", authority.issuing_ca_crl(1, now()).unwrap().unwrap()),
    ];
    let mut pem = Vec::new();
    for (name, list) in lists {
        fs::write(directory.path().join("list"), list).unwrap();
        let convert = ["crl", "-inform", "der", "-in", "list", "-out", name];
        assert!(openssl(directory.path(), &convert).0);
        pem.extend(fs::read(directory.path().join(name)).unwrap());
    }
    fs::write(directory.path().join("crls.pem"), pem).unwrap();
    let check = ["-crl_check_all", "-CRLfile", "crls.pem", "leaf.pem"];
    openssl(directory.path(), &[&VERIFY[..], &check].concat())
}

#[test]
fn openssl_checks_the_whole_chain_and_finds_what_is_revoked() {
    let authority = authority();
    let leaf = issue(&authority, &revocable());
    let (verified, printed) = verify(&authority, &leaf.certificate);
    assert!(verified, "{printed}");
    for reason in [RevocationReason::Superseded, RevocationReason::Unspecified] {
        let authority = super::authority();
        let leaf = issue(&authority, &revocable());
        authority.revoke(&leaf.serial_number, reason, None, now()).unwrap().unwrap();
        let (verified, printed) = verify(&authority, &leaf.certificate);
        assert!(!verified && printed.contains("certificate revoked"), "{printed}");
    }
}

#[test]
fn a_revocation_makes_a_new_list_at_once() {
    let authority = authority();
    let list = || authority.issuing_ca_crl(1, now()).unwrap().unwrap();
    let before = list();
    let leaf = issue(&authority, &revocable());
    let revoke = |at| {
        let reason = RevocationReason::CessationOfOperation;
        authority.revoke(&leaf.serial_number, reason, None, at).unwrap().unwrap()
    };
    let first = revoke(now());
    let after = list();
    assert_ne!(before, after);
    assert_eq!(revoke(now() + Duration::from_secs(60)), first, "the first one stands");
    assert_eq!(after, list());
}

#[test]
fn what_was_never_issued_cannot_be_revoked() {
    let authority = authority();
    let revoke =
        |serial: &[u8]| authority.revoke(serial, RevocationReason::default(), None, now()).unwrap();
    for serial in [&[][..], &[1], &[0x51; SERIAL_NUMBER_LENGTH]] {
        assert!(revoke(serial).is_none());
    }
    assert!(authority.issuing_ca_crl(0, now()).unwrap().is_none());
    assert!(authority.issuing_ca_crl(2, now()).unwrap().is_none());
}

#[test]
fn a_revocable_leaf_says_where_its_status_is_told() {
    let authority = authority();
    for subject in [Subject::Organisation(organisation()), Subject::Person(person())] {
        let leaf = issue(&authority, &EnrolmentRequest { subject, ..revocable() });
        let directory = written(&authority, &leaf.certificate);
        let (_, text) = openssl(directory.path(), &["x509", "-in", "leaf.pem", "-noout", "-text"]);
        for part in [
            "OCSP - URI:http://segl.example.com/pki/ocsp",
            "CA Issuers - URI:http://segl.example.com/pki/issuing-ca.cer",
            "URI:http://segl.example.com/pki/issuing-ca.crl",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("0.4.0.194121.2.1: ") && !text.contains("2.5.29.56"), "{text}");
    }
}
