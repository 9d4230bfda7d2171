//! The ways to read bytes: as text in a character set, and as the encoding of other bytes.

use std::io::Read;

use base64::{
    Engine,
    alphabet::STANDARD as ALPHABET,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use flate2::read::{DeflateDecoder, ZlibDecoder};

/// The longest content taken from one compressed stream.
const MAX_INFLATED_BYTES: u64 = 1 << 20;

/// The shortest run of digits that is read as hex: four bytes.
const SHORTEST_HEX: usize = 8;

/// The shortest run that is read as base64: three bytes.
const SHORTEST_BASE64: usize = 4;

/// `bytes` as text in small letters, in each character set.
pub fn texts(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let latin: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let mut texts = vec![
        ("Latin-1", latin.to_lowercase()),
        ("UTF-8", String::from_utf8_lossy(bytes).to_lowercase()),
    ];
    for (name, unit) in
        [("UTF-16BE", u16::from_be_bytes as fn([u8; 2]) -> u16), ("UTF-16LE", u16::from_le_bytes)]
    {
        for start in 0..2 {
            let units = bytes.get(start..).unwrap_or_default().as_chunks::<2>().0;
            let units: Vec<u16> = units.iter().copied().map(unit).collect();
            texts.push((name, String::from_utf16_lossy(&units).to_lowercase()));
        }
    }
    texts
}

/// What `bytes` may be the encoding of. A layer that changes nothing is left out.
pub fn layers(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut layers = inflated(bytes);
    layers.extend(hex(bytes));
    layers.extend(base64(bytes));
    let escapes: [(&'static str, Unescape); 4] = [
        ("percent", |rest| hex_escape(rest, b'%')),
        ("PDF name", |rest| hex_escape(rest, b'#')),
        ("PDF string", octal_escape),
        ("XML", character_reference),
    ];
    for (name, unescape) in escapes {
        let plain = unescaped(bytes, unescape);
        if plain != bytes {
            layers.push((name, plain));
        }
    }
    layers
}

/// Reads an escape at the start of the bytes: what it stands for and its length.
type Unescape = fn(&[u8]) -> Option<(Vec<u8>, usize)>;

fn unescaped(bytes: &[u8], unescape: Unescape) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        match unescape(rest) {
            Some((meant, length)) => {
                plain.extend(meant);
                rest = &rest[length..];
            }
            None => {
                plain.push(*first);
                rest = after;
            }
        }
    }
    plain
}

fn hex_escape(rest: &[u8], sign: u8) -> Option<(Vec<u8>, usize)> {
    let [first, high, low, ..] = rest else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    (*first == sign).then_some(())?;
    Some((vec![(digit(high)? * 16 + digit(low)?) as u8], 3))
}

/// `\ddd` of PDF strings (ISO 32000-2 table 3), and the backslash before a line's end.
fn octal_escape(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    let [b'\\', after @ ..] = rest else { return None };
    let digits: Vec<u32> =
        after.iter().take(3).map_while(|byte| char::from(*byte).to_digit(8)).collect();
    match (digits.as_slice(), after) {
        ([], [b'\r', b'\n', ..]) => Some((Vec::new(), 3)),
        ([], [b'\r' | b'\n', ..]) => Some((Vec::new(), 2)),
        ([], _) => None,
        (digits, _) => {
            let value = digits.iter().fold(0, |value, digit| value * 8 + digit);
            Some((vec![value as u8], 1 + digits.len()))
        }
    }
}

/// `&#248;` and `&#xF8;`, as UTF-8.
fn character_reference(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    let number = rest.strip_prefix(b"&#")?;
    let end = number.iter().take(9).position(|byte| *byte == b';')?;
    let digits = std::str::from_utf8(&number[..end]).ok()?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((char::from_u32(code)?.to_string().into_bytes(), end + 3))
}

/// Every zlib stream, wherever it begins, and what follows the word `stream` as raw deflate.
fn inflated(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut found = Vec::new();
    for start in 0..bytes.len().saturating_sub(1) {
        let rest = &bytes[start..];
        // RFC 1950: method 8, window at most 32 KiB, header a multiple of 31.
        if rest[0] & 0x8F == 0x08 && u16::from_be_bytes([rest[0], rest[1]]).is_multiple_of(31) {
            found.extend(read_some(ZlibDecoder::new(rest)).map(|inner| ("zlib", inner)));
        }
        for end_of_line in ["stream\n", "stream\r\n"] {
            if let Some(content) = rest.strip_prefix(end_of_line.as_bytes()) {
                found.extend(read_some(DeflateDecoder::new(content)).map(|i| ("deflate", i)));
            }
        }
    }
    found
}

/// What a decoder gives before it fails; nothing when that is too little to be meant.
fn read_some(decoder: impl Read) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    let whole = decoder.take(MAX_INFLATED_BYTES).read_to_end(&mut content).is_ok();
    // Random bytes look like a zlib header now and then, and give a few bytes before they fail.
    (whole || content.len() > 64).then_some(content).filter(|content| !content.is_empty())
}

/// Runs of hex digits, also with white space between (PDF hex strings), from either digit.
fn hex(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut found = Vec::new();
    for run in runs(bytes, |byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace()) {
        let digits: Vec<u8> =
            run.iter().filter_map(|b| char::from(*b).to_digit(16)).map(|d| d as u8).collect();
        if digits.len() < SHORTEST_HEX {
            continue;
        }
        for start in 0..2 {
            let pairs = digits[start..].as_chunks::<2>().0;
            found.push(("hex", pairs.iter().map(|[high, low]| high * 16 + low).collect()));
        }
    }
    found
}

/// Runs of base64 or base64url, from each of the four characters that a group may begin with.
fn base64(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let lenient = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&ALPHABET, lenient);
    let in_alphabet = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'\r' | b'\n')
    };
    let mut found = Vec::new();
    for run in runs(bytes, in_alphabet) {
        let digits: Vec<u8> = run
            .iter()
            .filter(|byte| !byte.is_ascii_whitespace())
            .map(|byte| match byte {
                b'-' => b'+',
                b'_' => b'/',
                other => *other,
            })
            .collect();
        for start in 0..4 {
            let rest = digits.get(start..).unwrap_or_default();
            // One character alone at the end stands for no byte.
            let whole = if rest.len() % 4 == 1 { &rest[..rest.len() - 1] } else { rest };
            if whole.len() >= SHORTEST_BASE64 {
                found.extend(engine.decode(whole).map(|inner| ("base64", inner)));
            }
        }
    }
    found
}

/// The longest runs of bytes that are all `wanted`.
fn runs(bytes: &[u8], wanted: impl Fn(&u8) -> bool) -> impl Iterator<Item = &[u8]> {
    bytes.split(move |byte| !wanted(byte)).filter(|run| !run.is_empty())
}
