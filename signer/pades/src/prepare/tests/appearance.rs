//! Signatures that are seen.

use super::*;
use crate::appearance::{Appearance, AppearanceError, Image, Placement};
use crate::document::{PageNumber, Rectangle};

const RECTANGLE: Rectangle = Rectangle { x: 10.0, y: 20.0, width: 120.0, height: 30.0 };

fn shown(placement: Placement) -> SignatureOptions {
    let appearance = Appearance {
        placement,
        face: None,
        lines: vec!["Forseglet af Ærøskøbing Kommune".to_owned(), "Afgørelser".to_owned()],
        image: None,
        description: "Segl fra Ærøskøbing".to_owned(),
        language: "da",
    };
    SignatureOptions { appearance: Some(appearance), ..options() }
}

fn on_page(page: PageNumber) -> SignatureOptions {
    shown(Placement::Page { page, rectangle: RECTANGLE })
}

fn in_field(name: &str) -> SignatureOptions {
    SignatureOptions { field: Some(name.to_owned()), ..shown(Placement::Field) }
}

/// Three pages in two nodes: object 3 hangs under the root, 4 and 5 under 6.
fn three_pages(form: &str, more: &[(usize, &str)]) -> Vec<u8> {
    let page = |attributes: &str, parent: u32| {
        format!("<< /Type /Page /Parent {parent} 0 R {attributes} >>")
    };
    let objects = [
        (1, format!("<< /Type /Catalog /Pages 2 0 R {form} >>")),
        (2, "<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 3 /MediaBox [0 0 200 100] >>".to_owned()),
        (3, page("", 2)),
        (4, page("/Rotate 0", 6)),
        (5, page("/CropBox [0 50 300 200]", 6)),
        (
            6,
            "<< /Type /Pages /Parent 2 0 R /Kids [4 0 R 5 0 R] /Count 2 /Rotate -270 >>".to_owned(),
        ),
    ];
    let more = more.iter().map(|(number, value)| (*number, (*value).to_owned()));
    let objects = objects.into_iter().chain(more);
    with_table(objects.map(|(number, value)| (number, value.into_bytes())), "/Root 1 0 R")
}

/// The document, its last field, and the field's form XObject with its decoded content.
fn drawn(whole: &[u8]) -> (lopdf::Document, Dictionary, Dictionary, String) {
    let oracle = lopdf::Document::load_mem(whole).unwrap();
    let catalog = oracle.catalog().unwrap();
    let form = dictionary(&oracle, catalog.get(b"AcroForm").unwrap());
    let fields = array(&oracle, form.get(b"Fields").unwrap());
    let field = dictionary(&oracle, fields.last().unwrap());
    let widget = match field.get(b"Kids") {
        Ok(kids) => dictionary(&oracle, &array(&oracle, kids)[0]),
        Err(_) => field.clone(),
    };
    let appearance = dictionary(&oracle, widget.get(b"AP").unwrap());
    let stream = oracle.dereference(appearance.get(b"N").unwrap()).unwrap().1;
    let stream = stream.as_stream().unwrap();
    let content = stream.get_plain_content().unwrap();
    (oracle.clone(), widget, stream.dict.clone(), String::from_utf8(content).unwrap())
}

fn numbers(dictionary: &Dictionary, key: &[u8]) -> Vec<f32> {
    let numbers = dictionary.get(key).unwrap().as_array().unwrap();
    numbers.iter().map(|number| number.as_float().unwrap()).collect()
}

#[test]
fn a_signature_is_shown_on_the_page_that_is_asked_for() {
    let original = three_pages("", &[]);
    for (number, page, corners, matrix) in [
        (PageNumber::Number(1), 3, [10.0, 20.0, 130.0, 50.0], [1.0, 0.0, 0.0, 1.0]),
        (PageNumber::Number(2), 4, [10.0, 20.0, 130.0, 50.0], [1.0, 0.0, 0.0, 1.0]),
    ] {
        let whole = signed_anywhere(&original, &on_page(number));
        let (oracle, widget, form, content) = drawn(&whole);
        assert_eq!(widget.get(b"P").unwrap(), &reference(page));
        assert_eq!(numbers(&widget, b"Rect"), corners);
        assert_eq!(numbers(&form, b"Matrix")[..4], matrix);
        assert_eq!(numbers(&form, b"BBox"), [0.0, 0.0, 120.0, 30.0]);
        assert!(content.contains("Tj") && !form.has(b"Group"), "{content}");
        let annotations = dictionary(&oracle, &reference(page));
        assert_eq!(array(&oracle, annotations.get(b"Annots").unwrap()).len(), 1);
    }
}

