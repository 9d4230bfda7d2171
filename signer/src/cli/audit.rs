//! `signer audit`.

mod export;
mod list;
mod verify;

use std::{
    fs,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};

use super::Failure;
use crate::{
    config::{Config, Data, Login, Overrides, Server},
    data_directory::database_path,
    store::Log,
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
#[derive(Clone, Debug, Args)]
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
    /// [`Failure::Config`]; [`Failure::Usage`] where there is none.
    pub(super) fn path(self) -> Result<PathBuf, Failure> {
        let directory = match (self.data_dir, self.config) {
            (Some(directory), _) => directory,
            (None, Some(file)) => Config::load(&file, &Overrides::default())?.data.directory,
            (None, None) => Data::default().directory,
        };
        match fs::metadata(&directory) {
            Ok(there) if there.is_dir() => Ok(directory),
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Failure::file(&directory, error))
            }
            Ok(_) | Err(_) => {
                let directory = directory.display();
                Err(Failure::Usage(format!("{directory}: there is no data directory")))
            }
        }
    }

    /// What the configuration says of it.
    ///
    /// # Errors
    /// [`Failure::Config`].
    pub(super) fn data(&self) -> Result<Data, Failure> {
        match &self.config {
            Some(file) => Ok(Config::load(file, &Overrides::default())?.data),
            None => Ok(Data::default()),
        }
    }

    /// The origin of the service's pages, as the configuration has it.
    ///
    /// # Errors
    /// [`Failure::Config`].
    pub(super) fn origin(&self) -> Result<String, Failure> {
        match &self.config {
            Some(file) => {
                let config = Config::load(file, &Overrides::default())?;
                Ok(config.login.origin(&config.server))
            }
            None => Ok(Login::default().origin(&Server::default())),
        }
    }

    /// The log that is kept in it, or in the database that the configuration or the environment names.
    ///
    /// # Errors
    /// Those of [`Directory::path`] and of [`database_in`].
    pub(super) fn log(self) -> Result<Log, Failure> {
        Ok(self.kept()?.log)
    }

    /// The same, with the data directory and the configuration.
    ///
    /// # Errors
    /// Those of [`Directory::log`].
    pub(super) fn kept(self) -> Result<Kept, Failure> {
        let data = self.data()?;
        let directory = self.path()?;
        let log = match data.database()? {
            Some(address) => Log::Server(address),
            None => Log::File(database_in(&directory)?),
        };
        Ok(Kept { directory, log, data })
    }
}

/// A log, and what is beside it.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) directory: PathBuf,
    pub(super) log: Log,
    pub(super) data: Data,
}

/// The database in a data directory.
///
/// # Errors
/// [`Failure::Usage`] where there is no log.
pub(super) fn database_in(directory: &Path) -> Result<PathBuf, Failure> {
    let database = database_path(directory);
    if database.is_file() {
        Ok(database)
    } else {
        Err(Failure::Usage(format!("{}: holds no audit log", directory.display())))
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

/// The end of what was written to standard output: `failed` is what went wrong on the way. A reader
/// that went away (`| head`) is fine.
fn told(mut out: impl Write, failed: Option<io::Error>) -> Result<(), Failure> {
    let failed = failed.or_else(|| out.flush().err());
    match failed.filter(|error| error.kind() != ErrorKind::BrokenPipe) {
        Some(error) => Err(Failure::Terminal(error)),
        None => Ok(()),
    }
}
