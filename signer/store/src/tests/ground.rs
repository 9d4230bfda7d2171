//! What a test's store stands on.

use std::{ops::ControlFlow, sync::Arc};

use test_database::Server;

use super::DataDirectory;
use crate::{Database, Log, Memory, Place, Store, location::Location, sqlite};

/// A file or a database, and whose chain is written.
#[derive(Clone, Debug)]
pub(crate) enum Ground {
    File(DataDirectory),
    Memory(Memory),
    Server(Arc<str>, &'static str),
}

impl Ground {
    pub(crate) fn file() -> Self {
        Self::File(DataDirectory::temporary().unwrap())
    }

    pub(crate) fn memory() -> Self {
        Self::Memory(Memory::new().unwrap())
    }

    /// A new database.
    pub(crate) fn server() -> Self {
        Self::Server(Server::shared().database().into(), "one")
    }

    /// The same database as another node has it.
    pub(crate) fn as_node(&self, node: &'static str) -> Self {
        match self {
            Self::File(_) | Self::Memory(_) => self.clone(),
            Self::Server(url, _) => Self::Server(Arc::clone(url), node),
        }
    }

    pub(crate) fn url(&self) -> &str {
        match self {
            Self::File(_) | Self::Memory(_) => panic!("it has no address"),
            Self::Server(url, _) => url,
        }
    }

    pub(crate) fn chain(&self) -> &'static str {
        match self {
            Self::File(_) | Self::Memory(_) => "",
            Self::Server(_, node) => node,
        }
    }

    pub(crate) fn log(&self) -> Log {
        match self {
            Self::File(directory) => (&directory.database()).into(),
            Self::Memory(memory) => Log::Memory(memory.clone()),
            Self::Server(url, _) => Log::Server(url.parse().unwrap()),
        }
    }

    /// The number that a statement answers first.
    pub(crate) fn execute(&self, sql: &str) -> i64 {
        match self {
            Self::File(directory) => first(&(&directory.database()).into(), sql),
            Self::Memory(memory) => first(&Location::Memory(memory.clone()), sql),
            Self::Server(url, _) => {
                let rows = Server::shared().execute(url, sql);
                rows.lines().next().unwrap().parse().unwrap()
            }
        }
    }

    /// The texts of the records in their order.
    pub(crate) async fn bodies(&self) -> Vec<String> {
        let mut bodies = Vec::new();
        let log = self.log();
        let read = log.records(|found| {
            bodies.push(found.record.body.unwrap().to_owned());
            Ok::<_, Failed>(ControlFlow::Continue(()))
        });
        read.await.unwrap();
        bodies
    }
}

fn first(location: &Location, sql: &str) -> i64 {
    let connection = sqlite::connect::writer(location).unwrap();
    connection.query_row(sql, (), |row| row.get(0)).unwrap()
}

#[derive(Debug)]
struct Failed(#[expect(dead_code, reason = "printed")] sqlx::Error);

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self(error)
    }
}

impl From<&Self> for Ground {
    fn from(ground: &Self) -> Self {
        ground.clone()
    }
}

impl From<&DataDirectory> for Ground {
    fn from(directory: &DataDirectory) -> Self {
        Self::File(directory.clone())
    }
}

impl From<Ground> for Place {
    fn from(ground: Ground) -> Self {
        match ground {
            Ground::File(directory) => (&directory).into(),
            Ground::Memory(memory) => Self::in_memory(memory),
            Ground::Server(url, node) => {
                Self::on_server(url.parse().unwrap(), node.parse().unwrap(), ())
            }
        }
    }
}

impl Store {
    /// The file that it stands on.
    pub(super) fn file(&self) -> &sqlite::Database {
        match &self.database {
            Database::File(file) => file,
            Database::Server(_) => panic!("it stands on a server"),
        }
    }
}
