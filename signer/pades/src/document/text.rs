//! Text strings (ISO 32000-1 clause 7.9.2.2).

/// Decodes a text string: UTF-16 or UTF-8 with their marks, else a byte a character. (Above 127
/// PDFDocEncoding and Latin-1 differ in quotation marks and the like only.)
pub(crate) fn decode_text(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')).collect()
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().copied().map(char::from).collect(),
    }
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
        assert_eq!(decode_text(b"\xEF\xBB\xBF\xC3\xA6"), "æ");
        assert_eq!(decode_text(b"\xE6"), "æ");
    }
}
