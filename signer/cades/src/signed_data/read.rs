//! Reading a ContentInfo with SignedData (RFC 5652 sections 3 and 5.1), as raw as it came.

use std::{borrow::Cow, cell::OnceCell};

use der::Tag;
use seal::{Digest, DigestAlgorithm};

use super::Signer;
use crate::{
    Error, SignedContent,
    asn1::{Element, Elements, identifiers, tag},
};

/// The longest container that is read, in bytes: its content may be inside.
pub const MAXIMUM_CONTAINER_LENGTH: usize = 256 * 1024 * 1024;

/// The most certificates, revocation lists and signers that are read in one container, each.
const MAXIMUM_MEMBERS: usize = 64;

/// The most signatures of one container that are validated or raised: each may need as many
/// verifications as a container of its own.
pub const MAXIMUM_SIGNERS: usize = 16;

/// A container, borrowed from its bytes.
#[derive(Clone, Debug)]
pub(crate) struct SignedData<'a> {
    /// eContentType, the contents octets of its identifier.
    pub(crate) content_type: &'a [u8],
    /// eContent, if it is inside.
    pub(crate) content: Option<Cow<'a, [u8]>>,
    /// The certificates in DER, unread. Attribute certificates are left out.
    pub(crate) certificates: Vec<&'a [u8]>,
    /// Every CertificateChoices, as it stands there.
    pub(crate) certificate_choices: Vec<&'a [u8]>,
    /// Every RevocationInfoChoice, as it stands there: lists, and OCSP responses under their tag.
    pub(crate) revocation_choices: Vec<&'a [u8]>,
    /// The signers.
    pub(crate) signers: Vec<Signer<'a>>,
    /// What follows the container.
    pub(crate) trailing: &'a [u8],
    /// The digests of what is inside, by the place of their algorithm: each is made once, however
    /// many signatures and time-stamps are over it.
    digests: [OnceCell<Digest>; 3],
}

impl<'a> SignedData<'a> {
    /// Reads a container at the beginning of `bytes`.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        Error::limit("signature container", bytes, MAXIMUM_CONTAINER_LENGTH)?;
        Self::parse(bytes).map_err(Error::malformed("signature container"))
    }

    /// The same without the limit on the length.
    pub(crate) fn parse(bytes: &'a [u8]) -> der::Result<Self> {
        let content_info = Elements::ber(bytes)?.expect(tag::SEQUENCE)?;
        let trailing = &bytes[content_info.raw.len()..];
        let mut fields = content_info.elements()?;
        if fields.expect(tag::OBJECT_IDENTIFIER)?.contents != identifiers::SIGNED_DATA {
            return Err(Tag::ObjectIdentifier.value_error().into());
        }
        let mut inner = fields.expect(tag::context(0))?.elements()?;
        fields.finish()?;
        let mut fields = inner.expect(tag::SEQUENCE)?.elements()?;
        inner.finish()?;
        fields.expect(tag::INTEGER)?.small_integer()?;
        fields.expect(tag::SET)?;
        let EncapsulatedContent { content_type, content } =
            read_content(fields.expect(tag::SEQUENCE)?)?;
        let certificate_choices = read_members(fields.optional(tag::context(0))?)?;
        let revocation_choices = read_members(fields.optional(tag::context(1))?)?;
        let is_certificate = |choice: &&[u8]| choice.first() == Some(&tag::SEQUENCE);
        let certificates = certificate_choices.iter().copied().filter(is_certificate).collect();
        let signers = bounded(fields.expect(tag::SET)?.elements()?)?;
        let signers = signers.into_iter().map(Signer::read).collect::<der::Result<_>>()?;
        fields.finish()?;
        Ok(Self {
            content_type,
            content,
            certificates,
            certificate_choices,
            revocation_choices,
            signers,
            trailing,
            digests: Default::default(),
        })
    }

    /// The digest of what is signed; `None` when it is not at hand.
    pub(crate) fn content_digest(
        &self,
        content: SignedContent<'_>,
        algorithm: DigestAlgorithm,
    ) -> Option<Digest> {
        match content {
            SignedContent::Bytes(bytes) => Some(Digest::of(algorithm, bytes)),
            SignedContent::Hashed(hash) => Some(hash(algorithm)),
            SignedContent::Attached => self.content.as_deref().map(|inside| {
                let place = match algorithm {
                    DigestAlgorithm::Sha256 => 0,
                    DigestAlgorithm::Sha384 => 1,
                    DigestAlgorithm::Sha512 => 2,
                };
                *self.digests[place].get_or_init(|| Digest::of(algorithm, inside))
            }),
        }
    }
}

/// EncapsulatedContentInfo (section 5.2).
struct EncapsulatedContent<'a> {
    content_type: &'a [u8],
    content: Option<Cow<'a, [u8]>>,
}

fn read_content(sequence: Element<'_>) -> der::Result<EncapsulatedContent<'_>> {
    let mut fields = sequence.elements()?;
    let content_type = fields.expect(tag::OBJECT_IDENTIFIER)?.contents;
    let content = match fields.optional(tag::context(0))? {
        Some(explicit) => {
            let mut inner = explicit.elements()?;
            let octets = inner.any()?;
            inner.finish()?;
            Some(octet_string(octets)?)
        }
        None => None,
    };
    fields.finish()?;
    Ok(EncapsulatedContent { content_type, content })
}

/// The octets of an OCTET STRING, put together where BER has it in pieces (one level deep).
fn octet_string(element: Element<'_>) -> der::Result<Cow<'_, [u8]>> {
    match element.tag {
        tag::OCTET_STRING => Ok(Cow::Borrowed(element.contents)),
        tag::OCTET_STRING_IN_PIECES => {
            let mut octets = Vec::with_capacity(element.contents.len());
            let mut pieces = element.elements()?;
            while !pieces.is_empty() {
                octets.extend_from_slice(pieces.expect(tag::OCTET_STRING)?.contents);
            }
            Ok(Cow::Owned(octets))
        }
        _ => Err(Tag::OctetString.value_error().into()),
    }
}

fn read_members<'a>(set: Option<Element<'a>>) -> der::Result<Vec<&'a [u8]>> {
    let Some(set) = set else { return Ok(Vec::new()) };
    Ok(bounded(set.elements()?)?.iter().map(|one| one.raw).collect())
}

fn bounded<'a>(elements: Elements<'a>) -> der::Result<Vec<Element<'a>>> {
    let members: Vec<_> = elements.take(MAXIMUM_MEMBERS + 1).collect::<der::Result<_>>()?;
    if members.len() > MAXIMUM_MEMBERS { Err(Tag::Set.length_error().into()) } else { Ok(members) }
}
