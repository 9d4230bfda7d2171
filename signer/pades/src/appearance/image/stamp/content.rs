//! A content stream (ISO 32000-2 clause 7.8.2): what it draws with, how much it draws, and what of it
//! not every document permits.

use std::collections::BTreeMap;

use memchr::memmem;

use super::refusal::StampError;
use crate::error::Obstacle;
use crate::syntax::{Lexer, decode_name, is_regular, is_whitespace};

/// The kinds of resources (table 34), as their key in a resource dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    ColorSpace,
    ExtGState,
    Font,
    Pattern,
    Properties,
    Shading,
    XObject,
}

/// What a content stream draws.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// How often each resource is named.
    pub(super) used: BTreeMap<(Kind, Vec<u8>), u64>,
    /// How many operators there are.
    pub(super) operations: u64,
    /// The bytes of its strings: at least as many as letters.
    pub(super) letters: u64,
    /// What keeps it out of documents for the archive, the first of all.
    pub(super) obstacle: Option<Obstacle>,
    /// How many graphics states are saved at the most.
    depth: u32,
    open: u32,
}

/// Operators that a document for the archive may have whatever else is in it, those aside that are
/// looked at one by one.
const KNOWN: [&[u8]; 49] = [
    b"w", b"J", b"j", b"M", b"d", b"i", b"cm", b"m", b"l", b"c", b"v", b"y", b"h", b"re", b"S",
    b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"n", b"W", b"W*", b"SC", b"sc", b"G", b"g",
    b"RG", b"rg", b"MP", b"BMC", b"EMC", b"BT", b"ET", b"Tc", b"Tw", b"Tz", b"TL", b"Tr", b"Ts",
    b"Td", b"TD", b"Tm", b"T*", b"q", b"Q",
];

/// The most graphics states that a stream saves in a document for the archive: 28 are permitted
/// (ISO 19005-1 clause 6.1.12), and others are around it.
const MAX_SAVED: u32 = 20;

/// The largest number of such a document (ISO 32000-1 annex C.2).
const MAX_NUMBER: f64 = 32_767.0;

/// What stands before an operator.
#[derive(Default)]
struct Operands {
    names: Vec<Vec<u8>>,
    /// Whether the last one is a name.
    ends_with_name: bool,
}

/// Reads a content stream.
///
/// # Errors
/// [`StampError::Malformed`]; [`StampError::Layers`] for marked content that is optional.
pub(super) fn scan(content: &[u8]) -> Result<Scan, StampError> {
    let mut scan = Scan::default();
    let mut operands = Operands::default();
    let mut lexer = Lexer::new(content, 0);
    loop {
        lexer.skip_whitespace();
        let Some(byte) = lexer.peek() else { return Ok(scan) };
        match byte {
            b'/' => {
                lexer.advance(1);
                operands.names.push(decode_name(lexer.regular()));
                operands.ends_with_name = true;
            }
            b'(' | b'<' | b'[' => {
                let start = lexer.at();
                lexer.skip_value()?;
                scan.letters += (lexer.at() - start) as u64;
                operands.ends_with_name = false;
            }
            byte if is_regular(byte) => {
                let token = lexer.regular();
                if byte.is_ascii_digit() || b"+-.".contains(&byte) {
                    scan.number(token);
                    operands.ends_with_name = false;
                } else {
                    scan.operator(token, &operands)?;
                    if token == b"BI" {
                        scan.inline_image(&mut lexer)?;
                    }
                    operands = Operands::default();
                }
            }
            _ => return Err(StampError::Malformed("its content")),
        }
    }
}

impl Scan {
    /// The same of several streams that draw with the same resources.
    pub(super) fn add(&mut self, other: Self) {
        for (name, count) in other.used {
            *self.used.entry(name).or_default() += count;
        }
        self.operations = self.operations.max(other.operations);
        self.letters = self.letters.max(other.letters);
        self.obstacle = self.obstacle.or(other.obstacle);
    }

