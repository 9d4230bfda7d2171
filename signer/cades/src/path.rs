//! Certificate paths (RFC 5280 section 6): built upwards to a trust anchor and validated.

mod anchors;
mod build;

pub use anchors::{MAXIMUM_TRUST_ANCHORS, TrustAnchors};
pub use build::{MAXIMUM_PATH_LENGTH, NotAnIssuer, Path, PathFailure};

#[cfg(test)]
mod tests;
