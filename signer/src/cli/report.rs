//! A validation report as text: one line a signature, what was found below it.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// The verdict that a signature holds (EN 319 102-1 clause 5.1.3).
const TOTAL_PASSED: &str = "TOTAL-PASSED";

/// What of a report is printed; `--json` prints all of it.
#[derive(Debug, Deserialize)]
pub(super) struct Report {
    signatures: Vec<Verdict>,
    #[serde(default)]
    modifications: Vec<Value>,
}

/// The verdict on one signature, seal or time-stamp.
#[derive(Debug, Deserialize)]
struct Verdict {
    indication: String,
    sub_indication: Option<String>,
    kind: Option<String>,
    level: Option<String>,
    best_signature_time: Option<String>,
    signer: Option<Signer>,
    covers: Option<String>,
    #[serde(default)]
    findings: Vec<Finding>,
}

/// Whom the signer's certificate names.
#[derive(Debug, Deserialize)]
struct Signer {
    common_name: Option<String>,
    organization: Option<String>,
}

/// What was found.
#[derive(Debug, Deserialize)]
struct Finding {
    code: String,
    object: Option<String>,
    explanation: String,
}

impl Report {
    /// Whether there is a signature, and each is TOTAL-PASSED.
    pub(super) fn is_valid(&self) -> bool {
        !self.signatures.is_empty()
            && self.signatures.iter().all(|verdict| verdict.indication == TOTAL_PASSED)
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
        for modification in &self.modifications {
            write!(f, "\nmodified: {modification}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.indication)?;
        if let Some(sub_indication) = &self.sub_indication {
            write!(f, " ({sub_indication})")?;
        }
        write!(f, ": {}", self.kind.as_deref().unwrap_or("signer not known"))?;
        if let Some(level) = &self.level {
            write!(f, ", {level}")?;
        }
        if let Some(signer) = &self.signer {
            write!(f, ", {signer}")?;
        }
        if let Some(time) = &self.best_signature_time {
            write!(f, ", {time}")?;
        }
        if let Some(covers) = &self.covers {
            write!(f, ", covers: {covers}")?;
        }
        self.findings.iter().try_for_each(|finding| write!(f, "\n  {finding}"))
    }
}

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.common_name, &self.organization) {
            (Some(name), Some(organisation)) if name != organisation => {
                write!(f, "{name} ({organisation})")
            }
            (Some(name), _) | (None, Some(name)) => f.write_str(name),
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
                "covers": "whole document",
                "findings": [{ "code": "X", "object": "4 0", "explanation": "explained" }] })
        };
        let signatures: Vec<Value> = indications.iter().map(signature).collect();
        let whole = json!({ "document": {}, "signatures": signatures, "modifications": [] });
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
    fn a_signature_is_one_line_with_its_findings_below() {
        assert_eq!(
            report(&["TOTAL-PASSED"]).to_string(),
            "TOTAL-PASSED: seal, PAdES-B-T, Havnsted Kommune, 2027-01-15T08:00:00Z, \
             covers: whole document\n  X: explained (4 0)"
        );
        assert_eq!(report(&[]).to_string(), "no signature");
    }
}
