//! Pages of small documents, drawn and read.

use rendering::{Asked, MAXIMUM_PIXELS, Pages, RenderingError, Size};

/// A document with one page of this content.
fn document(page: &str, content: &str) -> Vec<u8> {
    let stream = format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len());
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> {page} >>"
        ),
        stream,
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".into(),
    ];
    let mut file = String::from("%PDF-1.7\n");
    let mut offsets = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let start = file.len();
    file += &format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1);
    for offset in &offsets {
        file += &format!("{offset:010} 00000 n \n");
    }
    let size = offsets.len() + 1;
    file += &format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.into_bytes()
}

const BOX: &str = "/MediaBox [0 0 200 100]";

fn opened(page: &str, content: &str) -> Pages {
    let Ok(pages) = Pages::open(document(page, content)) else { panic!("{page}: {content}") };
    pages
}

#[test]
fn a_page_has_the_size_at_which_it_is_shown() {
    for (page, width, height) in [
        (BOX, 200.0, 100.0),
        ("/MediaBox [0 0 200 100] /Rotate 90", 100.0, 200.0),
        ("/MediaBox [0 0 200 100] /UserUnit 2", 400.0, 200.0),
        ("/MediaBox [-50 -50 150 50] /CropBox [0 0 100 40]", 100.0, 40.0),
    ] {
        let pages = opened(page, "");
        assert_eq!(pages.count(), 1);
        assert_eq!(pages.size(0), Ok(Size { width, height }), "{page}");
        assert_eq!(pages.size(1), Err(RenderingError::NoPage));
    }
}

#[test]
fn a_picture_is_as_wide_as_asked_and_never_larger_than_may_be() {
    let pages = opened(BOX, "BT /F 20 Tf 10 40 Td (Page) Tj ET");
    let picture = pages.draw(0, 400).unwrap();
    assert!(picture.png.starts_with(b"\x89PNG"));
    assert_eq!(picture.png[16..24], [0, 0, 1, 144, 0, 0, 0, 200]);
    assert!(picture.undrawn.is_empty());
    for width in [0, 8_000, MAXIMUM_PIXELS, u32::MAX] {
        assert_eq!(pages.draw(0, width).unwrap_err(), RenderingError::PixelCount, "{width}");
    }
    assert_eq!(pages.draw(1, 100).unwrap_err(), RenderingError::NoPage);
}

#[test]
fn what_has_no_colours_is_written_without_them_and_what_has_some_keeps_them() {
    let header = |content| opened(BOX, content).draw(0, 400).unwrap().png[25];
    // The kind of colour (ISO/IEC 15948 clause 11.2.2): 0 is grey, 2 red, green and blue.
    assert_eq!(header("BT /F 20 Tf 10 40 Td (Page) Tj ET"), 0);
    assert_eq!(header("0.5 g 10 10 50 50 re f"), 0);
    assert_eq!(header("1 0 0 rg 10 10 1 1 re f"), 2);
}

#[test]
fn text_is_read_with_its_place_and_direction() {
    let read = opened(BOX, "BT /F 20 Tf 10 40 Td (To be read) Tj ET").text(0).unwrap();
    let [line] = &read.lines[..] else { panic!("{read:?}") };
    assert_eq!((line.text.as_str(), line.is_seen), ("To be read", true));
    assert!((line.x - 10.0).abs() < 0.1 && (line.baseline - 60.0).abs() < 0.1, "{line:?}");
    assert!(line.turn.abs() < 0.1 && (60.0..140.0).contains(&line.length), "{line:?}");
    let turned =
        opened("/MediaBox [0 0 200 100] /Rotate 90", "BT /F 20 Tf 10 40 Td (Turned) Tj ET");
    let read = turned.text(0).unwrap();
    assert!((read.lines[0].turn - 90.0).abs() < 0.1 && read.lines[0].is_seen, "{read:?}");
}

#[test]
fn text_that_leaves_no_mark_is_told_from_what_is_seen() {
    for (hidden, why) in [
        ("3 Tr 10 40 Td (Hidden words) Tj", "drawn invisibly"),
        ("1 g 10 40 Td (Hidden words) Tj", "white on white"),
        ("500 40 Td (Hidden words) Tj", "outside the page"),
    ] {
        let content = format!("BT /F 12 Tf {hidden} ET BT 0 g 0 Tr /F 12 Tf 10 80 Td (Seen) Tj ET");
        let read = opened(BOX, &content).text(0).unwrap();
        let seen = |text: &str| read.lines.iter().find(|line| line.text == text).unwrap().is_seen;
        assert!(!seen("Hidden words"), "{why}: {read:?}");
        assert!(seen("Seen"), "{why}: {read:?}");
    }
    let covered = "BT /F 12 Tf 10 40 Td (Hidden words) Tj ET 0.5 g 0 30 200 40 re f";
    let read = opened(BOX, covered).text(0).unwrap();
    assert!(!read.lines[0].is_seen, "{read:?}");
}

#[test]
fn what_is_no_document_is_refused() {
    assert_eq!(Pages::open(b"no document".to_vec()).unwrap_err(), RenderingError::Unreadable);
}

