//! Signature suites: a key type together with its digest.

use serde::{Deserialize, Serialize};

use crate::DigestAlgorithm;

/// A signature suite that the device offers (ETSI TS 119 312 clause 6).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub enum SignatureAlgorithm {
    /// ECDSA on P-256 (secp256r1) with SHA-256: the default, as NemLog-in.
    #[default]
    EcdsaP256Sha256,
    /// ECDSA on P-384 (secp384r1) with SHA-384.
    EcdsaP384Sha384,
    /// ECDSA on P-521 (secp521r1) with SHA-512.
    EcdsaP521Sha512,
    /// RSASSA-PSS (RFC 8017 section 8.1) with SHA-256, MGF1 over SHA-256 and a salt of 32 bytes.
    RsaPssSha256(RsaKeyLength),
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2) with SHA-256; legacy until 2029.
    RsaPkcs1Sha256(RsaKeyLength),
    /// Ed25519 (RFC 8032). It is not in TS 119 312: validators that follow EN 319 102-1 to the
    /// letter do not pass it.
    Ed25519,
}

/// The length of an RSA key's modulus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RsaKeyLength {
    /// 2048 bits, for testing: legacy until 2029.
    Bits2048,
    /// 3072 bits.
    Bits3072,
    /// 4096 bits, for testing.
    Bits4096,
}

impl RsaKeyLength {
    /// Every length, the shortest first.
    pub const ALL: [Self; 3] = [Self::Bits2048, Self::Bits3072, Self::Bits4096];

    /// The length in bits.
    pub fn bits(self) -> usize {
        match self {
            Self::Bits2048 => 2048,
            Self::Bits3072 => 3072,
            Self::Bits4096 => 4096,
        }
    }

    /// The length in bytes, which is a signature value's as well.
    pub fn bytes(self) -> usize {
        self.bits() / 8
    }
}

impl SignatureAlgorithm {
    /// Every suite, the default first.
    pub const ALL: [Self; 10] = [
        Self::EcdsaP256Sha256,
        Self::EcdsaP384Sha384,
        Self::EcdsaP521Sha512,
        Self::RsaPssSha256(RsaKeyLength::Bits3072),
        Self::RsaPssSha256(RsaKeyLength::Bits2048),
        Self::RsaPssSha256(RsaKeyLength::Bits4096),
        Self::RsaPkcs1Sha256(RsaKeyLength::Bits3072),
        Self::RsaPkcs1Sha256(RsaKeyLength::Bits2048),
        Self::RsaPkcs1Sha256(RsaKeyLength::Bits4096),
        Self::Ed25519,
    ];

    /// The digest that the suite signs; for Ed25519 the digest of the content (RFC 8419 section
    /// 2.3), for the suite itself signs a message.
    pub fn digest_algorithm(self) -> DigestAlgorithm {
        match self {
            Self::EcdsaP256Sha256 | Self::RsaPssSha256(_) | Self::RsaPkcs1Sha256(_) => {
                DigestAlgorithm::Sha256
            }
            Self::EcdsaP384Sha384 => DigestAlgorithm::Sha384,
            Self::EcdsaP521Sha512 | Self::Ed25519 => DigestAlgorithm::Sha512,
        }
    }

    /// Whether the suite signs the message itself, and no digest of it.
    pub fn signs_message(self) -> bool {
        self == Self::Ed25519
    }

    /// Whether the suite's signatures hold a salt (RSASSA-PSS).
    pub fn is_salted(self) -> bool {
        matches!(self, Self::RsaPssSha256(_))
    }

    /// The length of the suite's RSA keys; `None` for other keys.
    pub fn rsa_key_length(self) -> Option<RsaKeyLength> {
        match self {
            Self::RsaPssSha256(length) | Self::RsaPkcs1Sha256(length) => Some(length),
            Self::EcdsaP256Sha256
            | Self::EcdsaP384Sha384
            | Self::EcdsaP521Sha512
            | Self::Ed25519 => None,
        }
    }

