//! Containers that our own code never writes.

use rcgen::SigningKey;

use super::*;
use crate::{
    asn1::{Part, identifiers, tag},
    signed_data::{attribute, digest_identifier},
};

/// How a container differs from a proper one.
#[derive(Default)]
struct Forgery {
    /// The signed attributes, in this order; none at all when empty.
    attributes: Vec<Vec<u8>>,
    /// The content, inside.
    content: Vec<u8>,
    /// How often the signer stands there.
    signers: usize,
}

impl Forgery {
    fn to_der(&self, end_entity: &EndEntity) -> Vec<u8> {
        let certificate = Certificate::parse(end_entity.chain.end_entity().clone()).unwrap();
        let attributes: Vec<Part<'_>> = self.attributes.iter().map(|one| Part::Raw(one)).collect();
        let message = match &attributes[..] {
            [] => self.content.clone(),
            attributes => Part::Element(tag::SET, attributes).to_vec(),
        };
        let value = end_entity.key.sign(&message).unwrap();
        let signed_attributes = match &attributes[..] {
            [] => Vec::new(),
            attributes => Part::Element(tag::context(0), attributes).to_vec(),
        };
        let digest_algorithm = digest_identifier(DigestAlgorithm::Sha256);
        let ecdsa = [Part::Raw(identifiers::ECDSA_WITH_SHA_256)];
        let ecdsa = [Part::Element(tag::OBJECT_IDENTIFIER, &ecdsa)];
        let serial_number = [Part::Raw(certificate.serial_number())];
        let name = [Part::Raw(certificate.issuer()), Part::Element(tag::INTEGER, &serial_number)];
        let signer = Part::Element(
            tag::SEQUENCE,
            &[
                Part::Raw(&[tag::INTEGER, 1, 1]),
                Part::Element(tag::SEQUENCE, &name),
                Part::Raw(&digest_algorithm),
                Part::Raw(&signed_attributes),
                Part::Element(tag::SEQUENCE, &ecdsa),
                Part::Element(tag::OCTET_STRING, &[Part::Raw(&value)]),
            ],
        )
        .to_vec();
        let signers = vec![Part::Raw(&signer); self.signers.max(1)];
        let content = [Part::Element(tag::OCTET_STRING, &[Part::Raw(&self.content)])];
        let content = [data(), Part::Element(tag::context(0), &content)];
        let certificates: Vec<_> =
            end_entity.chain.iter().map(|one| Part::Raw(one.as_bytes())).collect();
        let signed_data = [
            Part::Raw(&[tag::INTEGER, 1, 1]),
            Part::Element(tag::SET, &[Part::Raw(&digest_algorithm)]),
            Part::Element(tag::SEQUENCE, &content),
            Part::Element(tag::context(0), &certificates),
            Part::Element(tag::SET, &signers),
        ];
        let signed_data = [Part::Element(tag::SEQUENCE, &signed_data)];
        let content_type = [Part::Raw(identifiers::SIGNED_DATA)];
        let content_info = [
            Part::Element(tag::OBJECT_IDENTIFIER, &content_type),
            Part::Element(tag::context(0), &signed_data),
        ];
        Part::Element(tag::SEQUENCE, &content_info).to_vec()
    }
}

fn data() -> Part<'static> {
    const CONTENTS: &[Part<'static>] = &[Part::Raw(identifiers::DATA)];
    Part::Element(tag::OBJECT_IDENTIFIER, CONTENTS)
}

fn content_type() -> Vec<u8> {
    attribute(identifiers::CONTENT_TYPE, data())
}

fn message_digest() -> Vec<u8> {
    let digest = Digest::of(DigestAlgorithm::Sha256, CONTENT);
    let contents = [Part::Raw(digest.as_bytes())];
    attribute(identifiers::MESSAGE_DIGEST, Part::Element(tag::OCTET_STRING, &contents))
}

fn signing_certificate(hash: &[u8]) -> Vec<u8> {
    essential(identifiers::SIGNING_CERTIFICATE_V2, hash)
}

/// The attribute of RFC 2634, whose hash is SHA-1.
fn older_signing_certificate(hash: &[u8]) -> Vec<u8> {
    essential(identifiers::SIGNING_CERTIFICATE, hash)
}

fn essential(oid: &[u8], hash: &[u8]) -> Vec<u8> {
    let identifier = [Part::Element(tag::OCTET_STRING, &[Part::Raw(hash)])];
    let identifiers_ = [Part::Element(tag::SEQUENCE, &identifier)];
    let certificates = [Part::Element(tag::SEQUENCE, &identifiers_)];
    let value = Part::Element(tag::SEQUENCE, &certificates);
    attribute(oid, value)
}

