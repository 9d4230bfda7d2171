//! The form XObject of an appearance (ISO 32000-1 clauses 8.10 and 12.5.5).

use lopdf::ObjectId;

use super::font::Font;
use super::layout::{ASCENT, LEADING, Text};
use super::{Appearance, AppearanceError};
use crate::document::Extent;
use crate::error::Error;
use crate::update::Update;

/// Room between the rectangle's edge and what stands in it, in points, and at most a tenth of the
/// rectangle.
const MARGIN: f64 = 2.0;

/// The most of a frame that an image takes where text stands beside it.
const IMAGE_SHARE: f64 = 0.4;

/// Room between image and text, in points.
const GAP: f64 = 4.0;

/// Colours are independent of any device, so that a document for the archive needs no output
/// intent for them (ISO 19005-1 clause 6.2.3). White is D65's; gamma is nearly that of sRGB.
pub(super) const GRAY: &str = "[/CalGray << /WhitePoint [0.9505 1 1.089] /Gamma 2.2 >>]";

/// Draws an appearance into the annotation with these corners (in user space) on a page: a form
/// XObject. `opaque` says that nothing may be seen through.
///
/// # Errors
/// [`Error::Appearance`].
pub(crate) fn draw(
    update: &mut Update<'_>,
    appearance: &Appearance,
    extent: &Extent,
    corners: [f64; 4],
    opaque: bool,
) -> Result<ObjectId, Error> {
    if appearance.lines.is_empty() && appearance.image.is_none() {
        return Err(AppearanceError::Nothing.into());
    }
    let (width, height) = extent.size_of(corners);
    let mut rest = Frame::within(width, height);
    let form = update.allocate()?;
    let mut content = String::new();
    let mut resources = format!("/ColorSpace << /Gray {GRAY} >>");
    if let Some(image) = &appearance.image {
        let aspect = image.aspect();
        let frame = if appearance.lines.is_empty() { rest } else { rest.cut(aspect) };
        frame.place(&mut content, aspect);
        let image = image.embed(update, opaque)?;
        resources.push_str(&format!(" /XObject << /Im0 {} 0 R >>", image.0));
    }
    if !appearance.lines.is_empty() {
        let mut font = Font::new()?;
        let text = Text::fit(&appearance.lines, &mut font, (rest.width, rest.height));
        show(&mut content, &text?, &rest);
        let font = font.embed(update)?;
        resources.push_str(&format!(" /Font << /F0 {} 0 R >>", font.0));
    }
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

/// A part of the appearance, in points from its lower left corner.
#[derive(Clone, Copy, Debug)]
struct Frame {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Frame {
    /// All of an appearance but its margin.
    fn within(width: f64, height: f64) -> Self {
        let margin = MARGIN.min(width / 10.0).min(height / 10.0);
        Self { x: margin, y: margin, width: width - 2.0 * margin, height: height - 2.0 * margin }
    }

    /// Cuts a part for an image off: from the left, or from the top of what is higher than wide.
    fn cut(&mut self, aspect: f64) -> Self {
        if self.width >= self.height {
            let width = (self.height * aspect).min(self.width * IMAGE_SHARE);
            let cut = Self { width, ..*self };
            self.x += width + GAP;
            self.width -= width + GAP;
            cut
        } else {
            let height = (self.width / aspect).min(self.height * IMAGE_SHARE);
            let cut = Self { y: self.y + self.height - height, height, ..*self };
            self.height -= height + GAP;
            cut
        }
    }

    /// Puts the image into the middle, as large as fits.
    fn place(&self, content: &mut String, aspect: f64) {
        let width = self.width.min(self.height * aspect);
        let height = width / aspect;
        let x = self.x + (self.width - width) / 2.0;
        let y = self.y + (self.height - height) / 2.0;
        let [width, height, x, y] = [width, height, x, y].map(Number);
        content.push_str(&format!("q\n{width} 0 0 {height} {x} {y} cm\n/Im0 Do\nQ\n"));
    }
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

/// A number as PDF writes it: four digits behind the point at most, and no exponent.
pub(crate) struct Number(pub(crate) f64);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{:.4}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

impl From<AppearanceError> for Error {
    fn from(error: AppearanceError) -> Self {
        Self::Appearance(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_exponent_and_no_needless_digits() {
        for (number, text) in
            [(0.0, "0"), (-0.00001, "0"), (12.0, "12"), (0.5, "0.5"), (-1e6, "-1000000")]
        {
            assert_eq!(Number(number).to_string(), text);
        }
    }
}
