//! Pictures of a document as poppler shows it on screen and prints it.

use std::{collections::HashMap, ffi::OsString};

use crate::oracle::{Folder, run};

/// Pixels of all pages, one after the other, at 72 pixels an inch: a pixel is a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    /// Of one page.
    height: usize,
    /// Three bytes a pixel.
    samples: Vec<u8>,
}

/// The same document in every way that it can be looked at; `None` where it cannot be painted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictures {
    /// On screen, by the one library and by the other.
    splash: Option<Picture>,
    cairo: Option<Picture>,
    /// On paper.
    printed: Option<Picture>,
}

/// Paints documents, and remembers those that come again.
#[derive(Default)]
pub struct Painter {
    known: HashMap<Vec<u8>, Pictures>,
}

impl Painter {
    pub fn paint(&mut self, pdf: &[u8]) -> Pictures {
        let key = ring::digest::digest(&ring::digest::SHA256, pdf).as_ref().to_vec();
        self.known.entry(key).or_insert_with(|| Pictures::of(pdf)).clone()
    }
}

impl Pictures {
    fn of(pdf: &[u8]) -> Self {
        let folder = Folder::new();
        let file = folder.write("document.pdf", pdf).into_os_string();
        let splash = splash(&file);
        let page = folder.path("page").into_os_string();
        let painted = ["-png", "-r", "72", "-singlefile"].map(OsString::from);
        run("pdftocairo", painted.into_iter().chain([file.clone(), page]));
        let cairo = std::fs::read(folder.path("page.png")).ok().map(|png| Picture::of_png(&png));
        // What is written as PDF is what would be printed.
        let paper = folder.path("paper.pdf").into_os_string();
        run("pdftocairo", [OsString::from("-pdf"), file, paper.clone()]);
        Self { splash, cairo, printed: splash_of(&folder, &paper) }
    }

    /// How they differ, if they do in more than the places, on the first page, that are explained:
    /// left, bottom, right and top in points.
    pub fn difference(&self, other: &Self, explained: &[[i32; 4]]) -> Option<&'static str> {
        let pairs = [
            ("on screen (Splash)", &self.splash, &other.splash, 0),
            ("on screen (cairo)", &self.cairo, &other.cairo, 0),
            // On its way to paper text is moved by parts of a point, by what stands beside it.
            ("on paper", &self.printed, &other.printed, 1),
        ];
        let differs = |one: &Option<Picture>, other: &Option<Picture>, reach| match (one, other) {
            (Some(one), Some(other)) => one.differs_beyond(other, explained, reach),
            (None, None) => false,
            _ => true,
        };
        let found = pairs.into_iter().find(|(_, one, other, reach)| differs(one, other, *reach));
        found.map(|(how, ..)| how)
    }
}

fn splash_of(folder: &Folder, file: &OsString) -> Option<Picture> {
    folder.path("paper.pdf").exists().then(|| splash(file)).flatten()
}

fn splash(file: &OsString) -> Option<Picture> {
    let arguments = ["-r", "72"].map(OsString::from).into_iter().chain([file.clone()]);
    let output = run("pdftoppm", arguments);
    Picture::of_pnm(&output.stdout)
}

impl Picture {
    /// One PNM file after the other.
    fn of_pnm(mut file: &[u8]) -> Option<Self> {
        let mut picture: Option<Self> = None;
        while file.starts_with(b"P6") {
            let mut words = file.splitn(4, |byte| byte.is_ascii_whitespace());
            words.next();
            let mut number = || str::from_utf8(words.next()?).ok()?.parse::<usize>().ok();
            let (width, height) = (number()?, number()?);
            let rest = words.next()?.strip_prefix(b"255\n")?;
            let (samples, after) = rest.split_at_checked(3 * width * height)?;
            let page = picture.get_or_insert(Self { width, height, samples: Vec::new() });
            page.samples.extend_from_slice(samples);
            file = after;
        }
        picture
    }

    fn of_png(file: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
        let mut samples = vec![0; reader.output_buffer_size().expect("its size")];
        let frame = reader.next_frame(&mut samples).expect("its pixels");
        assert_eq!(frame.color_type, png::ColorType::Rgb, "as poppler writes it");
        Self { width: frame.width as usize, height: frame.height as usize, samples }
    }

    /// `reach`: how far away, in pixels, one may be that is nearly the same.
    fn differs_beyond(&self, other: &Self, explained: &[[i32; 4]], reach: usize) -> bool {
        if (self.width, self.samples.len()) != (other.width, other.samples.len()) {
            return true;
        }
        let pixels = self.samples.chunks_exact(3).zip(other.samples.chunks_exact(3)).enumerate();
        let mut differing = pixels.filter(|(_, (one, other))| one != other).map(|(at, _)| at);
        differing.any(|at| {
            let (column, row) = (at % self.width, at / self.width);
            // Rows of the first page are counted from below.
            let height = self.height.checked_sub(row + 1);
            let point = height.map(|row| (column as i32, row as i32));
            let is_explained = explained.iter().any(|&[left, bottom, right, top]| {
                point.is_some_and(|(column, row)| {
                    // The edge of a shape is spread over the pixels beside it.
                    (left - 2..right + 2).contains(&column) && (bottom - 2..top + 2).contains(&row)
                })
            });
            let is_moved = reach > 0
                && self.has_near(other.pixel(column, row), column, row, reach)
                && other.has_near(self.pixel(column, row), column, row, reach);
            !is_explained && !is_moved
        })
    }

    fn pixel(&self, column: usize, row: usize) -> &[u8] {
        &self.samples[3 * (row * self.width + column)..][..3]
    }

    /// Whether a pixel like this one stands near a place.
    fn has_near(&self, pixel: &[u8], column: usize, row: usize, reach: usize) -> bool {
        /// How far two colours may lie apart that are edges of the same shape.
        const NEARLY: u8 = 96;
        let rows = self.samples.len() / 3 / self.width;
        let near = |at: usize, end: usize| at.saturating_sub(reach)..(at + reach + 1).min(end);
        near(row, rows).any(|row| {
            near(column, self.width).any(|column| {
                let other = self.pixel(column, row);
                other.iter().zip(pixel).all(|(one, other)| one.abs_diff(*other) <= NEARLY)
            })
        })
    }
}
