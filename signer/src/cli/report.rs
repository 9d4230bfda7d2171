//! A validation report as text: one line a signature, what was found below it.

use std::fmt;

use seal::Foreign;
use serde::Deserialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::danish_time::danish_time;

/// The verdict that a signature holds (EN 319 102-1 clause 5.1.3).
const TOTAL_PASSED: &str = "TOTAL-PASSED";

/// What of a report is printed; `--json` prints all of it.
#[derive(Debug, Deserialize)]
pub(super) struct Report {
    signatures: Vec<Verdict>,
    /// What was changed after the oldest signature, permitted or not.
    #[serde(default)]
    modifications: Vec<Finding>,
    /// What else is worth knowing of the document.
    #[serde(default)]
    findings: Vec<Finding>,
}

/// The verdict on one signature, seal or time-stamp.
#[derive(Debug, Deserialize)]
struct Verdict {
    indication: Text,
    sub_indication: Option<Text>,
    kind: Option<Text>,
    level: Option<Text>,
    best_signature_time: Option<Text>,
    signer: Option<Signer>,
    covers: Option<Text>,
    field: Option<Text>,
    #[serde(default)]
    findings: Vec<Finding>,
}

/// Whom the signer's certificate names.
#[derive(Debug, Deserialize)]
struct Signer {
    common_name: Option<Text>,
    organization: Option<Text>,
}

/// What was found.
#[derive(Debug, Deserialize)]
struct Finding {
    code: Text,
    object: Option<Text>,
    explanation: Text,
}

/// Text that may come from the document: it says what it says, and moves no cursor.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Text(pub(super) String);

impl Report {
    /// Whether there is a signature, and each is TOTAL-PASSED.
    pub(super) fn is_valid(&self) -> bool {
        !self.signatures.is_empty()
            && self.signatures.iter().all(|verdict| verdict.indication.0 == TOTAL_PASSED)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.signatures.is_empty() {
            f.write_str("no signature")?;
        }
        for (at, verdict) in self.signatures.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{verdict}")?;
        }
        self.modifications.iter().try_for_each(|finding| write!(f, "\nmodified: {finding}"))?;
        self.findings.iter().try_for_each(|finding| write!(f, "\nnoticed: {finding}"))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.indication)?;
        if let Some(sub_indication) = &self.sub_indication {
            write!(f, " ({sub_indication})")?;
        }
        match &self.kind {
            Some(kind) => write!(f, ": {kind}")?,
            None => f.write_str(": signer not known")?,
        }
        if let Some(level) = &self.level {
            write!(f, ", {level}")?;
        }
        if let Some(signer) = &self.signer {
            write!(f, ", {signer}")?;
        }
        if let Some(time) = &self.best_signature_time {
            match OffsetDateTime::parse(&time.0, &Rfc3339) {
                Ok(moment) => write!(f, ", {}", danish_time(moment.into()))?,
                Err(_) => write!(f, ", {time}")?,
            }
        }
        if let Some(covers) = &self.covers {
            write!(f, ", covers {covers}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ", field {field}")?;
        }
        self.findings.iter().try_for_each(|finding| write!(f, "\n  {finding}"))
    }
}

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.common_name, &self.organization) {
            (Some(name), Some(organisation)) if name.0 != organisation.0 => {
                write!(f, "{name} ({organisation})")
            }
            (Some(name), _) | (None, Some(name)) => name.fmt(f),
            (None, None) => f.write_str("nobody named"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.explanation)?;
        match &self.object {
            Some(object) => write!(f, " ({object})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Foreign(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report(indications: &[&str]) -> Report {
        let signature = |indication: &&str| {
            json!({ "indication": indication, "sub_indication": null, "kind": "seal",
                "level": "PAdES-B-T", "best_signature_time": "2027-01-15T08:00:00Z",
                "signer": { "common_name": "Havnsted Kommune",
                    "organization": "Havnsted Kommune" },
                "covers": "whole document", "field": "Signature1",
                "findings": [{ "code": "X", "object": "4 0", "explanation": "explained" }] })
        };
        let signatures: Vec<_> = indications.iter().map(signature).collect();
        let whole = json!({ "document": {}, "signatures": signatures,
            "modifications": [{ "code": "Y", "explanation": "changed" }] });
        serde_json::from_value(whole).unwrap()
    }

    #[test]
    fn a_report_is_valid_when_every_signature_passed_and_there_is_one() {
        for (indications, valid) in [
            (&["TOTAL-PASSED"][..], true),
            (&["TOTAL-PASSED", "TOTAL-PASSED"], true),
            (&["TOTAL-PASSED", "INDETERMINATE"], false),
            (&["TOTAL-FAILED"], false),
            (&[], false),
        ] {
            assert_eq!(report(indications).is_valid(), valid, "{indications:?}");
        }
    }

    #[test]
    fn a_name_from_the_document_writes_no_line_of_its_own() {
        let text = Text("a\nTOTAL-PASSED\u{1b}[2K\u{202e}b".into());
        assert_eq!(text.to_string(), "a\\u{a}TOTAL-PASSED\\u{1b}[2K\\u{202e}b");
    }

    #[test]
    fn a_signature_is_one_line_with_its_findings_below() {
        assert_eq!(
            report(&["TOTAL-PASSED"]).to_string(),
            "TOTAL-PASSED: seal, PAdES-B-T, Havnsted Kommune, 2027-01-15 09:00:00 +01:00, \
             covers whole document, field Signature1\n  X: explained (4 0)\n\
             modified: Y: changed"
        );
        assert_eq!(report(&[]).to_string(), "no signature\nmodified: Y: changed");
    }
}