/// What a process answers that is asked for this.
fn answered(asked: Asked, document: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    rendering::answer(&[&asked.line()?, document].concat()[..], &mut answer)?;
    Ok(answer)
}

#[test]
fn what_is_asked_of_a_process_is_answered_as_the_pages_themselves_do() {
    let document = document(BOX, "BT /F 20 Tf 10 40 Td (Page) Tj ET");
    let pages = Pages::open(document.clone()).unwrap();
    let sizes = answered(Asked::Sizes, &document).unwrap();
    assert_eq!(rendering::sizes(&sizes), Some(Ok(pages.sizes())));
    let drawn = answered(Asked::Picture { page: 0, width: 300 }, &document).unwrap();
    let (own, other) = (pages.draw(0, 300).unwrap(), rendering::picture(&drawn).unwrap().unwrap());
    assert_eq!((own.png, own.undrawn), (other.png, other.undrawn));
    let texts = answered(Asked::Texts { from: 0, until: 9 }, &document).unwrap();
    assert_eq!(rendering::texts(&texts), [Ok(pages.text(0).unwrap())]);
    let none = answered(Asked::Page { page: 1, width: 1_000 }, &document).unwrap();
    assert!(matches!(rendering::picture(&none), Some(Err(RenderingError::NoPage))));
    assert!(rendering::text_beside(&none).is_none());
    let none = answered(Asked::Picture { page: 1, width: 300 }, &document).unwrap();
    assert!(matches!(rendering::picture(&none), Some(Err(RenderingError::NoPage))));
    let unreadable = answered(Asked::Sizes, b"no document").unwrap();
    assert_eq!(rendering::sizes(&unreadable), Some(Err(RenderingError::Unreadable)));
    assert!(rendering::answer(&b"anything else"[..], Vec::new()).is_err());
}

#[test]
fn a_page_that_is_drawn_for_its_text_too_is_the_same_and_says_the_same() {
    for content in [
        "BT /F 20 Tf 10 40 Td (Page) Tj ET",
        "1 0 0 rg 0 0 20 20 re f BT /F 20 Tf 10 40 Td (Red) Tj 3 Tr (unseen) Tj ET",
        "BT 1 g /F 20 Tf 10 40 Td (white) Tj 0 g 80 0 Td (black) Tj ET",
        "",
    ] {
        let document = document(BOX, content);
        let pages = Pages::open(document.clone()).unwrap();
        for width in [1_000, 1_240, 2_000] {
            let page = answered(Asked::Page { page: 0, width }, &document).unwrap();
            let (own, other) =
                (pages.draw(0, width).unwrap(), rendering::picture(&page).unwrap().unwrap());
            assert_eq!((own.png, own.undrawn), (other.png, other.undrawn), "{content}");
            assert_eq!(rendering::text_beside(&page), Some(pages.text(0)), "{content} {width}");
        }
    }
}

#[test]
fn an_answer_that_is_not_whole_is_none() {
    let document = document(BOX, "BT /F 20 Tf 10 40 Td (Page) Tj ET");
    let drawn = answered(Asked::Picture { page: 0, width: 300 }, &document).unwrap();
    for length in [0, 5, drawn.len() / 2, drawn.len() - 1] {
        assert!(rendering::picture(&drawn[..length]).is_none(), "{length}");
    }
    // What was drawn is there, though its text is not.
    let page = answered(Asked::Page { page: 0, width: 1_000 }, &document).unwrap();
    assert!(rendering::picture(&page[..page.len() - 1]).is_some());
    assert!(rendering::text_beside(&page[..page.len() - 1]).is_none());
    let sizes = answered(Asked::Sizes, &document).unwrap();
    assert!(rendering::sizes(&sizes[..sizes.len() - 1]).is_none());
    let texts = answered(Asked::Texts { from: 0, until: 1 }, &document).unwrap();
    assert!(rendering::texts(&texts[..texts.len() - 1]).is_empty());
}

#[test]
fn the_text_of_a_page_that_is_much_higher_than_wide_is_read() {
    let strip = "/MediaBox [0 0 20 14400]";
    let read = opened(strip, "BT /F 12 Tf 2 7000 Td (M) Tj ET").text(0).unwrap();
    assert_eq!(read.lines.len(), 1, "{read:?}");
}

#[test]
fn marks_are_looked_for_in_so_many_pixels_and_what_was_not_looked_at_is_not_called_seen() {
    let last = |blank: usize| {
        let blank = "0 1 Td (m) Tj 0 -1 Td (m) Tj ".repeat(blank / 2);
        let content = format!("BT 1 g /F 60 Tf 10 40 Td {blank} 0 g /F 20 Tf 160 0 Td (S) Tj ET");
        let lines = opened(BOX, &content).text(0).unwrap().lines;
        assert!(lines[..lines.len() - 1].iter().all(|line| !line.is_seen));
        lines.last().unwrap().clone()
    };
    assert_eq!((&*last(10).text, last(10).is_seen), ("S", true));
    assert_eq!((&*last(2_000).text, last(2_000).is_seen), ("S", false));
}
