//! Data as letters.

use super::FilterError;
use crate::syntax::is_whitespace;

/// ISO 32000-2 clause 7.4.2.
pub(super) fn ascii_hex(data: &[u8]) -> Result<Vec<u8>, FilterError> {
    let digits: Vec<u8> = data
        .iter()
        .copied()
        .take_while(|&byte| byte != b'>')
        .filter(|&byte| !is_whitespace(byte))
        .collect();
    digits
        .chunks(2)
        .map(|pair| {
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
            let high = digit(pair[0]).ok_or(FilterError::Damaged)?;
            let low = pair.get(1).map_or(Some(0), |&byte| digit(byte));
            Ok(high << 4 | low.ok_or(FilterError::Damaged)?)
        })
        .collect()
}

/// ISO 32000-2 clause 7.4.3.
pub(super) fn ascii_85(data: &[u8]) -> Result<Vec<u8>, FilterError> {
    let mut decoded = Vec::with_capacity(data.len());
    let mut group = [0; 5];
    let mut count = 0;
    // The letters of a group, of which so many stand for bytes; the last one for one byte fewer.
    let bytes = |group: [u8; 5]| {
        let value = group.iter().fold(0_u64, |sum, digit| 85 * sum + u64::from(*digit));
        u32::try_from(value).map(u32::to_be_bytes).map_err(|_| FilterError::Damaged)
    };
    for &byte in data.iter().take_while(|&&byte| byte != b'~') {
        match byte {
            b'z' if count == 0 => decoded.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group[count] = byte - b'!';
                count += 1;
                if count == group.len() {
                    decoded.extend_from_slice(&bytes(group)?);
                    count = 0;
                }
            }
            _ if is_whitespace(byte) => {}
            _ => return Err(FilterError::Damaged),
        }
    }
    match count {
        0 => {}
        1 => return Err(FilterError::Damaged),
        _ => {
            group[count..].fill(84);
            decoded.extend_from_slice(&bytes(group)?[..count - 1]);
        }
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_in_base_85_is_decoded() {
        assert_eq!(ascii_85(b"9jqo^BlbD-\nBl\neB1DJ+*+F(f,q~>").unwrap(), b"Man is distinguished");
        assert_eq!(ascii_85(b"z!!~>more").unwrap(), [0, 0, 0, 0, 0]);
        assert_eq!(ascii_85(b"").unwrap(), b"");
        for damaged in ["!", "uuuuu", "!z!!!", "v", "s8W-\""] {
            assert_eq!(ascii_85(damaged.as_bytes()), Err(FilterError::Damaged), "{damaged}");
        }
    }

    #[test]
    fn hexadecimal_data_is_decoded() {
        assert_eq!(ascii_hex(b"48 65\n6>").unwrap(), b"He`");
        assert_eq!(ascii_hex(b"4x").unwrap_err(), FilterError::Damaged);
    }
}
