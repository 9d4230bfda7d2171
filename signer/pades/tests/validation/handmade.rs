//! Signatures by hand, in dictionaries that our own writer would never write.

use seal::{Digest, DigestAlgorithm};

use super::document::{CATALOG, FORM};
use super::pki::{Pki, RESERVED};
use super::update::{next_number, object, position_from_end, update_with};

/// A signature dictionary as it is usual.
pub const USUAL: &str = "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached \
                         /M (D:20260701120000Z) /ByteRange @RANGE /Contents @CONTENTS >>";

/// How a signature is made by hand.
pub struct Handmade<'a> {
    /// The dictionary, with `@RANGE` for the array and `@CONTENTS` for the string in brackets.
    pub dictionary: &'a str,
    /// The byte range that is written and signed, from the start and the end of `@CONTENTS` and
    /// the length of the file.
    pub range: fn(usize, usize, usize) -> [usize; 4],
    /// The CMS from the digest of what the range covers.
    pub cms: fn(&Pki, &Digest) -> Vec<u8>,
    /// The brackets round the digits.
    pub brackets: [&'a str; 2],
    /// The name of the field, and what else it has; it shows nothing if it has no `/Rect`.
    pub field: &'a str,
    /// What is added to the trailer.
    pub trailer: &'a str,
}

impl Default for Handmade<'_> {
    fn default() -> Self {
        Self {
            dictionary: USUAL,
            range: |start, end, length| [0, start, end, length - end],
            cms: |pki, digest| pki.cms(digest, false),
            brackets: ["<", ">"],
            field: "/T (Handmade)",
            trailer: "",
        }
    }
}

impl Handmade<'_> {
    /// The document with this signature in a new field, which usually shows nothing.
    pub fn sign(&self, pki: &Pki, pdf: &[u8]) -> Vec<u8> {
        let number = next_number(pdf);
        let (field, signature) = (number, number + 1);
        let [open, close] = self.brackets;
        let room = format!("{open}{}{close}", "0".repeat(2 * RESERVED));
        let slot = format!("{:<60}", "@RANGE");
        let dictionary = self.dictionary.replace("@RANGE", &slot).replace("@CONTENTS", &room);
        let name = self.field;
        let place = if name.contains("/Rect") { "" } else { "/Rect [0 0 0 0] /F 132" };
        let widget = format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig {name} {place} /P 3 0 R /V {signature} 0 R >>"
        );
        let form = object(pdf, FORM);
        let flags = if form.contains("/SigFlags") { "" } else { "/SigFlags 3 " };
        let form = form.replacen("/Fields [", &format!("{flags}/Fields [{field} 0 R "), 1);
        let objects = [(FORM, form), (field, widget), (signature, dictionary)];
        let mut out = update_with(pdf, &objects, &[], self.trailer);
        let start = position_from_end(&out, room.as_bytes()).expect("the room");
        let range = (self.range)(start, start + room.len(), out.len());
        let text = format!("{range:?}").replace(',', "");
        if let Some(at) = position_from_end(&out, slot.as_bytes()) {
            out[at..at + slot.len()].copy_from_slice(format!("{text:<60}").as_bytes());
        }
        let [from, first, second, rest] = range;
        let covered = [&out[from..from + first], &out[second..second + rest]].concat();
        let digest = Digest::of(DigestAlgorithm::Sha256, &covered);
        let digits: String =
            (self.cms)(pki, &digest).iter().map(|byte| format!("{byte:02x}")).collect();
        let digits = digits.as_bytes();
        out[start + open.len()..][..digits.len()].copy_from_slice(digits);
        out
    }
}

/// A document time-stamp.
pub fn time_stamp<'a>() -> Handmade<'a> {
    Handmade {
        dictionary: TIME_STAMP,
        cms: |pki, digest| pki.token(*digest).as_bytes().to_vec(),
        ..Handmade::default()
    }
}

/// A document time-stamp dictionary as it is usual.
const TIME_STAMP: &str = "<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 \
                          /ByteRange @RANGE /Contents @CONTENTS >>";

/// A signature reference with a transform, for the dictionary.
pub fn with_reference(method: &str, parameters: &str) -> String {
    let reference = format!(
        "/Reference [<< /Type /SigRef /TransformMethod /{method} /TransformParams \
         << /Type /TransformParams /V /1.2 {parameters} >> >>] /M"
    );
    USUAL.replace("/M", &reference)
}

/// The catalog with this entry added.
pub fn catalog_with(pdf: &[u8], entry: &str) -> (u32, String) {
    let catalog = object(pdf, CATALOG);
    (CATALOG, catalog.replacen("<<", &format!("<< {entry} "), 1))
}
