//! The store in one SQLite file: one writer that commits in groups, a few readers.

mod backup;
pub(crate) mod connect;
mod count;
mod erase;
mod files;
mod head;
pub(crate) mod insert;
pub(crate) mod queue;
pub(crate) mod read;
pub(crate) mod register;
mod spent;
pub(crate) mod writer;

pub(crate) use self::backup::ReadLog;
