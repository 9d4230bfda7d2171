//! Signatures that outlive their certificates: what passes when, with trust anchors alone.

use super::*;
use crate::{
    Augmentation, OcspResponse,
    pki::{Answer, DAY, Evidence, archived_at, stamped_at},
};

fn validate(evidence: &Evidence, container: &Augmentation, now: SystemTime) -> SignatureReport {
    validate_at(&evidence.pki, container.as_der(), now)
}

const PASSED: (Indication, Option<SubIndication>) = (TotalPassed, None);
const NOT_REVOKED: (Indication, Option<SubIndication>) =
    (Indeterminate, Some(SubIndication::OutOfBoundsNotRevoked));
const NO_PROOF: (Indication, Option<SubIndication>) =
    (Indeterminate, Some(SubIndication::OutOfBoundsNoPoe));

#[test]
fn each_level_passes_as_long_as_its_evidence_carries() {
    let (leaf, responder) = (noon() + 30 * MINUTE, noon() + 120 * MINUTE);
    let (first, second) = (noon() + 2 * DAY, noon() + 11 * DAY);
    let third = noon() + 21 * DAY;
    let now = noon() + 5 * MINUTE;
    let renewed = noon() + 9 * DAY + MINUTE;
    // B-B, B-T, B-LT, B-LTA, renewed; `None` where it would come from the future.
    let assured = [
        (now, [Some(PASSED), Some(PASSED), Some(PASSED), Some(PASSED), None]),
        (leaf, [Some(NOT_REVOKED), Some(PASSED), Some(PASSED), Some(PASSED), None]),
        (responder, [Some(NOT_REVOKED), Some(PASSED), Some(PASSED), Some(PASSED), None]),
        (first, [Some(NOT_REVOKED), Some(NOT_REVOKED), Some(NOT_REVOKED), Some(PASSED), None]),
        (renewed, [None, None, Some(NOT_REVOKED), Some(PASSED), Some(PASSED)]),
        (second, [None, None, Some(NOT_REVOKED), Some(NOT_REVOKED), Some(PASSED)]),
        (third, [None, None, None, Some(NOT_REVOKED), Some(NOT_REVOKED)]),
    ];
    let revocable = [
        (now, [Some(PASSED), Some(PASSED), Some(PASSED), Some(PASSED), None]),
        (leaf, [Some(NO_PROOF), Some(NO_PROOF), Some(PASSED), Some(PASSED), None]),
        (responder, [Some(NO_PROOF), Some(NO_PROOF), Some(NO_PROOF), Some(PASSED), None]),
        (first, [Some(NO_PROOF), Some(NO_PROOF), Some(NO_PROOF), Some(PASSED), None]),
        (renewed, [None, None, None, Some(PASSED), Some(PASSED)]),
        (second, [None, None, None, Some(NO_PROOF), Some(PASSED)]),
        (third, [None, None, None, None, Some(NO_PROOF)]),
    ];
    for (is_revocable, table) in [(false, assured), (true, revocable)] {
        let evidence = Evidence::new(ES256, is_revocable);
        for content in [Content::Detached, Content::Attached(CONTENT)] {
            let levels = evidence.levels(content);
            for (now, row) in table {
                for (index, expected) in row.into_iter().enumerate() {
                    let Some(expected) = expected else { continue };
                    let report = validate(&evidence, &levels[index], now);
                    let (found, hours) = (conclusion(&report), now.duration_since(noon()).unwrap());
                    let case = format!("{is_revocable} {index} {hours:?} {:#?}", report.findings);
                    assert_eq!(found, expected, "{case}");
                }
            }
        }
    }
}

#[test]
fn every_suite_reaches_every_level() {
    for algorithm in SignatureAlgorithm::ALL {
        let evidence = Evidence::new(algorithm, true);
        let levels = evidence.levels(Content::Attached(CONTENT));
        let names = ["CAdES-B-B", "CAdES-B-T", "CAdES-B-LT", "CAdES-B-LTA", "CAdES-B-LTA"];
        for (level, name) in levels.iter().zip(names) {
            let report = validate(&evidence, level, noon() + 9 * DAY + MINUTE);
            assert_eq!(report.level_name(), Some(name), "{:#?}", report.findings);
        }
        let report = validate(&evidence, &levels[4], noon() + 11 * DAY);
        assert_eq!(conclusion(&report), PASSED);
        assert_eq!(report.best_signature_time, stamped_at());
        let names = report.archive_time_stamps.iter().map(|one| one.authority.as_deref().unwrap());
        assert_eq!(names.collect::<Vec<_>>(), ["Third TSU", "Second TSU"]);
    }
}