    fn operator(&mut self, operator: &[u8], operands: &Operands) -> Result<(), StampError> {
        self.operations += 1;
        let (first, last) = (operands.names.first(), operands.names.last());
        match operator {
            b"Do" => self.use_of(Kind::XObject, last),
            b"gs" => self.use_of(Kind::ExtGState, last),
            b"Tf" => {
                self.hinder(Obstacle::Text);
                self.use_of(Kind::Font, first);
            }
            b"sh" => {
                self.hinder(Obstacle::Patterns);
                self.use_of(Kind::Shading, last);
            }
            b"cs" | b"CS" => self.space(last),
            b"scn" | b"SCN" if operands.ends_with_name => {
                self.hinder(Obstacle::Patterns);
                self.use_of(Kind::Pattern, last);
            }
            b"scn" | b"SCN" => {}
            b"k" | b"K" => self.hinder(Obstacle::Colours),
            b"Tj" | b"TJ" | b"'" | b"\"" => self.hinder(Obstacle::Text),
            b"BI" => self.hinder(Obstacle::Images),
            b"BDC" | b"DP" => {
                if first.is_some_and(|tag| tag == b"OC") {
                    return Err(StampError::Layers);
                }
                if operands.ends_with_name && operands.names.len() > 1 {
                    self.use_of(Kind::Properties, last);
                }
            }
            b"q" => {
                self.open += 1;
                self.depth = self.depth.max(self.open);
                if self.depth > MAX_SAVED {
                    self.hinder(Obstacle::Content);
                }
            }
            b"Q" => self.open = self.open.saturating_sub(1),
            known if KNOWN.contains(&known) => {}
            _ => self.hinder(Obstacle::Content),
        }
        Ok(())
    }

    fn space(&mut self, name: Option<&Vec<u8>>) {
        match name.map(Vec::as_slice) {
            Some(b"DeviceGray" | b"DeviceRGB" | b"G" | b"RGB") => {}
            Some(b"DeviceCMYK" | b"CMYK") => self.hinder(Obstacle::Colours),
            Some(b"Pattern") => self.hinder(Obstacle::Patterns),
            _ => self.use_of(Kind::ColorSpace, name),
        }
    }

    fn number(&mut self, token: &[u8]) {
        let number = std::str::from_utf8(token).ok().and_then(|token| token.parse::<f64>().ok());
        if !number.is_some_and(|number| number.abs() <= MAX_NUMBER) {
            self.hinder(Obstacle::Content);
        }
    }

    fn use_of(&mut self, kind: Kind, name: Option<&Vec<u8>>) {
        match name {
            Some(name) => *self.used.entry((kind, name.clone())).or_default() += 1,
            None => self.hinder(Obstacle::Content),
        }
    }

    fn hinder(&mut self, obstacle: Obstacle) {
        self.obstacle.get_or_insert(obstacle);
    }

    /// What follows `BI` (clause 8.9.7).
    fn inline_image(&mut self, lexer: &mut Lexer<'_>) -> Result<(), StampError> {
        let malformed = || StampError::Malformed("an image in its content");
        loop {
            lexer.skip_whitespace();
            if !lexer.take(b"/") {
                break;
            }
            let key = decode_name(lexer.regular());
            lexer.skip_whitespace();
            if lexer.take(b"/") {
                let name = decode_name(lexer.regular());
                if matches!(key.as_slice(), b"CS" | b"ColorSpace") {
                    self.space(Some(&name));
                }
            } else {
                lexer.skip_value()?;
            }
        }
        if lexer.regular() != b"ID" {
            return Err(malformed());
        }
        lexer.advance(1);
        let data = lexer.rest();
        // Data may hold the same letters: its end has spaces around it, and text after it.
        let ends = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| data.get(before));
            let after = data.get(at + 2..).unwrap_or_default();
            before.is_none_or(|&byte| is_whitespace(byte))
                && after.first().is_none_or(|&byte| is_whitespace(byte))
                && after.iter().take(16).all(|&byte| is_whitespace(byte) || byte.is_ascii_graphic())
        };
        let end = memmem::find_iter(data, b"EI").find(|at| ends(*at)).ok_or_else(malformed)?;
        lexer.advance(end + 2);
        Ok(())
    }
}

