//! Text that somebody else wrote, for people to read: in a log, on a terminal, in an explanation.

use std::fmt::{self, Display, Write};

use crate::visible::is_bidi_control;

/// The most characters that are shown of one text.
const MAXIMUM_CHARACTERS: usize = 4096;

/// What somebody else said, such as an authority that refuses, another server or a document. It is
/// shown so that it says what it says: it moves no cursor, begins no line, and turns no direction
/// of writing (Unicode TR 36 section 2.9). The rest of a long one is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign<T>(pub T);

/// The same, of several lines: line feeds stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignLines<T>(pub T);

impl<T: Display> Display for Foreign<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Harmless::show(&self.0, false, f)
    }
}

impl<T: Display> Display for ForeignLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Harmless::show(&self.0, true, f)
    }
}

struct Harmless<'a, 'f> {
    out: &'a mut fmt::Formatter<'f>,
    keeps_lines: bool,
    room: usize,
}

impl<'a, 'f> Harmless<'a, 'f> {
    fn show(
        text: &impl Display,
        keeps_lines: bool,
        out: &'a mut fmt::Formatter<'f>,
    ) -> fmt::Result {
        write!(Self { out, keeps_lines, room: MAXIMUM_CHARACTERS }, "{text}")
    }
}

impl Write for Harmless<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match self.room {
                0 => return Ok(()),
                1 => self.out.write_char('…')?,
                _ if character == '\n' && self.keeps_lines => self.out.write_char('\n')?,
                _ if misleads(character) => write!(self.out, "{}", character.escape_unicode())?,
                _ => self.out.write_char(character)?,
            }
            self.room -= 1;
        }
        Ok(())
    }
}

/// Control characters, separators of lines, and marks that turn the direction of writing.
fn misleads(character: char) -> bool {
    character.is_control()
        || is_bidi_control(character)
        || matches!(character, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_a_cursor_or_turns_the_text_is_shown_as_its_number() {
        for (text, shown) in [
            ("no time\r\n200 granted", r"no time\u{d}\u{a}200 granted"),
            ("\u{1b}[2J\u{7}", r"\u{1b}[2J\u{7}"),
            (
                "a\u{202e}b\u{2066}c\u{200f}\u{2028}\u{85}",
                r"a\u{202e}b\u{2066}c\u{200f}\u{2028}\u{85}",
            ),
            ("Ørsted „Møbler“ 名", "Ørsted „Møbler“ 名"),
        ] {
            assert_eq!(Foreign(text).to_string(), shown);
        }
        assert_eq!(ForeignLines("a\n\u{1b}b\r").to_string(), "a\n\\u{1b}b\\u{d}");
    }

    #[test]
    fn the_rest_of_a_long_text_is_left_out() {
        let shown = Foreign("é".repeat(5000)).to_string();
        assert_eq!(shown.chars().count(), MAXIMUM_CHARACTERS);
        assert!(shown.ends_with("é…"));
    }
}
