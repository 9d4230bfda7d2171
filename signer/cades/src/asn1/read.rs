//! Reading DER or BER one raw element at a time.
//!
//! Signatures, digests and issuers are compared over the bytes as they came, so nothing here is
//! decoded and encoded again. Object identifiers stay raw too: `const-oid` rejects some that are
//! legal, such as those below 2.999.
//!
//! The headers are read here and not by the `der` crate, which refuses lengths that BER allows:
//! those with more octets than they need (X.690 clause 8.1.3.5).

use std::borrow::Cow;

use der::{Decode, ErrorKind, Length, Tag};

use crate::asn1::tag;

/// One element: tag, length and contents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    /// The identifier octet; tag numbers above 30 show as 31.
    pub(crate) tag: u8,
    /// The whole element.
    pub(crate) raw: &'a [u8],
    /// The contents octets, without the end-of-contents mark of an indefinite length.
    pub(crate) contents: &'a [u8],
    rules: Rules,
}

/// Which encodings are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rules {
    Ber,
    Der,
}

/// The deepest nesting of OCTET STRINGs in pieces, and of indefinite lengths in one another.
const MAXIMUM_NESTING: usize = 32;

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
        Ok(Elements { rest: self.contents, rules: self.rules })
    }

    /// The octets of an OCTET STRING, put together where BER has it in pieces: OCTET STRINGs
    /// again, which may be in pieces themselves (X.690 clause 8.7.3).
    pub(crate) fn octets(&self) -> der::Result<Cow<'a, [u8]>> {
        match self.tag {
            tag::OCTET_STRING => Ok(Cow::Borrowed(self.contents)),
            tag::OCTET_STRING_IN_PIECES if self.rules == Rules::Ber => self.pieces(),
            _ => Err(Tag::OctetString.value_error().into()),
        }
    }

    /// The octets of an OCTET STRING under an implicit tag, primitive or in pieces.
    pub(crate) fn implicit_octets(&self) -> der::Result<Cow<'a, [u8]>> {
        match self.tag & 0x20 {
            0 => Ok(Cow::Borrowed(self.contents)),
            _ if self.rules == Rules::Ber => self.pieces(),
            _ => Err(Tag::OctetString.value_error().into()),
        }
    }

    fn pieces(&self) -> der::Result<Cow<'a, [u8]>> {
        let mut octets = Vec::with_capacity(self.contents.len());
        let mut open = vec![self.elements()?];
        while let Some(pieces) = open.last_mut() {
            if pieces.is_empty() {
                open.pop();
                continue;
            }
            let piece = pieces.any()?;
            match piece.tag {
                tag::OCTET_STRING => octets.extend_from_slice(piece.contents),
                tag::OCTET_STRING_IN_PIECES if open.len() < MAXIMUM_NESTING => {
                    open.push(piece.elements()?);
                }
                _ => return Err(Tag::OctetString.value_error().into()),
            }
        }
        Ok(Cow::Owned(octets))
    }

    /// The contents of a BIT STRING of whole octets.
    pub(crate) fn bit_string(&self) -> der::Result<&'a [u8]> {
        match self.contents {
            [0, octets @ ..] => Ok(octets),
            _ => Err(Tag::BitString.value_error().into()),
        }
    }

    /// The contents octets of an INTEGER in its shortest form, as BER and DER demand (X.690 clause
    /// 8.3.2).
    pub(crate) fn integer(&self) -> der::Result<&'a [u8]> {
        match self.contents {
            [] => Err(Tag::Integer.length_error().into()),
            [0, second, ..] if second & 0x80 == 0 => Err(Tag::Integer.value_error().into()),
            [0xff, second, ..] if second & 0x80 != 0 => Err(Tag::Integer.value_error().into()),
            contents => Ok(contents),
        }
    }

    /// The contents octets of an INTEGER without those that it need not have: the number that
    /// programs read which mind no more.
    pub(crate) fn significant_integer(&self) -> &'a [u8] {
        let mut contents = self.contents;
        while let [0, second, ..] | [0xff, second, ..] = contents
            && contents[0] >> 7 == second >> 7
        {
            contents = &contents[1..];
        }
        contents
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
pub(crate) struct Elements<'a> {
    rest: &'a [u8],
    rules: Rules,
}

impl<'a> Elements<'a> {
    /// Reads DER.
    pub(crate) fn der(bytes: &'a [u8]) -> der::Result<Self> {
        Ok(Self { rest: bytes, rules: Rules::Der })
    }

    /// Reads BER: indefinite lengths too, and those with more octets than they need.
    pub(crate) fn ber(bytes: &'a [u8]) -> der::Result<Self> {
        Ok(Self { rest: bytes, rules: Rules::Ber })
    }

