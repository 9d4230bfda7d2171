//! AlgorithmIdentifier and SubjectPublicKeyInfo (RFC 5280 section 4.1.1.2, RFC 4055, RFC 5480).

use seal::{DigestAlgorithm, SignatureAlgorithm};

use super::{HashAlgorithm, PssParameters, RSA_MODULUS_LENGTHS, Unverified, VerificationAlgorithm};
use crate::asn1::{Element, Oid, identifiers, is_same_der, tag};

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

    /// Which signature algorithm this is. `hash` is the CMS digestAlgorithm, where there is one:
    /// `rsaEncryption` and `id-ecPublicKey` alone do not name one (RFC 3370 section 3.2).
    ///
    /// The parameters of ECDSA and Ed25519 are to be absent (RFC 5758 section 3.2, RFC 8410
    /// section 3). NULL instead, which some write after the habit of RSA, says nothing else.
    pub(crate) fn signature(
        &self,
        hash: Option<HashAlgorithm>,
    ) -> Result<VerificationAlgorithm, Unverified> {
        use VerificationAlgorithm::{Ecdsa, Ed25519, RsaPkcs1};
        let absent_or_null = self.has_no_parameters();
        match self.oid {
            identifiers::RSASSA_PSS => self.pss().ok_or(Unverified::Unsupported),
            identifiers::EC_PUBLIC_KEY => hash.map(Ecdsa).ok_or(Unverified::Unsupported),
            _ if !absent_or_null => Err(Unverified::Unsupported),
            identifiers::ED25519 => Ok(Ed25519),
            identifiers::RSA_ENCRYPTION => hash.map(RsaPkcs1).ok_or(Unverified::Unsupported),
            oid => {
                let of = |list: &[(&[u8], HashAlgorithm)]| {
                    list.iter().find(|(known, _)| *known == oid).map(|(_, hash)| *hash)
                };
                let ecdsa = of(&ECDSA).map(Ecdsa);
                ecdsa.or_else(|| of(&RSA_PKCS1).map(RsaPkcs1)).ok_or(Unverified::Unsupported)
            }
        }
    }

    /// Whether both name the same algorithm with the same parameters. Those that are absent are the
    /// same as NULL (RFC 6211 section 3).
    pub(crate) fn is_same(&self, other: &AlgorithmIdentifier<'_>) -> bool {
        self.oid == other.oid
            && match (self.parameters, other.parameters) {
                _ if self.has_no_parameters() && other.has_no_parameters() => true,
                (Some(one), Some(other)) => is_same_der(one, other),
                _ => false,
            }
    }

    /// What to call it in a report: its name, or its object identifier in dotted form.
    pub(crate) fn name(&self) -> String {
        named(self.oid)
    }

    fn has_no_parameters(&self) -> bool {
        self.parameters.is_none_or(|any| any.tag == tag::NULL && any.contents.is_empty())
    }

    /// RSASSA-PSS-params, each with its default (RFC 4055 section 3.1).
    fn pss(&self) -> Option<VerificationAlgorithm> {
        let mut fields = self.parameters.filter(|any| any.tag == tag::SEQUENCE)?.elements().ok()?;
        let hash = match fields.optional(tag::context(0)).ok()? {
            Some(explicit) => HashAlgorithm::named(wrapped(explicit)?.oid)?,
            None => HashAlgorithm::Sha1,
        };
        let mask_hash = match fields.optional(tag::context(1)).ok()? {
            Some(explicit) => {
                let mask = wrapped(explicit)?;
                let mask_hash = mask.parameters.filter(|_| mask.oid == identifiers::MGF_1)?;
                HashAlgorithm::named(Self::read(mask_hash).ok()?.oid)?
            }
            None => HashAlgorithm::Sha1,
        };
        let salt_length = number(fields.optional(tag::context(2)).ok()?, 20)?;
        // trailerFieldBC, the only one (RFC 8017 appendix A.2.3).
        let trailer_field = number(fields.optional(tag::context(3)).ok()?, 1)?;
        let parameters = PssParameters { hash, mask_hash, salt_length };
        (trailer_field == 1 && fields.is_empty())
            .then_some(VerificationAlgorithm::RsaPss(parameters))
    }
}

impl PssParameters {
    /// Reads RSASSA-PSS-params (RFC 4055 section 3.1) in DER; `None` for what cannot be verified here.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let parameters = Element::parse(der, tag::SEQUENCE).ok();
        let identifier = AlgorithmIdentifier { oid: identifiers::RSASSA_PSS, parameters };
        match identifier.pss()? {
            VerificationAlgorithm::RsaPss(parameters) => Some(parameters),
            VerificationAlgorithm::Ecdsa(_)
            | VerificationAlgorithm::RsaPkcs1(_)
            | VerificationAlgorithm::Ed25519 => None,
        }
    }
}

