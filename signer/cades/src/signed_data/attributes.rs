//! The signed attributes, and signing-certificate-v2 among them.

use seal::DigestAlgorithm;

use super::digest_identifier;
use crate::asn1::{Part, identifiers, tag};

/// The signed attributes that Segl writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedAttributes<'a> {
    /// content-type (RFC 5652 section 11.1), the contents octets of its identifier.
    pub(crate) content_type: &'a [u8],
    /// message-digest (section 11.2).
    pub(crate) message_digest: Part<'a>,
    /// The digest algorithm of the certificate's hash.
    pub(crate) certificate_hash_algorithm: DigestAlgorithm,
    /// The hash of the whole certificate.
    pub(crate) certificate_hash: Part<'a>,
    /// The issuer's name in DER.
    pub(crate) issuer: Part<'a>,
    /// The contents octets of the certificate's serial number.
    pub(crate) serial_number: Part<'a>,
    /// signing-time (section 11.3), as tag and contents.
    pub(crate) signing_time: Option<(u8, &'a [u8])>,
}

impl SignedAttributes<'_> {
    /// The DER `SET OF Attribute`, as it is signed.
    pub(crate) fn to_der(self) -> Vec<u8> {
        let content_type = Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(self.content_type)]);
        let message_digest = Part::Element(tag::OCTET_STRING, &[self.message_digest]);
        let mut attributes = vec![
            attribute(identifiers::CONTENT_TYPE, content_type),
            attribute(identifiers::MESSAGE_DIGEST, message_digest),
            self.signing_certificate_v2(),
        ];
        if let Some((tag, time)) = self.signing_time {
            let time = Part::Element(tag, &[Part::Raw(time)]).to_vec();
            attributes.push(attribute(identifiers::SIGNING_TIME, Part::Raw(&time)));
        }
        // X.690 clause 11.6: a SET OF is in ascending order of the encodings.
        attributes.sort_unstable();
        let attributes: Vec<Part<'_>> = attributes.iter().map(|one| Part::Raw(one)).collect();
        Part::Element(tag::SET, &attributes).to_vec()
    }

    /// RFC 5035 section 3: one ESSCertIDv2 with issuerSerial; its hashAlgorithm is left out for
    /// SHA-256, the default.
    fn signing_certificate_v2(&self) -> Vec<u8> {
        let algorithm = match self.certificate_hash_algorithm {
            DigestAlgorithm::Sha256 => Vec::new(),
            other => digest_identifier(other),
        };
        let general_name = Part::Element(tag::context(4), &[self.issuer]);
        let serial_number = Part::Element(tag::INTEGER, &[self.serial_number]);
        let issuer_serial = [Part::Element(tag::SEQUENCE, &[general_name]), serial_number];
        let identifier = [
            Part::Raw(&algorithm),
            Part::Element(tag::OCTET_STRING, &[self.certificate_hash]),
            Part::Element(tag::SEQUENCE, &issuer_serial),
        ];
        let identifiers = [Part::Element(tag::SEQUENCE, &identifier)];
        let certificates = Part::Element(tag::SEQUENCE, &identifiers);
        attribute(
            identifiers::SIGNING_CERTIFICATE_V2,
            Part::Element(tag::SEQUENCE, &[certificates]),
        )
    }
}

/// An `Attribute` with one value.
pub(crate) fn attribute(oid: &[u8], value: Part<'_>) -> Vec<u8> {
    let oid = Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(oid)]);
    Part::Element(tag::SEQUENCE, &[oid, Part::Element(tag::SET, &[value])]).to_vec()
}