    /// The next element, whatever its tag.
    pub(crate) fn any(&mut self) -> der::Result<Element<'a>> {
        let header = Header::read(self.rest, self.rules)?;
        if header.tag == 0 {
            return Err(ErrorKind::TagUnknown { byte: 0 }.into());
        }
        let (contents, length) = match header.length {
            Some(length) => {
                let end = header.octets.checked_add(length).ok_or_else(overlong)?;
                (header.octets..end, end)
            }
            None => {
                let end = header.octets + indefinite_length(&self.rest[header.octets..])?;
                (header.octets..end, end + END_OF_CONTENTS)
            }
        };
        let (raw, rest) = self.rest.split_at_checked(length).ok_or_else(|| {
            let actual = Length::try_from(self.rest.len()).unwrap_or(Length::MAX);
            let expected_len = Length::try_from(length).unwrap_or(Length::MAX);
            der::Error::from(ErrorKind::Incomplete { expected_len, actual_len: actual })
        })?;
        self.rest = rest;
        Ok(Element { tag: header.tag, raw, contents: &raw[contents], rules: self.rules })
    }

    /// The next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> der::Result<Element<'a>> {
        match self.rest.first() {
            Some(found) if *found == tag => self.any(),
            Some(found) => Err(unexpected(tag, *found)),
            None => Err(end_of_input()),
        }
    }

    /// The next element, which must be an OCTET STRING: its octets.
    pub(crate) fn expect_octets(&mut self) -> der::Result<Cow<'a, [u8]>> {
        match self.rest.first() {
            Some(&tag::OCTET_STRING | &tag::OCTET_STRING_IN_PIECES) => self.any()?.octets(),
            Some(found) => Err(unexpected(tag::OCTET_STRING, *found)),
            None => Err(end_of_input()),
        }
    }

    /// The next element if it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> der::Result<Option<Element<'a>>> {
        if self.rest.first() == Some(&tag) { self.any().map(Some) } else { Ok(None) }
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Refuses anything that is left.
    pub(crate) fn finish(self) -> der::Result<()> {
        match self.rest.first() {
            None => Ok(()),
            Some(_) => {
                let length = |bytes: usize| Length::try_from(bytes).unwrap_or(Length::MAX);
                let remaining = length(self.rest.len());
                Err(ErrorKind::TrailingData { decoded: Length::ZERO, remaining }.into())
            }
        }
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
            self.rest = &[];
        }
        Some(element)
    }
}

/// The octets of the mark that ends an indefinite length (X.690 clause 8.1.5).
const END_OF_CONTENTS: usize = 2;

/// Identifier and length octets (X.690 clauses 8.1.2 and 8.1.3).
struct Header {
    tag: u8,
    /// How many octets the header has.
    octets: usize,
    /// The length of the contents; `None` when it is indefinite.
    length: Option<usize>,
}

impl Header {
    fn read(bytes: &[u8], rules: Rules) -> der::Result<Self> {
        let (&tag, rest) = bytes.split_first().ok_or_else(end_of_input)?;
        let number = if tag & 0x1f == 0x1f { tag_number_octets(rest)? } else { 0 };
        let (&first, rest) =
            rest.get(number..).and_then(<[u8]>::split_first).ok_or_else(end_of_input)?;
        let (octets, length) = match first {
            0..0x80 => (0, Some(usize::from(first))),
            0x80 if rules == Rules::Ber && tag & 0x20 != 0 => (0, None),
            0x80 => return Err(ErrorKind::IndefiniteLength.into()),
            // Clause 8.1.3.5: this value is not used.
            0xff => return Err(overlong()),
            _ => {
                let octets = usize::from(first & 0x7f);
                let value = rest.get(..octets).ok_or_else(end_of_input)?;
                let significant = &value[value.iter().take_while(|octet| **octet == 0).count()..];
                if significant.len() > size_of::<u32>() {
                    return Err(overlong());
                }
                let length = significant.iter().fold(0, |all, one| all << 8 | usize::from(*one));
                // Clause 10.1: DER has the shortest.
                if rules == Rules::Der && (significant.len() < octets || length < 0x80) {
                    return Err(overlong());
                }
                (octets, Some(length))
            }
        };
        Ok(Self { tag, octets: 2 + number + octets, length })
    }
}

/// How many octets a tag number above 30 has after the first (X.690 clause 8.1.2.4): four at most.
fn tag_number_octets(rest: &[u8]) -> der::Result<usize> {
    let last = rest.iter().take(4).position(|octet| octet & 0x80 == 0);
    match (last, rest.first()) {
        (Some(last), Some(first)) if *first != 0x80 => Ok(last + 1),
        _ => Err(ErrorKind::TagNumberInvalid.into()),
    }
}

/// How many octets stand before the mark that ends these contents. What has a definite length
/// inside is passed over, so that each octet is looked at once.
fn indefinite_length(contents: &[u8]) -> der::Result<usize> {
    let mut open = 1_usize;
    let mut at = 0_usize;
    loop {
        let header = Header::read(contents.get(at..).unwrap_or_default(), Rules::Ber)?;
        match header.length {
            Some(0) if header.tag == 0 && header.octets == END_OF_CONTENTS => {
                open -= 1;
                if open == 0 {
                    return Ok(at);
                }
                at += END_OF_CONTENTS;
            }
            Some(length) if header.tag != 0 => {
                at = length.checked_add(at + header.octets).ok_or_else(overlong)?;
            }
            Some(_) => return Err(ErrorKind::TagUnknown { byte: 0 }.into()),
            None if open == MAXIMUM_NESTING => return Err(overlong()),
            None => {
                open += 1;
                at += header.octets;
            }
        }
    }
}

fn overlong() -> der::Error {
    ErrorKind::Overlength.into()
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
mod tests;
