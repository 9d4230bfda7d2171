//! The linter of certificates.

use serde_json::Value;

use super::{Folder, python_program, run, text};

/// A finding of pkilint.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LintFinding {
    /// `FATAL`, `ERROR`, `WARNING`, `NOTICE`.
    pub severity: String,
    /// Its stable name, for example `etsi.en_319_412_1.…`.
    pub code: String,
}

/// pkilint's findings on a certificate (DER) as one of `kind`, from `NOTICE` up.
pub fn lint(certificate: &[u8], kind: &str) -> Vec<LintFinding> {
    lint_by("lint_etsi_cert", certificate, kind)
}

/// The same by the baseline requirements for S/MIME.
pub fn lint_smime(certificate: &[u8], kind: &str) -> Vec<LintFinding> {
    lint_by("lint_cabf_smime_cert", certificate, kind)
}

fn lint_by(program: &str, certificate: &[u8], kind: &str) -> Vec<LintFinding> {
    let folder = Folder::new();
    let file = folder.write("certificate.der", certificate);
    let file = file.display().to_string();
    let arguments = ["lint", "-t", kind, "-s", "NOTICE", "-f", "JSON", &file];
    let output = run(python_program(program), arguments);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("pkilint: {error}: {}", text(&output.stderr)));
    let mut findings: Vec<LintFinding> = report["results"]
        .as_array()
        .expect("results")
        .iter()
        .flat_map(|result| result["finding_descriptions"].as_array().expect("descriptions"))
        .map(|finding| LintFinding {
            severity: finding["severity"].as_str().expect("a severity").to_owned(),
            code: finding["code"].as_str().expect("a code").to_owned(),
        })
        .collect();
    findings.sort();
    findings.dedup();
    findings
}
