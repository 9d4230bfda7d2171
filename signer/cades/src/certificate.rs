//! X.509 certificates (RFC 5280): a parsed view that keeps the issuer's bytes.

mod comparable_name;
mod distribution_point;
mod extensions;
mod general_name;
mod name;
mod policies;
mod purpose;
mod qualified;
mod rfc4514;

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use der::Tag;
use seal::CertificateDer;

pub(crate) use comparable_name::{ComparableName, is_same_name};
pub(crate) use distribution_point::{DistributionPoint, DistributionPointName, Reasons};
use extensions::Extensions;
pub use extensions::{BasicConstraints, ExtendedKeyUsage};
pub(crate) use extensions::{ExtensionIterator, key_identifier};
pub(crate) use general_name::GeneralName;
pub use name::DistinguishedName;
pub(crate) use policies::PolicyMapping;
pub(crate) use purpose::Purpose;
pub use qualified::{QcStatement, QcType};

use crate::{
    Error, Unverified, VerificationAlgorithm,
    algorithm::{AlgorithmIdentifier, PublicKey, verify_signed},
    asn1::{Element, Elements, read_time, tag},
};

/// The longest certificate that is read, in bytes.
pub const MAXIMUM_CERTIFICATE_LENGTH: usize = 64 * 1024;

/// A certificate. Comparisons, digests and signatures use the bytes as the issuer signed them.
#[derive(Clone, Debug)]
pub struct Certificate {
    der: CertificateDer,
    signed: Range<usize>,
    signature_algorithm: Range<usize>,
    signature: Range<usize>,
    serial_number: Range<usize>,
    issuer: Range<usize>,
    subject: Range<usize>,
    public_key: Range<usize>,
    not_before: SystemTime,
    not_after: SystemTime,
    extensions: Extensions,
    /// The names in a form that compares, made when they are asked for.
    comparable_subject: OnceLock<Arc<ComparableName>>,
    comparable_issuer: OnceLock<Arc<ComparableName>>,
}

/// The numbers of a public key, as they are written elsewhere than in certificates; none has a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyNumbers<'a> {
    /// A point on secp256r1, each number in 32 octets.
    P256 {
        /// One coordinate.
        x: &'a [u8],
        /// The other.
        y: &'a [u8],
    },
    /// An `RSAPublicKey` (RFC 8017 appendix A.1.1).
    Rsa {
        /// The modulus.
        modulus: &'a [u8],
        /// The public exponent.
        exponent: &'a [u8],
    },
}

impl Certificate {
    /// Reads a certificate.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLong`].
    pub fn parse(der: CertificateDer) -> Result<Self, Error> {
        Error::limit("certificate", der.as_bytes(), MAXIMUM_CERTIFICATE_LENGTH)?;
        Self::read(der).map_err(Error::malformed("certificate"))
    }

    /// The certificate in DER.
    pub fn der(&self) -> &CertificateDer {
        &self.der
    }

    /// The contents octets of the serial number: big-endian, two's complement.
    pub fn serial_number(&self) -> &[u8] {
        self.bytes(&self.serial_number)
    }

    /// The issuer's name in DER.
    pub fn issuer(&self) -> &[u8] {
        self.bytes(&self.issuer)
    }

    /// The subject's name in DER.
    pub fn subject(&self) -> &[u8] {
        self.bytes(&self.subject)
    }

    /// The subject's name, read for people.
    pub fn subject_name(&self) -> DistinguishedName {
        DistinguishedName::read(self.subject())
    }

    /// The issuer's name, read for people.
    pub fn issuer_name(&self) -> DistinguishedName {
        DistinguishedName::read(self.issuer())
    }

    /// The first moment of validity.
    pub fn not_before(&self) -> SystemTime {
        self.not_before
    }

    /// The last moment of validity.
    pub fn not_after(&self) -> SystemTime {
        self.not_after
    }

