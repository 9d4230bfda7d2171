//! One level of a value, as it stands in the file.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use lopdf::{Object, ObjectId};
use seal::{Effort, Held};

use super::name::decode_name;
use super::parse::{Reading, parse_within};
use super::{Lexer, SyntaxError};
use crate::limits::{MAX_VALUE_LENGTH, MAX_VALUES};

/// A value as it stands in the file: it begins with the first of these bytes. Bytes may follow
/// its end.
#[derive(Clone, Debug)]
pub struct RawValue {
    bytes: Bytes,
    id: Option<ObjectId>,
    /// The account that its reading is charged to; none for what this library wrote itself.
    effort: Option<Effort>,
}

impl RawValue {
    /// The null object.
    pub fn null() -> Self {
        Self { bytes: Bytes::from_static(b"null"), id: None, effort: None }
    }

    /// A value at the start of `bytes`; `id` when it is the whole of that indirect object.
    pub(crate) fn new(bytes: Bytes, id: Option<ObjectId>) -> Self {
        Self { bytes, id, effort: None }
    }

    /// The same, whose reading is charged to `effort`.
    pub(crate) fn charged(self, effort: &Effort) -> Self {
        Self { effort: Some(effort.clone()), ..self }
    }

    /// Other bytes in the place of this value, charged to the same account.
    pub(crate) fn with_bytes(&self, bytes: Bytes) -> Self {
        Self { bytes, id: self.id, effort: self.effort.clone() }
    }

    /// Counts what a token of `length` bytes took, if that is not next to nothing.
    fn charge_token(&self, length: usize) -> Option<()> {
        /// Tokens up to here are counted with the value that they stand in.
        const SHORT: usize = 64;
        if length > SHORT { charge(self.effort.as_ref(), length).ok() } else { Some(()) }
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
        let skipped = lexer.skip_value();
        charge(self.effort.as_ref(), lexer.at())?;
        skipped?;
        Ok(self.bytes.slice(..lexer.at()))
    }

    /// The value, parsed whole.
    ///
    /// # Errors
    /// [`SyntaxError`] when it is malformed or exceeds a limit.
    pub fn parse(&self) -> Result<Object, SyntaxError> {
        parse_within(&self.bytes, Reading::Lenient, self.effort.as_ref())
    }

    /// The value, parsed whole, to be compared.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub(crate) fn parse_exactly(&self) -> Result<Object, SyntaxError> {
        parse_within(&self.bytes, Reading::Exact, self.effort.as_ref())
    }

    /// The value as a reference.
    pub fn as_reference(&self) -> Option<ObjectId> {
        let mut lexer = Lexer::new(&self.bytes, 0);
        let id = lexer.reference();
        self.charge_token(lexer.looked())?;
        id
    }

    /// The value as an integer without sign.
    pub fn as_unsigned(&self) -> Option<u64> {
        let mut lexer = Lexer::new(&self.bytes, 0);
        lexer.take(b"+");
        let value = lexer.unsigned()?;
        let ends = lexer.regular().is_empty();
        self.charge_token(lexer.at())?;
        (ends && self.as_reference().is_none()).then_some(value)
    }

    /// The value as a name, decoded.
    pub fn as_name(&self) -> Option<Vec<u8>> {
        let mut lexer = Lexer::new(&self.bytes, 0);
        if !lexer.take(b"/") {
            return None;
        }
        let name = lexer.regular();
        self.charge_token(2 * name.len())?;
        Some(decode_name(name))
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
        let read = || RawDictionary::read_within(&self.bytes, self.effort.as_ref());
        self.is_dictionary().then(read).transpose()
    }

    /// The value's elements if it is an array.
    pub fn array(&self) -> Option<RawArray> {
        let effort = self.effort.clone();
        self.is_array().then(|| RawArray { bytes: self.bytes.clone(), at: 1, effort })
    }
}

/// A dictionary whose values are not parsed.
#[derive(Clone, Debug)]
pub struct RawDictionary {
    bytes: Bytes,
    entries: Vec<RawEntry>,
    end: usize,
    effort: Option<Effort>,
    /// The memory of entries that are many.
    #[expect(dead_code, reason = "given back with the entries")]
    held: Option<Arc<Held>>,
}

/// Where an entry stands: a value that is scanned has less than 4 GiB.
#[derive(Clone, Copy, Debug)]
struct RawEntry {
    /// The key, with its solidus and escapes.
    key: (u32, u32),
    value: (u32, u32),
}

impl RawEntry {
    fn key(self) -> Range<usize> {
        self.key.0 as usize..self.key.1 as usize
    }

    fn value(self) -> Range<usize> {
        self.value.0 as usize..self.value.1 as usize
    }
}

impl RawDictionary {
    /// Reads the dictionary at the start of `bytes`.
    ///
    /// # Errors
    /// [`SyntaxError`] when it is malformed.
    pub fn read(bytes: &Bytes) -> Result<Self, SyntaxError> {
        Self::read_within(bytes, None)
    }

