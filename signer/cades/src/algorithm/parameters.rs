//! AlgorithmIdentifier and SubjectPublicKeyInfo (RFC 5280 section 4.1.1.2, RFC 4055, RFC 5480).

use seal::{DigestAlgorithm, SignatureAlgorithm};

use super::{Unverified, VerificationAlgorithm};
use crate::asn1::{Element, identifiers, tag};

/// An algorithm and its parameters, raw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AlgorithmIdentifier<'a> {
    /// The contents octets of the object identifier.
    pub(crate) oid: &'a [u8],
    parameters: Option<Element<'a>>,
}

impl<'a> AlgorithmIdentifier<'a> {
    /// Reads the SEQUENCE.
    pub(crate) fn read(sequence: Element<'a>) -> der::Result<Self> {
        let mut fields = sequence.elements()?;
        let oid = fields.expect(tag::OBJECT_IDENTIFIER)?.contents;
        let parameters = if fields.is_empty() { None } else { Some(fields.any()?) };
        fields.finish()?;
        Ok(Self { oid, parameters })
    }

    /// Which signature algorithm this is. `digest` is the CMS digestAlgorithm, where there is
    /// one: `rsaEncryption` alone does not name a digest (RFC 3370 section 3.2).
    pub(crate) fn signature(
        &self,
        digest: Option<DigestAlgorithm>,
    ) -> Result<VerificationAlgorithm, Unverified> {
        use DigestAlgorithm::{Sha256, Sha384, Sha512};
        use VerificationAlgorithm::{Ecdsa, Ed25519, RsaPkcs1, RsaPkcs1Sha1};
        let absent = self.parameters.is_none();
        let absent_or_null = self.parameters.is_none_or(|any| any.raw == [tag::NULL, 0]);
        match self.oid {
            identifiers::ECDSA_WITH_SHA_256 if absent => Ok(Ecdsa(Sha256)),
            identifiers::ECDSA_WITH_SHA_384 if absent => Ok(Ecdsa(Sha384)),
            identifiers::ECDSA_WITH_SHA_512 if absent => Ok(Ecdsa(Sha512)),
            identifiers::ED25519 if absent => Ok(Ed25519),
            identifiers::SHA_256_WITH_RSA if absent_or_null => Ok(RsaPkcs1(Sha256)),
            identifiers::SHA_384_WITH_RSA if absent_or_null => Ok(RsaPkcs1(Sha384)),
            identifiers::SHA_512_WITH_RSA if absent_or_null => Ok(RsaPkcs1(Sha512)),
            identifiers::SHA_1_WITH_RSA if absent_or_null => Ok(RsaPkcs1Sha1),
            identifiers::RSA_ENCRYPTION if absent_or_null => {
                digest.map(RsaPkcs1).ok_or(Unverified::Unsupported)
            }
            identifiers::RSASSA_PSS => self.pss().ok_or(Unverified::Unsupported),
            _ => Err(Unverified::Unsupported),
        }
    }

    /// RSASSA-PSS-params, if ring can verify with them: one digest for both, and as long a salt.
    fn pss(&self) -> Option<VerificationAlgorithm> {
        let mut fields = self.parameters?.elements().ok()?;
        let hash = digest_algorithm(&wrapped(fields.expect(tag::context(0)).ok()?)?)?;
        let mask = wrapped(fields.expect(tag::context(1)).ok()?)?;
        let mask_hash = Self::read(mask.parameters.filter(|_| mask.oid == identifiers::MGF_1)?);
        let salt = fields.expect(tag::context(2)).ok()?.elements().ok()?.any().ok()?;
        let fits = digest_algorithm(&mask_hash.ok()?) == Some(hash)
            && salt.tag == tag::INTEGER
            && salt.small_integer().ok()? as usize == hash.digest_length()
            && fields.is_empty();
        fits.then_some(VerificationAlgorithm::RsaPss(hash))
    }
}

