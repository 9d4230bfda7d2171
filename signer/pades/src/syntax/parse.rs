//! A whole value as an [`lopdf::Object`].

use lopdf::{Dictionary, Object, StringFormat};
use seal::{Effort, Held};

use super::name::{decode_name, decode_name_exactly, nibble};
use super::{Lexer, SyntaxError};
use crate::limits::{MAX_NESTING, MAX_STRING_LENGTH, MAX_VALUE_LENGTH, MAX_VALUES};

/// Parses the value at the start of `bytes` (ISO 32000-1 clause 7.3), whatever follows it.
///
/// A stream is read as its dictionary. A number beyond 64 bits becomes a real, a keyword that is
/// not defined becomes null, as some readers do: who compares values parses them exactly.
///
/// # Errors
/// [`SyntaxError`] when the value has no end, or exceeds a limit.
pub fn parse(bytes: &[u8]) -> Result<Object, SyntaxError> {
    parse_within(bytes, Reading::Lenient, None)
}

/// The same, to be compared: values are equal only if every reader takes them for the same.
///
/// A real and a token that is neither a number nor a keyword are what [`super::token`] makes of
/// them, and names are decoded as [`decode_name_exactly`] does.
///
/// # Errors
/// [`SyntaxError`] when the value has no end, or exceeds a limit.
pub(crate) fn parse_exactly(bytes: &[u8]) -> Result<Object, SyntaxError> {
    parse_within(bytes, Reading::Exact, None)
}

/// What becomes of tokens that are not as the standard demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Lenient,
    Exact,
}

/// The same, charged to `effort`: the bytes, and for each value what it takes to make it. While it
/// is being made it takes up memory.
pub(super) fn parse_within(
    bytes: &[u8],
    reading: Reading,
    effort: Option<&Effort>,
) -> Result<Object, SyntaxError> {
    let bytes = &bytes[..bytes.len().min(MAX_VALUE_LENGTH)];
    let mut parser = Parser {
        lexer: Lexer::new(bytes, 0),
        reading,
        values: 0,
        entries: 0,
        effort,
        charged: 0,
        held: None,
    };
    parser.lexer.skip_whitespace();
    let value = parser.value(0);
    parser.charge(parser.values % VALUES_AT_A_TIME)?;
    value
}

/// How many values are charged at a time.
const VALUES_AT_A_TIME: usize = 4_096;

struct Parser<'a> {
    lexer: Lexer<'a>,
    reading: Reading,
    values: usize,
    /// Entries of dictionaries that are not charged yet.
    entries: usize,
    effort: Option<&'a Effort>,
    /// Up to where the bytes are charged.
    charged: usize,
    /// The memory of what has been made so far.
    held: Option<Held>,
}

