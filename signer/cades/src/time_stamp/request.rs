//! TimeStampReq (RFC 3161 section 2.4.1).

use seal::{Digest, DigestAlgorithm};

use super::FailureInfo;
use crate::{
    Oid,
    algorithm::{AlgorithmIdentifier, digest_algorithm},
    asn1::{Element, Part, tag, unsigned_integer},
    signed_data::digest_identifier,
};

/// The longest request that is read, in bytes.
pub const MAXIMUM_REQUEST_LENGTH: usize = 4096;

/// What a time-stamping authority is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// messageImprint: the digest to be time-stamped.
    pub imprint: Digest,
    /// reqPolicy: the policy wanted, if not any.
    pub policy: Option<Oid>,
    /// nonce: comes back in the token.
    pub nonce: Option<Nonce>,
    /// certReq: whether the token shall hold the authority's certificate.
    pub certificate_requested: bool,
}

/// A nonce: the contents octets of its INTEGER, which come back exactly.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Nonce(Vec<u8>);

impl Nonce {
    /// The most contents octets: a number of 128 octets and its sign. RFC 3161 section 2.4.1 sets
    /// no limit; others send 8 to 32 octets, and OCSP's nonces end at 128 (RFC 9654 section 2.1).
    pub const MAXIMUM_LENGTH: usize = 129;

    /// The most contents octets of [`Nonce::from_random`], which our own requests have.
    const OWN_LENGTH: usize = 17;

    /// Takes random bytes as a positive number.
    pub fn from_random(bytes: &[u8; 16]) -> Self {
        Self(unsigned_integer(bytes))
    }

    /// The contents octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// A nonce of the greatest length that our own requests have.
    pub(super) fn longest() -> Self {
        Self(vec![0x7f; Self::OWN_LENGTH])
    }

    pub(super) fn read(integer: Element<'_>) -> der::Result<Self> {
        let contents = integer.integer()?;
        if contents.len() > Self::MAXIMUM_LENGTH {
            return Err(der::Tag::Integer.length_error().into());
        }
        Ok(Self(contents.to_vec()))
    }
}

impl Request {
    /// Reads a request strictly, as an authority must.
    ///
    /// # Errors
    /// [`RequestDefect`], which knows its PKIFailureInfo.
    pub fn parse(der: &[u8]) -> Result<Self, RequestDefect> {
        if der.len() > MAXIMUM_REQUEST_LENGTH {
            return Err(RequestDefect::TooLong(der.len()));
        }
        let mut fields = Element::parse(der, tag::SEQUENCE)?.elements()?;
        let version = fields.expect(tag::INTEGER)?.small_integer()?;
        if version != 1 {
            return Err(RequestDefect::Version(version));
        }
        let imprint = read_imprint(fields.expect(tag::SEQUENCE)?)?;
        let policy = match fields.optional(tag::OBJECT_IDENTIFIER)? {
            Some(oid) => Some(Oid::from_contents(oid.contents).ok_or(RequestDefect::Policy)?),
            None => None,
        };
        let nonce = fields.optional(tag::INTEGER)?.map(Nonce::read).transpose()?;
        let certificate_requested = match fields.optional(tag::BOOLEAN)? {
            Some(value) => value.boolean()?,
            None => false,
        };
        // An extension that is not recognised, critical or not, is refused (section 2.4.1).
        if fields.optional(tag::context(0))?.is_some() {
            return Err(RequestDefect::Extension);
        }
        fields.finish()?;
        Ok(Self { imprint, policy, nonce, certificate_requested })
    }

    /// The request in DER.
    pub fn to_der(&self) -> Vec<u8> {
        let algorithm = digest_identifier(self.imprint.algorithm());
        let digest = [Part::Raw(self.imprint.as_bytes())];
        let imprint = [Part::Raw(&algorithm), Part::Element(tag::OCTET_STRING, &digest)];
        let policy = self.policy.as_ref().map(|policy| [Part::Raw(policy.contents())]);
        let nonce = self.nonce.as_ref().map(|nonce| [Part::Raw(nonce.as_bytes())]);
        let mut fields =
            vec![Part::Raw(&[tag::INTEGER, 1, 1]), Part::Element(tag::SEQUENCE, &imprint)];
        fields.extend(policy.iter().map(|oid| Part::Element(tag::OBJECT_IDENTIFIER, oid)));
        fields.extend(nonce.iter().map(|nonce| Part::Element(tag::INTEGER, nonce)));
        if self.certificate_requested {
            fields.push(Part::Raw(&[tag::BOOLEAN, 1, 0xff]));
        }
        Part::Element(tag::SEQUENCE, &fields).to_vec()
    }
}

fn read_imprint(sequence: Element<'_>) -> Result<Digest, RequestDefect> {
    let mut fields = sequence.elements()?;
    let identifier = AlgorithmIdentifier::read(fields.expect(tag::SEQUENCE)?)?;
    let algorithm = digest_algorithm(&identifier).ok_or(RequestDefect::Algorithm)?;
    let value = fields.expect(tag::OCTET_STRING)?.contents;
    fields.finish()?;
    Digest::from_bytes(algorithm, value).map_err(|_| RequestDefect::ImprintLength(algorithm))
}

/// Why a request is not answered with a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestDefect {
    /// Longer than [`MAXIMUM_REQUEST_LENGTH`].
    #[error("the request has {0} bytes; the limit is {MAXIMUM_REQUEST_LENGTH}")]
    TooLong(usize),
    /// Not the DER structure of a request.
    #[error("the request is malformed: {0}")]
    Malformed(#[from] der::Error),
    /// A version other than 1.
    #[error("the request's version is {0}, not 1")]
    Version(u32),
    /// A digest that the authority does not time-stamp.
    #[error("the digest algorithm is none of SHA-256, SHA-384 and SHA-512")]
    Algorithm,
    /// The imprint does not have its algorithm's length.
    #[error("the imprint does not have the length of a {} digest", .0.name())]
    ImprintLength(DigestAlgorithm),
    /// A policy that is malformed or not offered.
    #[error("the policy is not offered")]
    Policy,
    /// An extension; none is known.
    #[error("the request has an extension, and none is known")]
    Extension,
}

impl RequestDefect {
    /// The PKIFailureInfo to answer with (RFC 3161 section 2.4.2).
    pub fn failure_info(&self) -> FailureInfo {
        match self {
            Self::TooLong(_) | Self::Version(_) => FailureInfo::BadRequest,
            Self::Malformed(_) | Self::ImprintLength(_) => FailureInfo::BadDataFormat,
            Self::Algorithm => FailureInfo::BadAlg,
            Self::Policy => FailureInfo::UnacceptedPolicy,
            Self::Extension => FailureInfo::UnacceptedExtension,
        }
    }
}
