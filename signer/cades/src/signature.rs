//! Making signatures: what is to be signed, the signature, its container and its time-stamp.

mod reservation;
mod to_be_signed;

use std::time::SystemTime;

use seal::{Chain, Digest, DigestAlgorithm, SignatureAlgorithm, SignatureValue, TimeStampTokenDer};

pub use reservation::{MAXIMUM_ISSUER_NAME_LENGTH, Reservation};
pub use to_be_signed::{SignatureKind, ToBeSigned};

use crate::{
    Certificate, Error,
    asn1::{Part, identifiers},
    signed_data::{Container, attribute},
};

/// A signature whose value has been verified with the certificate's key.
#[derive(Clone, Debug)]
pub struct Signature {
    content_digest: Digest,
    chain: Chain,
    certificate: Certificate,
    algorithm: SignatureAlgorithm,
    /// The DER `SET OF Attribute` that was signed.
    signed_attributes: Vec<u8>,
    value: SignatureValue,
    time_stamp: Option<TimeStamp>,
}

/// A verified signature-time-stamp.
#[derive(Clone, Debug)]
struct TimeStamp {
    token: TimeStampTokenDer,
    gen_time: SystemTime,
}

/// Whether the container carries its content.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// The content stays outside, as PAdES demands (RFC 5652 section 5.2).
    Detached,
    /// The content is inside; it must be the one that was signed.
    Attached(&'a [u8]),
}

impl Signature {
    /// The digest of the signature value, which a signature-time-stamp covers (EN 319 122-1
    /// clause 5.3).
    pub fn imprint(&self, algorithm: DigestAlgorithm) -> Digest {
        Digest::of(algorithm, self.value.as_bytes())
    }

    /// The signer's certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The genTime of the signature-time-stamp, if there is one.
    pub fn time_stamp_time(&self) -> Option<SystemTime> {
        self.time_stamp.as_ref().map(|time_stamp| time_stamp.gen_time)
    }

    /// The container in DER, with the whole chain.
    ///
    /// # Errors
    /// [`Error::OtherContent`] when the attached content is not the one that was signed.
    pub fn to_der(&self, content: Content<'_>) -> Result<Vec<u8>, Error> {
        let content = match content {
            Content::Detached => None,
            Content::Attached(content) => {
                if Digest::of(self.content_digest.algorithm(), content) != self.content_digest {
                    return Err(Error::OtherContent);
                }
                Some(content)
            }
        };
        let certificates: Vec<Part<'_>> =
            self.chain.iter().map(|certificate| Part::Raw(certificate.as_bytes())).collect();
        let time_stamp = self.time_stamp.as_ref().map(|time_stamp| {
            let token = Part::Raw(time_stamp.token.as_bytes());
            attribute(identifiers::SIGNATURE_TIME_STAMP, token)
        });
        let unsigned_attributes: Vec<Part<'_>> =
            time_stamp.iter().map(|attribute| Part::Raw(attribute)).collect();
        let container = Container {
            version: 1,
            digest_algorithm: self.algorithm.digest_algorithm(),
            content_type: identifiers::DATA,
            content,
            certificates: &certificates,
            issuer: Part::Raw(self.certificate.issuer()),
            serial_number: Part::Raw(self.certificate.serial_number()),
            signed_attributes: &self.signed_attributes,
            signature_algorithm: self.algorithm,
            signature: Part::Raw(self.value.as_bytes()),
            unsigned_attributes: &unsigned_attributes,
        };
        Ok(container.to_der())
    }
}
