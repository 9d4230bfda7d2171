//! Parts of an appearance, and the numbers that they are written in.

/// Room between the rectangle's edge and what stands in it, in points, and at most a tenth of the
/// rectangle.
const MARGIN: f64 = 2.0;

/// The most of a frame that an image takes where text stands beside it.
const IMAGE_SHARE: f64 = 0.4;

/// Room between image and text, in points.
const GAP: f64 = 4.0;

/// A part of the appearance, in points from its lower left corner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Frame {
    /// All of an appearance but its margin.
    pub(super) fn within(width: f64, height: f64) -> Self {
        let margin = MARGIN.min(width / 10.0).min(height / 10.0);
        Self { x: margin, y: margin, width: width - 2.0 * margin, height: height - 2.0 * margin }
    }

    /// Cuts a part for an image off: from the left, or from the top of what is higher than wide.
    pub(super) fn cut(&mut self, aspect: f64) -> Self {
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
    pub(super) fn place(&self, content: &mut String, aspect: f64) {
        let width = self.width.min(self.height * aspect);
        let height = width / aspect;
        let x = self.x + (self.width - width) / 2.0;
        let y = self.y + (self.height - height) / 2.0;
        let [width, height, x, y] = [width, height, x, y].map(Number);
        content.push_str(&format!("q\n{width} 0 0 {height} {x} {y} cm\n/Im0 Do\nQ\n"));
    }
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
