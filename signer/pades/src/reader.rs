//! A lazy reader: it follows the cross-reference sections and reads only the objects asked for.

mod decoded;
mod object;
mod object_stream;

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use lopdf::ObjectId;
use seal::{Effort, EffortLimits};

use crate::encryption::{Encryption, Locked, Password};
use crate::error::{Error, Limit, ObjectError};
use crate::limits::{HEADER_SEARCH, MAX_FILE_LENGTH, MAX_OBJECT_NUMBER, MAX_REFERENCE_HOPS};
use crate::source::Source;
use crate::syntax::RawValue;
use crate::xref::{Entry, Section, read_chain};
use decoded::DecodedStreams;
use object_stream::ObjectStreams;

/// A document, read object by object.
///
/// Nothing is repaired: every object that is touched must stand where the cross-reference
/// sections say.
#[derive(Debug)]
pub struct Reader {
    source: Source,
    /// Where `%PDF-` stands: what the file's own offsets count from.
    origin: usize,
    /// What values are decrypted with; `None` for plain text, and when it is not to be decrypted.
    encryption: Option<Arc<Encryption>>,
    /// Newest first; never empty. Those of every revision, of which this one has all from `newest`
    /// on.
    sections: Arc<[Section]>,
    newest: usize,
    /// What all revisions of the document may cost together.
    effort: Effort,
    /// What was inflated, in whichever revision; see [`decoded::Origin`].
    object_streams: Arc<Mutex<ObjectStreams>>,
    decoded: Arc<Mutex<DecodedStreams>>,
}

/// A document whose values are not decrypted when they are read: what stands in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AsWritten<'a>(pub(crate) &'a Reader);

/// Where an object stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The newest section that names the object: an index into [`Reader::sections`].
    pub section: usize,
    /// What that section says.
    pub entry: Entry,
}

impl Locked for Reader {
    fn trailer_value(&self, key: &[u8]) -> Option<RawValue> {
        Self::trailer_value(self, key)
    }

    fn is_encrypted(&self) -> bool {
        Self::is_encrypted(self)
    }

    fn effort(&self) -> &Effort {
        Self::effort(self)
    }

    fn resolve(&self, value: RawValue) -> Result<RawValue, Error> {
        Self::resolve(self, value)
    }
}

impl Reader {
    /// Reads the cross-reference sections of a document. What is encrypted in it is read as it
    /// stands there.
    ///
    /// # Errors
    /// [`Error`] when it is no PDF, or when its sections cannot be read without repair.
    pub fn open(document: Bytes) -> Result<Self, Error> {
        let effort = Effort::new(EffortLimits::default(), document.len() as u64);
        Self::of(Source::new(document), effort)
    }

    /// The same for an encrypted document, whose values are decrypted when they are read. The empty
    /// password is tried too.
    ///
    /// # Errors
    /// As [`Reader::open`]; [`Error::Encrypted`], [`Error::Password`] or [`Error::Encryption`]
    /// when the document does not open with the password.
    pub fn open_with_password(document: Bytes, password: Option<&Password>) -> Result<Self, Error> {
        let effort = Effort::new(EffortLimits::default(), document.len() as u64);
        Self::open_within(document, password, &effort)
    }

    /// The same; what is read of the document is charged to `effort`.
    ///
    /// # Errors
    /// As [`Reader::open_with_password`]; [`Error::Effort`] when that is used up.
    pub fn open_within(
        document: Bytes,
        password: Option<&Password>,
        effort: &Effort,
    ) -> Result<Self, Error> {
        let opened = Self::of(Source::new(document), effort.clone()).and_then(|mut reader| {
            reader.unlock(password)?;
            Ok(reader)
        });
        effort.settle(opened)
    }

    /// Decrypts, from now on, what is read.
    pub(crate) fn unlock(&mut self, password: Option<&Password>) -> Result<(), Error> {
        self.encryption = Encryption::unlock(self, password)?;
        Ok(())
    }

    /// The same with what another reader of the same document found.
    pub(crate) fn unlock_with(&mut self, encryption: Arc<Encryption>) {
        self.encryption = Some(encryption);
    }

    /// What values are decrypted with.
    pub(crate) fn encryption(&self) -> Option<&Arc<Encryption>> {
        self.encryption.as_ref()
    }

    /// The same for a document in pieces.
    pub(crate) fn of(source: Source, effort: Effort) -> Result<Self, Error> {
        if source.length() as u64 > MAX_FILE_LENGTH {
            return Err(Error::Limit { limit: Limit::FileLength, maximum: MAX_FILE_LENGTH });
        }
        let head = source.from(0);
        let head = &head[..head.len().min(HEADER_SEARCH)];
        let origin = head.windows(5).position(|window| window == b"%PDF-");
        let origin = origin.ok_or(Error::HeaderMissing)?;
        let sections = read_chain(&source, origin, &effort).map_err(|error| {
            // Only some readers find objects whose offsets count from the bytes before the header.
            if origin > 0 && read_chain(&source, 0, &effort).is_ok() {
                Error::BytesBeforeHeader { count: origin }
            } else {
                error
            }
        })?;
        effort.check()?;
        Ok(Self {
            source,
            origin,
            encryption: None,
            sections: sections.into(),
            newest: 0,
            effort,
            object_streams: Arc::default(),
            decoded: Arc::default(),
        })
    }

