//! SignerInfo (RFC 5652 section 5.3) and its attributes.

use std::borrow::Cow;

use der::Tag;

use super::SigningCertificate;
use crate::{
    Certificate, HashAlgorithm, Unverified, VerificationAlgorithm,
    algorithm::AlgorithmIdentifier,
    asn1::{Element, Part, identifiers, tag, to_der},
    certificate::is_same_name,
};

/// The most attributes that are read of one signer, signed and unsigned each.
const MAXIMUM_ATTRIBUTES: usize = 256;

/// The most values that they have altogether.
const MAXIMUM_VALUES: usize = 512;

/// One signer, borrowed from the container's bytes.
#[derive(Clone, Debug)]
pub(crate) struct Signer<'a> {
    identifier: SignerIdentifier<'a>,
    digest_algorithm: AlgorithmIdentifier<'a>,
    signed_attributes: Option<Element<'a>>,
    attributes: Vec<Attribute<'a>>,
    signature_algorithm: AlgorithmIdentifier<'a>,
    /// The signature value.
    pub(crate) signature: Cow<'a, [u8]>,
    unsigned_attributes: Vec<Attribute<'a>>,
    /// version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm and signature: everything
    /// but the unsigned attributes, as it stands there.
    pub(crate) fields: &'a [u8],
}

/// How the signer's certificate is named.
#[derive(Clone, Debug)]
enum SignerIdentifier<'a> {
    /// The issuer in DER.
    IssuerAndSerialNumber {
        issuer: Cow<'a, [u8]>,
        serial_number: &'a [u8],
    },
    SubjectKeyIdentifier(Cow<'a, [u8]>),
}

/// One Attribute (RFC 5652 section 5.3).
#[derive(Clone, Debug)]
pub(crate) struct Attribute<'a> {
    /// attrType, the contents octets of its identifier.
    pub(crate) oid: &'a [u8],
    /// attrValues.
    pub(crate) values: Vec<Element<'a>>,
    /// The whole Attribute, as it stands there.
    pub(crate) raw: &'a [u8],
}

