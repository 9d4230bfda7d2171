//! What activates a key: evidence that the signer agreed, and the data (SAD) that follow from it.

mod authenticator;
mod challenge;
mod new_passkey;
mod order;
mod personal;
mod refusal;
mod waiting;

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use self::{
    authenticator::{AuthenticatorOrder, MAXIMUM_CREDENTIAL_ID_LENGTH, Means, RegistrationGround},
    challenge::{CROCKFORD, Challenge, ReferenceCode},
    new_passkey::{DevicePage, MadePasskey, NewPasskeyOrder},
    order::{
        ACTIVATION_LIFETIME, ActivationEntry, ActivationId, ActivationOrder,
        MAXIMUM_ACTIVATION_ENTRIES,
    },
    personal::{Backup, EvidenceKind, GivenEvidence, PasskeyAssertion, PersonalEvidence},
    refusal::ActivationRefusal,
    waiting::{Activation, PendingRegistration},
};
use crate::Digest;

/// Signature activation data: an opaque handle to one authorisation (EN 419 241-1).
///
/// It is spent by value and prints nothing.
///
/// ```compile_fail
/// fn twice(sad: seal::Sad) -> (seal::Sad, seal::Sad) {
///     (sad.clone(), sad) // a SAD cannot be copied
/// }
/// ```
pub struct Sad(Zeroizing<String>);

impl Sad {
    /// Wraps the handle that a device issued.
    pub fn new(handle: String) -> Self {
        Self(Zeroizing::new(handle))
    }

    /// The handle, for the device or the wire; never for a log or a disk.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sad(..)")
    }
}

/// A person's token (JWT) exactly as it was received. Its `Debug` prints nothing.
#[derive(Clone)]
pub struct IdentityToken(Zeroizing<String>);

impl IdentityToken {
    /// Wraps the compact serialisation (RFC 7515 section 7.1).
    pub fn new(compact: String) -> Self {
        Self(Zeroizing::new(compact))
    }

    /// The compact serialisation.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdentityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityToken(..)")
    }
}

/// The name of an organisation's standing mandate to the device: seal with this profile.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MandateId(String);

impl MandateId {
    /// Names a mandate.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The evidence that the signature activation module checks before it authorises.
#[derive(Clone, Debug)]
pub enum ActivationEvidence {
    /// A natural person's token, and the documents (SHA-256) that the hashes to sign come from,
    /// one for each hash. The token must name each of them (ETSI TS 119 431-1 SIG-A.6-07: sole
    /// control).
    Person {
        /// The person's token.
        token: IdentityToken,
        /// SHA-256 of each document, in the order of the hashes to sign.
        documents: Vec<Digest>,
    },
    /// A legal person's standing mandate (SIG-A.6-07A: control).
    Mandate(MandateId),
    /// An activation that the device made, for which a person gave evidence that it accepted.
    Activation(ActivationId),
}