fn wrapped(explicit: Element<'_>) -> Option<AlgorithmIdentifier<'_>> {
    AlgorithmIdentifier::read(explicit.elements().ok()?.expect(tag::SEQUENCE).ok()?).ok()
}

/// Which digest algorithm this is; `None` for one that proves nothing here.
pub(crate) fn digest_algorithm(identifier: &AlgorithmIdentifier<'_>) -> Option<DigestAlgorithm> {
    match identifier.oid {
        identifiers::SHA_256 => Some(DigestAlgorithm::Sha256),
        identifiers::SHA_384 => Some(DigestAlgorithm::Sha384),
        identifiers::SHA_512 => Some(DigestAlgorithm::Sha512),
        _ => None,
    }
}

/// A public key, in the encoding that ring and aws-lc-rs take.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PublicKey<'a> {
    /// A point on secp256r1.
    P256(&'a [u8]),
    /// A point on secp384r1.
    P384(&'a [u8]),
    /// A point on secp521r1.
    P521(&'a [u8]),
    /// An `RSAPublicKey` (RFC 8017 appendix A.1.1).
    Rsa(&'a [u8]),
    /// A point on Curve25519.
    Ed25519(&'a [u8]),
    /// A key of another type.
    Other,
}

impl<'a> PublicKey<'a> {
    /// Reads a SubjectPublicKeyInfo.
    pub(crate) fn read(sequence: Element<'a>) -> der::Result<Self> {
        let mut fields = sequence.elements()?;
        let algorithm = AlgorithmIdentifier::read(fields.expect(tag::SEQUENCE)?)?;
        let key = fields.expect(tag::BIT_STRING)?.bit_string()?;
        fields.finish()?;
        let curve = algorithm.parameters.map(|curve| curve.contents);
        Ok(match algorithm.oid {
            identifiers::EC_PUBLIC_KEY if curve == Some(identifiers::SECP256R1) => Self::P256(key),
            identifiers::EC_PUBLIC_KEY if curve == Some(identifiers::SECP384R1) => Self::P384(key),
            identifiers::EC_PUBLIC_KEY if curve == Some(identifiers::SECP521R1) => Self::P521(key),
            identifiers::RSA_ENCRYPTION | identifiers::RSASSA_PSS => Self::Rsa(key),
            identifiers::ED25519 => Self::Ed25519(key),
            _ => Self::Other,
        })
    }

    /// The bytes that ring and aws-lc-rs take; none for a key of another type.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        match self {
            Self::P256(key)
            | Self::P384(key)
            | Self::P521(key)
            | Self::Rsa(key)
            | Self::Ed25519(key) => key,
            Self::Other => &[],
        }
    }

    /// Whether a key of this type, and for RSA of this length, signs with the suite.
    pub(crate) fn suits(&self, suite: SignatureAlgorithm) -> bool {
        match suite {
            SignatureAlgorithm::EcdsaP256Sha256 => matches!(self, Self::P256(_)),
            SignatureAlgorithm::EcdsaP384Sha384 => matches!(self, Self::P384(_)),
            SignatureAlgorithm::EcdsaP521Sha512 => matches!(self, Self::P521(_)),
            SignatureAlgorithm::RsaPssSha256(length)
            | SignatureAlgorithm::RsaPkcs1Sha256(length) => {
                self.rsa_modulus_length() == Some(length.bytes())
            }
            SignatureAlgorithm::Ed25519 => matches!(self, Self::Ed25519(_)),
        }
    }

    /// The length of an RSA key's modulus in whole bytes; `None` for other keys.
    pub(crate) fn rsa_modulus_length(&self) -> Option<usize> {
        let Self::Rsa(key) = self else { return None };
        let modulus = Element::parse(key, tag::SEQUENCE)
            .and_then(|sequence| sequence.elements()?.expect(tag::INTEGER)?.integer())
            .ok()?;
        Some(modulus.strip_prefix(&[0]).unwrap_or(modulus).len())
    }
}
