//! The baseline level (EN 319 122-1 clause 6.3, EN 319 142-1 clause 6.3).

use seal::Level;

use super::{Expectation, Validation, integrity::Intact};
use crate::{
    asn1::identifiers,
    report::{Baseline, Finding, SignatureReport, StatedLevel, TimeStampReport, code},
};

/// What level LT forbids (EN 319 122-1 table 1): their data belong into `SignedData`.
const NOT_IN_LONG_TERM: [&[u8]; 5] = [
    identifiers::CERTIFICATE_VALUES,
    identifiers::REVOCATION_VALUES,
    identifiers::COMPLETE_CERTIFICATE_REFERENCES,
    identifiers::COMPLETE_REVOCATION_REFERENCES,
    identifiers::TIME_STAMPED_REFERENCES,
];

/// That it was judged which level the signature has.
#[derive(Debug)]
pub(super) struct LevelStated {
    /// None of what is no AdES signature at all.
    pub(super) stated: Option<StatedLevel>,
    _checked: (),
}

impl Validation<'_> {
    /// The level of a signature that is intact. `has_evidence`: the revocation data of the paths
    /// of signer and time-stamps stand in the document. Whether a PDF's document time-stamp
    /// covers them, and makes level LTA of it, is not seen here.
    pub(super) fn level(
        &self,
        signature: &Intact<'_>,
        has_evidence: bool,
        report: &mut SignatureReport,
    ) -> LevelStated {
        LevelStated { stated: self.stated_level(signature, has_evidence, report), _checked: () }
    }

    fn stated_level(
        &self,
        signature: &Intact<'_>,
        has_evidence: bool,
        report: &mut SignatureReport,
    ) -> Option<StatedLevel> {
        if self.expectation != Expectation::Pkcs7 {
            if !signature.names_certificate {
                let explanation = "without a signing-certificate attribute it is no AdES signature";
                report.findings.push(Finding::new(code::BASELINE, "signature", explanation));
                return None;
            }
            let broken = self.broken_requirements(signature);
            for explanation in &broken {
                report.findings.push(Finding::new(code::BASELINE, "signature", *explanation));
            }
            if !broken.is_empty() {
                return Some(self.stated(Baseline::NotEtsi));
            }
        }
        let not_after = signature.certificate.not_after();
        let in_time = |stamp: &TimeStampReport| {
            stamp.proved_once() && stamp.gen_time.is_some_and(|time| time <= not_after)
        };
        let by_document = self.expectation != Expectation::Cades
            && self.proven_time.is_some_and(|time| time <= not_after);
        let is_archived = report.archive_time_stamps.iter().any(TimeStampReport::proved_once);
        let allows_long_term = self.allows_long_term(signature, report);
        let level = if !report.time_stamps.iter().any(in_time) && !by_document {
            Level::BB
        } else if !has_evidence || !allows_long_term {
            Level::BT
        } else if !is_archived {
            Level::BLT
        } else {
            Level::BLTA
        };
        Some(self.stated(Baseline::Level(level)))
    }

    fn stated(&self, baseline: Baseline) -> StatedLevel {
        match (self.expectation, baseline) {
            (Expectation::Cades, baseline) => StatedLevel::Cades(baseline),
            (Expectation::Pades, baseline) => StatedLevel::Pades(baseline),
            (Expectation::Pkcs7, Baseline::Level(level)) => StatedLevel::Pkcs7(level),
            // It is no AdES signature: nothing is required of it.
            (Expectation::Pkcs7, Baseline::NotEtsi) => StatedLevel::Pkcs7(Level::BB),
        }
    }

    fn allows_long_term(&self, signature: &Intact<'_>, report: &mut SignatureReport) -> bool {
        if self.expectation == Expectation::Pkcs7 {
            return true;
        }
        let there = |oid: &&[u8]| signature.signer.unsigned_values(oid).next().is_some();
        let allowed = !NOT_IN_LONG_TERM.iter().any(there);
        if !allowed {
            let explanation = "levels LT and LTA forbid certificate-values, revocation-values and \
                               references to them";
            report.findings.push(Finding::new(code::BASELINE, "signature", explanation));
        }
        allowed
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
            Expectation::Cades | Expectation::Pades | Expectation::Pkcs7 => {}
        }
        broken
    }
}
