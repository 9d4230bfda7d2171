//! What an object may refer to by the reading of other programs.

use memchr::{memchr, memrchr2};

use super::super::view::View;
use crate::error::Error;
use crate::limits::MAX_VALUE_LENGTH;
use crate::syntax::{Lexer, is_regular, is_whitespace};

/// What values begin with whose end every reader finds.
const BRACKETS: &[u8] = b"<[(";

/// Bytes looked through for a step.
const BYTES: usize = 4;

/// Calls `found` with the number of every object that the text of object `number` may refer to. Others
/// take for a reference what ISO 32000-2 clause 7.3.10 does not (`4 0R`, `+4 0 R`), read on in what has
/// no syntax, and take either of two entries with the same key. False when the text is too long to be
/// looked at to its end.
pub(super) fn mentions(
    view: View<'_>,
    number: u32,
    found: &mut impl FnMut(u32) -> Result<(), Error>,
) -> Result<bool, Error> {
    let Ok(raw) = view.raw(number) else { return Ok(true) };
    let within = &raw.bytes()[..raw.bytes().len().min(MAX_VALUE_LENGTH)];
    let mut is_whole = true;
    let effort = view.reader.effort();
    let end = match raw.extent() {
        Ok(extent) if BRACKETS.contains(&raw.bytes()[0]) => extent.len(),
        Ok(extent) => {
            let (end, looked) = reference_end(within);
            effort.step(looked as u64)?;
            extent.len().max(end)
        }
        Err(_) => memchr::memmem::find(within, b"endobj").unwrap_or_else(|| {
            is_whole = within.len() == raw.bytes().len();
            within.len()
        }),
    };
    effort.step((end / BYTES) as u64)?;
    mentions_in(&within[..end], found)?;
    Ok(is_whole)
}

/// Where the `R` ends behind the numbers with which `text` begins, 0 if none follows, and how far it was
/// looked for. What is an integer to one reader is a reference to another.
fn reference_end(text: &[u8]) -> (usize, usize) {
    /// Two, and signs that stand alone.
    const MOST: usize = 4;
    let mut lexer = Lexer::new(text, 0);
    for _ in 0..MOST {
        lexer.advance(lexer.rest().iter().take_while(|byte| is_of_number(byte)).count());
        lexer.skip_whitespace();
        if lexer.take(b"R") {
            return (lexer.at(), lexer.at());
        }
    }
    (0, lexer.at())
}

/// Looks at each number whether a reference begins with it, wherever it stands: what is a string or a
/// comment to one reader is none to another. Line by line from the last, because a comment between two
/// tokens leads to the next line's beginning, and what stands there is to be looked at once.
pub(super) fn mentions_in(
    text: &[u8],
    found: &mut impl FnMut(u32) -> Result<(), Error>,
) -> Result<(), Error> {
    if memchr(b'R', text).is_none() {
        return Ok(());
    }
    let mut next = Ahead::default();
    let mut end = text.len();
    loop {
        let start = memrchr2(b'\r', b'\n', &text[..end]).map_or(0, |at| at + 1);
        let line = Line { bytes: &text[start..end], next };
        line.numbers(found)?;
        if start == 0 {
            return Ok(());
        }
        next = Ahead { letter: line.letter_follows(0), generation: line.generation_follows(0) };
        end = start - 1;
    }
}

/// What stands behind white space and comments.
#[derive(Clone, Copy, Default)]
struct Ahead {
    /// An `R`.
    letter: bool,
    /// A generation, and an `R` behind it.
    generation: bool,
}

struct Line<'a> {
    bytes: &'a [u8],
    /// What stands behind the line's end.
    next: Ahead,
}

