//! How text is set into a rectangle: in the largest type in which all of it fits.

use unicode_normalization::UnicodeNormalization;

use super::AppearanceError;
use super::font::{Font, Glyph};

/// The largest type, in points.
const MAX_SIZE: f64 = 12.0;

/// The smallest type, in points.
const MIN_SIZE: u32 = 4;

/// By how much type is made smaller until it fits, in points.
const STEP: f64 = 0.5;

/// From one line to the next, in ems: what stands above and below the line's letters included.
pub(super) const LEADING: f64 = 1.25;

/// From the top of a line to where its letters stand, in ems.
pub(super) const ASCENT: f64 = 0.95;

/// The most lines that are given.
const MAX_LINES: usize = 16;

/// The longest line that is given, in bytes.
const MAX_LINE: usize = 1_024;

/// Text in rows that fit.
pub(super) struct Text {
    /// The size of the type, in points.
    pub(super) size: f64,
    pub(super) rows: Vec<Vec<Glyph>>,
}

impl Text {
    /// Sets `lines` into `width` by `height` points.
    ///
    /// # Errors
    /// [`AppearanceError`] when it cannot be done.
    pub(super) fn fit(
        lines: &[String],
        font: &mut Font,
        (width, height): (f64, f64),
    ) -> Result<Self, AppearanceError> {
        if lines.len() > MAX_LINES || lines.iter().any(|line| line.len() > MAX_LINE) {
            return Err(AppearanceError::TextLimit { lines: MAX_LINES, bytes: MAX_LINE });
        }
        let mut words = Vec::with_capacity(lines.len());
        for line in lines {
            // An accent and its letter are one glyph only when they are one character.
            let glyphs: Result<Vec<Glyph>, _> =
                line.nfc().map(|letter| font.glyph(letter)).collect();
            words.push(glyphs?);
        }
        let mut size = MAX_SIZE;
        while size >= f64::from(MIN_SIZE) {
            let rows: Option<Vec<_>> =
                words.iter().map(|line| broken(line, width / size)).collect();
            if let Some(rows) = rows.map(|lines| lines.concat())
                && rows.len() as f64 * LEADING * size <= height
            {
                return Ok(Self { size, rows });
            }
            size -= STEP;
        }
        Err(AppearanceError::TextTooLong { minimum: MIN_SIZE })
    }

    /// The height of all rows, in points.
    pub(super) fn height(&self) -> f64 {
        self.rows.len() as f64 * LEADING * self.size
    }
}

/// A line in rows of at most `width` ems; `None` when a word alone is wider.
pub(super) fn broken(line: &[Glyph], width: f64) -> Option<Vec<Vec<Glyph>>> {
    let advance = |glyphs: &[Glyph]| glyphs.iter().map(|glyph| glyph.advance).sum::<f64>();
    let mut rows: Vec<Vec<Glyph>> = Vec::new();
    let mut row: Vec<Glyph> = Vec::new();
    // A word has the space before it with it.
    for word in line.chunk_by(|_, next| !next.space) {
        if !row.is_empty() && advance(&row) + advance(word) > width {
            rows.push(std::mem::take(&mut row));
            row.extend(word.iter().skip_while(|glyph| glyph.space));
        } else {
            row.extend(word);
        }
        if advance(&row) > width {
            return None;
        }
    }
    rows.push(row);
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(text: &str, width: f64, height: f64) -> Result<(f64, usize), AppearanceError> {
        let mut font = Font::new().unwrap();
        let lines: Vec<String> = text.split('|').map(str::to_owned).collect();
        Text::fit(&lines, &mut font, (width, height)).map(|text| (text.size, text.rows.len()))
    }

    #[test]
    fn text_is_as_large_as_fits_and_broken_between_words() {
        assert_eq!(fit("Sealed", 200.0, 100.0), Ok((MAX_SIZE, 1)));
        let (size, rows) = fit("Sealed by Havnsted Kommune|Decisions", 80.0, 60.0).unwrap();
        assert!(rows > 2 && size <= MAX_SIZE, "{size} {rows}");
        let (size, rows) = fit("Sealed by Havnsted Kommune|Decisions", 80.0, 14.0).unwrap();
        assert!(rows == 2 && size < 6.0, "{size} {rows}");
    }

    #[test]
    fn what_does_not_fit_is_refused_not_cut() {
        let too_long = Err(AppearanceError::TextTooLong { minimum: MIN_SIZE });
        assert_eq!(fit("Sealed by Havnsted Kommune", 80.0, 4.9), too_long);
        assert_eq!(fit(&"x".repeat(50), 80.0, 50.0), too_long);
        let limit = Err(AppearanceError::TextLimit { lines: MAX_LINES, bytes: MAX_LINE });
        assert_eq!(fit(&"|".repeat(MAX_LINES), 800.0, 800.0), limit);
        assert_eq!(fit(&"x".repeat(MAX_LINE + 1), 800.0, 800.0), limit);
    }

    #[test]
    fn an_accent_of_its_own_joins_its_letter() {
        assert!(fit("Ag\u{30A}a\u{30A}rd", 80.0, 20.0).is_err());
        assert!(fit("A\u{30A}ga\u{30A}rd", 80.0, 20.0).is_ok());
    }
}
