//! A document that waits for its signature.

use std::ops::Range;

use bytes::Bytes;
use lopdf::ObjectId;
use seal::{Digest, DigestAlgorithm, Unseen};

use crate::dictionary::byte_range;
use crate::document::Document;
use crate::error::{Error, StructureError};
use crate::limits::{MAX_OBJECT_NUMBER, MAX_STORE_ENTRIES};
use crate::options::Extension;
use crate::prefix::PrefixHash;
use crate::security_store::ValidationData;
use crate::signed::{Known, SignedDocument};
use crate::source::Source;
use crate::syntax::{RawDictionary, RawValue};
use crate::update::Tail;
use crate::validate::beyond_evidence;

/// A document with an update that has room for a signature, and the digest that is to be signed.
#[derive(Debug)]
pub struct PreparedDocument {
    source: Source,
    known: Known,
    prefix: PrefixHash,
    tail: Vec<u8>,
    /// The signature dictionary in the tail.
    dictionary: Range<usize>,
    /// `/Contents` in the tail, with `<` and `>`.
    contents: Range<usize>,
    digest: Digest,
    reserved: usize,
}

impl PreparedDocument {
    /// Fills in the byte range and hashes what it covers. `ranges` count from the start of the
    /// signature dictionary.
    pub(crate) fn new(
        document: &Document,
        prefix: PrefixHash,
        tail: Tail,
        signature: ObjectId,
        range: Range<usize>,
        contents: Range<usize>,
    ) -> Result<Self, Error> {
        let source = document.reader().source().clone();
        let known = document.known();
        let start = tail.value_start(signature).ok_or(Error::Inconsistent)?;
        let mut tail = tail.bytes;
        let base = source.length();
        let length = base + tail.len();
        let gap = base + start + contents.start..base + start + contents.end;
        let slot = start + range.start..start + range.end;
        tail[slot].copy_from_slice(&byte_range(&gap, length));
        let dictionary = start..start + contents.end + b"\n>>".len();
        let contents = start + contents.start..start + contents.end;
        let mut hash = prefix.clone();
        hash.update(&tail[..contents.start]);
        hash.update(&tail[contents.end..]);
        let digest = hash.finish();
        let reserved = (contents.len() - 2) / 2;
        Ok(Self { source, known, prefix, tail, dictionary, contents, digest, reserved })
    }

    /// Tries out what is to follow the signature, with a signature of zeros: whatever keeps the
    /// document from it is an error now, before anything is signed.
    ///
    /// # Errors
    /// As [`Document::append_security_store`] and [`Document::prepare_archive_time_stamp`];
    /// [`Error::NotExtendable`] when it would be a change that breaks the signature, unless the
    /// document is so large that judging it costs more than signing it.
    pub(crate) fn rehearse(
        &self,
        later: Extension,
        algorithm: DigestAlgorithm,
    ) -> Result<(), Error> {
        let (source, prefixes) = (self.source.clone(), vec![self.prefix.clone()]);
        let update = Bytes::copy_from_slice(&self.tail);
        let signed = SignedDocument::new(source, prefixes, update, self.known.clone());
        let document = Document::reopen(signed)?;
        if document.reader().max_object_number() as usize + MAX_STORE_ENTRIES
            > MAX_OBJECT_NUMBER as usize
        {
            return Err(Error::Structure(StructureError::NoObjectNumber));
        }
        let one = || vec![Bytes::from_static(b"0")];
        let data = ValidationData {
            certificates: one(),
            crls: one(),
            ocsp_responses: one(),
            related_to: Vec::new(),
        };
        let followed = match later {
            Extension::SecurityStore => document.append_security_store(&data)?,
            Extension::ArchiveTimeStamp { reserved } => {
                document.prepare_archive_time_stamp(&data, algorithm, reserved)?.embed(&[])?
            }
        };
        if self.known.survey.kinds().contains(&Unseen::NotAllLookedAt) {
            return Ok(());
        }
        match beyond_evidence(Document::reopen(followed)?.reader())? {
            Some(change) => Err(Error::NotExtendable(change.explanation)),
            None => Ok(()),
        }
    }

    /// The digest of the two ranges that the signature covers: everything but `/Contents`.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The bytes reserved for the signature.
    pub fn reserved(&self) -> usize {
        self.reserved
    }

    /// The document as it is drawn before it is signed: what its signature shows is there already.
    pub fn unsigned(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.source.length() + self.tail.len());
        self.source.pieces().iter().for_each(|piece| bytes.extend_from_slice(piece));
        bytes.extend_from_slice(&self.tail);
        bytes
    }

    /// Puts the signature into its place: a CMS `ContentInfo` (or a time-stamp token) in DER.
    ///
    /// # Errors
    /// [`Error::ContentsTooSmall`] when it is longer than what was reserved.
    pub fn embed(mut self, cms: &[u8]) -> Result<SignedDocument, Error> {
        if cms.len() > self.reserved {
            let (reserved, needed) = (self.reserved, cms.len());
            return Err(Error::ContentsTooSmall { reserved, needed });
        }
        let hole = &mut self.tail[self.contents.start + 1..self.contents.end - 1];
        for (digits, byte) in hole.as_chunks_mut().0.iter_mut().zip(cms) {
            *digits = [byte >> 4, byte & 15].map(hexadecimal);
        }
        let (prefixes, update) = (vec![self.prefix], self.tail.into());
        let signed = SignedDocument::new(self.source, prefixes, update, self.known);
        let dictionary = signed.update().slice(self.dictionary);
        let contents = signed.base() + self.contents.start..signed.base() + self.contents.end;
        verify(&dictionary, &contents, signed.length()).ok_or(Error::Inconsistent)?;
        Ok(signed)
    }
}

/// By arithmetic, which the compiler does for many at once, as it cannot look up a table.
const fn hexadecimal(digit: u8) -> u8 {
    digit + if digit < 10 { b'0' } else { b'a' - 10 }
}

/// Reads the signature dictionary back: its gap must be exactly its contents, which must be
/// hexadecimal, and its second range must end where the file ends.
fn verify(bytes: &Bytes, contents: &Range<usize>, length: usize) -> Option<()> {
    let dictionary = RawDictionary::read(bytes).ok()?;
    let once = |key: &[u8]| -> Option<RawValue> {
        (dictionary.occurrences(key) == 1).then(|| dictionary.value(key))?
    };
    let range: Option<Vec<u64>> =
        once(b"ByteRange")?.array()?.map(|number| number.ok()?.as_unsigned()).collect();
    let [0, first, second, rest] = range?[..] else { return None };
    let hexadecimal = once(b"Contents")?;
    let hexadecimal = hexadecimal.bytes().strip_prefix(b"<")?.strip_suffix(b">")?;
    let whole = first == contents.start as u64
        && second == contents.end as u64
        && second.checked_add(rest)? == length as u64
        && hexadecimal.len() + 2 == contents.len()
        // Every digit is looked at, which goes faster than stopping at the first wrong one.
        && hexadecimal.iter().fold(true, |all, digit| all & digit.is_ascii_hexdigit());
    whole.then_some(())
}
