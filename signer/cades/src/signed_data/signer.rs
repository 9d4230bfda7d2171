//! SignerInfo (RFC 5652 section 5.3) and its attributes.

use der::Tag;
use seal::{Digest, DigestAlgorithm};

use super::SigningCertificate;
use crate::{
    Certificate, Unverified, VerificationAlgorithm,
    algorithm::{AlgorithmIdentifier, digest_algorithm},
    asn1::{Element, identifiers, tag},
    certificate::is_same_name,
};

/// The most attributes, and values of one attribute, that are read.
const MAXIMUM_ATTRIBUTES: usize = 64;

/// One signer, borrowed from the container's bytes.
#[derive(Clone, Debug)]
pub(crate) struct Signer<'a> {
    identifier: SignerIdentifier<'a>,
    digest_algorithm: AlgorithmIdentifier<'a>,
    signed_attributes: Option<Element<'a>>,
    attributes: Vec<Attribute<'a>>,
    signature_algorithm: AlgorithmIdentifier<'a>,
    /// The signature value.
    pub(crate) signature: &'a [u8],
    unsigned_attributes: Vec<Attribute<'a>>,
    /// version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm and signature: everything
    /// but the unsigned attributes, as it stands there.
    pub(crate) fields: &'a [u8],
}

/// How the signer's certificate is named.
#[derive(Clone, Copy, Debug)]
enum SignerIdentifier<'a> {
    IssuerAndSerialNumber { issuer: &'a [u8], serial_number: &'a [u8] },
    SubjectKeyIdentifier(&'a [u8]),
}

#[derive(Clone, Debug)]
struct Attribute<'a> {
    oid: &'a [u8],
    values: Vec<Element<'a>>,
}

impl<'a> Signer<'a> {
    pub(super) fn read(sequence: Element<'a>) -> der::Result<Self> {
        let mut fields = sequence.elements()?;
        if sequence.tag != tag::SEQUENCE {
            return Err(Tag::Sequence.value_error().into());
        }
        fields.expect(tag::INTEGER)?.small_integer()?;
        let identifier = SignerIdentifier::read(fields.any()?)?;
        let digest_algorithm = AlgorithmIdentifier::read(fields.expect(tag::SEQUENCE)?)?;
        let signed_attributes = fields.optional(tag::context(0))?;
        let attributes = read_attributes(signed_attributes)?;
        let signature_algorithm = AlgorithmIdentifier::read(fields.expect(tag::SEQUENCE)?)?;
        let signature = fields.expect(tag::OCTET_STRING)?.contents;
        let unsigned = fields.optional(tag::context(1))?;
        fields.finish()?;
        let unsigned_length = unsigned.map_or(0, |set| set.raw.len());
        let length = sequence.contents.len().saturating_sub(unsigned_length);
        let unsigned_attributes = read_attributes(unsigned)?;
        Ok(Self {
            identifier,
            digest_algorithm,
            signed_attributes,
            attributes,
            signature_algorithm,
            signature,
            unsigned_attributes,
            fields: &sequence.contents[..length],
        })
    }

    /// Whether the sid names `certificate`.
    pub(crate) fn identifies(&self, certificate: &Certificate) -> bool {
        match self.identifier {
            SignerIdentifier::IssuerAndSerialNumber { issuer, serial_number } => {
                certificate.serial_number() == serial_number
                    && is_same_name(certificate.issuer(), issuer)
            }
            SignerIdentifier::SubjectKeyIdentifier(identifier) => {
                certificate.subject_key_identifier() == Some(identifier)
            }
        }
    }

    /// digestAlgorithm, if it is one that proves anything here.
    pub(crate) fn digest_algorithm(&self) -> Option<DigestAlgorithm> {
        digest_algorithm(&self.digest_algorithm)
    }

    /// Whether the signed attributes are in DER's order, as section 5.4 has them signed.
    pub(crate) fn signed_attributes_are_sorted(&self) -> bool {
        let Some(Ok(elements)) = self.signed_attributes.map(|set| set.elements()) else {
            return true;
        };
        let encodings: Vec<_> = elements.map_while(Result::ok).map(|one| one.raw).collect();
        encodings.is_sorted()
    }

    /// What was signed: the signed attributes under their own tag SET, byte for byte.
    pub(crate) fn signed_message(&self) -> Option<Vec<u8>> {
        let mut message = self.signed_attributes?.raw.to_vec();
        *message.first_mut()? = tag::SET;
        Some(message)
    }

    /// The signature algorithm.
    pub(crate) fn algorithm(&self) -> Result<VerificationAlgorithm, Unverified> {
        self.signature_algorithm.signature(self.digest_algorithm())
    }

