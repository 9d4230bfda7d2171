//! Whether two values are the same.

use lopdf::{Dictionary, Object};

use super::super::limits::MAX_COMPARED_DEPTH;

/// Whether two values are the same: references by the object they name, strings by their bytes,
/// dictionaries whatever the order of their keys.
pub(super) fn same(one: &Object, other: &Object) -> bool {
    same_to(one, other, MAX_COMPARED_DEPTH)
}

fn same_to(one: &Object, other: &Object, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match (one, other) {
        (Object::Null, Object::Null) => true,
        (Object::Boolean(one), Object::Boolean(other)) => one == other,
        (Object::Integer(one), Object::Integer(other)) => one == other,
        (Object::Real(one), Object::Real(other)) => one == other,
        (Object::Name(one), Object::Name(other)) => one == other,
        (Object::String(one, _), Object::String(other, _)) => one == other,
        (Object::Reference(one), Object::Reference(other)) => one == other,
        (Object::Array(one), Object::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| same_to(one, other, depth))
        }
        (Object::Dictionary(one), Object::Dictionary(other)) => same_dictionary(one, other, depth),
        (Object::Stream(one), Object::Stream(other)) => {
            one.content == other.content && same_dictionary(&one.dict, &other.dict, depth)
        }
        _ => false,
    }
}

fn same_dictionary(one: &Dictionary, other: &Dictionary, depth: usize) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .all(|(key, value)| other.get(key).is_ok_and(|other| same_to(value, other, depth)))
}

/// The keys whose values differ, in the order of `new`, those that were removed last.
pub(super) fn changed_keys(old: &Dictionary, new: &Dictionary) -> Vec<Vec<u8>> {
    let changed = new
        .iter()
        .filter(|(key, value)| !old.get(key).is_ok_and(|old| same(old, value)))
        .map(|(key, _)| key.clone());
    let removed = old.iter().filter(|(key, _)| !new.has(key)).map(|(key, _)| key.clone());
    changed.chain(removed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    #[test]
    fn values_are_the_same_whatever_their_spelling() {
        for (one, other, expected) in [
            ("<< /A 1 /B (x) >>", "<</B <78>/A 1>>", true),
            ("<< /A 1 >>", "<< /A 1 /B 2 >>", false),
            ("[1 2]", "[1 2 3]", false),
            ("[1 0 R]", "[1 0 R]", true),
            ("[1 0 R]", "[2 0 R]", false),
            ("1", "1.0", false),
            ("/A", "(A)", false),
        ] {
            let (one_value, other_value) =
                (parse(one.as_bytes()).unwrap(), parse(other.as_bytes()).unwrap());
            assert_eq!(same(&one_value, &other_value), expected, "{one} {other}");
        }
    }

    #[test]
    fn changed_keys_are_listed() {
        let (Ok(Object::Dictionary(old)), Ok(Object::Dictionary(new))) =
            (parse(b"<< /A 1 /B 2 /C 3 >>"), parse(b"<< /D 4 /B 2 /C 4 >>"))
        else {
            panic!("dictionaries");
        };
        assert_eq!(changed_keys(&old, &new), [&b"D"[..], b"C", b"A"]);
    }
}
