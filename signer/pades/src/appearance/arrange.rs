//! Text in rows of several sizes, set as large as fits.

use unicode_normalization::UnicodeNormalization;

use super::AppearanceError;
use super::font::{Font, Glyph};
use super::frame::{Frame, Number};
use super::layout::{ASCENT, LEADING, broken};
use super::paint::Tone;

/// By how much type is made smaller until it fits, in points.
const STEP: f64 = 0.25;

/// A text of a face.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) text: String,
    /// Its size, in that of the face.
    pub(super) scale: f64,
    pub(super) tone: Tone,
    /// Whether it is drawn heavier.
    pub(super) heavy: bool,
    /// The higher, the sooner it is left out; 0 is never left out.
    pub(super) spare: u8,
}

/// Rows that fit.
pub(super) struct Set {
    rows: Vec<Row>,
}

struct Row {
    glyphs: Vec<Glyph>,
    size: f64,
    tone: Tone,
    heavy: bool,
}

impl Set {
    /// Sets `lines` into `width` by `height` points, in type from `largest` down to `smallest`; nothing
    /// where they do not fit.
    ///
    /// # Errors
    /// [`AppearanceError::Letter`].
    pub(super) fn fit(
        lines: &[Line],
        font: &mut Font,
        (width, height): (f64, f64),
        (largest, smallest): (f64, f64),
    ) -> Result<Option<Self>, AppearanceError> {
        let mut words = Vec::with_capacity(lines.len());
        for line in lines {
            let glyphs: Result<Vec<Glyph>, _> =
                line.text.nfc().map(|letter| font.glyph(letter)).collect();
            words.push(glyphs?);
        }
        let fitting = |size| {
            let rows = rows(lines, &words, size, width)?;
            let all: f64 = rows.iter().map(|row| row.size * LEADING).sum();
            (all <= height).then_some(Self { rows })
        };
        // What does not fit in the smallest type fits in none: no other is tried for nothing.
        let Some(smallest_set) = fitting(smallest) else { return Ok(None) };
        let mut size = largest;
        while size > smallest {
            if let Some(set) = fitting(size) {
                return Ok(Some(set));
            }
            size -= STEP;
        }
        Ok(Some(smallest_set))
    }

    /// Shows the rows from the left, in the middle of the frame's height.
    pub(super) fn show(&self, content: &mut String, frame: &Frame) {
        let all: f64 = self.rows.iter().map(|row| row.size * LEADING).sum();
        let mut top = frame.y + (frame.height + all) / 2.0;
        let (mut x, mut y) = (0.0, 0.0);
        content.push_str("q\nBT\n");
        for row in &self.rows {
            let stand = top - ASCENT * row.size;
            top -= LEADING * row.size;
            content.push_str(row.tone.set());
            // Type is drawn heavier by its outline: a second font would weigh more than all of the rest.
            let weight = if row.heavy { row.size * 0.035 } else { 0.0 };
            let mode = if row.heavy { 2 } else { 0 };
            let [size, weight, across, up] = [row.size, weight, frame.x - x, stand - y].map(Number);
            content.push_str(&format!("{mode} Tr {weight} w /F0 {size} Tf {across} {up} Td\n<"));
            for glyph in &row.glyphs {
                content.push_str(&format!("{:04X}", glyph.number));
            }
            content.push_str("> Tj\n");
            (x, y) = (frame.x, stand);
        }
        content.push_str("ET\nQ\n");
    }
}

/// The rows of all lines; nothing where a word alone is too wide.
fn rows(lines: &[Line], words: &[Vec<Glyph>], size: f64, width: f64) -> Option<Vec<Row>> {
    let mut rows = Vec::new();
    for (line, glyphs) in lines.iter().zip(words) {
        let size = size * line.scale;
        for glyphs in broken(glyphs, width / size)? {
            rows.push(Row { glyphs, size, tone: line.tone, heavy: line.heavy });
        }
    }
    Some(rows)
}
