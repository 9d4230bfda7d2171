//! One object: as it stands, parsed, decoded, and the bytes it takes up.

use std::ops::Range;

use bytes::Bytes;
use lopdf::{Object, ObjectId, Stream};
use memchr::memmem;

use super::Reader;
use super::decoded::Origin;
use crate::error::{Error, ObjectError};
use crate::filter;
use crate::limits::{MAX_INFLATED_STREAM, OBJECT_HEADER_SEARCH};
use crate::syntax::{Lexer, RawDictionary, RawValue, SyntaxError};
use crate::xref::{Entry, header, stream_extent};

impl Reader {
    /// An object; null when it does not exist, is free, or has another generation. In a document
    /// that was opened with its password strings are decrypted, and the value is then a copy;
    /// else it stands in the file.
    ///
    /// # Errors
    /// [`Error::Object`] when it does not stand where the cross-reference sections say, or cannot
    /// be decrypted.
    pub fn raw(&self, id: ObjectId) -> Result<RawValue, Error> {
        let raw = self.raw_as_written(id)?;
        if raw.id().is_none() {
            return Ok(raw);
        }
        self.decrypted(id, raw)
    }

    /// A value that stands in object `id`, with its strings decrypted; then it is a copy.
    ///
    /// # Errors
    /// [`Error::Object`] when it cannot be decrypted.
    pub(crate) fn decrypted(&self, id: ObjectId, value: RawValue) -> Result<RawValue, Error> {
        let Some(encryption) = self.encryption() else { return Ok(value) };
        let compressed = matches!(
            self.locate(id.0)?.map(|location| location.entry),
            Some(Entry::Compressed { .. })
        );
        // What stands in an object stream was decrypted with it.
        if compressed {
            return Ok(value);
        }
        Ok(value.with_bytes(encryption.decrypt(id, value.bytes().clone())?))
    }

    /// An object as it stands in the file or in an object stream; null when it does not exist, is
    /// free, or has another generation.
    ///
    /// # Errors
    /// [`Error::Object`] when it does not stand where the cross-reference sections say.
    pub fn raw_as_written(&self, id: ObjectId) -> Result<RawValue, Error> {
        let Some(location) = self.locate(id.0)? else { return Ok(RawValue::null()) };
        match location.entry {
            Entry::Free => Ok(RawValue::null()),
            Entry::Compressed { .. } if id.1 != 0 => Ok(RawValue::null()),
            Entry::Compressed { stream, index } => {
                self.compressed(id, stream, index).map(|bytes| self.charged(bytes, Some(id)))
            }
            Entry::Offset { offset, .. } => {
                let (found, bytes) = self.value_at(id, offset)?;
                Ok(if found == id { self.charged(bytes, Some(id)) } else { RawValue::null() })
            }
        }
    }

    fn charged(&self, bytes: Bytes, id: Option<ObjectId>) -> RawValue {
        RawValue::new(bytes, id).charged(&self.effort)
    }

    /// An object, parsed; a stream with its data decrypted, but not decoded.
    ///
    /// # Errors
    /// [`Error::Object`] when it cannot be read.
    pub fn object(&self, id: ObjectId) -> Result<Object, Error> {
        self.object_as(id, RawValue::parse)
    }

    /// The same, to be compared.
    ///
    /// # Errors
    /// As [`Reader::object`].
    pub(crate) fn object_exactly(&self, id: ObjectId) -> Result<Object, Error> {
        self.object_as(id, RawValue::parse_exactly)
    }

    fn object_as(
        &self,
        id: ObjectId,
        parse: fn(&RawValue) -> Result<Object, SyntaxError>,
    ) -> Result<Object, Error> {
        let damaged = |cause| Error::Object { id, cause };
        let raw = self.raw(id)?;
        let object = parse(&raw).map_err(|cause| damaged(cause.into()))?;
        let raw = self.raw_as_written(id)?;
        let Object::Dictionary(dictionary) = object else { return Ok(object) };
        let raw_dictionary = RawDictionary::read_within(raw.bytes(), Some(&self.effort));
        let raw_dictionary = raw_dictionary.map_err(|cause| damaged(cause.into()))?;
        let compressed = matches!(
            self.locate(id.0)?.map(|location| location.entry),
            Some(Entry::Compressed { .. })
        );
        let mut lexer = Lexer::new(raw.bytes(), raw_dictionary.length());
        lexer.skip_whitespace();
        if compressed || !lexer.rest().starts_with(b"stream") {
            return Ok(Object::Dictionary(dictionary));
        }
        let (data, _) = self.stream_data(id, &raw, &raw_dictionary)?;
        self.effort.step(data.len() as u64)?;
        let _held = self.effort.hold(data.len() as u64)?;
        Ok(Object::Stream(Stream::new(dictionary, data.to_vec())))
    }

