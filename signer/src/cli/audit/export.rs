//! `signer audit export`.

use std::io::{self, BufWriter, Write};

use clap::Args;

use super::{Directory, Failure, told};
use crate::store;

/// The arguments.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Also names the persons who acted, as far as they are not erased
    #[arg(long)]
    persons: bool,
    #[command(flatten)]
    directory: Directory,
}

/// Writes every record to standard output.
///
/// # Errors
/// [`Failure::AuditLog`] when the log cannot be read; [`Failure::Terminal`].
pub(super) async fn export(arguments: Arguments) -> Result<(), Failure> {
    let log = arguments.directory.log()?;
    let mut out = BufWriter::new(io::stdout());
    let mut failed = None;
    store::export(log, arguments.persons, |line| {
        let written = writeln!(out, "{line}");
        failed = written.err();
        failed.is_none()
    })
    .await?;
    told(out, failed)
}