impl Parser<'_> {
    /// Charges the last `values`, and the bytes and entries that were not charged yet.
    #[cold]
    fn charge(&mut self, values: usize) -> Result<(), SyntaxError> {
        /// A value in an array that may be copied when it grows, and a copy of it for whoever
        /// looks into it.
        const MEMORY: u64 = 4 * size_of::<Object>() as u64;
        const STEPS: u64 = 24;
        /// What an entry takes beside its value, twice as well: the key's allocation and place,
        /// its hash, and its place in the index.
        const ENTRY_MEMORY: u64 = 256;
        /// Hashing a key, and putting it into the index.
        const ENTRY_STEPS: u64 = 150;
        let Some(effort) = self.effort else { return Ok(()) };
        let bytes = (self.lexer.at() - self.charged) as u64;
        self.charged = self.lexer.at();
        let entries = std::mem::take(&mut self.entries) as u64;
        effort.step(2 * bytes + STEPS * values as u64 + ENTRY_STEPS * entries)?;
        if self.values < VALUES_AT_A_TIME {
            return Ok(());
        }
        let memory = bytes + MEMORY * values as u64 + ENTRY_MEMORY * entries;
        match &mut self.held {
            Some(held) => held.grow(memory)?,
            None => self.held = Some(effort.hold(memory)?),
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Object, SyntaxError> {
        if depth > MAX_NESTING {
            return Err(SyntaxError::TooDeep);
        }
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(SyntaxError::TooManyValues);
        }
        if self.values.is_multiple_of(VALUES_AT_A_TIME) {
            self.charge(VALUES_AT_A_TIME)?;
        }
        match self.lexer.peek() {
            Some(b'/') => {
                self.lexer.advance(1);
                Ok(Object::Name(self.name()))
            }
            Some(b'(') => self.literal_string(),
            Some(b'<') if self.lexer.take(b"<<") => self.dictionary(depth),
            Some(b'<') => self.hexadecimal_string(),
            Some(b'[') => self.array(depth),
            Some(byte) if super::is_regular(byte) => Ok(self.number_or_keyword()),
            _ => self.lexer.expected("a value"),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Object, SyntaxError> {
        self.lexer.advance(1);
        let mut elements = Vec::new();
        loop {
            self.lexer.skip_whitespace();
            if self.lexer.take(b"]") {
                return Ok(Object::Array(elements));
            }
            elements.push(self.value(depth + 1)?);
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Object, SyntaxError> {
        let mut dictionary = Dictionary::new();
        loop {
            self.lexer.skip_whitespace();
            if self.lexer.take(b">>") {
                return Ok(Object::Dictionary(dictionary));
            }
            if !self.lexer.take(b"/") {
                return self.lexer.expected("a key or `>>`");
            }
            let key = self.name();
            self.lexer.skip_whitespace();
            self.entries += 1;
            let value = self.value(depth + 1)?;
            dictionary.set(key, value);
        }
    }

    fn name(&mut self) -> Vec<u8> {
        let raw = self.lexer.regular();
        match self.reading {
            Reading::Lenient => decode_name(raw),
            Reading::Exact => decode_name_exactly(raw),
        }
    }

    fn number_or_keyword(&mut self) -> Object {
        if let Some(id) = self.lexer.reference() {
            return Object::Reference(id);
        }
        match self.lexer.regular() {
            b"true" => Object::Boolean(true),
            b"false" => Object::Boolean(false),
            b"null" => Object::Null,
            token if self.reading == Reading::Exact => super::token::exact(token),
            token => std::str::from_utf8(token).map_or(Object::Null, |text| {
                if let Ok(integer) = text.parse() {
                    Object::Integer(integer)
                } else if text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.')) {
                    text.parse().map_or(Object::Null, Object::Real)
                } else {
                    Object::Null
                }
            }),
        }
    }

    fn literal_string(&mut self) -> Result<Object, SyntaxError> {
        self.lexer.advance(1);
        let mut string = Vec::new();
        let mut depth = 1_usize;
        while let Some(byte) = self.lexer.peek() {
            self.lexer.advance(1);
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(Object::String(string, StringFormat::Literal));
                    }
                }
                b'\\' => {
                    self.escape(&mut string);
                    continue;
                }
                // An end of line of any kind is read as one line feed.
                b'\r' => {
                    self.lexer.take(b"\n");
                    string.push(b'\n');
                    continue;
                }
                _ => {}
            }
            string.push(byte);
            if string.len() > MAX_STRING_LENGTH {
                return Err(SyntaxError::StringTooLong);
            }
        }
        self.lexer.expected("the end of a string")
    }

    /// What follows a reverse solidus (ISO 32000-1 table 3).
    fn escape(&mut self, string: &mut Vec<u8>) {
        let Some(byte) = self.lexer.peek() else { return };
        self.lexer.advance(1);
        match byte {
            b'n' => string.push(b'\n'),
            b'r' => string.push(b'\r'),
            b't' => string.push(b'\t'),
            b'b' => string.push(8),
            b'f' => string.push(12),
            b'\n' => {}
            b'\r' => {
                self.lexer.take(b"\n");
            }
            b'0'..=b'7' => {
                let mut code = byte - b'0';
                for _ in 0..2 {
                    match self.lexer.peek() {
                        Some(digit @ b'0'..=b'7') => {
                            code = code << 3 | (digit - b'0');
                            self.lexer.advance(1);
                        }
                        _ => break,
                    }
                }
                string.push(code);
            }
            other => string.push(other),
        }
    }

    fn hexadecimal_string(&mut self) -> Result<Object, SyntaxError> {
        self.lexer.advance(1);
        let mut string = Vec::new();
        let mut half = None;
        while let Some(byte) = self.lexer.peek() {
            self.lexer.advance(1);
            if byte == b'>' {
                // An odd number of digits ends with an implied zero.
                string.extend(half.map(|high: u8| high << 4));
                return Ok(Object::String(string, StringFormat::Hexadecimal));
            }
            if byte.is_ascii_hexdigit() {
                half = match half {
                    None => Some(nibble(byte)),
                    Some(high) => {
                        string.push(high << 4 | nibble(byte));
                        None
                    }
                };
            } else if !super::is_whitespace(byte) {
                return self.lexer.expected("a hexadecimal digit");
            }
            if string.len() > MAX_STRING_LENGTH {
                return Err(SyntaxError::StringTooLong);
            }
        }
        self.lexer.expected("the end of a hexadecimal string")
    }
}

