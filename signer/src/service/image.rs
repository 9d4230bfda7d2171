//! The image of a visible signature, decoded within the memory that documents may take.

use pades::Image;

use super::{Budget, Document, Share};
use crate::Error;

/// An image, and the memory that it takes.
pub(super) struct DecodedImage {
    pub(super) image: Image,
    _share: Share,
}

impl DecodedImage {
    /// Decodes a PNG or JPEG file.
    ///
    /// # Errors
    /// [`Error::Image`]; [`RequestError::Busy`](crate::error::RequestError::Busy) when others hold
    /// too much memory.
    pub(super) fn read(file: &Document, budget: &Budget) -> Result<Self, Error> {
        let mut share = budget.share();
        share.grow_to(Image::memory(file.bytes()))?;
        Ok(Self { image: Image::parse(file.bytes())?, _share: share })
    }
}
