//! Tokens that no [`lopdf::Object`] keeps as they are: reals, and what is neither a number nor a
//! keyword.
//!
//! Readers make one thing or another of `180x`, `--5` or `1.2.3`, and most hold reals with more
//! digits than an `f32` has. Whoever compares values needs what is written. Only the keyword `null`
//! is the null object (ISO 32000-2 clause 7.3.7).

use lopdf::{Dictionary, Object, Stream};

/// The longest number that is read as one, in bytes: some readers cut longer ones off.
const MAX_NUMBER: usize = 32;

/// The token `bytes`, no keyword: an integer, or what [`text`] gives again. An integer has digits
/// and a sign, and 64 bits (ISO 32000-2 clause 7.3.3).
pub(super) fn exact(bytes: &[u8]) -> Object {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_NUMBER);
    if let Some(integer) = text.and_then(|text| text.parse().ok()) {
        return Object::Integer(integer);
    }
    // No value that is parsed has a stream in it, and a stream that is read has a `/Length`.
    Object::Stream(Stream {
        dict: Dictionary::new(),
        content: decimal(bytes).unwrap_or_else(|| bytes.to_vec()),
        allows_compression: false,
        start_position: None,
    })
}

/// What a token that was parsed exactly is: a real in decimals, as [`decimal`] writes it, or else
/// what stands in the file.
pub(crate) fn text(value: &Object) -> Option<&[u8]> {
    match value {
        Object::Stream(stream) if stream.dict.is_empty() => Some(&stream.content),
        _ => None,
    }
}

/// A number in decimals, the same for all that are equal; none for anything else.
pub(crate) fn number(value: &Object) -> Option<Vec<u8>> {
    match value {
        Object::Integer(integer) => decimal(format!("{integer}.").as_bytes()),
        token => text(token).and_then(decimal),
    }
}

/// A real as ISO 32000-2 clause 7.3.3 defines it, without a superfluous sign or zero.
fn decimal(token: &[u8]) -> Option<Vec<u8>> {
    if token.len() > MAX_NUMBER {
        return None;
    }
    let (is_negative, digits) = match token {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let point = digits.iter().position(|&byte| byte == b'.')?;
    let (whole, fraction) = (&digits[..point], &digits[point + 1..]);
    let is_real = digits.len() > 1 && [whole, fraction].concat().iter().all(u8::is_ascii_digit);
    if !is_real {
        return None;
    }
    let whole = &whole[whole.iter().take_while(|&&digit| digit == b'0').count()..];
    let zeros = fraction.iter().rev().take_while(|&&digit| digit == b'0').count();
    let fraction = &fraction[..fraction.len() - zeros];
    let is_zero = whole.is_empty() && fraction.is_empty();
    let sign = if is_negative && !is_zero { &b"-"[..] } else { b"" };
    let or_zero = |digits| if <[u8]>::is_empty(digits) { b"0" } else { digits };
    Some([sign, or_zero(whole), b".", or_zero(fraction)].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reals_are_the_same_however_many_zeros_they_have_and_differ_by_any_digit() {
        for (token, expected) in [
            ("0.50", "0.5"),
            (".5", "0.5"),
            ("+00.5", "0.5"),
            ("-.5", "-0.5"),
            ("4.", "4.0"),
            ("-0.0", "0.0"),
            ("-1073741824.0", "-1073741824.0"),
            ("-1073741864.0", "-1073741864.0"),
            ("0.30000000000000001", "0.30000000000000001"),
        ] {
            let value = exact(token.as_bytes());
            assert_eq!(text(&value).map(String::from_utf8_lossy).as_deref(), Some(expected));
            assert_eq!(number(&value).as_deref(), Some(expected.as_bytes()), "{token}");
        }
        assert_eq!(number(&exact(b"-4")), number(&exact(b"-4.0")));
    }

    #[test]
    fn what_is_no_number_is_kept_as_it_stands() {
        let long = format!("{}.5", "0".repeat(MAX_NUMBER));
        for token in [
            "180x",
            "--5",
            "+-5",
            "5-",
            "1.2.3",
            "0x10",
            "1e5",
            ".",
            "-",
            "-.",
            "+",
            "NULL",
            "nan",
            "99999999999999999999",
            &long,
        ] {
            let value = exact(token.as_bytes());
            assert_eq!(text(&value), Some(token.as_bytes()));
            assert_eq!(number(&value), None, "{token}");
        }
        assert_eq!(text(&exact(b"5\xFF")), Some(&b"5\xFF"[..]));
        assert_eq!(exact(b"+17"), Object::Integer(17));
    }
}
