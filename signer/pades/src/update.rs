//! An incremental update (ISO 32000-1 clause 7.5.6): objects that are added or overridden, and
//! the cross-reference section that says so.
//!
//! Nothing is freed, nothing untouched is written again, and what is kept of an overridden object
//! is copied byte for byte.

mod section;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::ObjectId;

use crate::document::Document;
use crate::encryption::{Encryption, EncryptionError};
use crate::error::{Error, ObjectError, StructureError};
use crate::limits::MAX_OBJECT_NUMBER;
use crate::place::{Objects, Place};
use crate::reader::Reader;
use crate::syntax::{Lexer, RawValue, duplicate_keys};
use crate::unseen::Survey;

pub(crate) use section::Identifier;

/// Where new objects are written: an update, or a document that is made.
pub(crate) trait NewObjects {
    /// A number that nothing names yet.
    ///
    /// # Errors
    /// [`StructureError::NoObjectNumber`].
    fn allocate(&mut self) -> Result<ObjectId, Error>;

    /// Writes an object that is no stream.
    fn add(&mut self, id: ObjectId, value: Vec<u8>);

    /// Writes a stream, compressed where that pays. `entries` are those of its dictionary but for length
    /// and filter, each with a space before it.
    fn add_stream(&mut self, id: ObjectId, entries: &str, data: &Bytes);
}

/// Changes to a document that are still to be written.
#[derive(Debug)]
pub(crate) struct Update<'a> {
    reader: &'a Reader,
    survey: &'a Survey,
    /// By object number: generation and value.
    objects: BTreeMap<u32, (u16, Value)>,
    next: u32,
    /// Whether the document has signatures, which the update must not break.
    is_signed: bool,
}