#[test]
fn without_a_part_of_the_evidence_the_level_stays_at_t() {
    let evidence = Evidence::new(ES256, true);
    let stamped = evidence.stamped(evidence.baseline(Content::Detached));
    let data = evidence.data();
    let without_lists = ValidationData { revocation_lists: vec![], ..data.clone() };
    let without_answers = ValidationData { ocsp_responses: vec![], ..data.clone() };
    for (data, expected) in
        [(without_lists, "CAdES-B-T"), (without_answers, "CAdES-B-T"), (data, "CAdES-B-LT")]
    {
        let container = stamped.clone().with_validation_data(&data).unwrap();
        let archived = evidence.archived(container.clone(), &evidence.units[1], archived_at());
        for (container, expected) in
            [(&container, expected.to_owned()), (&archived, expected.replace("LT", "LTA"))]
        {
            let report = validate(&evidence, container, noon() + 5 * MINUTE);
            assert_eq!(report.level_name().map(str::to_owned), Some(expected));
        }
    }
}

#[test]
fn evidence_of_the_verifier_makes_no_level() {
    let evidence = Evidence::new(ES256, true);
    let stamped = evidence.stamped(evidence.baseline(Content::Detached));
    let data = evidence.data();
    let mut trust = trust(&evidence.pki);
    trust.revocation_lists = data.revocation_lists.clone();
    trust.ocsp_responses = data.ocsp_responses.clone();
    let validate = |trust: &TrustMaterial| {
        let (expectation, now) = (Expectation::Cades, noon() + 30 * MINUTE);
        Validation { trust, expectation, now, proven_time: None }
            .validate(stamped.as_der(), SignedContent::Bytes(CONTENT))
    };
    let report = validate(&trust);
    assert_eq!(conclusion(&report), PASSED, "{:#?}", report.findings);
    assert_eq!(report.level_name(), Some("CAdES-B-T"));
    trust.embedded = data;
    assert_eq!(validate(&trust).level_name(), Some("CAdES-B-LT"));
}

#[test]
fn evidence_outlives_its_responder_once_a_time_stamp_covers_it() {
    let evidence = Evidence::new(ES256, true);
    let stamped = evidence.stamped(evidence.baseline(Content::Detached));
    let data = evidence.data();
    let validate = |embedded| {
        let trust = TrustMaterial { embedded, ..trust(&evidence.pki) };
        let (expectation, now) = (Expectation::Cades, noon() + 120 * MINUTE);
        let report = Validation { trust: &trust, expectation, now, proven_time: None }
            .validate(stamped.as_der(), SignedContent::Bytes(CONTENT));
        conclusion(&report)
    };
    assert_eq!(validate(data.clone()), NO_PROOF);
    assert_eq!(validate(data.clone().proven_at(noon() + 61 * MINUTE)), NO_PROOF);
    assert_eq!(validate(data.proven_at(archived_at())), PASSED);
}

#[test]
fn a_policy_may_require_revocation_data() {
    let evidence = Evidence::new(ES256, false);
    let [baseline, .., archived, _] = evidence.levels(Content::Detached);
    let mut trust = trust(&evidence.pki);
    trust.revocation_policy = RevocationPolicy::Required;
    let validate = |trust: &TrustMaterial, container: &Augmentation| {
        let (expectation, now) = (Expectation::Cades, noon() + 5 * MINUTE);
        let report = Validation { trust, expectation, now, proven_time: None }
            .validate(container.as_der(), SignedContent::Bytes(CONTENT));
        conclusion(&report)
    };
    let general = (Indeterminate, Some(SubIndication::CertificateChainGeneralFailure));
    assert_eq!(validate(&trust, &baseline), general);
    assert_eq!(validate(&trust, &archived), PASSED);
    trust.revocation_lists = vec![evidence.list(noon())];
    assert_eq!(validate(&trust, &baseline), PASSED);
}

