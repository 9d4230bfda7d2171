//! Object streams (ISO 32000-1 clause 7.5.7), inflated when needed and kept.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError};

use bytes::Bytes;
use lopdf::ObjectId;
use seal::Held;

use super::Reader;
use super::decoded::{Origin, RevisionKey};
use crate::error::{Error, ObjectError};
use crate::limits::MAX_OBJECT_NUMBER;
use crate::syntax::Lexer;
use crate::xref::Entry;

/// The object streams read so far.
#[derive(Debug, Default)]
pub(super) struct ObjectStreams {
    streams: HashMap<Key, Arc<ObjectStream>>,
}

/// The number and the offset of an object stream (an update may put another one in its place), and
/// the only revision in which it holds this, if not each has the same.
type Key = (u32, u64, Option<RevisionKey>);

#[derive(Debug)]
struct ObjectStream {
    data: Bytes,
    /// Number and offset in `data` of each object, in the stream's order.
    objects: Vec<(u32, usize)>,
    /// The same by number, made when an index was wrong.
    by_number: OnceLock<HashMap<u32, usize>>,
    /// Where it stands in the file.
    origin: Option<Origin>,
    _held: Held,
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
        /// Finding an object, and the allocations that go with it.
        const STEPS: u64 = 64;
        self.effort.step(STEPS)?;
        let absent = || Error::Object { id, cause: ObjectError::NotInStream { stream } };
        let object_stream = self.object_stream(id, stream)?;
        let at_index = object_stream.objects.get(index as usize).copied();
        let at_index = at_index.filter(|(number, _)| *number == id.0).map(|(_, offset)| offset);
        let offset = at_index.or_else(|| object_stream.offset_of(id.0)).ok_or_else(absent)?;
        let mut lexer = Lexer::new(&object_stream.data, offset);
        lexer.skip_whitespace();
        self.effort.step((lexer.at() - offset) as u64)?;
        Ok(object_stream.data.slice(lexer.at()..))
    }

    /// Whether object `number` stands in object stream `stream` at `index`, as its row says.
    ///
    /// # Errors
    /// [`Error::Object`] when the stream cannot be read.
    pub(crate) fn stands_at_index(
        &self,
        number: u32,
        stream: u32,
        index: u32,
    ) -> Result<bool, Error> {
        let object_stream = self.object_stream((number, 0), stream)?;
        Ok(object_stream.objects.get(index as usize).is_some_and(|(there, _)| *there == number))
    }

    /// The numbers of the objects in object stream `stream`, in its order.
    ///
    /// # Errors
    /// [`Error::Object`] when it cannot be read.
    pub(crate) fn numbers_in(&self, stream: ObjectId) -> Result<Vec<u32>, Error> {
        let object_stream = self.object_stream(stream, stream.0)?;
        self.effort.step(object_stream.objects.len() as u64)?;
        Ok(object_stream.objects.iter().map(|(number, _)| *number).collect())
    }

    fn object_stream(&self, id: ObjectId, stream: u32) -> Result<Arc<ObjectStream>, Error> {
        let absent = || Error::Object { id, cause: ObjectError::NotInStream { stream } };
        // An object stream stands in the file itself: this ends recursion.
        let entry = self.locate(stream)?.map(|location| location.entry);
        let Some(Entry::Offset { offset, generation }) = entry else { return Err(absent()) };
        let revision = self.revision_key();
        let known = {
            let streams = self.object_streams.lock().unwrap_or_else(PoisonError::into_inner);
            let everywhere = streams.streams.get(&(stream, offset, None));
            let same = |one: &&Arc<ObjectStream>| one.origin.is_some_and(|o| o.is_in(revision));
            let here = || streams.streams.get(&(stream, offset, Some(revision)));
            everywhere.filter(same).or_else(here).cloned()
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let read = Arc::new(self.read_object_stream(id, (stream, generation))?);
        let only = match read.origin {
            Some(origin) => origin.only_revision(),
            None => Some(revision),
        };
        let mut streams = self.object_streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.streams.insert((stream, offset, only), Arc::clone(&read));
        Ok(read)
    }

    fn read_object_stream(&self, id: ObjectId, own: ObjectId) -> Result<ObjectStream, Error> {
        /// Reading a pair of numbers.
        const STEPS: u64 = 16;
        let stream = own.0;
        let absent = || Error::Object { id, cause: ObjectError::NotInStream { stream } };
        let raw = self.raw(own)?;
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
        let (data, origin) = self.stream_once(own)?;
        let first = number(b"First", data.len())?;
        let count = number(b"N", MAX_OBJECT_NUMBER as usize)?;
        let mut lexer = Lexer::new(&data[..first], 0);
        let count = count.min(first / 2);
        // Once as a list, and twice as a table when an index was wrong.
        let memory = 3 * count * size_of::<(u32, usize)>();
        self.effort.step(first as u64 + STEPS * count as u64)?;
        let held = self.effort.hold(memory as u64)?;
        let mut objects = Vec::with_capacity(count);
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
        Ok(ObjectStream { data, objects, by_number: OnceLock::new(), origin, _held: held })
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