    /// The document as it was when section `index` was its newest.
    pub(crate) fn with_sections_from(&self, index: usize, length: usize) -> Self {
        let mut earlier = Self {
            source: self.source.prefix(length),
            origin: self.origin,
            encryption: None,
            sections: Arc::clone(&self.sections),
            newest: self.newest + index,
            effort: self.effort.clone(),
            object_streams: Arc::clone(&self.object_streams),
            decoded: Arc::clone(&self.decoded),
        };
        // An update may not encrypt what was plain; if one did, what was before it still is.
        earlier.encryption = self.encryption.clone().filter(|_| earlier.is_encrypted());
        if earlier.encryption.is_some() != self.encryption.is_some() {
            earlier.object_streams = Arc::default();
            earlier.decoded = Arc::default();
        }
        earlier
    }

    /// What reading the document has cost, and may cost. The document as it was after an earlier
    /// revision is on the same account.
    pub fn effort(&self) -> &Effort {
        &self.effort
    }

    /// The document's bytes.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Where the `%PDF-` header stands, in bytes from the start of the file (at most
    /// [`HEADER_SEARCH`]): zero but in files with other bytes before it. Offsets that are written
    /// in the file count from there (ISO 32000-1 Annex H.3, note 13); every position that this
    /// library gives, and `/ByteRange`, counts from the start of the file.
    pub fn origin(&self) -> usize {
        self.origin
    }

    /// Every cross-reference section, the newest first; there is at least one.
    pub fn sections(&self) -> &[Section] {
        &self.sections[self.newest..]
    }

    /// The value of `key` in the newest trailer that has it.
    pub fn trailer_value(&self, key: &[u8]) -> Option<RawValue> {
        self.sections().iter().find_map(|section| section.trailer().value(key))
    }

    /// Whether any trailer names an encryption dictionary.
    pub fn is_encrypted(&self) -> bool {
        self.trailer_value(b"Encrypt").is_some_and(|value| !value.bytes().starts_with(b"null"))
    }

    /// Whether an integrity code protects the encrypted document (ISO/TS 32004): a trailer has one,
    /// or the encryption demands one of every revision.
    pub(crate) fn has_integrity_code(&self) -> bool {
        let stands_there = self.is_encrypted() && self.trailer_value(b"AuthCode").is_some();
        stands_there || self.encryption().is_some_and(|one| one.demands_integrity_code())
    }

    /// Two digits: the version in the header (ISO 32000-1 clause 7.5.2); `None` if malformed.
    pub fn header_version(&self) -> Option<(u8, u8)> {
        let head = self.source.from(self.origin + 5);
        match head.get(..3)? {
            [major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit() => {
                Some((major - b'0', minor - b'0'))
            }
            _ => None,
        }
    }

    /// The largest object number that a section names or that a `/Size` reserves. A `/Size` that
    /// is too small is common and does no harm.
    pub fn max_object_number(&self) -> u32 {
        let named = |section: &Section| {
            let size = section.trailer().value(b"Size").and_then(|size| size.as_unsigned());
            let size = size.and_then(|size| u32::try_from(size).ok());
            let size = size.filter(|&size| size <= MAX_OBJECT_NUMBER + 1).unwrap_or(0);
            section.end().max(size).saturating_sub(1)
        };
        self.sections().iter().map(named).max().unwrap_or(0)
    }

    /// Where object `number` stands; `None` when no section names it.
    ///
    /// # Errors
    /// [`Error::Xref`] when its row is malformed.
    pub fn locate(&self, number: u32) -> Result<Option<Location>, Error> {
        /// Looking into one section.
        const STEPS: u64 = 16;
        for (index, section) in self.sections().iter().enumerate() {
            self.effort.step(STEPS)?;
            let entry = section
                .entry(number)
                .map_err(|cause| Error::Xref { offset: section.offset() as u64, cause })?;
            if let Some(entry) = entry {
                return Ok(Some(Location { section: index, entry }));
            }
        }
        Ok(None)
    }

    /// Follows `value` until it is no reference. An object that does not exist is null
    /// (ISO 32000-1 clause 7.3.10).
    ///
    /// # Errors
    /// [`Error::Object`] when an object on the way cannot be read, or they form a loop.
    pub fn resolve(&self, value: RawValue) -> Result<RawValue, Error> {
        follow(value, |id| self.raw(id))
    }

    /// The same without decrypting anything, so that the value stands in the file.
    ///
    /// # Errors
    /// As [`Reader::resolve`].
    pub(crate) fn resolve_as_written(&self, value: RawValue) -> Result<RawValue, Error> {
        follow(value, |id| self.raw_as_written(id))
    }
}

/// Follows references with `read`.
fn follow(
    mut value: RawValue,
    read: impl Fn(ObjectId) -> Result<RawValue, Error>,
) -> Result<RawValue, Error> {
    let Some(start) = value.as_reference() else { return Ok(value) };
    for _ in 0..MAX_REFERENCE_HOPS {
        let Some(id) = value.as_reference() else { return Ok(value) };
        value = read(id)?;
    }
    Err(Error::Object { id: start, cause: ObjectError::ReferenceLoop })
}

#[cfg(test)]
mod tests;
