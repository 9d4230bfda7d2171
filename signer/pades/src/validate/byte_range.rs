//! The byte range of a signature: what it covers, and that its gap is the signature and no more.

use std::ops::Range;

use bytes::Bytes;

use super::finding::{Code, Finding};
use crate::syntax::{RawDictionary, RawValue};

/// A byte range that starts with the file's first byte and lies within the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ByteRange {
    /// What it leaves out.
    pub(super) gap: Range<usize>,
    /// Where the second range ends.
    pub(super) end: usize,
    /// Why the gap is not exactly the hexadecimal string of `/Contents`. With a fault it is not
    /// known what was signed, even if the digest is right.
    pub(super) fault: Option<Finding>,
}

impl ByteRange {
    /// Reads `/ByteRange` and holds it against `/Contents` (ISO 32000-1 clause 12.8.1).
    ///
    /// `dictionary` stands at `offset` in `document`.
    pub(super) fn read(
        document: &Bytes,
        dictionary: &RawDictionary,
        offset: usize,
    ) -> Result<Self, Box<Finding>> {
        let range = dictionary.value(b"ByteRange").ok_or_else(|| {
            let text = "the signature dictionary has no `/ByteRange`";
            Box::new(Finding::new(Code::ByteRangeMissing, text))
        })?;
        let numbers = four_numbers(&range)?;
        let [_, first, second, rest] = numbers;
        let end = second.checked_add(rest).filter(|&end| end <= document.len() && first <= second);
        let end = end.ok_or_else(|| {
            let length = document.len();
            let text = format!("byte range {numbers:?} does not fit in the {length} bytes");
            Box::new(Finding::new(Code::ByteRangeOutsideFile, text))
        })?;
        let gap = first..second;
        let fault = fault(document, dictionary, offset, &gap);
        Ok(Self { gap, end, fault })
    }
}

/// Why `gap` is not exactly the hexadecimal string of `/Contents`.
fn fault(
    document: &Bytes,
    dictionary: &RawDictionary,
    offset: usize,
    gap: &Range<usize>,
) -> Option<Finding> {
    for key in [&b"ByteRange"[..], b"Contents"] {
        if dictionary.occurrences(key) > 1 {
            let key = String::from_utf8_lossy(key);
            let text = format!("`/{key}` stands twice in the signature dictionary");
            return Some(Finding::new(Code::DuplicateKey, text));
        }
    }
    let contents = dictionary.value_range(b"Contents")?;
    let contents = offset + contents.start..offset + contents.end;
    if *gap != contents {
        let text = format!(
            "the signature leaves out bytes {} to {}, but its `/Contents` are bytes {} to {}",
            gap.start, gap.end, contents.start, contents.end
        );
        return Some(Finding::new(Code::ByteRangeGap, text));
    }
    match &document[contents] {
        [b'<', digits @ .., b'>']
            if digits.iter().all(u8::is_ascii_hexdigit) && digits.len() % 2 == 0 =>
        {
            None
        }
        _ => {
            let text = "`/Contents` is no hexadecimal string of pairs of digits alone";
            Some(Finding::new(Code::ContentsMalformed, text))
        }
    }
}

/// `/Contents`, decoded.
pub(super) fn contents(dictionary: &RawDictionary) -> Result<Vec<u8>, Box<Finding>> {
    dictionary.value(b"Contents").and_then(|contents| contents.as_string()).ok_or_else(|| {
        let text = "the signature dictionary has no `/Contents`, or it is no string";
        Box::new(Finding::new(Code::ContentsMalformed, text))
    })
}

fn four_numbers(value: &RawValue) -> Result<[usize; 4], Box<Finding>> {
    let malformed = || {
        let text =
            "`/ByteRange` is not an array of four integers without sign, the first of them 0";
        Box::new(Finding::new(Code::ByteRangeMalformed, text))
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

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "%PDF-1.7\n";

    fn read(dictionary: &str) -> Result<ByteRange, Code> {
        let document = Bytes::from(format!("{BEFORE}{dictionary}\nthe rest of the document"));
        let raw = RawDictionary::read(&document.slice(BEFORE.len()..)).unwrap();
        let range = ByteRange::read(&document, &raw, BEFORE.len()).map_err(|f| f.code)?;
        match range.fault {
            Some(fault) => Err(fault.code),
            None => Ok(range),
        }
    }

    /// The string of `/Contents` stands at bytes 31 to 37 of the file.
    fn with_range(range: &str) -> Result<ByteRange, Code> {
        read(&format!("<</Type /Sig/Contents <AB00>/ByteRange {range}>>"))
    }

    #[test]
    fn exact_gap_is_accepted() {
        let accepted = ByteRange { gap: 31..37, end: 57, fault: None };
        assert_eq!(with_range("[0 31 37 20]"), Ok(accepted));
    }

    #[test]
    fn odd_byte_ranges_are_refused() {
        for (range, code) in [
            ("[0 31 37]", Code::ByteRangeMalformed),
            ("[0 31 37 20 0]", Code::ByteRangeMalformed),
            ("[1 30 37 20]", Code::ByteRangeMalformed),
            ("[0 31 37 -1]", Code::ByteRangeMalformed),
            ("[0 +31 37 20]", Code::ByteRangeMalformed),
            ("[0 31 37 9 0 R]", Code::ByteRangeMalformed),
            ("[0 31.0 37 20]", Code::ByteRangeMalformed),
            ("null", Code::ByteRangeMalformed),
            ("[0 31 37 20000]", Code::ByteRangeOutsideFile),
            ("[0 31 37 18446744073709551615]", Code::ByteRangeOutsideFile),
            ("[0 37 31 20]", Code::ByteRangeOutsideFile),
            ("[0 32 36 20]", Code::ByteRangeGap),
            ("[0 31 38 20]", Code::ByteRangeGap),
            ("[0 30 37 20]", Code::ByteRangeGap),
        ] {
            assert_eq!(with_range(range), Err(code), "{range}");
        }
    }

    #[test]
    fn second_contents_or_byte_range_is_refused() {
        for extra in ["/Contents <00>", "/C#6fntents <00>", "/ByteRange [0 31 37 20]"] {
            let text = format!("<</Type /Sig/Contents <AB00>/ByteRange [0 31 37 20]{extra}>>");
            assert_eq!(read(&text), Err(Code::DuplicateKey), "{extra}");
        }
    }

    #[test]
    fn contents_must_be_hexadecimal_digits() {
        for contents in ["(AB00)", "<AB 0>", "<ABC>", "<AB%\n>"] {
            let end = 31 + contents.len();
            let text = format!("<</Type /Sig/Contents {contents}/ByteRange [0 31 {end} 5]>>");
            assert_eq!(read(&text), Err(Code::ContentsMalformed), "{contents}");
        }
        assert_eq!(read("<</Contents <00>>>"), Err(Code::ByteRangeMissing));
    }

    #[test]
    fn contents_are_decoded() {
        for (text, expected) in [
            ("<</Contents <AB00>>>", Ok(vec![0xAB, 0])),
            ("<</Contents null>>", Err(Code::ContentsMalformed)),
            ("<<>>", Err(Code::ContentsMalformed)),
        ] {
            let raw = RawDictionary::read(&Bytes::from_static(text.as_bytes())).unwrap();
            assert_eq!(contents(&raw).map_err(|finding| finding.code), expected);
        }
    }
}
