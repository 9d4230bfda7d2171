//! The signatures and time-stamps that a document holds, as an augmentation needs them: which
//! bytes, over what. Whether they are valid is for [`validate`](crate::validate) to say.

use bytes::Bytes;
use seal::{Digest, DigestAlgorithm};

use crate::document::{Document, SignatureField};
use crate::error::Error;
use crate::place::Place;
use crate::prefix::PrefixHash;

/// A signature or document time-stamp in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddedSignature {
    /// The fully qualified name of its field.
    pub field: String,
    /// `/SubFilter`, such as `ETSI.CAdES.detached`.
    pub sub_filter: String,
    /// The CMS or the time-stamp token, in DER, without the padding behind it.
    pub cms: Bytes,
    /// `/ByteRange`: offset and length of two ranges, in bytes from the start of the file. They
    /// lie within the file and one behind the other.
    pub byte_range: [usize; 4],
}

impl EmbeddedSignature {
    /// Whether it is a document time-stamp (ETSI EN 319 142-1 clause 5.4.3).
    pub fn is_time_stamp(&self) -> bool {
        self.sub_filter == "ETSI.RFC3161"
    }

    /// Where the bytes end that it covers, from the start of the file.
    pub(crate) fn end(&self) -> usize {
        let [_, _, second, length] = self.byte_range;
        second.saturating_add(length)
    }
}

impl Document {
    /// The document's signatures and document time-stamps, in the form's order. One whose
    /// dictionary is malformed is left out: nothing could be added to it.
    ///
    /// # Errors
    /// [`Error`] when an object that is needed cannot be read.
    pub fn signatures(&self) -> Result<Vec<EmbeddedSignature>, Error> {
        self.reader().effort().settle(self.all_signatures())
    }

    fn all_signatures(&self) -> Result<Vec<EmbeddedSignature>, Error> {
        let mut signatures: Vec<EmbeddedSignature> = Vec::new();
        // They are the caller's afterwards; together they must be no more than may be read.
        let mut held = self.reader().effort().hold(0)?;
        for field in &self.content()?.form.signature_fields {
            if let Some(signature) = &field.signature {
                let Some(signature) = self.embedded(field, signature)? else { continue };
                held.grow(signature.cms.len() as u64)?;
                signatures.push(signature);
            }
        }
        Ok(signatures)
    }

    /// The digest of the bytes that a signature covers.
    pub fn covered_digest(
        &self,
        signature: &EmbeddedSignature,
        algorithm: DigestAlgorithm,
    ) -> Digest {
        let mut hash = PrefixHash::new(algorithm);
        let [first, first_length, second, second_length] = signature.byte_range;
        for (start, length) in [(first, first_length), (second, second_length)] {
            let (mut start, end) = (start, start.saturating_add(length));
            while start < end {
                let piece = self.reader().source().from(start);
                let piece = &piece[..piece.len().min(end - start)];
                if piece.is_empty() {
                    break;
                }
                hash.update(piece);
                start += piece.len();
            }
        }
        hash.finish()
    }

    fn embedded(
        &self,
        field: &SignatureField,
        signature: &Place,
    ) -> Result<Option<EmbeddedSignature>, Error> {
        let reader = self.reader();
        let entry = |key: &[u8]| signature.entry(reader, key);
        let sub_filter = entry(b"SubFilter")?.and_then(|place| place.value.as_name());
        let contents = entry(b"Contents")?.and_then(|place| place.value.as_string());
        let range = entry(b"ByteRange")?.and_then(|place| place.value.array());
        let range = range.map(|range| {
            range
                .take(5)
                .map(|number| usize::try_from(number.ok()?.as_unsigned()?).ok())
                .collect::<Option<Vec<_>>>()
        });
        let (Some(sub_filter), Some(contents), Some(Some(range))) = (sub_filter, contents, range)
        else {
            return Ok(None);
        };
        let length = reader.source().length();
        let Ok(byte_range) = <[usize; 4]>::try_from(range) else { return Ok(None) };
        let [first, first_length, second, second_length] = byte_range;
        let within = first.checked_add(first_length).is_some_and(|end| end <= second)
            && second.checked_add(second_length).is_some_and(|end| end <= length);
        let Some(cms) = der_value(contents).filter(|_| within) else { return Ok(None) };
        Ok(Some(EmbeddedSignature {
            field: field.name.clone(),
            sub_filter: String::from_utf8_lossy(&sub_filter).into_owned(),
            cms,
            byte_range,
        }))
    }
}

