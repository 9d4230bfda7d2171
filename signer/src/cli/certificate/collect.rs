//! `signer certificate collect`.

use std::path::PathBuf;

use clap::Args;
use registry::{CertificateKind, HolderKey};
use reqwest::Url;
use ring::rand::SecureRandom;
use seal::Foreign;
use serde::Deserialize;

use super::{
    super::{new_file::NewFile, remote::Remote, terminal},
    Failure,
    holder_key::OwnKey,
    key_output::{FormOptions, Issued},
    sources::{CodeSource, NewPasswordSource},
};

/// How many digits a reference has.
const REFERENCE_LENGTH: usize = 12;

/// The arguments of `collect`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The order's reference: twelve digits
    #[arg(value_name = "REFERENCE", value_parser = reference)]
    reference: String,
    /// The file to write, for its owner alone; one that is there is never overwritten
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    form: FormOptions,
    #[command(flatten)]
    code: CodeSource,
    #[command(flatten)]
    password: NewPasswordSource,
    /// The server's address
    #[arg(long, value_name = "URL")]
    server: Url,
    /// Further roots that the server's TLS certificate may lead to, as of a CA of your own (PEM)
    #[arg(long, value_name = "PEM")]
    ca: Option<PathBuf>,
}

/// What would be issued, as the service tells it.
#[derive(Debug, Deserialize)]
struct Issuance {
    kind: CertificateKind,
    name: String,
    organisation: String,
    organisation_identifier: String,
    key: HolderKey,
    lifetime_days: u16,
}

/// Does it.
///
/// # Errors
/// [`Failure`] when nobody can be asked, the service says no, or the file cannot be written.
pub(super) async fn collect(
    arguments: Arguments,
    randomness: &(dyn SecureRandom + Sync),
) -> Result<(), Failure> {
    let Arguments { reference, output, form, code, password, server, ca } = arguments;
    // A code is good once: all that may go wrong here goes wrong before it is spent.
    let file = NewFile::begin(&output)?;
    let remote = Remote::new(server, ca.as_deref())?;
    let code = code.read()?;
    let told = remote.issuance(&reference, &code, None).await?;
    let told: Issuance =
        serde_json::from_str(&told).map_err(|error| Failure::Answer(error.to_string()))?;
    terminal::note(told.sentence());
    let password = password.read(randomness)?;
    let key = OwnKey::make(told.key)?;
    let issued = remote.issuance(&reference, &code, Some(key.request()?)).await;
    let kept = issued.and_then(|pem| {
        let issued = Issued::read(&pem, &key)?;
        file.finish(&issued.with_key(&key, password.get(), (form.form(), &told.name))?)
    });
    if let Err(failure) = &kept
        && !matches!(failure, Failure::Problem(_))
    {
        terminal::warn([
            "the certificate may have been issued, and its key is gone: have it blocked, \
             and order another",
        ]);
    }
    kept?;
    password.tell();
    terminal::print(output.display())
}

impl Issuance {
    fn sentence(&self) -> String {
        let Self { kind, name, organisation, organisation_identifier, key, lifetime_days } = self;
        let (name, organisation) = (Foreign(name), Foreign(organisation));
        let identifier = Foreign(organisation_identifier);
        let kind = match kind {
            CertificateKind::User => "user",
            CertificateKind::Organisation => "organisation",
            CertificateKind::System => "system",
        };
        let key = match key {
            HolderKey::Rsa3072 => "RSA-3072",
            HolderKey::P256 => "P-256",
        };
        format!("{name}, {kind} of {organisation} ({identifier}): {key}, for {lifetime_days} days")
    }
}

/// Twelve digits never lead to another address.
fn reference(text: &str) -> Result<String, &'static str> {
    match text.len() == REFERENCE_LENGTH && text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(text.to_owned()),
        false => Err("a reference has twelve digits"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_issued_is_one_line_whatever_stands_in_it() {
        let json = r#"{"reference":"123456789012","kind":"system","name":"Ærø\nBetalinger",
            "organisation":"Havnsted","organisation_identifier":"NTRDK-25052943","purposes":[],"key":"p256",
            "lifetime_days":1095,"issuing":"api","expires":"2026-12-01T00:00:00Z"}"#;
        let told: Issuance = serde_json::from_str(json).unwrap();
        let sentence = told.sentence();
        assert!(!sentence.contains('\n') && sentence.starts_with("Ærø"), "{sentence}");
        let rest = "system of Havnsted (NTRDK-25052943): P-256, for 1095 days";
        assert!(sentence.ends_with(rest), "{sentence}");
    }

    #[test]
    fn a_reference_never_leads_elsewhere() {
        assert!(reference("123456789012").is_ok());
        for text in ["", "12345678901", "1234567890123", "12345678901/", "..3456789012"] {
            assert!(reference(text).is_err(), "{text}");
        }
    }
}
