//! Which algorithm encrypts what.

use std::collections::HashMap;

use super::{EncryptionError, Locked};
use crate::error::Error;
use crate::syntax::{RawDictionary, RawValue};

/// Most crypt filters that are read.
const MAX_FILTERS: usize = 64;

/// An encryption algorithm (ISO 32000-2 table 25).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// Not encrypted.
    Identity,
    /// RC4 with a key of each object's own.
    Rc4,
    /// AES-128 in CBC mode, with a key of each object's own.
    Aes128,
    /// AES-256 in CBC mode, with the file's key.
    Aes256,
}

/// The algorithms of a document.
#[derive(Clone, Debug)]
pub(super) struct Methods {
    pub(super) strings: Method,
    pub(super) streams: Method,
    /// By the names of crypt filters.
    filters: HashMap<Vec<u8>, Method>,
}

impl Methods {
    /// RC4 for everything: before crypt filters.
    pub(super) fn rc4() -> Self {
        Self { strings: Method::Rc4, streams: Method::Rc4, filters: HashMap::new() }
    }

    /// What `/CF`, `/StmF` and `/StrF` say (ISO 32000-1 table 20).
    pub(super) fn read(reader: &dyn Locked, dictionary: &RawDictionary) -> Result<Self, Error> {
        let wrong = |key| Error::Encryption(EncryptionError::Entry(key));
        let mut filters = HashMap::new();
        if let Some(value) = dictionary.value(b"CF") {
            let value = reader.resolve(value)?.dictionary().map_err(|_| wrong("CF"))?;
            for (name, filter) in value.iter().flat_map(RawDictionary::entries).take(MAX_FILTERS) {
                let filter = reader.resolve(filter)?.dictionary().map_err(|_| wrong("CF"))?;
                let method = filter.and_then(|f| f.value(b"CFM")).and_then(|m| m.as_name());
                let method = match method.as_deref() {
                    Some(b"V2") => Method::Rc4,
                    Some(b"AESV2") => Method::Aes128,
                    Some(b"AESV3") => Method::Aes256,
                    other => {
                        let name = String::from_utf8_lossy(other.unwrap_or(b"None"));
                        let name = name.chars().take(32).collect();
                        return Err(Error::Encryption(EncryptionError::Method(name)));
                    }
                };
                filters.insert(name, method);
            }
        }
        let mut methods = Self { strings: Method::Identity, streams: Method::Identity, filters };
        let named = |key: &'static str| match dictionary.value(key.as_bytes()) {
            None => Ok(Method::Identity),
            Some(value) => methods.named(&value).ok_or(wrong(key)),
        };
        (methods.strings, methods.streams) = (named("StrF")?, named("StmF")?);
        Ok(methods)
    }

    /// The algorithm of one stream: its own crypt filter's, or the document's.
    pub(super) fn of_stream(&self, dictionary: &RawDictionary) -> Method {
        let first = |value: RawValue| match value.array() {
            Some(mut array) => array.next().and_then(Result::ok),
            None => Some(value),
        };
        let filter = dictionary.value(b"Filter").and_then(first).and_then(|name| name.as_name());
        if filter.as_deref() != Some(b"Crypt") {
            return self.streams;
        }
        let parameters = dictionary.value(b"DecodeParms").and_then(first);
        let parameters = parameters.and_then(|parameters| parameters.dictionary().ok()?);
        let name = parameters.and_then(|parameters| parameters.value(b"Name"));
        name.and_then(|name| self.named(&name)).unwrap_or(Method::Identity)
    }

    fn named(&self, name: &RawValue) -> Option<Method> {
        match name.as_name()?.as_slice() {
            b"Identity" => Some(Method::Identity),
            name => self.filters.get(name).copied(),
        }
    }
}
