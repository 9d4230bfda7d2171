//! Certificate paths (RFC 5280 section 6): built upwards to a trust anchor and validated.

mod anchors;
mod build;
mod name_constraints;
mod policies;

pub use crate::error::{NotAnIssuer, NotPermitted, PathFailure};
pub use anchors::{MAXIMUM_TRUST_ANCHORS, TrustAnchors};
pub use build::{MAXIMUM_PATH_LENGTH, Path};

#[cfg(test)]
mod tests;