/// The SEQUENCE at the start of `contents`: in DER by its length, in BER of indefinite length up
/// to the padding of zeros.
fn der_value(contents: Vec<u8>) -> Option<Bytes> {
    let contents = Bytes::from(contents);
    let (header, length) = match *contents.get(..6)? {
        [0x30, 0x80, ..] => {
            let end = contents.iter().rposition(|&byte| byte != 0)? + 1;
            // The padding hides the end-of-contents octets, four pairs of zeros in a CMS at most.
            return Some(contents.slice(..contents.len().min(end + 8)));
        }
        [0x30, length @ 0..=0x7F, ..] => (2, usize::from(length)),
        [0x30, 0x81, length, ..] => (3, usize::from(length)),
        [0x30, 0x82, high, low, ..] => (4, usize::from(high) << 8 | usize::from(low)),
        [0x30, 0x83, high, middle, low, ..] => {
            (5, usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low))
        }
        _ => return None,
    };
    (header + length <= contents.len()).then(|| contents.slice(..header + length))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::generate::{pages_with_table, with_table};
    use crate::options::SignatureOptions;
    use crate::security_store::ValidationData;

    #[test]
    fn signatures_are_listed_with_what_they_cover() {
        let original = pages_with_table(2, 40);
        let document = Document::open(original.into()).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let algorithm = DigestAlgorithm::Sha384;
        let prepared = document.prepare(&SignatureOptions::new(time), algorithm, 64).unwrap();
        let first = prepared.digest();
        let document = Document::reopen(prepared.embed(&[0x30, 1, 7]).unwrap()).unwrap();
        let data = ValidationData { crls: vec![Bytes::from_static(b"list")], ..Default::default() };
        let prepared = document.prepare_archive_time_stamp(&data, algorithm, 300).unwrap();
        let second = prepared.digest();
        let token = [&[0x30, 0x81, 200][..], &[7; 200]].concat();
        let stamped = prepared.embed(&token).unwrap();
        // As a document in pieces, and as one file.
        for document in
            [Document::open(stamped.to_vec().into()).unwrap(), Document::reopen(stamped).unwrap()]
        {
            let [signature, stamp] = &document.signatures().unwrap()[..] else { panic!() };
            assert_eq!((&signature.cms[..], signature.is_time_stamp()), (&[0x30, 1, 7][..], false));
            assert_eq!((&stamp.cms[..], stamp.is_time_stamp()), (&token[..], true));
            assert_eq!(signature.sub_filter, "ETSI.CAdES.detached");
            assert_eq!(document.covered_digest(signature, algorithm), first);
            assert_eq!(document.covered_digest(stamp, algorithm), second);
        }
    }

    #[test]
    fn malformed_signatures_are_left_out() {
        for (signature, listed) in [
            ("/SubFilter /x /Contents <300107> /ByteRange [0 1 2 3]", false),
            ("/SubFilter /x /Contents <300107000000> /ByteRange [0 1 2 3]", true),
            ("/SubFilter /x /Contents <300907000000> /ByteRange [0 1 2 3]", false),
            ("/SubFilter /x /Contents <040107000000> /ByteRange [0 1 2 3]", false),
            ("/SubFilter /x /Contents <300107000000> /ByteRange [0 9 2 3]", false),
            ("/SubFilter /x /Contents <300107000000> /ByteRange [0 1 2 99999]", false),
            ("/SubFilter /x /Contents <300107000000> /ByteRange [0 1 2]", false),
            ("/SubFilter /x /Contents <300107000000> /ByteRange [0 -1 2 3]", false),
            ("/Contents <300107000000> /ByteRange [0 1 2 3]", false),
        ] {
            let field = format!("<< /FT /Sig /T (A) /V << {signature} >> >>");
            let catalog = format!("<< /Type /Catalog /AcroForm << /Fields [{field}] >> >>");
            let document = with_table([(1, catalog.into_bytes())], "/Root 1 0 R");
            let document = Document::open(document.into()).unwrap();
            assert_eq!(document.signatures().unwrap().len(), usize::from(listed), "{signature}");
        }
    }

    #[test]
    fn the_padding_is_cut_off() {
        let cases: [(&[u8], Option<usize>); 6] = [
            (&[0x30, 2, 1, 1, 0, 0], Some(4)),
            (&[0x30, 0x82, 0, 1, 9, 0, 0], Some(5)),
            (&[0x30, 0x83, 0, 0, 1, 9, 0], Some(6)),
            (&[0x30, 0x84, 0, 0, 0, 1, 9], None),
            (&[0x30, 0x80, 1, 1, 9, 0, 0, 0], Some(8)),
            (&[0x30], None),
        ];
        for (contents, length) in cases {
            assert_eq!(der_value(contents.to_vec()).map(|value| value.len()), length);
        }
    }
}
