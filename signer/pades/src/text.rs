//! Text strings (ISO 32000-2 clause 7.9.2.2 and annex D.3): the one place where they are decoded
//! and encoded. Names of fields are compared as what is decoded here, whoever wrote them.

/// The escape character that surrounds a language code inside a UTF-16 string (clause 7.9.2.2.2).
const ESCAPE: char = '\u{1B}';

/// PDFDocEncoding from 0x18 on, where it is not Latin-1 (annex D.3).
const ACCENTS: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];

/// PDFDocEncoding from 0x80 on. 0x9F has no character.
const MARKS: [char; 31] = [
    '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™',
    'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž',
];

/// Decodes a text string: UTF-16 or UTF-8 with their marks, else PDFDocEncoding. Little-endian
/// UTF-16 is in no standard, but readers show it. Different strings of one encoding stay
/// different, but for language codes, which are no part of the text.
pub(crate) fn decode_text(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().copied().map(decode_byte).collect(),
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut in_language_code = false;
    char::decode_utf16(units)
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .filter(|&character| {
            let escape = character == ESCAPE;
            in_language_code ^= escape;
            !escape && !in_language_code
        })
        .collect()
}

/// A byte without a character stands for its own number.
fn decode_byte(byte: u8) -> char {
    match byte {
        0x18..=0x1F => ACCENTS[usize::from(byte - 0x18)],
        0x80..=0x9E => MARKS[usize::from(byte - 0x80)],
        0xA0 => '€',
        _ => char::from(byte),
    }
}

/// Text in PDFDocEncoding without a mark, as passwords are written before AES-256; `None` when a
/// character is not in it.
pub(crate) fn encode_pdf_doc(text: &str) -> Option<Vec<u8>> {
    text.chars().map(encode_byte).collect()
}

fn encode_byte(character: char) -> Option<u8> {
    (0..=u8::MAX).find(|&byte| decode_byte(byte) == character)
}

/// A text string as it is written into a file, with its delimiters: a literal string where ASCII
/// is enough, else UTF-16 in hexadecimal.
pub(crate) fn encode_text(text: &str) -> Vec<u8> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        let mut literal = vec![b'('];
        for byte in text.bytes() {
            if matches!(byte, b'(' | b')' | b'\\') {
                literal.push(b'\\');
            }
            literal.push(byte);
        }
        literal.push(b')');
        return literal;
    }
    let mut hexadecimal = "<FEFF".to_owned();
    for unit in text.encode_utf16() {
        hexadecimal.push_str(&format!("{unit:04X}"));
    }
    hexadecimal.push('>');
    hexadecimal.into_bytes()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::syntax::parse;

    #[test]
    fn text_survives_encoding() {
        for text in ["", "plain", "a(b)\\c", "Århus Kommune", "日本 𝄞", "tab\there"] {
            let Ok(lopdf::Object::String(bytes, _)) = parse(&encode_text(text)) else {
                panic!("{text} is no string");
            };
            assert_eq!(decode_text(&bytes), text);
        }
    }

    #[test]
    fn one_text_is_the_same_in_each_encoding() {
        for (bytes, text) in [
            (&b"A\xA0B"[..], "A€B"),
            (b"\xFE\xFF\0A\x20\xAC\0B", "A€B"),
            (b"\xFF\xFEA\0\xAC\x20B\0", "A€B"),
            (b"\xEF\xBB\xBFA\xE2\x82\xACB", "A€B"),
            (b"\xFE\xFF\0\x1B\0d\0a\0\x1B\0A\x20\xAC\0B", "A€B"),
            (b"\xE6", "æ"),
            (b"\x8Dquoted\x8E \x84 \x93", "“quoted” — ﬁ"),
            (b"\x18\x1F\x9E", "˘˜ž"),
        ] {
            assert_eq!(decode_text(bytes), text, "{bytes:?}");
        }
    }

    #[test]
    fn the_oracle_decodes_pdf_doc_encoding_the_same() {
        for byte in (0x18..=0x7E).chain(0x80..=0x9E).chain(0xA0..=0xAC).chain(0xAE..=0xFF) {
            let string = lopdf::Object::string_literal(vec![byte]);
            assert_eq!(lopdf::decode_text_string(&string).unwrap(), decode_text(&[byte]));
        }
    }

    #[test]
    fn each_byte_has_a_character_of_its_own() {
        let characters: HashSet<char> = (0..=u8::MAX).map(decode_byte).collect();
        assert_eq!(characters.len(), 256);
        assert_eq!(encode_pdf_doc("pass€wörd™"), Some(b"pass\xA0w\xF6rd\x92".to_vec()));
        assert_eq!(encode_pdf_doc("日本"), None);
        assert_eq!(encode_pdf_doc("\u{A0}"), None, "no place in PDFDocEncoding");
    }
}
