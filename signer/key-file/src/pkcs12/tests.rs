//! What OpenSSL reads of what is written here.

use std::{fs, path::Path, process::Command};

use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};
use tempfile::TempDir;

use super::*;

mod reading;

const PASSWORD: &str = "correct horse battery";

fn password() -> Password {
    Password::new(PASSWORD).unwrap()
}

struct Made {
    key: Vec<u8>,
    certificate: Vec<u8>,
}

fn made() -> Made {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    Made { certificate: certificate.der().to_vec(), key: key.serialize_der() }
}

fn bundle(made: &Made) -> Bundle<'_> {
    Bundle { key: &made.key, certificate: &made.certificate, issuers: &[], name: "Ærø Kommune" }
}

/// What `openssl pkcs12` says of a file, or `None` when it does not open.
fn opened(file: &Path, password: &str) -> Option<String> {
    // -legacy is needed for what Protection::Compatible makes; it opens the other as well.
    let output = Command::new("openssl")
        .args([
            "pkcs12",
            "-legacy",
            "-nodes",
            "-info",
            "-passin",
            &format!("pass:{password}"),
            "-in",
        ])
        .arg(file)
        .output()
        .expect("openssl runs");
    let said = [&output.stdout[..], &output.stderr].concat();
    output.status.success().then(|| String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn openssl_opens_both_kinds_with_the_password_alone() {
    let (made, directory) = (made(), TempDir::new().unwrap());
    let file = directory.path().join("bundle.p12");
    for (protection, told) in [
        (Protection::Modern, "PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256"),
        (Protection::Compatible, "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 10000"),
    ] {
        let written = bundle(&made).write(&password(), protection).unwrap();
        fs::write(&file, &written).unwrap();
        let said = opened(&file, PASSWORD).expect("it opens");
        assert!(said.contains(told) && said.contains("BEGIN PRIVATE KEY"), "{said}");
        assert!(said.contains("friendlyName"), "{said}");
        assert_eq!(opened(&file, "correct horse batterz"), None);
        assert!(!written.windows(32).any(|octets| made.key.windows(32).any(|one| one == octets)));

        let mut spoilt = written;
        let middle = spoilt.len() / 2;
        spoilt[middle] ^= 1;
        fs::write(&file, &spoilt).unwrap();
        assert_eq!(opened(&file, PASSWORD), None);
    }
}

#[test]
fn a_name_that_cannot_stand_there_is_refused() {
    let made = made();
    for name in ["", &"x".repeat(201)] {
        let misnamed = Bundle { name, ..bundle(&made) };
        assert_eq!(misnamed.write(&password(), Protection::Modern), Err(Error::Name));
    }
}
