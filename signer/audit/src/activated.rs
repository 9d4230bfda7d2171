//! What activated a person's key.

use seal::EvidenceKind;
use serde::{Deserialize, Serialize};

/// What activated a person's key, as records and receipts tell it. It names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivatedBy {
    // The fields stand in the order of their names: that is what makes the JSON canonical.
    /// The kind of evidence that the device accepted.
    pub evidence: EvidenceKind,
    /// Whether the person agreed to a hash that nobody explained to the device.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hash_only: bool,
    /// The letters by which people recognise the activation; none of a token that names documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_code: Option<String>,
}

impl ActivatedBy {
    /// By a token that names the documents itself.
    pub fn token() -> Self {
        Self { evidence: EvidenceKind::Jwt, hash_only: false, reference_code: None }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_false(value: &bool) -> bool {
    !value
}
