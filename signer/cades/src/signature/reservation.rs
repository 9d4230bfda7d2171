//! How much room a container needs, before its certificate exists.

use seal::SignatureAlgorithm;

use super::{SignatureKind, kind::CERTIFICATE_HASH_ALGORITHM};
use crate::{
    asn1::{Part, identifiers, tag},
    signed_data::{Container, SignedAttributes, attribute},
};

/// The longest issuer's name in DER that a signature is made with, in bytes. The name stands in
/// the container twice outside the certificate, so it bounds the container.
pub const MAXIMUM_ISSUER_NAME_LENGTH: usize = 512;

/// The longest serial number in contents octets (RFC 5280 section 4.1.2.2).
pub(super) const MAXIMUM_SERIAL_NUMBER_LENGTH: usize = 20;

/// What is known of a signature before its key exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// An upper bound on the certificates, in bytes in all.
    pub maximum_chain_length: usize,
    /// An upper bound on the issuer's name in DER, in bytes: [`MAXIMUM_ISSUER_NAME_LENGTH`] when
    /// the issuing CA is not known. A longer one is taken as that.
    pub maximum_issuer_name_length: usize,
    /// The suite.
    pub algorithm: SignatureAlgorithm,
    /// Whether the signing-time is signed.
    pub kind: SignatureKind,
    /// An upper bound on the time-stamp token in bytes, if one will be there.
    pub maximum_token_length: Option<usize>,
}

impl Reservation {
    /// An upper bound in bytes on the detached container. It is written by the same code as the
    /// container, with room where the certificate is not known.
    pub fn maximum_length(&self) -> usize {
        let digest_length = self.algorithm.digest_algorithm().digest_length();
        let issuer = Part::Room(self.maximum_issuer_name_length.min(MAXIMUM_ISSUER_NAME_LENGTH));
        let serial_number = Part::Room(MAXIMUM_SERIAL_NUMBER_LENGTH);
        let signing_time = match self.kind {
            SignatureKind::Pades => None,
            // The longer of the two encodings; the moment of signing is not known yet.
            SignatureKind::Cades { .. } => Some((tag::GENERALIZED_TIME, &[0; 15][..])),
        };
        let signed_attributes = SignedAttributes {
            content_type: identifiers::DATA,
            message_digest: Part::Room(digest_length),
            certificate_hash_algorithm: CERTIFICATE_HASH_ALGORITHM,
            certificate_hash: Part::Room(CERTIFICATE_HASH_ALGORITHM.digest_length()),
            issuer,
            serial_number,
            signing_time,
        }
        .to_der();
        let time_stamp = self
            .maximum_token_length
            .map(|length| attribute(identifiers::SIGNATURE_TIME_STAMP, Part::Room(length)));
        let unsigned_attributes: Vec<Part<'_>> =
            time_stamp.iter().map(|attribute| Part::Raw(attribute)).collect();
        Container {
            version: 1,
            digest_algorithm: self.algorithm.digest_algorithm(),
            content_type: identifiers::DATA,
            content: None,
            certificates: &[Part::Room(self.maximum_chain_length)],
            issuer,
            serial_number,
            signed_attributes: &signed_attributes,
            signature_algorithm: self.algorithm,
            signature: Part::Room(self.algorithm.maximum_signature_length()),
            unsigned_attributes: &unsigned_attributes,
        }
        .length()
    }
}
