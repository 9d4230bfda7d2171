//! As much of CBOR (RFC 8949) as authenticators send: CTAP2's canonical form (CTAP 2.1 section 8),
//! of definite lengths and little depth.

use crate::{Part, WebauthnError};

/// How deep items stand in each other.
const MAXIMUM_DEPTH: u8 = 4;

/// How many entries a map has: to find one that is there twice, each is held against those before it.
const MAXIMUM_ENTRIES: usize = 64;

/// An item, as far as it is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item<'a> {
    /// A whole number from -2^63 on.
    Number(i64),
    /// A string of bytes.
    Bytes(&'a [u8]),
    /// A text.
    Text(&'a str),
    /// A map in the order of its entries; a key stands in it once.
    Map(Vec<(Self, Self)>),
    /// Something that nobody asks for: an array, or true, false and null.
    Other,
}

impl<'a> Item<'a> {
    /// Reads one item, and what follows it.
    ///
    /// # Errors
    /// [`WebauthnError::Malformed`].
    pub(crate) fn read(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), WebauthnError> {
        let mut reader = Reader(bytes);
        let item = reader.item(0).ok_or(WebauthnError::Malformed(Part::Cbor))?;
        Ok((item, reader.0))
    }

    /// The value under a key that is a number.
    pub(crate) fn numbered(&self, key: i64) -> Option<&Self> {
        self.entry(&Item::Number(key))
    }

    /// The value under a key that is a text.
    pub(crate) fn named(&self, key: &str) -> Option<&Self> {
        self.entry(&Item::Text(key))
    }

    fn entry(&self, key: &Item<'_>) -> Option<&Self> {
        match self {
            Self::Map(entries) => {
                entries.iter().find(|(one, _)| one == key).map(|(_, value)| value)
            }
            Self::Number(_) | Self::Bytes(_) | Self::Text(_) | Self::Other => None,
        }
    }

    /// The bytes, if it is a string of them.
    pub(crate) fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Number(_) | Self::Text(_) | Self::Map(_) | Self::Other => None,
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn item(&mut self, depth: u8) -> Option<Item<'a>> {
        if depth > MAXIMUM_DEPTH {
            return None;
        }
        let [first, rest @ ..] = self.0 else { return None };
        self.0 = rest;
        let (major, additional) = (first >> 5, first & 0x1f);
        let number = self.number(additional)?;
        match major {
            0 => Some(Item::Number(i64::try_from(number).ok()?)),
            1 => Some(Item::Number(-1 - i64::try_from(number).ok()?)),
            2 => Some(Item::Bytes(self.take(number)?)),
            3 => Some(Item::Text(std::str::from_utf8(self.take(number)?).ok()?)),
            4 => {
                for _ in 0..self.count(number)? {
                    self.item(depth + 1)?;
                }
                Some(Item::Other)
            }
            5 => {
                let mut entries: Vec<(Item<'a>, Item<'a>)> = Vec::new();
                let count = self.count(number).filter(|count| *count <= MAXIMUM_ENTRIES)?;
                for _ in 0..count {
                    let (key, value) = (self.item(depth + 1)?, self.item(depth + 1)?);
                    if entries.iter().any(|(other, _)| *other == key) {
                        return None;
                    }
                    entries.push((key, value));
                }
                Some(Item::Map(entries))
            }
            // false, true, null.
            7 if (20..=22).contains(&additional) => Some(Item::Other),
            _ => None,
        }
    }

    /// The number that an item begins with, in its shortest form.
    fn number(&mut self, additional: u8) -> Option<u64> {
        let (length, least) = match additional {
            0..=23 => return Some(additional.into()),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            _ => return None,
        };
        let bytes = self.take(length)?;
        let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        (number >= least).then_some(number)
    }

    /// How many items follow, each of which takes a byte at least.
    fn count(&self, number: u64) -> Option<usize> {
        usize::try_from(number).ok().filter(|count| *count <= self.0.len())
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<(Item<'_>, &[u8]), WebauthnError> {
        Item::read(bytes)
    }

    #[test]
    fn a_map_is_read_and_what_follows_it_is_left() {
        let (map, rest) = read(b"\xa3\x01\x02\x20\x41\x07\x61\x61\x81\xf6rest").unwrap();
        assert_eq!(map.numbered(1), Some(&Item::Number(2)));
        assert_eq!(map.numbered(-1).and_then(Item::bytes), Some(&b"\x07"[..]));
        assert_eq!(map.named("a"), Some(&Item::Other));
        assert_eq!((map.named("b"), map.numbered(2)), (None, None));
        assert_eq!(rest, b"rest");
    }

    #[test]
    fn what_is_cut_off_too_deep_indefinite_doubled_or_not_in_its_shortest_form_is_refused() {
        let deep = [0x81; 6];
        let cases: [&[u8]; 10] = [
            b"",
            b"\x42\x00",
            b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x9a\xff\xff\xff\xff",
            b"\x5f\x41\x00\xff",
            b"\xa2\x01\x01\x01\x02",
            b"\x18\x17",
            b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x61\xff",
            &deep,
        ];
        for bytes in cases {
            assert_eq!(read(bytes), Err(WebauthnError::Malformed(Part::Cbor)), "{bytes:02x?}");
        }
    }
}
