//! A value together with the indirect object that holds it, so that it can be replaced.

use lopdf::ObjectId;

use crate::error::{Error, ObjectError};
use crate::reader::{AsWritten, Reader};
use crate::syntax::{RawArray, RawDictionary, RawValue};

/// A value inside an indirect object: what an update has to override to change it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The indirect object that holds the value.
    pub(crate) holder: ObjectId,
    /// Where the value begins, in bytes from the start of that object's value.
    pub(crate) offset: usize,
    /// The value.
    pub(crate) value: RawValue,
}

/// Whatever objects can be read from: a document, or a document with pending changes.
pub(crate) trait Objects {
    /// The object's value; null when it does not exist.
    fn object_value(&self, id: ObjectId) -> Result<RawValue, Error>;

    /// Follows references; see [`Reader::resolve`].
    fn resolved(&self, value: RawValue) -> Result<RawValue, Error>;
}

impl Objects for Reader {
    fn object_value(&self, id: ObjectId) -> Result<RawValue, Error> {
        self.raw(id)
    }

    fn resolved(&self, value: RawValue) -> Result<RawValue, Error> {
        self.resolve(value)
    }
}

impl Objects for AsWritten<'_> {
    fn object_value(&self, id: ObjectId) -> Result<RawValue, Error> {
        self.0.raw_as_written(id)
    }

    fn resolved(&self, value: RawValue) -> Result<RawValue, Error> {
        self.0.resolve_as_written(value)
    }
}

impl Place {
    /// The whole of an indirect object.
    pub(crate) fn of(objects: &impl Objects, id: ObjectId) -> Result<Self, Error> {
        let value = objects.object_value(id)?;
        Ok(Self { holder: id, offset: 0, value })
    }

    /// The value as a dictionary; `None` for another kind.
    pub(crate) fn dictionary(&self) -> Result<Option<RawDictionary>, Error> {
        self.value
            .dictionary()
            .map_err(|cause| Error::Object { id: self.holder, cause: cause.into() })
    }

    /// The place of the value of `key`; `None` when there is none, or it is null.
    pub(crate) fn entry(&self, objects: &impl Objects, key: &[u8]) -> Result<Option<Self>, Error> {
        match self.dictionary()? {
            Some(dictionary) => self.entry_of(&dictionary, objects, key),
            None => Ok(None),
        }
    }

    /// The same, given the dictionary that stands here, so that a large one is scanned once.
    pub(crate) fn entry_of(
        &self,
        dictionary: &RawDictionary,
        objects: &impl Objects,
        key: &[u8],
    ) -> Result<Option<Self>, Error> {
        let Some(range) = dictionary.value_range(key) else { return Ok(None) };
        let Some(value) = dictionary.value(key) else { return Ok(None) };
        self.within(objects, value, range.start)
    }

    /// The elements of an array, with their places; `None` for an element that is null.
    pub(crate) fn elements<'a, O: Objects>(
        &'a self,
        objects: &'a O,
    ) -> impl Iterator<Item = Result<Option<Self>, Error>> + use<'a, O> {
        let mut array: Option<RawArray> = self.value.array();
        std::iter::from_fn(move || {
            let elements = array.as_mut()?;
            let element = elements.next()?;
            Some((element, elements.at()))
        })
        .map(move |(element, end)| match element {
            Ok(value) => {
                let start = end - value.bytes().len();
                self.within(objects, value, start)
            }
            Err(cause) => Err(Error::Object { id: self.holder, cause: cause.into() }),
        })
    }

    /// The place of a value that stands `start` bytes into this one; following references.
    pub(crate) fn within(
        &self,
        objects: &impl Objects,
        value: RawValue,
        start: usize,
    ) -> Result<Option<Self>, Error> {
        let value = objects.resolved(value)?;
        if value.bytes().starts_with(b"null") {
            return Ok(None);
        }
        Ok(Some(match value.id() {
            Some(holder) => Self { holder, offset: 0, value },
            None => Self { holder: self.holder, offset: self.offset + start, value },
        }))
    }

    /// The same value as it stands in the file, if it is the whole of its object.
    pub(crate) fn as_written(&self, reader: &Reader) -> Result<Self, Error> {
        if self.is_whole() { Self::of(&AsWritten(reader), self.holder) } else { Ok(self.clone()) }
    }

    /// A value as it stands in the file, with its strings decrypted.
    pub(crate) fn decrypted(&self, reader: &Reader) -> Result<Self, Error> {
        let value = reader.decrypted(self.holder, self.value.clone())?;
        Ok(Self { value, ..self.clone() })
    }

    /// Whether the value is the whole of its object, and not part of one.
    pub(crate) fn is_whole(&self) -> bool {
        self.offset == 0
    }

    /// This place, if it is a dictionary.
    pub(crate) fn expect_dictionary(&self) -> Result<RawDictionary, Error> {
        let cause = ObjectError::Kind("dictionary");
        self.dictionary()?.ok_or(Error::Object { id: self.holder, cause })
    }
}
