//! One level of a value, as it stands in the file.

use std::ops::Range;

use bytes::Bytes;
use lopdf::{Object, ObjectId};

use super::parse::decode_name;
use super::{Lexer, SyntaxError, parse};
use crate::limits::MAX_VALUE_LENGTH;

/// A value as it stands in the file: it begins with the first of these bytes. Bytes may follow
/// its end.
#[derive(Clone, Debug)]
pub struct RawValue {
    bytes: Bytes,
    id: Option<ObjectId>,
}

impl RawValue {
    /// The null object.
    pub fn null() -> Self {
        Self { bytes: Bytes::from_static(b"null"), id: None }
    }

    /// A value at the start of `bytes`; `id` when it is the whole of that indirect object.
    pub(crate) fn new(bytes: Bytes, id: Option<ObjectId>) -> Self {
        Self { bytes, id }
    }

    /// The indirect object this value is the whole of; `None` for a direct value.
    pub fn id(&self) -> Option<ObjectId> {
        self.id
    }

    /// The bytes from the value's first on, possibly beyond its end.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Exactly the value's own bytes.
    ///
    /// # Errors
    /// [`SyntaxError`] when the value has no end.
    pub fn extent(&self) -> Result<Bytes, SyntaxError> {
        let scanned = &self.bytes[..self.bytes.len().min(MAX_VALUE_LENGTH)];
        let mut lexer = Lexer::new(scanned, 0);
        lexer.skip_value()?;
        Ok(self.bytes.slice(..lexer.at()))
    }

    /// The value, parsed whole.
    ///
    /// # Errors
    /// [`SyntaxError`] when it is malformed or exceeds a limit.
    pub fn parse(&self) -> Result<Object, SyntaxError> {
        parse(&self.bytes)
    }

    /// The value as a reference.
    pub fn as_reference(&self) -> Option<ObjectId> {
        Lexer::new(&self.bytes, 0).reference()
    }

    /// The value as an integer without sign.
    pub fn as_unsigned(&self) -> Option<u64> {
        let mut lexer = Lexer::new(&self.bytes, 0);
        lexer.take(b"+");
        let value = lexer.unsigned()?;
        lexer.regular().is_empty().then_some(value).filter(|_| self.as_reference().is_none())
    }

    /// The value as a name, decoded.
    pub fn as_name(&self) -> Option<Vec<u8>> {
        let mut lexer = Lexer::new(&self.bytes, 0);
        lexer.take(b"/").then(|| decode_name(lexer.regular()))
    }

