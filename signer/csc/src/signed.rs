//! What is answered to who asks for signatures, at once or later.

use serde::Serialize;

use crate::{DocumentsAnswer, SignaturesAnswer};

/// Signatures.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum SignedAnswer {
    /// Of `signatures/signHash`.
    Hashes(SignaturesAnswer),
    /// Of `signatures/signDoc`.
    Documents(DocumentsAnswer),
}
