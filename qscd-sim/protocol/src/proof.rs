//! The chain of destructions and the signatures over its head.
//!
//! A signature for each destruction would cost as much as the signature that the key was made
//! for. So each destruction carries the hash of the one before, and the device signs the newest
//! hash now and then.

use ring::{
    digest,
    signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::Destruction;

/// What stands before the signed JSON, so that the event key signs nothing else by chance.
const CONTEXT: &[u8] = b"Segl QSCD simulator: destructions\n";

/// The device's signature over the chain of destructions up to one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DestructionHead {
    /// The sequence number of the last destruction that it covers.
    pub sequence: u64,
    /// That destruction's hash, in hexadecimal.
    pub hash: String,
    /// ECDSA P-256 with SHA-256, a DER `Ecdsa-Sig-Value`, by the device's event key; hexadecimal
    /// in JSON.
    #[serde(serialize_with = "as_hexadecimal", deserialize_with = "of_hexadecimal")]
    pub signature: Vec<u8>,
}

/// Verifies consecutive destructions against the head that covers the last of them.
///
/// `public_key` is the device's event key as an uncompressed point.
///
/// # Errors
/// [`EventProofError`] says where the chain breaks, or that the signature does not verify.
pub fn verify_destructions(
    destructions: &[Destruction],
    head: &DestructionHead,
    public_key: &[u8],
) -> Result<(), EventProofError> {
    for pair in destructions.windows(2) {
        let [earlier, later] = pair else { continue };
        let follows = earlier.sequence.checked_add(1) == Some(later.sequence);
        if !follows || later.previous != destruction_hash(earlier)? {
            return Err(EventProofError::ChainBroken { sequence: later.sequence });
        }
    }
    let last = destructions.last().ok_or(EventProofError::Empty)?;
    if last.sequence != head.sequence || destruction_hash(last)? != head.hash {
        return Err(EventProofError::OtherHead { sequence: last.sequence });
    }
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, public_key)
        .verify(&head_to_sign(head.sequence, &head.hash)?, &head.signature)
        .map_err(|_| EventProofError::SignatureInvalid)
}

/// Why destructions are not proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventProofError {
    /// There is nothing to prove.
    #[error("there is no destruction")]
    Empty,
    /// A destruction does not follow the one before it.
    #[error("destruction {sequence} does not follow the one before it")]
    ChainBroken {
        /// The one that does not follow.
        sequence: u64,
    },
    /// The head belongs to another destruction.
    #[error("the head does not belong to destruction {sequence}")]
    OtherHead {
        /// The last destruction.
        sequence: u64,
    },
    /// The head's signature does not verify.
    #[error("the signature over the head is not valid")]
    SignatureInvalid,
    /// A record cannot be written as JSON.
    #[error("a destruction cannot be encoded")]
    Encoding,
}

#[derive(Serialize)]
struct SignedHead<'a> {
    sequence: u64,
    hash: &'a str,
}

/// What the event key signs for the chain up to a destruction of this number and hash.
///
/// # Errors
/// [`EventProofError::Encoding`].
pub fn head_to_sign(sequence: u64, hash: &str) -> Result<Vec<u8>, EventProofError> {
    let mut message = CONTEXT.to_vec();
    serde_json::to_writer(&mut message, &SignedHead { sequence, hash })
        .map_err(|_| EventProofError::Encoding)?;
    Ok(message)
}

/// The hash of a destruction, in hexadecimal: what the next one carries.
///
/// # Errors
/// [`EventProofError::Encoding`].
pub fn destruction_hash(destruction: &Destruction) -> Result<String, EventProofError> {
    let json = serde_json::to_vec(destruction).map_err(|_| EventProofError::Encoding)?;
    Ok(hex_sha256(&json))
}

fn hex_sha256(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

fn as_hexadecimal<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&hex::encode(bytes))
}

fn of_hexadecimal<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    hex::decode(String::deserialize(from)?).map_err(|_| D::Error::custom("not hexadecimal"))
}
