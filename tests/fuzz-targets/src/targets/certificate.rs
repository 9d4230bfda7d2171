//! Certificates and trust anchors.

use cades::{Certificate, TrustAnchors};
use seal::{CertificateDer, SignatureAlgorithm};

use super::{Bench, Outcome};
use crate::world::noon;

pub(super) fn run(bench: &Bench, input: &[u8]) -> Outcome {
    let anchors = TrustAnchors::parse(input);
    let Ok(certificate) = Certificate::parse(CertificateDer::new(input.to_vec())) else {
        return if anchors.is_ok() { Outcome::Read } else { Outcome::Refused };
    };
    assert_eq!(certificate.der().as_bytes(), input);
    let names = [certificate.subject_name(), certificate.issuer_name()];
    assert!(!format!("{names:?} {certificate:?}").is_empty());
    certificate.is_valid_at(noon());
    let suits = SignatureAlgorithm::ALL.into_iter().filter(|suite| certificate.suits(*suite));
    let outcome = if suits.count() > 0 { Outcome::Passed } else { Outcome::Read };
    // As an intermediate certificate of somebody's, it changes nothing for a genuine signature.
    let mut trust = bench.trust.clone();
    trust.certificates.insert(0, certificate);
    let container = bench.world.file("containers/ES256-B-T");
    let validation = cades::Validation {
        trust: &trust,
        expectation: cades::Expectation::Cades,
        now: noon(),
        proven_time: None,
    };
    let content = cades::SignedContent::Bytes(crate::world::CONTENT);
    let report = validation.validate(container, content);
    assert_eq!(report.indication, cades::report::Indication::TotalPassed, "{report:#?}");
    outcome
}
