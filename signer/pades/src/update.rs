//! An incremental update (ISO 32000-1 clause 7.5.6): objects that are added or overridden, and
//! the cross-reference section that says so.
//!
//! Nothing is freed, nothing untouched is written again, and what is kept of an overridden object
//! is copied byte for byte.

mod section;

use std::collections::BTreeMap;

use bytes::Bytes;
use lopdf::ObjectId;

use crate::error::{Error, ObjectError, StructureError};
use crate::limits::MAX_OBJECT_NUMBER;
use crate::place::{Objects, Place};
use crate::reader::Reader;
use crate::syntax::{Lexer, RawValue};

pub(crate) use section::Identifier;

/// Changes to a document that are still to be written.
#[derive(Debug)]
pub(crate) struct Update<'a> {
    reader: &'a Reader,
    /// By object number: generation and value.
    objects: BTreeMap<u32, (u16, Bytes)>,
    next: u32,
}

/// A written update.
#[derive(Debug)]
pub(crate) struct Tail {
    /// The bytes to append.
    pub(crate) bytes: Vec<u8>,
    /// Where each object's value begins in `bytes`.
    values: BTreeMap<u32, usize>,
}

impl<'a> Update<'a> {
    pub(crate) fn new(reader: &'a Reader) -> Self {
        Self { reader, objects: BTreeMap::new(), next: reader.max_object_number() + 1 }
    }

    /// A number for a new object.
    pub(crate) fn allocate(&mut self) -> Result<ObjectId, Error> {
        if self.next > MAX_OBJECT_NUMBER {
            return Err(Error::Structure(StructureError::NoObjectNumber));
        }
        self.next += 1;
        Ok((self.next - 1, 0))
    }

    /// Writes a new object.
    pub(crate) fn add(&mut self, id: ObjectId, value: Vec<u8>) {
        self.objects.insert(id.0, (id.1, value.into()));
    }

    /// Sets entries of the dictionary at `place`, and keeps the others byte for byte. Places in
    /// the same object are stale afterwards.
    pub(crate) fn set(&mut self, place: &Place, entries: &[(&str, &[u8])]) -> Result<(), Error> {
        let dictionary = place.expect_dictionary()?;
        let keys: Vec<&[u8]> = entries.iter().map(|(key, _)| key.as_bytes()).collect();
        let mut value = b"<<".to_vec();
        for kept in dictionary.verbatim(&keys) {
            value.push(b'\n');
            value.extend_from_slice(kept);
        }
        for (key, entry) in entries {
            value.extend_from_slice(b"\n/");
            value.extend_from_slice(key.as_bytes());
            value.push(b' ');
            value.extend_from_slice(entry);
        }
        value.extend_from_slice(b"\n>>");
        self.replace(place, dictionary.length(), value)
    }

    /// Appends an element to the array at `place`, unless it was just appended: one array may serve
    /// as the form's fields and as the page's annotations. Places in the same object are stale
    /// afterwards.
    pub(crate) fn push(&mut self, place: &Place, element: &[u8]) -> Result<(), Error> {
        let damaged = |cause| Error::Object { id: place.holder, cause };
        if !place.value.is_array() {
            return Err(damaged(ObjectError::Kind("array")));
        }
        let array = place.value.extent().map_err(|cause| damaged(cause.into()))?;
        let mut value = array[..array.len() - 1].to_vec();
        let element = [b" ", element].concat();
        if value.ends_with(&element) {
            return Ok(());
        }
        value.extend_from_slice(&element);
        value.push(b']');
        self.replace(place, array.len(), value)
    }

    /// Puts `value` in the place of the `length` bytes there.
    fn replace(&mut self, place: &Place, length: usize, value: Vec<u8>) -> Result<(), Error> {
        let damaged = |cause| Error::Object { id: place.holder, cause };
        let holder = self.object_value(place.holder)?;
        let whole = holder.extent().map_err(|cause| damaged(cause.into()))?;
        let mut after = Lexer::new(holder.bytes(), whole.len());
        after.skip_whitespace();
        if after.rest().starts_with(b"stream") {
            return Err(damaged(ObjectError::Kind("dictionary, but a stream")));
        }
        let value = if place.offset == 0 && length == whole.len() {
            value
        } else {
            [&whole[..place.offset], &value, &whole[place.offset + length..]].concat()
        };
        self.objects.insert(place.holder.0, (place.holder.1, value.into()));
        Ok(())
    }

    /// Writes the objects and a cross-reference section of the same kind as the newest one.
    pub(crate) fn write(mut self, identifier: &Identifier) -> Result<Tail, Error> {
        let base = self.reader.source().length();
        let size: usize = self.objects.values().map(|(_, value)| value.len() + 32).sum();
        let mut tail = Tail { bytes: Vec::with_capacity(size + 1024), values: BTreeMap::new() };
        let (_, last) = self.reader.source().last_piece();
        if !matches!(last.last(), Some(b'\n' | b'\r')) {
            tail.bytes.push(b'\n');
        }
        let mut rows = Vec::with_capacity(self.objects.len() + 1);
        for (&number, (generation, value)) in &self.objects {
            rows.push(section::Row {
                number,
                generation: *generation,
                offset: base + tail.bytes.len(),
            });
            tail.bytes.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
            tail.values.insert(number, tail.bytes.len());
            tail.bytes.extend_from_slice(value);
            tail.bytes.extend_from_slice(b"\nendobj\n");
        }
        section::write(&mut self, &mut tail.bytes, rows, identifier)?;
        Ok(tail)
    }
}

impl Tail {
    /// Where the value of an object of the update begins in its bytes.
    pub(crate) fn value_start(&self, id: ObjectId) -> Option<usize> {
        self.values.get(&id.0).copied()
    }
}

impl Objects for Update<'_> {
    fn object_value(&self, id: ObjectId) -> Result<RawValue, Error> {
        match self.objects.get(&id.0) {
            Some((generation, value)) if *generation == id.1 => {
                Ok(RawValue::new(value.clone(), Some(id)))
            }
            _ => self.reader.raw(id),
        }
    }

    fn resolved(&self, value: RawValue) -> Result<RawValue, Error> {
        let resolved = self.reader.resolve(value)?;
        match resolved.id() {
            Some(id) => self.object_value(id),
            None => Ok(resolved),
        }
    }
}