    /// The decoded data of the stream object `id`. Flate with any PNG predictor, ASCIIHex and ASCII85.
    ///
    /// # Errors
    /// [`Error::Object`] when it is no stream or cannot be decoded.
    pub fn stream(&self, id: ObjectId) -> Result<Bytes, Error> {
        let (raw, dictionary) = self.stream_dictionary(id)?;
        let (data, end) = self.stream_data(id, &raw, &dictionary)?;
        let origin = self.origin_of(&raw, end, &dictionary);
        if let Some(known) = origin.and_then(|origin| self.decoded_before(origin)) {
            return Ok(known);
        }
        let decoded = self.decode(id, &data, &dictionary, MAX_INFLATED_STREAM)?;
        self.keep_decoded(origin, &data, &decoded);
        Ok(decoded)
    }

    /// The same, if it has at most `maximum` bytes; it is not kept.
    ///
    /// # Errors
    /// As [`Reader::stream`], and [`FilterError::TooLong`](filter::FilterError::TooLong).
    pub(crate) fn stream_within(&self, id: ObjectId, maximum: usize) -> Result<Bytes, Error> {
        let (raw, dictionary) = self.stream_dictionary(id)?;
        let (data, _) = self.stream_data(id, &raw, &dictionary)?;
        self.decode(id, &data, &dictionary, maximum)
    }

    /// The same without keeping it; with where it stands.
    pub(super) fn stream_once(&self, id: ObjectId) -> Result<(Bytes, Option<Origin>), Error> {
        let (raw, dictionary) = self.stream_dictionary(id)?;
        let (data, end) = self.stream_data(id, &raw, &dictionary)?;
        let decoded = self.decode(id, &data, &dictionary, MAX_INFLATED_STREAM)?;
        Ok((decoded, self.origin_of(&raw, end, &dictionary)))
    }

    /// The data of the stream object `id` as its filters coded it.
    ///
    /// # Errors
    /// [`Error::Object`] when it is no stream.
    pub(crate) fn coded_stream(&self, id: ObjectId) -> Result<Bytes, Error> {
        let (raw, dictionary) = self.stream_dictionary(id)?;
        Ok(self.stream_data(id, &raw, &dictionary)?.0)
    }

    fn stream_dictionary(&self, id: ObjectId) -> Result<(RawValue, RawDictionary), Error> {
        let damaged = |cause| Error::Object { id, cause };
        let raw = self.raw_as_written(id)?;
        let dictionary = raw.dictionary().map_err(|cause| damaged(cause.into()))?;
        let dictionary = dictionary.ok_or_else(|| damaged(ObjectError::Kind("stream")))?;
        Ok((raw, dictionary))
    }

    fn decode(
        &self,
        id: ObjectId,
        data: &Bytes,
        dictionary: &RawDictionary,
        maximum: usize,
    ) -> Result<Bytes, Error> {
        let decoded = filter::decode(dictionary, data, maximum, &self.effort, |value| {
            self.resolve(value).map_err(Undecoded::Other)
        });
        decoded.map_err(|error| match error {
            Undecoded::Filter(cause) => Error::Object { id, cause: cause.into() },
            Undecoded::Other(error) => error,
        })
    }

    /// Where an object stands in the file: from its number to the end of `endobj`, or of its
    /// value if that is missing. `None` for an object in an object stream or one that does not
    /// exist.
    ///
    /// # Errors
    /// [`Error::Object`] when it cannot be read.
    pub fn object_range(&self, id: ObjectId) -> Result<Option<Range<usize>>, Error> {
        let Some(location) = self.locate(id.0)? else { return Ok(None) };
        let Entry::Offset { offset, .. } = location.entry else { return Ok(None) };
        self.range_at(id, offset)
    }

    /// Where object `id` stands if it stands at `offset`, as a row says, in bytes from the file's
    /// header; `None` when another generation of it does.
    ///
    /// # Errors
    /// [`Error::Object`] when it cannot be read.
    pub(crate) fn range_at(
        &self,
        id: ObjectId,
        offset: u64,
    ) -> Result<Option<Range<usize>>, Error> {
        let damaged = |cause| Error::Object { id, cause };
        let (found, bytes) = self.value_at(id, offset)?;
        if found != id {
            return Ok(None);
        }
        let offset =
            usize::try_from(offset).ok().and_then(|offset| offset.checked_add(self.origin));
        let offset = offset.unwrap_or(usize::MAX);
        let whole = self.source.from(offset);
        let mut start = Lexer::new(&whole, 0);
        start.skip_whitespace();
        let raw = self.charged(bytes.clone(), Some(id));
        let mut end = raw.extent().map_err(|cause| damaged(cause.into()))?.len();
        let mut lexer = Lexer::new(&bytes, end);
        lexer.skip_whitespace();
        if raw.is_dictionary() && lexer.rest().starts_with(b"stream") {
            let dictionary = RawDictionary::read_within(&bytes, Some(&self.effort));
            let dictionary = dictionary.map_err(|cause| damaged(cause.into()))?;
            let length = self.stream_length(&dictionary)?;
            let after = bytes.slice(dictionary.length()..);
            let extent = stream_extent(&after, length);
            let looked = extent.as_ref().map_or(after.len(), |(_, end)| *end);
            self.effort.step(looked as u64 / 16)?;
            let (_, length) = extent.map_err(|_| damaged(ObjectError::StreamEnd))?;
            end = dictionary.length() + length;
            lexer = Lexer::new(&bytes, end);
            lexer.skip_whitespace();
        }
        if lexer.keyword(b"endobj") {
            end = lexer.at();
        }
        let value_start = whole.len() - bytes.len();
        Ok(Some(offset + start.at()..offset + value_start + end))
    }

