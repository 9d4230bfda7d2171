//! The store in one SQLite file: one writer that commits in groups, a few readers.

mod backup;
pub(crate) mod connect;
mod count;
mod erase;
mod files;
mod head;
mod index;
pub(crate) mod insert;
pub(crate) mod keyed;
pub(crate) mod queue;
pub(crate) mod read;
pub(crate) mod register;
pub(crate) mod search;
mod spent;
pub(crate) mod statistics;
pub(crate) mod writer;

pub(crate) use self::backup::ReadLog;
