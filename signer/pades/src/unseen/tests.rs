//! Each kind in each place, what is none, and what it costs.

use std::collections::BTreeSet;

use bytes::Bytes;
use lopdf::Object;
use seal::DigestAlgorithm;

use super::*;
use crate::document::Document;
use crate::generate::{compressed_stream, pages, pages_with_object_streams, stream};
use crate::generate::{with_object_streams, with_table};
use crate::options::SignatureOptions;
use crate::security_store::ValidationData;

/// The objects of a one-page document with these entries in its catalog and page, and others from
/// number 4 on.
fn objects(catalog: &str, page: &str, others: &[&str]) -> Vec<Vec<u8>> {
    let own = [
        format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] {page} >>"),
    ];
    let others = others.iter().map(|other| (*other).to_owned());
    own.into_iter().chain(others).map(String::into_bytes).collect()
}

fn table(objects: Vec<Vec<u8>>) -> Vec<u8> {
    let numbered = objects.into_iter().enumerate();
    with_table(numbered.map(|(index, object)| (index + 1, object)), "/Root 1 0 R")
}

fn seen(file: Vec<u8>) -> BTreeSet<Unseen> {
    Document::open(file.into()).unwrap().facts().unseen
}

#[test]
fn each_kind_is_found_wherever_it_stands() {
    use Unseen::*;
    let external = String::from_utf8(stream("/F (page.txt)", b"")).unwrap();
    let by_dictionary = String::from_utf8(stream("/F << /F (a) >>", b"")).unwrap();
    let proxy = stream("/Subtype /Form /Ref << /F (other.pdf) /Page 0 >>", b"");
    let proxy = String::from_utf8(proxy).unwrap();
    type Case<'a> = (Unseen, &'a str, &'a str, &'a [&'a str]);
    let cases: [Case<'_>; 36] = [
        (ExternalContent, "", "/Contents 4 0 R", &[&external]),
        (ExternalContent, "", "/Contents 4 0 R", &[&by_dictionary]),
        (ExternalContent, "", "/Resources << /XObject << /X 4 0 R >> >>", &[&proxy]),
        (JavaScript, "/OpenAction << /S /JavaScript /JS (x) >>", "", &[]),
        (JavaScript, "/OpenAction 4 0 R", "", &["<< /S /J#61vaScript /J#53 5 0 R >>", "(x)"]),
        (JavaScript, "/Names << /JavaScript << /Names [(a) 4 0 R] >> >>", "", &["<< >>"]),
        (JavaScript, "", "/AA << /O << /S /JavaScript /JS (x) >> >>", &[]),
        (JavaScript, "", "/Annots [<< /A << /S /URI /Next [<< /S /JavaScript >>] >> >>]", &[]),
        (JavaScript, "", "", &["<< /Title (unreferenced) /A << /S /JavaScript >> >>"]),
        (Launch, "", "/Annots [<< /A << /S /Launch /F (a.exe) >> >>]", &[]),
        (FormTransfer, "/OpenAction << /S /SubmitForm /F (x) >>", "", &[]),
        (FormTransfer, "", "/AA << /C << /S /ImportData >> >>", &[]),
        (OtherDocument, "", "/Annots [<< /A << /S /GoToR /F (b.pdf) >> >>]", &[]),
        (OtherDocument, "", "/Annots [<< /A << /S /GoToE >> >>]", &[]),
        (Multimedia, "", "/Annots [<< /Subtype /RichMedia >>]", &[]),
        (Multimedia, "", "/Annots [<< /Subtype /3D >>]", &[]),
        (Multimedia, "/OpenAction << /S /Rendition >>", "", &[]),
        (AttachedFile, "/Names << /EmbeddedFiles << >> >>", "", &["<< /EF << /F 5 0 R >> >>"]),
        (AttachedFile, "", "/Annots [<< /Subtype /FileAttachment >>]", &[]),
        (HiddenLayer, "/OCProperties << /OCGs [4 0 R] /D << /OFF [4 0 R] >> >>", "", &["<< >>"]),
        (HiddenLayer, "/OCProperties << /D << /OFF 4 0 R >> >>", "", &["[5 0 R]", "<< >>"]),
        (HiddenLayer, "/OCProperties << /D 4 0 R >>", "", &["<< /Order [] /OFF 5 0 R >>", "[]"]),
        (HiddenLayer, "/OCProperties << /D << /BaseState /OFF >> >>", "", &[]),
        (HiddenLayer, "/OCProperties << /D << /AS [<< /Event /Print >>] >> >>", "", &[]),
        (HiddenLayer, "", "", &["<< /Type /OCMD /OCGs [] /P /AllOff >>"]),
        (HiddenLayer, "", "", &["<< /Type /OCMD /VE [/Not 5 0 R] >>", "<< >>"]),
        (
            HiddenAnnotation,
            "",
            "/Annots [<< /Subtype /Stamp /F 36 /AP << /N 4 0 R >> >>]",
            &["<<>>"],
        ),
        (HiddenAnnotation, "", "", &["<< /Subtype /Widget /F 2 /AP << /N 4 0 R >> >>"]),
        // Readers draw these by themselves.
        (HiddenAnnotation, "", "/Annots [<< /Subtype /FreeText /F 2 /DA () >>]", &[]),
        (HiddenAnnotation, "", "/Annots [<< /F 32 /Subtype /Square >>]", &[]),
        (AlternateImage, "", "", &["<< /Subtype /Image /Alternates [<< >>] >>"]),
        (ViewAction, "", "/AA << /O << /S /Hide /T (a) >> >>", &[]),
        (ViewAction, "/OpenAction << /S /SetOCGState >>", "", &[]),
        (XfaForm, "/AcroForm << /Fields [] /XFA 4 0 R >>", "", &["<< >>"]),
        (SecondCatalog, "", "", &["<< /Type /Catalog /Pages 5 0 R >>", "<< /Kids [] >>"]),
        (HiddenPage, "", "", &["<< /Type /Page /Contents 5 0 R >>", "<< >>"]),
    ];
    for (unseen, catalog, page, others) in cases {
        let objects = objects(catalog, page, others);
        let what = format!("{unseen}: {catalog} {page} {others:?}");
        assert_eq!(seen(table(objects.clone())), BTreeSet::from([unseen]), "{what}");
        let in_streams = with_object_streams(&objects, "/Root 1 0 R");
        assert_eq!(seen(in_streams), BTreeSet::from([unseen]), "{what} in object streams");
    }
}

#[test]
fn what_only_looks_like_it_is_nothing() {
    for (catalog, page, others) in [
        ("", "", &["(/JavaScript /JS) % /S /Launch"][..]),
        ("", "/Contents 4 0 R", &["<< /Length 14 >>\nstream\n/JS /F /Launch\nendstream"]),
        ("/OpenAction [3 0 R /Fit]", "/Annots [<< /A << /S /URI /URI (https://a) >> >>]", &[]),
        ("", "/Annots [<< /F 4 /AP << /N << /OFF 4 0 R /ON 4 0 R >> >> /AS /OFF >>]", &["<< >>"]),
        ("/OCProperties << /OCGs [4 0 R] /D << /ON [4 0 R] /OFF [] >> >>", "", &["<< >>"]),
        ("", "/Annots [<< /Subtype /Popup /F 2 >> << /Subtype /FreeText /F 4 >>]", &[]),
        ("/OpenAction null", "/Group << /S /Transparency >>", &["<< /F null /JS null >>"]),
        ("/Pages << /Kids [3 0 R] /Type /Pages >>", "", &[]),
        ("", "", &["<< /Type /Pages /Kids [] >>"]),
    ] {
        let found = seen(table(objects(catalog, page, others)));
        assert!(found.is_empty(), "{catalog} {page} {others:?}: {found:?}");
    }
}

#[test]
fn what_an_update_took_away_is_gone_and_what_it_added_is_found() {
    let action = "<< /S /JavaScript /JS (x) >>";
    let before = table(objects("/OpenAction 4 0 R", "", &[action]));
    assert_eq!(seen(before.clone()), BTreeSet::from([Unseen::JavaScript]));
    let updated = |value: &str| {
        let at = before.len();
        let previous = memchr::memmem::rfind(&before, b"xref\n0 ").unwrap();
        let object = format!("4 0 obj\n{value}\nendobj\n");
        let section = format!(
            "xref\n4 1\n{at:010} 00000 n \ntrailer\n<< /Size 5 /Root 1 0 R /Prev {previous} >>\n\
             startxref\n{}\n%%EOF\n",
            at + object.len()
        );
        [&before[..], object.as_bytes(), section.as_bytes()].concat()
    };
    assert!(seen(updated("null")).is_empty());
    assert_eq!(seen(updated("<< /S /Launch >>")), BTreeSet::from([Unseen::Launch]));
}

#[test]
fn a_trailer_that_belongs_to_no_section_is_seen() {
    let file = table(objects("", "", &[]));
    let two = [&file[..], &table(objects("/Lang (da)", "", &[]))[..]].concat();
    // The second document's offsets are those of a file of its own.
    assert!(Document::open(two.into()).is_err());
    let comment = [b"%PDF-1.7\n% startxref 9 %%EOF\n", &file[9..]].concat();
    let at = memchr::memmem::rfind(&comment, b"xref\n0 ").unwrap();
    let rows = memchr::memmem::rfind(&comment, b"trailer").unwrap();
    let shift = comment.len() - file.len();
    let moved: String = std::str::from_utf8(&comment[at..rows])
        .unwrap()
        .lines()
        .map(|line| match line.strip_suffix(" 00000 n ") {
            Some(offset) => format!("{:010} 00000 n \n", offset.parse::<usize>().unwrap() + shift),
            None => format!("{line}\n"),
        })
        .collect();
    let end = format!("trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n");
    let whole = [&comment[..at], moved.as_bytes(), end.as_bytes()].concat();
    assert_eq!(seen(whole), BTreeSet::from([Unseen::SecondCatalog]));
}

#[test]
fn a_trailer_in_a_long_file_is_seen_before_it_is_signed() {
    let mut all = objects("", "", &[]);
    let data = [&vec![b' '; 17 << 20][..], b"\nstartxref\n9\n%%EOF\n"].concat();
    all.push(stream("", &data));
    assert_eq!(seen(table(all)), BTreeSet::from([Unseen::SecondCatalog]));
}

#[test]
fn bytes_before_the_header_are_seen() {
    let file = table(objects("", "", &[]));
    for (before, unseen) in
        [(&b"junk\n"[..], Unseen::LeadingBytes), (b"<html>\n", Unseen::OtherFormat)]
    {
        assert_eq!(seen([before, &file[..]].concat()), BTreeSet::from([unseen]));
    }
}

/// The numbers of the objects that sealing and a security store after it add.
fn added(file: &[u8]) -> Vec<u32> {
    let opened = Document::open(Bytes::copy_from_slice(file)).unwrap();
    let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_800_000_000);
    let options = SignatureOptions::new(time);
    let prepared = opened.prepare(&options, DigestAlgorithm::Sha256, 64).unwrap();
    let signed = prepared.embed(&[0x30, 1, 7]).unwrap();
    let sealed_alone = signed.to_vec();
    let sealed = Document::reopen(signed).unwrap();
    let crls = (0..9).map(|n: u8| Bytes::copy_from_slice(&[n])).collect();
    let data = ValidationData { crls, ..Default::default() };
    let whole = sealed.append_security_store(&data).unwrap().to_vec();
    for written in [&sealed_alone, &whole] {
        let oracle = lopdf::Document::load_mem(written).unwrap();
        let size = oracle.trailer.get(b"Size").unwrap().as_i64().unwrap();
        let highest = oracle.objects.keys().map(|(number, _)| *number).max().unwrap();
        assert_eq!(size, i64::from(highest) + 1, "of the file (ISO 32000-2 table 15)");
    }
    let oracle = lopdf::Document::load_mem(&whole).unwrap();
    assert!(oracle.xref_recovery.is_none(), "lopdf had to repair the file");
    let before = lopdf::Document::load_mem(file).unwrap();
    let new = oracle.objects.iter().filter(|(id, _)| !before.objects.contains_key(id));
    // A cross-reference stream is no object to whoever reads the document.
    let new = new.filter(|(_, object)| match object {
        Object::Stream(stream) => !stream.dict.has_type(b"XRef"),
        _ => true,
    });
    new.map(|((number, _), _)| *number).collect()
}