fn validate(pki: &Pki, end_entity: &EndEntity, forgery: &Forgery) -> SignatureReport {
    let trust = trust(pki);
    let (expectation, now) = (Expectation::Cades, noon());
    let validation = Validation { trust: &trust, expectation, now, proven_time: None };
    validation.validate(&forgery.to_der(end_entity), SignedContent::Attached)
}

#[test]
fn containers_that_break_a_rule_are_refused() {
    let pki = Pki::new();
    let end_entity = pki.seal(ES256);
    let of_leaf = Digest::of(DigestAlgorithm::Sha256, end_entity.chain.end_entity().as_bytes());
    let named = signing_certificate(of_leaf.as_bytes());
    let proper = [content_type(), message_digest(), named.clone()];
    let content = || CONTENT.to_vec();
    let format = Some(SubIndication::FormatFailure);
    let forgery = |attributes: &[Vec<u8>]| Forgery {
        attributes: attributes.to_vec(),
        content: content(),
        signers: 1,
    };
    let other = signing_certificate(&[7; 32]);
    let leaf = end_entity.chain.end_entity().as_bytes();
    let older = older_signing_certificate(HashAlgorithm::Sha1.hash(leaf).as_bytes());
    let older_other = older_signing_certificate(&[7; 20]);
    let not_found = Some(SubIndication::NoSigningCertificateFound);
    for (name, forgery, expected) in [
        ("proper", forgery(&proper), (TotalPassed, None)),
        ("two signers", Forgery { signers: 2, ..forgery(&proper) }, (TotalFailed, format)),
        (
            "unsorted",
            forgery(&[message_digest(), content_type(), named.clone()]),
            (TotalFailed, format),
        ),
        ("no content-type", forgery(&[message_digest(), named.clone()]), (TotalFailed, format)),
        ("no message-digest", forgery(&[content_type(), named.clone()]), (TotalFailed, format)),
        (
            "message-digest twice",
            forgery(&[content_type(), message_digest(), message_digest(), named.clone()]),
            (TotalFailed, format),
        ),
        (
            "both attributes name it",
            forgery(&[content_type(), older, message_digest(), named.clone()]),
            (TotalPassed, None),
        ),
        (
            "the older attribute names another",
            forgery(&[content_type(), older_other, message_digest(), named]),
            (Indeterminate, not_found),
        ),
        (
            "another certificate named",
            forgery(&[content_type(), message_digest(), other]),
            (Indeterminate, not_found),
        ),
    ] {
        let report = validate(&pki, &end_entity, &forgery);
        assert_eq!(conclusion(&report), expected, "{name}: {:?}", report.findings);
    }
}

#[test]
fn plain_cms_is_valid_and_has_no_level() {
    let pki = Pki::new();
    let end_entity = pki.seal(ES256);
    let attributes = vec![content_type(), message_digest()];
    let forgery = Forgery { attributes, content: CONTENT.to_vec(), signers: 1 };
    let report = validate(&pki, &end_entity, &forgery);
    assert_eq!((report.indication, report.level), (TotalPassed, None));
}

#[test]
fn a_signature_without_signed_attributes_is_intact_and_does_not_pass() {
    let pki = Pki::new();
    let end_entity = pki.seal(ES256);
    let forgery = Forgery { content: CONTENT.to_vec(), ..Forgery::default() };
    let report = validate(&pki, &end_entity, &forgery);
    let constraints = Some(SubIndication::SigConstraintsFailure);
    assert_eq!(conclusion(&report), (Indeterminate, constraints));
    assert_eq!(codes(&report)[0], code::SIGNED_ATTRIBUTES_MISSING);
    assert_eq!(report.certificates.len(), 3, "the rest is judged all the same");
    let mut der = forgery.to_der(&end_entity);
    *der.last_mut().unwrap() ^= 1;
    let report = validate_at(&pki, &der, noon());
    assert_eq!(conclusion(&report), (TotalFailed, Some(SubIndication::SigCryptoFailure)));
}

#[test]
fn signed_attributes_cannot_be_passed_off_as_content() {
    let pki = Pki::new();
    let end_entity = pki.seal(ES256);
    let attributes = [content_type(), message_digest()];
    let attributes = attributes.map(|one| Part::Raw(one.leak()));
    let content = Part::Element(tag::SET, &attributes).to_vec();
    let forgery = Forgery { content, ..Forgery::default() };
    let report = validate(&pki, &end_entity, &forgery);
    assert_eq!(conclusion(&report), (TotalFailed, Some(SubIndication::FormatFailure)));
}
