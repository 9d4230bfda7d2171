//! Object streams (ISO 32000-1 clause 7.5.7), inflated when needed and kept.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError};

use bytes::Bytes;
use lopdf::ObjectId;

use super::Reader;
use crate::error::{Error, Limit, ObjectError};
use crate::limits::{MAX_INFLATED_TOTAL, MAX_OBJECT_NUMBER};
use crate::syntax::Lexer;
use crate::xref::Entry;

/// The object streams read so far.
#[derive(Debug, Default)]
pub(super) struct ObjectStreams {
    streams: HashMap<u32, Arc<ObjectStream>>,
    inflated: usize,
}

#[derive(Debug)]
struct ObjectStream {
    data: Bytes,
    /// Number and offset in `data` of each object, in the stream's order.
    objects: Vec<(u32, usize)>,
    /// The same by number, made when an index was wrong.
    by_number: OnceLock<HashMap<u32, usize>>,
}

impl ObjectStream {
    fn offset_of(&self, number: u32) -> Option<usize> {
        let by_number = self.by_number.get_or_init(|| self.objects.iter().copied().collect());
        by_number.get(&number).copied()
    }
}

impl Reader {
    /// The bytes of object `id` in object stream `stream`, at `index` unless that is wrong and the
    /// object stands elsewhere in it.
    pub(super) fn compressed(&self, id: ObjectId, stream: u32, index: u32) -> Result<Bytes, Error> {
        let absent = || Error::Object { id, cause: ObjectError::NotInStream { stream } };
        let object_stream = self.object_stream(id, stream)?;
        let at_index = object_stream.objects.get(index as usize).copied();
        let at_index = at_index.filter(|(number, _)| *number == id.0).map(|(_, offset)| offset);
        let offset = at_index.or_else(|| object_stream.offset_of(id.0)).ok_or_else(absent)?;
        let mut lexer = Lexer::new(&object_stream.data, offset);
        lexer.skip_whitespace();
        Ok(object_stream.data.slice(lexer.at()..))
    }

    fn object_stream(&self, id: ObjectId, stream: u32) -> Result<Arc<ObjectStream>, Error> {
        let cached = {
            let streams = self.object_streams.lock().unwrap_or_else(PoisonError::into_inner);
            streams.streams.get(&stream).cloned()
        };
        if let Some(cached) = cached {
            return Ok(cached);
        }
        let read = Arc::new(self.read_object_stream(id, stream)?);
        let mut streams = self.object_streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.inflated += read.data.len();
        if streams.inflated > MAX_INFLATED_TOTAL {
            let maximum = MAX_INFLATED_TOTAL as u64;
            return Err(Error::Limit { limit: Limit::Inflated, maximum });
        }
        streams.streams.insert(stream, Arc::clone(&read));
        Ok(read)
    }

    fn read_object_stream(&self, id: ObjectId, stream: u32) -> Result<ObjectStream, Error> {
        let absent = || Error::Object { id, cause: ObjectError::NotInStream { stream } };
        // An object stream stands in the file itself: this ends recursion.
        let entry = self.locate(stream)?.map(|location| location.entry);
        let Some(Entry::Offset { generation, .. }) = entry else { return Err(absent()) };
        let raw = self.raw((stream, generation))?;
        let dictionary = raw.dictionary().ok().flatten().ok_or_else(absent)?;
        let kind = dictionary.value(b"Type").and_then(|value| value.as_name());
        if kind.as_deref() != Some(b"ObjStm") {
            return Err(absent());
        }
        let number = |key: &[u8], maximum: usize| -> Result<usize, Error> {
            let value = dictionary.value(key).ok_or_else(absent)?;
            let value = self.resolve_direct(value)?.as_unsigned();
            let value = value.and_then(|value| usize::try_from(value).ok());
            value.filter(|&value| value <= maximum).ok_or_else(absent)
        };
        let data = self.stream((stream, generation))?;
        let first = number(b"First", data.len())?;
        let count = number(b"N", MAX_OBJECT_NUMBER as usize)?;
        let mut lexer = Lexer::new(&data[..first], 0);
        let mut objects = Vec::with_capacity(count.min(first / 2));
        for _ in 0..count {
            lexer.skip_whitespace();
            let Some(number) = lexer.unsigned() else { break };
            lexer.skip_whitespace();
            let Some(offset) = lexer.unsigned() else { break };
            let offset = usize::try_from(offset).ok().and_then(|o| o.checked_add(first));
            if let (Ok(number), Some(offset)) = (u32::try_from(number), offset) {
                objects.push((number, offset.min(data.len())));
            }
        }
        Ok(ObjectStream { data, objects, by_number: OnceLock::new() })
    }

    /// Follows a reference to an object that stands in the file itself; one in an object stream
    /// could lead back to the stream being read.
    fn resolve_direct(
        &self,
        value: crate::syntax::RawValue,
    ) -> Result<crate::syntax::RawValue, Error> {
        match value.as_reference() {
            Some(id) => match self.locate(id.0)?.map(|location| location.entry) {
                Some(Entry::Offset { .. }) => self.raw(id),
                _ => Ok(crate::syntax::RawValue::null()),
            },
            None => Ok(value),
        }
    }
}
