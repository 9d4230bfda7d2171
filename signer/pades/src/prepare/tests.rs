//! Signed files, read back by lopdf, which loads every object; and what is refused.

mod appearance;
mod conformance;
mod face;
mod neighbours;
mod refusals;
mod updates;

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use lopdf::{Dictionary, Object, ObjectId};
use seal::{Digest, DigestAlgorithm};

use crate::document::Document;
use crate::error::Error;
use crate::generate::with_table;
use crate::options::SignatureOptions;
use crate::signed::SignedDocument;

/// Stands for a CMS: nothing here looks into it.
const CMS: &[u8] = &[0x30, 0x03, 0x02, 0x01, 0x2A];

pub(super) fn options() -> SignatureOptions {
    SignatureOptions::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000))
}

pub(super) fn sign(
    document: &Document,
    options: &SignatureOptions,
) -> Result<SignedDocument, Error> {
    document.prepare(options, DigestAlgorithm::Sha256, 64)?.embed(CMS)
}

/// Opens, signs, and checks what holds for every signed file.
pub(super) fn signed(original: &[u8], options: &SignatureOptions) -> Result<Vec<u8>, Error> {
    let document = Document::open(Bytes::copy_from_slice(original))?;
    let prepared = document.prepare(options, DigestAlgorithm::Sha256, 64)?;
    let digest = prepared.digest();
    let whole = prepared.embed(CMS)?.to_vec();
    assert!(whole.starts_with(original), "the original is not a prefix");
    let (oracle, field) = last_signature(&whole);
    let signature = dictionary(&oracle, field.get(b"V").unwrap());
    assert_eq!(Some(digest), covered(&signature, &whole));
    assert_untouched(original, &oracle);
    Ok(whole)
}

/// The digest of the ranges that the signature names; `None` if they leave out more than its
/// contents.
fn covered(signature: &Dictionary, whole: &[u8]) -> Option<Digest> {
    let range = signature.get(b"ByteRange").ok()?.as_array().ok()?;
    let range: Vec<usize> = range.iter().map(|n| n.as_i64().unwrap().try_into().unwrap()).collect();
    let [0, first, second, rest] = range[..] else { return None };
    let hexadecimal: String = CMS.iter().map(|byte| format!("{byte:02x}")).collect();
    let gap = format!("<{hexadecimal:0<128}>");
    let exact = &whole[first..second] == gap.as_bytes() && second + rest == whole.len();
    exact
        .then(|| Digest::of(DigestAlgorithm::Sha256, &[&whole[..first], &whole[second..]].concat()))
}

/// The document, and the last field of the form, which must be on the first page.
pub(super) fn last_signature(whole: &[u8]) -> (lopdf::Document, Dictionary) {
    let document = lopdf::Document::load_mem(whole).unwrap();
    assert!(document.xref_recovery.is_none(), "lopdf had to repair the file");
    let catalog = document.catalog().unwrap();
    let form = dictionary(&document, catalog.get(b"AcroForm").unwrap());
    assert_eq!(form.get(b"SigFlags").unwrap().as_i64().unwrap() & 3, 3);
    let fields = array(&document, form.get(b"Fields").unwrap());
    let field = fields.last().unwrap().clone();
    let value = dictionary(&document, &field);
    if value.has(b"P") {
        let page = dictionary(&document, value.get(b"P").unwrap());
        let annotations = array(&document, page.get(b"Annots").unwrap());
        assert_eq!(annotations.iter().filter(|annotation| **annotation == field).count(), 1);
        assert_eq!(document.page_iter().next(), value.get(b"P").unwrap().as_reference().ok());
    }
    (document, value)
}

pub(super) fn dictionary(document: &lopdf::Document, object: &Object) -> Dictionary {
    document.dereference(object).unwrap().1.as_dict().unwrap().clone()
}

pub(super) fn array(document: &lopdf::Document, object: &Object) -> Vec<Object> {
    document.dereference(object).unwrap().1.as_array().unwrap().clone()
}

/// Every object of the original is there still; one that was overridden has kept its entries,
/// but for those that a signature changes.
fn assert_untouched(original: &[u8], after: &lopdf::Document) {
    let before = lopdf::Document::load_mem(original).unwrap();
    let changed: [&[u8]; 8] =
        [b"Annots", b"AcroForm", b"Fields", b"SigFlags", b"Extensions", b"ESIC", b"Perms", b"V"];
    for (id, object) in &before.objects {
        let now = after.get_object(*id).unwrap();
        match (object, now) {
            (Object::Dictionary(before), Object::Dictionary(now)) => {
                for (key, value) in before {
                    if !changed.contains(&key.as_slice()) && key != b"Kids" {
                        assert_eq!(now.get(key).ok(), Some(value), "{id:?}");
                    }
                }
            }
            (Object::Array(before), Object::Array(now)) => {
                assert!(now.starts_with(before), "{id:?}");
            }
            _ => assert_eq!(object, now, "{id:?}"),
        }
    }
}

/// A one-page document with these objects beside a page tree (2) and a page (3); object 1 is the
/// catalog.
pub(super) fn document(catalog: &str, page: &str, others: &[(usize, &str)]) -> Vec<u8> {
    let objects = [
        (1, format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>")),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned()),
        (3, format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] {page} >>")),
    ];
    let others = others.iter().map(|(number, value)| (*number, (*value).to_owned()));
    let objects = objects.into_iter().chain(others);
    with_table(objects.map(|(number, value)| (number, value.into_bytes())), "/Root 1 0 R")
}

pub(super) fn reference(number: u32) -> Object {
    let id: ObjectId = (number, 0);
    Object::Reference(id)
}
