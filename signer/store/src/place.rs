//! Where the database lies.

use std::{
    fmt::Debug,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    Address, NodeName,
    location::{Location, Memory},
};

/// A database, and what keeps other processes from it for as long as it is open.
#[derive(Clone, Debug)]
pub struct Place {
    ground: Ground,
    _held: Arc<dyn Debug + Send + Sync>,
}

/// SQLite's file or memory, or PostgreSQL's address and whose chain is written there.
#[derive(Clone, Debug)]
pub(crate) enum Ground {
    Sqlite(Location),
    Server(Address, NodeName),
}

impl Place {
    /// A SQLite database, and what is dropped when the last record is written: a lock, for one.
    pub fn new(database: impl Into<PathBuf>, held: impl Debug + Send + Sync + 'static) -> Self {
        let ground = Ground::Sqlite(Location::File(database.into()));
        Self { ground, _held: Arc::new(held) }
    }

    /// A database in memory, for simulations: what is recorded ends with the process.
    pub fn in_memory(memory: Memory) -> Self {
        Self { ground: Ground::Sqlite(Location::Memory(memory)), _held: Arc::new(()) }
    }

    /// A database of PostgreSQL, in which `node` has a chain of its own.
    pub fn on_server(
        address: Address,
        node: NodeName,
        held: impl Debug + Send + Sync + 'static,
    ) -> Self {
        Self { ground: Ground::Server(address, node), _held: Arc::new(held) }
    }

    pub(crate) fn ground(&self) -> &Ground {
        &self.ground
    }
}

impl From<&Path> for Place {
    fn from(database: &Path) -> Self {
        Self::new(database, ())
    }
}