#[test]
fn a_page_that_is_turned_and_cropped_shows_the_signature_upright() {
    // A quarter turn clockwise; the lower half is cropped away: 50 points wide, 200 high.
    let rectangle = Rectangle { x: 10.0, y: 20.0, width: 35.0, height: 150.0 };
    let options = shown(Placement::Page { page: PageNumber::Last, rectangle });
    let (_, widget, form, _) = drawn(&signed_anywhere(&three_pages("", &[]), &options));
    assert_eq!(numbers(&widget, b"Rect"), [30.0, 60.0, 180.0, 95.0]);
    assert_eq!(numbers(&form, b"Matrix")[..4], [0.0, 1.0, -1.0, 0.0]);
    assert_eq!(numbers(&form, b"BBox"), [0.0, 0.0, 35.0, 150.0]);
}

#[test]
fn an_empty_field_keeps_its_place() {
    let field = "<< /FT /Sig /T (Here) /Subtype /Widget /Rect [90 60 10 20] /F 2 >>";
    let merged = three_pages("/AcroForm << /Fields [7 0 R] >>", &[(7, field)]);
    // It is on no page that could be found.
    assert_eq!(error(&merged, &in_field("Here")), AppearanceError::FieldExtent);
    let field = "<< /FT /Sig /T (Here) /Subtype /Widget /Rect [90 60 10 20] /F 2 /P 4 0 R >>";
    let merged = three_pages("/AcroForm << /Fields [7 0 R] >>", &[(7, field)]);
    let parent = (7, "<< /FT /Sig /T (Here) /Kids [8 0 R] >>");
    let kid = (8, "<< /Parent 7 0 R /Subtype /Widget /Rect [90 60 10 20] /F 2 /P 4 0 R >>");
    let split = three_pages("/AcroForm << /Fields [7 0 R] >>", &[parent, kid]);
    for original in [merged, split] {
        let whole = signed_anywhere(&original, &in_field("Here"));
        let (oracle, widget, form, _) = drawn(&whole);
        // Hidden no more, and printed.
        assert_eq!(widget.get(b"F").unwrap().as_i64().unwrap(), 4);
        assert_eq!(numbers(&form, b"BBox"), [0.0, 0.0, 80.0, 40.0]);
        assert!(dictionary(&oracle, &reference(7)).has(b"V"));
    }
}

