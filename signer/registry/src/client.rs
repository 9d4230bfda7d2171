//! OAuth clients of applications: programs that ask for access tokens in place of showing an API key.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Actor, KeyHash, KeyState, Moment, Scope, key::state};

/// The name of a client: its `client_id`. Public, unlike what it authenticates with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(pub String);

/// An OAuth client of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its name.
    pub id: ClientId,
    /// What people call it.
    pub display_name: String,
    /// How it proves who it is.
    pub proof: ClientProof,
    /// What its tokens may be good for.
    pub scopes: BTreeSet<Scope>,
    /// Where it may have browsers sent back to, as they were read before they came here. One that asks no
    /// person has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<String>,
    /// Whether it may ask without a code challenge, as clients of CSC's first version do (RFC 9700 section
    /// 2.1.1 has the others use one).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_pkce: bool,
    /// Whether it asks persons by requests that it signs alone (RFC 9101 section 10.5): what somebody else writes
    /// in its name is then refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub require_signed_request_object: bool,
    /// When it was made.
    pub made: Moment,
    /// By whom.
    pub made_by: Actor,
    /// From when on it gets no tokens, and those that it has count no more.
    pub expires: Option<Moment>,
    /// When it was revoked.
    pub revoked: Option<Moment>,
}

/// How a client proves who it is: in one way, so that none weaker is left open beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientProof {
    /// By a secret of 256 random bits, of which only the hash is kept.
    Secret(KeyHash),
    /// By what it signs with the private keys of these public ones: a JWK set (RFC 7517), which was read
    /// before it came here.
    Keys(String),
    /// By a certificate that the registry has issued to the holder with this UUID, in lower-case hexadecimal: the
    /// client shows it in TLS (RFC 8705 section 2.1), or signs with its key. The next one that the holder gets is
    /// as good.
    Certificate(String),
    /// Not at all: a program on its user's own machine, which keeps no secret (RFC 6749 section 2.1). It asks
    /// persons alone, and proves by PKCE that a code is its own.
    Public,
}

impl ClientProof {
    /// What the audit log calls it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Secret(_) => "secret",
            Self::Keys(_) => "keys",
            Self::Certificate(_) => "certificate",
            Self::Public => "none",
        }
    }

    /// The UUID of the holder by whose certificates it is proven.
    pub fn holder(&self) -> Option<&str> {
        match self {
            Self::Certificate(uuid) => Some(uuid),
            Self::Secret(_) | Self::Keys(_) | Self::Public => None,
        }
    }
}

impl Client {
    /// What the client is good for.
    pub fn state(&self, now: Moment) -> KeyState {
        state(self.revoked, self.expires, now)
    }
}
