//! What an update holds.

use lopdf::Object;
use seal::{Certification, RsaKeyLength, SignatureAlgorithm};

use super::*;
use crate::generate::{pages_with_object_streams, pages_with_table};
use crate::prefix::PrefixHash;

#[test]
fn every_shape_of_form_and_annotations_is_extended() {
    let field = "<< /FT /Tx /T (Name) >>";
    type Objects = [(usize, &'static str)];
    let cases: [(&str, &str, &Objects); 12] = [
        ("", "", &[]),
        ("/AcroForm << /Fields [] >>", "/Annots []", &[]),
        ("/AcroForm << /Fields [4 0 R] /DR << /Font << >> >> >>", "/Annots [4 0 R]", &[(4, field)]),
        (
            "/AcroForm 5 0 R",
            "/Annots 6 0 R",
            &[(4, field), (5, "<< /Fields [4 0 R] >>"), (6, "[4 0 R]")],
        ),
        (
            "/AcroForm 5 0 R",
            "/Annots 6 0 R",
            &[(4, field), (5, "<< /Fields 7 0 R /SigFlags 3 >>"), (6, "[4 0 R]"), (7, "[4 0 R]")],
        ),
        // One array serves as both.
        ("/AcroForm << /Fields 6 0 R >>", "/Annots 6 0 R", &[(4, field), (6, "[4 0 R]")]),
        ("/AcroForm << /Fields 9 0 R >>", "/Annots 9 0 R", &[]),
        ("/AcroForm null", "/Annots null", &[]),
        ("/AcroForm << /SigFlags 1 >>", "/Annots (none)", &[]),
        ("/Extensions << /ADBE << /BaseVersion /1.7 /ExtensionLevel 3 >> >>", "", &[]),
        ("/Extensions 4 0 R", "", &[(4, "<< >>")]),
        ("/AcroForm << /Fields [null 4 0 R 12 << >> 4 0 R (x)] >>", "", &[(4, field)]),
    ];
    for (catalog, page, others) in cases {
        let original = document(catalog, page, others);
        let whole = signed(&original, &options()).unwrap_or_else(|e| panic!("{catalog}: {e}"));
        let (oracle, field) = last_signature(&whole);
        assert_eq!(field.get(b"T").unwrap().as_str().unwrap(), b"Signature1");
        assert_eq!(field.get(b"F").unwrap().as_i64().unwrap(), 132);
        let extensions = dictionary(&oracle, oracle.catalog().unwrap().get(b"Extensions").unwrap());
        let esic = dictionary(&oracle, extensions.get(b"ESIC").unwrap());
        assert_eq!(esic.get(b"ExtensionLevel").unwrap().as_i64().unwrap(), 1);
    }
}

#[test]
fn both_kinds_of_section_are_continued_in_kind() {
    for (original, marker) in [
        (pages_with_table(3, 40), &b"\nxref\n"[..]),
        (pages_with_object_streams(3, 40), b"/Type /XRef\n"),
    ] {
        let whole = signed(&original, &options()).unwrap();
        let tail = &whole[original.len()..];
        assert!(memchr::memmem::find(tail, marker).is_some());
        let again = signed(&whole, &options()).unwrap();
        let third = signed(&again, &options()).unwrap();
        let (oracle, field) = last_signature(&third);
        assert_eq!(field.get(b"T").unwrap().as_str().unwrap(), b"Signature3");
        assert_eq!(oracle.page_iter().count(), 3);
    }
}

#[test]
fn offsets_count_from_the_header_and_byte_ranges_from_the_file() {
    let junk = b"From: mail\r\n%PDF\n\n";
    for file in [pages_with_table(3, 40), pages_with_object_streams(3, 40)] {
        let original = Bytes::from([junk, &file[..]].concat());
        let document = Document::open(original.clone()).unwrap();
        assert_eq!(document.reader().origin(), junk.len());
        assert_eq!(document.facts().size, original.len() as u64);
        let again = Document::reopen(sign(&document, &options()).unwrap()).unwrap();
        let prepared = again.prepare(&options(), DigestAlgorithm::Sha256, 64).unwrap();
        let digest = prepared.digest();
        let whole = prepared.embed(CMS).unwrap().to_vec();
        assert!(whole.starts_with(&original));
        let (oracle, field) = last_signature(&whole[junk.len()..]);
        assert_eq!(oracle.page_iter().count(), 3);
        let signature = dictionary(&oracle, field.get(b"V").unwrap());
        assert_eq!(covered(&signature, &whole), Some(digest));
        let reopened = Document::open(whole.clone().into()).unwrap();
        assert_eq!(reopened.facts().signed_fields, ["Signature1", "Signature2"]);
        for revision in reopened.reader().revisions() {
            let end = revision.end.unwrap();
            assert!(whole[..end].ends_with(b"%%EOF\n"));
            let earlier = reopened.reader().at_revision(&revision);
            let range = earlier.object_range((2, 0)).unwrap();
            assert!(range.is_none_or(|range| whole[range].starts_with(b"2 0 obj")));
        }
    }
}

#[test]
fn an_original_without_a_last_end_of_line_gets_one() {
    let original = document("", "", &[]);
    let original = original.trim_ascii_end();
    let whole = signed(original, &options()).unwrap();
    assert_eq!(whole[original.len()], b'\n');
}

#[test]
fn a_page_that_is_no_object_of_its_own_is_annotated_in_place() {
    let catalog = b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
    let node = b"<< /Count 1 /Kids [ << /Type /Page /Parent 2 0 R /Rotate 90 >> ] >>".to_vec();
    let original = with_table([(1, catalog), (2, node)], "/Root 1 0 R");
    let whole = signed(&original, &options()).unwrap();
    let (oracle, field) = last_signature(&whole);
    assert!(!field.has(b"P"));
    let kids = array(&oracle, oracle.get_dictionary((2, 0)).unwrap().get(b"Kids").unwrap());
    let page = kids[0].as_dict().unwrap();
    assert_eq!(page.get(b"Rotate").unwrap().as_i64().unwrap(), 90);
    assert_eq!(page.get(b"Annots").unwrap().as_array().unwrap().len(), 1);
}

#[test]
fn everything_in_one_object_is_changed_in_one_object() {
    let catalog = "<< /Type /Catalog /AcroForm << /Fields [] >> /Pages << /Type /Pages /Count 1 \
        /Kids [ << /Type /Page /MediaBox [0 0 9 9] >> ] >> >>";
    let original = with_table([(1, catalog.as_bytes().to_vec())], "/Root 1 0 R");
    let document = Document::open(original.into()).unwrap();
    let whole = sign(&document, &options()).unwrap().to_vec();
    let text = String::from_utf8_lossy(&whole);
    assert_eq!(text.matches("\n1 0 obj\n").count(), 2);
    let (oracle, _) = last_signature(&whole);
    let pages = dictionary(&oracle, oracle.catalog().unwrap().get(b"Pages").unwrap());
    let page = array(&oracle, pages.get(b"Kids").unwrap())[0].as_dict().unwrap().clone();
    assert!(page.has(b"Annots") && page.has(b"MediaBox"));
}

#[test]
fn an_empty_field_is_signed_where_it_is() {
    let field = "<< /FT /Sig /T (Chair) /Parent 5 0 R /Lock << /Action /Include /Fields [(Board.Date)] >> >>";
    let original = document(
        "/AcroForm << /Fields [5 0 R] >>",
        "",
        &[(4, field), (5, "<< /T (Board) /Kids [4 0 R 6 0 R] >>"), (6, "<< /T (Date) /FT /Tx >>")],
    );
    let mut options = options();
    options.field = Some("Board.Chair".to_owned());
    let opened = Document::open(original.into()).unwrap();
    assert_eq!(opened.facts().empty_fields, ["Board.Chair"]);
    let whole = sign(&opened, &options).unwrap().to_vec();
    let oracle = lopdf::Document::load_mem(&whole).unwrap();
    let field = oracle.get_dictionary((4, 0)).unwrap();
    let signature = dictionary(&oracle, field.get(b"V").unwrap());
    let lock = dictionary(&oracle, &array(&oracle, signature.get(b"Reference").unwrap())[0]);
    assert_eq!(lock.get(b"TransformMethod").unwrap().as_name().unwrap(), b"FieldMDP");
    let parameters = dictionary(&oracle, lock.get(b"TransformParams").unwrap());
    let locked = array(&oracle, parameters.get(b"Fields").unwrap());
    assert_eq!(locked[0].as_str().unwrap(), b"Board.Date");
    let reopened = Document::open(whole.into()).unwrap();
    assert_eq!(reopened.facts().signed_fields, ["Board.Chair"]);
}

#[test]
fn the_signature_says_what_was_asked() {
    let mut options = options();
    options.field = Some("Segl æ".to_owned());
    options.name = Some("Århus Kommune".to_owned());
    options.reason = Some("Afgørelse (endelig)".to_owned());
    options.location = Some("Odder".to_owned());
    let whole = signed(&document("", "", &[]), &options).unwrap();
    let (oracle, field) = last_signature(&whole);
    let text = |dictionary: &Dictionary, key: &[u8]| {
        crate::text::decode_text(dictionary.get(key).unwrap().as_str().unwrap())
    };
    assert_eq!(text(&field, b"T"), "Segl æ");
    let signature = dictionary(&oracle, field.get(b"V").unwrap());
    assert_eq!(text(&signature, b"Name"), "Århus Kommune");
    assert_eq!(text(&signature, b"Reason"), "Afgørelse (endelig)");
    assert_eq!(text(&signature, b"Location"), "Odder");
    assert_eq!(text(&signature, b"M"), "D:20270115080000+00'00'");
    let keys: Vec<&[u8]> = signature.iter().map(|(key, _)| key.as_slice()).collect();
    assert_eq!(keys.len(), 9, "{keys:?}");
    assert_eq!(signature.get(b"SubFilter").unwrap().as_name().unwrap(), b"ETSI.CAdES.detached");
}

#[test]
fn a_certification_names_itself_in_the_catalog() {
    let mut certified = options();
    certified.certify = Certification::FormFilling;
    let whole = signed(&document("", "", &[]), &certified).unwrap();
    let (oracle, field) = last_signature(&whole);
    let perms = dictionary(&oracle, oracle.catalog().unwrap().get(b"Perms").unwrap());
    assert_eq!(perms.get(b"DocMDP").unwrap(), field.get(b"V").unwrap());
    let opened = Document::open(whole.clone().into()).unwrap();
    assert_eq!(opened.facts().certification, Some(2));
    signed(&whole, &options()).unwrap();
}

/// A document with a signature field that has this lock.
fn with_lock(lock: &str) -> Vec<u8> {
    let field =
        format!("<< /FT /Sig /T (Locking) /Lock << /Action /Include /Fields [(A)] {lock} >> >>");
    document("/AcroForm << /Fields [4 0 R] >>", "", &[(4, &field)])
}

#[test]
fn a_lock_restricts_the_document_as_far_as_the_stricter_says() {
    let cases = [
        ("", Certification::None, None),
        ("/P 2", Certification::None, Some(2)),
        ("/P 3", Certification::FormFilling, Some(2)),
        ("/P 1", Certification::FormFilling, Some(1)),
        ("", Certification::NoChanges, Some(1)),
    ];
    for (lock, certify, permission) in cases {
        let options = SignatureOptions { field: Some("Locking".to_owned()), certify, ..options() };
        let opened = Document::open(with_lock(lock).into()).unwrap();
        let whole = sign(&opened, &options).unwrap().to_vec();
        let oracle = lopdf::Document::load_mem(&whole).unwrap();
        let field = oracle.get_dictionary((4, 0)).unwrap();
        let signature = dictionary(&oracle, field.get(b"V").unwrap());
        let methods: Vec<_> = array(&oracle, signature.get(b"Reference").unwrap())
            .iter()
            .map(|reference| dictionary(&oracle, reference))
            .map(|reference| reference.get(b"TransformMethod").unwrap().as_name().unwrap().to_vec())
            .collect();
        let expected: &[&[u8]] =
            if permission.is_some() { &[b"FieldMDP", b"DocMDP"] } else { &[b"FieldMDP"] };
        assert_eq!(methods, expected, "{lock}");
        // Only a certification stands in the catalog.
        assert_eq!(oracle.catalog().unwrap().has(b"Perms"), certify != Certification::None);
        let facts = Document::open(whole.into()).unwrap().facts();
        assert_eq!(facts.certification, permission, "{lock}");
    }
}

#[test]
fn seeds_are_met_by_a_reason_and_a_time_stamp() {
    let field = "<< /FT /Sig /T (Seeded) /SV << /Ff 8 /Reasons [(no) <FEFF00E6>] \
        /TimeStamp << /Ff 1 >> >> >>";
    let original = document("/AcroForm << /Fields [4 0 R] >>", "", &[(4, field)]);
    let opened = Document::open(original.into()).unwrap();
    let options = SignatureOptions {
        field: Some("Seeded".to_owned()),
        reason: Some("æ".to_owned()),
        time_stamped: true,
        ..options()
    };
    sign(&opened, &options).unwrap();
}

#[test]
fn elliptic_curves_are_named_as_an_extension_in_pdf_2_0() {
    let on_curve = SignatureOptions {
        signature_algorithm: Some(SignatureAlgorithm::EcdsaP256Sha256),
        ..options()
    };
    let known = "<< /BaseVersion /2.0 /ExtensionLevel 32002 >>";
    let other = "<< /BaseVersion /2.0 /ExtensionLevel 32001 >>";
    let cases = [
        ("/Version /2.0".to_owned(), vec![32_002]),
        ("/Version /2.0 /Extensions << /GLGR << >> >>".to_owned(), vec![32_002]),
        (format!("/Version /2.0 /Extensions << /ISO_ {other} >>"), vec![32_001, 32_002]),
        (format!("/Version /2.0 /Extensions << /ISO_ [{other}] >>"), vec![32_001, 32_002]),
        (format!("/Version /2.0 /Extensions << /ISO_ [{other} {known}] >>"), vec![32_001, 32_002]),
    ];
    for (catalog, levels) in cases {
        let original = document(&catalog, "", &[]);
        let once = signed(&original, &on_curve).unwrap();
        let twice = signed(&once, &on_curve).unwrap();
        let (oracle, _) = last_signature(&twice);
        let extensions = dictionary(&oracle, oracle.catalog().unwrap().get(b"Extensions").unwrap());
        assert!(!extensions.has(b"ESIC"));
        let found: Vec<_> = array(&oracle, extensions.get(b"ISO_").unwrap())
            .iter()
            .map(|e| dictionary(&oracle, e).get(b"ExtensionLevel").unwrap().as_i64().unwrap())
            .collect();
        assert_eq!(found, levels, "{catalog}");
    }
    let single = document(&format!("/Version /2.0 /Extensions << /ISO_ {known} >>"), "", &[]);
    let whole = signed(&single, &on_curve).unwrap();
    let (oracle, _) = last_signature(&whole);
    let extensions = dictionary(&oracle, oracle.catalog().unwrap().get(b"Extensions").unwrap());
    assert!(extensions.get(b"ISO_").unwrap().as_dict().is_ok());
    // Not for RSA, and not before PDF 2.0.
    let rsa = SignatureAlgorithm::RsaPssSha256(RsaKeyLength::Bits3072);
    let by_rsa = SignatureOptions { signature_algorithm: Some(rsa), ..options() };
    for (catalog, options) in [("/Version /2.0", &by_rsa), ("", &on_curve)] {
        let whole = signed(&document(catalog, "", &[]), options).unwrap();
        assert!(memchr::memmem::find(&whole, b"/ISO_").is_none());
    }
}

#[test]
fn a_pdf_2_0_needs_no_extension() {
    let mut original = document("", "", &[]);
    original[5..8].copy_from_slice(b"2.0");
    for original in [original, document("/Version /2.0", "", &[])] {
        let whole = signed(&original, &options()).unwrap();
        let (oracle, _) = last_signature(&whole);
        assert!(!oracle.catalog().unwrap().has(b"Extensions"));
    }
}

#[test]
fn the_first_identifier_stays_and_the_second_is_new() {
    let original = document("", "", &[]);
    let size = memchr::memmem::find(&original, b" /Root").unwrap();
    let with_id = [&original[..size], b" /ID [<0A0B> (xyz)]", &original[size..]].concat();
    let trailer = |whole: &[u8]| {
        let oracle = lopdf::Document::load_mem(whole).unwrap();
        let identifiers = oracle.trailer.get(b"ID").unwrap().as_array().unwrap().clone();
        identifiers.iter().map(|id| id.as_str().unwrap().to_vec()).collect::<Vec<_>>()
    };
    let once = signed(&with_id, &options()).unwrap();
    let twice = signed(&once, &options()).unwrap();
    let [first, second] = &trailer(&once)[..] else { panic!() };
    assert_eq!((first.as_slice(), second.len()), (&[10, 11][..], 16));
    let [again, third] = &trailer(&twice)[..] else { panic!() };
    assert!(first == again && second != third);
    let [made, same] = &trailer(&signed(&original, &options()).unwrap())[..] else { panic!() };
    assert_eq!(made, same);
}

#[test]
fn a_signed_document_is_reopened_without_copying_or_hashing_it_again() {
    let original = Bytes::from(pages_with_table(2, 100));
    let mut prefix = PrefixHash::new(DigestAlgorithm::Sha256);
    original.chunks(77).for_each(|chunk| prefix.update(chunk));
    let document = Document::open_with_prefix(original.clone(), prefix).unwrap();
    let first = sign(&document, &options()).unwrap();
    assert_eq!(first.original().as_ptr(), original.as_ptr());
    let reopened = Document::reopen(first).unwrap();
    let stamp = reopened.prepare_time_stamp(DigestAlgorithm::Sha256, 64).unwrap();
    let digest = stamp.digest();
    let second = stamp.embed(CMS).unwrap();
    assert_eq!(second.original().as_ptr(), original.as_ptr());
    let third = sign(&Document::reopen(second.clone()).unwrap(), &options()).unwrap().to_vec();
    let whole = second.to_vec();
    assert!(third.starts_with(&whole));
    let mut written = Vec::new();
    second.write_to(&mut written).unwrap();
    assert_eq!(written, whole);
    let (oracle, field) = last_signature(&whole);
    let signature = dictionary(&oracle, field.get(b"V").unwrap());
    assert_eq!(signature.get(b"Type").unwrap().as_name().unwrap(), b"DocTimeStamp");
    assert_eq!(signature.get(b"SubFilter").unwrap().as_name().unwrap(), b"ETSI.RFC3161");
    assert_eq!(covered(&signature, &whole), Some(digest));
    let facts = Document::open(third.into()).unwrap().facts();
    assert_eq!((facts.updates, facts.signed_fields.len()), (3, 3));
}

#[test]
fn each_digest_algorithm_is_used() {
    let document = Document::open(document("", "", &[]).into()).unwrap();
    for algorithm in DigestAlgorithm::ALL {
        let prepared = document.prepare(&options(), algorithm, 64).unwrap();
        assert_eq!(prepared.digest().algorithm(), algorithm);
        assert_eq!(prepared.reserved(), 64);
    }
}

#[test]
fn circular_trees_end() {
    let original = document(
        "/AcroForm << /Fields [4 0 R] >>",
        "",
        &[(4, "<< /T (A) /Kids [4 0 R 5 0 R] >>"), (5, "<< /T (B) /FT /Sig /Kids [4 0 R] >>")],
    );
    let whole = signed(&original, &options()).unwrap();
    assert_eq!(Document::open(whole.into()).unwrap().facts().empty_fields, ["A.B"]);
}

#[test]
fn the_first_page_is_found_in_any_tree() {
    let tree: [&[(usize, &str)]; 3] = [
        &[(2, "<< /Kids [null 4 0 R 7 0 R 3 0 R] >>"), (4, "<< /Type /Pages /Kids [] >>")],
        &[
            (2, "<< /Type /Pages /Kids 5 0 R >>"),
            (5, "[2 0 R (x) 6 0 R]"),
            (6, "<< /Kids [3 0 R] >>"),
        ],
        &[(2, "<< /Type /Page /MediaBox [0 0 9 9] >>")],
    ];
    for others in tree {
        let mut objects = vec![(1, "<< /Type /Catalog /Pages 2 0 R >>"), (3, "<< /Type /Page >>")];
        objects.extend(others);
        let objects = objects.into_iter().map(|(number, value)| (number, value.into()));
        let document = Document::open(with_table(objects, "/Root 1 0 R").into()).unwrap();
        let whole = sign(&document, &options()).unwrap().to_vec();
        let oracle = lopdf::Document::load_mem(&whole).unwrap();
        let page = if others.len() == 1 { (2, 0) } else { (3, 0) };
        assert!(oracle.get_dictionary(page).unwrap().has(b"Annots"), "{others:?}");
        assert_eq!(
            oracle.get_object((1, 0)).unwrap().as_dict().unwrap().get(b"Pages").unwrap(),
            &reference(2)
        );
        assert!(matches!(oracle.catalog().unwrap().get(b"AcroForm"), Ok(Object::Reference(_))));
    }
}
