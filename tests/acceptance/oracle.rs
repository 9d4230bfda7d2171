//! Other people's verifiers, each behind a thin function that gives its verdict as a value.
//!
//! A verifier that is missing, hangs, or answers something unknown fails the test.

mod bouncy_castle;
mod browser;
mod certificate;
mod clients;
mod csc;
mod dss;
mod java;
mod key_file;
mod oauth;
mod pdf;
mod pyhanko;
mod raster;
mod revocation;
mod schemathesis;
mod verapdf;
mod wallet;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

pub use self::oauth::OauthJob;
pub use bouncy_castle::bouncy_castle;
pub use browser::in_browser;
pub use certificate::{lint, lint_smime};
pub use clients::{ClientJob, ClientSeals, succeed};
pub use csc::{CscClient, CscDummy, csc_embedded, csc_libpdf, node_modules};
pub use dss::{Dss, DssReport, DssVerdict};
pub use key_file::{Opened, PROGRAMS};
pub use pdf::{encrypted, mutool_pages, pdfsig, pyhanko, qpdf_check};
pub use pyhanko::{pyhanko_command, pyhanko_signed};
pub use raster::{Raster, codes, jpeg_of, page_text, png_of};
pub use revocation::{lint_ocsp_response, lint_revocation_list};
pub use schemathesis::Examination;
use tempfile::TempDir;
pub use verapdf::{verapdf, verapdf_as};
pub use wallet::Wallet;

/// Seconds after which a verifier counts as hung.
const PATIENCE_S: u32 = 60;

/// Files for one call of a verifier.
pub struct Folder(TempDir);

impl Folder {
    /// An empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for temporary files"))
    }

    /// Writes a file and gives its path.
    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("a temporary file can be written");
        path
    }

    /// The path of a file that may not exist yet.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// Runs a program to its end.
pub fn run<I: AsRef<std::ffi::OsStr>>(
    program: impl AsRef<Path>,
    arguments: impl IntoIterator<Item = I>,
) -> Output {
    let program = program.as_ref();
    let output = Command::new("timeout")
        .arg(PATIENCE_S.to_string())
        .arg(program)
        .args(arguments)
        .output()
        .expect("coreutils' timeout runs");
    let name = program.display();
    match output.status.code() {
        Some(124) => panic!("`{name}` did not end within {PATIENCE_S} s"),
        Some(126 | 127) => panic!("`{name}` is missing: tests/run installs it or says how"),
        _ => output,
    }
}

/// Runs openssl in `folder`: whether it succeeded, and what it said.
pub fn openssl(folder: &Folder, arguments: &str) -> Result<String, String> {
    let absolute = arguments.split_whitespace().map(|word| match word.strip_prefix('@') {
        Some(name) => folder.path(name).display().to_string(),
        None => word.to_owned(),
    });
    let output = run("openssl", absolute);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    if output.status.success() { Ok(said) } else { Err(said) }
}

/// A program of the Python environment that tests/run makes.
pub fn python_program(name: &str) -> PathBuf {
    let path = workspace().join("target/venv/bin").join(name);
    assert!(path.exists(), "`{}` is missing: run tests/run once", path.display());
    path
}

/// The folder that holds the workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in it").to_owned()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
