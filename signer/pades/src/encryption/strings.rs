//! The strings of a value, found and replaced.

use std::ops::Range;

use lopdf::Object;
use seal::{Effort, Held};

use crate::error::ObjectError;
use crate::limits::MAX_NESTING;
use crate::syntax::{Lexer, SyntaxError, is_regular, parse};

/// What a string is replaced by.
pub(super) type Replacement<'a> = &'a mut dyn FnMut(&[u8]) -> Result<Vec<u8>, ObjectError>;

/// Strings that are charged at a time.
const STRINGS_AT_A_TIME: usize = 1_024;

/// The value with each of its strings replaced, and the memory that it takes up; `None` when it has
/// no strings. `/Contents` of a dictionary with a `/ByteRange`, which is a signature's, is left as
/// it is (ISO 32000-2 clause 7.6.2). A dictionary may be without its end, as the first part of a
/// longer one.
pub(super) fn replace(
    value: &[u8],
    effort: &Effort,
    replacement: Replacement<'_>,
) -> Result<Option<(Vec<u8>, Held)>, ObjectError> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let (spans, _held) = spans(value, effort)?;
    if spans.is_empty() {
        return Ok(None);
    }
    // Two digits for each byte; a cipher adds a vector and padding to each string.
    let capacity = 2 * value.len() + 66 * spans.len();
    let held = effort.hold(capacity as u64).map_err(SyntaxError::from)?;
    let mut replaced = Vec::with_capacity(capacity);
    let mut kept = 0;
    for span in spans {
        let Object::String(string, _) = parse(&value[span.clone()])? else { continue };
        replaced.extend_from_slice(&value[kept..span.start]);
        replaced.push(b'<');
        for byte in replacement(&string)? {
            replaced.push(DIGITS[usize::from(byte >> 4)]);
            replaced.push(DIGITS[usize::from(byte & 0x0F)]);
        }
        replaced.push(b'>');
        kept = span.end;
    }
    replaced.extend_from_slice(&value[kept..]);
    Ok(Some((replaced, held)))
}

/// An array or dictionary that is open.
#[derive(Default)]
struct Level {
    dictionary: bool,
    /// The key whose value comes next; in a dictionary a key comes next if there is none.
    key: Option<Key>,
    has_byte_range: bool,
    /// Which of the spans is the value of `/Contents`.
    contents: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    ByteRange,
    Contents,
    Other,
}

/// Where the strings stand that are encrypted, and the memory that this takes up.
fn spans(value: &[u8], effort: &Effort) -> Result<(Vec<Range<usize>>, Held), SyntaxError> {
    /// Reading a string and beginning to decipher it: a key schedule, a few allocations.
    const STEPS: u64 = 512;
    let mut held = effort.hold(0)?;
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut levels = vec![Level::default()];
    let mut lexer = Lexer::new(value, 0);
    loop {
        lexer.skip_whitespace();
        let Some(byte) = lexer.peek() else { break };
        let start = lexer.at();
        let depth = levels.len();
        let Some(level) = levels.last_mut() else { break };
        match byte {
            b'/' if level.dictionary && level.key.is_none() => {
                lexer.advance(1);
                level.key = Some(match lexer.regular() {
                    b"ByteRange" => Key::ByteRange,
                    b"Contents" => Key::Contents,
                    _ => Key::Other,
                });
                level.has_byte_range |= level.key == Some(Key::ByteRange);
                continue;
            }
            b'<' if lexer.take(b"<<") => {
                levels.push(Level { dictionary: true, ..Level::default() });
            }
            b'[' => {
                lexer.advance(1);
                levels.push(Level::default());
            }
            b'(' | b'<' => {
                lexer.skip_value()?;
                if level.key == Some(Key::Contents) {
                    level.contents = Some(spans.len());
                }
                spans.push(start..lexer.at());
                if spans.len().is_multiple_of(STRINGS_AT_A_TIME) {
                    effort.step(STEPS * STRINGS_AT_A_TIME as u64)?;
                    held.grow(2 * (STRINGS_AT_A_TIME * size_of::<Range<usize>>()) as u64)?;
                }
            }
            b']' | b'>' if depth > 1 => {
                lexer.advance(if level.dictionary { 2 } else { 1 });
                let closed = levels.pop().unwrap_or_default();
                if let Some(contents) = closed.contents.filter(|_| closed.has_byte_range) {
                    // Empty spans are dropped below; the others keep their places until then.
                    spans[contents].end = spans[contents].start;
                }
            }
            byte if is_regular(byte) => {
                if lexer.reference().is_none() {
                    lexer.regular();
                }
            }
            b'/' => {
                lexer.advance(1);
                lexer.regular();
            }
            _ => return lexer.expected("a value"),
        }
        if levels.len() > MAX_NESTING {
            return Err(SyntaxError::TooDeep);
        }
        // A value has ended, or one has begun: either way its key is spent, but for a level that
        // was just opened, whose own key comes first.
        let outer = if levels.len() > depth { depth - 1 } else { levels.len() - 1 };
        if let Some(level) = levels.get_mut(outer) {
            level.key = None;
        }
    }
    effort.step(STEPS * (spans.len() % STRINGS_AT_A_TIME) as u64)?;
    spans.retain(|span| !span.is_empty());
    Ok((spans, held))
}
