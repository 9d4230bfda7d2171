//! What is refused, each by its name.

use super::super::super::ImageError;
use super::*;

fn refusal(file: Vec<u8>) -> StampError {
    read(file).err().expect("it is refused")
}

fn drawing(resources: &str, others: &[(usize, Vec<u8>)]) -> StampError {
    refusal(file("", "/X Do", resources, others))
}

const X: &str = "/XObject << /X 10 0 R >>";

/// A form that draws what its resources call `/X`.
fn form(more: &str, content: &str) -> Vec<u8> {
    stream(&format!("/Subtype /Form /BBox [0 0 9 9] {more}"), content.as_bytes())
}

fn image(more: &str, data: &[u8]) -> Vec<u8> {
    let entries = format!("/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 {more}");
    stream(&entries, data)
}

#[test]
fn what_is_no_pdf_or_has_no_page_is_refused() {
    assert_eq!(Image::parse(b"GIF89a").unwrap_err(), ImageError::Format);
    let refused = Image::parse(b"%PDF-1.7\nnothing").unwrap_err();
    assert!(matches!(refused, ImageError::Stamp(StampError::Document(_))), "{refused}");
    let length = Image::MAX_LENGTH + 1;
    let long = [b"%PDF-1.7".to_vec(), vec![b' '; length]].concat();
    assert!(matches!(Image::parse(&long).unwrap_err(), ImageError::Length { .. }));
    let pageless = [
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec()),
    ];
    let refused = refusal(with_table(pageless, "/Root 1 0 R"));
    assert_eq!(refused.to_string(), "the document has no page that could be found");
    let all = file("", "0 0 9 9 re f", "", &[]);
    for cut in (0..all.len() - 20).step_by(7) {
        assert!(read(all[..cut].to_vec()).is_err(), "{cut}");
    }
}

#[test]
fn an_encrypted_file_is_refused() {
    let plain = file("", "", "", &[]);
    let trailer = memchr::memmem::rfind(&plain, b"/Root").unwrap();
    let (before, after) = plain.split_at(trailer);
    let locked = [before, b"/Encrypt << /Filter /Standard >> ", after].concat();
    assert_eq!(refusal(locked), StampError::Encrypted);
}

#[test]
fn a_page_without_extent_or_as_thin_as_a_line_is_refused() {
    for page in ["/CropBox [0 0 0.5 50]", "/CropBox [200 200 300 300]", "/MediaBox [0 0 5000 2]"] {
        let refused = refusal(file(page, "", "", &[]));
        assert_eq!(refused, StampError::Extent { maximum: MAX_ASPECT }, "{page}");
    }
}

#[test]
fn layers_are_refused_wherever_they_are() {
    assert_eq!(refusal(file("", "/OC /L BDC EMC", "", &[])), StampError::Layers);
    assert_eq!(drawing(X, &[(10, form("/OC << /Type /OCG >>", ""))]), StampError::Layers);
    assert_eq!(drawing(X, &[(10, image("/OC << /Type /OCMD >>", b"0"))]), StampError::Layers);
}

#[test]
fn what_stands_elsewhere_or_for_something_else_is_refused() {
    let elsewhere = |entries: &str| [(10, stream(entries, b""))];
    for (entries, expected) in [
        ("/Subtype /Form /BBox [0 0 9 9] /F (other.pdf)", StampError::External),
        ("/Subtype /Image /Width 1 /Height 1 /F << /F (x) >>", StampError::External),
        ("/Subtype /Form /BBox [0 0 9 9] /Ref << >>", StampError::Reference("Ref")),
        ("/Subtype /Form /BBox [0 0 9 9] /OPI << >>", StampError::Reference("OPI")),
        ("/Subtype /Image /Width 1 /Height 1 /OPI << >>", StampError::Reference("OPI")),
        ("/Subtype /PS", StampError::PostScript),
        ("/Subtype /Form /Subtype2 /PS /BBox [0 0 9 9]", StampError::PostScript),
        ("/Subtype /Form /PS 4 0 R /BBox [0 0 9 9]", StampError::PostScript),
        ("/Subtype /Other", StampError::Malformed("an XObject")),
    ] {
        assert_eq!(drawing(X, &elsewhere(entries)), expected, "{entries}");
    }
    let content = [(4, stream("/F (elsewhere)", b""))];
    assert_eq!(refusal(file("", "", "", &content)), StampError::External);
}

