//! A log that is read, which may be in use.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use crate::{
    Address,
    found::Found,
    location::{Location, Memory},
    postgres, sqlite,
};

/// Where it lies.
#[derive(Clone, Debug)]
pub enum Log {
    /// SQLite's file.
    File(PathBuf),
    /// A database in this process's memory.
    Memory(Memory),
    /// A database of PostgreSQL, with the chains of all its nodes.
    Server(Address),
}

impl From<&Path> for Log {
    fn from(database: &Path) -> Self {
        Self::File(database.to_owned())
    }
}

impl From<&PathBuf> for Log {
    fn from(database: &PathBuf) -> Self {
        Self::File(database.clone())
    }
}

impl From<Address> for Log {
    fn from(address: Address) -> Self {
        Self::Server(address)
    }
}

impl Log {
    /// Gives every record to `take`, chain by chain and in the order of their numbers, until it
    /// breaks. All of it is one state of the database, also while a service writes. A text that is
    /// longer than any record is cut, and then fails like any changed one.
    pub(crate) async fn records<E: From<sqlx::Error>>(
        &self,
        take: impl FnMut(Found<'_>) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        match self {
            Self::File(path) => sqlite::records(path, take).await,
            Self::Memory(memory) => sqlite::records(Location::Memory(memory.clone()), take).await,
            Self::Server(address) => postgres::records(address, take).await,
        }
    }

    /// The chains of the database, by name.
    pub(crate) async fn chains(&self) -> Result<Vec<String>, sqlx::Error> {
        match self {
            Self::File(_) | Self::Memory(_) => Ok(vec![String::new()]),
            Self::Server(address) => postgres::chains(address).await,
        }
    }
}