impl Line<'_> {
    fn numbers(&self, found: &mut impl FnMut(u32) -> Result<(), Error>) -> Result<(), Error> {
        let mut at = 0;
        while let Some(skipped) = self.bytes[at..].iter().position(is_of_number) {
            let start = at + skipped;
            at = start + self.number_at(start);
            if self.generation_follows(at)
                && let Some(number) = object_number(&self.bytes[start..at])
            {
                found(number)?;
            }
        }
        Ok(())
    }

    fn letter_follows(&self, at: usize) -> bool {
        match self.token_after(at) {
            Some(at) => {
                let after = self.bytes.get(at + 1);
                self.bytes[at] == b'R' && !after.is_some_and(|&byte| is_regular(byte))
            }
            None => self.next.letter,
        }
    }

    fn generation_follows(&self, at: usize) -> bool {
        match self.token_after(at) {
            Some(at) => {
                let length = self.number_at(at);
                length > 0 && self.letter_follows(at + length)
            }
            None => self.next.generation,
        }
    }

    /// Where the next token begins; none when the line or a comment comes first.
    fn token_after(&self, at: usize) -> Option<usize> {
        let space = self.bytes[at..].iter().position(|&byte| !is_whitespace(byte))?;
        (self.bytes[at + space] != b'%').then_some(at + space)
    }

    /// The length of the number that begins here.
    fn number_at(&self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        rest.iter().position(|byte| !is_of_number(byte)).unwrap_or(rest.len())
    }
}

fn is_of_number(byte: &u8) -> bool {
    byte.is_ascii_digit() || b"+-.".contains(byte)
}

/// The object number that readers take a number for; what is too large wraps in some.
fn object_number(number: &[u8]) -> Option<u32> {
    let digits = number.iter().skip_while(|byte| b"+-".contains(byte));
    let mut digits = digits.take_while(|byte| byte.is_ascii_digit()).peekable();
    digits.peek()?;
    Some(
        digits.fold(0_u32, |number, digit| {
            number.wrapping_mul(10).wrapping_add(u32::from(digit - b'0'))
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        let mut push = |number| {
            found.push(number);
            Ok(())
        };
        mentions_in(text.as_bytes(), &mut push).unwrap();
        found.sort_unstable();
        found
    }

    #[test]
    fn references_are_found_as_others_write_and_read_them() {
        for (text, expected) in [
            ("<< /A 4 0 R /B [5 0 R 6 0 R] >>", vec![4, 5, 6]),
            ("[4 0R +5 0 R 6.0 0 R]", vec![4, 5, 6]),
            ("[04\n00000\tR]", vec![4]),
            ("/A ) /B 4 0 R", vec![4]),
            ("[4 0 RG 5 R 0 R]", vec![]),
        ] {
            assert_eq!(numbers(text), expected, "{text}");
        }
    }

    #[test]
    fn references_are_found_whatever_stands_between_their_tokens() {
        let far = format!("4{}0{0}R", " ".repeat(100));
        let long = format!("{}4 {0} R", "0".repeat(100));
        for text in [
            far.as_str(),
            &long,
            "4 %x\n0 R",
            "4%x\r0%y\nR",
            "4 % 5\n% 6\n \n\r\n0 R",
            "+4 % 0 R\n0 % 0 R\n%\nR",
            "(5%) /B 4 %x\n0 R",
            "(5%) /B 4 0 R",
            "% 4 0 R",
        ] {
            assert!(numbers(text).contains(&4), "{text}");
        }
        assert_eq!(numbers("[5 (%) 4 % 3\n0 R]"), [3, 4]);
    }

    #[test]
    fn object_that_begins_with_numbers_goes_on_to_their_r() {
        for (text, end) in [
            ("+4 0 R endobj", 6),
            ("4 0R", 4),
            ("4 %x\n70000 R ", 12),
            ("+ 4 0 R", 7),
            ("4 5 0 obj", 0),
            ("4 endobj 5 0 R", 0),
        ] {
            assert_eq!(reference_end(text.as_bytes()).0, end, "{text}");
        }
    }

    #[test]
    fn comments_that_hide_others_are_looked_through_once() {
        let text = "% 4\n".repeat(1 << 18) + "0 R";
        assert_eq!(numbers(&text).len(), 1 << 18);
    }
}
