//! A page is looked at before anything is made.

use std::{ops::Range, path::Path};

use super::*;
use crate::{appearance::turned, oracle::run, pdf_stamps, pdf_writer::PdfWriter};

/// By how much a pixel differs of which something is painted.
const SHADE: u8 = 24;

/// By how many pixels at 150 an inch an edge may lie elsewhere in another program's picture.
const WITHIN: usize = 2;

/// A picture in grey: how wide, and a byte a pixel.
struct Picture {
    width: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// As `signer preview` wrote it.
    fn read(path: &Path) -> Self {
        let file = fs::File::open(path).expect("a picture");
        let mut reader =
            png::Decoder::new(std::io::BufReader::new(file)).read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut bytes).expect("a picture");
        let pixels = bytes.chunks_exact(info.color_type.samples()).map(|pixel| pixel[0]).collect();
        Self { width: info.width as usize, pixels }
    }

    /// As poppler draws the first page at 150 pixels an inch.
    fn poppler(folder: &Folder, file: &str) -> Self {
        let (file, target) = (folder.path(file), folder.path("page"));
        let options = ["-png", "-gray", "-cropbox", "-singlefile", "-r", "150"].map(Path::new);
        let drawn =
            run("pdftoppm", options.into_iter().chain([&*file, &*target]).map(Path::as_os_str));
        assert!(drawn.status.success(), "{drawn:?}");
        Self::read(&folder.path("page.png"))
    }

    /// The columns and rows, counted from the top, in which it differs from another one.
    fn difference(&self, other: &Self) -> [Range<usize>; 2] {
        assert_eq!((self.width, self.pixels.len()), (other.width, other.pixels.len()), "sizes");
        let pairs = self.pixels.iter().zip(&other.pixels).enumerate();
        let painted = pairs.filter(|(_, (one, other))| one.abs_diff(**other) > SHADE);
        let places: Vec<_> = painted.map(|(at, _)| [at % self.width, at / self.width]).collect();
        [0, 1].map(|way| {
            let along = || places.iter().map(|place| place[way]);
            let (first, last) = (along().min(), along().max());
            first.expect("something is painted")..last.expect("something is painted") + 1
        })
    }
}

/// A page whose shown part begins below and left of its origin.
fn below_the_origin() -> Vec<u8> {
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [-120 -90 180 110] /CropBox [-100 -70 160 90] \
                /Rotate 90 /Resources << >> /Contents 4 0 R >>";
    PdfWriter::new("1.7", "\n")
        .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(3, page)
        .stream(4, "", b"0.9 g -120 -90 300 200 re f")
        .table("/Root 1 0 R")
        .finish()
}

#[test]
fn a_seal_is_previewed_where_poppler_shows_the_one_that_is_made() {
    let turns = [0, 90, 180, 270].map(|turn| (format!("turned by {turn}"), turned(turn)));
    let others = [
        ("one page".to_owned(), fixtures::named("one-page.pdf")),
        ("below the origin".to_owned(), below_the_origin()),
    ];
    for (name, document) in turns.into_iter().chain(others) {
        let folder = folder();
        folder.write("in.pdf", &document);
        let seen = "--profile decisions --rect 10,20,140,50";
        expect(&folder, &format!("seal in.pdf {seen} -o out.pdf"), 0);
        let [before, after] = ["in.pdf", "out.pdf"].map(|file| Picture::poppler(&folder, file));
        let theirs = after.difference(&before);

        let width = before.width;
        expect(&folder, &format!("preview in.pdf --page 1 --width {width} -o plain.png"), 0);
        expect(&folder, &format!("preview in.pdf {seen} --width {width} -o seen.png"), 0);
        let [plain, seen] = ["plain.png", "seen.png"].map(|file| Picture::read(&folder.path(file)));
        let ours = seen.difference(&plain);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            let is_near = |one: usize, other: usize| one.abs_diff(other) <= WITHIN;
            assert!(
                is_near(ours.start, theirs.start) && is_near(ours.end, theirs.end),
                "{name}: {ours:?} and {theirs:?} of {width}"
            );
        }
    }
}

#[test]
fn a_page_of_a_pdf_is_previewed_as_a_stamp() {
    let folder = folder();
    folder.write("stamp.pdf", &pdf_stamps::stamp(90));
    let seen = "--profile decisions --rect 10,20,240,80";
    expect(&folder, &format!("preview in.pdf {seen} -o without.png"), 0);
    expect(&folder, &format!("preview in.pdf {seen} --logo stamp.pdf -o with.png"), 0);
    expect(&folder, &format!("seal in.pdf {seen} --image stamp.pdf -o out.pdf"), 0);
    let [without, with] = ["without.png", "with.png"].map(|file| Picture::read(&folder.path(file)));
    let _ = with.difference(&without);
    let cut = fs::read(folder.path("stamp.pdf")).expect("the stamp")[..900].to_vec();
    folder.write("cut.pdf", &cut);
    let refused = expect(&folder, &format!("seal in.pdf {seen} --image cut.pdf -o no.pdf"), 1);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("startxref"), "{told}");
}

#[test]
fn a_preview_says_no_where_the_act_would_and_leaves_no_file_then() {
    let folder = folder();
    folder.write("form.pdf", &fixtures::named("visible-signature-field.pdf"));
    folder.write("certified.pdf", &fixtures::named("refused-certified.pdf"));
    let rect = "--rect 10,20,140,50";
    for (arguments, code, why) in [
        (format!("in.pdf --profile nope {rect}"), 1, "nope"),
        (format!("certified.pdf --profile decisions {rect}"), 1, "certif"),
        ("form.pdf --profile decisions --field nope --in-field".to_owned(), 1, "no such"),
        ("in.pdf --page 2".to_owned(), 1, "no such page"),
        ("minutes.txt".to_owned(), 1, "cannot be read"),
        (format!("in.pdf {rect}"), 2, "--profile is missing"),
        ("in.pdf --profile decisions".to_owned(), 2, "--rect"),
        ("in.pdf --width 15".to_owned(), 2, "16"),
        ("missing.pdf".to_owned(), 2, "missing.pdf"),
    ] {
        let refused = expect(&folder, &format!("preview {arguments} -o page.png"), code);
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains(why), "{arguments}: {told}");
        assert!(!folder.path("page.png").exists(), "{arguments}");
    }
    let own = expect(&folder, "preview in.pdf -o in.pdf", 2);
    assert!(String::from_utf8_lossy(&own.stderr).contains("never overwritten"), "{own:?}");
    expect(&folder, "preview form.pdf --profile decisions --field Approval --in-field -o a.png", 0);
    expect(&folder, "preview in.pdf --page last -o b.png", 0);
    assert!(!folder.path("segl-data").exists(), "nothing is recorded");
}
