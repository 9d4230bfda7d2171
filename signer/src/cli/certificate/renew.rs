//! `signer certificate renew`.

use std::path::PathBuf;

use cades::Certificate;
use clap::Args;
use reqwest::Url;
use ring::rand::SecureRandom;
use seal::{CertificateDer, Foreign};

use super::{
    super::{new_file::NewFile, remote::Remote, terminal},
    Failure,
    holder_key::OwnKey,
    key_output::{FormOptions, Issued},
    old_file::OldFile,
    sources::KnownPasswordSource,
};

/// More than any authority has above a certificate.
const MAXIMUM_ISSUERS: usize = 16;

/// The arguments of `renew`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The file with the certificate and its key: PKCS#12, or PEM with the key under a password
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The file to write, for its owner alone; one that is there is never overwritten
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    form: FormOptions,
    #[command(flatten)]
    password: KnownPasswordSource,
    /// The server's address, over https: the old certificate is shown in TLS
    #[arg(long, value_name = "URL")]
    server: Url,
    /// Further roots that the server's TLS certificate may lead to, as of a CA of your own (PEM)
    #[arg(long, value_name = "PEM")]
    ca: Option<PathBuf>,
}

/// Does it.
///
/// # Errors
/// [`Failure`] when the old file does not open, the service says no, or the new file cannot be written.
pub(super) async fn renew(
    arguments: Arguments,
    randomness: &(dyn SecureRandom + Sync),
) -> Result<(), Failure> {
    let Arguments { file, output, form, password, server, ca } = arguments;
    if server.scheme() != "https" {
        return Err(Failure::Usage("a certificate is shown over https alone".to_owned()));
    }
    // A certificate is followed once: all that may go wrong here goes wrong before.
    let new = NewFile::begin(&output)?;
    let known = password.read()?;
    let old = OldFile::open(&file, &known)?;
    let password = password.new_one(&known, randomness)?;
    let kind = old.key.kind();
    let name = old.certificate.subject_name().to_string();
    terminal::note(format_args!("{}: a new key, for its successor", Foreign(&name)));
    let remote = Remote::showing(server, ca.as_deref(), old.identity().as_bytes())?;
    let authorities = certificates(&remote.enrolment("cacerts", None).await?)?;
    let key = OwnKey::make(kind)?;
    let request = est::encoded(&key.request()?);
    let issued = remote.enrolment("simplereenroll", Some(request)).await;
    let kept = issued.and_then(|answer| {
        let mut answered = certificates(&answer)?;
        let at = answered.iter().position(|one| key.is_of(one.der().as_bytes()));
        let at = at.ok_or_else(|| Failure::Answer("no certificate of this key".to_owned()))?;
        let certificate = answered.swap_remove(at);
        let issuers = issuers(&certificate, &authorities);
        let issued = Issued::new(certificate.der().clone(), issuers);
        new.finish(&issued.with_key(&key, password.get(), (form.form(), &name))?)
    });
    if let Err(failure) = &kept
        && !matches!(failure, Failure::Refused(_))
    {
        terminal::warn([
            "the successor may have been issued, and its key is gone: have it blocked, and renew \
             again; the old certificate is as it was",
        ]);
    }
    kept?;
    password.tell();
    terminal::print(output.display())
}

/// The certificates of a message of EST.
fn certificates(message: &[u8]) -> Result<Vec<Certificate>, Failure> {
    let wrong = || Failure::Answer("no certificates of EST".to_owned());
    let found = est::certificates_in(message).ok_or_else(wrong)?;
    let read = found.into_iter().map(|der| Certificate::parse(CertificateDer::new(der)));
    read.collect::<Result<_, _>>().map_err(|_| wrong())
}

/// Those above a certificate, up to the root: each the issuer of the one before by its name and key.
fn issuers(certificate: &Certificate, authorities: &[Certificate]) -> Vec<CertificateDer> {
    let mut chain: Vec<&Certificate> = Vec::new();
    while chain.len() < MAXIMUM_ISSUERS {
        let last = chain.last().copied().unwrap_or(certificate);
        let next = authorities.iter().find(|one| {
            let same_key = match (last.authority_key_identifier(), one.subject_key_identifier()) {
                (Some(wanted), Some(found)) => wanted == found,
                (None, _) | (_, None) => true,
            };
            same_key && last.has_issuer_named_as(one)
        });
        match next {
            Some(next) if !last.is_self_issued() => chain.push(next),
            Some(_) | None => break,
        }
    }
    chain.into_iter().map(|one| one.der().clone()).collect()
}
