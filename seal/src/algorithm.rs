//! Signature suites: a key type together with its digest.

use serde::{Deserialize, Serialize};

use crate::DigestAlgorithm;

/// A signature suite that the device offers (ETSI TS 119 312 clause 6).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum SignatureAlgorithm {
    /// ECDSA on P-256 (secp256r1) with SHA-256: the default, as NemLog-in.
    #[default]
    #[serde(rename = "ES256")]
    EcdsaP256Sha256,
    /// ECDSA on P-384 (secp384r1) with SHA-384.
    #[serde(rename = "ES384")]
    EcdsaP384Sha384,
}

impl SignatureAlgorithm {
    /// Every suite, the default first.
    pub const ALL: [Self; 2] = [Self::EcdsaP256Sha256, Self::EcdsaP384Sha384];

    /// The digest that the suite signs.
    pub fn digest_algorithm(self) -> DigestAlgorithm {
        match self {
            Self::EcdsaP256Sha256 => DigestAlgorithm::Sha256,
            Self::EcdsaP384Sha384 => DigestAlgorithm::Sha384,
        }
    }

    /// The object identifier of the signature algorithm in dotted form (RFC 5758 section 3.2).
    pub fn oid(self) -> &'static str {
        match self {
            Self::EcdsaP256Sha256 => "1.2.840.10045.4.3.2",
            Self::EcdsaP384Sha384 => "1.2.840.10045.4.3.3",
        }
    }

    /// The length in bytes of the longest signature value: the DER `Ecdsa-Sig-Value` of
    /// RFC 3279 section 2.2.3 with both integers at their full length.
    pub fn maximum_signature_length(self) -> usize {
        match self {
            Self::EcdsaP256Sha256 => 2 + 2 * (2 + 33),
            Self::EcdsaP384Sha384 => 2 + 2 * (2 + 49),
        }
    }

    /// The suite's short name, as in configuration and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::EcdsaP256Sha256 => "ES256",
            Self::EcdsaP384Sha384 => "ES384",
        }
    }
}
