//! EU DSS, the EU's reference implementation, with its default policy.

use std::time::SystemTime;

use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Folder, java::Verifier};

static DSS: Verifier = Verifier::new("oracle.dss.Dss");

/// What DSS is asked to judge, and what it may know.
#[derive(Clone, Copy, Default)]
pub struct Dss<'a> {
    /// The signed PDF or the CMS.
    pub document: &'a [u8],
    /// What a detached CMS signs.
    pub content: Option<&'a [u8]>,
    /// The trust anchors (PEM).
    pub trust: &'a [u8],
    /// Whether it may fetch certificates, CRLs and OCSP answers from this machine.
    pub online: bool,
    /// The time of validation, in the place of now.
    pub time: Option<SystemTime>,
}

/// DSS's simple report.
#[derive(Debug)]
pub struct DssReport {
    /// The signatures, in the order of the document.
    pub signatures: Vec<DssVerdict>,
    /// Time-stamps of every kind.
    pub time_stamps: Vec<DssVerdict>,
}

/// What DSS says of one signature or time-stamp.
#[derive(Debug)]
pub struct DssVerdict {
    /// `TOTAL_PASSED`, `TOTAL_FAILED`, `INDETERMINATE`; of a time-stamp `PASSED`, `FAILED`, or
    /// `INDETERMINATE`.
    pub indication: String,
    /// Why, in the words of EN 319 102-1; empty when nothing is wrong.
    pub sub_indication: String,
    /// `PAdES-BASELINE-T`; of a time-stamp its type, `SIGNATURE_TIMESTAMP`.
    pub level: String,
    /// What it failed.
    pub errors: Vec<String>,
    /// What it dislikes.
    pub warnings: Vec<String>,
    /// What it merely tells.
    pub notes: Vec<String>,
}

impl Dss<'_> {
    /// DSS's report; the error is what it said when it could not read the document. `None` where
    /// there is no Maven.
    pub async fn judge(&self) -> Option<Result<DssReport, String>> {
        let folder = Folder::new();
        let mut job = json!({
            "file": folder.write("document", self.document),
            "trust": [folder.write("trust.pem", self.trust)],
            "fetch": self.online,
        });
        if let Some(content) = self.content {
            job["content"] = json!(folder.write("content", content));
        }
        if let Some(time) = self.time {
            let time = OffsetDateTime::from(time).format(&Rfc3339).expect("a year of four digits");
            job["time"] = json!(time);
        }
        let answer = DSS.answer(job).await?;
        Some(answer.map(|report| DssReport::read(&report)))
    }
}

impl DssReport {
    fn read(report: &Value) -> Self {
        let list = |key: &str, level: &str| {
            let verdicts = report[key].as_array().expect("a list");
            verdicts.iter().map(|verdict| DssVerdict::read(verdict, level)).collect()
        };
        Self { signatures: list("signatures", "level"), time_stamps: list("timestamps", "type") }
    }

    /// Whether there is a signature, and every one is TOTAL_PASSED.
    pub fn passed(&self) -> bool {
        !self.signatures.is_empty()
            && self.signatures.iter().all(|signature| signature.indication == "TOTAL_PASSED")
    }
}

impl DssVerdict {
    fn read(verdict: &Value, level: &str) -> Self {
        let word = |key: &str| verdict[key].as_str().unwrap_or_default().to_owned();
        let words = |key: &str| {
            let messages = verdict[key].as_array().expect("messages").iter();
            messages.map(|message| message.as_str().expect("a text").to_owned()).collect()
        };
        Self {
            indication: word("indication"),
            sub_indication: word("sub_indication"),
            level: word(level),
            errors: words("errors"),
            warnings: words("warnings"),
            notes: words("notes"),
        }
    }

    /// Whether DSS found nothing wrong and disliked nothing.
    pub fn is_spotless(&self) -> bool {
        matches!(self.indication.as_str(), "TOTAL_PASSED" | "PASSED")
            && self.errors.is_empty()
            && self.warnings.is_empty()
    }
}
