//! How much of a container is looked at.

/// The most signatures of one container that are validated or raised: each may need as many
/// verifications as a container of its own.
pub const MAXIMUM_SIGNERS: usize = 16;

/// The most time-stamps on all signatures of one container together, signature-time-stamps and
/// archive-time-stamps: each costs as much as a signature. A signature that is renewed each year
/// lives as many years.
pub const MAXIMUM_TIME_STAMPS: usize = 256;
