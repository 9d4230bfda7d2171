use std::time::{Duration, SystemTime};

use lopdf::{Dictionary, Object};
use seal::{Certification, Digest, DigestAlgorithm};

use super::*;
use crate::error::FieldError;
use crate::generate::{compressed_stream, pages_with_object_streams, stream, with_table};
use crate::options::SignatureOptions;

/// Stands for a CMS or a token: nothing here looks into it.
const CMS: &[u8] = &[0x30, 0x03, 0x02, 0x01, 0x2A];

fn data(certificates: &[&'static str], crls: &[&'static str]) -> ValidationData {
    let bytes = |values: &[&'static str]| {
        values.iter().map(|value| Bytes::from_static(value.as_bytes())).collect()
    };
    ValidationData { certificates: bytes(certificates), crls: bytes(crls), ..Default::default() }
}

fn options() -> SignatureOptions {
    SignatureOptions::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000))
}

fn sign(document: &Document) -> SignedDocument {
    let prepared = document.prepare(&options(), DigestAlgorithm::Sha256, 64).unwrap();
    prepared.embed(CMS).unwrap()
}

/// A one-page document with this in its catalog, and these objects from number 4 on.
fn document(catalog: &str, others: &[Vec<u8>]) -> Vec<u8> {
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>");
    let objects = [
        (1, catalog.into_bytes()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>".to_vec()),
    ];
    let others = others.iter().enumerate().map(|(index, value)| (index + 4, value.clone()));
    with_table(objects.into_iter().chain(others), "/Root 1 0 R")
}

fn dictionary(document: &lopdf::Document, object: &Object) -> Dictionary {
    document.dereference(object).unwrap().1.as_dict().unwrap().clone()
}

fn store_of(document: &lopdf::Document) -> Dictionary {
    dictionary(document, document.catalog().unwrap().get(b"DSS").unwrap())
}

/// The decoded values of one array of the store, as lopdf reads them.
fn values(whole: &[u8], key: &[u8]) -> Vec<Vec<u8>> {
    let document = lopdf::Document::load_mem(whole).unwrap();
    assert!(document.xref_recovery.is_none(), "lopdf had to repair the file");
    let Ok(array) = store_of(&document).get(key).cloned() else { return Vec::new() };
    let array = document.dereference(&array).unwrap().1.as_array().unwrap();
    let stream = |object: &Object| {
        let stream = document.dereference(object).unwrap().1.as_stream().unwrap();
        stream.get_plain_content().unwrap()
    };
    array.iter().map(stream).collect()
}

#[test]
fn a_store_holds_each_value_once() {
    let long: &'static str = "a long list ".repeat(400).leak();
    for original in [document("", &[]), pages_with_object_streams(2, 50)] {
        let opened = Document::open(original.clone().into()).unwrap();
        let signed = Document::reopen(sign(&opened)).unwrap();
        let given = data(&["one", "two", "one"], &[long, "one"]);
        let stored = signed.append_security_store(&given).unwrap();
        let whole = stored.to_vec();
        assert!(whole.starts_with(&original));
        assert_eq!(values(&whole, b"Certs"), [b"one", b"two"]);
        assert_eq!(values(&whole, b"CRLs"), [long.as_bytes(), b"one"]);
        assert!(values(&whole, b"OCSPs").is_empty());
        assert!(stored.appended().last().unwrap().len() < 2_000, "the list is compressed");

        let again = Document::reopen(stored).unwrap();
        let mut more = data(&["two", "three"], &[long]);
        more.ocsp_responses.push(Bytes::from_static(b"answer"));
        let whole = again.append_security_store(&more).unwrap().to_vec();
        assert_eq!(values(&whole, b"Certs"), [&b"one"[..], b"two", b"three"]);
        assert_eq!(values(&whole, b"CRLs").len(), 2);
        assert_eq!(values(&whole, b"OCSPs"), [b"answer"]);
    }
}

#[test]
fn nothing_new_appends_nothing() {
    let opened = Document::open(document("", &[]).into()).unwrap();
    let untouched = opened.append_security_store(&ValidationData::default()).unwrap();
    assert_eq!(untouched.appended().count(), 0);
    let stored = opened.append_security_store(&data(&["one"], &[])).unwrap();
    let length = stored.length();
    let reopened = Document::reopen(stored).unwrap();
    let same = reopened.append_security_store(&data(&["one", "one"], &[])).unwrap();
    assert_eq!((same.appended().count(), same.length()), (1, length));
}

#[test]
fn stores_of_others_are_extended_however_they_are_written() {
    let streams = || vec![stream("", b"one"), compressed_stream("", b"list")];
    let with =
        |more: &[&[u8]]| [streams(), more.iter().map(|value| value.to_vec()).collect()].concat();
    let cases = [
        document("/DSS << /Certs [4 0 R] /CRLs [5 0 R] /Other 1 >>", &streams()),
        document("/DSS 6 0 R", &with(&[b"<< /Certs 7 0 R /CRLs [5 0 R] >>", b"[4 0 R]"])),
        document(
            "/DSS 6 0 R",
            &with(&[b"<< /Certs [4 0 R null 9 0 R] /CRLs 7 0 R >>", b"[5 0 R]"]),
        ),
        // A store whose certificates cannot be read, or are no array.
        document("/DSS << /Certs (none) /CRLs [5 0 R] >>", &streams()),
        document("/DSS [ 4 0 R ]", &streams()),
    ];
    for (index, original) in cases.iter().enumerate() {
        let opened = Document::open(original.clone().into()).unwrap();
        let stored = opened.append_security_store(&data(&["one", "two"], &["list"])).unwrap();
        let document = lopdf::Document::load_mem(&stored.to_vec()).unwrap();
        let store = store_of(&document);
        let array = |key: &[u8]| {
            let array = document.dereference(store.get(key).unwrap()).unwrap().1;
            array.as_array().unwrap().clone()
        };
        assert_eq!(array(b"CRLs").len(), 1, "{index}");
        let expected = [2, 2, 4, 2, 2][index];
        assert_eq!(array(b"Certs").len(), expected, "{index}");
        assert_eq!(store.has(b"Other"), index == 0);
        if index < 3 {
            assert_eq!(array(b"Certs")[0], Object::Reference((4, 0)), "{index}");
        }
    }
}

#[test]
fn store_and_time_stamp_fit_in_one_revision() {
    let opened = Document::open(document("", &[]).into()).unwrap();
    let signed = Document::reopen(sign(&opened)).unwrap();
    let archive = |document: &Document, data: &ValidationData| {
        let prepared =
            document.prepare_archive_time_stamp(data, DigestAlgorithm::Sha256, 64).unwrap();
        let digest = prepared.digest();
        let stamped = prepared.embed(CMS).unwrap();
        let whole = stamped.to_vec();
        // The digest is that of the whole file without the token, the store included.
        let hole = memchr::memmem::rfind(&whole, b"/Contents <").unwrap() + "/Contents ".len();
        let covered = [&whole[..hole], &whole[hole + 130..]].concat();
        assert_eq!(digest, Digest::of(DigestAlgorithm::Sha256, &covered));
        stamped
    };
    let stamped = archive(&signed, &data(&["one"], &["list"]));
    assert_eq!(stamped.appended().count(), 2);
    assert_eq!(values(&stamped.to_vec(), b"Certs"), [b"one"]);
    let renewed = archive(&Document::reopen(stamped).unwrap(), &data(&["one", "two"], &[]));
    assert_eq!(renewed.appended().count(), 3);
    let facts = Document::reopen(renewed).unwrap().facts();
    assert_eq!((facts.updates, facts.signed_fields.len()), (3, 3));
}

#[test]
fn validation_related_information_is_written_when_asked_for() {
    let opened = Document::open(document("", &[]).into()).unwrap();
    let signed = Document::reopen(sign(&opened)).unwrap();
    let mut given = data(&["one", "two"], &["list"]);
    given.related_to.push("Signature1".to_owned());
    let stored = signed.append_security_store(&given).unwrap();
    let document = lopdf::Document::load_mem(&stored.to_vec()).unwrap();
    let store = store_of(&document);
    let related = dictionary(&document, store.get(b"VRI").unwrap());
    // `/Contents` is CMS and zeros up to what was reserved.
    let contents = [CMS, &[0; 64 - CMS.len()]].concat();
    let name = digest_hexadecimal(&contents);
    let entry = dictionary(&document, related.get(name.as_bytes()).unwrap());
    assert_eq!(entry.get(b"Cert").unwrap(), store.get(b"Certs").unwrap());
    assert_eq!(entry.get(b"CRL").unwrap(), store.get(b"CRLs").unwrap());
    assert!(!entry.has(b"OCSP"));
    let again = Document::reopen(stored).unwrap();
    assert_eq!(again.append_security_store(&given).unwrap().appended().count(), 2);

    given.related_to = vec!["Nobody".to_owned()];
    let refused = Error::Field { name: "Nobody".to_owned(), cause: FieldError::NotSigned };
    assert_eq!(again.append_security_store(&given).unwrap_err(), refused);
}

fn digest_hexadecimal(contents: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, contents);
    digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
}

