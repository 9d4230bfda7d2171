//! One object: as it stands, parsed, decoded, and the bytes it takes up.

use std::ops::Range;

use bytes::Bytes;
use lopdf::{Object, ObjectId, Stream};

use super::Reader;
use crate::error::{Error, ObjectError};
use crate::filter;
use crate::limits::{MAX_INFLATED_STREAM, OBJECT_HEADER_SEARCH};
use crate::syntax::{Lexer, RawDictionary, RawValue};
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
        Ok(RawValue::new(encryption.decrypt(id, value.bytes().clone())?, value.id()))
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
                self.compressed(id, stream, index).map(|bytes| RawValue::new(bytes, Some(id)))
            }
            Entry::Offset { offset, .. } => {
                let (found, bytes) = self.value_at(id, offset)?;
                Ok(if found == id { RawValue::new(bytes, Some(id)) } else { RawValue::null() })
            }
        }
    }

    /// An object, parsed; a stream with its data decrypted, but not decoded.
    ///
    /// # Errors
    /// [`Error::Object`] when it cannot be read.
    pub fn object(&self, id: ObjectId) -> Result<Object, Error> {
        let damaged = |cause| Error::Object { id, cause };
        let raw = self.raw(id)?;
        let object = raw.parse().map_err(|cause| damaged(cause.into()))?;
        let raw = self.raw_as_written(id)?;
        let Object::Dictionary(dictionary) = object else { return Ok(object) };
        let raw_dictionary = RawDictionary::read(raw.bytes());
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
        let data = self.stream_data(id, &raw, &raw_dictionary)?;
        Ok(Object::Stream(Stream::new(dictionary, data.to_vec())))
    }

    /// The decoded data of the stream object `id`. Flate with any PNG predictor, and ASCIIHex.
    ///
    /// # Errors
    /// [`Error::Object`] when it is no stream or cannot be decoded.
    pub fn stream(&self, id: ObjectId) -> Result<Bytes, Error> {
        let damaged = |cause| Error::Object { id, cause };
        let raw = self.raw_as_written(id)?;
        let dictionary = raw.dictionary().map_err(|cause| damaged(cause.into()))?;
        let dictionary = dictionary.ok_or_else(|| damaged(ObjectError::Kind("stream")))?;
        let data = self.stream_data(id, &raw, &dictionary)?;
        filter::decode(&dictionary, &data, MAX_INFLATED_STREAM, |value| {
            self.resolve(value).map_err(Undecoded::Other)
        })
        .map_err(|error| match error {
            Undecoded::Filter(cause) => damaged(cause.into()),
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
        let raw = RawValue::new(bytes.clone(), Some(id));
        let mut end = raw.extent().map_err(|cause| damaged(cause.into()))?.len();
        let mut lexer = Lexer::new(&bytes, end);
        lexer.skip_whitespace();
        if raw.is_dictionary() && lexer.rest().starts_with(b"stream") {
            let dictionary = RawDictionary::read(&bytes);
            let dictionary = dictionary.map_err(|cause| damaged(cause.into()))?;
            let length = self.stream_length(&dictionary)?;
            let after = bytes.slice(dictionary.length()..);
            let (_, length) =
                stream_extent(&after, length).map_err(|_| damaged(ObjectError::StreamEnd))?;
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

    /// The id of the object that stands at `offset`, whose number must be that of `id`, and the
    /// bytes from its value on.
    fn value_at(&self, id: ObjectId, offset: u64) -> Result<(ObjectId, Bytes), Error> {
        let misplaced = || Error::Object { id, cause: ObjectError::NotAtOffset { offset } };
        let start = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(self.origin));
        let start = start.ok_or_else(misplaced)?;
        let bytes = self.source.from(start);
        let mut lexer = Lexer::new(&bytes[..bytes.len().min(OBJECT_HEADER_SEARCH)], 0);
        lexer.skip_whitespace();
        let found = header(&mut lexer).filter(|found| found.0 == id.0).ok_or_else(misplaced)?;
        let mut lexer = Lexer::new(&bytes, lexer.at());
        lexer.skip_whitespace();
        Ok((found, bytes.slice(lexer.at()..)))
    }

    pub(super) fn stream_data(
        &self,
        id: ObjectId,
        raw: &RawValue,
        dictionary: &RawDictionary,
    ) -> Result<Bytes, Error> {
        let length = self.stream_length(dictionary)?;
        let after = raw.bytes().slice(dictionary.length()..);
        match (stream_extent(&after, length), self.encryption()) {
            (Ok((data, _)), None) => Ok(data),
            (Ok((data, _)), Some(encryption)) => encryption.decrypt_stream(id, dictionary, data),
            (Err(_), _) => Err(Error::Object { id, cause: ObjectError::StreamEnd }),
        }
    }

    /// `/Length`, followed one step without reading a stream for it: a length that refers to its
    /// own stream leads nowhere.
    fn stream_length(&self, dictionary: &RawDictionary) -> Result<Option<u64>, Error> {
        let Some(value) = dictionary.value(b"Length") else { return Ok(None) };
        match value.as_reference() {
            None => Ok(value.as_unsigned()),
            Some(id) => match self.locate(id.0)?.map(|location| location.entry) {
                Some(Entry::Offset { offset, .. }) => match self.value_at(id, offset) {
                    Ok((_, bytes)) => Ok(RawValue::new(bytes, None).as_unsigned()),
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
