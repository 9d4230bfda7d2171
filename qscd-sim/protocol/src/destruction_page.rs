//! Destroyed keys on the wire.

use serde::{Deserialize, Serialize};

use crate::{Destruction, DestructionHead};

/// How many destructions one answer holds at most: about half of
/// [`MAXIMUM_BODY_LENGTH`](crate::MAXIMUM_BODY_LENGTH).
pub const MAXIMUM_DESTRUCTIONS: usize = 256;

/// How many destructions the device keeps, the newest: about 30 MB.
pub const KEPT_DESTRUCTIONS: usize = 65_536;

/// The answer to `GET /qscd/v1/destructions?after=N`: the destructions after number N, oldest
/// first and without a gap, up to a signed head. When the device has forgotten some of them, it
/// begins with the oldest that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DestructionPage {
    /// The run whose keys they are.
    pub run_id: String,
    /// The number of the run's last destruction.
    pub newest: u64,
    /// The number of the last destruction that is no longer kept; 0 when all are.
    pub forgotten: u64,
    /// The destructions, at most [`MAXIMUM_DESTRUCTIONS`].
    pub destructions: Vec<Destruction>,
    /// The head that covers the last of them; when there are none, the newest head within reach.
    pub head: Option<DestructionHead>,
}