    /// Verifies the signature value with the certificate's key.
    pub(crate) fn verify(
        &self,
        certificate: &Certificate,
        message: &[u8],
    ) -> Result<(), Unverified> {
        self.algorithm()?.verify(certificate.public_key(), message, self.signature)
    }

    /// The one value of a signed attribute.
    ///
    /// # Errors
    /// When the attribute or its value stands there more than once, or has no value.
    pub(crate) fn signed_attribute(&self, oid: &[u8]) -> der::Result<Option<Element<'a>>> {
        let mut found = self.attributes.iter().filter(|attribute| attribute.oid == oid);
        let Some(attribute) = found.next() else { return Ok(None) };
        match (&attribute.values[..], found.next()) {
            ([value], None) => Ok(Some(*value)),
            _ => Err(Tag::Set.length_error().into()),
        }
    }

    /// The message-digest attribute, if there is one.
    pub(crate) fn message_digest(&self) -> der::Result<Option<&'a [u8]>> {
        match self.signed_attribute(identifiers::MESSAGE_DIGEST)? {
            Some(value) if value.tag == tag::OCTET_STRING => Ok(Some(value.contents)),
            Some(_) => Err(Tag::OctetString.value_error().into()),
            None => Ok(None),
        }
    }

    /// Whether the message-digest attribute is the digest of `content`.
    pub(crate) fn signs(&self, content: &[u8]) -> bool {
        let Some(algorithm) = self.digest_algorithm() else { return false };
        let digest = Digest::of(algorithm, content);
        self.message_digest().is_ok_and(|signed| signed == Some(digest.as_bytes()))
    }

    /// The content-type attribute, if there is one: the contents octets of its identifier.
    pub(crate) fn content_type(&self) -> der::Result<Option<&'a [u8]>> {
        Ok(self.signed_attribute(identifiers::CONTENT_TYPE)?.map(|value| value.contents))
    }

    /// The signing-certificate or signing-certificate-v2 attribute; the newer one if both.
    pub(crate) fn signing_certificate(&self) -> der::Result<Option<SigningCertificate<'a>>> {
        if let Some(value) = self.signed_attribute(identifiers::SIGNING_CERTIFICATE_V2)? {
            return SigningCertificate::read_v2(value).map(Some);
        }
        let value = self.signed_attribute(identifiers::SIGNING_CERTIFICATE)?;
        value.map(SigningCertificate::read_v1).transpose()
    }

    /// Every value of every unsigned attribute, with the attribute's identifier.
    pub(crate) fn all_unsigned_values(&self) -> impl Iterator<Item = (&'a [u8], Element<'a>)> {
        self.unsigned_attributes
            .iter()
            .flat_map(|attribute| attribute.values.iter().map(|value| (attribute.oid, *value)))
    }

    /// All values of an unsigned attribute.
    pub(crate) fn unsigned_values(&self, oid: &[u8]) -> impl Iterator<Item = Element<'a>> {
        let attributes = self.unsigned_attributes.iter().filter(move |one| one.oid == oid);
        attributes.flat_map(|attribute| attribute.values.iter().copied())
    }
}

impl<'a> SignerIdentifier<'a> {
    fn read(element: Element<'a>) -> der::Result<Self> {
        match element.tag {
            tag::SEQUENCE => {
                let mut fields = element.elements()?;
                let issuer = fields.expect(tag::SEQUENCE)?.raw;
                let serial_number = fields.expect(tag::INTEGER)?.contents;
                fields.finish()?;
                Ok(Self::IssuerAndSerialNumber { issuer, serial_number })
            }
            found if found == tag::primitive(0) => Ok(Self::SubjectKeyIdentifier(element.contents)),
            _ => Err(Tag::Sequence.value_error().into()),
        }
    }
}

fn read_attributes<'a>(set: Option<Element<'a>>) -> der::Result<Vec<Attribute<'a>>> {
    let Some(set) = set else { return Ok(Vec::new()) };
    let mut attributes = Vec::new();
    for attribute in set.elements()? {
        if attributes.len() == MAXIMUM_ATTRIBUTES {
            return Err(Tag::Set.length_error().into());
        }
        let mut fields = attribute?.elements()?;
        let oid = fields.expect(tag::OBJECT_IDENTIFIER)?.contents;
        let values = fields.expect(tag::SET)?.elements()?;
        fields.finish()?;
        let values: Vec<_> = values.take(MAXIMUM_ATTRIBUTES).collect::<der::Result<_>>()?;
        attributes.push(Attribute { oid, values });
    }
    Ok(attributes)
}