    /// The same, charged to `effort`.
    pub(crate) fn read_within(bytes: &Bytes, effort: Option<&Effort>) -> Result<Self, SyntaxError> {
        let mut lexer = Lexer::new(&bytes[..bytes.len().min(MAX_VALUE_LENGTH)], 0);
        let entries = entries(&mut lexer);
        charge(effort, lexer.at())?;
        /// Entries whose memory is not worth counting.
        const FEW: usize = 1_024;
        let entries = entries?;
        let memory = (entries.capacity() * size_of::<RawEntry>()) as u64;
        let counted = effort.filter(|_| entries.len() > FEW);
        let held = counted.map(|effort| effort.hold(memory)).transpose()?.map(Arc::new);
        let (bytes, effort) = (bytes.clone(), effort.cloned());
        Ok(Self { bytes, entries, end: lexer.at(), effort, held })
    }

    /// The value of `key`; the last one if the key stands there more than once, as readers do.
    pub fn value(&self, key: &[u8]) -> Option<RawValue> {
        Some(self.raw_value(self.entry(key)?))
    }

    /// How often `key` stands in the dictionary; more than once is malformed.
    pub fn occurrences(&self, key: &[u8]) -> usize {
        if self.charge_look_up().is_none() {
            return 0;
        }
        self.entries.iter().filter(|entry| self.has_key(**entry, key)).count()
    }

    /// Every key, decoded, with its value, in the file's order.
    pub fn entries(&self) -> impl Iterator<Item = (Vec<u8>, RawValue)> {
        self.entries
            .iter()
            .map(|entry| (decode_name(&self.bytes[entry.key()][1..]), self.raw_value(*entry)))
    }

    /// Where the value of `key` stands, in bytes from the dictionary's `<<`.
    pub fn value_range(&self, key: &[u8]) -> Option<Range<usize>> {
        self.entry(key).map(RawEntry::value)
    }

    /// The dictionary as it stands in the file.
    pub(crate) fn text(&self) -> &[u8] {
        &self.bytes[..self.end]
    }

    /// The dictionary's length in bytes, from `<<` to `>>`.
    pub fn length(&self) -> usize {
        self.end
    }

    /// Each entry as it stands in the file (key, any space, value) whose key is not in `without`.
    pub(crate) fn verbatim(&self, without: &[&[u8]]) -> impl Iterator<Item = &[u8]> {
        self.entries
            .iter()
            .filter(move |entry| !without.iter().any(|key| self.has_key(**entry, key)))
            .map(|entry| &self.bytes[entry.key().start..entry.value().end])
    }

    /// The last entry of `key`; none when the document may cost no more.
    fn entry(&self, key: &[u8]) -> Option<RawEntry> {
        self.charge_look_up()?;
        self.entries.iter().rev().copied().find(|entry| self.has_key(*entry, key))
    }

    /// Keys are compared one by one, and each may have to be decoded.
    fn charge_look_up(&self) -> Option<()> {
        charge(self.effort.as_ref(), self.entries.len().max(self.end / 16)).ok()
    }

    fn raw_value(&self, entry: RawEntry) -> RawValue {
        let bytes = self.bytes.slice(entry.value());
        RawValue { bytes, id: None, effort: self.effort.clone() }
    }

    fn has_key(&self, entry: RawEntry, key: &[u8]) -> bool {
        let raw = &self.bytes[entry.key()][1..];
        raw == key || (raw.len() > key.len() && raw.contains(&b'#') && decode_name(raw) == key)
    }
}

/// The entries of the dictionary that begins here.
fn entries(lexer: &mut Lexer<'_>) -> Result<Vec<RawEntry>, SyntaxError> {
    let position = |lexer: &Lexer<'_>| u32::try_from(lexer.at()).unwrap_or(u32::MAX);
    if !lexer.take(b"<<") {
        return lexer.expected("`<<`");
    }
    let mut entries = Vec::new();
    loop {
        lexer.skip_whitespace();
        if lexer.take(b">>") {
            return Ok(entries);
        }
        let key = position(lexer);
        if !lexer.take(b"/") {
            return lexer.expected("a key or `>>`");
        }
        lexer.regular();
        let key = (key, position(lexer));
        lexer.skip_whitespace();
        let value = position(lexer);
        lexer.skip_value()?;
        if entries.len() == MAX_VALUES {
            return Err(SyntaxError::TooManyValues);
        }
        entries.push(RawEntry { key, value: (value, position(lexer)) });
    }
}

/// Counts the scan of `bytes` bytes.
fn charge(effort: Option<&Effort>, bytes: usize) -> Result<(), SyntaxError> {
    match effort {
        None => Ok(()),
        Some(effort) => Ok(effort.step(bytes as u64 + 8)?),
    }
}

/// The elements of an array, found one at a time.
#[derive(Clone, Debug)]
pub struct RawArray {
    bytes: Bytes,
    at: usize,
    effort: Option<Effort>,
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
        let charged = charge(self.effort.as_ref(), lexer.at() - self.at);
        if let Err(error) = skipped.and(charged) {
            // What follows cannot be told apart: the array ends here.
            self.bytes = Bytes::from_static(b"]");
            self.at = 0;
            return Some(Err(error));
        }
        self.at = lexer.at();
        let bytes = self.bytes.slice(start..lexer.at());
        Some(Ok(RawValue { bytes, id: None, effort: self.effort.clone() }))
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
