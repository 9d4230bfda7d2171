//! OCSPRequest (RFC 6960 section 4.1.1).

use ring::digest::{SHA256, digest};
use seal::DigestAlgorithm;

use crate::{
    Certificate,
    asn1::{Part, tag},
    signed_data::digest_identifier,
};

/// A request in DER for the status of `certificate`, which `issuer` issued: one CertID with
/// SHA-256, unsigned and without a nonce, so that the answer may be kept as evidence.
pub fn ocsp_request(certificate: &Certificate, issuer: &Certificate) -> Vec<u8> {
    let algorithm = digest_identifier(DigestAlgorithm::Sha256);
    let name = digest(&SHA256, issuer.subject());
    let key = digest(&SHA256, issuer.public_key_octets());
    let identifier = Part::Element(
        tag::SEQUENCE,
        &[
            Part::Raw(&algorithm),
            Part::Element(tag::OCTET_STRING, &[Part::Raw(name.as_ref())]),
            Part::Element(tag::OCTET_STRING, &[Part::Raw(key.as_ref())]),
            Part::Element(tag::INTEGER, &[Part::Raw(certificate.serial_number())]),
        ],
    )
    .to_vec();
    // OCSPRequest, tbsRequest, requestList, Request.
    let mut request = identifier;
    for _ in 0..4 {
        request = Part::Element(tag::SEQUENCE, &[Part::Raw(&request)]).to_vec();
    }
    request
}
