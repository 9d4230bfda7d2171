//! The image of a signature: pixels, or the first page of a PDF. What a file says beside what is
//! seen (text, EXIF, comments, colour profiles, metadata) is left behind: it may name a person.

mod bitmap;
mod jpeg;
mod png;
mod stamp;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use lopdf::ObjectId;
use seal::{Effort, EffortLimits};

use crate::document::Conformance;
use crate::error::Error;
use crate::update::Update;
use bitmap::Bitmap;
use stamp::Stamp;
pub use stamp::StampError;

/// An image that a signature shows.
#[derive(Clone, PartialEq)]
pub struct Image(Shown);

#[derive(Clone, PartialEq)]
enum Shown {
    Bitmap(Bitmap),
    Page(Arc<Stamp>),
}

/// Why an image cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// It is neither PNG, JPEG nor PDF.
    #[error("the image is neither PNG, JPEG nor PDF")]
    Format,
    /// It is too long.
    #[error("the image has more than {maximum} bytes")]
    Length {
        /// The most bytes.
        maximum: usize,
    },
    /// It has too many pixels.
    #[error("the image has more than {maximum} pixels")]
    Pixels {
        /// The most pixels.
        maximum: u32,
    },
    /// It is damaged.
    #[error("the image is damaged")]
    Damaged,
    /// It is of a kind that not every reader of PDF shows.
    #[error("the image is {0}, which is not supported")]
    Unsupported(&'static str),
    /// It is a PDF whose first page cannot be shown.
    #[error("the page that is to be shown: {0}")]
    Stamp(#[from] StampError),
}

impl Image {
    /// The most bytes of a file.
    pub const MAX_LENGTH: usize = 2 << 20;

    /// The most pixels; of a PDF those of all its images.
    pub const MAX_PIXELS: u32 = 1 << 21;

    /// The most memory that reading a file takes, in bytes, by what its header says; at most that
    /// of an image that is not refused. What is inflated of a PDF is counted where it is.
    pub fn memory(file: &[u8]) -> u64 {
        // Up to eight bytes a pixel while it is decoded, and as many for what is kept of it.
        const PNG: u64 = 16;
        let own = PNG * Self::decoded_pixels(file);
        let own = if is_pdf(file) { Stamp::MAX_VALUES as u64 } else { own };
        file.len() as u64 + own
    }

    /// The steps that reading a file and compressing its pixels counts for, by what its header
    /// says; at most those of an image that is not refused. Those of a PDF are counted where they
    /// are taken.
    pub fn steps(file: &[u8]) -> u64 {
        /// Up to four samples, each of which compression looks for among those before it.
        const PNG: u64 = 256;
        2 * file.len() as u64 + PNG * Self::decoded_pixels(file)
    }

    /// How many pixels are decoded: those of a PNG file.
    fn decoded_pixels(file: &[u8]) -> u64 {
        match file.get(16..24) {
            Some([a, b, c, d, e, f, g, h]) if file.starts_with(png::SIGNATURE) => {
                let width = u64::from(u32::from_be_bytes([*a, *b, *c, *d]));
                let height = u64::from(u32::from_be_bytes([*e, *f, *g, *h]));
                width.saturating_mul(height).min(u64::from(Self::MAX_PIXELS))
            }
            _ => 0,
        }
    }

    /// Reads a PNG, JPEG or PDF file.
    ///
    /// # Errors
    /// [`ImageError`].
    pub fn parse(file: &[u8]) -> Result<Self, ImageError> {
        let effort = Effort::new(EffortLimits::default(), file.len() as u64);
        Self::parse_within(&Bytes::copy_from_slice(file), &effort)
    }

    /// The same; what is read of a PDF is charged to `effort`.
    ///
    /// # Errors
    /// [`ImageError`].
    pub fn parse_within(file: &Bytes, effort: &Effort) -> Result<Self, ImageError> {
        if file.len() > Self::MAX_LENGTH {
            return Err(ImageError::Length { maximum: Self::MAX_LENGTH });
        }
        if file.starts_with(png::SIGNATURE) {
            png::read(file).map(Shown::Bitmap).map(Self)
        } else if file.starts_with(b"\xFF\xD8") {
            jpeg::read(file).map(Shown::Bitmap).map(Self)
        } else if is_pdf(file) {
            Ok(Self(Shown::Page(Arc::new(Stamp::read(file.clone(), effort)?))))
        } else {
            Err(ImageError::Format)
        }
    }

    /// Whether how it is written depends on what the document claims to conform to.
    pub(super) fn needs_conformance(&self) -> bool {
        match &self.0 {
            Shown::Bitmap(bitmap) => bitmap.is_transparent(),
            Shown::Page(_) => true,
        }
    }

    /// Its width for each unit of its height.
    pub(super) fn aspect(&self) -> f64 {
        match &self.0 {
            Shown::Bitmap(bitmap) => bitmap.aspect(),
            Shown::Page(page) => page.aspect(),
        }
    }

    /// Writes the image into the update: an XObject that fills the unit square.
    ///
    /// # Errors
    /// [`Error::Appearance`] when the document would not conform any more to what it claims.
    pub(super) fn embed(
        &self,
        update: &mut Update<'_>,
        conformance: Conformance,
    ) -> Result<ObjectId, Error> {
        match &self.0 {
            Shown::Bitmap(bitmap) => bitmap.embed(update, conformance.opaque),
            Shown::Page(page) => page.embed(update, conformance),
        }
    }
}

/// Whether it is to be read as a PDF. Nothing but white space may stand before its header: it is made
/// to be shown, and no document that came from somewhere.
fn is_pdf(file: &[u8]) -> bool {
    file.trim_ascii_start().starts_with(b"%PDF-")
}

/// Says how large it is, never what is in it.
impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Shown::Bitmap(Bitmap { width, height, .. }) => {
                write!(f, "Image({width} by {height} pixels)")
            }
            Shown::Page(page) => write!(f, "Image(a page of {} objects)", page.length()),
        }
    }
}

#[cfg(test)]
mod tests;
