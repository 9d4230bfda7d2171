use super::bitmap::{Colours, Pixels, on_white};
use super::*;

/// A PNG file of these pixels, with a text chunk that names somebody.
fn png_file(colour: ::png::ColorType, size: (u32, u32), samples: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut file, size.0, size.1);
    encoder.set_color(colour);
    encoder.set_depth(::png::BitDepth::Eight);
    encoder.add_text_chunk("Author".to_owned(), "Karen".to_owned()).unwrap();
    encoder.write_header().unwrap().write_image_data(samples).unwrap();
    file
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], &length[..], content].concat()
}

/// A JPEG file in form, with these components and these segments before its frame.
fn jpeg_file(components: &[u8], segments: &[Vec<u8>]) -> Vec<u8> {
    let mut frame = vec![8, 0, 2, 0, 3, u8::try_from(components.len()).unwrap()];
    frame.extend(components.iter().flat_map(|&component| [component, 0x11, 0]));
    let parts = [
        b"\xFF\xD8".to_vec(),
        segments.concat(),
        segment(0xDB, &[0; 65]),
        segment(0xC0, &frame),
        segment(0xC4, &[0; 18]),
        segment(0xDA, &[1, 1, 0, 0, 63, 0]),
        b"\x12\xFF\x00\x34\xFF\xD0\x56\xFF\xFF\xD9behind the end".to_vec(),
    ];
    parts.concat()
}

fn bitmap(file: &[u8]) -> Bitmap {
    match Image::parse(file).unwrap().0 {
        Shown::Bitmap(bitmap) => bitmap,
        Shown::Page(_) => panic!("no bitmap"),
    }
}

fn transform(file: &[u8]) -> (Colours, u8) {
    match bitmap(file).pixels {
        Pixels::Jpeg { colours, transform, .. } => (colours, transform),
        Pixels::Samples { .. } => panic!("no JPEG"),
    }
}

#[test]
fn a_png_is_decoded_and_says_nothing_else() {
    let file = png_file(::png::ColorType::Rgba, (1, 2), &[1, 2, 3, 128, 4, 5, 6, 255]);
    let image = bitmap(&file);
    assert_eq!((image.width, image.height), (1, 2));
    assert_eq!(Image::memory(&file), file.len() as u64 + 2 * 16);
    let samples = Bytes::from_static(&[1, 2, 3, 4, 5, 6]);
    let alpha = Some(Bytes::from_static(&[128, 255]));
    assert!(image.pixels == Pixels::Samples { colours: Colours::Rgb, samples, alpha });
    assert_eq!(format!("{:?}", Image::parse(&file).unwrap()), "Image(1 by 2 pixels)");
}

#[test]
fn a_png_that_nothing_is_seen_through_has_no_mask() {
    let file = png_file(::png::ColorType::GrayscaleAlpha, (2, 1), &[7, 255, 8, 255]);
    let samples = Bytes::from_static(&[7, 8]);
    let expected = Pixels::Samples { colours: Colours::Gray, samples, alpha: None };
    assert!(bitmap(&file).pixels == expected);
}

#[test]
fn what_is_seen_through_is_white_behind() {
    assert_eq!(on_white(Colours::Gray, &[0, 0, 0, 200], &[0, 255, 128, 0]), [255, 0, 127, 255]);
    assert_eq!(on_white(Colours::Rgb, &[10, 20, 30], &[255]), [10, 20, 30]);
}

#[test]
fn a_jpeg_keeps_what_decoding_needs_alone() {
    let named = [
        segment(0xE0, b"JFIF\0\x01\x01"),
        segment(0xE1, b"Exif\0\0Karen"),
        segment(0xFE, b"by Karen"),
        segment(0xED, b"Photoshop Karen"),
    ];
    let image = bitmap(&jpeg_file(&[1, 2, 3], &named));
    assert_eq!((image.width, image.height), (3, 2));
    let Pixels::Jpeg { file, .. } = image.pixels else { panic!("no JPEG") };
    let plain = jpeg_file(&[1, 2, 3], &[]);
    assert_eq!(file[..], plain[..plain.len() - b"behind the end".len()]);
}

#[test]
fn the_colours_of_a_jpeg_are_told_when_its_segments_are_gone() {
    let adobe = |transform| segment(0xEE, &[b"Adobe\0\x64\0\0\0\0", &[transform][..]].concat());
    assert_eq!(transform(&jpeg_file(&[1], &[])), (Colours::Gray, 0));
    assert_eq!(transform(&jpeg_file(&[1, 2, 3], &[])), (Colours::Rgb, 1));
    assert_eq!(transform(&jpeg_file(&[1, 2, 3], &[adobe(0)])), (Colours::Rgb, 0));
    assert_eq!(transform(&jpeg_file(b"RGB", &[adobe(1)])), (Colours::Rgb, 1));
    assert_eq!(transform(&jpeg_file(b"RGB", &[])), (Colours::Rgb, 0));
}

#[test]
fn images_that_cannot_be_shown_are_refused() {
    let refusal = |file: &[u8]| Image::parse(file).unwrap_err();
    assert_eq!(refusal(b"GIF89a"), ImageError::Format);
    let maximum = Image::MAX_LENGTH;
    assert_eq!(refusal(&vec![0; maximum + 1]), ImageError::Length { maximum });
    let png = png_file(::png::ColorType::Grayscale, (2, 1), &[7, 8]);
    assert_eq!(refusal(&png[..png.len() - 20]), ImageError::Damaged);
    let mut wide = png;
    // The width stands in the header; its checksum is wrong then, so both are set.
    wide[16..20].copy_from_slice(&(1_u32 << 30).to_be_bytes());
    assert!(matches!(refusal(&wide), ImageError::Damaged | ImageError::Pixels { .. }));
    for components in [&[1, 2, 3, 4][..], &[1, 2]] {
        assert!(matches!(refusal(&jpeg_file(components, &[])), ImageError::Unsupported(_)));
    }
    let whole = jpeg_file(&[1], &[]);
    let whole = whole.strip_suffix(b"behind the end").unwrap();
    for end in 2..whole.len() {
        assert_eq!(refusal(&whole[..end]), ImageError::Damaged, "{end}");
    }
    for marker in [0xC3, 0xC9, 0xCC] {
        let file = jpeg_file(&[1], &[segment(marker, &[0; 9])]);
        assert!(matches!(refusal(&file), ImageError::Unsupported(_)));
    }
}

#[test]
fn a_changed_byte_is_refused_or_changes_no_more_than_the_image() {
    let png = png_file(::png::ColorType::Rgba, (1, 2), &[1, 2, 3, 128, 4, 5, 6, 255]);
    for file in [png, jpeg_file(&[1, 2, 3], &[segment(0xE1, b"Exif\0\0Karen")])] {
        for at in 2..file.len() {
            for value in 0..=u8::MAX {
                let mut changed = file.clone();
                changed[at] = value;
                let Ok(Image(Shown::Bitmap(image))) = Image::parse(&changed) else { continue };
                match image.pixels {
                    Pixels::Samples { colours, samples, alpha } => {
                        let pixels = (image.width * image.height) as usize;
                        assert_eq!(samples.len(), pixels * colours.samples());
                        assert!(alpha.is_none_or(|alpha| alpha.len() == pixels));
                    }
                    // What it keeps was there, and an end that is read as one.
                    Pixels::Jpeg { file, .. } => {
                        assert!(file.len() <= changed.len() && file.ends_with(b"\xFF\xD9"));
                    }
                }
            }
        }
    }
}
