//! What is copied, and how it is written.

use super::*;

/// A page with everything that is copied, and much that is not.
fn full() -> Vec<u8> {
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /StructParents 3 /LastModified (D:2026) \
                /PieceInfo << /Maker << /Private (secret form) >> >> /Metadata 92 0 R \
                /Resources << /XObject << /Unused 93 0 R >> >>";
    let image = "/Type /XObject /Subtype /Image /Width 2 /Height 1 /BitsPerComponent 8 \
                 /ColorSpace [/Indexed /DeviceRGB 1 (\\000\\001\\002\\377\\376\\375)] \
                 /Alternates [<< /Image 93 0 R >>] /Metadata 92 0 R";
    file(
        "/Rotate 90 /CropBox [10 10 60 40] /AA << /O 90 0 R >> /Metadata 92 0 R /StructParents 0 \
         /Annots [<< /Subtype /Link /A << /S /URI /URI (https://example.org) >> >>] \
         /PieceInfo << /Maker << /Private (secret page) >> >>",
        "/Cs gs /Fm Do /Im Do BT /F1 9 Tf (text) Tj ET /Own cs 1 scn /Sh sh /P cs /Pat scn \
         /Span /MC0 BDC EMC % by Karen",
        "/ExtGState << /Cs << /Type /ExtGState /LW 2 /HT << /Secret (halftone) >> >> /Unused << /LW 7 >> >> \
         /XObject << /Fm 10 0 R /Im 11 0 R /Unused 93 0 R >> \
         /Font << /F1 12 0 R >> /ColorSpace << /Own [/Separation /Gold /DeviceCMYK 15 0 R] /P [/Pattern] >> \
         /Shading << /Sh << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 15 0 R >> >> \
         /Pattern << /Pat 16 0 R >> /Properties << /MC0 << /MCID 3 /ActualText (secret words) >> >> \
         /ProcSet [/PDF]",
        &[
            (10, stream(form, b"0 0 9 9 re f")),
            (11, stream(image, b"\x00\x01")),
            (
                12,
                b"<< /Type /Font /Subtype /TrueType /BaseFont /SEGLAB+Some /FirstChar 97 /LastChar 98 \
                  /Widths [500 500] /FontDescriptor 13 0 R /Encoding << /Differences [97 /alpha] >> \
                  /Parent 2 0 R >>"
                    .to_vec(),
            ),
            (
                13,
                b"<< /Type /FontDescriptor /FontName /SEGLAB+Some /Flags 4 /FontFile2 14 0 R >>".to_vec(),
            ),
            (14, compressed_stream("/Length1 4 /Metadata 92 0 R", b"font")),
            (15, b"<< /FunctionType 2 /Domain [0 1] /C0 [0 0 0 0] /C1 [0 1 0 0] /N 1 >>".to_vec()),
            (
                16,
                stream(
                    "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 3 3] /XStep 3 /YStep 3 \
                     /Resources << >>",
                    b"0 0 1 1 re f",
                ),
            ),
            (92, stream("/Type /Metadata /Subtype /XML", b"<secret>metadata</secret>")),
            (93, stream("/Subtype /Form /BBox [0 0 1 1] /Resources << >>", b"% nobody draws this")),
        ],
    )
}

#[test]
fn what_is_drawn_is_copied_and_nothing_else() {
    let added = text(&written(&full(), "", "").unwrap());
    for there in [
        "/BBox [10 10 60 40]",
        "/LW 2",
        "/Subtype /Image",
        "[ /Indexed /DeviceRGB 1 <000102FFFEFD> ]",
        "/BaseFont /SEGLAB+Some",
        "/Differences [ 97 /alpha ]",
        "/Length1 4",
        "font",
        "/Separation /Gold /DeviceCMYK",
        "/FunctionType 2",
        "/ShadingType 2",
        "/PatternType 1",
    ] {
        assert!(added.contains(there), "{there} is missing: {added}");
    }
    // The document's own catalog and page are written again, too, with their own entries.
    let (_, added) = added.split_once("\n5 0 obj\n").unwrap();
    for gone in [
        "secret",
        "JavaScript",
        "alert",
        "/AA",
        "OpenAction",
        "Metadata",
        "PieceInfo",
        "StructParents",
        "/Parent",
        "another page",
        "of the tree",
        "Unused",
        "nobody",
        "Alternates",
        "/HT",
        "LastModified",
        "/Annot]",
        "example.org",
        "ActualText",
        "ProcSet",
        "/MCID",
        "MC0",
        "by Karen",
        "CropBox",
    ] {
        assert!(!added.contains(gone), "{gone} was copied: {added}");
    }
}

