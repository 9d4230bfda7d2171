//! Names (ISO 32000-1 clause 7.3.5).

/// Decodes the `#xx` escapes of a name.
pub(crate) fn decode_name(raw: &[u8]) -> Vec<u8> {
    decode(raw, false)
}

/// The same, to be compared: readers differ in what they make of `#` that begins no escape, and of
/// `#00`, which stands in no name. A NUL before each tells them from `#23` and from all else.
pub(super) fn decode_name_exactly(raw: &[u8]) -> Vec<u8> {
    decode(raw, true)
}

pub(super) fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit.wrapping_sub(b'A').wrapping_add(10) & 0x0F,
    }
}

fn decode(raw: &[u8], exactly: bool) -> Vec<u8> {
    let mut name = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, tail)) = rest.split_first() {
        let (decoded, is_odd) = match (byte, tail) {
            (b'#', [high, low, after @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                rest = after;
                let decoded = nibble(*high) << 4 | nibble(*low);
                (decoded, decoded == 0)
            }
            _ => {
                rest = tail;
                (byte, byte == b'#')
            }
        };
        if exactly && is_odd {
            name.push(0);
        }
        name.push(decoded);
    }
    name
}
