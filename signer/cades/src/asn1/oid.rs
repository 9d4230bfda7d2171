//! Object identifiers of any arc.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// An object identifier, held as the contents octets of its DER encoding (X.690 clause 8.19).
///
/// Unlike `const-oid`'s type it has room for every arc, such as those below 2.999.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(Vec<u8>);

/// The longest object identifier that is read, in contents octets.
const MAXIMUM_LENGTH: usize = 128;

impl Oid {
    /// Takes the contents octets of a DER encoding; `None` if they are not well-formed.
    pub fn from_contents(contents: &[u8]) -> Option<Self> {
        let ends = contents.last().is_some_and(|last| last & 0x80 == 0);
        let minimal = contents
            .split_inclusive(|octet| octet & 0x80 == 0)
            .all(|arc| arc.first() != Some(&0x80) && fits_128_bits(arc));
        (ends && minimal && contents.len() <= MAXIMUM_LENGTH).then(|| Self(contents.to_vec()))
    }

    /// The contents octets of the DER encoding.
    pub fn contents(&self) -> &[u8] {
        &self.0
    }
}

/// Whether an arc is of 128 bits at most, as the UUIDs below 2.25 are.
fn fits_128_bits(arc: &[u8]) -> bool {
    arc.len() < 19 || (arc.len() == 19 && arc[0] & 0x7f < 1 << (128 - 18 * 7))
}

impl FromStr for Oid {
    type Err = OidError;

    fn from_str(dotted: &str) -> Result<Self, OidError> {
        let arcs: Vec<u128> = dotted
            .split('.')
            .map(|arc| arc.parse().ok().filter(|_| !arc.starts_with('+')))
            .collect::<Option<_>>()
            .ok_or(OidError)?;
        let [first, second, rest @ ..] = &arcs[..] else { return Err(OidError) };
        if *first > 2 || (*first < 2 && *second >= 40) {
            return Err(OidError);
        }
        let mut contents = Vec::new();
        push_arc(&mut contents, second.checked_add(first * 40).ok_or(OidError)?);
        rest.iter().for_each(|arc| push_arc(&mut contents, *arc));
        Self::from_contents(&contents).ok_or(OidError)
    }
}

fn push_arc(contents: &mut Vec<u8>, arc: u128) {
    let octets = (128 - arc.leading_zeros()).max(1).div_ceil(7);
    for octet in (0..octets).rev() {
        let more = if octet == 0 { 0 } else { 0x80 };
        contents.push(more | (arc >> (7 * octet) & 0x7f) as u8);
    }
}

/// Dotted form.
impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut arcs = self.0.split_inclusive(|octet| octet & 0x80 == 0).map(|arc| {
            arc.iter().fold(0_u128, |value, octet| value << 7 | u128::from(octet & 0x7f))
        });
        let first = arcs.next().unwrap_or_default();
        let root = (first / 40).min(2);
        write!(f, "{root}.{}", first - root * 40)?;
        arcs.try_for_each(|arc| write!(f, ".{arc}"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

/// Dotted form.
impl Serialize for Oid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What was given is no object identifier in dotted form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an object identifier is numbers with dots between them, such as 1.3.6.1")]
pub struct OidError;

#[cfg(test)]
mod tests {
    use const_oid::ObjectIdentifier;

    use super::*;

    #[test]
    fn dotted_form_and_contents_agree_with_const_oid() {
        for dotted in ["1.2.840.113549.1.7.2", "2.5.29.15", "0.4.0.194121.2.1", "2.16.840.1"] {
            let oid: Oid = dotted.parse().unwrap();
            assert_eq!(oid.contents(), ObjectIdentifier::new_unwrap(dotted).as_bytes());
            assert_eq!(oid.to_string(), dotted);
        }
    }

    #[test]
    fn arcs_that_const_oid_rejects_are_read() {
        for dotted in ["2.999.1", "2.25.340282366920938463463374607431768211455", "1.2.99999999999"]
        {
            let oid: Oid = dotted.parse().unwrap();
            assert_eq!(Oid::from_contents(oid.contents()).unwrap().to_string(), dotted);
        }
    }

    #[test]
    fn what_is_no_object_identifier_is_refused() {
        for dotted in ["", "1", "3.1", "1.40", "1.2.x", "1..2", "1.+2", "1.-2"] {
            assert_eq!(dotted.parse::<Oid>(), Err(OidError), "{dotted}");
        }
        for contents in
            [&[][..], &[0x80], &[0x2a, 0x80, 0x01], &[0x2a, 0x86], &[0x2a; 129], &[0xff; 19]]
        {
            assert_eq!(Oid::from_contents(contents), None, "{contents:02x?}");
        }
    }
}
