//! Reading DER or BER one raw element at a time.
//!
//! Signatures, digests and issuers are compared over the bytes as they came, so nothing here is
//! decoded and encoded again. Object identifiers stay raw too: `const-oid` rejects some that are
//! legal, such as those below 2.999.

use der::{Decode, EncodingRules, ErrorKind, Header, Length, Reader, SliceReader, Tag};

/// One element: tag, length and contents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    /// The identifier octet; tag numbers above 30 show as 31.
    pub(crate) tag: u8,
    /// The whole element.
    pub(crate) raw: &'a [u8],
    /// The contents octets, without the end-of-contents mark of an indefinite length.
    pub(crate) contents: &'a [u8],
    rules: EncodingRules,
}

impl<'a> Element<'a> {
    /// The one element that `bytes` consist of, in DER.
    pub(crate) fn parse(bytes: &'a [u8], tag: u8) -> der::Result<Self> {
        let mut elements = Elements::der(bytes)?;
        let element = elements.expect(tag)?;
        elements.finish()?;
        Ok(element)
    }

    /// The elements inside.
    pub(crate) fn elements(&self) -> der::Result<Elements<'a>> {
        Elements::new(self.contents, self.rules)
    }

    /// The contents of a BIT STRING of whole octets.
    pub(crate) fn bit_string(&self) -> der::Result<&'a [u8]> {
        match self.contents {
            [0, octets @ ..] => Ok(octets),
            _ => Err(Tag::BitString.value_error().into()),
        }
    }

    /// The contents octets of an INTEGER in its shortest form, as DER demands.
    pub(crate) fn integer(&self) -> der::Result<&'a [u8]> {
        match self.contents {
            [] => Err(Tag::Integer.length_error().into()),
            [0, second, ..] if second & 0x80 == 0 => Err(Tag::Integer.value_error().into()),
            [0xff, second, ..] if second & 0x80 != 0 => Err(Tag::Integer.value_error().into()),
            contents => Ok(contents),
        }
    }

    /// The value of a small non-negative INTEGER or ENUMERATED.
    pub(crate) fn small_integer(&self) -> der::Result<u32> {
        match self.integer()? {
            [first, ..] if first & 0x80 != 0 => Err(Tag::Integer.value_error().into()),
            contents if contents.len() <= 4 => {
                Ok(contents.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)))
            }
            _ => Err(Tag::Integer.length_error().into()),
        }
    }

    /// The value of a non-negative INTEGER of any length; what does not fit is the greatest.
    pub(crate) fn saturating_integer(&self) -> der::Result<u32> {
        match self.integer()? {
            [first, ..] if first & 0x80 != 0 => Err(Tag::Integer.value_error().into()),
            contents => Ok(contents.iter().fold(0_u32, |value, byte| {
                value.saturating_mul(256).saturating_add(u32::from(*byte))
            })),
        }
    }

    /// The value of a BOOLEAN.
    pub(crate) fn boolean(&self) -> der::Result<bool> {
        match self.contents {
            [0] => Ok(false),
            [0xff] => Ok(true),
            _ => Err(Tag::Boolean.value_error().into()),
        }
    }
}

/// Elements one after another.
#[derive(Clone, Debug)]
pub(crate) struct Elements<'a>(SliceReader<'a>);

impl<'a> Elements<'a> {
    /// Reads DER.
    pub(crate) fn der(bytes: &'a [u8]) -> der::Result<Self> {
        Self::new(bytes, EncodingRules::Der)
    }

    /// Reads BER: indefinite lengths too.
    pub(crate) fn ber(bytes: &'a [u8]) -> der::Result<Self> {
        Self::new(bytes, EncodingRules::Ber)
    }

    fn new(bytes: &'a [u8], rules: EncodingRules) -> der::Result<Self> {
        SliceReader::new_with_encoding_rules(bytes, rules).map(Self)
    }

