//! What a signature looks like on its page.

mod arrange;
mod emblem;
mod face;
mod font;
mod frame;
mod image;
mod layout;
mod paint;
mod panel;
mod qr;
mod statement;
mod write;

use crate::document::{PageNumber, Rectangle};

pub(crate) use crate::error::AppearanceError;
pub use face::{Check, Emblem, Face, Preset};
pub(crate) use frame::Number;
pub use image::{Image, ImageError, StampError};
pub use statement::{Paragraph, Statement};
pub(crate) use write::draw;

/// What a signature looks like. All that it shows is what it is given: it names nobody by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Appearance {
    /// Where it stands.
    pub placement: Placement,
    /// What makes it a seal that is recognised as one; without it, its lines and image stand alone.
    pub face: Option<Box<Face>>,
    /// Lines of text. Each may be broken between words; the largest type that fits is used.
    pub lines: Vec<String>,
    /// An image: left of the text, or above it where that leaves more room; beside a face a logo.
    pub image: Option<Image>,
    /// What readers tell those who do not see it (`/TU`, ISO 14289-1 clause 7.18.4).
    pub description: String,
    /// The language of the text (BCP 47).
    pub language: &'static str,
}

impl Appearance {
    /// Whether how it is written depends on what the document claims to conform to.
    pub(crate) fn needs_conformance(&self) -> bool {
        self.image.as_ref().is_some_and(Image::needs_conformance)
    }
}

/// Where an appearance stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Placement {
    /// In a new field on a page.
    Page {
        /// The page.
        page: PageNumber,
        /// Where on it.
        rectangle: Rectangle,
    },
    /// In the rectangle of the existing field that is signed.
    Field,
}