#[test]
fn the_page_fills_its_place_upright() {
    let added = text(&written(&full(), "", "").unwrap());
    // Of 50 by 30 points turned by 90 degrees 30 by 50 are seen: 60 by 100 in the rectangle's 200 by 100.
    assert!(added.contains("q\n60 0 0 100 72 2 cm\n/Im0 Do\nQ\n"), "{added}");
    let matrix = "/Matrix [0 -0.02 0.0333333333 0 -0.3333333333 1.2]";
    assert!(added.contains(matrix), "{added}");
}

#[test]
fn what_a_page_inherits_is_its_own() {
    let objects = [
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (
            2,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 20 40] /Rotate 270 \
              /Resources << /XObject << /Fm 5 0 R >> /ExtGState << /Gs << /LW 3 >> >> >> >>"
                .to_vec(),
        ),
        (3, b"<< /Type /Page /Parent 2 0 R /UserUnit 3 /Contents [4 0 R 6 0 R] >>".to_vec()),
        (4, stream("", b"/Fm")),
        // No resources of its own: it draws with those of the page.
        (5, stream("/Subtype /Form /BBox [0 0 9 9]", b"/Gs gs 0 0 9 9 re f")),
        (6, stream("", b"Do")),
    ];
    let stamp = with_table(objects, "/Root 1 0 R");
    assert_eq!(read(stamp.clone()).unwrap().extent.size(), (120.0, 60.0));
    let added = text(&written(&stamp, "", "").unwrap());
    assert!(added.contains("/Gs <</LW 3 >>") || added.contains("/Gs << /LW 3 >>"), "{added}");
    assert!(added.contains("/Fm Do\n"), "parts are one content: {added}");
}

#[test]
fn letters_that_are_drawn_are_copied() {
    let stamp = file(
        "",
        "BT /T3 9 Tf (aa) Tj ET",
        "/Font << /T3 10 0 R >>",
        &[
            (
                10,
                b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [.1 0 0 .1 0 0] \
                  /FirstChar 97 /LastChar 97 /Widths [9] /Encoding << /Differences [97 /square] >> \
                  /CharProcs << /square 11 0 R >> /Resources << /XObject << /Im 12 0 R /No 4 0 R >> >> >>"
                    .to_vec(),
            ),
            (11, stream("", b"9 0 0 0 9 9 d1 /Im Do")),
            (12, stream("/Subtype /Image /Width 1 /Height 1 /ImageMask true", b"\x00")),
        ],
    );
    let added = text(&written(&stamp, "", "").unwrap());
    assert!(added.contains("/CharProcs << /square ") && added.contains("d1\n/Im Do"), "{added}");
    assert!(added.contains("/ImageMask true") && !added.contains("/No "), "{added}");
}

#[test]
fn a_jpeg_is_copied_without_its_metadata() {
    let mut jpeg =
        b"\xFF\xD8\xFF\xE1\x00\x07Karen\xFF\xC0\x00\x0B\x08\x00\x01\x00\x01\x01\x01\x11\x00"
            .to_vec();
    jpeg.extend_from_slice(b"\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00\x12\xFF\xD9");
    let image = "/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray \
                 /Filter /DCTDecode";
    let stamp = file("", "/Im Do", "/XObject << /Im 10 0 R >>", &[(10, stream(image, &jpeg))]);
    let added = text(&written(&stamp, "", "").unwrap());
    assert!(added.contains("/DCTDecode") && !added.contains("Karen"), "{added}");
}

const ARCHIVE: &str = "<pdfaid:part>2</pdfaid:part>";