impl Kind {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::ColorSpace => "ColorSpace",
            Self::ExtGState => "ExtGState",
            Self::Font => "Font",
            Self::Pattern => "Pattern",
            Self::Properties => "Properties",
            Self::Shading => "Shading",
            Self::XObject => "XObject",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(content: &str) -> Vec<(Kind, String, u64)> {
        let used = scan(content.as_bytes()).unwrap().used.into_iter();
        used.map(|((kind, name), count)| (kind, String::from_utf8(name).unwrap(), count)).collect()
    }

    #[test]
    fn what_is_named_is_found() {
        let content = "q /A#42 gs /F1 12 Tf (Do /X Do) Tj /X Do /X Do % /Y Do\n/Cs1 cs 0.5 scn \
                       /Pattern cs /P1 scn /Sh sh /Span /MC0 BDC EMC /Span <</A /B>> BDC EMC Q \
                       BI /W 1 /H 1 /CS /Cs2 /BPC 8 ID \x01 EI\x02 EI Q";
        let name = |kind, name: &str, count| (kind, name.to_owned(), count);
        assert_eq!(
            names(content),
            [
                name(Kind::ColorSpace, "Cs1", 1),
                name(Kind::ColorSpace, "Cs2", 1),
                name(Kind::ExtGState, "AB", 1),
                name(Kind::Font, "F1", 1),
                name(Kind::Pattern, "P1", 1),
                name(Kind::Properties, "MC0", 1),
                name(Kind::Shading, "Sh", 1),
                name(Kind::XObject, "X", 2),
            ]
        );
    }

    #[test]
    fn what_the_archive_may_not_have_is_told() {
        let saved = "q ".repeat(21);
        for (content, obstacle) in [
            ("q 1 0 0 1 0 0 cm 0.5 g 0 0 1 rg 0 0 9 9 re f* Q", None),
            ("/Artifact BMC 0 0 9 9 re B EMC", None),
            ("/DeviceGray cs 0 sc", None),
            ("0 0 0 1 k", Some(Obstacle::Colours)),
            ("/DeviceCMYK CS", Some(Obstacle::Colours)),
            ("BT /F1 9 Tf (a) Tj ET", Some(Obstacle::Text)),
            ("/S sh", Some(Obstacle::Patterns)),
            ("/P scn", Some(Obstacle::Patterns)),
            ("BI /W 1 /H 1 ID \x01 EI", Some(Obstacle::Images)),
            ("1 2 foo", Some(Obstacle::Content)),
            ("40000 0 m", Some(Obstacle::Content)),
            ("1..2 0 m", Some(Obstacle::Content)),
            ("BX EX", Some(Obstacle::Content)),
            ("/Perceptual ri", Some(Obstacle::Content)),
            (&saved, Some(Obstacle::Content)),
        ] {
            assert_eq!(scan(content.as_bytes()).unwrap().obstacle, obstacle, "{content}");
        }
    }

    #[test]
    fn what_cannot_be_read_or_is_optional_is_refused() {
        assert_eq!(scan(b"/OC /L1 BDC 0 0 9 9 re f EMC").unwrap_err(), StampError::Layers);
        for wrong in ["(", "]", "<< /A", "{ 1 }", "BI /W 1 ID \x01", "BI 1 ID x EI"] {
            let refused = scan(wrong.as_bytes()).unwrap_err();
            assert!(matches!(refused, StampError::Malformed(_)), "{wrong}: {refused:?}");
        }
    }
}