#[test]
fn what_cannot_be_shown_is_refused() {
    let original = three_pages(
        "/AcroForm << /Fields [7 0 R 8 0 R] >>",
        &[
            (7, "<< /FT /Sig /T (Unseen) /Rect [0 0 0 0] /P 3 0 R >>"),
            (8, "<< /FT /Sig /T (Twice) /Kids [<< >> << >>] >>"),
        ],
    );
    let named = |name: &str, options: SignatureOptions| SignatureOptions {
        field: Some(name.to_owned()),
        ..options
    };
    let mut unknown = on_page(PageNumber::Number(1));
    unknown.appearance.as_mut().unwrap().lines = vec!["漢".to_owned()];
    for (options, cause) in [
        (unknown, AppearanceError::Letter('漢')),
        (on_page(PageNumber::Number(0)), AppearanceError::NoPage { page: 0 }),
        (on_page(PageNumber::Number(4)), AppearanceError::NoPage { page: 4 }),
        (on_page(PageNumber::Last), AppearanceError::OutsidePage { width: 50, height: 200 }),
        (in_field("Unseen"), AppearanceError::FieldExtent),
        (in_field("Twice"), AppearanceError::FieldExtent),
        (in_field("New"), AppearanceError::NewField),
        (shown(Placement::Field), AppearanceError::NewField),
        (named("Unseen", on_page(PageNumber::Number(1))), AppearanceError::ExistingField),
    ] {
        assert_eq!(error(&original, &options), cause);
    }
    let mut empty = on_page(PageNumber::Number(1));
    empty.appearance.as_mut().unwrap().lines.clear();
    assert_eq!(error(&original, &empty), AppearanceError::Nothing);
    let bare = three_pages("", &[(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")]);
    let page = on_page(PageNumber::Number(1));
    assert_eq!(error(&bare, &page), AppearanceError::PageExtent);
}

#[test]
fn letters_that_are_shown_can_be_read_again() {
    let whole = signed_anywhere(&three_pages("", &[]), &on_page(PageNumber::Number(1)));
    let (oracle, _, form, content) = drawn(&whole);
    let fonts = form.get(b"Resources").unwrap().as_dict().unwrap().get(b"Font").unwrap();
    let font = dictionary(&oracle, fonts.as_dict().unwrap().get(b"F0").unwrap());
    let name = font.get(b"BaseFont").unwrap().as_name().unwrap();
    assert!(name.len() == 15 && name.ends_with(b"+OpenSans"), "{name:?}");
    let map = oracle.dereference(font.get(b"ToUnicode").unwrap()).unwrap().1;
    let map = String::from_utf8(map.as_stream().unwrap().get_plain_content().unwrap()).unwrap();
    let letters: std::collections::HashMap<&str, char> = map
        .lines()
        .filter_map(|line| line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <"))
        .filter_map(|(glyph, unit)| {
            Some((glyph, char::from_u32(u32::from_str_radix(unit, 16).ok()?)?))
        })
        .collect();
    let read: Vec<String> = content
        .lines()
        .filter_map(|line| line.strip_prefix('<')?.strip_suffix("> Tj T*"))
        .map(|row| (0..row.len() / 4).map(|at| letters[&row[4 * at..4 * at + 4]]).collect())
        .collect();
    assert_eq!(read.join(" "), "Forseglet af Ærøskøbing Kommune Afgørelser");
}

/// Four pixels, one of which is seen through.
fn image() -> Image {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 4, 1);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().unwrap().write_image_data(&[9; 16]).unwrap();
    Image::parse(&file).unwrap()
}

#[test]
fn an_image_stands_beside_the_text_or_alone() {
    let original = three_pages("", &[]);
    let mut options = on_page(PageNumber::Number(1));
    options.appearance.as_mut().unwrap().image = Some(image());
    let (oracle, _, form, content) = drawn(&signed_anywhere(&original, &options));
    // 116 by 26 points within the margin: four tenths of the width for the image.
    assert!(content.starts_with("q\n46.4 0 0 11.6 2 9.2 cm\n/Im0 Do\nQ\n"), "{content}");
    assert!(content.contains("\n52.4 "), "{content}");
    let images = form.get(b"Resources").unwrap().as_dict().unwrap().get(b"XObject").unwrap();
    let drawn_image = images.as_dict().unwrap().get(b"Im0").unwrap();
    let stream = oracle.dereference(drawn_image).unwrap().1.as_stream().unwrap();
    assert_eq!(stream.content, [9; 12]);
    assert!(stream.dict.has(b"SMask"));
    options.appearance.as_mut().unwrap().lines.clear();
    let (_, _, _, content) = drawn(&signed_anywhere(&original, &options));
    assert!(content.starts_with("q\n104 0 0 26 8 2 cm\n"), "{content}");
}

#[test]
fn nothing_is_seen_through_where_the_archive_forbids_it() {
    for (part, intents, masked) in
        [(1, "/OutputIntents []", false), (2, "", false), (2, "/OutputIntents []", true)]
    {
        let metadata = format!("<pdfaid:part>{part}</pdfaid:part>");
        let metadata = crate::generate::stream("/Type /Metadata", metadata.as_bytes());
        let metadata = String::from_utf8(metadata).unwrap();
        let catalog = format!("/Metadata 9 0 R {intents}");
        let original = three_pages(&catalog, &[(9, &metadata)]);
        let mut options = on_page(PageNumber::Number(1));
        options.appearance.as_mut().unwrap().image = Some(image());
        let whole = signed_anywhere(&original, &options);
        let tail = &whole[original.len()..];
        assert_eq!(memchr::memmem::find(tail, b"/SMask").is_some(), masked, "{part} {intents}");
        // Nine of 255, seen through to nine of 255.
        let white = 255 - 9;
        let flat = memchr::memmem::find(tail, &[white; 12]).is_some();
        assert_eq!(flat, !masked, "{part} {intents}");
    }
}

#[test]
fn a_tagged_document_has_the_signature_in_its_structure() {
    let catalog = "/MarkInfo << /Marked true >> /StructTreeRoot 7 0 R";
    let flat = "<< /Nums [0 [8 0 R]] >>";
    let deep = "<< /Kids [11 0 R 12 0 R] >>";
    for (tree, next, expected) in [
        (flat, "", 1),
        (flat, "/ParentTreeNextKey 5", 5),
        (deep, "/ParentTreeNextKey 2", 10),
        ("null", "", 0),
    ] {
        let root = format!("<< /Type /StructTreeRoot /K 8 0 R /ParentTree 9 0 R {next} >>");
        let original = three_pages(
            catalog,
            &[
                (7, &root),
                (8, "<< /Type /StructElem /S /Document /P 7 0 R /K 0 >>"),
                (9, tree),
                (11, "<< /Limits [0 3] /Nums [0 [8 0 R] 3 8 0 R] >>"),
                (12, "<< /Limits [7 9] /Nums [7 8 0 R 9 8 0 R] >>"),
            ],
        );
        let whole = signed_anywhere(&original, &on_page(PageNumber::Number(1)));
        let (oracle, widget, _, _) = drawn(&whole);
        assert_eq!(widget.get(b"StructParent").unwrap().as_i64().unwrap(), expected);
        let root = dictionary(&oracle, &reference(7));
        assert_eq!(root.get(b"ParentTreeNextKey").unwrap().as_i64().unwrap(), expected + 1);
        let top = dictionary(&oracle, &reference(8));
        let kids = array(&oracle, top.get(b"K").unwrap());
        assert_eq!((kids.len(), &kids[0]), (2, &Object::Integer(0)));
        let element = dictionary(&oracle, &kids[1]);
        assert_eq!(element.get(b"S").unwrap().as_name().unwrap(), b"Form");
        let tree = dictionary(&oracle, root.get(b"ParentTree").unwrap());
        let leaf = match tree.get(b"Kids") {
            Ok(kids) => dictionary(&oracle, array(&oracle, kids).last().unwrap()),
            Err(_) => tree,
        };
        let entries = array(&oracle, leaf.get(b"Nums").unwrap());
        assert_eq!(entries[entries.len() - 2..], [Object::Integer(expected), kids[1].clone()]);
        if let Ok(limits) = leaf.get(b"Limits") {
            assert_eq!(limits.as_array().unwrap()[1], Object::Integer(expected));
        }
        // A second one leaves page and structure as they were signed.
        let again = signed_anywhere(&whole, &on_page(PageNumber::Number(1)));
        let (_, widget, _, _) = drawn(&again);
        assert!(!widget.has(b"StructParent"));
    }
}

#[test]
fn the_same_signature_is_written_twice_alike() {
    let original = three_pages("", &[]);
    let options = on_page(PageNumber::Number(2));
    assert_eq!(signed_anywhere(&original, &options), signed_anywhere(&original, &options));
}

/// Signs, with the checks that hold wherever the field is.
pub(super) fn signed_anywhere(original: &[u8], options: &SignatureOptions) -> Vec<u8> {
    let document = Document::open(Bytes::copy_from_slice(original)).unwrap();
    let whole = sign(&document, options).unwrap().to_vec();
    assert!(whole.starts_with(original), "the original is not a prefix");
    whole
}

pub(super) fn error(original: &[u8], options: &SignatureOptions) -> AppearanceError {
    let document = Document::open(Bytes::copy_from_slice(original)).unwrap();
    match sign(&document, options).unwrap_err() {
        Error::Appearance(cause) => cause,
        other => panic!("{other}"),
    }
}
