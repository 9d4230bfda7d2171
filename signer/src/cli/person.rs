//! `signer person`.

use clap::{Args, Subcommand};
use seal::{Clock, PersonId};

use super::{
    Failure,
    audit::{Directory, Kept},
    terminal,
};
use crate::{
    compose::{StartError, place},
    config::{AUDIT_KEY, Secret},
    data_directory::DataDirectory,
    store::Store,
};

/// What is done about a person.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Forgets who acted: name and identifiers, everywhere in the data directory; the service must
    /// be stopped
    ///
    /// What was done stays in the audit log, which verifies as before and tells how many rows were
    /// erased. The receipts of the person are nobody's afterwards.
    Erase(EraseArguments),
}

/// The arguments of `erase`.
#[derive(Debug, Args)]
pub(super) struct EraseArguments {
    /// Who vouched for the person: `iss` of their tokens
    #[arg(long, value_name = "ISS")]
    issuer: String,
    /// The person's identifier there: `sub` of their tokens
    #[arg(long, value_name = "SUB")]
    subject: String,
    #[command(flatten)]
    directory: Directory,
}

/// Does it.
///
/// # Errors
/// [`Failure::DataDirectory`] while the service runs; [`Failure::Usage`] where there is no log;
/// [`Failure::Start`] when the log refuses.
pub(super) async fn person(command: Command, clock: &dyn Clock) -> Result<(), Failure> {
    let Command::Erase(EraseArguments { issuer, subject, directory }) = command;
    // Nothing is made where nothing is to be erased.
    let Kept { directory, data, .. } = directory.kept()?;
    let directory = DataDirectory::open(directory)?;
    let given = Secret::from_environment(AUDIT_KEY)?;
    let (key, _) = directory.audit_key(given.as_ref().map(Secret::expose))?;
    let place = place(&data, &directory)?;
    let store = Store::open(place, key).await.map_err(StartError::from)?;
    let person = PersonId { issuer, subject };
    let erased = store.erase_person(&person, clock.now()).await;
    let closed = store.close().await;
    let rows = erased.map_err(StartError::from)?;
    closed.map_err(StartError::from)?;
    terminal::print(match rows {
        0 => "nobody of this name acted: nothing was erased".to_owned(),
        rows => format!("erased: {rows} rows"),
    })
}