    /// The next element, whatever its tag.
    pub(crate) fn any(&mut self) -> der::Result<Element<'a>> {
        let rules = self.0.encoding_rules();
        let tag = self.0.peek_byte().ok_or_else(end_of_input)?;
        // `tlv_bytes` counts the header of an indefinite length wrongly: measure it instead.
        let mut ahead = self.0.clone();
        let header = Header::decode(&mut ahead)?;
        let header_length = (ahead.position() - self.0.position())?;
        let raw = self.0.read_slice((header_length + header.length())?)?;
        let body = &raw[usize::try_from(header_length)?..];
        let indefinite = raw.get(1) == Some(&0x80) && tag & 0x1f != 0x1f;
        let contents = if indefinite { &body[..body.len().saturating_sub(2)] } else { body };
        Ok(Element { tag, raw, contents, rules })
    }

    /// The next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> der::Result<Element<'a>> {
        match self.0.peek_byte() {
            Some(found) if found == tag => self.any(),
            Some(found) => Err(unexpected(tag, found)),
            None => Err(end_of_input()),
        }
    }

    /// The next element if it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> der::Result<Option<Element<'a>>> {
        if self.0.peek_byte() == Some(tag) { self.any().map(Some) } else { Ok(None) }
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_finished()
    }

    /// Refuses anything that is left.
    pub(crate) fn finish(self) -> der::Result<()> {
        self.0.finish()
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = der::Result<Element<'a>>;

    /// The elements to the end, or to the first that is malformed.
    fn next(&mut self) -> Option<Self::Item> {
        if self.is_empty() {
            return None;
        }
        let element = self.any();
        if element.is_err() {
            self.0 = SliceReader::new(&[]).ok()?;
        }
        Some(element)
    }
}

fn unexpected(expected: u8, found: u8) -> der::Error {
    match Tag::from_der(&[found]) {
        Ok(actual) => {
            ErrorKind::TagUnexpected { expected: Tag::from_der(&[expected]).ok(), actual }.into()
        }
        Err(unknown) => unknown,
    }
}

fn end_of_input() -> der::Error {
    ErrorKind::Incomplete { expected_len: Length::ONE, actual_len: Length::ZERO }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::tag;

    #[test]
    fn elements_are_read_raw_and_in_order() {
        let mut elements = Elements::der(&[2, 1, 5, 0x30, 2, 5, 0]).unwrap();
        assert_eq!(elements.expect(tag::INTEGER).unwrap().small_integer(), Ok(5));
        assert!(elements.optional(tag::SET).unwrap().is_none());
        let sequence = elements.any().unwrap();
        assert_eq!((sequence.raw, sequence.contents), (&[0x30, 2, 5, 0][..], &[5, 0][..]));
        assert!(elements.is_empty());
        assert!(elements.any().is_err());
    }

    #[test]
    fn an_indefinite_length_is_read_in_ber_and_refused_in_der() {
        let mut long = vec![0x30, 0x80, 0x04, 0x81, 200];
        long.extend([1; 200]);
        long.extend([0, 0, 5, 0]);
        let mut elements = Elements::ber(&long).unwrap();
        let sequence = elements.expect(tag::SEQUENCE).unwrap();
        assert_eq!(sequence.contents.len(), 203);
        assert_eq!(sequence.elements().unwrap().any().unwrap().contents, [1; 200]);
        assert_eq!(elements.any().unwrap().tag, tag::NULL);
        assert!(Elements::der(&long).unwrap().any().is_err());
    }

    #[test]
    fn truncated_and_foreign_elements_are_refused() {
        for bytes in [&[0x30, 5, 1][..], &[0x30], &[0x30, 0x80, 0], &[0x1f, 0xff, 0xff], &[2, 0x85]]
        {
            assert!(Elements::ber(bytes).unwrap().any().is_err(), "{bytes:02x?}");
        }
        assert!(Element::parse(&[5, 0, 0], tag::NULL).is_err());
        assert!(Element::parse(&[5, 0], tag::SET).is_err());
    }

    #[test]
    fn integers_that_are_not_minimal_are_refused() {
        for contents in [&[2, 0][..], &[2, 2, 0, 1], &[2, 2, 0xff, 0x80]] {
            assert!(Element::parse(contents, tag::INTEGER).unwrap().integer().is_err());
        }
        assert!(Element::parse(&[2, 1, 0xff], tag::INTEGER).unwrap().small_integer().is_err());
    }
}
