//! What an erasure in one organisation did.

use crate::erased::Erased;

/// An erasure that is on disk; [`Tenant::reclaim`](crate::Tenant::reclaim) gives the space of the rows
/// free, for which nobody need wait who changes the register.
#[derive(Debug)]
#[must_use]
pub struct Erasure(pub(crate) Left);

/// What is left to do.
#[derive(Debug)]
pub(crate) enum Left {
    /// Nothing that is not known.
    Nothing(Forgotten),
    /// The rows' space, on a server.
    Space(Erased),
}

/// A person's rows are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// How many rows of the table of acting persons.
    pub rows: u64,
    /// Whether old pages are not free yet, because somebody who reads keeps them in use or the database
    /// failed: they go with the next erasure, or on SQLite when the service stops.
    pub delayed: bool,
}