#[test]
fn a_certification_that_permits_no_change_forbids_a_store() {
    let opened = Document::open(document("", &[]).into()).unwrap();
    let certified = SignatureOptions { certify: Certification::NoChanges, ..options() };
    let prepared = opened.prepare(&certified, DigestAlgorithm::Sha256, 64).unwrap();
    let certified = Document::reopen(prepared.embed(CMS).unwrap()).unwrap();
    let forbidden = Error::Forbidden(Prohibition::NoChanges);
    assert_eq!(certified.append_security_store(&data(&["one"], &[])).unwrap_err(), forbidden);
}

#[test]
fn too_many_values_are_refused() {
    let maximum = MAX_STORE_ENTRIES as u64;
    let limit = Error::Limit { limit: Limit::SecurityStore, maximum };
    let opened = Document::open(document("", &[]).into()).unwrap();
    let many = ValidationData {
        crls: vec![Bytes::from_static(b"same"); MAX_STORE_ENTRIES + 1],
        ..Default::default()
    };
    assert_eq!(opened.append_security_store(&many).unwrap_err(), limit);
    let entries = "4 0 R ".repeat(MAX_STORE_ENTRIES + 1);
    let full = document(&format!("/DSS << /Certs [{entries}] >>"), &[stream("", b"one")]);
    let full = Document::open(full.into()).unwrap();
    assert_eq!(full.append_security_store(&data(&["one"], &[])).unwrap_err(), limit);
}