#[test]
fn harmless_vectors_go_into_the_archive_with_calibrated_colours() {
    let group = "/Group << /S /Transparency /CS /DeviceRGB >>";
    let content = "q /Gs gs 0.5 g 0 0 9 9 re f 1 0 0 RG 1 1 m 9 9 l S Q";
    let opaque = "/ExtGState << /Gs << /CA 1 /ca 1.0 /BM /Normal /SMask /None >> >>";
    let stamp = file(group, content, opaque, &[]);
    let added = text(&written(&stamp, "", ARCHIVE).unwrap());
    assert!(
        added.contains("/DefaultGray [/CalGray") && added.contains("/DefaultRGB [/CalRGB"),
        "{added}"
    );
    assert!(!added.contains("/Group"), "nothing is seen through: {added}");
    let added = text(&written(&stamp, "", "").unwrap());
    assert!(!added.contains("/DefaultGray"), "{added}");
    let clear = "/ExtGState << /Gs << /ca 0.5 >> >>";
    let added = text(&written(&file(group, content, clear, &[]), "", "").unwrap());
    assert!(added.contains("/Group << /S /Transparency /CS /DeviceRGB >>"), "{added}");
}

#[test]
fn what_is_not_sure_to_keep_a_claim_is_refused_with_the_reason() {
    let square = "0 0 9 9 re f";
    let font = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>";
    let image = |more: &str| {
        let entries = format!(
            "/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray {more}"
        );
        let mask = stream("/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray", b"0");
        [(10, stream(&entries, b"0")), (11, mask)]
    };
    let x_object = "/XObject << /Im 10 0 R >>";
    let state = |entries: &str| format!("/ExtGState << /Gs << {entries} >> >>");
    let space = |space: &str| format!("/ColorSpace << /Cs {space} >>");
    for (content, resources, others, obstacle) in [
        ("BT /F1 9 Tf (a) Tj ET", font, &[][..], Obstacle::Text),
        ("/Gs gs", &state("/ca .5"), &[], Obstacle::Transparency),
        ("/Gs gs", &state("/CA 0"), &[], Obstacle::Transparency),
        ("/Gs gs", &state("/BM /Multiply"), &[], Obstacle::Transparency),
        ("/Gs gs", &state("/BM [/Normal]"), &[], Obstacle::Transparency),
        ("/Gs gs", &state("/SMask << /S /Alpha >>"), &[], Obstacle::Transparency),
        ("/Gs gs", &state("/RI /Perceptual"), &[], Obstacle::Content),
        ("0 0 0 1 k", "", &[], Obstacle::Colours),
        ("/Cs cs", &space("[/ICCBased 10 0 R]"), &image(""), Obstacle::Colours),
        ("/Cs cs", &space("/DeviceCMYK"), &[], Obstacle::Colours),
        (square, "/ColorSpace << /DefaultGray [/CalGray << >>] >>", &[], Obstacle::Colours),
        ("/Cs cs /P scn", &space("[/Pattern]"), &[], Obstacle::Patterns),
        ("/Im Do", x_object, &image("/Interpolate true"), Obstacle::Images),
        ("/Im Do", x_object, &image("/Filter /RunLengthDecode"), Obstacle::Images),
        ("/Im Do", x_object, &image("/SMask 11 0 R"), Obstacle::Transparency),
        ("/Missing Do", "", &[], Obstacle::Content),
    ] {
        let stamp = file("", content, resources, others);
        let refused = written(&stamp, "", ARCHIVE).expect_err(content);
        let expected = AppearanceError::Conformance { accessible: false, obstacle };
        assert_eq!(refused, Error::Appearance(expected), "{content} {resources}");
        written(&stamp, "", "").unwrap();
    }
    let stamp = file("", "BT /F1 9 Tf (a) Tj ET", font, &[]);
    let refused = written(&stamp, "", "<pdfuaid:part>1</pdfuaid:part>").unwrap_err();
    let expected = AppearanceError::Conformance { accessible: true, obstacle: Obstacle::Text };
    assert_eq!(refused, Error::Appearance(expected));
}

#[test]
fn the_same_stamp_is_read_alike_and_told_without_what_it_shows() {
    let (one, other) = (Image::parse(&full()).unwrap(), Image::parse(&full()).unwrap());
    assert!(one == other);
    assert_eq!(format!("{one:?}"), "Image(a page of 8 objects)");
}

#[test]
fn whatever_is_changed_in_a_file_it_is_read_or_refused() {
    let whole = full();
    let mut noise = 1_u64;
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..3_000 {
        let mut changed = whole.clone();
        for _ in 0..3 {
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            let at = noise as usize % changed.len();
            changed[at] = b"0 1/<>[]()RDo\n\xFF"[(noise >> 40) as usize % 15];
        }
        match read(changed) {
            Ok(_) => taken += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(taken > 300 && refused > 300, "{taken} {refused}");
}
