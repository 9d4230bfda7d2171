//! From digest and chain to what the device signs, and back with its answer.

use seal::{Chain, Digest, SignatureAlgorithm, SignatureValue, ToSign};

use super::{
    MAXIMUM_ISSUER_NAME_LENGTH, Signature, SignatureKind, kind::CERTIFICATE_HASH_ALGORITHM,
    reservation::MAXIMUM_SERIAL_NUMBER_LENGTH,
};
use crate::{
    Certificate, Error, VerificationAlgorithm,
    asn1::{Part, identifiers, time_of_choice},
    signed_data::SignedAttributes,
};

/// The data to be signed (DTBS): the signed attributes over a content and a certificate.
///
/// ```
/// # use seal::*;
/// use cades::{Content, Error, Signature, SignatureKind, ToBeSigned};
///
/// fn seal(
///     digest: &Digest,
///     chain: Chain,
///     device: impl Fn(ToSign) -> SignatureValue,
/// ) -> Result<Vec<u8>, Error> {
///     let suite = SignatureAlgorithm::EcdsaP256Sha256;
///     let to_be_signed = ToBeSigned::new(digest, chain, suite, SignatureKind::Pades)?;
///     let value = device(to_be_signed.to_sign());
///     to_be_signed.assemble(value)?.to_der(Content::Detached)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ToBeSigned {
    content_digest: Digest,
    chain: Chain,
    certificate: Certificate,
    algorithm: SignatureAlgorithm,
    signed_attributes: Vec<u8>,
}

impl ToBeSigned {
    /// Writes the signed attributes: content-type, message-digest, signing-certificate-v2, and
    /// signing-time where the kind has it.
    ///
    /// # Errors
    /// [`Error::OtherDigest`] when the digest is not the suite's, [`Error::OtherKey`] when the
    /// certificate's key is not, [`Error::Malformed`] and [`Error::TooLong`] for a certificate
    /// that cannot be read or does not fit a [`Reservation`](super::Reservation),
    /// [`Error::TimeOutOfRange`].
    pub fn new(
        content_digest: &Digest,
        chain: Chain,
        algorithm: SignatureAlgorithm,
        kind: SignatureKind,
    ) -> Result<Self, Error> {
        if content_digest.algorithm() != algorithm.digest_algorithm() {
            return Err(Error::OtherDigest { suite: algorithm, given: content_digest.algorithm() });
        }
        let certificate = Certificate::parse(chain.end_entity().clone())?;
        if !certificate.suits(algorithm) {
            return Err(Error::OtherKey { suite: algorithm });
        }
        Error::limit("issuer's name", certificate.issuer(), MAXIMUM_ISSUER_NAME_LENGTH)?;
        let serial_number = certificate.serial_number();
        Error::limit("serial number", serial_number, MAXIMUM_SERIAL_NUMBER_LENGTH)?;
        let signing_time = match kind {
            SignatureKind::Pades => None,
            SignatureKind::Cades { signing_time } => {
                Some(time_of_choice(signing_time).ok_or(Error::TimeOutOfRange)?)
            }
        };
        let hash = Digest::of(CERTIFICATE_HASH_ALGORITHM, certificate.der().as_bytes());
        let signed_attributes = SignedAttributes {
            content_type: identifiers::DATA,
            message_digest: Part::Raw(content_digest.as_bytes()),
            certificate_hash_algorithm: CERTIFICATE_HASH_ALGORITHM,
            certificate_hash: Part::Raw(hash.as_bytes()),
            issuer: Part::Raw(certificate.issuer()),
            serial_number: Part::Raw(serial_number),
            signing_time: signing_time.as_ref().map(|(tag, time)| (*tag, time.as_slice())),
        }
        .to_der();
        let content_digest = *content_digest;
        Ok(Self { content_digest, chain, certificate, algorithm, signed_attributes })
    }

    /// What the device signs (DTBS/R): the digest of the signed attributes, or for Ed25519 the
    /// attributes themselves (RFC 8419 section 3.1).
    pub fn to_sign(&self) -> ToSign {
        if self.algorithm.signs_message() {
            return ToSign::Message(self.signed_attributes.clone());
        }
        let digest = Digest::of(self.algorithm.digest_algorithm(), &self.signed_attributes);
        ToSign::Digest(digest)
    }

    /// The message whose digest the device signs: the signed attributes in DER.
    pub fn message(&self) -> &[u8] {
        &self.signed_attributes
    }

    /// The certificate that the signature names.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Takes the device's answer and verifies it with the certificate's key.
    ///
    /// # Errors
    /// [`Error::SignedWrongly`].
    pub fn assemble(self, value: SignatureValue) -> Result<Signature, Error> {
        VerificationAlgorithm::from(self.algorithm)
            .verify(self.certificate.public_key(), &self.signed_attributes, value.as_bytes())
            .map_err(Error::SignedWrongly)?;
        Ok(Signature {
            content_digest: self.content_digest,
            chain: self.chain,
            certificate: self.certificate,
            algorithm: self.algorithm,
            signed_attributes: self.signed_attributes,
            value,
            time_stamp: None,
        })
    }
}
