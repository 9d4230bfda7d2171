//! Whole validations, by what they conclude.

mod accusations;
mod archives;
mod foreign;
mod forged;
mod long_term;
mod mutated;
mod policies;
mod revocation;
mod spelt;

use std::time::SystemTime;

use rcgen::{CustomExtension, DnType, KeyUsagePurpose};
use seal::{CertificateDer, Digest, DigestAlgorithm, SignatureAlgorithm};

use super::*;
use crate::{
    Content, OcspResponse, RevocationList, Signature, SignatureKind, TrustAnchors, ValidationData,
    pki::{self, CONTENT, EndEntity, MINUTE, Pki, noon},
    report::Indication::{Indeterminate, TotalFailed, TotalPassed},
};

const ES256: SignatureAlgorithm = SignatureAlgorithm::EcdsaP256Sha256;

fn cades() -> SignatureKind {
    SignatureKind::Cades { signing_time: noon() }
}

fn trust(pki: &Pki) -> TrustMaterial {
    TrustMaterial { anchors: pki.anchors(), ..TrustMaterial::default() }
}

fn validate_at(pki: &Pki, container: &[u8], now: SystemTime) -> SignatureReport {
    let (trust, expectation) = (&trust(pki), Expectation::Cades);
    Validation { trust, expectation, now, proven_time: None }
        .validate(container, SignedContent::Bytes(CONTENT))
}

fn detached(signature: &Signature) -> Vec<u8> {
    signature.to_der(Content::Detached).unwrap()
}

fn stamped(pki: &Pki, end_entity: &EndEntity, at: SystemTime) -> Vec<u8> {
    let signature = end_entity.sign(CONTENT, cades());
    let token = pki.token(pki::imprint(&signature), at, None);
    detached(&signature.with_unverified_time_stamp(token))
}

fn codes(report: &SignatureReport) -> Vec<&'static str> {
    report.findings.iter().map(|finding| finding.code).collect()
}

fn conclusion(report: &SignatureReport) -> (Indication, Option<SubIndication>) {
    (report.indication, report.sub_indication)
}

#[test]
fn a_time_stamped_seal_passes_long_after_its_certificate_expired() {
    let pki = Pki::new();
    for algorithm in SignatureAlgorithm::ALL {
        let container = stamped(&pki, &pki.seal(algorithm), noon() + MINUTE);
        for now in [noon() + 2 * MINUTE, noon() + 900 * 60 * MINUTE] {
            let report = validate_at(&pki, &container, now);
            assert_eq!(conclusion(&report), (TotalPassed, None), "{:?}", report.findings);
            assert_eq!(report.kind, Some(Kind::Seal));
            assert_eq!(report.level_name(), Some("CAdES-B-T"));
            assert_eq!(report.best_signature_time, noon() + MINUTE);
            assert_eq!(report.signing_time, Some(noon()));
            assert_eq!(report.certificates.len(), 3);
            assert_eq!(report.time_stamps[0].authority.as_deref(), Some("Test TSU"));
        }
    }
}

#[test]
fn without_a_time_stamp_the_certificate_must_be_valid_now() {
    let pki = Pki::new();
    let assured = pki.seal(ES256);
    let revocable = pki.end_entity(ES256, |_| {});
    let not_revoked = Some(SubIndication::OutOfBoundsNotRevoked);
    let no_proof = Some(SubIndication::OutOfBoundsNoPoe);
    let (late, early) = (noon() + 16 * MINUTE, noon() - 6 * MINUTE);
    for (end_entity, now, expected) in [
        (&assured, noon() + 15 * MINUTE, (TotalPassed, None)),
        (&revocable, noon() - 5 * MINUTE, (TotalPassed, None)),
        (&assured, late, (Indeterminate, not_revoked)),
        (&revocable, late, (Indeterminate, no_proof)),
        (&assured, early, (Indeterminate, no_proof)),
    ] {
        let container = detached(&end_entity.sign(CONTENT, cades()));
        let report = validate_at(&pki, &container, now);
        assert_eq!(conclusion(&report), expected);
        assert_eq!(report.level_name(), Some("CAdES-B-B"));
        assert_eq!(report.best_signature_time, now);
    }
}

