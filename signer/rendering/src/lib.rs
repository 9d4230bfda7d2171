//! Pages of a PDF as pictures and as text: what a person looks at before they sign.
//!
//! A picture is bounded in pixels; text in length. What a page makes its reader do is not: streams inflate,
//! images unfold and forms repeat without an end that could be seen before. So [`answer`] is run in a process
//! that has little memory and is killed when it takes too long. What could not be drawn is told, and so is
//! text that leaves no mark on the picture.

mod annotations;
mod asked;
mod changes;
mod difference;
mod draw;
mod line;
mod text;

use std::{collections::BTreeSet, fmt};

use hayro::hayro_syntax::{LoadPdfError, Pdf};
use serde::{Deserialize, Serialize};

pub use self::{
    asked::{Asked, answer, picture, sizes, text_beside, texts},
    changes::{Became, ChangedPage, Changes, Face, MAXIMUM_COMPARED, Words, changes},
    difference::Area,
    draw::{MAXIMUM_PIXELS, Picture},
    text::{LOOKED_AT_BESIDE, Line, MAXIMUM_TEXT, PageText},
};

/// Most pages of a document that are shown.
pub const MAXIMUM_PAGES: usize = 2_000;

/// A document whose pages can be drawn.
pub struct Pages {
    pdf: Pdf,
}

/// Width and height of a page as it is shown, in points (1/72 inch).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// From left to right.
    pub width: f32,
    /// From top to bottom.
    pub height: f32,
}

/// How many pages a document has, and how large each is: `None` where it has no extent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sizes(Vec<Option<Size>>);

impl Sizes {
    /// How many pages there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The size of a page, counted from 0.
    pub fn of(&self, page: usize) -> Option<Size> {
        self.0.get(page).copied().flatten()
    }
}

/// What a picture does not show, though the page has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Undrawn {
    /// Text in a font that could not be read.
    Font,
    /// An image that could not be decoded.
    Image,
    /// An annotation whose appearance could not be found.
    Annotation,
    /// Something else.
    Other,
}

/// Why a page cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum RenderingError {
    /// It is no PDF that can be read.
    #[error("the document cannot be read for drawing")]
    Unreadable,
    /// It is encrypted, and the empty password does not open it.
    #[error("the document is encrypted")]
    Encrypted,
    /// It has too many pages, or none.
    #[error("the document has {0} pages; 1 to {MAXIMUM_PAGES} are shown")]
    PageCount(usize),
    /// There is no such page.
    #[error("there is no such page")]
    NoPage,
    /// It would have too many pixels, or none.
    #[error("the picture would have more than {MAXIMUM_PIXELS} pixels, or none")]
    PixelCount,
    /// The picture could not be written.
    #[error("the picture could not be written")]
    Encoding,
}

impl Pages {
    /// Opens a document. The bytes are kept, and not copied.
    ///
    /// # Errors
    /// [`RenderingError`].
    pub fn open<T>(document: T) -> Result<Self, RenderingError>
    where
        T: AsRef<[u8]> + Send + Sync + 'static,
    {
        let pdf = Pdf::new(std::sync::Arc::new(document)).map_err(|error| match error {
            LoadPdfError::Decryption(_) => RenderingError::Encrypted,
            LoadPdfError::Invalid => RenderingError::Unreadable,
        })?;
        let count = pdf.pages().len();
        match count {
            1..=MAXIMUM_PAGES => Ok(Self { pdf }),
            _ => Err(RenderingError::PageCount(count)),
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.pdf.pages().len()
    }

    /// The size of a page, counted from 0.
    ///
    /// # Errors
    /// [`RenderingError::NoPage`]; [`RenderingError::PixelCount`] when it has no extent.
    pub fn size(&self, page: usize) -> Result<Size, RenderingError> {
        let page = self.pdf.pages().get(page).ok_or(RenderingError::NoPage)?;
        let (width, height) = page.render_dimensions();
        let unit = page.raw().get::<f32>(&b"UserUnit"[..]).filter(|unit| *unit > 0.0);
        let unit = unit.unwrap_or(1.0);
        let size = Size { width: width * unit, height: height * unit };
        let is_some = |length: f32| length.is_finite() && length >= 1.0;
        match is_some(size.width) && is_some(size.height) {
            true => Ok(size),
            false => Err(RenderingError::PixelCount),
        }
    }

    /// The sizes of all pages.
    pub fn sizes(&self) -> Sizes {
        Sizes((0..self.count()).map(|page| self.size(page).ok()).collect())
    }

    /// Draws a page, counted from 0, with so many pixels from left to right, as PNG.
    ///
    /// # Errors
    /// [`RenderingError`].
    pub fn draw(&self, page: usize, width: u32) -> Result<Picture, RenderingError> {
        draw::drawn(self, page, width)?.picture()
    }

    /// The text of a page, counted from 0, in the order in which it is drawn, and what of it leaves no mark
    /// on the picture.
    ///
    /// # Errors
    /// [`RenderingError`].
    pub fn text(&self, page: usize) -> Result<PageText, RenderingError> {
        text::text(self, page)
    }

    fn page(&self, page: usize) -> Result<&hayro::hayro_syntax::page::Page<'_>, RenderingError> {
        self.pdf.pages().get(page).ok_or(RenderingError::NoPage)
    }
}

/// Shows nothing of the document.
impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pages({})", self.count())
    }
}

/// Collects what was not drawn.
type Missing = std::sync::Arc<std::sync::Mutex<BTreeSet<Undrawn>>>;
