//! What an erasure deleted on a server.

/// The rows are gone, but not their space.
#[derive(Debug)]
pub(crate) struct Erased {
    /// How many rows of the table of acting persons.
    pub(crate) rows: u64,
    /// The number of the transaction: the rows stay for whoever sees the database as it was before.
    pub(crate) transaction: String,
}
