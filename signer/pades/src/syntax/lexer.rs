//! Tokens: white space, numbers, names, and the extent of a value.

use memchr::{memchr, memchr2};

use super::SyntaxError;
use crate::limits::MAX_NESTING;

/// White-space characters (ISO 32000-1 table 1).
pub(crate) fn is_whitespace(byte: u8) -> bool {
    CLASSES[usize::from(byte)] == Class::WhiteSpace
}

/// Characters that names, numbers and keywords are made of.
pub(crate) fn is_regular(byte: u8) -> bool {
    CLASSES[usize::from(byte)] == Class::Regular
}

/// The classes of characters (ISO 32000-1 clause 7.2.2).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Regular,
    WhiteSpace,
    Delimiter,
}

/// The class of each byte: one look-up, because scans look at every byte.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Regular; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ' => Class::WhiteSpace,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%' => Class::Delimiter,
            _ => Class::Regular,
        };
        byte += 1;
    }
    classes
};

/// A position in bytes that hold PDF syntax.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The furthest byte that was looked at for a reference that is none.
    looked: usize,
}

impl<'a> Lexer<'a> {
    /// Starts at byte `at`.
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()), looked: 0 }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// How far the bytes were looked at: what it cost to come here.
    pub(crate) fn looked(&self) -> usize {
        self.looked.max(self.at)
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(crate) fn advance(&mut self, count: usize) {
        self.at = (self.at + count).min(self.bytes.len());
    }

    pub(crate) fn expected<T>(&self, expected: &'static str) -> Result<T, SyntaxError> {
        Err(SyntaxError::Expected { expected, at: self.at })
    }

    /// Skips white space and comments.
    pub(crate) fn skip_whitespace(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let line = self.rest();
                self.at += memchr2(b'\r', b'\n', line).unwrap_or(line.len());
            } else if is_whitespace(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// Takes exactly `token`, whatever follows it.
    pub(crate) fn take(&mut self, token: &[u8]) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Takes `keyword` when no regular character follows it.
    pub(crate) fn keyword(&mut self, keyword: &[u8]) -> bool {
        let rest = self.rest();
        let found = rest.starts_with(keyword)
            && rest.get(keyword.len()).is_none_or(|&byte| !is_regular(byte));
        if found {
            self.at += keyword.len();
        }
        found
    }

    /// Takes the run of regular characters that starts here; empty if there is none.
    pub(crate) fn regular(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|&byte| !is_regular(byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Takes an unsigned integer; leaves the position alone if there is none or it is too large.
    pub(crate) fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        let mut length = 0;
        for digit in self.rest().iter().take_while(|byte| byte.is_ascii_digit()) {
            value = value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
            length += 1;
        }
        self.at += length;
        (length > 0).then_some(value)
    }

    /// Takes `N G R`; leaves the position alone if that does not stand here.
    pub(crate) fn reference(&mut self) -> Option<lopdf::ObjectId> {
        let mut ahead = self.clone();
        let id = ahead.reference_ahead();
        match id {
            Some(_) => self.at = ahead.at,
            None => self.looked = self.looked.max(ahead.at),
        }
        id
    }

    fn reference_ahead(&mut self) -> Option<lopdf::ObjectId> {
        let number = u32::try_from(self.unsigned()?).ok()?;
        self.gap()?;
        let generation = u16::try_from(self.unsigned()?).ok()?;
        self.gap()?;
        self.keyword(b"R").then_some((number, generation))
    }

    /// Skips white space, of which there must be some.
    fn gap(&mut self) -> Option<()> {
        let before = self.at;
        self.skip_whitespace();
        (self.at > before).then_some(())
    }

    /// Skips one value of any kind, which must start here.
    ///
    /// A scan without recursion: only strings, comments and brackets are looked at, so that a
    /// large array costs about a nanosecond a byte.
    pub(crate) fn skip_value(&mut self) -> Result<(), SyntaxError> {
        let mut open = Brackets::default();
        loop {
            match self.peek() {
                None => return self.expected("a value"),
                Some(b'(') => self.skip_literal_string()?,
                Some(b'<') if self.take(b"<<") => open.push(true)?,
                Some(b'<') => self.skip_hexadecimal_string()?,
                Some(b'[') => {
                    self.at += 1;
                    open.push(false)?;
                }
                Some(b'>') if open.last() == Some(true) && self.take(b">>") => open.pop(),
                Some(b']') if open.last() == Some(false) => {
                    self.at += 1;
                    open.pop();
                }
                Some(b'/') => {
                    self.at += 1;
                    self.regular();
                }
                Some(byte) if is_regular(byte) => {
                    if self.reference().is_none() {
                        self.regular();
                    }
                }
                Some(_) => return self.expected("a value"),
            }
            if open.depth == 0 {
                return Ok(());
            }
            self.skip_plain();
        }
    }

    /// Inside brackets, skips all that neither opens nor closes anything.
    fn skip_plain(&mut self) {
        loop {
            let rest = self.rest();
            let plain =
                rest.iter().position(|&byte| CLASSES[usize::from(byte)] == Class::Delimiter);
            self.at += plain.unwrap_or(rest.len());
            match self.peek() {
                Some(b'/') => self.at += 1,
                Some(b'%') => self.skip_whitespace(),
                _ => return,
            }
        }
    }

    fn skip_literal_string(&mut self) -> Result<(), SyntaxError> {
        let mut depth = 0_usize;
        let start = self.at;
        let mut bytes = self.bytes[start..].iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\\' => {
                    bytes.next();
                }
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at = self.bytes.len() - bytes.as_slice().len();
                return Ok(());
            }
        }
        self.expected("the end of a string")
    }

    fn skip_hexadecimal_string(&mut self) -> Result<(), SyntaxError> {
        match memchr(b'>', self.rest()) {
            Some(end) => {
                self.at += end + 1;
                Ok(())
            }
            None => self.expected("the end of a hexadecimal string"),
        }
    }
}