#[test]
fn a_revoked_signer_needs_a_time_stamp_from_before() {
    let evidence = Evidence::new(ES256, true);
    let baseline = evidence.baseline(Content::Detached);
    let stamped = evidence.stamped(baseline.clone());
    let validate = |container: &Augmentation, response: OcspResponse| {
        let mut trust = trust(&evidence.pki);
        trust.ocsp_responses = vec![response];
        let (expectation, now) = (Expectation::Cades, noon() + 10 * MINUTE);
        let report = Validation { trust: &trust, expectation, now, proven_time: None }
            .validate(container.as_der(), SignedContent::Bytes(CONTENT));
        (conclusion(&report), codes(&report).contains(&code::CERTIFICATE_REVOKED))
    };
    let at = |minutes: u32| {
        evidence.answer(&Answer::revoked(noon() + minutes * MINUTE, noon() + 8 * MINUTE))
    };
    let revoked = (Indeterminate, Some(SubIndication::RevokedNoPoe));
    assert_eq!(validate(&baseline, at(5)), (revoked, true));
    assert_eq!(validate(&stamped, at(5)), (PASSED, true));
    assert_eq!(validate(&stamped, at(0)), (revoked, true));
    let unknown = evidence.answer(&Answer::unknown(noon()));
    assert_eq!(validate(&baseline, unknown), (PASSED, false));
}

#[test]
fn a_content_time_stamp_from_after_the_end_condemns() {
    let evidence = Evidence::new(ES256, true);
    let signed = |at| {
        let token = evidence.units[0].token(pki_digest(), at);
        let attribute = crate::signed_data::attribute(
            identifiers::CONTENT_TIME_STAMP,
            crate::asn1::Part::Raw(token.as_bytes()),
        );
        evidence.signer.sign_with(CONTENT, &attribute)
    };
    let validate = |container: &[u8], answer: Answer| {
        let mut trust = trust(&evidence.pki);
        trust.ocsp_responses = vec![evidence.answer(&answer)];
        let (expectation, now) = (Expectation::Cades, noon() + 30 * MINUTE);
        let report = Validation { trust: &trust, expectation, now, proven_time: None }
            .validate(container, SignedContent::Bytes(CONTENT));
        conclusion(&report)
    };
    let good = Answer::good(noon() + MINUTE);
    let revoked = Answer::revoked(noon() + MINUTE, noon() + 5 * MINUTE);
    for (made_after, answer, expected) in [
        (noon(), &good, NOT_REVOKED),
        (noon() + 16 * MINUTE, &good, (TotalFailed, Some(SubIndication::Expired))),
        (noon() + 2 * MINUTE, &revoked, (TotalFailed, Some(SubIndication::Revoked))),
    ] {
        assert_eq!(validate(&signed(made_after), answer.clone()), expected);
    }
}

#[test]
fn an_archive_time_stamp_over_something_else_proves_nothing() {
    let evidence = Evidence::new(ES256, false);
    let levels = evidence.levels(Content::Detached);
    let now = noon() + 2 * DAY;
    let read = SignedData::read(levels[3].as_der()).unwrap();
    let stolen = read.signers[0].unsigned_values(identifiers::ARCHIVE_TIME_STAMP_V3);
    let stolen = seal::TimeStampTokenDer::new(stolen.map(|one| one.raw).next().unwrap().to_vec());
    // Another signature by the same signer, with the archive-time-stamp of the first.
    let other = evidence.stamped(evidence.baseline(Content::Detached));
    let other = other.with_validation_data(&evidence.data()).unwrap();
    let attribute = crate::signed_data::attribute(
        identifiers::ARCHIVE_TIME_STAMP_V3,
        crate::asn1::Part::Raw(stolen.as_bytes()),
    );
    let forged = other.with_attribute(attribute);
    let report = validate(&evidence, &forged, now);
    assert_eq!(conclusion(&report), NOT_REVOKED);
    let archive = &report.archive_time_stamps[0];
    let failed = (TotalFailed, Some(SubIndication::HashFailure));
    assert_eq!((archive.indication, archive.sub_indication), failed);
    assert_eq!(report.level_name(), Some("CAdES-B-LT"));
}

