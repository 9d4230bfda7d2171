//! `signer validate`.

use std::path::PathBuf;

use clap::Args;

use super::{
    Failure,
    connection::{Connection, Place},
    password::PasswordSource,
    report::Report,
    terminal,
};

/// The arguments.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The signed or sealed document, or the CMS
    #[arg(value_name = "FILE")]
    document: PathBuf,
    /// The content that a detached CMS belongs to
    #[arg(long, value_name = "FILE")]
    content: Option<PathBuf>,
    /// The trust anchors (PEM); the server's, or those of the data directory, when left out
    #[arg(long, value_name = "PEM")]
    trust: Option<PathBuf>,
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
    let Arguments { document, content, trust, json, password, place } = arguments;
    let password = password.read()?;
    let (content, trust, password) = (content.as_deref(), trust.as_deref(), password.as_ref());
    let text = match place.connect().await? {
        Connection::Server(server) => server.validate(&document, content, trust, password).await?,
        Connection::Process(local) => {
            let report = local.validate(&document, content, trust, password).await;
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
