//! What a document claims to conform to, as far as a signature must know it.

use memchr::memmem;

use super::Content;
use crate::error::Error;
use crate::reader::Reader;

/// The longest metadata that are looked at, in bytes: thumbnails and histories make them long.
const MAX_METADATA: usize = 16 << 20;

/// The claims of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conformance {
    /// Whether it claims any part of PDF/A.
    pub(crate) pdf_a: bool,
    /// Whether it claims PDF/UA (ISO 14289): fonts are then embedded, with what tells their letters
    /// (clause 7.21).
    pub(crate) pdf_ua: bool,
    /// Whether it claims PDF/A-1 (ISO 19005-1): every form field then has an appearance, also one
    /// without extent (clauses 6.5.3 and 6.9). Later parts except those.
    pub(crate) pdf_a_1: bool,
    /// Whether nothing in it may be seen through: in PDF/A-1 (clause 6.4), and in later parts
    /// where no output intent says in which colours to mix (ISO 19005-2 clause 6.2.10).
    pub(crate) opaque: bool,
    /// Whether it is tagged: annotations on its pages are then visited in the order of the
    /// structure (ISO 14289-1 clause 7.18.3).
    pub(crate) tagged: bool,
}

impl Conformance {
    pub(crate) fn of(reader: &Reader, content: &Content) -> Result<Self, Error> {
        let mark = content.catalog.entry(reader, b"MarkInfo")?;
        let marked = match mark {
            Some(mark) => mark.entry(reader, b"Marked")?,
            None => None,
        };
        let metadata = content.catalog.entry(reader, b"Metadata")?;
        // Metadata that cannot be read claims nothing.
        let metadata =
            metadata.and_then(|metadata| reader.stream_within(metadata.holder, MAX_METADATA).ok());
        let pdf_ua = metadata
            .as_ref()
            .is_some_and(|metadata| memmem::find(metadata, b"pdfuaid:part").is_some());
        let part = metadata.and_then(|metadata| pdf_a_part(&metadata));
        let pdf_a_1 = part == Some(b'1');
        let opaque = match part {
            None => false,
            Some(b'1') => true,
            Some(_) => content.catalog.entry(reader, b"OutputIntents")?.is_none(),
        };
        Ok(Self {
            pdf_a: part.is_some(),
            pdf_ua,
            pdf_a_1,
            opaque,
            tagged: marked.is_some_and(|marked| marked.value.bytes().starts_with(b"true")),
        })
    }
}

/// The part of ISO 19005 that XMP metadata names (`pdfaid:part`), as its digit: an attribute or an
/// element.
fn pdf_a_part(metadata: &[u8]) -> Option<u8> {
    const NAME: &[u8] = b"pdfaid:part";
    let after = &metadata[memmem::find(metadata, NAME)? + NAME.len()..];
    after.iter().copied().find(|byte| !matches!(byte, b'=' | b'"' | b'\'' | b'>' | b' ' | b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_is_an_attribute_or_an_element() {
        for (metadata, part) in [
            ("<rdf pdfaid:part=\"1\" pdfaid:conformance=\"B\"/>", Some(b'1')),
            ("<pdfaid:part>1</pdfaid:part>", Some(b'1')),
            ("<rdf pdfaid:part = '3'/>", Some(b'3')),
            ("<pdfaid:part>", None),
            ("", None),
        ] {
            assert_eq!(pdf_a_part(metadata.as_bytes()), part, "{metadata}");
        }
    }
}
