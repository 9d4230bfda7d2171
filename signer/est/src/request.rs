//! PKCS#10 certification requests (RFC 2986).

use der::{Decode, Encode};
use ring::digest::{SHA256, digest};
use x509_cert::request::CertReq;

use crate::{key::RequestedKey, proof, request_refusal::RequestRefusal};

/// The longest request in bytes of DER: a key of 4,096 bits with its names needs two thousand.
pub const MAXIMUM_REQUEST_LENGTH: usize = 16 * 1024;

/// A request whose sender has shown that they have the private key (RFC 2986 section 3, note 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificationRequest {
    /// The SubjectPublicKeyInfo in DER.
    pub public_key: Vec<u8>,
    /// What kind of key it is.
    pub key: RequestedKey,
}

impl CertificationRequest {
    /// Reads a request in DER and verifies its signature with the key in it.
    ///
    /// # Errors
    /// [`RequestRefusal`].
    pub fn read(der: &[u8]) -> Result<Self, RequestRefusal> {
        if der.len() > MAXIMUM_REQUEST_LENGTH {
            return Err(RequestRefusal::TooLong);
        }
        let malformed = |_| RequestRefusal::Malformed;
        let request = CertReq::from_der(der).map_err(malformed)?;
        let key = RequestedKey::of(&request.info.public_key)?;
        let signed = request.info.to_der().map_err(malformed)?;
        // What was signed are the octets that came, not what was understood of them.
        if !der.windows(signed.len()).take(HEADER_LENGTH + 1).any(|octets| octets == signed) {
            return Err(RequestRefusal::Malformed);
        }
        let public_key = request.info.public_key.to_der().map_err(malformed)?;
        let signature = request.signature.as_bytes().ok_or(RequestRefusal::Malformed)?;
        let bits = request.info.public_key.subject_public_key.as_bytes();
        let bits = bits.ok_or(RequestRefusal::Malformed)?;
        proof::verify(key, bits, &request.algorithm, &signed, signature)?;
        Ok(Self { public_key, key })
    }

    /// The SHA-256 of the SubjectPublicKeyInfo.
    pub fn public_key_sha256(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &self.public_key).as_ref());
        hash
    }
}

/// The longest tag and length that stand before the signed part of a request.
const HEADER_LENGTH: usize = 4;

#[cfg(test)]
mod tests;