#[test]
fn annotations_that_are_seen_are_refused_and_links_are_not() {
    let page =
        |annotation: &str| file(&format!("/Annots [<< /Subtype /{annotation} >>]"), "", "", &[]);
    assert_eq!(refusal(page("Stamp")), StampError::Annotations);
    assert_eq!(refusal(page("Widget")), StampError::Annotations);
    assert!(read(page("Link")).is_ok());
}

#[test]
fn what_draws_itself_is_refused() {
    let circle = [
        (10, form("/Resources << /XObject << /Y 11 0 R >> >>", "/Y Do")),
        (11, form("/Resources << /XObject << /X 10 0 R >> >>", "/X Do")),
    ];
    assert_eq!(drawing(X, &circle), StampError::Cycle);
    // Resources that are shared are no circle if nobody draws himself.
    let shared = file("", "/X Do", X, &[(10, form("/Resources 5 0 R", "0 0 9 9 re f"))]);
    assert!(read(shared).is_ok());
    let space = "/ColorSpace << /Cs 10 0 R >>";
    let circle = [(10, b"[/Indexed 10 0 R 1 <00>]".to_vec())];
    assert_eq!(refusal(file("", "/Cs cs", space, &circle)), StampError::Cycle);
    let array = [(10, b"<< /LW [11 0 R 11 0 R] >>".to_vec()), (11, b"[11 0 R 11 0 R]".to_vec())];
    let state = "/ExtGState << /Gs 10 0 R >>";
    assert!(matches!(refusal(file("", "/Gs gs", state, &array)), StampError::Depth { .. }));
}

#[test]
fn ten_thousand_forms_in_each_other_are_refused() {
    let nested = |number: usize| {
        let resources = format!("/Resources << /XObject << /X {} 0 R >> >>", number + 1);
        (number, form(&resources, "/X Do"))
    };
    let forms: Vec<_> = (100..10_100).map(nested).chain([(10_100, form("", ""))]).collect();
    let refused = drawing("/XObject << /X 100 0 R >>", &forms);
    assert_eq!(refused, StampError::Depth { maximum: MAX_DEPTH });
}

#[test]
fn forms_that_draw_others_again_and_again_are_refused() {
    let again = "/X Do ".repeat(20);
    let forms: Vec<_> = (10..18)
        .map(|number| {
            let resources = format!("/Resources << /XObject << /X {} 0 R >> >>", number + 1);
            (number, form(&resources, &again))
        })
        .chain([(18, form("/Resources << >>", "0 0 9 9 re f"))])
        .collect();
    assert_eq!(drawing(X, &forms), StampError::Operations { maximum: MAX_OPERATIONS });
}

