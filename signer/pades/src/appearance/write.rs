//! The form XObject of an appearance (ISO 32000-1 clauses 8.10 and 12.5.5).

use lopdf::ObjectId;

use super::font::Font;
use super::frame::{Frame, Number};
use super::layout::{ASCENT, LEADING, Text};
use super::paint::GRAY;
use super::{Appearance, AppearanceError, panel};
use crate::document::{Conformance, Extent};
use crate::error::Error;
use crate::update::Update;

/// Draws an appearance into the annotation with these corners (in user space) on a page: a form
/// XObject. `conformance` is what the document claims, and still may afterwards.
///
/// # Errors
/// [`Error::Appearance`].
pub(crate) fn draw(
    update: &mut Update<'_>,
    appearance: &Appearance,
    extent: &Extent,
    corners: [f64; 4],
    conformance: Conformance,
) -> Result<ObjectId, Error> {
    let (width, height) = extent.size_of(corners);
    let form = update.allocate()?;
    let (content, resources) = match &appearance.face {
        Some(face) => panel::draw(update, face, appearance, (width, height), conformance)?,
        None => plain(update, appearance, (width, height), conformance)?,
    };
    let entries = format!(
        " /Type /XObject /Subtype /Form /FormType 1 /BBox [0 0 {} {}] /Matrix [{} 0 0] \
         /Resources << {resources} >>",
        Number(width),
        Number(height),
        extent.upright()
    );
    update.add_stream(form, &entries, &content.into_bytes().into());
    Ok(form)
}

/// Lines and an image alone: what draws them, and what that takes.
fn plain(
    update: &mut Update<'_>,
    appearance: &Appearance,
    (width, height): (f64, f64),
    conformance: Conformance,
) -> Result<(String, String), Error> {
    if appearance.lines.is_empty() && appearance.image.is_none() {
        return Err(AppearanceError::Nothing.into());
    }
    let mut rest = Frame::within(width, height);
    let mut content = String::new();
    let mut resources = format!("/ColorSpace << /Gray {GRAY} >>");
    if let Some(image) = &appearance.image {
        let aspect = image.aspect();
        let frame = if appearance.lines.is_empty() { rest } else { rest.cut(aspect) };
        frame.place(&mut content, aspect);
        let image = image.embed(update, conformance)?;
        resources.push_str(&format!(" /XObject << /Im0 {} 0 R >>", image.0));
    }
    if !appearance.lines.is_empty() {
        let mut font = Font::new()?;
        let text = Text::fit(&appearance.lines, &mut font, (rest.width, rest.height));
        show(&mut content, &text?, &rest);
        let font = font.embed(update)?;
        resources.push_str(&format!(" /Font << /F0 {} 0 R >>", font.0));
    }
    Ok((content, resources))
}

/// Shows text from the left, in the middle of the frame's height.
fn show(content: &mut String, text: &Text, frame: &Frame) {
    let top = frame.y + (frame.height + text.height()) / 2.0;
    let (size, leading) = (Number(text.size), Number(LEADING * text.size));
    let (x, y) = (Number(frame.x), Number(top - ASCENT * text.size));
    content.push_str(&format!("q\n/Gray cs 0 sc\nBT\n/F0 {size} Tf\n{leading} TL\n{x} {y} Td\n"));
    for row in &text.rows {
        content.push('<');
        for glyph in row {
            content.push_str(&format!("{:04X}", glyph.number));
        }
        content.push_str("> Tj T*\n");
    }
    content.push_str("ET\nQ\n");
}

impl From<AppearanceError> for Error {
    fn from(error: AppearanceError) -> Self {
        Self::Appearance(error)
    }
}
