//! `[validation]`: what validations and augmentations know beside what is the service's own.

use std::path::PathBuf;

use cades::RevocationPolicy;
use serde::Deserialize;

/// `[validation]`: whom to trust, and what is known of revocation, for other products' signatures
/// and other authorities' time-stamps. Nothing is fetched from addresses in certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Validation {
    /// PEM files with trust anchors; read once, at the start.
    pub trust: Vec<PathBuf>,
    /// Revocation lists (RFC 5280) in DER or PEM; read when one is needed and has changed, so that
    /// a job of the operator's may renew them.
    pub revocation_lists: Vec<PathBuf>,
    /// For which certificates revocation data must be at hand: `when-available`, `signer`,
    /// `promised` or `required`.
    pub revocation: RevocationPolicy,
}