#[test]
fn a_time_stamp_after_the_validity_proves_too_little_and_one_before_it_too_much() {
    let pki = Pki::new();
    for (at, expected) in [
        (noon() + 16 * MINUTE, (Indeterminate, Some(SubIndication::OutOfBoundsNotRevoked))),
        (noon() - 6 * MINUTE, (TotalFailed, Some(SubIndication::NotYetValid))),
    ] {
        let container = stamped(&pki, &pki.seal(ES256), at);
        let report = validate_at(&pki, &container, noon() + 20 * MINUTE);
        assert_eq!(conclusion(&report), expected);
    }
}

#[test]
fn a_time_stamp_that_proves_nothing_is_left_out_of_account() {
    let (pki, strangers) = (Pki::new(), Pki::new());
    let signature = pki.seal(ES256).sign(CONTENT, cades());
    let imprint = pki::imprint(&signature);
    let other = Digest::of(DigestAlgorithm::Sha256, b"");
    let mut broken = pki.token(imprint, noon(), None).as_bytes().to_vec();
    *broken.last_mut().unwrap() ^= 1;
    let future = noon() + 10 * MINUTE;
    let hash_failure = (TotalFailed, Some(SubIndication::HashFailure));
    let no_path = (Indeterminate, Some(SubIndication::NoCertificateChainFound));
    for (token, expected) in [
        (pki.token(other, noon(), None), hash_failure),
        (strangers.token(imprint, noon(), None), no_path),
        (
            seal::TimeStampTokenDer::new(broken),
            (TotalFailed, Some(SubIndication::SigCryptoFailure)),
        ),
        (
            seal::TimeStampTokenDer::new(vec![0x30, 0]),
            (TotalFailed, Some(SubIndication::FormatFailure)),
        ),
        (
            pki.token(imprint, future, None),
            (Indeterminate, Some(SubIndication::SigConstraintsFailure)),
        ),
    ] {
        let container = detached(&signature.clone().with_unverified_time_stamp(token));
        let report = validate_at(&pki, &container, noon() + MINUTE);
        assert_eq!(conclusion(&report), (TotalPassed, None));
        assert_eq!(report.level_name(), Some("CAdES-B-B"));
        assert_eq!(report.best_signature_time, noon() + MINUTE);
        let time_stamp = &report.time_stamps[0];
        assert_eq!((time_stamp.indication, time_stamp.sub_indication), expected);
        assert!(codes(&report).contains(&code::TIME_STAMP_REFUSED));
    }
}

#[test]
fn a_time_stamp_whose_authority_expired_needs_a_later_proof_and_revocation_data() {
    let pki = Pki::new();
    let container = stamped(&pki, &pki.seal(ES256), noon());
    let mut trust = trust(&pki);
    let now = noon() + 2000 * 60 * MINUTE;
    let validate = |trust: &TrustMaterial, proven_time| {
        Validation { trust, expectation: Expectation::Cades, now, proven_time }
            .validate(&container, SignedContent::Bytes(CONTENT))
    };
    let proof = Some(noon() + 60 * MINUTE);
    assert_eq!(validate(&trust, None).indication, Indeterminate);
    let report = validate(&trust, proof);
    assert_eq!(report.indication, Indeterminate);
    assert_eq!(report.time_stamps[0].sub_indication, Some(SubIndication::OutOfBoundsNoPoe));
    let list = RevocationList::parse(pki.revocation_list(&[], noon())).unwrap();
    trust.revocation_lists = vec![list];
    assert_eq!(validate(&trust, None).indication, Indeterminate);
    let report = validate(&trust, proof);
    assert_eq!(conclusion(&report), (TotalPassed, None), "{:?}", report.findings);
    assert_eq!(report.best_signature_time, noon());
}

#[test]
fn the_content_must_be_there_and_the_one_that_was_signed() {
    let pki = Pki::new();
    let signature = pki.seal(ES256).sign(CONTENT, cades());
    let inside = signature.to_der(Content::Attached(CONTENT)).unwrap();
    let outside = detached(&signature);
    let trust = trust(&pki);
    let (expectation, now) = (Expectation::Cades, noon());
    let validation = Validation { trust: &trust, expectation, now, proven_time: None };
    let same = |algorithm: HashAlgorithm| algorithm.hash(CONTENT);
    let other = |algorithm: HashAlgorithm| algorithm.hash(b"decision 18");
    let changed = (TotalFailed, Some(SubIndication::HashFailure));
    let missing = (Indeterminate, Some(SubIndication::SignedDataNotFound));
    let passed = (TotalPassed, None);
    for (container, content, expected) in [
        (&outside, SignedContent::Bytes(CONTENT), passed),
        (&outside, SignedContent::Hashed(&same), passed),
        (&inside, SignedContent::Attached, passed),
        (&inside, SignedContent::Bytes(CONTENT), passed),
        (&inside, SignedContent::Hashed(&same), passed),
        (&outside, SignedContent::Attached, missing),
        (&outside, SignedContent::Bytes(b"decision 18"), changed),
        (&outside, SignedContent::Hashed(&other), changed),
        (&inside, SignedContent::Bytes(b"decision 18"), changed),
        (&inside, SignedContent::Hashed(&other), changed),
    ] {
        let report = validation.validate(container, content);
        assert_eq!(conclusion(&report), expected, "{content:?}");
    }
}

