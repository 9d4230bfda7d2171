//! How many acts ended, day by day.

use audit::{OutcomeResult, RecordedAct};

/// Which counts are asked for. What is `None` does not matter.
#[derive(Clone, Debug)]
pub struct Statistics {
    /// The first day, in days since 1970 (UTC).
    pub from: i64,
    /// The day after the last one.
    pub until: i64,
    /// What was done.
    pub act: Option<RecordedAct>,
    /// How it ended.
    pub outcome: Option<OutcomeResult>,
    /// With which profile.
    pub profile: Option<String>,
    /// Which application asked.
    pub application: Option<String>,
    /// How many counts at most.
    pub limit: u32,
}

/// How many acts of one sort ended on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActCount {
    /// The day, in days since 1970 (UTC).
    pub day: i64,
    /// What was done, in the words of [`RecordedAct`].
    pub act: String,
    /// With which profile; nothing without one.
    pub profile: Option<String>,
    /// Which application asked; nothing when persons did.
    pub application: Option<String>,
    /// How it ended, in the words of [`OutcomeResult`].
    pub outcome: String,
    /// How many.
    pub count: u64,
}