#[test]
fn a_new_object_has_no_number_that_a_reference_names() {
    let page = "/PieceInfo << /App << /Private 7 0 R >> >> /Contents [9 0 R 10 0\nR 12 0 R]";
    for (catalog, page, others) in [
        ("", page, &["<< /A [15 0 R << /B 16  0 R >>] >>"][..]),
        ("/Metadata 7 0 R", page, &["<< /Info 6 0 R /C 15 0 R /D 16 0 R >>"]),
    ] {
        let objects = objects(catalog, page, others);
        let streams = with_object_streams(&objects, "/Root 1 0 R");
        for file in [table(objects), streams] {
            let added = added(&file);
            assert!(added.len() > 10, "{added:?}");
            for named in [7, 9, 10, 12, 15, 16] {
                assert!(!added.contains(&named), "{named} is named before: {added:?}");
            }
        }
    }
    // The trailer names objects, too.
    let objects = objects("", "", &[]).into_iter().enumerate();
    let objects = objects.map(|(index, object)| (index + 1, object));
    let added = added(&with_table(objects, "/Root 1 0 R /Info 4 0 R /Extra << /A [5 0 R] >>"));
    assert!(!added.contains(&4) && !added.contains(&5), "{added:?}");
}

#[test]
fn a_large_document_is_looked_at_in_part_and_its_new_objects_stand_apart() {
    let page_count = 20_000;
    let mut plain = pages(page_count, 10);
    let last = plain.len() as u32;
    let named = format!("<< /A {} 0 R /OpenAction << /S /JavaScript >> >>", last + 2);
    plain.push(named.into_bytes());
    let streams = with_object_streams(&plain, "/Root 1 0 R");
    for file in [table(plain), streams, pages_with_object_streams(page_count, 10)] {
        let opened = Document::open(file.clone().into()).unwrap();
        assert!(opened.facts().unseen.contains(&Unseen::NotAllLookedAt));
        let last = opened.reader().max_object_number();
        let first = opened.survey().free_number(last + 1);
        assert!(first > last && first - last <= 1 << 16);
    }
}

#[test]
fn a_survey_ends_at_its_cost() {
    // One object stream that inflates to 16 MiB, and a string of 8.
    let inflated = compressed_stream("/Type /ObjStm /N 1 /First 6", &vec![b' '; 16 << 20]);
    let mut long = objects("", "", &[]);
    long.push(inflated);
    long.push(format!("({})", "x".repeat(8 << 20)).into_bytes());
    let numbered = long.into_iter().enumerate().map(|(index, object)| (index + 1, object));
    let file = with_table(numbered, "/Root 1 0 R");
    let opened = Document::open(file.into()).unwrap();
    assert!(opened.facts().unseen.contains(&Unseen::NotAllLookedAt));
    assert!(opened.reader().effort().steps() < 4 << 20, "{}", opened.reader().effort().steps());
}