#[test]
fn only_zeros_may_follow_and_only_in_a_pdf() {
    let pki = Pki::new();
    let container = detached(&pki.seal(ES256).sign(CONTENT, SignatureKind::Pades));
    let zeros = [&container[..], &[0; 40]].concat();
    let garbage = [&container[..], &[0, 1]].concat();
    let trust = trust(&pki);
    let failure = (TotalFailed, Some(SubIndication::FormatFailure));
    for (bytes, expectation, expected) in [
        (&container, Expectation::Pades, (TotalPassed, None)),
        (&zeros, Expectation::Pades, (TotalPassed, None)),
        (&garbage, Expectation::Pades, failure),
        (&zeros, Expectation::Cades, failure),
        (&garbage, Expectation::Cades, failure),
    ] {
        let validation = Validation { trust: &trust, expectation, now: noon(), proven_time: None };
        let report = validation.validate(bytes, SignedContent::Bytes(CONTENT));
        assert_eq!(conclusion(&report), expected);
    }
}

#[test]
fn the_level_names_a_baseline_that_is_not_kept() {
    let pki = Pki::new();
    let trust = trust(&pki);
    for (kind, expectation, level) in [
        (cades(), Expectation::Cades, "CAdES-B-B"),
        (SignatureKind::Pades, Expectation::Pades, "PAdES-B-B"),
        (SignatureKind::Pades, Expectation::Cades, "CAdES-NOT-ETSI"),
        (cades(), Expectation::Pades, "PAdES-NOT-ETSI"),
    ] {
        let container = detached(&pki.seal(ES256).sign(CONTENT, kind));
        let validation = Validation { trust: &trust, expectation, now: noon(), proven_time: None };
        let report = validation.validate(&container, SignedContent::Bytes(CONTENT));
        assert_eq!(report.level_name(), Some(level));
        assert_eq!(report.indication, TotalPassed);
    }
}

#[test]
fn a_natural_person_makes_a_signature() {
    let pki = Pki::new();
    let person = pki.end_entity(ES256, |params| {
        params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 42]), "Karen");
        params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 4]), "Blixen");
    });
    let report = validate_at(&pki, &detached(&person.sign(CONTENT, cades())), noon());
    assert_eq!(report.kind, Some(Kind::Signature));
    let subject = report.signer.unwrap().subject;
    assert_eq!(subject.given_name.as_deref(), Some("Karen"));
    assert_eq!(subject.organization_identifier.as_deref(), Some("NTRDK-12345674"));
}

#[test]
fn a_certificate_that_may_not_sign_here_is_not_enough() {
    let pki = Pki::new();
    let constraints = (Indeterminate, Some(SubIndication::ChainConstraintsFailure));
    let key_usage =
        pki.end_entity(ES256, |params| params.key_usages = vec![KeyUsagePurpose::KeyEncipherment]);
    let critical = pki.end_entity(ES256, |params| {
        let mut unknown = CustomExtension::from_oid_content(&[2, 999, 1], vec![5, 0]);
        unknown.set_criticality(true);
        params.custom_extensions = vec![unknown];
    });
    for (end_entity, code) in [(key_usage, code::KEY_USAGE), (critical, code::PATH_INVALID)] {
        let report = validate_at(&pki, &detached(&end_entity.sign(CONTENT, cades())), noon());
        assert_eq!(conclusion(&report), constraints);
        assert!(codes(&report).contains(&code));
    }
}

#[test]
fn an_unknown_root_is_not_trusted() {
    let (pki, strangers) = (Pki::new(), Pki::new());
    let container = detached(&pki.seal(ES256).sign(CONTENT, cades()));
    let report = validate_at(&strangers, &container, noon());
    let expected = (Indeterminate, Some(SubIndication::NoCertificateChainFound));
    assert_eq!(conclusion(&report), expected);
}

