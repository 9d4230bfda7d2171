//! Dictionaries that say two things under one key (ISO 32000-2 clause 7.3.7 forbids them).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{RawDictionary, RawValue};

/// Whether a key stands twice in one dictionary, at any depth, with different values. Readers differ in which
/// they take.
pub(crate) fn duplicate_keys(value: &RawValue) -> bool {
    let mut stack = vec![value.clone()];
    while let Some(value) = stack.pop() {
        if let Ok(Some(dictionary)) = value.dictionary() {
            if has_key_twice(&dictionary) {
                return true;
            }
            stack.extend(dictionary.entries().map(|(_, value)| value));
        } else if let Some(array) = value.array() {
            stack.extend(array.map_while(Result::ok));
        }
    }
    false
}

/// The same of the dictionary itself.
pub(crate) fn has_key_twice(dictionary: &RawDictionary) -> bool {
    let mut seen: HashMap<_, RawValue> = HashMap::new();
    dictionary.entries().any(|(key, value)| match seen.entry(key) {
        Entry::Vacant(free) => {
            free.insert(value);
            false
        }
        Entry::Occupied(first) => match (first.get().extent(), value.extent()) {
            (Ok(first), Ok(second)) => first != second,
            (Err(_), _) | (_, Err(_)) => true,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    #[test]
    fn key_that_stands_twice_is_found_at_any_depth() {
        for (text, expected) in [
            ("<< /A 1 /B << /A 2 >> >>", false),
            ("<< /A 1 /A 2 >>", true),
            ("<< /A 1 /A  1/B 2 >>", false),
            ("<< /A << /B 1 /B 2 >> /A << /B 1 /B 2 >> >>", true),
            ("<< /A [<< /B 1 /#42 2 >>] >>", true),
            ("[1 2]", false),
        ] {
            let value = RawValue::new(Bytes::from_static(text.as_bytes()), None);
            assert_eq!(duplicate_keys(&value), expected, "{text}");
        }
    }
}
