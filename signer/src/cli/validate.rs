//! `signer validate`.

use std::path::PathBuf;

use cades::RevocationPolicy;
use clap::{Args, builder::TypedValueParser};

use super::{
    Failure,
    access::Access,
    connection::{Connection, Place},
    order::Asked,
    password::PasswordSource,
    report::Report,
    terminal,
    words::{read, words},
};

/// The arguments.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The signed or sealed document, or the CMS; `-` for standard input
    #[arg(value_name = "FILE")]
    document: PathBuf,
    /// The content that a detached CMS belongs to
    #[arg(long, value_name = "FILE")]
    content: Option<PathBuf>,
    /// The trust anchors (PEM); the server's, or those of the data directory, when left out
    #[arg(long, value_name = "PEM")]
    trust: Option<PathBuf>,
    /// For which certificates revocation data must be at hand; as configured when left out
    #[arg(long, value_parser = words(["when-available", "signer", "promised", "required"])
        .try_map(|word| read::<RevocationPolicy>(&word)))]
    revocation: Option<RevocationPolicy>,
    /// Prints the whole report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    password: PasswordSource,
    #[command(flatten)]
    place: Place,
}

/// Prints the verdict on every signature of a document.
///
/// # Errors
/// [`Failure::NotValid`] unless there is a signature and all are TOTAL-PASSED.
pub(super) async fn validate(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { document, content, trust, revocation, json, password, place } = arguments;
    let password = password.read()?;
    let asked = Asked {
        content: content.as_deref(),
        trust: trust.as_deref(),
        password: password.as_ref(),
        revocation,
    };
    let text = match place.connect(Access::Reads).await? {
        Connection::Server(server) => server.validate(&document, asked).await?,
        Connection::Process(local) => {
            let report = local.validate(&document, asked).await;
            local.close().await?;
            report?
        }
    };
    let report: Report =
        serde_json::from_str(&text).map_err(|error| Failure::Answer(error.to_string()))?;
    if json {
        terminal::print(text)?;
    } else {
        terminal::print(&report)?;
    }
    if report.is_valid() { Ok(()) } else { Err(Failure::NotValid(document)) }
}
