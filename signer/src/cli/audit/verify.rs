//! `signer audit verify`.

use clap::Args;

use super::{super::terminal, Directory, Failure, database_in};
use crate::{
    audit::AuditPosition,
    config::{AUDIT_KEY, Secret},
    danish_time::danish_time,
    data_directory::read_audit_key,
    store::{self, VerificationError},
};

/// How many acts without an outcome are listed.
const LISTED: usize = 20;

/// The arguments.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A head exported earlier: the log must still hold it, so that a lost tail is found
    #[arg(long, value_name = "SEQ:HASH")]
    head: Option<AuditPosition>,
    #[command(flatten)]
    directory: Directory,
}

/// Verifies the log.
///
/// # Errors
/// [`Failure::AuditBroken`] when the log was changed; [`Failure::Usage`] where there is none;
/// [`Failure::AuditUnreadable`] and [`Failure::AuditKey`] when that cannot be told.
pub(super) async fn verify(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { head, directory } = arguments;
    let directory = directory.path()?;
    let database = database_in(&directory)?;
    let given = Secret::from_environment(AUDIT_KEY)?;
    let key = read_audit_key(&directory, given.as_ref().map(Secret::expose))?;
    let report = match store::verify(&database, &key, head).await {
        Ok(report) => report,
        Err(VerificationError::Broken(error)) => return Err(Failure::AuditBroken(error)),
        Err(error @ VerificationError::Database(_)) => return Err(Failure::AuditUnreadable(error)),
    };
    terminal::print(format_args!(
        "whole up to {}\nacts begun: {}, without an outcome: {}, \
         records whose acting person was erased: {}",
        report.head, report.intents, report.incomplete_total, report.persons_erased
    ))?;
    if let Some(stamped) = report.time_stamped {
        let time = danish_time(stamped.time.into());
        terminal::print(format_args!("time-stamped up to {} at {time}", stamped.head))?;
    }
    if report.destructions_unproved > 0 {
        let often = report.destructions_unproved;
        terminal::print(format_args!("destructions untold or unproved: {often} records"))?;
    }
    for act in report.incomplete.iter().take(LISTED) {
        let time = danish_time(act.time.into());
        terminal::print(format_args!("without an outcome: {} of {time}", act.intent))?;
    }
    Ok(())
}
