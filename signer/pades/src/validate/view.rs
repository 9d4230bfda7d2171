//! A revision, as the comparison sees it: objects by their number.

use lopdf::{Dictionary, Object, ObjectId};

use crate::error::Error;
use crate::limits::MAX_REFERENCE_HOPS;
use crate::limits::MAX_SHOWN;
use crate::reader::Reader;
use crate::syntax::{RawValue, token};
use crate::text::decode_text;
use crate::xref::Entry;

/// One revision of a document. Its values are parsed exactly: they are compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) reader: &'a Reader,
}

impl View<'_> {
    /// The identifier with the generation that the cross-reference sections give.
    fn id(self, number: u32) -> Result<ObjectId, Error> {
        let entry = self.reader.locate(number)?.map(|location| location.entry);
        Ok(match entry {
            Some(Entry::Offset { generation, .. }) => (number, generation),
            _ => (number, 0),
        })
    }

    /// An object; a stream as its dictionary. Whatever the generation of the reference was: some
    /// readers do not look at it.
    pub(super) fn value(self, number: u32) -> Result<Object, Error> {
        let raw = self.raw(number)?;
        let id = raw.id().unwrap_or((number, 0));
        raw.parse_exactly().map_err(|cause| Error::Object { id, cause: cause.into() })
    }

    /// An object as it stands in the file.
    pub(super) fn raw(self, number: u32) -> Result<RawValue, Error> {
        self.reader.raw(self.id(number)?)
    }

    /// An object; a stream with its data.
    pub(super) fn object(self, number: u32) -> Result<Object, Error> {
        self.reader.object_exactly(self.id(number)?)
    }

    /// Follows references; null when they lead nowhere.
    pub(super) fn resolve(self, value: &Object) -> Object {
        let mut value = value.clone();
        for _ in 0..MAX_REFERENCE_HOPS {
            let Object::Reference((number, _)) = value else { return value };
            value = self.value(number).unwrap_or(Object::Null);
        }
        Object::Null
    }

    /// The value of `key`, with references followed; null when it is not there.
    pub(super) fn entry(self, dictionary: &Dictionary, key: &[u8]) -> Object {
        dictionary.get(key).map_or(Object::Null, |value| self.resolve(value))
    }

    /// The catalog, if it can be read.
    pub(super) fn catalog(self) -> Option<Dictionary> {
        self.dictionary(&self.reader.trailer_value(b"Root")?.parse_exactly().ok()?)
    }

    /// The form (ISO 32000-2 clause 12.7.3), if there is one.
    pub(super) fn form(self) -> Option<Dictionary> {
        self.dictionary(self.catalog()?.get(b"AcroForm").ok()?)
    }

    /// The dictionary that `value` is or leads to.
    pub(super) fn dictionary(self, value: &Object) -> Option<Dictionary> {
        match self.resolve(value) {
            Object::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        }
    }

    /// The elements of the array that `value` is or leads to; none when it is none.
    pub(super) fn elements(self, value: &Object) -> Vec<Object> {
        match self.resolve(value) {
            Object::Array(elements) => elements,
            _ => Vec::new(),
        }
    }
}

/// The name that `value` is.
pub(super) fn name(value: &Object) -> Option<&[u8]> {
    match value {
        Object::Name(name) => Some(name),
        _ => None,
    }
}

/// The integer that `value` is; 0 for anything else.
pub(super) fn integer(value: &Object) -> i64 {
    match value {
        Object::Integer(integer) => *integer,
        _ => 0,
    }
}

/// A value for people: text as text, the rest as it is written.
pub(super) fn show(value: &Object) -> String {
    let shown = match value {
        Object::Null => String::new(),
        Object::String(bytes, _) => decode_text(bytes),
        Object::Name(name) => String::from_utf8_lossy(name).into_owned(),
        Object::Boolean(value) => value.to_string(),
        Object::Integer(value) => value.to_string(),
        Object::Real(value) => value.to_string(),
        Object::Array(elements) => {
            elements.iter().take(MAX_SHOWN).map(show).collect::<Vec<_>>().join(", ")
        }
        Object::Dictionary(_) => "a dictionary".to_owned(),
        Object::Stream(_) => match token::text(value) {
            Some(text) => String::from_utf8_lossy(text).into_owned(),
            None => "a stream".to_owned(),
        },
        Object::Reference((number, generation)) => format!("{number} {generation} R"),
    };
    shown.chars().take(MAX_SHOWN).collect()
}
