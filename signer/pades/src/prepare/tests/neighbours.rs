//! What stands beside a signature and must stay what it is: other pages, other trailers, and what
//! is appended later.

use lopdf::Object;

use super::*;
use crate::encryption::EncryptionError;
use crate::options::Extension;
use crate::security_store::ValidationData;

/// Whether a page shows the annotations of both pages or its own alone: the number of `/Annots`.
fn annotations(oracle: &lopdf::Document, page: u32) -> usize {
    let page = oracle.get_dictionary((page, 0)).unwrap();
    array(oracle, page.get(b"Annots").unwrap()).len()
}

#[test]
fn an_array_that_another_page_shares_is_left_to_it() {
    let shared = "[5 0 R]";
    for (form, array) in [("", 6), ("/AcroForm << /Fields 6 0 R >>", 6)] {
        let original = with_table(
            [
                (1, format!("<< /Type /Catalog /Pages 2 0 R {form} >>")),
                (2, "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 9 9] >>".into()),
                (3, format!("<< /Type /Page /Parent 2 0 R /Annots {array} 0 R >>")),
                (4, format!("<< /Type /Page /Parent 2 0 R /Annots {array} 0 R >>")),
                (5, "<< /Type /Annot /Subtype /Text /Rect [0 0 1 1] /T (note) >>".into()),
                (array, shared.into()),
            ]
            .map(|(number, value): (usize, String)| (number, value.into_bytes())),
            "/Root 1 0 R",
        );
        let once = signed(&original, &options()).unwrap();
        let twice = signed(&once, &options()).unwrap();
        for (whole, expected) in [(once, 2), (twice, 3)] {
            let (oracle, _) = last_signature(&whole);
            assert_eq!(annotations(&oracle, 3), expected);
            assert_eq!(annotations(&oracle, 4), 1, "the other page shows the signature too");
        }
    }
}

#[test]
fn the_section_before_is_named_as_the_file_names_it() {
    let file = document("", "", &[]);
    let at = memchr::memmem::rfind(&file, b"startxref\n").unwrap() + 10;
    let stated: usize = std::str::from_utf8(&file[at..file.len() - 7]).unwrap().parse().unwrap();
    // The offset of the end of line before the table, as some writers state it.
    let off_by_one = [&file[..at], format!("{}\n%%EOF\n", stated - 1).as_bytes()].concat();
    for (original, junk) in [(off_by_one.clone(), 0), ([b"%junk\n", &off_by_one[..]].concat(), 6)] {
        let opened = Document::open(original.clone().into()).unwrap();
        assert_eq!(opened.reader().origin(), junk);
        let whole = sign(&opened, &options()).unwrap().to_vec();
        let previous = format!("/Prev {}\n", stated - 1);
        let tail = &whole[original.len()..];
        assert!(memchr::memmem::find(tail, previous.as_bytes()).is_some(), "{previous}");
        assert_eq!(lopdf::Document::load_mem(&whole[junk..]).unwrap().page_iter().count(), 1);
    }
}

#[test]
fn a_trailer_goes_on_but_for_what_it_says_of_the_bytes_before_it() {
    let objects = [
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>".to_vec()),
        (4, b"<< /Title (Case) >>".to_vec()),
    ];
    let trailer = "/Root 1 0 R /Info 4 0 R /DocChecksum /AB /AuthCode << /MAC <00> >> \
        /SEGL_Private (kept)";
    let original = with_table(objects, trailer);
    let whole = signed(&original, &options()).unwrap();
    let tail = &whole[original.len()..];
    for (entry, goes_on) in [
        (&b"/Info 4 0 R"[..], true),
        (b"/SEGL_Private (kept)", true),
        (b"/DocChecksum", false),
        (b"/AuthCode", false),
    ] {
        let found = memchr::memmem::find(tail, entry).is_some();
        assert_eq!(found, goes_on, "{}", String::from_utf8_lossy(entry));
    }
}

#[test]
fn an_encrypted_document_with_an_integrity_code_is_refused_before_anything_is_made() {
    let plain = document("/Lang (da)", "", &[]);
    let mut oracle = lopdf::Document::load_mem(&plain).unwrap();
    oracle.trailer.set("ID", Object::Array(vec![Object::string_literal("0123456789abcdef"); 2]));
    let version = lopdf::EncryptionVersion::V2 {
        document: &oracle,
        owner_password: "owner",
        user_password: "",
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    oracle.encrypt(&state).unwrap();
    oracle.trailer.set("AuthCode", lopdf::dictionary! { "MAC" => "code" });
    let mut file = Vec::new();
    oracle.save_to(&mut file).unwrap();
    let refused = Some(Error::Encryption(EncryptionError::IntegrityCode));
    let opened = Document::open(file.into()).unwrap();
    assert_eq!(sign(&opened, &options()).err(), refused);
    let data = ValidationData { crls: vec![Bytes::from_static(b"x")], ..Default::default() };
    assert_eq!(opened.append_security_store(&data).err(), refused);
    assert_eq!(opened.prepare_time_stamp(DigestAlgorithm::Sha256, 64).err(), refused);
}

#[test]
fn a_lock_on_all_fields_lets_a_document_time_stamp_follow() {
    let field = "<< /FT /Sig /T (Sig) /Rect [0 0 0 0] /Lock << /Action /All >> >>";
    let original = document("/AcroForm << /Fields [4 0 R] >>", "/Annots [4 0 R]", &[(4, field)]);
    let opened = Document::open(original.into()).unwrap();
    let asked = SignatureOptions {
        field: Some("Sig".to_owned()),
        extended: Some(Extension::ArchiveTimeStamp { reserved: 64 }),
        ..options()
    };
    let signed = Document::reopen(sign(&opened, &asked).unwrap()).unwrap();
    let prepared = signed.prepare_time_stamp(DigestAlgorithm::Sha256, 64).unwrap();
    prepared.embed(CMS).unwrap();
    // Somebody's signature is still kept out.
    let refused = sign(&signed, &options()).unwrap_err();
    assert!(matches!(refused, Error::Forbidden(crate::Prohibition::Locked { .. })), "{refused}");
}

#[test]
fn what_cannot_be_followed_by_what_is_asked_for_is_refused_before_it_is_signed() {
    let store = ("/DSS 9 0 R", "<< /Certs 10 0 R >>", "[<< ] >>]");
    for (catalog, others) in [
        // A store that cannot be added to.
        (store.0, vec![(9, store.1), (10, store.2)]),
        // No page for a time-stamp's field, while the signature has a field of its own.
        ("/Pages 8 0 R", vec![(8, "<< /Type /Pages /Kids [] >>")]),
    ] {
        let field = "<< /FT /Sig /T (Sig) /Rect [0 0 0 0] >>";
        let form = format!("{catalog} /AcroForm << /Fields [4 0 R] >>");
        let others: Vec<_> = others.into_iter().chain([(4, field)]).collect();
        let original = document(&form, "", &others);
        let opened = Document::open(original.into()).unwrap();
        let asked = SignatureOptions { field: Some("Sig".to_owned()), ..options() };
        sign(&opened, &asked).unwrap();
        let later = Some(Extension::ArchiveTimeStamp { reserved: 64 });
        let asked = SignatureOptions { extended: later, ..asked };
        assert!(opened.prepare(&asked, DigestAlgorithm::Sha256, 64).is_err(), "{catalog}");
    }
}