#[cfg(test)]
mod tests {
    use seal::EffortLimits;

    use super::*;

    #[test]
    fn values_are_read_as_the_standard_says() {
        let cases: [(&str, Object); 12] = [
            ("(a\\(\\)\\101\\\n\\n)", Object::string_literal("a()A\n")),
            ("<48 65 6>", Object::String(vec![0x48, 0x65, 0x60], StringFormat::Hexadecimal)),
            ("/A#20B", Object::Name(b"A B".to_vec())),
            ("+17", Object::Integer(17)),
            ("-.5", Object::Real(-0.5)),
            ("4.", Object::Real(4.0)),
            ("true", Object::Boolean(true)),
            ("null", Object::Null),
            ("bogus", Object::Null),
            ("3 0 R", Object::Reference((3, 0))),
            ("[1 2 0 R]", vec![Object::Integer(1), Object::Reference((2, 0))].into()),
            (
                "<</A<</B[]>>>>",
                lopdf::dictionary! {"A" => lopdf::dictionary!{"B" => vec![]}}.into(),
            ),
        ];
        for (text, object) in cases {
            assert_eq!(parse(text.as_bytes()), Ok(object), "{text}");
        }
    }

    #[test]
    fn only_the_keyword_null_is_null_to_whoever_compares() {
        let exactly = |text: &str| parse_exactly(text.as_bytes()).unwrap();
        assert_eq!(exactly("null"), Object::Null);
        for (one, other, expected) in [
            ("bogus", "null", false),
            ("[180x]", "[null]", false),
            ("<< /A --5 >>", "<< /A 5 >>", false),
            ("<< /A --5 >>", "<</A --5>>", true),
            ("/A#234z", "/A#4z", false),
            ("/A#2300", "/A#00", false),
            ("/A#23#00", "/A##00", false),
            ("<< /A#4z 1 >>", "<< /A#234z 1 >>", false),
            ("/A#42", "/AB", true),
        ] {
            assert_eq!(exactly(one) == exactly(other), expected, "{one} {other}");
        }
    }

    #[test]
    fn every_entry_of_a_dictionary_is_charged_for_its_key_and_its_memory() {
        let many = 100_000;
        let entries: String = (0..many).map(|number| format!("/{number} 1 ")).collect();
        let dictionary = format!("<<{entries}>>");
        let array = format!("[{}]", "1 ".repeat(many));
        let cost = |bytes: &str, memory| {
            let limits = EffortLimits { memory, ..EffortLimits::default() };
            let effort = Effort::new(limits, 0);
            let parsed = parse_within(bytes.as_bytes(), Reading::Lenient, Some(&effort));
            assert_eq!(effort.held(), 0, "nothing is held of what is parsed");
            (effort.steps(), parsed.is_ok())
        };
        let (of_entries, parsed) = cost(&dictionary, 256 << 20);
        let (of_values, _) = cost(&array, 256 << 20);
        assert!(parsed && of_entries >= of_values + 150 * many as u64, "{of_entries} {of_values}");
        // Their own memory is more than the budget, though a plain array's is not.
        assert_eq!([&dictionary, &array].map(|bytes| cost(bytes, 52 << 20).1), [false, true]);
    }

    #[test]
    fn nesting_beyond_the_limit_is_refused() {
        assert_eq!(parse(&b"[".repeat(100_000)), Err(SyntaxError::TooDeep));
        let deep = [b"[".repeat(MAX_NESTING), b"]".repeat(MAX_NESTING)].concat();
        assert!(parse(&deep).is_ok());
    }

    #[test]
    fn too_many_values_are_refused() {
        let many = [b"[".to_vec(), b"0 ".repeat(MAX_VALUES + 1), b"]".to_vec()].concat();
        assert_eq!(parse(&many), Err(SyntaxError::TooManyValues));
    }

    #[test]
    fn broken_values_are_refused_with_their_place() {
        for (text, at) in [("[1", 2), ("<< 1 >>", 3), ("<0g>", 3), ("(", 1), ("}", 0)] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(
                matches!(error, SyntaxError::Expected { at: found, .. } if found == at),
                "{text}: {error}"
            );
        }
    }
}
