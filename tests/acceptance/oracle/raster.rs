//! Pages as MuPDF and poppler paint them, at 72 pixels an inch: a pixel is a point.

use std::ops::Range;

use super::{Folder, python_program, run, text, workspace};

/// A painted page.
#[derive(Debug, PartialEq, Eq)]
pub struct Raster {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// Three bytes a pixel: red, green, blue; the top row first.
    samples: Vec<u8>,
}

impl Raster {
    /// A page, counted from 1, with its annotations.
    pub fn of(pdf: &[u8], page: u32) -> Self {
        let file = draw(pdf, page, &["-F", "pnm", "-c", "rgb"]);
        let mut words = file.splitn(4, |byte| byte.is_ascii_whitespace());
        assert_eq!(words.next(), Some(&b"P6"[..]), "a PNM file");
        let mut number = || text(words.next().expect("a figure")).parse().expect("a figure");
        let (width, height) = (number(), number());
        let rest = words.next().expect("the samples");
        let (_, samples) = rest.split_at(b"255\n".len());
        assert_eq!(samples.len(), 3 * width * height);
        Self { width, height, samples: samples.to_vec() }
    }

    /// The columns, and the rows from below, in which it differs from another raster of its size;
    /// `None` when it is the same.
    pub fn difference(&self, other: &Self) -> Option<(Range<usize>, Range<usize>)> {
        assert_eq!((self.width, self.height), (other.width, other.height), "sizes");
        let pixels = self.samples.chunks_exact(3).zip(other.samples.chunks_exact(3));
        let mut differing = pixels.enumerate().filter(|(_, (one, other))| one != other).peekable();
        differing.peek()?;
        let (mut columns, mut rows) = (self.width..0, self.height..0);
        for (at, _) in differing {
            let (column, row) = (at % self.width, self.height - 1 - at / self.width);
            columns = columns.start.min(column)..columns.end.max(column + 1);
            rows = rows.start.min(row)..rows.end.max(row + 1);
        }
        Some((columns, rows))
    }

    /// Red, green and blue of a pixel; rows are counted from below.
    pub fn pixel(&self, column: usize, row: usize) -> [u8; 3] {
        let at = 3 * ((self.height - 1 - row) * self.width + column);
        [self.samples[at], self.samples[at + 1], self.samples[at + 2]]
    }
}

/// The text of a page as MuPDF reads it, annotations included; wherever it is broken, one space.
pub fn page_text(pdf: &[u8], page: u32) -> String {
    let text = text(&draw(pdf, page, &["-F", "txt"]));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The codes on the first page, as a camera reads them that sees so many pixels an inch.
pub fn codes(pdf: &[u8], pixels: u32) -> Vec<String> {
    let folder = Folder::new();
    let file = folder.write("document.pdf", pdf);
    let target = folder.path("page");
    let pixels = pixels.to_string();
    let arguments = ["-gray", "-r", &pixels, "-singlefile"].map(std::ffi::OsStr::new);
    let drawn = run("pdftoppm", arguments.into_iter().chain([file.as_ref(), target.as_ref()]));
    assert!(drawn.status.success(), "{}", text(&drawn.stderr));
    let script = workspace().join("tests/oracle/read_codes.py");
    let output = run(python_program("python"), [script, folder.path("page.pgm")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The first page as a PNG, seen through where nothing is painted.
pub fn png_of(pdf: &[u8]) -> Vec<u8> {
    draw(pdf, 1, &["-F", "png", "-c", "rgba"])
}

/// The first page as a JPEG.
pub fn jpeg_of(pdf: &[u8]) -> Vec<u8> {
    let folder = Folder::new();
    let file = folder.write("document.pdf", pdf);
    let arguments = ["-jpeg", "-r", "72", "-singlefile"].map(std::ffi::OsStr::new);
    let target = folder.path("page");
    let output = run("pdftoppm", arguments.into_iter().chain([file.as_ref(), target.as_ref()]));
    assert!(output.status.success(), "{}", text(&output.stderr));
    std::fs::read(folder.path("page.jpg")).expect("pdftoppm writes it")
}

fn draw(pdf: &[u8], page: u32, options: &[&str]) -> Vec<u8> {
    let folder = Folder::new();
    let file = folder.write("document.pdf", pdf);
    let target = folder.path("page");
    let mut arguments = vec!["draw".into(), "-q".into()];
    arguments.extend(options.iter().map(|option| (*option).into()));
    arguments.extend(["-o".into(), target.clone().into_os_string(), file.into_os_string()]);
    arguments.push(page.to_string().into());
    let arguments: Vec<std::ffi::OsString> = arguments;
    let output = run("mutool", arguments);
    let said = text(&output.stderr);
    // What it complains of may stand in a fixture; what counts is what it paints.
    assert!(output.status.success(), "{said}");
    std::fs::read(target).expect("mutool writes it")
}