/// ECDSA by its hash (RFC 5758 section 3.2, RFC 8692 section 3, X9.62).
const ECDSA: [(&[u8], HashAlgorithm); 8] = [
    (identifiers::ECDSA_WITH_SHA_1, HashAlgorithm::Sha1),
    (identifiers::ECDSA_WITH_SHA_224, HashAlgorithm::Sha224),
    (identifiers::ECDSA_WITH_SHA_256, HashAlgorithm::Sha256),
    (identifiers::ECDSA_WITH_SHA_384, HashAlgorithm::Sha384),
    (identifiers::ECDSA_WITH_SHA_512, HashAlgorithm::Sha512),
    (identifiers::ECDSA_WITH_SHA3_256, HashAlgorithm::Sha3_256),
    (identifiers::ECDSA_WITH_SHA3_384, HashAlgorithm::Sha3_384),
    (identifiers::ECDSA_WITH_SHA3_512, HashAlgorithm::Sha3_512),
];

/// RSASSA-PKCS1-v1_5 by its hash (RFC 8017 appendix A.2.4, NIST's arc for SHA-3, OIW's for SHA-1).
const RSA_PKCS1: [(&[u8], HashAlgorithm); 10] = [
    (identifiers::MD5_WITH_RSA, HashAlgorithm::Md5),
    (identifiers::SHA_1_WITH_RSA, HashAlgorithm::Sha1),
    (identifiers::OIW_SHA_1_WITH_RSA, HashAlgorithm::Sha1),
    (identifiers::SHA_224_WITH_RSA, HashAlgorithm::Sha224),
    (identifiers::SHA_256_WITH_RSA, HashAlgorithm::Sha256),
    (identifiers::SHA_384_WITH_RSA, HashAlgorithm::Sha384),
    (identifiers::SHA_512_WITH_RSA, HashAlgorithm::Sha512),
    (identifiers::SHA3_256_WITH_RSA, HashAlgorithm::Sha3_256),
    (identifiers::SHA3_384_WITH_RSA, HashAlgorithm::Sha3_384),
    (identifiers::SHA3_512_WITH_RSA, HashAlgorithm::Sha3_512),
];

/// What cannot be verified here, by name: other curves (RFC 5639, SEC 2), other schemes.
const NOT_VERIFIED: [(&[u8], &str); 13] = [
    (identifiers::BRAINPOOL_P256R1, "the curve brainpoolP256r1"),
    (identifiers::BRAINPOOL_P256T1, "the curve brainpoolP256t1"),
    (identifiers::BRAINPOOL_P320R1, "the curve brainpoolP320r1"),
    (identifiers::BRAINPOOL_P384R1, "the curve brainpoolP384r1"),
    (identifiers::BRAINPOOL_P384T1, "the curve brainpoolP384t1"),
    (identifiers::BRAINPOOL_P512R1, "the curve brainpoolP512r1"),
    (identifiers::BRAINPOOL_P512T1, "the curve brainpoolP512t1"),
    (identifiers::SECP192R1, "the curve secp192r1"),
    (identifiers::SECP256K1, "the curve secp256k1"),
    (identifiers::RSASSA_PSS, "RSASSA-PSS with parameters that cannot be read"),
    (identifiers::ED448, "Ed448"),
    (identifiers::DSA, "DSA"),
    (identifiers::RIPEMD_160, "RIPEMD-160"),
];

fn named(oid: &[u8]) -> String {
    let known = NOT_VERIFIED.iter().find(|(known, _)| *known == oid);
    match (known, Oid::from_contents(oid)) {
        (Some((_, name)), _) => (*name).to_owned(),
        (None, Some(oid)) => oid.to_string(),
        (None, None) => "an object identifier that cannot be read".to_owned(),
    }
}

/// The small INTEGER under an explicit tag, or its default.
fn number(explicit: Option<Element<'_>>, default: u32) -> Option<u32> {
    let Some(explicit) = explicit else { return Some(default) };
    let mut inner = explicit.elements().ok()?;
    let value = inner.expect(tag::INTEGER).ok()?.small_integer().ok()?;
    inner.is_empty().then_some(value)
}

