//! Changes of a JSON Web Token: its parts decoded, changed, and written as they were.

use fastrand::Rng;

use super::{choice, plain};

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What a token should not say.
const FRAGMENTS: [&str; 10] = [
    "\"alg\":\"none\",",
    "\"alg\":\"HS256\",",
    "\"alg\":\"ES384\",",
    "\"crit\":[\"exp\"],",
    "\"exp\":99999999999999,",
    "\"exp\":-1,",
    "\"iat\":1e300,",
    "\"aud\":[\"segl\",\"x\"],",
    "\"sub\":null,",
    "\"documents\":[[[[[[[[]]]]]]]],",
];

/// A changed copy; none of what has no parts.
pub(super) fn mutate(bytes: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut parts: Vec<String> = text.split('.').map(str::to_owned).collect();
    let at = rng.usize(..parts.len());
    let mut part = decode(&parts[at])?;
    if part.first() == Some(&b'{') && rng.bool() {
        part.splice(1..1, choice(&FRAGMENTS, rng)?.bytes());
    } else {
        part = plain(&part, rng);
    }
    parts[at] = encode(&part);
    Some(parts.join(".").into_bytes())
}

/// Base64 for addresses, without padding (RFC 4648 section 5).
fn decode(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for digit in text.bytes() {
        bits = bits << 6 | DIGITS.iter().position(|known| *known == digit)? as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

fn encode(bytes: &[u8]) -> String {
    let digits = bytes.chunks(3).flat_map(|chunk| {
        let bits = chunk
            .iter()
            .enumerate()
            .fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        (0..=chunk.len()).map(move |at| DIGITS[(bits >> (18 - 6 * at)) as usize & 63])
    });
    digits.map(char::from).collect()
}
