//! One pass over the tokens of an object's value.

use std::borrow::Cow;

use lopdf::ObjectId;

use crate::limits::{MAX_NESTING, MAX_VALUE_LENGTH};
use crate::syntax::{Lexer, decode_name};

/// A value, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Name(&'a [u8]),
    Integer(i64),
    Reference(u32),
    Null,
    /// An array with elements, or a dictionary.
    Something,
    /// An empty array, or any other value.
    Other,
}

/// What is told of a value on the way.
pub(super) trait Visitor {
    /// A dictionary begins; with the innermost key above it.
    fn begin(&mut self, key: &[u8]);

    /// The dictionary that began last has an entry. Values inside have been told before.
    fn entry(&mut self, key: &[u8], value: Value<'_>);

    /// The dictionary that began last ends; the number of dictionaries around it.
    fn end(&mut self, depth: usize);

    /// A reference, wherever it stands; with the innermost key above it, and how many
    /// dictionaries it is in.
    fn reference(&mut self, key: &[u8], depth: usize, id: ObjectId);
}

/// What stands around the place that the pass is at.
enum Frame<'a> {
    Dictionary { key: Option<Cow<'a, [u8]>> },
    Array { elements: usize },
}

/// Why a value has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoEnd {
    /// It is malformed after so many bytes.
    Malformed(usize),
    /// It is longer than it may be.
    TooLong,
}

/// Tells `visitor` of the value at the start of `bytes`; where it ends, at most after `maximum`.
pub(super) fn walk(
    bytes: &[u8],
    maximum: usize,
    visitor: &mut impl Visitor,
) -> Result<usize, NoEnd> {
    let is_cut = bytes.len() > maximum;
    let bytes = &bytes[..bytes.len().min(maximum)];
    let at_end = |at: usize| if is_cut { NoEnd::TooLong } else { NoEnd::Malformed(at) };
    let mut lexer = Lexer::new(bytes, 0);
    let mut frames: Vec<Frame<'_>> = Vec::new();
    loop {
        lexer.skip_whitespace();
        let value = match lexer.peek().ok_or(at_end(lexer.at()))? {
            b'/' => {
                lexer.advance(1);
                let name = decoded(lexer.regular());
                if let Some(Frame::Dictionary { key: key @ None }) = frames.last_mut() {
                    *key = Some(name);
                    continue;
                }
                complete(&mut frames, Value::Name(&name), visitor);
                if frames.is_empty() {
                    return Ok(lexer.at());
                }
                continue;
            }
            b'<' if lexer.rest().starts_with(b"<<") => {
                lexer.advance(2);
                visitor.begin(innermost_key(&frames));
                frames.push(Frame::Dictionary { key: None });
                if frames.len() > MAX_NESTING {
                    return Err(NoEnd::Malformed(lexer.at()));
                }
                continue;
            }
            b'>' => {
                if !lexer.take(b">>") {
                    return Err(NoEnd::Malformed(lexer.at()));
                }
                let Some(Frame::Dictionary { .. }) = frames.pop() else {
                    return Err(NoEnd::Malformed(lexer.at()));
                };
                visitor.end(dictionaries(&frames));
                Value::Something
            }
            b'[' => {
                lexer.advance(1);
                frames.push(Frame::Array { elements: 0 });
                if frames.len() > MAX_NESTING {
                    return Err(NoEnd::Malformed(lexer.at()));
                }
                continue;
            }
            b']' => {
                lexer.advance(1);
                let Some(Frame::Array { elements }) = frames.pop() else {
                    return Err(NoEnd::Malformed(lexer.at()));
                };
                if elements > 0 { Value::Something } else { Value::Other }
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => match lexer.reference() {
                Some(id) => {
                    visitor.reference(innermost_key(&frames), dictionaries(&frames), id);
                    Value::Reference(id.0)
                }
                None => {
                    let number = std::str::from_utf8(lexer.regular()).ok();
                    number.and_then(|n| n.parse().ok()).map_or(Value::Other, Value::Integer)
                }
            },
            b'(' | b'<' => {
                lexer.skip_value().map_err(|_| at_end(bytes.len()))?;
                Value::Other
            }
            _ => match lexer.regular() {
                b"" => return Err(NoEnd::Malformed(lexer.at())),
                b"null" => Value::Null,
                _ => Value::Other,
            },
        };
        complete(&mut frames, value, visitor);
        if frames.is_empty() {
            return Ok(lexer.at());
        }
    }
}

/// Tells `found` of every object that the value at the start of `bytes` refers to, as far as it can be
/// read; answers how many bytes were looked at.
pub(crate) fn references(bytes: &[u8], found: &mut impl FnMut(ObjectId)) -> usize {
    let maximum = bytes.len().min(MAX_VALUE_LENGTH);
    match walk(bytes, maximum, &mut References(found)) {
        Ok(end) | Err(NoEnd::Malformed(end)) => end,
        Err(NoEnd::TooLong) => maximum,
    }
}

/// Listens to references alone.
struct References<'f, F>(&'f mut F);

impl<F: FnMut(ObjectId)> Visitor for References<'_, F> {
    fn begin(&mut self, _: &[u8]) {}

    fn entry(&mut self, _: &[u8], _: Value<'_>) {}

    fn end(&mut self, _: usize) {}

    fn reference(&mut self, _: &[u8], _: usize, id: ObjectId) {
        (self.0)(id);
    }
}

/// A name without its `#` escapes.
fn decoded(name: &[u8]) -> Cow<'_, [u8]> {
    if name.contains(&b'#') { decode_name(name).into() } else { name.into() }
}

fn complete(frames: &mut [Frame<'_>], value: Value<'_>, visitor: &mut impl Visitor) {
    match frames.last_mut() {
        Some(Frame::Dictionary { key }) => {
            if let Some(key) = key.take() {
                visitor.entry(&key, value);
            }
        }
        Some(Frame::Array { elements }) => *elements += 1,
        None => {}
    }
}

fn innermost_key<'f>(frames: &'f [Frame<'_>]) -> &'f [u8] {
    let key = frames.iter().rev().find_map(|frame| match frame {
        Frame::Dictionary { key } => key.as_deref(),
        Frame::Array { .. } => None,
    });
    key.unwrap_or_default()
}

fn dictionaries(frames: &[Frame<'_>]) -> usize {
    frames.iter().filter(|frame| matches!(frame, Frame::Dictionary { .. })).count()
}
