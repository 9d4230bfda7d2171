//! Validating and augmenting a CMS.

use cades::{
    Augmentation, Expectation, HashAlgorithm, SignedContent, Validation,
    report::{Indication, Kind, SignatureReport},
};
use seal::DigestAlgorithm;

use super::{Bench, Outcome, contains, sha256};
use crate::world::{CONTENT, noon};

/// Content that nobody signed.
const OTHER: &[u8] = b"Somebody else decides.";

pub(super) fn run(bench: &Bench, input: &[u8]) -> Outcome {
    let validate = |input: &[u8], expectation, content| {
        let validation =
            Validation { trust: &bench.trust, expectation, now: noon(), proven_time: None };
        let report = validation.validate(input, content);
        assert!(serde_json::to_string(&report).is_ok());
        report
    };
    let passed = |report: &SignatureReport| report.indication == Indication::TotalPassed;
    let genuine = |algorithm: HashAlgorithm| algorithm.hash(CONTENT);
    let other = |algorithm: HashAlgorithm| algorithm.hash(OTHER);

    for expectation in [Expectation::Cades, Expectation::Pades] {
        for content in [SignedContent::Bytes(OTHER), SignedContent::Hashed(&other)] {
            let report = validate(input, expectation, content);
            assert!(!passed(&report), "other content passes: {report:#?}");
        }
    }
    let attached = validate(input, Expectation::Cades, SignedContent::Attached);
    // A time-stamp token is a CMS too: it holds the digest.
    let signed = contains(input, CONTENT) || contains(input, sha256(CONTENT).as_bytes());
    assert!(!passed(&attached) || signed, "{attached:#?}");
    let report = validate(input, Expectation::Cades, SignedContent::Bytes(CONTENT));
    let hashed = validate(input, Expectation::Cades, SignedContent::Hashed(&genuine));
    assert!(passed(&report) || !passed(&hashed), "a digest says less than what it is of");
    if passed(&report) {
        let followed =
            validate(&[input, b"x"].concat(), Expectation::Cades, SignedContent::Attached);
        assert!(!passed(&followed), "bytes after the container pass: {followed:#?}");
    }

    let validation = Validation {
        trust: &bench.trust,
        expectation: Expectation::Cades,
        now: noon(),
        proven_time: None,
    };
    let _ = validation.needs(input);
    let _ = validation.validate_time_stamp(input, &genuine);
    let Ok(augmentation) = Augmentation::parse(input.to_vec()) else {
        // A time-stamp token by itself is judged, and not raised.
        let is_token = report.kind == Some(Kind::TimeStamp);
        return if is_token { Outcome::Read } else { Outcome::Refused };
    };
    let all = validation.validate_all(input, SignedContent::Bytes(CONTENT));
    let all: Vec<bool> = all.iter().map(passed).collect();
    augment(bench, augmentation, &all);
    if passed(&report) { Outcome::Passed } else { Outcome::Read }
}

/// Whatever is added, signatures that passed still pass.
fn augment(bench: &Bench, augmentation: Augmentation, passes: &[bool]) {
    let signatures = augmentation.signatures().expect("a container that was taken");
    for signature in &signatures {
        augmentation.imprint(signature, DigestAlgorithm::Sha256).expect("it is of this one");
    }
    let Ok(long) = augmentation.with_validation_data(&bench.world.evidence()) else { return };
    Augmentation::parse(long.as_der().to_vec()).expect("what was augmented can be again");
    let expectation = Expectation::Cades;
    let validation =
        Validation { trust: &bench.trust, expectation, now: noon(), proven_time: None };
    let content = SignedContent::Bytes(CONTENT);
    let reports = validation.validate_all(long.as_der(), content);
    // What was missing before may be there now.
    assert_eq!(reports.len(), passes.len(), "augmented: {reports:#?}");
    let passed = reports.iter().map(|report| report.indication == Indication::TotalPassed);
    let mut still = passed.zip(passes);
    assert!(still.all(|(after, &before)| after || !before), "augmented: {reports:#?}");
    for signature in &signatures {
        let _ = long.clone().archive_time_stamp(signature, content, DigestAlgorithm::Sha256);
    }
}
