//! pyHanko as another product: its own program, and what it signs.

use super::{Folder, python_program, run, text, workspace};

/// What `pyhanko sign COMMAND` (`validate`, `adesverify`) says of a PDF with `trust` (PEM) as the
/// only trust, at present: whether it ends with 0 and calls every signature VALID. It may fetch
/// revocation data. `options` are further words of the command line. The error is what it said.
pub fn pyhanko_command(
    command: &str,
    options: &[&str],
    pdf: &[u8],
    trust: &[u8],
) -> Result<(), String> {
    let folder = Folder::new();
    let (file, trust) = (folder.write("document.pdf", pdf), folder.write("trust.pem", trust));
    let words = ["sign", command, "--executive-summary", "--trust-replace", "--trust"];
    let words = words.map(std::ffi::OsStr::new).into_iter().chain([trust.as_os_str()]);
    let words = words.chain(options.iter().map(std::ffi::OsStr::new)).chain([file.as_os_str()]);
    let output = run(python_program("pyhanko"), words);
    let said = text(&output.stdout);
    let mut verdicts = said.lines().filter_map(|line| line.rsplit(':').next()).peekable();
    let valid = verdicts.peek().is_some() && verdicts.all(|verdict| verdict == "VALID");
    assert_eq!(output.status.success(), valid, "exit code and verdict differ: {said}");
    if valid { Ok(()) } else { Err(format!("{said}{}", text(&output.stderr))) }
}

/// The document as pyHanko signs it with the SubFilter `adbe.pkcs7.detached`; `folder` has the PKI
/// that it made for it, `root.pem` and `root.crl`. `wishes`: `signing-certificate`, `revocation`,
/// `certified` (P=3).
pub fn pyhanko_signed(folder: &Folder, pdf: &[u8], wishes: &[&str]) -> Vec<u8> {
    let script = workspace().join("tests/oracle/pyhanko_sign.py");
    let file = folder.write("document.pdf", pdf);
    let words = [script.as_os_str(), file.as_os_str(), folder.0.path().as_os_str()];
    let words = words.into_iter().chain(wishes.iter().map(std::ffi::OsStr::new));
    let output = run(python_program("python"), words);
    assert!(output.status.success(), "{}", text(&output.stderr));
    std::fs::read(folder.path("signed.pdf")).expect("pyHanko writes it")
}