    /// The value as a string, decoded but not decrypted.
    pub fn as_string(&self) -> Option<Vec<u8>> {
        match self.bytes.first() {
            Some(b'(' | b'<') if !self.is_dictionary() => match self.parse() {
                Ok(Object::String(bytes, _)) => Some(bytes),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the value is a dictionary or a stream.
    pub fn is_dictionary(&self) -> bool {
        self.bytes.starts_with(b"<<")
    }

    /// Whether the value is an array.
    pub fn is_array(&self) -> bool {
        self.bytes.first() == Some(&b'[')
    }

    /// The value as a dictionary (a stream's dictionary included); `None` for another kind.
    ///
    /// # Errors
    /// [`SyntaxError`] when it is malformed.
    pub fn dictionary(&self) -> Result<Option<RawDictionary>, SyntaxError> {
        self.is_dictionary().then(|| RawDictionary::read(&self.bytes)).transpose()
    }

    /// The value's elements if it is an array.
    pub fn array(&self) -> Option<RawArray> {
        self.is_array().then(|| RawArray { bytes: self.bytes.clone(), at: 1 })
    }
}

/// A dictionary whose values are not parsed.
#[derive(Clone, Debug)]
pub struct RawDictionary {
    bytes: Bytes,
    entries: Vec<RawEntry>,
    end: usize,
}

#[derive(Clone, Debug)]
struct RawEntry {
    /// The key, with its solidus and escapes.
    key: Range<usize>,
    value: Range<usize>,
}

impl RawDictionary {
    /// Reads the dictionary at the start of `bytes`.
    ///
    /// # Errors
    /// [`SyntaxError`] when it is malformed.
    pub fn read(bytes: &Bytes) -> Result<Self, SyntaxError> {
        let mut lexer = Lexer::new(&bytes[..bytes.len().min(MAX_VALUE_LENGTH)], 0);
        if !lexer.take(b"<<") {
            return lexer.expected("`<<`");
        }
        let mut entries = Vec::new();
        loop {
            lexer.skip_whitespace();
            if lexer.take(b">>") {
                return Ok(Self { bytes: bytes.clone(), entries, end: lexer.at() });
            }
            let key = lexer.at();
            if !lexer.take(b"/") {
                return lexer.expected("a key or `>>`");
            }
            lexer.regular();
            let key = key..lexer.at();
            lexer.skip_whitespace();
            let value = lexer.at();
            lexer.skip_value()?;
            entries.push(RawEntry { key, value: value..lexer.at() });
        }
    }

    /// The value of `key`; the last one if the key stands there more than once, as readers do.
    pub fn value(&self, key: &[u8]) -> Option<RawValue> {
        let entry = self.entries.iter().rev().find(|entry| self.has_key(entry, key))?;
        Some(RawValue::new(self.bytes.slice(entry.value.clone()), None))
    }

    /// How often `key` stands in the dictionary; more than once is malformed.
    pub fn occurrences(&self, key: &[u8]) -> usize {
        self.entries.iter().filter(|entry| self.has_key(entry, key)).count()
    }

    /// Every key, decoded, with its value, in the file's order.
    pub fn entries(&self) -> impl Iterator<Item = (Vec<u8>, RawValue)> {
        self.entries.iter().map(|entry| {
            let key = decode_name(&self.bytes[entry.key.start + 1..entry.key.end]);
            (key, RawValue::new(self.bytes.slice(entry.value.clone()), None))
        })
    }

    /// Where the value of `key` stands, in bytes from the dictionary's `<<`.
    pub fn value_range(&self, key: &[u8]) -> Option<Range<usize>> {
        self.entries.iter().rev().find(|entry| self.has_key(entry, key)).map(|e| e.value.clone())
    }

    /// The dictionary's length in bytes, from `<<` to `>>`.
    pub fn length(&self) -> usize {
        self.end
    }

    /// Each entry as it stands in the file (key, any space, value) whose key is not in `without`.
    pub(crate) fn verbatim(&self, without: &[&[u8]]) -> impl Iterator<Item = &[u8]> {
        self.entries
            .iter()
            .filter(move |entry| !without.iter().any(|key| self.has_key(entry, key)))
            .map(|entry| &self.bytes[entry.key.start..entry.value.end])
    }

    fn has_key(&self, entry: &RawEntry, key: &[u8]) -> bool {
        let raw = &self.bytes[entry.key.start + 1..entry.key.end];
        raw == key || (raw.contains(&b'#') && decode_name(raw) == key)
    }
}

/// The elements of an array, found one at a time.
#[derive(Clone, Debug)]
pub struct RawArray {
    bytes: Bytes,
    at: usize,
}

impl RawArray {
    /// Where the next element, or the closing bracket, stands, in bytes from the array's `[`.
    pub(crate) fn at(&self) -> usize {
        self.at
    }
}

impl Iterator for RawArray {
    type Item = Result<RawValue, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        let scanned = &self.bytes[..self.bytes.len().min(MAX_VALUE_LENGTH)];
        let mut lexer = Lexer::new(scanned, self.at);
        lexer.skip_whitespace();
        if lexer.peek() == Some(b']') {
            self.at = lexer.at();
            return None;
        }
        let start = lexer.at();
        let skipped = lexer.skip_value();
        if let Err(error) = skipped {
            // What follows cannot be told apart: the array ends here.
            self.bytes = Bytes::from_static(b"]");
            self.at = 0;
            return Some(Err(error));
        }
        self.at = lexer.at();
        Some(Ok(RawValue::new(self.bytes.slice(start..lexer.at()), None)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &'static str) -> RawValue {
        RawValue::new(Bytes::from_static(text.as_bytes()), None)
    }

    #[test]
    fn a_dictionary_gives_its_values_unparsed() {
        let dictionary =
            raw("<</A 1/B[ 2 0 R (x)]/#43 3 0 R /A 4>> endobj").dictionary().unwrap().unwrap();
        assert_eq!(dictionary.value(b"A").unwrap().as_unsigned(), Some(4));
        assert_eq!(dictionary.occurrences(b"A"), 2);
        assert_eq!(&dictionary.value(b"B").unwrap().bytes()[..], b"[ 2 0 R (x)]");
        assert_eq!(dictionary.value(b"C").unwrap().as_reference(), Some((3, 0)));
        let kept: Vec<_> = dictionary.verbatim(&[b"A"]).collect();
        assert_eq!(kept, [&b"/B[ 2 0 R (x)]"[..], b"/#43 3 0 R"]);
    }

    #[test]
    fn an_array_ends_at_its_bracket_or_at_the_first_malformed_element() {
        let elements: Vec<_> = raw("[1 2 0 R<<>>]").array().unwrap().collect();
        assert_eq!(elements.len(), 3);
        let broken: Vec<_> = raw("[1 >> 2]").array().unwrap().collect();
        assert!(matches!(broken[..], [Ok(_), Err(_)]));
    }

    #[test]
    fn kinds_are_told_apart() {
        assert_eq!(raw("12 0 R").as_unsigned(), None);
        assert_eq!(raw("12.5").as_unsigned(), None);
        assert_eq!(raw("<< >>").as_string(), None);
        assert_eq!(raw("<41>").as_string(), Some(b"A".to_vec()));
        assert_eq!(raw("/A#42").as_name(), Some(b"AB".to_vec()));
    }
}
