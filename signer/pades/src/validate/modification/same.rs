//! Whether two values are the same.

use lopdf::{Dictionary, Object};

use super::super::limits::MAX_COMPARED_DEPTH;
use crate::syntax::token;

/// Entries whose numbers may be written as integers or as reals (ISO 32000-2 clause 7.3.3: a real
/// is accepted where a number is). What demands an integer, such as `/Rotate`, is not among them:
/// readers take a real there for nothing.
const MEASURES: [&[u8]; 9] = [
    b"MediaBox",
    b"CropBox",
    b"BleedBox",
    b"TrimBox",
    b"ArtBox",
    b"Rect",
    b"BBox",
    b"Matrix",
    b"QuadPoints",
];

/// Some readers hold reals with 24 binary digits: what is larger may have lost its last ones.
const MAX_EXACT: u64 = 1 << 24;

/// Whether two values, parsed exactly, are the same: references by the object they name, strings by
/// their bytes, reals by their digits, dictionaries whatever the order of their keys.
pub(super) fn same(one: &Object, other: &Object) -> bool {
    same_values(one, other, false, MAX_COMPARED_DEPTH, &mut |one, other| match (one, other) {
        (Object::Reference(one), Object::Reference(other)) => one == other,
        _ => false,
    })
}

/// The same, where `referred` says whether two values are the same of which one at least is a
/// reference.
pub(super) fn same_values(
    one: &Object,
    other: &Object,
    measures: bool,
    depth: usize,
    referred: &mut dyn FnMut(&Object, &Object) -> bool,
) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match (one, other) {
        (Object::Null, Object::Null) => true,
        (Object::Boolean(one), Object::Boolean(other)) => one == other,
        (Object::Integer(one), Object::Integer(other)) => one == other,
        (number @ Object::Integer(integer), token @ Object::Stream(_))
        | (token @ Object::Stream(_), number @ Object::Integer(integer)) => {
            measures && integer.unsigned_abs() < MAX_EXACT && is_same_number(number, token)
        }
        (Object::Name(one), Object::Name(other)) => one == other,
        (Object::String(one, _), Object::String(other, _)) => one == other,
        (Object::Reference(_), _) | (_, Object::Reference(_)) => referred(one, other),
        (Object::Array(one), Object::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| same_values(one, other, measures, depth, referred))
        }
        (Object::Dictionary(one), Object::Dictionary(other)) => {
            same_dictionaries(one, other, depth, referred)
        }
        (Object::Stream(one), Object::Stream(other)) => {
            one.content == other.content
                && same_dictionaries(&one.dict, &other.dict, depth, referred)
        }
        _ => false,
    }
}

/// Whether both are numbers, and the same.
fn is_same_number(one: &Object, other: &Object) -> bool {
    token::number(one).is_some_and(|number| Some(number) == token::number(other))
}

/// An entry that is null is as good as none (ISO 32000-2 clause 7.3.7).
fn same_dictionaries(
    one: &Dictionary,
    other: &Dictionary,
    depth: usize,
    referred: &mut dyn FnMut(&Object, &Object) -> bool,
) -> bool {
    other.iter().all(|(key, value)| one.has(key) || *value == Object::Null)
        && one.iter().all(|(key, value)| {
            let other = other.get(key).unwrap_or(&Object::Null);
            same_values(value, other, is_measure(key), depth, referred)
        })
}

/// Whether the entry's numbers may be integers or reals.
pub(super) fn is_measure(key: &[u8]) -> bool {
    MEASURES.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_exactly;

    #[test]
    fn values_are_the_same_whatever_their_spelling() {
        for (one, other, expected) in [
            ("<< /A 1 /B (x) >>", "<</B <78>/A 1>>", true),
            ("<< /A 1 >>", "<< /A 1 /B 2 >>", false),
            ("<< /A 1 >>", "<< /A 1 /B null >>", true),
            ("<< /A 1 /B null >>", "<< /A 1 >>", true),
            ("[1 2]", "[1 2 3]", false),
            ("[1 0 R]", "[1 0 R]", true),
            ("[1 0 R]", "[2 0 R]", false),
            ("1", "1.0", false),
            ("/A", "(A)", false),
            ("<< /A 1 >>", "<< /A 1 /B bogus >>", false),
            ("<< /A 1 /B bogus >>", "<< /A 1 >>", false),
            ("[180x]", "[null]", false),
            ("[180x]", "[180x]", true),
            ("[--5]", "[5]", false),
            ("[0.50 +.5]", "[.5 0.5]", true),
            ("[-1073741824.0]", "[-1073741864.0]", false),
            ("[0.1]", "[0.100000001]", false),
        ] {
            let (one_value, other_value) =
                (parse_exactly(one.as_bytes()).unwrap(), parse_exactly(other.as_bytes()).unwrap());
            assert_eq!(same(&one_value, &other_value), expected, "{one} {other}");
        }
    }

    #[test]
    fn measures_may_be_integers_or_reals_and_nothing_else_may() {
        for (one, other, expected) in [
            ("<< /MediaBox [0 0 612 792] >>", "<< /MediaBox [0.0 0 612.000 792.] >>", true),
            ("<< /Rect [0 0 612 792] >>", "<< /Rect [0 0 612.5 792] >>", false),
            ("<< /Rect [0 0 16777216 1] >>", "<< /Rect [0 0 16777216.0 1] >>", false),
            ("<< /Rotate 90 >>", "<< /Rotate 90.0 >>", false),
            ("<< /F 2 >>", "<< /F 2.0 >>", false),
            ("<< /Rect [0 0 612 --792] >>", "<< /Rect [0 0 612 792] >>", false),
        ] {
            let (one_value, other_value) =
                (parse_exactly(one.as_bytes()).unwrap(), parse_exactly(other.as_bytes()).unwrap());
            assert_eq!(same(&one_value, &other_value), expected, "{one} {other}");
        }
    }
}
