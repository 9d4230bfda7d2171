//! How acts end.

use serde::{Deserialize, Serialize};

/// How the act ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeResult {
    /// It made what was asked.
    Done,
    /// Something failed.
    Failed,
    /// A rule refused it.
    Refused,
}

impl OutcomeResult {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Done, Self::Failed, Self::Refused];

    /// Its word on the wire and in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }
}