/// The brackets that are open, innermost last: one bit each, set for a dictionary.
#[derive(Default)]
struct Brackets {
    depth: usize,
    kinds: [u64; MAX_NESTING.div_ceil(64)],
}

impl Brackets {
    fn push(&mut self, dictionary: bool) -> Result<(), SyntaxError> {
        if self.depth == MAX_NESTING {
            return Err(SyntaxError::TooDeep);
        }
        let bit = 1 << (self.depth % 64);
        let word = &mut self.kinds[self.depth / 64];
        *word = if dictionary { *word | bit } else { *word & !bit };
        self.depth += 1;
        Ok(())
    }

    fn last(&self) -> Option<bool> {
        let innermost = self.depth.checked_sub(1)?;
        Some(self.kinds[innermost / 64] >> (innermost % 64) & 1 == 1)
    }

    fn pop(&mut self) {
        self.depth -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_skipped_to_its_end() {
        for (text, rest) in [
            ("12 0 R/Next", "/Next"),
            ("12 0 Rx", " 0 Rx"),
            ("<< /A [ (a\\)(b)) <3E> ] >>/B", "/B"),
            ("[1 2%]\n3]4", "4"),
            ("(a(b)c)d", "d"),
            ("/Name/Next", "/Next"),
            ("-1.5>>", ">>"),
            ("<</A<</B 1>>>>>>", ">>"),
        ] {
            let mut lexer = Lexer::new(text.as_bytes(), 0);
            lexer.skip_value().unwrap();
            assert_eq!(std::str::from_utf8(lexer.rest()).unwrap(), rest, "{text}");
        }
    }

    #[test]
    fn a_value_without_an_end_is_refused() {
        for text in ["", "(a", "<12", "<< /A 1", "[1", ">>", "]", ")", "}", "[1 >>", "<</A ]"] {
            assert!(Lexer::new(text.as_bytes(), 0).skip_value().is_err(), "{text}");
        }
    }

    #[test]
    fn an_integer_beyond_64_bits_is_no_integer() {
        assert_eq!(Lexer::new(b"18446744073709551615", 0).unsigned(), Some(u64::MAX));
        assert_eq!(Lexer::new(b"18446744073709551616", 0).unsigned(), None);
    }
}
