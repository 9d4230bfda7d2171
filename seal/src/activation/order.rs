//! What an activation is asked for.

use std::time::Duration;

use crate::{Act, Digest, PersonId, ProfileId};

/// The most documents that one activation lists.
pub const MAXIMUM_ACTIVATION_ENTRIES: usize = 100;

/// How long an activation, or the registration of a means of login, may take.
pub const ACTIVATION_LIFETIME: Duration = Duration::from_secs(600);

/// The device's name for an activation, or for a registration that is under way: random, and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ActivationId(String);

impl ActivationId {
    /// Wraps a name that the device made.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One document that a person is asked to sign, in the one form in which it was prepared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActivationEntry {
    /// SHA-256 of the document as it came; `None` where the device is to sign a hash and sees nothing
    /// else (signHash of the CSC API): the imprint is then that hash.
    pub document: Option<Vec<u8>>,
    /// The value of the message-digest attribute: over the prepared byte ranges of a PDF, over the
    /// content otherwise.
    pub imprint: Vec<u8>,
}

impl ActivationEntry {
    /// A document and its imprint.
    pub fn of_document(document: &Digest, imprint: &Digest) -> Self {
        Self { document: Some(document.as_bytes().to_vec()), imprint: imprint.as_bytes().to_vec() }
    }

    /// A hash alone.
    pub fn of_hash(hash: &Digest) -> Self {
        Self { document: None, imprint: hash.as_bytes().to_vec() }
    }
}

/// What a person is asked to activate a key for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivationOrder {
    /// The organisation on whose behalf the person acts, as `NTRDK-12345674`.
    pub organization_identifier: String,
    /// Who is asked.
    pub person: PersonId,
    /// The profile of the certificate.
    pub profile: ProfileId,
    /// The act.
    pub act: Act,
    /// What is signed, each entry once; 1 to [`MAXIMUM_ACTIVATION_ENTRIES`] of them.
    pub entries: Vec<ActivationEntry>,
    /// An opaque name for whoever asks; the device counts activations by it.
    pub requester: String,
}