    /// Whether object `id`, which stands at `offset`, ends in the document as it is now: its value does, and `endstream` stands
    /// where `/Length` says that the data end, or after that. Readers go on until they find it, into
    /// whatever is appended. True for an object that does not stand in the file.
    ///
    /// # Errors
    /// [`Error::Effort`] when looking takes too much.
    pub(crate) fn has_end(&self, id: ObjectId, offset: u64) -> Result<bool, Error> {
        const END: &[u8] = b"endstream";
        let (found, bytes) = match self.value_at(id, offset) {
            Ok(found) => found,
            Err(Error::Effort(cause)) => return Err(Error::Effort(cause)),
            Err(_) => return Ok(true),
        };
        let raw = self.charged(bytes, Some(found));
        let Ok(extent) = raw.extent() else { return Ok(false) };
        let mut lexer = Lexer::new(raw.bytes(), extent.len());
        lexer.skip_whitespace();
        if !raw.is_dictionary() || !lexer.take(b"stream") {
            return Ok(true);
        }
        let Ok(dictionary) = RawDictionary::read_within(&extent, Some(&self.effort)) else {
            return Ok(false);
        };
        let length = self.stream_length(&dictionary)?.unwrap_or(0);
        let rest = usize::try_from(length).ok().and_then(|length| lexer.rest().get(length..));
        let Some(rest) = rest else { return Ok(false) };
        let end = memmem::find(rest, END);
        self.effort.step((end.unwrap_or(rest.len()) / 16) as u64)?;
        Ok(end.is_some())
    }

    /// The id of the object that stands at `offset`, whose number must be that of `id`, and the
    /// bytes from its value on.
    fn value_at(&self, id: ObjectId, offset: u64) -> Result<(ObjectId, Bytes), Error> {
        /// Finding an object, and the allocations that go with it.
        const STEPS: u64 = 64;
        self.effort.step(STEPS)?;
        let misplaced = || Error::Object { id, cause: ObjectError::NotAtOffset { offset } };
        let start = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(self.origin));
        let start = start.ok_or_else(misplaced)?;
        let bytes = self.source.from(start);
        let mut lexer = Lexer::new(&bytes[..bytes.len().min(OBJECT_HEADER_SEARCH)], 0);
        lexer.skip_whitespace();
        let found = header(&mut lexer).filter(|found| found.0 == id.0).ok_or_else(misplaced)?;
        let mut lexer = Lexer::new(&bytes, lexer.at());
        lexer.skip_whitespace();
        self.effort.step(lexer.at() as u64)?;
        Ok((found, bytes.slice(lexer.at()..)))
    }

    /// The data of a stream, decrypted; and where `endstream` ends, in bytes from the start of
    /// `raw`.
    pub(super) fn stream_data(
        &self,
        id: ObjectId,
        raw: &RawValue,
        dictionary: &RawDictionary,
    ) -> Result<(Bytes, usize), Error> {
        let length = self.stream_length(dictionary)?;
        let after = raw.bytes().slice(dictionary.length()..);
        let extent = stream_extent(&after, length);
        // Its end is searched for where `/Length` does not lead to it.
        let looked = extent.as_ref().map_or(after.len(), |(_, end)| *end);
        self.effort.step(looked as u64 / 16)?;
        let Ok((data, end)) = extent else {
            return Err(Error::Object { id, cause: ObjectError::StreamEnd });
        };
        let data = match self.encryption() {
            None => data,
            Some(encryption) => encryption.decrypt_stream(id, dictionary, data)?,
        };
        Ok((data, dictionary.length() + end))
    }

    /// `/Length`, followed one step without reading a stream for it: a length that refers to its
    /// own stream leads nowhere.
    fn stream_length(&self, dictionary: &RawDictionary) -> Result<Option<u64>, Error> {
        let Some(value) = dictionary.value(b"Length") else { return Ok(None) };
        match value.as_reference() {
            None => Ok(value.as_unsigned()),
            Some(id) => match self.locate(id.0)?.map(|location| location.entry) {
                Some(Entry::Offset { offset, .. }) => match self.value_at(id, offset) {
                    Ok((_, bytes)) => Ok(self.charged(bytes, None).as_unsigned()),
                    Err(_) => Ok(None),
                },
                _ => Ok(None),
            },
        }
    }
}

/// A stream that cannot be decoded, or whose parameters cannot be read.
enum Undecoded {
    Filter(filter::FilterError),
    Other(Error),
}

impl From<filter::FilterError> for Undecoded {
    fn from(error: filter::FilterError) -> Self {
        Self::Filter(error)
    }
}
