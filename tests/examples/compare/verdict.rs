//! What one side says of one signature, in words that both use.

/// One side's verdict on one signature or time-stamp.
pub(crate) struct Verdict {
    /// The field of a PDF, or the place in a CMS from 0.
    pub field: String,
    /// Whether it is a time-stamp by itself.
    pub is_time_stamp: bool,
    pub indication: Indication,
    /// In the words of EN 319 102-1, with `_`; empty when nothing is wrong.
    pub sub_indication: String,
    /// `PAdES-BASELINE-T`, `PAdES-B-T`: each side's own word.
    pub level: String,
    /// Findings, errors and warnings.
    pub words: Vec<String>,
}

/// The better first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Indication {
    Passed,
    Indeterminate,
    Failed,
}

/// What one side says of a file.
pub(crate) struct Report {
    pub verdicts: Vec<Verdict>,
    /// Certificates in DER that were trusted.
    pub anchors: Vec<Vec<u8>>,
}

impl Indication {
    /// Reads `TOTAL-PASSED`, `TOTAL_PASSED`, `PASSED` and so on. `None` for NO_SIGNATURE_FOUND.
    pub(crate) fn read(word: &str) -> Option<Self> {
        match word.trim_start_matches("TOTAL").trim_start_matches(['-', '_']) {
            "PASSED" => Some(Self::Passed),
            "INDETERMINATE" => Some(Self::Indeterminate),
            "FAILED" => Some(Self::Failed),
            _ => None,
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::Indeterminate => "INDETERMINATE",
            Self::Failed => "FAILED",
        }
    }
}

impl Verdict {
    /// `INDETERMINATE/TRY_LATER`.
    pub(crate) fn outcome(&self) -> String {
        match self.sub_indication.as_str() {
            "" => self.indication.word().to_owned(),
            reason => format!("{}/{reason}", self.indication.word()),
        }
    }
}
