//! `[csc]`: the API of the Cloud Signature Consortium.

use serde::Deserialize;

/// `[csc]`: the API of the Cloud Signature Consortium.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Csc {
    /// Whether clients get a token by HTTP Basic at `auth/login`, too, as those do that know nothing of
    /// OAuth.
    pub login: bool,
}
