//! A content stream (ISO 32000-2 clause 7.8.2): what it draws with, how much it draws, what of it not
//! every document permits; and the same without comments and without the marks that name a place in the
//! structure of its document or what its text says, which draw nothing.

use std::collections::BTreeMap;

use memchr::memmem;

use super::MAX_OBJECTS;
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
    /// What of the content draws.
    pub(super) content: Vec<u8>,
    /// How many graphics states are saved at the most.
    depth: u32,
    open: u32,
}

/// Operators that a document for the archive may have whatever else is in it, those aside that are
/// looked at one by one.
const KNOWN: [&[u8]; 46] = [
    b"w", b"J", b"j", b"M", b"d", b"i", b"cm", b"m", b"l", b"c", b"v", b"y", b"h", b"re", b"S",
    b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"n", b"W", b"W*", b"SC", b"sc", b"G", b"g",
    b"RG", b"rg", b"BT", b"ET", b"Tc", b"Tw", b"Tz", b"TL", b"Tr", b"Ts", b"Td", b"TD", b"Tm",
    b"T*", b"q", b"Q",
];

/// The most graphics states that a stream saves in a document for the archive: 28 are permitted
/// (ISO 19005-1 clause 6.1.12), and others are around it.
const MAX_SAVED: u32 = 20;

/// The largest number of such a document (ISO 32000-1 annex C.2).
const MAX_NUMBER: f64 = 32_767.0;

/// The most names before one operator; none takes more than two.
const MAX_NAMES: usize = 32;

/// What stands before an operator.
#[derive(Default)]
struct Operands {
    names: Vec<Vec<u8>>,
    /// Whether the last one is a name.
    ends_with_name: bool,
    /// Whether one is a dictionary, as marks alone have them.
    dictionary: bool,
    /// How many arrays are open.
    open: i32,
    /// As they are written.
    written: Vec<u8>,
}

impl Operands {
    fn write(&mut self, token: &[u8]) {
        self.written.extend_from_slice(token);
        self.written.push(b' ');
    }
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
        let start = lexer.at();
        match byte {
            b'/' => {
                lexer.advance(1);
                if operands.names.len() == MAX_NAMES {
                    return Err(StampError::Malformed("its content"));
                }
                operands.names.push(decode_name(lexer.regular()));
            }
            b'[' | b']' => {
                operands.open += if byte == b'[' { 1 } else { -1 };
                if operands.open < 0 {
                    return Err(StampError::Malformed("its content"));
                }
                lexer.advance(1);
            }
            b'(' | b'<' => {
                operands.dictionary |= lexer.rest().starts_with(b"<<");
                lexer.skip_value()?;
                scan.letters += (lexer.at() - start) as u64;
            }
            byte if byte.is_ascii_digit() || b"+-.".contains(&byte) => {
                let token = lexer.regular();
                scan.number(token);
            }
            byte if is_regular(byte) => {
                let token = lexer.regular();
                if !matches!(token, b"true" | b"false" | b"null") {
                    let operands = std::mem::take(&mut operands);
                    scan.operator(token, &operands)?;
                    if token == b"BI" {
                        scan.inline_image(content, &mut lexer)?;
                    }
                    if scan.used.len() > MAX_OBJECTS {
                        return Err(StampError::Objects { maximum: MAX_OBJECTS });
                    }
                    continue;
                }
            }
            _ => return Err(StampError::Malformed("its content")),
        }
        operands.ends_with_name = byte == b'/';
        operands.write(&content[start..lexer.at()]);
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
        let is_mark = matches!(operator, b"MP" | b"DP" | b"BMC" | b"BDC" | b"EMC");
        if is_mark && operands.names.first().is_some_and(|tag| tag == b"OC") {
            return Err(StampError::Layers);
        }
        if is_mark {
            return Ok(());
        }
        if operands.dictionary || operands.open != 0 {
            return Err(StampError::Malformed("its content"));
        }
        self.content.extend_from_slice(&operands.written);
        self.content.extend_from_slice(operator);
        self.content.push(b'\n');
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
    fn inline_image(&mut self, content: &[u8], lexer: &mut Lexer<'_>) -> Result<(), StampError> {
        let malformed = || StampError::Malformed("an image in its content");
        let mut written = Operands::default();
        loop {
            lexer.skip_whitespace();
            let start = lexer.at();
            if !lexer.take(b"/") {
                break;
            }
            let key = decode_name(lexer.regular());
            written.write(&content[start..lexer.at()]);
            lexer.skip_whitespace();
            let start = lexer.at();
            if lexer.take(b"/") {
                let name = decode_name(lexer.regular());
                if matches!(key.as_slice(), b"CS" | b"ColorSpace") {
                    self.space(Some(&name));
                }
            } else {
                lexer.skip_value()?;
            }
            written.write(&content[start..lexer.at()]);
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
        for part in [&written.written, &b"ID "[..], &data[..end + 2], b"\n"] {
            self.content.extend_from_slice(part);
        }
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
                name(Kind::Shading, "Sh", 1),
                name(Kind::XObject, "X", 2),
            ]
        );
    }

    #[test]
    fn what_draws_is_kept_and_nothing_else() {
        for (content, kept) in [
            ("q 1 0 0 1 2 3 cm % by Karen\n/X Do Q", "q\n1 0 0 1 2 3 cm\n/X Do\nQ\n"),
            ("/Span << /ActualText (Karen) >> BDC (a%) Tj EMC", "(a%) Tj\n"),
            (
                "/P <</MCID 0>>BDC[(a)-10<42>]TJ EMC /A MP /A /B DP /A BMC EMC",
                "[ (a) -10 <42> ] TJ\n",
            ),
            ("[3 % Karen\n2]0 d/A gs", "[ 3 2 ] 0 d\n/A gs\n"),
            (
                "BI /W 1 % Karen\n/H 1/CS/G ID \x01\x02 EI Q",
                "BI\n/W 1 /H 1 /CS /G ID \x01\x02 EI\nQ\n",
            ),
            ("1 2 m 3 4", "1 2 m\n"),
        ] {
            let scan = scan(content.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(scan.content).unwrap(), kept, "{content}");
        }
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
    fn more_names_than_objects_are_refused() {
        let content: String = (0..=MAX_OBJECTS).map(|at| format!("/X{at} gs ")).collect();
        let refused = scan(content.as_bytes()).unwrap_err();
        assert_eq!(refused, StampError::Objects { maximum: MAX_OBJECTS });
    }

    #[test]
    fn what_cannot_be_read_or_is_optional_is_refused() {
        assert_eq!(scan(b"/OC /L1 BDC 0 0 9 9 re f EMC").unwrap_err(), StampError::Layers);
        let names = "/A ".repeat(MAX_NAMES + 1);
        assert_eq!(scan(b"/OC << >> BDC").unwrap_err(), StampError::Layers);
        for wrong in ["(", "<< >> w", "<< /A", "{ 1 }", "BI /W 1 ID \x01", "BI 1 ID x EI", &names] {
            let refused = scan(wrong.as_bytes()).unwrap_err();
            assert!(matches!(refused, StampError::Malformed(_)), "{wrong}: {refused:?}");
        }
    }
}
