//! Verifiers of PDF files and their signatures.

use serde_json::Value;

use super::{Folder, python_program, run, text, workspace};

/// What poppler's pdfsig says of one signature.
#[derive(Debug)]
pub struct PdfsigSignature {
    /// "Signature Validation: Signature is Valid."
    pub valid: bool,
    /// "Total document signed"
    pub covers_document: bool,
    /// The common name of the signer's certificate.
    pub common_name: String,
}

/// pdfsig's verdict on every signature, in the order of the file. Its certificate store is empty,
/// so it judges the signature alone.
pub fn pdfsig(pdf: &[u8]) -> Vec<PdfsigSignature> {
    let folder = Folder::new();
    let file = folder.write("document.pdf", pdf);
    let output = run("pdfsig", ["-nocert".as_ref(), file.as_os_str()]);
    let said = text(&output.stdout);
    said.split("Signature #")
        .skip(1)
        // pdfsig numbers empty signature fields, too.
        .filter(|part| !part.contains("The signature form field is not signed."))
        .map(|part| PdfsigSignature {
            valid: part.contains("Signature Validation: Signature is Valid."),
            covers_document: part.lines().any(|line| line.trim() == "- Total document signed"),
            common_name: part
                .lines()
                .find_map(|line| line.split_once("Common Name: "))
                .map(|(_, name)| name.to_owned())
                .unwrap_or_default(),
        })
        .collect()
}

/// What `qpdf --check` finds: its exit code (0 nothing, 3 warnings, 2 errors) and its lines of
/// findings without the file's name and places, so that two files can be compared.
pub fn qpdf_check(pdf: &[u8]) -> (i32, Vec<String>) {
    let folder = Folder::new();
    let file = folder.write("document.pdf", pdf);
    let output = run("qpdf", ["--check".as_ref(), file.as_os_str()]);
    let code = output.status.code().expect("qpdf ends by itself");
    assert!(matches!(code, 0 | 2 | 3), "qpdf ended with {code}");
    let findings = text(&output.stderr)
        .lines()
        .filter(|line| line.starts_with("WARNING") || line.starts_with("ERROR"))
        .filter_map(|line| line.rsplit(": ").next())
        .map(str::to_owned)
        .collect();
    (code, findings)
}

/// The file as qpdf encrypts it, for everybody to open; `method` is the length of the key and what
/// follows it on the command line.
pub fn encrypted(pdf: &[u8], method: &str) -> Vec<u8> {
    let folder = Folder::new();
    let file = folder.write("document.pdf", pdf);
    let target = folder.path("encrypted.pdf");
    let words = ["--allow-weak-crypto", "--encrypt", "", "owner"];
    let words = words.into_iter().chain(method.split_whitespace()).chain(["--"]);
    let words = words.map(std::ffi::OsStr::new).chain([file.as_ref(), target.as_ref()]);
    let output = run("qpdf", words);
    assert!(output.status.success(), "{}", text(&output.stderr));
    std::fs::read(target).expect("qpdf writes it")
}

/// How many pages MuPDF reads without having to repair the file.
pub fn mutool_pages(pdf: &[u8]) -> Result<usize, String> {
    let folder = Folder::new();
    let file = folder.write("document.pdf", pdf);
    let output = run("mutool", ["pages".as_ref(), file.as_os_str()]);
    let complaints = text(&output.stderr).replace(&*file.to_string_lossy(), "document.pdf");
    if !output.status.success() || complaints.contains("repair") {
        return Err(complaints);
    }
    Ok(text(&output.stdout).matches("<page ").count())
}

/// What pyHanko says of one signature.
#[derive(Debug)]
pub struct PyHankoSignature {
    /// The covered bytes are those that were signed.
    pub intact: bool,
    /// The signature value is the certificate's.
    pub valid: bool,
    /// The certificate leads to the trust anchor.
    pub trusted: bool,
    /// It carries a valid time-stamp that leads to the trust anchor.
    pub time_stamped: bool,
    /// `ENTIRE_FILE`, `ENTIRE_REVISION` or less.
    pub coverage: String,
    /// pyHanko's own conclusion.
    pub bottom_line: bool,
    /// The subject of the signer's certificate.
    pub subject: String,
}

impl PyHankoSignature {
    /// Whether nothing at all is wrong with the signature and its time-stamp.
    pub fn is_good(&self) -> bool {
        self.intact && self.valid && self.trusted && self.time_stamped && self.bottom_line
    }
}

/// pyHanko's verdict on every signature with `trust` (PEM) as the only trust; `crls` (DER) decide
/// on revocation. The error is what it said when it could not read the file.
pub fn pyhanko(pdf: &[u8], trust: &[u8], crls: &[&[u8]]) -> Result<Vec<PyHankoSignature>, String> {
    let folder = Folder::new();
    let mut arguments = vec![
        workspace().join("tests/oracle/pyhanko_verify.py"),
        folder.write("document.pdf", pdf),
        folder.write("trust.pem", trust),
    ];
    for (index, crl) in crls.iter().enumerate() {
        arguments.push(folder.write(&format!("{index}.crl"), crl));
    }
    let output = run(python_program("python"), arguments);
    if !output.status.success() {
        return Err(text(&output.stderr));
    }
    let verdicts: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let flag = |verdict: &Value, key: &str| verdict[key].as_bool().expect("a truth value");
    let word = |verdict: &Value, key: &str| verdict[key].as_str().expect("a text").to_owned();
    Ok(verdicts
        .iter()
        .map(|verdict| PyHankoSignature {
            intact: flag(verdict, "intact"),
            valid: flag(verdict, "valid"),
            trusted: flag(verdict, "trusted"),
            time_stamped: flag(verdict, "time_stamped"),
            coverage: word(verdict, "coverage"),
            bottom_line: flag(verdict, "bottom_line"),
            subject: word(verdict, "subject"),
        })
        .collect())
}