#[test]
fn a_revoked_authority_spoils_only_what_is_not_older() {
    let pki = Pki::new();
    let ca = Certificate::parse(pki.ca.clone()).unwrap();
    let list =
        |revoked: &[&[u8]], at| RevocationList::parse(pki.revocation_list(revoked, at)).unwrap();
    let validate = |container: &[u8], lists, now| {
        let mut trust = trust(&pki);
        trust.revocation_lists = lists;
        let expectation = Expectation::Cades;
        Validation { trust: &trust, expectation, now, proven_time: None }
            .validate(container, SignedContent::Bytes(CONTENT))
    };
    let end_entity = pki.seal(ES256);
    let bare = detached(&end_entity.sign(CONTENT, cades()));
    let stamped = stamped(&pki, &end_entity, noon());
    let revoked_at = noon() + MINUTE;
    let revoked = || vec![list(&[ca.serial_number()], revoked_at)];

    let report = validate(&bare, vec![list(&[&[1]], noon())], noon());
    assert_eq!((conclusion(&report), codes(&report)), ((TotalPassed, None), vec![]));
    let report = validate(&bare, vec![], noon());
    assert_eq!(codes(&report), [code::REVOCATION_NOT_CHECKED]);
    let report = validate(&bare, revoked(), noon() + 2 * MINUTE);
    assert_eq!(conclusion(&report), (Indeterminate, Some(SubIndication::RevokedCaNoPoe)));
    let report = validate(&stamped, revoked(), noon() + 2 * MINUTE);
    assert_eq!(conclusion(&report), (TotalPassed, None), "{:?}", report.findings);
    assert!(codes(&report).contains(&code::CERTIFICATE_REVOKED));

    let unit = pki.unit_certificate();
    let report = validate(&stamped, vec![list(&[unit.serial_number()], noon())], noon() + MINUTE);
    assert_eq!(report.time_stamps[0].sub_indication, Some(SubIndication::RevokedNoPoe));
    assert_eq!(report.level_name(), Some("CAdES-B-B"));
}

#[test]
fn a_time_stamp_of_its_own_is_validated_over_its_data() {
    let pki = Pki::new();
    let token = pki.token(Digest::of(DigestAlgorithm::Sha512, CONTENT), noon(), None);
    let padded = [token.as_bytes(), &[0; 9]].concat();
    let trust = trust(&pki);
    let (expectation, now) = (Expectation::Pades, noon() + MINUTE);
    let validation = Validation { trust: &trust, expectation, now, proven_time: None };
    let report = validation.validate_time_stamp(&padded, &|of| of.hash(CONTENT));
    assert_eq!(conclusion(&report), (TotalPassed, None));
    assert_eq!((report.kind, report.best_signature_time), (Some(Kind::TimeStamp), noon()));
    let report = validation.validate_time_stamp(&padded, &|of| of.hash(b""));
    assert_eq!(conclusion(&report), (TotalFailed, Some(SubIndication::HashFailure)));
    let report = validation.validate_time_stamp(b"", &|of| of.hash(b""));
    assert_eq!(conclusion(&report), (TotalFailed, Some(SubIndication::FormatFailure)));
}

#[test]
fn the_report_serialises_with_the_words_of_the_standard() {
    let pki = Pki::new();
    let container = detached(&pki.seal(ES256).sign(CONTENT, cades()));
    let report = validate_at(&pki, &container, noon() + 16 * MINUTE);
    let json = serde_json::to_value(&report).unwrap();
    for (pointer, expected) in [
        ("/indication", "INDETERMINATE"),
        ("/sub_indication", "OUT_OF_BOUNDS_NOT_REVOKED"),
        ("/kind", "seal"),
        ("/best_signature_time", "2026-07-01T12:16:00Z"),
        ("/signer/organization_identifier", "NTRDK-12345674"),
        ("/signer/not_after", "2026-07-01T12:15:00Z"),
        ("/signer/issuer/common_name", "Test Issuing CA"),
        ("/algorithm", "ECDSA with SHA-256"),
        ("/findings/1/code", "certificate-expired"),
        ("/revocation_policy", "signer"),
    ] {
        assert_eq!(json.pointer(pointer).and_then(|value| value.as_str()), Some(expected));
    }
}
