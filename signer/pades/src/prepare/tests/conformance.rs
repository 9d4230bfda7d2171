//! Documents that conform to PDF/A or PDF/UA still do when they are signed.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};
use seal::{Effort, EffortLimits};

use super::*;
use crate::{
    document::OpenOptions,
    generate::{compressed_stream, stream},
};

/// A document with these claims in its catalog; object 4 is its metadata.
fn claiming(catalog: &str, page: &str, metadata: &str, compressed: bool) -> Vec<u8> {
    let entries = "/Type /Metadata /Subtype /XML";
    let make = if compressed { compressed_stream } else { stream };
    let objects = [
        (1, format!("<< /Type /Catalog /Pages 2 0 R /Metadata 4 0 R {catalog} >>").into_bytes()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (3, format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] {page} >>").into_bytes()),
        (4, make(entries, metadata.as_bytes())),
    ];
    with_table(objects, "/Root 1 0 R")
}

#[test]
fn a_field_has_an_appearance_only_in_pdf_a_1() {
    let cases = [
        ("<pdfaid:part>1</pdfaid:part>", true),
        ("<pdfaid:part>2</pdfaid:part>", false),
        ("<nothing/>", false),
    ];
    for (metadata, demanded) in cases {
        for compressed in [false, true] {
            let original = claiming("", "", metadata, compressed);
            let whole = signed(&original, &options()).unwrap();
            let (oracle, field) = last_signature(&whole);
            assert_eq!(field.has(b"AP"), demanded, "{metadata}");
            assert_eq!(field.get(b"F").unwrap().as_i64().unwrap(), 132);
            if demanded {
                let appearance = dictionary(&oracle, field.get(b"AP").unwrap());
                assert_eq!(appearance.len(), 1);
                let form = oracle.dereference(appearance.get(b"N").unwrap()).unwrap().1;
                let form = form.as_stream().unwrap();
                assert!(form.content.is_empty() && !form.dict.has(b"Group"));
                assert_eq!(form.dict.get(b"Subtype").unwrap().as_name().unwrap(), b"Form");
            }
            // The metadata is not touched.
            let tail = &whole[original.len()..];
            assert!(memchr::memmem::find(tail, b"\n4 0 obj").is_none());
        }
    }
}

#[test]
fn metadata_that_inflate_twice_to_very_much_are_left_where_they_are() {
    let deflated = |data: &[u8]| {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    };
    let filters = "/Type /Metadata /Filter [/FlateDecode /FlateDecode]";
    let twice = stream(filters, &deflated(&deflated(&vec![0; 64 << 20])));
    let objects = [
        (1, b"<< /Type /Catalog /Pages 2 0 R /Metadata 4 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>".to_vec()),
        (4, twice),
    ];
    let original = with_table(objects, "/Root 1 0 R");
    let effort = Effort::new(EffortLimits::default(), original.len() as u64);
    let options = OpenOptions { effort: Some(effort.clone()), ..OpenOptions::default() };
    Document::open_with(original.into(), options).unwrap();
    assert!(effort.inflated() < 40 << 20, "{}", effort.inflated());
}

#[test]
fn every_string_of_an_update_is_of_whole_bytes() {
    let whole = signed(&claiming("", "", "<pdfaid:part>1<", false), &options()).unwrap();
    let oracle = lopdf::Document::load_mem(&whole).unwrap();
    let identifiers = oracle.trailer.get(b"ID").unwrap().as_array().unwrap();
    assert!(identifiers.iter().all(|id| id.as_str().unwrap().len() == 16));
    let hexadecimal = whole.split(|&byte| byte == b'<').skip(1);
    for digits in hexadecimal.filter_map(|rest| rest.split(|&byte| byte == b'>').next()) {
        if !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit) {
            assert_eq!(digits.len() % 2, 0);
        }
    }
}

#[test]
fn a_tagged_page_gets_its_order_from_the_structure_once() {
    let tabs = |whole: &[u8]| {
        let oracle = lopdf::Document::load_mem(whole).unwrap();
        let tabs = oracle.get_dictionary((3, 0)).unwrap().get(b"Tabs").ok().cloned();
        tabs.map(|tabs| tabs.as_name().unwrap().to_vec())
    };
    let marked = "/MarkInfo << /Marked true >>";
    for (catalog, page, expected) in [
        (marked, "", Some(&b"S"[..])),
        (marked, "/Tabs /R", Some(b"R")),
        (marked, "/Annots []", Some(b"S")),
        ("/MarkInfo << /Marked false >>", "", None),
        ("", "", None),
    ] {
        let original = claiming(catalog, page, "", false);
        let document = Document::open(original.into()).unwrap();
        let whole = sign(&document, &options()).unwrap().to_vec();
        assert_eq!(tabs(&whole).as_deref(), expected, "{catalog} {page}");
    }
    // A signature that is there already covers the page as it is.
    let untagged = signed(&claiming("/MarkInfo 40 0 R", "", "", false), &options()).unwrap();
    let tagged = [&untagged[..], b"40 0 obj\n<< /Marked true >>\nendobj\n"].concat();
    let start = tagged.len();
    let offset = untagged.len();
    let previous = memchr::memmem::rfind(&untagged, b"startxref\n").unwrap() + 10;
    let previous: String = untagged[previous..]
        .iter()
        .map_while(|b| b.is_ascii_digit().then(|| char::from(*b)))
        .collect();
    let section = format!(
        "xref\n40 1\n{offset:010} 00000 n \ntrailer\n<< /Size 41 /Root 1 0 R /Prev {previous} >>\n\
         startxref\n{start}\n%%EOF\n"
    );
    let whole = signed(&[&tagged[..], section.as_bytes()].concat(), &options());
    assert_eq!(tabs(&whole.unwrap()), None);
}
