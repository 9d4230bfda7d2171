//! Reading a ContentInfo with SignedData (RFC 5652 sections 3 and 5.1), as raw as it came.

use std::{borrow::Cow, cell::RefCell};

use der::Tag;
use seal::{Effort, EffortError};

use super::Signer;
use crate::{
    Error, HashAlgorithm, HashContext, HashValue, SignedContent,
    algorithm::HASH_STEPS,
    asn1::{Element, Elements, identifiers, tag},
};

/// The longest container that is read, in bytes: its content may be inside.
pub const MAXIMUM_CONTAINER_LENGTH: usize = 256 * 1024 * 1024;

/// The most certificates, revocation lists and signers that are read in one container, each.
const MAXIMUM_MEMBERS: usize = 64;

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
    /// encapContentInfo, certificates and crls, each as it stands there: what an
    /// archive-time-stamp-v2 covers of them.
    pub(crate) archived: [&'a [u8]; 3],
    /// What follows the container.
    pub(crate) trailing: &'a [u8],
    inside: HashCache,
    given: HashCache,
    /// Hashes of encapContentInfo and of the content that stands outside, to be gone on with.
    begun: RefCell<Vec<HashContext>>,
    /// What hashing the content is charged to.
    effort: Option<Effort>,
}

/// The hashes of one content: each is made once, however many signatures and time-stamps are over
/// it.
#[derive(Clone, Debug, Default)]
struct HashCache(RefCell<Vec<HashValue>>);

impl HashCache {
    fn get(
        &self,
        algorithm: HashAlgorithm,
        make: impl FnOnce() -> Option<HashValue>,
    ) -> Option<HashValue> {
        let known = self.0.borrow().iter().find(|one| one.algorithm() == algorithm).copied();
        known.or_else(|| {
            let made = make()?;
            self.0.borrow_mut().push(made);
            Some(made)
        })
    }
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
        let encapsulated = fields.expect(tag::SEQUENCE)?;
        let EncapsulatedContent { content_type, content } = read_content(encapsulated)?;
        let certificate_set = fields.optional(tag::context(0))?;
        let revocation_set = fields.optional(tag::context(1))?;
        let raw = |set: Option<Element<'a>>| set.map_or(&[][..], |set| set.raw);
        let archived = [encapsulated.raw, raw(certificate_set), raw(revocation_set)];
        let certificate_choices = read_members(certificate_set)?;
        let revocation_choices = read_members(revocation_set)?;
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
            archived,
            trailing,
            inside: HashCache::default(),
            given: HashCache::default(),
            begun: RefCell::default(),
            effort: None,
        })
    }

    /// The same; hashing its content is charged to `effort`.
    pub(crate) fn charged_to(self, effort: Option<&Effort>) -> Self {
        Self { effort: effort.cloned(), ..self }
    }

    /// Counts one pass of a hash over `bytes`, before it is made.
    ///
    /// # Errors
    /// [`EffortError`] when it may not be made.
    pub(crate) fn charge_hash(&self, bytes: &[u8]) -> Result<(), EffortError> {
        let steps = HASH_STEPS.saturating_mul(bytes.len() as u64);
        self.effort.as_ref().map_or(Ok(()), |effort| effort.step(steps))
    }

    /// How many time-stamps stand in the unsigned attributes of all signers, of the kinds that are
    /// verified.
    pub(crate) fn count_time_stamps(&self) -> usize {
        self.signers.iter().map(Signer::count_time_stamps).sum()
    }

    /// The hash of what is signed; `None` when it is not at hand, or costs more than it may.
    /// `content` is the same for every signature and time-stamp of one container.
    pub(crate) fn content_hash(
        &self,
        content: SignedContent<'_>,
        algorithm: HashAlgorithm,
    ) -> Option<HashValue> {
        let charged = |bytes| self.charge_hash(bytes).ok().map(|()| algorithm.hash(bytes));
        match content {
            SignedContent::Bytes(bytes) => self.given.get(algorithm, || charged(bytes)),
            SignedContent::Hashed(hash) => self.given.get(algorithm, || Some(hash(algorithm))),
            SignedContent::Attached => {
                let inside = self.content.as_deref()?;
                self.inside.get(algorithm, || charged(inside))
            }
        }
    }

    /// A hash that has gone over encapContentInfo and the content where it stands outside, which
    /// is done once for each algorithm; `None` when the content is not at hand, or costs more than
    /// it may.
    pub(super) fn begun_hash(
        &self,
        content: SignedContent<'_>,
        algorithm: HashAlgorithm,
    ) -> Option<HashContext> {
        let outside = match (&self.content, content) {
            (Some(_), _) => &[][..],
            (None, SignedContent::Bytes(bytes)) => bytes,
            (None, SignedContent::Hashed(_) | SignedContent::Attached) => return None,
        };
        let begun = self.begun.borrow().iter().find(|one| one.algorithm() == algorithm).cloned();
        begun.or_else(|| {
            let mut context = HashContext::new(algorithm);
            for part in [self.archived[0], outside] {
                self.charge_hash(part).ok()?;
                context.update(part);
            }
            self.begun.borrow_mut().push(context.clone());
            Some(context)
        })
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
            let octets = inner.expect_octets()?;
            inner.finish()?;
            Some(octets)
        }
        None => None,
    };
    fields.finish()?;
    Ok(EncapsulatedContent { content_type, content })
}

fn read_members<'a>(set: Option<Element<'a>>) -> der::Result<Vec<&'a [u8]>> {
    let Some(set) = set else { return Ok(Vec::new()) };
    Ok(bounded(set.elements()?)?.iter().map(|one| one.raw).collect())
}

fn bounded<'a>(elements: Elements<'a>) -> der::Result<Vec<Element<'a>>> {
    let members: Vec<_> = elements.take(MAXIMUM_MEMBERS + 1).collect::<der::Result<_>>()?;
    if members.len() > MAXIMUM_MEMBERS { Err(Tag::Set.length_error().into()) } else { Ok(members) }
}
