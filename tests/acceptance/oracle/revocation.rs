//! The linters of revocation lists and OCSP answers.

use serde_json::Value;

use super::{Folder, python_program, run, text};

/// pkilint's findings on an OCSP answer (DER), from `NOTICE` up.
pub fn lint_ocsp_response(answer: &[u8]) -> Vec<String> {
    lint("lint_ocsp_response", &[], answer)
}

/// The same on a revocation list (DER): of end entities (`CRL`) or of CAs (`ARL`).
pub fn lint_revocation_list(list: &[u8], kind: &str) -> Vec<String> {
    lint("lint_crl", &["-t", kind, "-p", "PKIX"], list)
}

fn lint(program: &str, arguments: &[&str], document: &[u8]) -> Vec<String> {
    let folder = Folder::new();
    let file = folder.write("document.der", document).display().to_string();
    let fixed = ["-s", "NOTICE", "-f", "JSON", "--document-format", "DER", &file];
    let output = run(python_program(program), [&["lint"], arguments, &fixed].concat());
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{program}: {error}: {}", text(&output.stderr)));
    report["results"]
        .as_array()
        .expect("results")
        .iter()
        .flat_map(|result| result["finding_descriptions"].as_array().expect("descriptions"))
        .map(|finding| finding["code"].as_str().expect("a code").to_owned())
        .collect()
}
