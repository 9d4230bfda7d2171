//! Just enough DER to find the parts of a CMS signature in place, so that a test can spoil them or put
//! them together anew.

use std::ops::Range;

/// One DER element: where its content stands in the bytes that it was read from.
#[derive(Clone, Debug)]
pub struct Element {
    /// The identifier octet.
    pub tag: u8,
    /// The whole element.
    pub whole: Range<usize>,
    /// Its content.
    pub content: Range<usize>,
}

/// The element at `start`; none when the bytes are not DER.
pub fn element(bytes: &[u8], start: usize) -> Option<Element> {
    let (&tag, &first) = (bytes.get(start)?, bytes.get(start + 1)?);
    let (length, header) = match first {
        0..0x80 => (usize::from(first), 2),
        _ => {
            let octets = usize::from(first & 0x7F);
            let digits = bytes.get(start + 2..start + 2 + octets)?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), 2 + octets)
        }
    };
    let content = start + header..start + header + length;
    (content.end <= bytes.len()).then_some(Element { tag, whole: start..content.end, content })
}

/// The elements inside `parent`.
pub fn children(bytes: &[u8], parent: &Element) -> Vec<Element> {
    let mut found = Vec::new();
    let mut at = parent.content.start;
    while at < parent.content.end {
        let child = element(bytes, at).expect("constructed elements hold elements");
        at = child.whole.end;
        found.push(child);
    }
    found
}

/// The parts of a CMS SignedData with one signer that tests spoil (RFC 5652 clause 5.1).
pub struct Cms {
    /// The certificates, in the order of the file.
    pub certificates: Vec<Range<usize>>,
    /// The signed attributes.
    pub signed_attributes: Range<usize>,
    /// The signature value.
    pub signature: Range<usize>,
    /// The revocation lists and OCSP responses beside the certificates.
    pub revocation: Vec<Range<usize>>,
    /// The unsigned attributes.
    pub unsigned_attributes: Vec<Range<usize>>,
}

impl Cms {
    /// Finds them.
    pub fn parts(cms: &[u8]) -> Self {
        let content_info = element(cms, 0).expect("a CMS");
        let explicit = children(cms, &content_info).remove(1);
        let signed_data = children(cms, &children(cms, &explicit)[0]);
        let certificates = signed_data.iter().find(|part| part.tag == 0xA0).expect("certificates");
        let certificates = children(cms, certificates).into_iter().map(|c| c.whole).collect();
        let revocation = signed_data.iter().find(|part| part.tag == 0xA1);
        let signers = signed_data.last().expect("signer infos");
        let signer = children(cms, &children(cms, signers)[0]);
        let signed = signer.iter().position(|part| part.tag == 0xA0).expect("signed attributes");
        let value = signer.iter().find(|part| part.tag == 0x04).expect("signature value");
        Self {
            certificates,
            signed_attributes: signer[signed].content.clone(),
            signature: value.content.clone(),
            revocation: members(cms, revocation),
            unsigned_attributes: members(cms, signer[signed..].iter().find(|p| p.tag == 0xA1)),
        }
    }
}

/// What stands inside an element, if it is there.
fn members(cms: &[u8], set: Option<&Element>) -> Vec<Range<usize>> {
    set.map(|set| children(cms, set).into_iter().map(|one| one.whole).collect()).unwrap_or_default()
}

/// An element of DER.
pub fn encoded(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let header = match u8::try_from(length) {
        Ok(short @ 0..0x80) => vec![tag, short],
        _ => {
            let octets: Vec<u8> =
                length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            let count = u8::try_from(octets.len()).expect("eight at most");
            [&[tag, 0x80 | count][..], &octets].concat()
        }
    };
    [&header, content].concat()
}
