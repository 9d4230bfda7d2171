//! A document that grows by revisions, each in its own spelling, and signatures in them by hand.

use std::{collections::BTreeMap, ops::Range};

use fastrand::Rng;
use seal::{Digest, DigestAlgorithm};

use super::{
    document::{self, CATALOG},
    pki::{Pki, RESERVED},
};
use crate::pdf_writer::PdfWriter;

/// How a revision is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// A cross-reference table.
    Table,
    /// A cross-reference stream.
    Stream,
    /// The same, and what may stand in an object stream stands in one.
    ObjectStream,
    /// A table, and beside it a stream for what stands in an object stream.
    Hybrid,
}

impl Spelling {
    pub fn any(dice: &mut Rng) -> Self {
        [Self::Table, Self::Stream, Self::ObjectStream, Self::Hybrid][dice.usize(..4)]
    }
}

/// What a revision changes: objects by their numbers, `None` when they are freed.
pub type Objects = BTreeMap<u32, Option<String>>;

/// A document, and what its newest revision says.
#[derive(Clone)]
pub struct Document {
    pub bytes: Vec<u8>,
    /// Every object as it is now.
    pub objects: BTreeMap<u32, String>,
    /// The next number that nothing has.
    pub next: u32,
    /// The newest cross-reference section.
    pub section: usize,
    /// The catalog's number.
    pub root: u32,
}

/// A signature to be made.
pub struct Signature<'a> {
    pub pki: &'a Pki,
    /// Whether it is a time-stamp of the document.
    pub is_time_stamp: bool,
    /// Entries of its dictionary: a certification or a lock.
    pub entries: &'a str,
}

impl Document {
    /// A document that was never signed.
    pub fn new(dice: &mut Rng) -> Self {
        let objects = document::document(dice);
        let mut document = Self {
            bytes: Vec::new(),
            objects: BTreeMap::new(),
            next: 100,
            section: 0,
            root: CATALOG,
        };
        let spelling = Spelling::any(dice);
        let writer = PdfWriter::new("1.7", "\n");
        let all = objects.into_iter().map(|(number, object)| (number, Some(object))).collect();
        document.write(writer, &all, spelling, "");
        document
    }

    /// An object as it is now.
    pub fn object(&self, number: u32) -> &str {
        self.objects.get(&number).map_or("null", String::as_str)
    }

    /// A number that nothing has.
    pub fn allocate(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    /// Appends a revision; `trailer` stands in its trailer beside the usual.
    pub fn update(&mut self, objects: &Objects, spelling: Spelling, trailer: &str) {
        let writer = PdfWriter::resume(self.bytes.clone(), self.section, self.next);
        self.write(writer, objects, spelling, trailer);
    }

    fn write(
        &mut self,
        mut writer: PdfWriter,
        objects: &Objects,
        spelling: Spelling,
        trailer: &str,
    ) {
        let mut together = Vec::new();
        for (number, object) in objects {
            match object {
                None => {
                    writer.free(*number);
                }
                Some(object) => {
                    let alone = object.ends_with("endstream") || object.contains("/ByteRange");
                    let compress = matches!(spelling, Spelling::ObjectStream | Spelling::Hybrid);
                    if compress && !alone {
                        together.push((*number, object.as_str()));
                    } else {
                        writer.object(*number, object);
                    }
                }
            }
        }
        if !together.is_empty() {
            writer.object_stream(self.allocate(), &together);
        }
        let root = if trailer.contains("/Root") {
            String::new()
        } else {
            format!("/Root {} 0 R", self.root)
        };
        let identifier = if trailer.contains("/ID") { "" } else { "/ID [<01> <01>]" };
        let trailer = format!("{root} {identifier} /Info 13 0 R {trailer}");
        self.section = writer.len();
        match spelling {
            Spelling::Table => {
                writer.table(&trailer);
            }
            Spelling::Stream | Spelling::ObjectStream => {
                writer.reference_stream(self.allocate(), &trailer);
            }
            Spelling::Hybrid => {
                let place = writer.hybrid_stream(self.allocate());
                self.section = writer.len();
                writer.table(&format!("{trailer} /XRefStm {place}"));
            }
        }
        self.bytes = writer.finish();
        for (number, object) in objects {
            match object {
                Some(object) => self.objects.insert(*number, object.clone()),
                None => self.objects.remove(number),
            };
        }
    }

    /// Appends a revision in which object `number` is a signature over all of it.
    pub fn sign(
        &mut self,
        number: u32,
        signature: &Signature<'_>,
        mut objects: Objects,
        spelling: Spelling,
    ) {
        let digits = "0".repeat(2 * RESERVED);
        let slot = format!("{:<60}", format!("@RANGE{number}"));
        let kind = match signature.is_time_stamp {
            true => "/Type /DocTimeStamp /SubFilter /ETSI.RFC3161",
            false => "/Type /Sig /SubFilter /ETSI.CAdES.detached /M (D:20260701120000Z)",
        };
        let dictionary = format!(
            "<< {kind} /Filter /Adobe.PPKLite {} /ByteRange {slot} /Contents <{digits}> >>",
            signature.entries
        );
        objects.insert(number, Some(dictionary));
        self.update(&objects, spelling, "");
        let range = position(&self.bytes, slot.as_bytes());
        let contents = position(&self.bytes, format!("<{digits}>").as_bytes());
        let text =
            format!("[0 {} {} {}]", contents.start, contents.end, self.bytes.len() - contents.end);
        self.bytes[range].copy_from_slice(format!("{text:<60}").as_bytes());
        let covered = [&self.bytes[..contents.start], &self.bytes[contents.end..]].concat();
        let digest = Digest::of(DigestAlgorithm::Sha256, &covered);
        let container = match signature.is_time_stamp {
            true => signature.pki.token(digest).as_bytes().to_vec(),
            false => signature.pki.cms(&digest, false),
        };
        let container = hex::encode(container);
        self.bytes[contents.start + 1..][..container.len()].copy_from_slice(container.as_bytes());
        self.objects.insert(number, "null".to_owned());
    }
}

/// Where `word` stands last.
fn position(bytes: &[u8], word: &[u8]) -> Range<usize> {
    let start = bytes.windows(word.len()).rposition(|window| window == word).expect("it is there");
    start..start + word.len()
}
