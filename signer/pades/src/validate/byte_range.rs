//! The byte range of a signature: what it covers, and that its gap is the signature and no more.

use std::ops::Range;

use bytes::Bytes;

use super::finding::{Code, Finding};
use crate::syntax::{RawDictionary, RawValue};

/// A byte range that has been checked: it starts with the file's first byte, and its gap is
/// exactly the hexadecimal string of `/Contents`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ByteRange {
    /// Where the gap begins: the offset of `<`.
    pub(super) gap: Range<usize>,
    /// Where the second range ends.
    pub(super) end: usize,
}

impl ByteRange {
    /// Reads `/ByteRange` and holds it against `/Contents` (ISO 32000-1 clause 12.8.1).
    ///
    /// `dictionary` stands at `offset` in `document`.
    pub(super) fn read(
        document: &Bytes,
        dictionary: &RawDictionary,
        offset: usize,
    ) -> Result<Self, Finding> {
        for key in [&b"ByteRange"[..], b"Contents"] {
            if dictionary.occurrences(key) > 1 {
                let key = String::from_utf8_lossy(key);
                return Err(Finding::new(
                    Code::DuplicateKey,
                    format!("`/{key}` stands twice in the signature dictionary"),
                ));
            }
        }
        let range = dictionary.value(b"ByteRange").ok_or_else(|| {
            Finding::new(Code::ByteRangeMissing, "the signature dictionary has no `/ByteRange`")
        })?;
        let numbers = four_numbers(&range)?;
        let [_, first, second, rest] = numbers;
        let outside = || {
            let length = document.len();
            let text = format!("byte range {numbers:?} does not fit in the {length} bytes");
            Finding::new(Code::ByteRangeOutsideFile, text)
        };
        let end = second.checked_add(rest).filter(|&end| end <= document.len());
        let end = end.ok_or_else(outside)?;
        if first > second {
            return Err(outside());
        }
        let contents = dictionary.value_range(b"Contents").ok_or_else(|| {
            Finding::new(Code::ContentsMalformed, "the signature dictionary has no `/Contents`")
        })?;
        let contents = offset + contents.start..offset + contents.end;
        let gap = first..second;
        if gap != contents {
            let text = format!(
                "the signature does not cover bytes {} to {}, but its `/Contents` takes up bytes {} to {}",
                gap.start, gap.end, contents.start, contents.end
            );
            return Err(Finding::new(Code::ByteRangeGap, text));
        }
        match &document[gap.clone()] {
            [b'<', digits @ .., b'>'] if digits.iter().all(u8::is_ascii_hexdigit) => {}
            _ => {
                let text = "`/Contents` is no hexadecimal string of digits alone";
                return Err(Finding::new(Code::ContentsMalformed, text));
            }
        }
        Ok(Self { gap, end })
    }

    /// The signature: `/Contents`, decoded.
    pub(super) fn contents(&self, document: &Bytes) -> Result<Vec<u8>, Finding> {
        let digits = &document[self.gap.start + 1..self.gap.end - 1];
        hex_decode(digits).ok_or_else(|| {
            Finding::new(Code::ContentsMalformed, "`/Contents` has an odd number of digits")
        })
    }
}

fn four_numbers(value: &RawValue) -> Result<[usize; 4], Finding> {
    let malformed = || {
        let text = "`/ByteRange` is not an array of four integers without sign, the first of them 0";
        Finding::new(Code::ByteRangeMalformed, text)
    };
    let mut elements = value.array().ok_or_else(malformed)?;
    let mut numbers = [0; 4];
    for number in &mut numbers {
        let element = elements.next().and_then(Result::ok).ok_or_else(malformed)?;
        let digits = element.extent().map_err(|_| malformed())?;
        let element = element.as_unsigned().filter(|_| digits.iter().all(u8::is_ascii_digit));
        *number = element.and_then(|n| usize::try_from(n).ok()).ok_or_else(malformed)?;
    }
    if elements.next().is_some() || numbers[0] != 0 {
        return Err(malformed());
    }
    Ok(numbers)
}

fn hex_decode(digits: &[u8]) -> Option<Vec<u8>> {
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "%PDF-1.7\n";

    fn read(dictionary: &str) -> Result<ByteRange, Code> {
        let document = Bytes::from(format!("{BEFORE}{dictionary}\nthe rest"));
        let raw = RawDictionary::read(&document.slice(BEFORE.len()..)).unwrap();
        ByteRange::read(&document, &raw, BEFORE.len()).map_err(|finding| finding.code)
    }

    /// `/Contents <AB00>` at byte 21 of the file, its string from 31 to 37.
    fn with_range(range: &str) -> Result<ByteRange, Code> {
        read(&format!("<</Type /Sig/Contents <AB00>/ByteRange {range}>>"))
    }

    #[test]
    fn exact_gap_is_accepted() {
        assert_eq!(with_range("[0 30 36 20]"), Ok(ByteRange { gap: 30..36, end: 56 }));
        let document = Bytes::from(format!("{BEFORE}<</Type /Sig/Contents <AB00>"));
        let contents = ByteRange { gap: 30..36, end: 36 }.contents(&document);
        assert_eq!(contents, Ok(vec![0xAB, 0]));
    }

    #[test]
    fn odd_byte_ranges_are_refused() {
        for (range, code) in [
            ("[0 30 36]", Code::ByteRangeMalformed),
            ("[0 30 36 20 0]", Code::ByteRangeMalformed),
            ("[1 29 36 20]", Code::ByteRangeMalformed),
            ("[0 30 36 -1]", Code::ByteRangeMalformed),
            ("[0 +30 36 20]", Code::ByteRangeMalformed),
            ("[0 30 36 9 0 R]", Code::ByteRangeMalformed),
            ("[0 30.0 36 20]", Code::ByteRangeMalformed),
            ("null", Code::ByteRangeMalformed),
            ("[0 30 36 20000]", Code::ByteRangeOutsideFile),
            ("[0 30 36 18446744073709551615]", Code::ByteRangeOutsideFile),
            ("[0 36 30 20]", Code::ByteRangeOutsideFile),
            ("[0 31 35 20]", Code::ByteRangeGap),
            ("[0 30 37 20]", Code::ByteRangeGap),
            ("[0 29 36 20]", Code::ByteRangeGap),
        ] {
            assert_eq!(with_range(range), Err(code), "{range}");
        }
    }

    #[test]
    fn second_contents_or_byte_range_is_refused() {
        for extra in ["/Contents <00>", "/C#6fntents <00>", "/ByteRange [0 0 0 0]"] {
            let text = format!("<</Type /Sig/Contents <AB00>/ByteRange [0 30 36 20]{extra}>>");
            assert_eq!(read(&text), Err(Code::DuplicateKey), "{extra}");
        }
    }

    #[test]
    fn contents_must_be_hexadecimal_digits() {
        for contents in ["(AB00)", "<AB 0>", "<AB%\n>"] {
            let end = 30 + contents.len();
            let text = format!("<</Type /Sig/Contents {contents}/ByteRange [0 30 {end} 5]>>");
            assert_eq!(read(&text), Err(Code::ContentsMalformed), "{contents}");
        }
        assert_eq!(read("<</Contents <00>>>"), Err(Code::ByteRangeMissing));
        assert_eq!(read("<</ByteRange [0 1 2 3]>>"), Err(Code::ContentsMalformed));
    }
}
