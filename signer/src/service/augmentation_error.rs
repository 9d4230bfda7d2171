//! Why the level of a document's signatures is not raised.

use std::fmt;

use cades::{
    AugmentationRefusal, PathFailure,
    report::{Indication, SignatureReport, StatedLevel, SubIndication},
};
use seal::Level;
use serde::Serialize;

use crate::service::document::NEITHER;

/// The most findings that are told of one signature.
const MAXIMUM_FINDINGS: usize = 8;

/// Why the level of a document's signatures is not raised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AugmentationError {
    /// The document holds no signature.
    #[error("the document holds no signature that can be read")]
    NoSignature,
    /// The document is nothing that could hold one.
    #[error("{NEITHER}")]
    Neither,
    /// A signature does not hold, or not any more.
    #[error("{0}")]
    NotValid(Objection),
    /// A signature's certificates lead to none of the anchors that this service trusts.
    #[error("{0}")]
    NotTrusted(Objection),
    /// A signature is none of the baseline, which the levels are defined for.
    #[error("{object} is no signature of the baseline (EN 319 122-1, EN 319 142-1)")]
    NotBaseline {
        /// The signature.
        object: String,
    },
    /// The container cannot take more.
    #[error("the signature cannot be augmented: {0}")]
    NotAugmentable(#[from] AugmentationRefusal),
    /// What stands in the document does not suffice, or would become too much.
    #[error("the signature cannot be augmented: {0}")]
    NotUsable(String),
    /// There is nothing to raise.
    #[error("every signature has level {0} or a higher one already")]
    LevelReached(Level),
    /// Whoever should have revocation data does not answer.
    #[error("revocation data cannot be had at present of: {}", certificates.join("; "))]
    RevocationUnavailable {
        /// The certificates' subjects.
        certificates: Vec<String>,
    },
    /// There are no revocation data where this service may look.
    #[error(
        "no revocation data that this service knows of tell about: {}", certificates.join("; ")
    )]
    RevocationUnknown {
        /// The certificates' subjects.
        certificates: Vec<String>,
    },
    /// What was made does not have the level by our own validator: it is not answered.
    #[error("the signature cannot be augmented: what was made does not hold: {0}")]
    ResultNotValid(Objection),
}

/// What speaks against a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    object: String,
    indication: Indication,
    sub_indication: Option<SubIndication>,
    level: Option<StatedLevel>,
    findings: Vec<String>,
}

impl Objection {
    /// That no path leads from a certificate of `object` to a trust anchor.
    pub(super) fn untrusted(object: String, failure: &PathFailure) -> Self {
        Self {
            object,
            indication: Indication::Indeterminate,
            sub_indication: Some(SubIndication::NoCertificateChainFound),
            level: None,
            findings: vec![failure.to_string()],
        }
    }

    /// What the report on `object` says.
    pub(super) fn new(object: String, report: &SignatureReport) -> Self {
        let findings = report.findings.iter().take(MAXIMUM_FINDINGS);
        Self {
            object,
            indication: report.indication,
            sub_indication: report.sub_indication,
            level: report.level,
            findings: findings.map(|finding| finding.explanation.clone()).collect(),
        }
    }
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}", self.object, word(&self.indication))?;
        if let Some(reason) = &self.sub_indication {
            write!(f, " ({})", word(reason))?;
        }
        if let Some(level) = &self.level {
            write!(f, " at {level}")?;
        }
        if !self.findings.is_empty() {
            write!(f, ": {}", self.findings.join("; "))?;
        }
        Ok(())
    }
}

/// The standard's word.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use cades::report::{Baseline, Finding};

    use super::*;

    #[test]
    fn an_objection_names_signature_outcome_and_findings() {
        let mut report = SignatureReport::new(SystemTime::UNIX_EPOCH);
        report.level = Some(StatedLevel::Pades(Baseline::Level(Level::BB)));
        let finding = Finding::new("certificate-expired", "x", "the certificate has expired");
        report.conclude(Indication::Indeterminate, SubIndication::OutOfBoundsNoPoe, finding);
        let objection = Objection::new("signature `A`".into(), &report);
        let expected = "signature `A` is INDETERMINATE (OUT_OF_BOUNDS_NO_POE) at PAdES-B-B: \
                        the certificate has expired";
        assert_eq!(objection.to_string(), expected);
    }
}
