//! The baseline level (EN 319 122-1 clause 6.3, EN 319 142-1 clause 6.3).

use super::{Expectation, Validation, integrity::Intact};
use crate::{
    asn1::identifiers,
    report::{Finding, Indication, SignatureReport, code},
};

impl Validation<'_> {
    /// The level of a signature that is intact. Levels above T need the container format's
    /// validation data, which its own crate looks at.
    pub(super) fn level(
        &self,
        signature: &Intact<'_>,
        report: &mut SignatureReport,
    ) -> Option<String> {
        let format = match self.expectation {
            Expectation::Cades => "CAdES",
            Expectation::Pades => "PAdES",
        };
        if !signature.names_certificate {
            let explanation = "without a signing-certificate attribute it is no AdES signature";
            report.findings.push(Finding::new(code::BASELINE, "signature", explanation));
            return None;
        }
        let broken = self.broken_requirements(signature);
        for explanation in &broken {
            report.findings.push(Finding::new(code::BASELINE, "signature", *explanation));
        }
        let is_stamped = report.time_stamps.iter().any(|time_stamp| {
            let within = |time| time <= signature.certificate.not_after();
            time_stamp.indication == Indication::TotalPassed
                && time_stamp.gen_time.is_some_and(within)
        });
        Some(match (broken.is_empty(), is_stamped) {
            (false, _) => format!("{format}-NOT-ETSI"),
            (true, false) => format!("{format}-B-B"),
            (true, true) => format!("{format}-B-T"),
        })
    }

    fn broken_requirements(&self, signature: &Intact<'_>) -> Vec<&'static str> {
        let signer = signature.signer;
        let signing_time = signer.signed_attribute(identifiers::SIGNING_TIME);
        let claims_time = signing_time.is_ok_and(|time| time.is_some());
        let is_data = signer.content_type().is_ok_and(|of| of == Some(identifiers::DATA));
        let mut broken = Vec::new();
        if !signature.holds_certificate {
            broken.push("the signer's certificate is not in the container");
        }
        match self.expectation {
            Expectation::Cades if !claims_time => broken.push("CAdES demands a signing-time"),
            Expectation::Pades if claims_time => broken.push("PAdES forbids a signing-time"),
            Expectation::Pades if !is_data => broken.push("PAdES demands the content-type id-data"),
            Expectation::Pades if signature.is_attached => {
                broken.push("PAdES forbids content in the container");
            }
            Expectation::Cades | Expectation::Pades => {}
        }
        broken
    }
}
