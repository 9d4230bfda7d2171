//! What an erasure in one organisation did.

/// A person's rows are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// How many rows of the table of acting persons.
    pub rows: u64,
    /// Whether somebody who reads keeps old pages in use: they go with the next erasure, or when the
    /// service stops.
    pub delayed: bool,
}
