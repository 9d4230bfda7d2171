//! `signer audit verify`.

use clap::Args;

use super::{super::terminal, Directory, Failure, Kept};
use crate::{
    audit::{AuditPosition, VerifyReport},
    config::{AUDIT_KEY, Secret},
    danish_time::danish_time,
    data_directory::read_audit_key,
    store::{self, ExportedHead, Log, NodeName, VerificationError},
};

/// How many acts without an outcome are listed.
const LISTED: usize = 20;

/// The arguments.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A head exported earlier: the log must still hold it, so that a lost tail is found
    #[arg(long, value_name = "SEQ:HASH")]
    head: Option<AuditPosition>,
    /// The node whose head it is, where several share a database; the configuration's when left out
    #[arg(long, value_name = "NODE")]
    node: Option<NodeName>,
    #[command(flatten)]
    directory: Directory,
}

/// Verifies the log.
///
/// # Errors
/// [`Failure::AuditBroken`] when the log was changed; [`Failure::Usage`] where there is none;
/// [`Failure::AuditUnreadable`] and [`Failure::AuditKey`] when that cannot be told.
pub(super) async fn verify(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { head, node, directory } = arguments;
    let Kept { directory, log, data } = directory.kept()?;
    let given = Secret::from_environment(AUDIT_KEY)?;
    let key = read_audit_key(&directory, given.as_ref().map(Secret::expose))?;
    let chain = match (&log, node) {
        (Log::File(_) | Log::Memory(_), _) => String::new(),
        (Log::Server(_), Some(node)) => node.to_string(),
        (Log::Server(_), None) => data.node()?.to_string(),
    };
    let head = head.map(|position| ExportedHead { chain, position });
    let reports = match store::verify_all(&log, &key, head).await {
        Ok(reports) => reports,
        Err(error @ VerificationError::Database(_)) => return Err(Failure::AuditUnreadable(error)),
        Err(error) => return Err(Failure::AuditBroken(error)),
    };
    reports.iter().try_for_each(|(chain, report)| tell(chain, report))
}

fn tell(chain: &str, report: &VerifyReport) -> Result<(), Failure> {
    if !chain.is_empty() {
        terminal::print(format_args!("chain {chain}:"))?;
    }
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
