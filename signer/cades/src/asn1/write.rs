//! Writing DER: a tree of borrowed parts, encoded into one buffer of exactly its length,
//! from its end.
//!
//! The types of the `der` crate cost six microseconds a signature; this costs one.

/// A piece of DER.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// Bytes that are encoded already, or the contents of a primitive element.
    Raw(&'a [u8]),
    /// An element: its tag, and its contents.
    Element(u8, &'a [Self]),
    /// Parts one after another.
    Parts(&'a [Self]),
    /// As many bytes that are not known yet; only their number counts.
    Room(usize),
}

impl Part<'_> {
    /// The encoded length in bytes.
    pub fn length(self) -> usize {
        match self {
            Self::Raw(bytes) => bytes.len(),
            Self::Element(_, contents) => {
                let length = Part::Parts(contents).length();
                1 + length_octets(length) + length
            }
            Self::Parts(parts) => parts.iter().map(|part| part.length()).sum(),
            Self::Room(length) => length,
        }
    }

    /// The encoding; room becomes zeros.
    pub fn to_vec(self) -> Vec<u8> {
        let mut out = vec![0; self.length()];
        let mut room = &mut out[..];
        self.write_last(&mut room);
        out
    }

    /// Writes the encoding at the end of `room` and leaves what is before it. From the end, an
    /// element's length is known when its contents stand there: no length is added up twice.
    fn write_last(self, room: &mut &mut [u8]) {
        match self {
            Self::Raw(bytes) => take_last(room, bytes.len()).copy_from_slice(bytes),
            Self::Element(tag, contents) => {
                let before = room.len();
                Part::Parts(contents).write_last(room);
                write_length_last(room, before - room.len());
                take_last(room, 1)[0] = tag;
            }
            Self::Parts(parts) => parts.iter().rev().for_each(|part| part.write_last(room)),
            Self::Room(length) => {
                take_last(room, length);
            }
        }
    }
}

/// What stands before the contents of an element: its tag, and their length.
pub(crate) fn header(tag: u8, length: usize) -> Vec<u8> {
    let mut out = vec![0; 1 + length_octets(length)];
    let mut room = &mut out[..];
    write_length_last(&mut room, length);
    take_last(&mut room, 1)[0] = tag;
    out
}

/// The contents octets of an INTEGER whose magnitude is `bytes`, big-endian.
pub(crate) fn unsigned_integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let magnitude = &bytes[start..];
    let mut contents = Vec::with_capacity(magnitude.len() + 1);
    if magnitude.first().is_none_or(|byte| byte & 0x80 != 0) {
        contents.push(0);
    }
    contents.extend_from_slice(magnitude);
    contents
}

fn length_octets(length: usize) -> usize {
    if length < 0x80 { 1 } else { 1 + significant_octets(length) }
}

/// The last `length` bytes of `room`, which loses them.
fn take_last<'a>(room: &mut &'a mut [u8], length: usize) -> &'a mut [u8] {
    let all = std::mem::take(room);
    let (rest, last) = all.split_at_mut(all.len() - length);
    *room = rest;
    last
}

fn write_length_last(room: &mut &mut [u8], length: usize) {
    if length < 0x80 {
        take_last(room, 1)[0] = length as u8;
    } else {
        let octets = significant_octets(length);
        let length = &length.to_be_bytes()[size_of::<usize>() - octets..];
        take_last(room, octets).copy_from_slice(length);
        take_last(room, 1)[0] = 0x80 | octets as u8;
    }
}

fn significant_octets(length: usize) -> usize {
    size_of::<usize>() - length.leading_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use der::{Encode, asn1::OctetStringRef};

    use super::*;
    use crate::asn1::tag;

    #[test]
    fn lengths_are_encoded_as_the_der_crate_encodes_them() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0x0100_0000] {
            let contents = vec![7; length];
            let part = Part::Element(tag::OCTET_STRING, &[Part::Raw(&contents)]).to_vec();
            assert_eq!(part, OctetStringRef::new(&contents).unwrap().to_der().unwrap());
        }
    }

    #[test]
    fn room_has_the_length_of_what_will_fill_it() {
        let room = Part::Element(tag::SEQUENCE, &[Part::Room(200), Part::Raw(&[1])]);
        assert_eq!(room.to_vec().len(), room.length());
        assert_eq!(room.length(), 3 + 201);
    }

    #[test]
    fn integers_are_minimal_and_positive() {
        assert_eq!(unsigned_integer(&[]), [0]);
        assert_eq!(unsigned_integer(&[0, 0]), [0]);
        assert_eq!(unsigned_integer(&[0, 0x7f]), [0x7f]);
        assert_eq!(unsigned_integer(&[0x80]), [0, 0x80]);
    }
}
