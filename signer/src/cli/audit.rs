//! `signer audit`.

mod export;
mod list;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Failure;
use crate::{
    config::{Config, Data, Overrides},
    data_directory::database_path,
};

/// What is done with the audit log.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Finds changed, removed and reordered records; the service may be running
    Verify(verify::Arguments),
    /// Shows what was done, one act a line, in Danish local time; the service may be running
    List(list::Arguments),
    /// Writes every record as a line of JSON, with its hash; the service may be running
    Export(export::Arguments),
}

/// Which log.
#[derive(Debug, Args)]
pub(super) struct Directory {
    /// The data directory; the configuration's when left out
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The configuration that names the data directory
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Directory {
    /// Where it is.
    ///
    /// # Errors
    /// [`Failure::Config`].
    pub(super) fn path(self) -> Result<PathBuf, Failure> {
        Ok(match (self.data_dir, self.config) {
            (Some(directory), _) => directory,
            (None, Some(file)) => Config::load(&file, &Overrides::default())?.data.directory,
            (None, None) => Data::default().directory,
        })
    }

    /// The database in it.
    ///
    /// # Errors
    /// [`Failure::Config`].
    pub(super) fn database(self) -> Result<PathBuf, Failure> {
        Ok(database_path(&self.path()?))
    }
}

/// Does it.
///
/// # Errors
/// [`Failure`].
pub(super) async fn audit(command: Command) -> Result<(), Failure> {
    match command {
        Command::Verify(arguments) => verify::verify(arguments).await,
        Command::List(arguments) => list::list(arguments).await,
        Command::Export(arguments) => export::export(arguments).await,
    }
}
