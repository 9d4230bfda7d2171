//! Dictionaries that say two things under one key (ISO 32000-2 clause 7.3.7 forbids them).

use super::RawValue;

/// Whether a key stands twice in one dictionary, at any depth. Readers differ in which they take.
pub(crate) fn duplicate_keys(value: &RawValue) -> bool {
    let mut stack = vec![value.clone()];
    while let Some(value) = stack.pop() {
        if let Ok(Some(dictionary)) = value.dictionary() {
            let mut seen = std::collections::HashSet::new();
            for (key, value) in dictionary.entries() {
                if !seen.insert(key) {
                    return true;
                }
                stack.push(value);
            }
        } else if let Some(array) = value.array() {
            stack.extend(array.map_while(Result::ok));
        }
    }
    false
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
            ("<< /A [<< /B 1 /#42 2 >>] >>", true),
            ("[1 2]", false),
        ] {
            let value = RawValue::new(Bytes::from_static(text.as_bytes()), None);
            assert_eq!(duplicate_keys(&value), expected, "{text}");
        }
    }
}
