//! Making signatures: what is to be signed, the signature, its container and its time-stamp.

mod kind;
mod reservation;
mod to_be_signed;

use std::time::SystemTime;

use seal::{Chain, Digest, DigestAlgorithm, SignatureAlgorithm, SignatureValue, TimeStampTokenDer};

pub use kind::SignatureKind;
pub use reservation::{MAXIMUM_ISSUER_NAME_LENGTH, Reservation};
pub use to_be_signed::ToBeSigned;

use crate::{
    Certificate, Error,
    asn1::{Part, identifiers},
    signed_data::{Container, attribute},
    time_stamp::{Nonce, TimeStampTrust, Token, TokenRefusal},
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

    /// Takes a signature-time-stamp after verifying it in full: the imprint, the nonce if one was
    /// sent, the authority's signature and certificate, and that it was made while the signer's
    /// certificate was valid. It replaces an earlier one.
    ///
    /// # Errors
    /// [`Error::TokenRefused`].
    pub fn with_time_stamp(
        self,
        token: TimeStampTokenDer,
        nonce: Option<&Nonce>,
        trust: TimeStampTrust<'_>,
    ) -> Result<Self, Error> {
        let read = Token::parse(token.as_bytes())?;
        if read.imprint().algorithm().hash(self.value.as_bytes()) != *read.imprint() {
            return Err(TokenRefusal::OtherImprint.into());
        }
        if nonce.is_some_and(|sent| read.nonce() != Some(sent)) {
            return Err(TokenRefusal::OtherNonce.into());
        }
        let gen_time = read.gen_time();
        let (not_before, not_after) = (self.certificate.not_before(), self.certificate.not_after());
        if gen_time < not_before {
            return Err(TokenRefusal::TooEarly { gen_time, not_before }.into());
        }
        if gen_time > not_after {
            return Err(TokenRefusal::TooLate { gen_time, not_after }.into());
        }
        read.verify(trust)?;
        Ok(Self { time_stamp: Some(TimeStamp { token, gen_time }), ..self })
    }

    /// Takes a time-stamp as it is, so that tests have signatures that are not good.
    #[cfg(test)]
    pub(crate) fn with_unverified_time_stamp(self, token: TimeStampTokenDer) -> Self {
        let gen_time = SystemTime::UNIX_EPOCH;
        Self { time_stamp: Some(TimeStamp { token, gen_time }), ..self }
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
        // A SET OF: DER wants it sorted (X.690 clause 11.6).
        let mut certificates: Vec<&[u8]> =
            self.chain.iter().map(|certificate| certificate.as_bytes()).collect();
        certificates.sort_unstable();
        certificates.dedup();
        let certificates: Vec<Part<'_>> = certificates.into_iter().map(Part::Raw).collect();
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

#[cfg(test)]
mod tests;
