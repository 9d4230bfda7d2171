//! Bodies in Base64 (RFC 8951 section 3.1).

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};

/// Padding may be missing, as some clients leave it out.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How many octets of Base64, of its line ends and of the lines that PEM puts around it, `length` octets
/// make at most.
const fn longest(length: usize) -> usize {
    length * 2 + 128
}

/// What a body of at most `maximum` octets says: Base64 in lines of any length, or in none, with or without
/// the lines that PEM puts around it, or DER itself, as some clients send. `None` for anything else.
pub fn decoded(body: &[u8], maximum: usize) -> Option<Vec<u8>> {
    /// SEQUENCE, in octets: no letter of Base64 that could begin a request.
    const SEQUENCE: u8 = 0x30;
    if body.len() > longest(maximum) {
        return None;
    }
    if body.first() == Some(&SEQUENCE) && body.get(1).is_some_and(|byte| *byte >= 0x80) {
        return (body.len() <= maximum).then(|| body.to_vec());
    }
    let text = std::str::from_utf8(body).ok()?;
    let lines = text.lines().filter(|line| !line.starts_with("-----"));
    let letters: String =
        lines.flat_map(str::chars).filter(|letter| !letter.is_ascii_whitespace()).collect();
    let octets = TOLERANT.decode(letters).ok()?;
    (octets.len() <= maximum).then_some(octets)
}

/// The body that says `octets`: Base64 in one line, for there are clients that take a line's end for a letter.
pub fn encoded(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_their_lack_pem_and_der_say_the_same() {
        let octets: Vec<u8> = [0x30, 0x82, 0, 0].into_iter().chain(0..200).collect();
        let bare = encoded(&octets);
        let letters: Vec<_> = bare.chars().collect();
        let lines: String =
            letters.chunks(64).flat_map(|line| line.iter().chain(&['\n'])).collect();
        let windows = lines.replace('\n', "\r\n");
        let pem = format!("-----BEGIN X-----\n{lines}-----END X-----\n");
        let unpadded = bare.trim_end_matches('=').to_owned();
        for text in [lines, bare, windows, pem, unpadded] {
            assert_eq!(decoded(text.as_bytes(), 300).as_deref(), Some(&octets[..]), "{text}");
        }
        assert_eq!(decoded(&octets, 300), Some(octets.clone()));
    }

    #[test]
    fn what_is_too_long_or_no_base64_is_refused() {
        assert_eq!(decoded(encoded(&[7; 301]).as_bytes(), 300), None);
        assert_eq!(decoded(&[b'A'; 10_000], 300), None);
        assert_eq!(decoded("æøå".as_bytes(), 300), None);
        assert_eq!(decoded(&[0xff, 0xfe], 300), None);
    }
}
