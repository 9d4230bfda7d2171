//! What a command does with the data directory.

/// What a command does with the data directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// It reads, and leaves no trace: a service may be using it. Without one that is named, the
    /// configuration's.
    Reads,
    /// What is done is recorded in the one that is named, which no service may be using.
    Records,
    /// The same; without one that is named, what the configuration's keeps is known all the same.
    RecordsKnowing,
}