/// What an object of an update is.
#[derive(Debug)]
enum Value {
    /// Any value but a stream.
    Plain(Bytes),
    /// The same, with its strings encrypted already if the document is.
    Encrypted(Bytes),
    /// A stream: its entries but `/Length`, and its data.
    Stream { entries: Cow<'static, str>, data: Bytes },
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
    /// An update without changes.
    ///
    /// # Errors
    /// [`EncryptionError::IntegrityCode`] when no update may be appended.
    pub(crate) fn new(document: &'a Document) -> Result<Self, Error> {
        let (reader, survey) = (document.reader(), document.survey());
        if reader.has_integrity_code() {
            return Err(Error::Encryption(EncryptionError::IntegrityCode));
        }
        let next = survey.free_number(reader.max_object_number() + 1);
        let content = document.content();
        let is_signed = content
            .is_ok_and(|content| content.form.signature_fields.iter().any(|f| f.is_signed()));
        Ok(Self { reader, survey, objects: BTreeMap::new(), next, is_signed })
    }

    /// A number for a new object, which nothing in the document names.
    pub(crate) fn allocate(&mut self) -> Result<ObjectId, Error> {
        if self.next > MAX_OBJECT_NUMBER {
            return Err(Error::Structure(StructureError::NoObjectNumber));
        }
        let number = self.next;
        self.next = self.survey.free_number(number + 1);
        Ok((number, 0))
    }

    /// Writes a new object.
    pub(crate) fn add(&mut self, id: ObjectId, value: Vec<u8>) {
        self.objects.insert(id.0, (id.1, Value::Plain(value.into())));
    }

    /// Writes a new object whose strings are encrypted already if the document is.
    pub(crate) fn add_encrypted(&mut self, id: ObjectId, value: Vec<u8>) {
        self.objects.insert(id.0, (id.1, Value::Encrypted(value.into())));
    }

    /// Writes a new form XObject that shows nothing.
    pub(crate) fn add_form(&mut self, id: ObjectId) {
        let entries = " /Type /XObject /Subtype /Form /BBox [0 0 0 0] /Resources << >>";
        let value = Value::Stream { entries: entries.into(), data: Bytes::new() };
        self.objects.insert(id.0, (id.1, value));
    }

    /// Writes a new stream, compressed where that pays. `entries` are those of its dictionary but
    /// for length and filter, each with a space before it.
    pub(crate) fn add_stream(&mut self, id: ObjectId, entries: &str, data: &Bytes) {
        match compress(data) {
            Some(data) => {
                let entries = format!("{entries} /Filter /FlateDecode");
                self.add_encoded(id, entries, data.into());
            }
            None => self.add_encoded(id, entries.to_owned(), data.clone()),
        }
    }

    /// Writes a new stream as it is.
    pub(crate) fn add_encoded(&mut self, id: ObjectId, entries: String, data: Bytes) {
        self.objects.insert(id.0, (id.1, Value::Stream { entries: entries.into(), data }));
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

    /// Appends an element to the array that the dictionary at `place` has under `key`; without one
    /// it gets one. An array that is an object of its own is left as it is, and the dictionary gets a
    /// copy: other dictionaries may refer to it, such as those of other pages, and would show what
    /// was meant for one. Places in the same object are stale afterwards.
    pub(crate) fn append(
        &mut self,
        place: &Place,
        key: &'static str,
        element: &[u8],
    ) -> Result<(), Error> {
        let array = place.entry(self, key.as_bytes())?.filter(|array| array.value.is_array());
        let Some(array) = array else {
            return self.set(place, &[(key, &[b"[", element, b"]"].concat())]);
        };
        let damaged = |cause| Error::Object { id: array.holder, cause };
        let value = array.value.extent().map_err(|cause| damaged(cause.into()))?;
        let longer = [&value[..value.len() - 1], b" ", element, b"]"].concat();
        if array.is_whole() {
            self.set(place, &[(key, &longer)])
        } else {
            self.replace(&array, value.len(), longer)
        }
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
        // Readers differ in which of two entries they take: written anew with one of them, to some it changes.
        if self.is_signed && duplicate_keys(&holder) {
            return Err(damaged(ObjectError::KeyTwice));
        }
        let range = place.offset..place.offset + length;
        // A place that was found before its object was changed would overwrite something else.
        if whole.get(range.clone()) != place.value.bytes().get(..length) {
            return Err(Error::Inconsistent);
        }
        let value = if range == (0..whole.len()) {
            value
        } else {
            [&whole[..range.start], &value, &whole[range.end..]].concat()
        };
        self.objects.insert(place.holder.0, (place.holder.1, Value::Plain(value.into())));
        Ok(())
    }

    /// An identifier for this writing, from what it writes.
    pub(crate) fn identifier(&self) -> Identifier {
        let mut hash = ring::digest::Context::new(&ring::digest::SHA256);
        hash.update(&self.reader.source().length().to_le_bytes());
        for value in self.objects.values() {
            hash.update(match &value.1 {
                Value::Plain(bytes) | Value::Encrypted(bytes) => bytes,
                Value::Stream { data, .. } => data,
            });
        }
        Identifier::of(hash.finish().as_ref())
    }

    /// Writes the objects and a cross-reference section of the same kind as the newest one.
    pub(crate) fn write(mut self, identifier: &Identifier) -> Result<Tail, Error> {
        let base = self.reader.source().length() - self.reader.origin();
        let size: usize = self.objects.values().map(|(_, value)| value.length()).sum();
        let mut tail = Tail { bytes: Vec::with_capacity(size + 1024), values: BTreeMap::new() };
        if !matches!(self.reader.source().last_piece().last(), Some(b'\n' | b'\r')) {
            tail.bytes.push(b'\n');
        }
        let mut rows = Vec::with_capacity(self.objects.len() + 1);
        for (&number, (generation, value)) in &self.objects {
            let offset = base + tail.bytes.len();
            rows.push(section::Row { number, generation: *generation, offset });
            tail.bytes.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
            tail.values.insert(number, tail.bytes.len());
            match self.reader.encryption() {
                Some(encryption) => {
                    let id = (number, *generation);
                    value.encrypt(encryption, id, offset)?.write(&mut tail.bytes);
                }
                None => value.write(&mut tail.bytes),
            }
            tail.bytes.extend_from_slice(b"\nendobj\n");
        }
        section::write(&mut self, &mut tail.bytes, rows, identifier)?;
        Ok(tail)
    }
}

impl Value {
    /// Its length in the file, or a little more.
    fn length(&self) -> usize {
        match self {
            Self::Plain(bytes) | Self::Encrypted(bytes) => bytes.len() + 32,
            Self::Stream { data, .. } => data.len() + 96,
        }
    }

    fn encrypt(&self, encryption: &Encryption, id: ObjectId, offset: usize) -> Result<Self, Error> {
        Ok(match self {
            Self::Plain(bytes) => match encryption.encrypt(id, offset, bytes)? {
                Some(encrypted) => Self::Encrypted(encrypted.into()),
                None => Self::Encrypted(bytes.clone()),
            },
            Self::Encrypted(bytes) => Self::Encrypted(bytes.clone()),
            Self::Stream { entries, data } => {
                let data = encryption.encrypt_stream(id, offset, data);
                // Strings among the entries, as those of a palette. A dictionary is what they stand in.
                let whole = format!("<<{entries}");
                let entries = match encryption.encrypt(id, offset, whole.as_bytes())? {
                    None => entries.clone(),
                    Some(encrypted) => {
                        let text = std::str::from_utf8(&encrypted).ok();
                        let text = text.and_then(|text| text.strip_prefix("<<"));
                        let malformed = || ObjectError::Kind("dictionary");
                        let text = text.ok_or_else(|| Error::Object { id, cause: malformed() })?;
                        Cow::Owned(text.to_owned())
                    }
                };
                Self::Stream { entries, data }
            }
        })
    }

    fn write(&self, tail: &mut Vec<u8>) {
        match self {
            Self::Plain(bytes) | Self::Encrypted(bytes) => tail.extend_from_slice(bytes),
            Self::Stream { entries, data } => {
                let head = format!("<< /Length {}{entries} >>\nstream\n", data.len());
                tail.extend_from_slice(head.as_bytes());
                tail.extend_from_slice(data);
                tail.extend_from_slice(b"\nendstream");
            }
        }
    }
}

/// Compresses data that is long enough for it, and that gets shorter by an eighth: keys and
/// signatures, which most of a certificate is, do not get shorter at all.
pub(crate) fn compress(data: &[u8]) -> Option<Vec<u8>> {
    const MIN_LENGTH: usize = 1_024;
    if data.len() < MIN_LENGTH {
        return None;
    }
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(data.len()), Compression::default());
    let compressed = encoder.write_all(data).and_then(|()| encoder.finish()).ok()?;
    (compressed.len() < data.len() - data.len() / 8).then_some(compressed)
}

impl Tail {
    /// Where the value of an object of the update begins in its bytes.
    pub(crate) fn value_start(&self, id: ObjectId) -> Option<usize> {
        self.values.get(&id.0).copied()
    }
}

impl NewObjects for Update<'_> {
    fn allocate(&mut self) -> Result<ObjectId, Error> {
        Update::allocate(self)
    }

    fn add(&mut self, id: ObjectId, value: Vec<u8>) {
        Update::add(self, id, value);
    }

    fn add_stream(&mut self, id: ObjectId, entries: &str, data: &Bytes) {
        Update::add_stream(self, id, entries, data);
    }
}

impl Objects for Update<'_> {
    fn object_value(&self, id: ObjectId) -> Result<RawValue, Error> {
        match self.objects.get(&id.0) {
            Some((generation, Value::Plain(value))) if *generation == id.1 => {
                Ok(RawValue::new(value.clone(), Some(id)))
            }
            _ => self.reader.raw(id),
        }
    }

    fn resolved(&self, value: RawValue) -> Result<RawValue, Error> {
        // An object of this update may be new: the document below does not know it.
        if let Some(id) = value.as_reference()
            && self.objects.contains_key(&id.0)
        {
            return self.object_value(id);
        }
        let resolved = self.reader.resolve(value)?;
        match resolved.id() {
            Some(id) => self.object_value(id),
            None => Ok(resolved),
        }
    }
}
