//! Pages as people see them in the browser, against poppler's pictures of the same pages.

mod bounds;
pub mod hostile;

use crate::{
    fixtures,
    oracle::{Folder, run},
};

/// Pixels of a side of the squares whose average is compared: letters may stand a little elsewhere, and
/// be of another font where none is in the file.
const SQUARE: usize = 12;

/// By how much an average may differ: a letter of another shape fills less.
const SHADE: f64 = 70.0;

/// A page as poppler draws it, a pixel a point: width, height, and a byte a pixel.
fn poppler(pdf: &[u8], page: usize) -> Option<(usize, usize, Vec<u8>)> {
    poppler_at(pdf, page, 72)
}

/// The same, so many pixels wide.
pub fn poppler_wide(pdf: &[u8], page: usize, width: usize) -> Option<(usize, usize, Vec<u8>)> {
    drawn_by_poppler(pdf, page, &["-scale-to-x", &width.to_string(), "-scale-to-y", "-1"])
}

/// The same, so many pixels an inch of user space.
pub fn poppler_at(pdf: &[u8], page: usize, pixels: u32) -> Option<(usize, usize, Vec<u8>)> {
    drawn_by_poppler(pdf, page, &["-r", &pixels.to_string()])
}

fn drawn_by_poppler(pdf: &[u8], page: usize, scale: &[&str]) -> Option<(usize, usize, Vec<u8>)> {
    let folder = Folder::new();
    let file = folder.write("document.pdf", pdf);
    let page = (page + 1).to_string();
    let options = ["-gray", "-cropbox", "-singlefile", "-f", &page];
    let target = folder.path("page");
    let arguments = options.iter().chain(scale).map(std::ffi::OsStr::new);
    let output = run("pdftoppm", arguments.chain([file.as_ref(), target.as_ref()]));
    if !output.status.success() {
        return None;
    }
    let file = std::fs::read(folder.path("page.pgm")).ok()?;
    let mut words = file.splitn(4, |byte| byte.is_ascii_whitespace());
    assert_eq!(words.next(), Some(&b"P5"[..]), "a PGM file");
    let mut number = || {
        String::from_utf8_lossy(words.next().expect("a figure")).trim().parse().expect("a figure")
    };
    let (width, height): (usize, usize) = (number(), number());
    let samples = file[file.len() - width * height..].to_vec();
    Some((width, height, samples))
}

/// A page as the service draws it, in the same form.
pub fn ours(png: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut bytes).expect("a picture");
    let samples = info.color_type.samples();
    let gray = bytes.chunks_exact(samples).map(|pixel| {
        // One channel of what has no colours.
        let colours = &pixel[..samples.min(3)];
        let sum: usize = colours.iter().map(|one| usize::from(*one)).sum();
        u8::try_from(sum / colours.len()).expect("a byte")
    });
    (info.width as usize, info.height as usize, gray.collect())
}

/// How many squares of two pictures differ.
pub fn differing(one: &(usize, usize, Vec<u8>), other: &(usize, usize, Vec<u8>)) -> usize {
    let (width, height) = (one.0.min(other.0), one.1.min(other.1));
    let average = |picture: &(usize, usize, Vec<u8>), column: usize, row: usize| {
        let pixels = (row..row + SQUARE).flat_map(|y| {
            picture.2[y * picture.0 + column..][..SQUARE].iter().map(|one| f64::from(*one))
        });
        pixels.sum::<f64>() / (SQUARE * SQUARE) as f64
    };
    let mut count = 0;
    for row in (0..height.saturating_sub(SQUARE)).step_by(SQUARE) {
        for column in (0..width.saturating_sub(SQUARE)).step_by(SQUARE) {
            let difference = average(one, column, row) - average(other, column, row);
            count += usize::from(difference.abs() > SHADE);
        }
    }
    count
}

/// How many of a document's first pages were compared, and those that differ though nothing is told of it.
fn compared(name: &str, document: &[u8]) -> (usize, Vec<String>) {
    // Of what cannot be opened or drawn the page says so, and offers the file.
    let Ok(pages) = rendering::Pages::open(document.to_vec()) else { return (0, Vec::new()) };
    let (mut compared, mut faults) = (0, Vec::new());
    for page in 0..pages.count().min(3) {
        let Some(theirs) = poppler(document, page) else { continue };
        let Ok(picture) = pages.draw(page, u32::try_from(theirs.0).expect("a width")) else {
            continue;
        };
        let ours = ours(&picture.png);
        if ours.1.abs_diff(theirs.1) > 2 {
            faults.push(format!("{name} page {page}: {} and {} high", ours.1, theirs.1));
            continue;
        }
        let count = differing(&ours, &theirs);
        if count > 2 && picture.undrawn.is_empty() {
            faults.push(format!("{name} page {page}: {count} squares differ, and nothing is told"));
        }
        compared += 1;
    }
    (compared, faults)
}

#[test]
fn pages_look_as_poppler_draws_them_or_it_is_told_that_something_is_missing() {
    let mut all = 0;
    for fixture in fixtures::signable().into_iter().chain(fixtures::refused()) {
        let (count, faults) = compared(fixture.name, &fixture.bytes);
        assert_eq!(faults, [""; 0]);
        all += count;
    }
    assert!(all >= 15, "{all} pages were compared");
}

#[test]
fn foreign_pages_look_as_poppler_draws_them_or_it_is_told_that_something_is_missing() {
    let (mut all, mut faults) = (0, Vec::new());
    for folder in ["unsigned", "signed_valid", "signed_bad"] {
        let Some(files) = crate::corpus::files(folder) else {
            println!("NO CORPUS HERE: no foreign page was compared");
            return;
        };
        for file in files {
            let document = std::fs::read(&file).expect("a file of the corpus");
            let (count, found) = compared(&file.display().to_string(), &document);
            all += count;
            faults.extend(found);
        }
    }
    assert_eq!(faults, [""; 0]);
    assert!(all >= 20, "{all} pages were compared");
}

#[test]
fn danish_text_is_read_in_order_with_its_letters() {
    let fixture = fixtures::signable().into_iter().find(|one| one.name == "danish-text.pdf");
    let fixture = fixture.expect("the fixture");
    let pages = rendering::Pages::open(fixture.bytes).expect("pages");
    let read = pages.text(0).expect("text");
    let said: Vec<_> = read.lines.iter().map(|line| line.text.as_str()).collect();
    let said = said.join("\n");
    assert!(said.contains("grød"), "{said}");
    assert!(read.lines.iter().all(|line| line.is_seen), "{read:?}");
}
