//! The image of a visible signature, decoded on the account of the document that shows it.

use pades::Image;
use seal::{Effort, Held};

use super::Document;
use crate::Error;

/// An image, and the memory that it takes.
pub(super) struct DecodedImage {
    pub(super) image: Image,
    _held: Held,
}

impl DecodedImage {
    /// Decodes a PNG or JPEG file, or imports the first page of a PDF.
    ///
    /// # Errors
    /// [`Error::Image`]; [`Error::Document`] when it costs more than the document may.
    pub(super) fn read(file: &Document, effort: &Effort) -> Result<Self, Error> {
        let bytes = file.bytes();
        effort.step(Image::steps(bytes)).map_err(pades::Error::from)?;
        let held = effort.hold(Image::memory(bytes)).map_err(pades::Error::from)?;
        let image = Image::parse_within(bytes, effort);
        effort.check().map_err(pades::Error::from)?;
        Ok(Self { image: image?, _held: held })
    }
}
