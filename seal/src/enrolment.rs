//! What the device is asked to make: a key pair and a certificate for it.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::{Assurance, ProfileId, SignatureAlgorithm, Subject};

/// A request for a credential. It comes from an approval and can cross HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentRequest {
    /// The profile that the certificate follows.
    pub profile: ProfileId,
    /// Whom the certificate names.
    pub subject: Subject,
    /// The suite of the key.
    pub algorithm: SignatureAlgorithm,
    /// The assurance of the certificate.
    pub assurance: Assurance,
    /// The moment of the act.
    pub at: SystemTime,
    /// How long before `at` the certificate begins.
    pub back_dating: Duration,
    /// How long after `at` the certificate ends.
    pub lifetime: Duration,
    /// How many signatures the key may make, at least one.
    pub signatures: u32,
    /// An opaque name for whoever asks; the device counts live keys by it.
    pub requester: String,
}
