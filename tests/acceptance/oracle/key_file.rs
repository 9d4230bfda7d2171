//! Programs that open files with a key and its certificates (PKCS#12).

use std::path::{Path, PathBuf};

use super::{Folder, python_program, run, text, workspace};

/// A program that opens such files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    Openssl,
    /// pk12util of NSS, the engine of Thunderbird and Firefox.
    Nss,
    /// Java's, where there is one.
    Keytool,
    /// Python's cryptography.
    Cryptography,
}

pub const PROGRAMS: [Program; 4] =
    [Program::Openssl, Program::Nss, Program::Keytool, Program::Cryptography];

/// What a program says of a file.
#[derive(Debug)]
pub enum Opened {
    /// It has key and certificate; what it calls them.
    As(String),
    /// It does not open, and why.
    Not(String),
    /// The program is not here, and tests/run says so.
    Unknown,
}

impl Program {
    /// Opens a file, the key in it included.
    pub fn open(self, file: &Path, password: &str) -> Opened {
        let folder = Folder::new();
        match self {
            Self::Openssl => by_openssl(&folder, file, password),
            Self::Nss => by_nss(&folder, file, password),
            Self::Keytool => by_keytool(&folder, file, password),
            Self::Cryptography => {
                let script = workspace().join("tests/oracle/open_pkcs12.py");
                let words = [script, file.into(), password.into()];
                said(python_program("python"), words).into()
            }
        }
    }
}

impl From<Result<String, String>> for Opened {
    fn from(said: Result<String, String>) -> Self {
        said.map_or_else(Self::Not, Self::As)
    }
}

/// Key and certificate must belong together, and it does not say so itself.
fn by_openssl(folder: &Folder, file: &Path, password: &str) -> Opened {
    let openssl = |words: &[&str], more: &[PathBuf]| {
        said("openssl", words.iter().map(PathBuf::from).chain(more.iter().cloned()))
    };
    let password = format!("pass:{password}");
    let opened = folder.path("opened");
    // -legacy is needed for Triple DES; it opens the other as well.
    let words = ["pkcs12", "-legacy", "-nodes", "-passin", &password, "-in"];
    let all = openssl(&words, &[file.into(), "-out".into(), opened.clone()]).and_then(|_| {
        let of_key = openssl(&["pkey", "-pubout", "-in"], std::slice::from_ref(&opened))?;
        let of_certificate =
            openssl(&["x509", "-noout", "-pubkey", "-in"], std::slice::from_ref(&opened))?;
        assert_eq!(of_key, of_certificate, "a certificate of another key");
        openssl(&["x509", "-noout", "-subject", "-nameopt", "utf8", "-in"], &[opened])
    });
    all.into()
}

fn by_nss(folder: &Folder, file: &Path, password: &str) -> Opened {
    let database = format!("sql:{}", folder.path("").display());
    let made = said("certutil", ["-N", "-d", &database, "--empty-password"]);
    made.expect("an empty database");
    let file = file.display().to_string();
    let all = said("pk12util", ["-i", &file, "-d", &database, "-W", password]);
    // The names of its keys; each is one of a certificate there.
    all.and_then(|_| said("certutil", ["-K", "-d", &database])).into()
}

fn by_keytool(folder: &Folder, file: &Path, password: &str) -> Opened {
    if std::process::Command::new("keytool").arg("-help").output().is_err() {
        println!("NO JDK HERE: keytool judges nothing");
        return Opened::Unknown;
    }
    let utf8 = ["-J-Dfile.encoding=UTF-8", "-J-Dstdout.encoding=UTF-8"];
    let keytool = |words: &[&str]| said("keytool", utf8.iter().chain(words));
    let (file, taken) = (file.display().to_string(), folder.path("taken").display().to_string());
    let from = ["-srckeystore", &file, "-srcstoretype", "PKCS12", "-srcstorepass", password];
    let to = ["-destkeystore", &taken, "-deststoretype", "PKCS12", "-deststorepass", password];
    // To list is not to decrypt the key; to take it over is.
    let all = keytool(&[&["-importkeystore", "-noprompt"][..], &from, &to].concat());
    all.and_then(|_| keytool(&["-list", "-keystore", &taken, "-storepass", password])).into()
}

fn said<I: AsRef<std::ffi::OsStr>>(
    program: impl AsRef<Path>,
    words: impl IntoIterator<Item = I>,
) -> Result<String, String> {
    let output = run(program, words);
    let all = format!("{}{}", text(&output.stdout), text(&output.stderr));
    if output.status.success() { Ok(all) } else { Err(all) }
}
