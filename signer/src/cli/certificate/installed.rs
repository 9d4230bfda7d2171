//! `signer certificate installed`.

use std::path::PathBuf;

use cades::Certificate;
use clap::Args;
use reqwest::{Method, Url};
use seal::Foreign;
use serde::Deserialize;

use super::{
    super::{connection::Identity, remote::Remote, terminal},
    Failure,
    old_file::OldFile,
    sources::OpeningPasswordSource,
};
use crate::{audit::hex, config::Secret};

/// How many certificates of one holder are asked for at once.
const PAGE: usize = 1_000;

/// The arguments of `installed`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The file with the certificate and its key, as it is in use: PKCS#12, or PEM with the key under
    /// a password
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    password: OpeningPasswordSource,
    /// The server's address
    #[arg(long, value_name = "URL")]
    server: Url,
    /// Further roots that the server's TLS certificate may lead to, as of a CA of your own (PEM)
    #[arg(long, value_name = "PEM")]
    ca: Option<PathBuf>,
    #[command(flatten)]
    identity: Identity,
}

/// Part of the list of certificates.
#[derive(Debug, Deserialize)]
struct Listed {
    items: Vec<Told>,
    next: Option<String>,
}

/// A certificate, as the service tells of it.
#[derive(Debug, Deserialize)]
struct Told {
    id: String,
    serial_number: String,
    installed: Option<String>,
}

/// Does it.
///
/// # Errors
/// [`Failure`] when the file does not open, or the service does not know its certificate or says no.
pub(super) async fn installed(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { file, password, server, ca, identity } = arguments;
    let bearer = identity.bearer()?;
    let remote = Remote::new(server, ca.as_deref())?;
    // What does not open is in nobody's use.
    let OldFile { certificate, .. } = OldFile::open(&file, &password.read()?)?;
    let id = name_of(&certificate, &remote, bearer).await?;
    let path = format!("v1/certificates/{id}/installation");
    let (_, told): (_, Told) = remote.administer(Method::POST, &path, bearer, (None, None)).await?;
    let name = certificate.subject_name().to_string();
    let since = told.installed.ok_or_else(|| Failure::Answer("no time of it".to_owned()))?;
    terminal::print(format_args!("{}: in use since {}", Foreign(&name), Foreign(&since)))
}

/// The name that the service has for a certificate: of its holder's the one with its serial number.
async fn name_of(
    certificate: &Certificate,
    remote: &Remote,
    bearer: &Secret,
) -> Result<String, Failure> {
    let (uuid, serial) = (uuid(certificate)?, hex(certificate.serial_number()));
    let mut after = String::new();
    loop {
        let path = format!("v1/certificates?uuid={uuid}&limit={PAGE}{after}");
        let listed: Listed = remote.json(&path, bearer).await?;
        let found = listed.items.into_iter().find(|one| one.serial_number == serial);
        match (found, listed.next) {
            // It goes into an address.
            (Some(found), _) if is_plain(&found.id) => return Ok(found.id),
            (None, Some(next)) if is_plain(&next) => after = format!("&after={next}"),
            (None, None) => {
                let told = "the service has no such certificate, or shows it to others alone";
                return Err(Failure::Refused(told.to_owned()));
            }
            (Some(_), _) | (None, Some(_)) => {
                return Err(Failure::Answer("a name that no certificate has".to_owned()));
            }
        }
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

/// The holder's UUID, in hexadecimal: what stands last in the subject's serialNumber (`UI:DK-O:G:` before it).
fn uuid(certificate: &Certificate) -> Result<String, Failure> {
    let number = certificate.subject_name().serial_number.unwrap_or_default();
    let uuid: String = number.rsplit(':').next().unwrap_or_default().replace('-', "");
    match uuid.len() == 32 && uuid.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => Ok(uuid),
        false => Err(Failure::Refused("it is no certificate of this registry".to_owned())),
    }
}