fn wrapped(explicit: Element<'_>) -> Option<AlgorithmIdentifier<'_>> {
    AlgorithmIdentifier::read(explicit.elements().ok()?.expect(tag::SEQUENCE).ok()?).ok()
}

/// Which digest algorithm this is of those that Segl signs with.
pub(crate) fn digest_algorithm(identifier: &AlgorithmIdentifier<'_>) -> Option<DigestAlgorithm> {
    match identifier.oid {
        identifiers::SHA_256 => Some(DigestAlgorithm::Sha256),
        identifiers::SHA_384 => Some(DigestAlgorithm::Sha384),
        identifiers::SHA_512 => Some(DigestAlgorithm::Sha512),
        _ => None,
    }
}

/// The parameters that the SubjectPublicKeyInfo of an RSASSA-PSS key states (RFC 4055 section 3.1).
#[derive(Clone, Copy, Debug)]
pub(crate) enum PssRestriction {
    /// None: any will do.
    None,
    /// Signatures keep to its hashes, and their salt is no shorter.
    To(PssParameters),
    /// It cannot be read.
    Unreadable,
}

impl PssRestriction {
    fn read(identifier: &AlgorithmIdentifier<'_>) -> Self {
        match identifier.pss() {
            _ if identifier.has_no_parameters() => Self::None,
            Some(VerificationAlgorithm::RsaPss(parameters)) => Self::To(parameters),
            _ => Self::Unreadable,
        }
    }

    fn check(self, used: PssParameters) -> Result<(), Unverified> {
        let is_kept = |own: PssParameters| {
            own.hash == used.hash
                && own.mask_hash == used.mask_hash
                && own.salt_length <= used.salt_length
        };
        match self {
            Self::None => Ok(()),
            Self::To(own) if is_kept(own) => Ok(()),
            Self::To(_) => Err(Unverified::Wrong),
            Self::Unreadable => Err(Unverified::Unsupported),
        }
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
    /// The same for RSASSA-PSS alone (RFC 4055 section 1.2), and with which parameters.
    RsaPssOnly(&'a [u8], PssRestriction),
    /// A point on Curve25519.
    Ed25519(&'a [u8]),
    /// A key of another type: the contents octets of its curve's, else of its algorithm's object
    /// identifier.
    Other(&'a [u8]),
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
            identifiers::RSA_ENCRYPTION => Self::Rsa(key),
            identifiers::RSASSA_PSS => Self::RsaPssOnly(key, PssRestriction::read(&algorithm)),
            identifiers::ED25519 => Self::Ed25519(key),
            identifiers::EC_PUBLIC_KEY => Self::Other(curve.unwrap_or(algorithm.oid)),
            other => Self::Other(other),
        })
    }

    /// The bytes that ring and aws-lc-rs take; none for a key of another type.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        match self {
            Self::P256(key)
            | Self::P384(key)
            | Self::P521(key)
            | Self::Rsa(key)
            | Self::RsaPssOnly(key, _)
            | Self::Ed25519(key) => key,
            Self::Other(_) => &[],
        }
    }

    /// What to call a key of another type; `None` of one that can be used here.
    pub(crate) fn unsupported_name(&self) -> Option<String> {
        match self {
            Self::Other(oid) => Some(named(oid)),
            Self::P256(_)
            | Self::P384(_)
            | Self::P521(_)
            | Self::Rsa(_)
            | Self::RsaPssOnly(..)
            | Self::Ed25519(_) => None,
        }
    }

    /// The key as `algorithm` uses it.
    ///
    /// # Errors
    /// [`Unverified::Wrong`] when the key is not for it; [`Unverified::Unsupported`] when that
    /// cannot be told.
    pub(super) fn used_by(self, algorithm: VerificationAlgorithm) -> Result<Self, Unverified> {
        match (self, algorithm) {
            (Self::RsaPssOnly(key, restriction), VerificationAlgorithm::RsaPss(parameters)) => {
                restriction.check(parameters).map(|()| Self::Rsa(key))
            }
            (Self::RsaPssOnly(..), _) => Err(Unverified::Wrong),
            _ => Ok(self),
        }
    }

    /// Whether ring takes this RSA key: of 2048 to 8192 bits, and positive as it is written.
    pub(super) fn is_rsa_of_ring(&self) -> bool {
        let positive =
            self.rsa_modulus().is_some_and(|modulus| matches!(modulus, [0, 0x80..=0xff, ..]));
        let length = self.rsa_modulus_length();
        positive && length.is_some_and(|length| RSA_MODULUS_LENGTHS.contains(&length))
    }

    /// Whether a key of this type, and for RSA of this length, signs with the suite.
    pub(crate) fn suits(&self, suite: SignatureAlgorithm) -> bool {
        match suite {
            SignatureAlgorithm::EcdsaP256Sha256 => matches!(self, Self::P256(_)),
            SignatureAlgorithm::EcdsaP384Sha384 => matches!(self, Self::P384(_)),
            SignatureAlgorithm::EcdsaP521Sha512 => matches!(self, Self::P521(_)),
            SignatureAlgorithm::RsaPssSha256(length)
            | SignatureAlgorithm::RsaPkcs1Sha256(length) => {
                self.used_by(suite.into()).is_ok()
                    && self.rsa_modulus_length() == Some(length.bytes())
            }
            SignatureAlgorithm::Ed25519 => matches!(self, Self::Ed25519(_)),
        }
    }

    /// The length of an RSA key's modulus in whole bytes; `None` for other keys.
    pub(crate) fn rsa_modulus_length(&self) -> Option<usize> {
        let modulus = self.rsa_modulus()?;
        let zeros = modulus.iter().take_while(|octet| **octet == 0).count();
        Some(modulus.len() - zeros)
    }

    /// The contents octets of an RSA key's modulus. Its sign is not looked at: some write the
    /// magnitude without the zero that keeps it positive. Nor are zeros before it: whoever verifies
    /// must find the same length as whoever judges it.
    fn rsa_modulus(&self) -> Option<&'a [u8]> {
        let (Self::Rsa(key) | Self::RsaPssOnly(key, _)) = self else { return None };
        Element::parse(key, tag::SEQUENCE)
            .and_then(|sequence| Ok(sequence.elements()?.expect(tag::INTEGER)?.contents))
            .ok()
    }
}