    /// The object identifier of the signature algorithm in dotted form (RFC 5758 section 3.2,
    /// RFC 8017 appendix A.2, RFC 8410 section 3).
    pub fn oid(self) -> &'static str {
        match self {
            Self::EcdsaP256Sha256 => "1.2.840.10045.4.3.2",
            Self::EcdsaP384Sha384 => "1.2.840.10045.4.3.3",
            Self::EcdsaP521Sha512 => "1.2.840.10045.4.3.4",
            Self::RsaPssSha256(_) => "1.2.840.113549.1.1.10",
            Self::RsaPkcs1Sha256(_) => "1.2.840.113549.1.1.11",
            Self::Ed25519 => "1.3.101.112",
        }
    }

    /// The length in bytes of the longest signature value: for ECDSA the DER `Ecdsa-Sig-Value` of
    /// RFC 3279 section 2.2.3 with both integers at their full length.
    pub fn maximum_signature_length(self) -> usize {
        match self {
            Self::EcdsaP256Sha256 => 2 + 2 * (2 + 33),
            Self::EcdsaP384Sha384 => 2 + 2 * (2 + 49),
            Self::EcdsaP521Sha512 => 3 + 2 * (2 + 66),
            Self::RsaPssSha256(length) | Self::RsaPkcs1Sha256(length) => length.bytes(),
            Self::Ed25519 => 64,
        }
    }

    /// The suite's short name, as in configuration and on the wire: that of JOSE (RFC 7518,
    /// RFC 8037), and for RSA the length of the key when it is not 3072 bits.
    pub fn name(self) -> &'static str {
        use RsaKeyLength::{Bits2048, Bits3072, Bits4096};
        match self {
            Self::EcdsaP256Sha256 => "ES256",
            Self::EcdsaP384Sha384 => "ES384",
            Self::EcdsaP521Sha512 => "ES512",
            Self::RsaPssSha256(Bits3072) => "PS256",
            Self::RsaPssSha256(Bits2048) => "PS256-2048",
            Self::RsaPssSha256(Bits4096) => "PS256-4096",
            Self::RsaPkcs1Sha256(Bits3072) => "RS256",
            Self::RsaPkcs1Sha256(Bits2048) => "RS256-2048",
            Self::RsaPkcs1Sha256(Bits4096) => "RS256-4096",
            Self::Ed25519 => "Ed25519",
        }
    }

    /// The suite of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// Why a relying party may not accept the suite, in one sentence; `None` for those that
    /// TS 119 312 recommends without an end.
    pub fn caution(self) -> Option<&'static str> {
        match self {
            Self::EcdsaP256Sha256
            | Self::EcdsaP384Sha384
            | Self::EcdsaP521Sha512
            | Self::RsaPssSha256(RsaKeyLength::Bits3072 | RsaKeyLength::Bits4096) => None,
            Self::RsaPssSha256(RsaKeyLength::Bits2048) => {
                Some("ETSI TS 119 312 accepts RSA keys of 2048 bits until 2029-01-01 only")
            }
            Self::RsaPkcs1Sha256(_) => {
                Some("ETSI TS 119 312 accepts RSASSA-PKCS1-v1_5 until 2029-01-01 only")
            }
            Self::Ed25519 => Some(
                "ETSI TS 119 312 does not list Ed25519: validators that follow EN 319 102-1 \
                 refuse it",
            ),
        }
    }
}

impl From<SignatureAlgorithm> for String {
    fn from(algorithm: SignatureAlgorithm) -> Self {
        algorithm.name().to_owned()
    }
}

impl TryFrom<String> for SignatureAlgorithm {
    type Error = UnknownAlgorithm;

    fn try_from(name: String) -> Result<Self, UnknownAlgorithm> {
        Self::from_name(&name).ok_or(UnknownAlgorithm)
    }
}

/// A name that no suite has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown signature algorithm; one of {} is expected",
    SignatureAlgorithm::ALL.map(SignatureAlgorithm::name).join(", ")
)]
pub struct UnknownAlgorithm;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_has_its_own_name_and_comes_back_from_it() {
        for algorithm in SignatureAlgorithm::ALL {
            let written = serde_json::to_string(&algorithm).unwrap();
            assert_eq!(written, format!("\"{}\"", algorithm.name()));
            assert_eq!(serde_json::from_str::<SignatureAlgorithm>(&written).unwrap(), algorithm);
        }
    }

    #[test]
    fn a_name_that_no_suite_has_is_refused_with_the_names_there_are() {
        let error = serde_json::from_str::<SignatureAlgorithm>("\"ES257\"").unwrap_err();
        assert!(error.to_string().contains("ES256, ES384, ES512, PS256"), "{error}");
    }

    #[test]
    fn the_name_of_an_rsa_suite_says_its_length() {
        for length in RsaKeyLength::ALL {
            for algorithm in [
                SignatureAlgorithm::RsaPssSha256(length),
                SignatureAlgorithm::RsaPkcs1Sha256(length),
            ] {
                let suffix = algorithm.name().split_once('-').map_or("3072", |(_, bits)| bits);
                assert_eq!(suffix, length.bits().to_string());
                assert_eq!(algorithm.maximum_signature_length() * 8, length.bits());
                assert_eq!(algorithm.rsa_key_length(), Some(length));
            }
        }
    }
}