/// Over which bytes a signature value verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignedOver {
    /// The signed attributes as they came, under their own tag.
    AsTheyCame,
    /// Their encoding in DER, which is another one.
    Der,
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
        let signature = fields.expect_octets()?;
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
        match &self.identifier {
            SignerIdentifier::IssuerAndSerialNumber { issuer, serial_number } => {
                certificate.serial_number() == *serial_number
                    && is_same_name(certificate.issuer(), issuer)
            }
            SignerIdentifier::SubjectKeyIdentifier(identifier) => {
                certificate.subject_key_identifier() == Some(&identifier[..])
            }
        }
    }

    /// digestAlgorithm, if it is one that can be computed here.
    pub(crate) fn hash_algorithm(&self) -> Option<HashAlgorithm> {
        HashAlgorithm::named(self.digest_algorithm.oid)
    }

    /// What digestAlgorithm is called.
    pub(crate) fn digest_algorithm_name(&self) -> String {
        match self.hash_algorithm() {
            Some(known) => known.name().to_owned(),
            None => self.digest_algorithm.name(),
        }
    }

    /// What signatureAlgorithm is called.
    pub(crate) fn signature_algorithm_name(&self) -> String {
        match self.algorithm() {
            Ok(known) => known.name(),
            Err(_) => self.signature_algorithm.name(),
        }
    }

    /// Whether the signed attributes are in DER's order, as section 5.4 has them signed.
    pub(crate) fn signed_attributes_are_sorted(&self) -> bool {
        let Some(Ok(elements)) = self.signed_attributes.map(|set| set.elements()) else {
            return true;
        };
        let encodings: Vec<_> = elements.map_while(Result::ok).map(|one| one.raw).collect();
        encodings.is_sorted()
    }

    /// Whether there are signed attributes.
    pub(crate) fn has_signed_attributes(&self) -> bool {
        self.signed_attributes.is_some()
    }

    /// What a signature over the signed attributes is over: their contents as they came, under the
    /// tag SET and with a length in DER.
    pub(crate) fn signed_message(&self) -> Option<Vec<u8>> {
        let contents = [Part::Raw(self.signed_attributes?.contents)];
        Some(Part::Element(tag::SET, &contents).to_vec())
    }

    /// The same in DER throughout (section 5.4: a separate encoding, and DER), where that is
    /// something else: the attributes came in BER, which has other lengths, pieces and orders.
    fn signed_message_in_der(&self) -> Option<Vec<u8>> {
        let set = self.signed_attributes?;
        let members = set.elements().ok()?.map(|member| to_der(member?));
        let mut members: Vec<_> = members.collect::<der::Result<_>>().ok()?;
        let is_same = members.iter().all(|one| matches!(one, Cow::Borrowed(_)));
        if is_same && members.is_sorted() {
            return None;
        }
        members.sort_unstable();
        Some(Part::Element(tag::SET, &[Part::Raw(&members.concat())]).to_vec())
    }

    /// The signature algorithm.
    pub(crate) fn algorithm(&self) -> Result<VerificationAlgorithm, Unverified> {
        self.signature_algorithm.signature(self.hash_algorithm())
    }

    /// Verifies the signature value over `message` with the certificate's key.
    pub(crate) fn verify(
        &self,
        certificate: &Certificate,
        message: &[u8],
    ) -> Result<(), Unverified> {
        self.algorithm()?.verify(certificate.public_key(), message, &self.signature)
    }

    /// Verifies it over the signed attributes: as they came, for real signers do not all sort them
    /// as DER does, else as section 5.4 has it. Beside the outcome stands over which.
    ///
    /// # Errors
    /// [`Unverified::Wrong`] also when there are none.
    pub(crate) fn verify_attributes(
        &self,
        certificate: &Certificate,
    ) -> (SignedOver, Result<(), Unverified>) {
        let as_they_came = match self.signed_message() {
            Some(message) => self.verify(certificate, &message),
            None => Err(Unverified::Wrong),
        };
        match (as_they_came, self.signed_message_in_der()) {
            (Err(Unverified::Wrong), Some(message)) => match self.verify(certificate, &message) {
                Err(Unverified::Wrong) => (SignedOver::AsTheyCame, Err(Unverified::Wrong)),
                verified => (SignedOver::Der, verified),
            },
            (as_they_came, _) => (SignedOver::AsTheyCame, as_they_came),
        }
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
    pub(crate) fn message_digest(&self) -> der::Result<Option<Cow<'a, [u8]>>> {
        let value = self.signed_attribute(identifiers::MESSAGE_DIGEST)?;
        value.map(|value| value.octets()).transpose()
    }

    /// Whether the message-digest attribute is the digest of `content`.
    pub(crate) fn signs(&self, content: &[u8]) -> bool {
        let Some(algorithm) = self.hash_algorithm() else { return false };
        let hash = algorithm.hash(content);
        self.message_digest().is_ok_and(|signed| signed.as_deref() == Some(hash.as_bytes()))
    }

    /// Whether a CMSAlgorithmProtection says the same as the SignerInfo (RFC 6211 section 3). One
    /// that stands there twice, or cannot be read, says something else.
    pub(crate) fn keeps_algorithm_protection(&self) -> bool {
        match self.signed_attribute(identifiers::CMS_ALGORITHM_PROTECTION) {
            Ok(None) => true,
            Ok(Some(value)) => self.is_protected_by(value).unwrap_or(false),
            Err(_) => false,
        }
    }

    /// ```text
    /// CMSAlgorithmProtection ::= SEQUENCE {
    ///     digestAlgorithm         DigestAlgorithmIdentifier,
    ///     signatureAlgorithm  [1] SignatureAlgorithmIdentifier OPTIONAL,
    ///     macAlgorithm        [2] MessageAuthenticationCodeAlgorithm OPTIONAL }
    /// ```
    /// with implicit tags, and one of the two present: of a signature it is the first.
    fn is_protected_by(&self, value: Element<'_>) -> der::Result<bool> {
        let mut fields = value.elements()?;
        let digest = AlgorithmIdentifier::read(fields.expect(tag::SEQUENCE)?)?;
        let signature = AlgorithmIdentifier::read(fields.expect(tag::context(1))?)?;
        fields.finish()?;
        Ok(value.tag == tag::SEQUENCE
            && digest.is_same(&self.digest_algorithm)
            && signature.is_same(&self.signature_algorithm))
    }

    /// The content-type attribute, if there is one: the contents octets of its identifier.
    pub(crate) fn content_type(&self) -> der::Result<Option<&'a [u8]>> {
        Ok(self.signed_attribute(identifiers::CONTENT_TYPE)?.map(|value| value.contents))
    }

    /// The signing-certificate or signing-certificate-v2 attribute, or both.
    pub(crate) fn signing_certificate(&self) -> der::Result<Option<SigningCertificate<'a>>> {
        let older = self.signed_attribute(identifiers::SIGNING_CERTIFICATE)?;
        let older = older.map(SigningCertificate::read_v1).transpose()?;
        match self.signed_attribute(identifiers::SIGNING_CERTIFICATE_V2)? {
            Some(newer) => Ok(Some(SigningCertificate::read_v2(newer)?.beside(older))),
            None => Ok(older),
        }
    }

    /// The unsigned attributes.
    pub(crate) fn unsigned_attributes(&self) -> &[Attribute<'a>] {
        &self.unsigned_attributes
    }

    /// Every value of every unsigned attribute, with the attribute's identifier.
    pub(crate) fn all_unsigned_values(&self) -> impl Iterator<Item = (&'a [u8], Element<'a>)> {
        self.unsigned_attributes
            .iter()
            .flat_map(|attribute| attribute.values.iter().map(|value| (attribute.oid, *value)))
    }

    /// How many time-stamps stand in the unsigned attributes, of the kinds that are verified.
    pub(crate) fn count_time_stamps(&self) -> usize {
        let kinds = [
            identifiers::SIGNATURE_TIME_STAMP,
            identifiers::ARCHIVE_TIME_STAMP_V2,
            identifiers::ARCHIVE_TIME_STAMP_V3,
        ];
        self.all_unsigned_values().filter(|(oid, _)| kinds.contains(oid)).count()
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
                let issuer = to_der(fields.expect(tag::SEQUENCE)?)?;
                let serial_number = fields.expect(tag::INTEGER)?.contents;
                fields.finish()?;
                Ok(Self::IssuerAndSerialNumber { issuer, serial_number })
            }
            found if found == tag::primitive(0) || found == tag::context(0) => {
                element.implicit_octets().map(Self::SubjectKeyIdentifier)
            }
            _ => Err(Tag::Sequence.value_error().into()),
        }
    }
}

fn read_attributes<'a>(set: Option<Element<'a>>) -> der::Result<Vec<Attribute<'a>>> {
    let Some(set) = set else { return Ok(Vec::new()) };
    let mut attributes = Vec::new();
    let mut room = MAXIMUM_VALUES;
    for attribute in set.elements()? {
        if attributes.len() == MAXIMUM_ATTRIBUTES {
            return Err(Tag::Set.length_error().into());
        }
        let attribute = attribute?;
        let mut fields = attribute.elements()?;
        let oid = fields.expect(tag::OBJECT_IDENTIFIER)?.contents;
        let values = fields.expect(tag::SET)?.elements()?;
        fields.finish()?;
        let values: Vec<_> = values.take(room + 1).collect::<der::Result<_>>()?;
        // One that was passed over might speak against the signature.
        room = room.checked_sub(values.len()).ok_or_else(|| Tag::Set.length_error())?;
        attributes.push(Attribute { oid, values, raw: attribute.raw });
    }
    Ok(attributes)
}