    /// Whether `time` lies within the validity, both ends included.
    pub fn is_valid_at(&self, time: SystemTime) -> bool {
        (self.not_before..=self.not_after).contains(&time)
    }

    /// Whether subject and issuer are the same name.
    pub fn is_self_issued(&self) -> bool {
        self.has_issuer_named_as(self)
    }

    /// The subject as a text (RFC 4514).
    pub fn subject_text(&self) -> String {
        rfc4514::text_of(self.subject())
    }

    /// The issuer's name as a text (RFC 4514).
    pub fn issuer_text(&self) -> String {
        rfc4514::text_of(self.issuer())
    }

    /// Whether the issuer has the name of the subject of `issuer` (RFC 5280 section 7.1).
    pub fn has_issuer_named_as(&self, issuer: &Self) -> bool {
        self.issuer() == issuer.subject() || self.comparable_issuer() == issuer.comparable_subject()
    }

    pub(crate) fn comparable_subject(&self) -> &ComparableName {
        self.comparable_subject.get_or_init(|| Arc::new(ComparableName::read(self.subject())))
    }

    pub(crate) fn comparable_issuer(&self) -> &ComparableName {
        self.comparable_issuer.get_or_init(|| Arc::new(ComparableName::read(self.issuer())))
    }

    /// The public key; its type may be one that cannot be used here.
    pub(crate) fn public_key(&self) -> PublicKey<'_> {
        Element::parse(self.bytes(&self.public_key), tag::SEQUENCE)
            .and_then(PublicKey::read)
            .unwrap_or(PublicKey::Other(&[]))
    }

    /// The contents of subjectPublicKey, as OCSP hashes them (RFC 6960 section 4.1.1).
    pub(crate) fn public_key_octets(&self) -> &[u8] {
        let read = || {
            let mut fields =
                Element::parse(self.bytes(&self.public_key), tag::SEQUENCE)?.elements()?;
            fields.expect(tag::SEQUENCE)?;
            fields.expect(tag::BIT_STRING)?.bit_string()
        };
        read().unwrap_or_default()
    }

    /// The numbers of the public key, of those kinds that holders of certificates have.
    pub fn key_numbers(&self) -> Option<KeyNumbers<'_>> {
        match self.public_key() {
            PublicKey::P256([0x04, point @ ..]) if point.len() == 64 => {
                let (x, y) = point.split_at(32);
                Some(KeyNumbers::P256 { x, y })
            }
            PublicKey::Rsa(key) => {
                let mut fields = Element::parse(key, tag::SEQUENCE).ok()?.elements().ok()?;
                let modulus = unsigned(fields.expect(tag::INTEGER).ok()?.contents);
                let exponent = unsigned(fields.expect(tag::INTEGER).ok()?.contents);
                fields.finish().ok()?;
                Some(KeyNumbers::Rsa { modulus, exponent })
            }
            PublicKey::P256(_)
            | PublicKey::P384(_)
            | PublicKey::P521(_)
            | PublicKey::RsaPssOnly(..)
            | PublicKey::Ed25519(_)
            | PublicKey::Other(_) => None,
        }
    }

    /// The algorithm of the issuer's signature, if it is one that can be verified.
    pub(crate) fn signature_algorithm(&self) -> Option<VerificationAlgorithm> {
        Element::parse(self.bytes(&self.signature_algorithm), tag::SEQUENCE)
            .and_then(AlgorithmIdentifier::read)
            .ok()?
            .signature(None)
            .ok()
    }

    /// Whether the certificate's key signs with this suite.
    pub fn suits(&self, suite: seal::SignatureAlgorithm) -> bool {
        self.public_key().suits(suite)
    }

    /// Verifies what a device made with this certificate's key of what it was given to sign.
    ///
    /// # Errors
    /// [`Unverified`]; [`Unverified::Unsupported`] for a whole message.
    pub fn verify_signed(
        &self,
        suite: seal::SignatureAlgorithm,
        to_sign: &seal::ToSign,
        value: &seal::SignatureValue,
    ) -> Result<(), Unverified> {
        verify_signed(suite, self.public_key(), to_sign, value.as_bytes())
    }

    /// Verifies this certificate's signature with the issuer's key.
    pub(crate) fn verify_issued_by(&self, issuer: &Self) -> Result<(), Unverified> {
        let algorithm = Element::parse(self.bytes(&self.signature_algorithm), tag::SEQUENCE)
            .and_then(AlgorithmIdentifier::read)
            .map_err(|_| Unverified::Unsupported)?
            .signature(None)?;
        let (signed, signature) = (self.bytes(&self.signed), self.bytes(&self.signature));
        algorithm.verify(issuer.public_key(), signed, signature)
    }

    fn bytes(&self, range: &Range<usize>) -> &[u8] {
        &self.der.as_bytes()[range.clone()]
    }

    fn read(der: CertificateDer) -> der::Result<Self> {
        let whole = der.as_bytes();
        let range = |part: &[u8]| range_within(whole, part);
        let mut fields = Element::parse(whole, tag::SEQUENCE)?.elements()?;
        let signed = fields.expect(tag::SEQUENCE)?;
        let signature_algorithm = fields.expect(tag::SEQUENCE)?;
        let outside = AlgorithmIdentifier::read(signature_algorithm)?;
        let signature = fields.expect(tag::BIT_STRING)?.bit_string()?;
        fields.finish()?;

        let mut fields = signed.elements()?;
        let version = read_version(&mut fields)?;
        let serial_number = fields.expect(tag::INTEGER)?.integer()?;
        // RFC 5280 section 4.1.1.2: both must be the same, which NULL and none are.
        if !AlgorithmIdentifier::read(fields.expect(tag::SEQUENCE)?)?.is_same(&outside) {
            return Err(Tag::Sequence.value_error().into());
        }
        let issuer = fields.expect(tag::SEQUENCE)?;
        let mut validity = fields.expect(tag::SEQUENCE)?.elements()?;
        let not_before = read_time(validity.any()?)?;
        let not_after = read_time(validity.any()?)?;
        validity.finish()?;
        let subject = fields.expect(tag::SEQUENCE)?;
        let public_key = fields.expect(tag::SEQUENCE)?;
        PublicKey::read(public_key)?;
        fields.optional(tag::primitive(1))?;
        fields.optional(tag::primitive(2))?;
        let extensions = match fields.optional(tag::context(3))? {
            Some(extensions) if version == 2 => Extensions::read(extensions)?,
            Some(_) => return Err(Tag::Integer.value_error().into()),
            None => Extensions::default(),
        };
        fields.finish()?;
        Ok(Self {
            signed: range(signed.raw),
            signature_algorithm: range(signature_algorithm.raw),
            signature: range(signature),
            serial_number: range(serial_number),
            issuer: range(issuer.raw),
            subject: range(subject.raw),
            public_key: range(public_key.raw),
            not_before,
            not_after,
            extensions,
            comparable_subject: OnceLock::new(),
            comparable_issuer: OnceLock::new(),
            der,
        })
    }
}

/// Equal when the bytes are.
impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

fn read_version(fields: &mut Elements<'_>) -> der::Result<u32> {
    let Some(explicit) = fields.optional(tag::context(0))? else { return Ok(0) };
    let mut inner = explicit.elements()?;
    let version = inner.expect(tag::INTEGER)?.small_integer()?;
    inner.finish()?;
    if version > 2 { Err(Tag::Integer.value_error().into()) } else { Ok(version) }
}

/// A number without the zero that keeps it positive (X.690 clause 8.3.3).
fn unsigned(integer: &[u8]) -> &[u8] {
    match integer {
        [0, number @ ..] => number,
        number => number,
    }
}

/// Where `part`, which was cut out of `whole`, stands in it.
fn range_within(whole: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr() - whole.as_ptr().addr();
    start..start + part.len()
}

#[cfg(test)]
mod tests;