#[test]
fn more_than_it_may_have_is_refused() {
    let zeros = " ".repeat(MAX_DECODED + 1);
    let huge = [(10, compressed_stream("/Subtype /Form /BBox [0 0 9 9]", zeros.as_bytes()))];
    assert_eq!(drawing(X, &huge), StampError::Length { maximum: MAX_DECODED });
    assert_eq!(refusal(file("", &zeros, "", &[])), StampError::Length { maximum: MAX_DECODED });
    // Half of it twice is as much.
    let half = " ".repeat(MAX_DECODED / 2 + 1);
    let halves = [(10, compressed_stream("/Subtype /Form /BBox [0 0 9 9]", half.as_bytes()))];
    let refused = refusal(file("", &format!("{half} /X Do"), X, &halves));
    assert_eq!(refused, StampError::Length { maximum: MAX_DECODED });
    // Letters that nobody draws count, too.
    let letters: String = (0..MAX_OBJECTS).map(|at| format!("/a{at} 11 0 R ")).collect();
    let font = format!("<< /Subtype /Type3 /CharProcs << {letters} >> >>").into_bytes();
    let fonts = [(10, font), (11, stream("", b"0 0 1 1 re f"))];
    let refused = refusal(file("", "/F 1 Tf", "/Font << /F 10 0 R >>", &fonts));
    assert_eq!(refused, StampError::Objects { maximum: MAX_OBJECTS });
    let wide = [(10, image("/Width 3000 /Height 3000", b""))];
    assert_eq!(drawing(X, &wide), StampError::Pixels { maximum: Image::MAX_PIXELS });
    let bomb = compressed_stream("/Subtype /Image /Width 1 /Height 1", &[0; 1 << 17]);
    assert!(matches!(drawing(X, &[(10, bomb)]), StampError::Length { .. }));
    let long = format!("[{}]", "0 ".repeat(MAX_VALUES / 4));
    let state = "/ExtGState << /Gs << /D 10 0 R /LW 10 0 R >> >>";
    let refused = refusal(file("", "/Gs gs", state, &[(10, long.into_bytes())]));
    assert_eq!(refused, StampError::Length { maximum: MAX_VALUES });
}

#[test]
fn data_that_is_risky_to_decode_is_refused() {
    for filter in ["JBIG2Decode", "JPXDecode", "Crypt", "Other"] {
        let refused = drawing(X, &[(10, image(&format!("/Filter /{filter}"), b"0"))]);
        assert_eq!(refused, StampError::Filter(filter.to_owned()));
    }
    let chain = image("/Filter [/FlateDecode /DCTDecode]", b"0");
    assert_eq!(drawing(X, &[(10, chain)]), StampError::Filter("DCTDecode".to_owned()));
    assert_eq!(drawing(X, &[(10, image("/Filter /DCTDecode", b"0"))]), StampError::Jpeg);
    let content = [(4, stream("/Filter /LZWDecode", b""))];
    assert_eq!(refusal(file("", "", "", &content)), StampError::Filter("LZWDecode".to_owned()));
}

#[test]
fn what_is_malformed_is_named() {
    let refused = |resources: &str, content: &str| refusal(file("", content, resources, &[]));
    for (resources, content, named) in [
        ("", "0 0 9 9 re ]", "its content"),
        ("/XObject << /X << /Subtype /Form >> >>", "/X Do", "an XObject"),
        ("/ExtGState << /Gs << /LW (a >> >>", "/Gs gs", "its content or a dictionary"),
        ("/ExtGState << /Gs << /LW << >> >> >>", "/Gs gs", "a value"),
        ("/ColorSpace << /Cs [/Unheard] >>", "/Cs cs", "a colour space"),
        ("/Font << /F 4 0 R >>", "/F 1 Tf", "a font"),
    ] {
        let refused = refused(resources, content);
        let malformed = matches!(refused, StampError::Malformed(what) if what == named);
        let unreadable = matches!(refused, StampError::Document(_));
        assert!(malformed || unreadable && resources.contains("(a"), "{resources}: {refused:?}");
    }
}

#[test]
fn what_it_costs_is_bounded_by_the_account_of_the_document() {
    let limits = seal::EffortLimits { steps: 2_000, ..seal::EffortLimits::default() };
    let effort = Effort::new(limits, 0);
    let long = file("", &"0 0 9 9 re f ".repeat(10_000), "", &[]);
    let refused = Image::parse_within(&long.into(), &effort).unwrap_err();
    let ImageError::Stamp(StampError::Document(cause)) = refused else { panic!("{refused}") };
    assert!(matches!(*cause, Error::Effort(_)), "{cause}");
}
