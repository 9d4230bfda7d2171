//! `signer audit verify`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Failure, terminal};
use crate::{
    audit::{self, AuditPosition, VerifyError},
    config::{AUDIT_KEY, Config, Overrides, Secret},
    data_directory::{database_path, read_audit_key},
};

/// How many acts without an outcome are listed.
const LISTED: usize = 20;

/// What is done to the audit log.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Finds changed, removed and reordered records; the service may be running
    Verify(VerifyArguments),
}

/// The arguments of `verify`.
#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// A head exported earlier: the log must still hold it, so that a lost tail is found
    #[arg(long, value_name = "SEQ:HASH")]
    head: Option<AuditPosition>,
    /// The data directory; the configuration's when left out
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The configuration that names the data directory
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Does it.
///
/// # Errors
/// [`Failure::AuditBroken`] when the log was changed; [`Failure::AuditUnreadable`] and
/// [`Failure::AuditKey`] when that cannot be told.
pub(super) async fn audit(command: Command) -> Result<(), Failure> {
    let Command::Verify(VerifyArguments { head, data_dir, config }) = command;
    let directory = match (data_dir, config) {
        (Some(directory), _) => directory,
        (None, Some(file)) => Config::load(&file, &Overrides::default())?.data.directory,
        (None, None) => crate::config::Data::default().directory,
    };
    let given = Secret::from_environment(AUDIT_KEY)?;
    let key = read_audit_key(&directory, given.as_ref().map(Secret::expose))?;
    let report = match audit::verify(&database_path(&directory), &key, head).await {
        Ok(report) => report,
        Err(error @ VerifyError::Database(_)) => return Err(Failure::AuditUnreadable(error)),
        Err(error) => return Err(Failure::AuditBroken(error)),
    };
    terminal::print(format_args!(
        "whole up to {}\nacts begun: {}, without an outcome: {}, persons erased: {}",
        report.head, report.intents, report.incomplete_total, report.persons_erased
    ))?;
    if let Some(stamped) = report.time_stamped {
        terminal::print(format_args!("time-stamped up to {} at {}", stamped.head, stamped.time))?;
    }
    if report.destructions_unproved > 0 {
        let often = report.destructions_unproved;
        terminal::print(format_args!("destructions untold or unproved: {often} records"))?;
    }
    for act in report.incomplete.iter().take(LISTED) {
        terminal::print(format_args!("without an outcome: {} of {}", act.intent, act.time))?;
    }
    Ok(())
}
