//! Signed files of other products, judged one by one: what the corpus says of each, or a
//! disagreement that `docs/validation.md` explains.
//!
//! Nobody here trusts their authorities, so that the best verdict is INDETERMINATE; what the file
//! and its signature show is judged all the same.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use cades::{TrustMaterial, report::Indication};
use pades::validate::{SignatureValidation, Validation, validate};

use crate::oracle;

/// Nothing may take longer. A watchdog, not a benchmark.
const LIMIT: Duration = Duration::from_secs(2);

/// Codes that say that nothing is wrong with a file or its signature, but that nobody here knows
/// its signer, or that it is no PAdES baseline signature.
const HARMLESS: [&str; 8] = [
    "path-not-found",
    "certificate-expired",
    "time-stamp-refused",
    "baseline",
    "not-baseline",
    // A visible signature by a signer whom nobody here trusts.
    "visible-signature-added",
    // A signing-certificate attribute by SHA-1 (RFC 2634), which is told and no fault.
    "algorithm",
    // Plain CMS, which the file is there for.
    "signed-attributes-missing",
];

/// A signature as it should be judged: field, level, coverage.
struct Expected(&'static str, Option<&'static str>, &'static str);

/// The signatures of each good file.
const GOOD: [(&str, &[Expected]); 5] = [
    (
        "pyhanko__pades-lta-dss-indirect-arrs-test.pdf",
        &[
            Expected("Sig1", Some("PAdES-B-B"), "revision"),
            Expected("Timestamp-977301ad-bec9-4cae-a0cd-f6a674c6e465", None, "revision"),
        ],
    ),
    (
        "pyhanko__separate-annots-kids-indir.pdf",
        &[
            Expected("Sig1", Some("PKCS7-B"), "revision"),
            Expected("Sig2", Some("PKCS7-B"), "whole document"),
        ],
    ),
    ("pyhanko__sig-no-signed-attrs.pdf", &[Expected("Sig1", Some("PKCS7-B"), "whole document")]),
    ("qpdf__digitally-signed.pdf", &[Expected("Signature2", Some("PKCS7-B"), "whole document")]),
    // Encrypted; it opens without a password.
    (
        "qpdf__minimal-signed-restricted.pdf",
        &[Expected("SignatureField1", Some("PKCS7-B"), "whole document")],
    ),
];

/// What is wrong with each bad file: the field that does not pass, and why.
const BAD: [(&str, &str, Indication, &str); 6] = [
    ("pdfjs__signed_verified.pdf", "Signature1", Indication::TotalFailed, "byte-range-gap"),
    ("pyhanko__ed448-disallowed-hash.pdf", "Sig1", Indication::Indeterminate, "algorithm"),
    (
        "pyhanko__form-update-override-appearance-stream-sneaky.pdf",
        "Sig1",
        Indication::TotalFailed,
        "object-replaced",
    ),
    ("pyhanko__signature-gap-too-big.pdf", "Sig1", Indication::TotalFailed, "byte-range-gap"),
    ("pyhanko__tail-uncovered.pdf", "Sig1", Indication::TotalFailed, "byte-range-not-a-revision"),
    (
        "vera__veraPDF_test_suite_6-1-12-t02-fail-a.pdf",
        "Signature2",
        Indication::TotalFailed,
        "content-changed",
    ),
];

/// The corpus's files in one of its folders; none when there is no corpus here.
fn folder(name: &str) -> Option<PathBuf> {
    let corpus = std::env::var_os("SEGL_CORPUS")
        .map_or_else(|| oracle::workspace().join("../shared/corpus"), PathBuf::from);
    let folder = corpus.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("NO CORPUS HERE: nothing was validated");
    None
}

fn validated(path: &Path) -> Validation {
    let document = Bytes::from(fs::read(path).expect("a file of the corpus"));
    let started = Instant::now();
    let validation = validate(&document, &TrustMaterial::default(), SystemTime::now());
    assert!(started.elapsed() < LIMIT, "{}: {:?}", path.display(), started.elapsed());
    validation.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn codes(signature: &SignatureValidation) -> Vec<&'static str> {
    signature.report.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn good_files_of_others_lack_nothing_but_trust() {
    let Some(folder) = folder("signed_valid") else { return };
    for (file, expected) in GOOD {
        let validation = validated(&folder.join(file));
        let found: Vec<_> = validation
            .signatures
            .iter()
            .map(|signature| {
                let report = &signature.report;
                assert_eq!(report.indication, Indication::Indeterminate, "{file}: {report:#?}");
                let codes = codes(signature);
                let faults = codes.iter().find(|code| !HARMLESS.contains(code));
                assert_eq!(faults, None, "{file}: {codes:?}");
                (signature.field.as_str(), report.level_name(), report.covers.as_deref())
            })
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|Expected(f, level, covers)| (*f, *level, Some(*covers))).collect();
        assert_eq!(found, expected, "{file}");
        assert!(validation.findings.is_empty(), "{file}: {:?}", validation.findings);
    }
}

#[test]
fn bad_files_of_others_are_refused_for_their_own_reason() {
    let Some(folder) = folder("signed_bad") else { return };
    for (file, field, indication, code) in BAD {
        let validation = validated(&folder.join(file));
        let signature = validation.signatures.iter().find(|signature| signature.field == field);
        let signature = signature.unwrap_or_else(|| panic!("{file}: no field {field}"));
        let codes = codes(signature);
        assert_eq!(signature.report.indication, indication, "{file}: {codes:?}");
        assert!(codes.contains(&code), "{file}: {codes:?}, not {code}");
    }
}

#[test]
fn every_file_of_the_corpus_has_an_expected_verdict() {
    let known = |file: &str| {
        GOOD.iter().any(|(name, _)| *name == file) || BAD.iter().any(|(name, ..)| *name == file)
    };
    for folder in ["signed_valid", "signed_bad"].into_iter().filter_map(folder) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            assert!(known(&name), "{name} has no expected verdict");
        }
    }
}
