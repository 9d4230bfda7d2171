//! Where the last signature of a PDF stands in the file (ISO 32000-2 clause 12.8.1).

use std::ops::Range;

use crate::tlv;

/// The places of a signature.
pub struct PdfSignature {
    /// The four numbers.
    pub byte_range: [usize; 4],
    /// Where they are written, without the brackets.
    pub byte_range_text: Range<usize>,
    /// The hex digits of `/Contents`, without the angle brackets.
    pub hex: Range<usize>,
    /// The CMS, without the zeros that fill the hole.
    pub cms: Vec<u8>,
}

impl PdfSignature {
    /// The signature that was added last.
    pub fn last(pdf: &[u8]) -> Self {
        let key = rfind(pdf, b"/ByteRange").expect("a signed PDF");
        let open = key + pdf[key..].iter().position(|b| *b == b'[').expect("an array");
        let close = open + pdf[open..].iter().position(|b| *b == b']').expect("an array's end");
        let byte_range_text = open + 1..close;
        let numbers = String::from_utf8_lossy(&pdf[byte_range_text.clone()]).into_owned();
        let numbers: Vec<usize> =
            numbers.split_whitespace().map(|number| number.parse().expect("a number")).collect();
        let byte_range: [usize; 4] = numbers.try_into().expect("four numbers");
        let gap = byte_range[1]..byte_range[2];
        assert_eq!((pdf[gap.start], pdf[gap.end - 1]), (b'<', b'>'), "the gap is a hex string");
        let hex = gap.start + 1..gap.end - 1;
        let mut cms = hex::decode(&pdf[hex.clone()]).expect("hex digits");
        let length = tlv::element(&cms, 0).expect("DER").whole.end;
        cms.truncate(length);
        Self { byte_range, byte_range_text, hex, cms }
    }

    /// A copy of the file with another CMS in the same hole.
    pub fn replace_cms(&self, pdf: &[u8], cms: &[u8]) -> Vec<u8> {
        let mut copy = pdf.to_vec();
        let digits = hex::encode(cms);
        assert!(digits.len() <= self.hex.len(), "the CMS fits its hole");
        copy[self.hex.clone()].fill(b'0');
        copy[self.hex.start..self.hex.start + digits.len()].copy_from_slice(digits.as_bytes());
        copy
    }
}

/// Where `needle` stands first.
pub fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

fn rfind(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).rposition(|window| window == needle)
}