#[test]
fn no_byte_of_archived_evidence_can_change() {
    let evidence = Evidence::new(ES256, true);
    let container = evidence.levels(Content::Attached(CONTENT))[3].as_der().to_vec();
    // The first unit has expired, the responder too: everything depends on the archive.
    let now = noon() + 2 * DAY;
    let read = SignedData::read(&container).unwrap();
    let stamps = [identifiers::SIGNATURE_TIME_STAMP, identifiers::ARCHIVE_TIME_STAMP_V3];
    let signer = &read.signers[0];
    let mut parts: Vec<&[u8]> = read.revocation_choices.clone();
    for oid in stamps {
        for value in signer.unsigned_values(oid) {
            let token = SignedData::parse(value.raw).unwrap();
            parts.extend(token.signers.iter().map(|one| one.fields));
            parts.extend(token.signers.iter().flat_map(|one| {
                one.unsigned_values(identifiers::ATS_HASH_INDEX_V3).map(|one| one.raw)
            }));
        }
    }
    let start = container.as_ptr().addr();
    let positions = parts.iter().flat_map(|part| {
        let from = part.as_ptr().addr() - start;
        (from..from + part.len()).step_by(3)
    });
    for index in positions.collect::<Vec<_>>() {
        let mut mutated = container.clone();
        // The lowest bit tells types of strings apart, in which a name is the same.
        mutated[index] ^= 0x80;
        let report = validate_at(&evidence.pki, &mutated, now);
        assert_ne!(report.indication, TotalPassed, "byte {index}");
    }
}

#[test]
fn what_is_needed_for_long_term_is_told_until_it_is_there() {
    for is_revocable in [false, true] {
        let evidence = Evidence::new(ES256, is_revocable);
        let trust = trust(&evidence.pki);
        let (expectation, now) = (Expectation::Cades, noon() + 2 * MINUTE);
        let validation = Validation { trust: &trust, expectation, now, proven_time: None };
        let levels = evidence.levels(Content::Detached);
        let subjects = |container: &Augmentation| {
            let needs = validation.needs(container.as_der()).unwrap();
            let name = |one: &RevocationNeed| one.certificate.subject_name().to_string();
            let mut names: Vec<_> = needs.revocation.iter().map(name).collect();
            names.sort();
            names
        };
        let signer = evidence.leaf().subject_name().to_string();
        let mut expected = vec!["First TSU".to_owned(), "Test Issuing CA".to_owned()];
        expected.extend(is_revocable.then_some(signer));
        assert_eq!(subjects(&levels[1]), expected);
        assert!(subjects(&levels[2]).is_empty());
        assert!(subjects(&levels[3]).is_empty());
        let needs = validation.needs(levels[1].as_der()).unwrap();
        let root = Certificate::parse(evidence.pki.root.clone()).unwrap();
        assert_eq!(needs.revocation.last().unwrap().issuer, root);
        let token = evidence.units[0].token(pki_digest(), noon());
        let needs = validation.needs(token.as_bytes()).unwrap();
        assert_eq!(needs.revocation[0].certificate, evidence.units[0].certificate);
        assert!(needs.certificates.is_empty());
    }
}

/// The responder's certificate has expired since, so that its answer counts only because an
/// archive-time-stamp is older.
#[test]
fn what_an_archive_time_stamp_covers_is_not_needed_again() {
    let evidence = Evidence::new(ES256, true);
    let trust = trust(&evidence.pki);
    let (expectation, now) = (Expectation::Cades, noon() + 9 * DAY);
    let validation = Validation { trust: &trust, expectation, now, proven_time: None };
    let [_, _, long_term, archived, renewed] = evidence.levels(Content::Detached);
    let needs = |container: &Augmentation| validation.needs(container.as_der()).unwrap().revocation;
    assert!(!needs(&long_term).is_empty());
    assert_eq!(needs(&archived), []);
    assert_eq!(needs(&renewed), []);
}

fn pki_digest() -> Digest {
    Digest::of(DigestAlgorithm::Sha256, CONTENT)
}
