//! What an object may refer to by the reading of other programs.

use memchr::memchr_iter;

use super::super::view::View;
use crate::syntax::{is_regular, is_whitespace};

/// Bytes looked through for a step.
const BYTES: usize = 16;

/// Calls `found` with the number of every object that the text of object `number` may refer to. Others
/// take for a reference what ISO 32000-2 clause 7.3.10 does not (`4 0R`, `+4 0 R`), read on in what has
/// no syntax, and take either of two entries with the same key.
pub(super) fn mentions(view: View<'_>, number: u32, found: &mut impl FnMut(u32)) {
    let Ok(raw) = view.raw(number) else { return };
    let text = raw.extent().unwrap_or_else(|_| {
        let end = memchr::memmem::find(raw.bytes(), b"endobj");
        raw.bytes().slice(..end.unwrap_or(raw.bytes().len()))
    });
    // What it costs too much to look at ends the validation.
    let _ = view.reader.effort().step((text.len() / BYTES) as u64);
    mentions_in(&text, found);
}

/// The same of a text that is given.
pub(super) fn mentions_in(text: &[u8], found: &mut impl FnMut(u32)) {
    /// The most characters of a number, and of white space between two.
    const MAX: usize = 64;
    let back = |end: usize, is_part: fn(u8) -> bool| {
        end - text[..end].iter().rev().take(MAX).take_while(|byte| is_part(**byte)).count()
    };
    let is_of_number = |byte: u8| byte.is_ascii_digit() || b"+-.".contains(&byte);
    for at in memchr_iter(b'R', text) {
        if text.get(at + 1).is_some_and(|&byte| is_regular(byte)) {
            continue;
        }
        let generation_end = back(at, is_whitespace);
        let generation = back(generation_end, is_of_number);
        let number_end = back(generation, is_whitespace);
        let number = back(number_end, is_of_number);
        if number == number_end || generation == generation_end {
            continue;
        }
        let digits = text[number..number_end].iter().skip_while(|byte| b"+-".contains(byte));
        let digits: Vec<u8> = digits.copied().take_while(u8::is_ascii_digit).collect();
        let parsed = std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse().ok());
        if let Some(number) = parsed {
            found(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_as_others_write_and_read_them() {
        for (text, expected) in [
            ("<< /A 4 0 R /B [5 0 R 6 0 R] >>", vec![4, 5, 6]),
            ("[4 0R +5 0 R 6.0 0 R]", vec![4, 5, 6]),
            ("[04\n00000\tR]", vec![4]),
            ("/A ) /B 4 0 R", vec![4]),
            ("[4 0 RG 5 R 0 R]", vec![]),
        ] {
            let mut found = Vec::new();
            mentions_in(text.as_bytes(), &mut |number| found.push(number));
            assert_eq!(found, expected, "{text}");
        }
    }
}
