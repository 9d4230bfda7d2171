//! The code by which a seal is checked (ISO/IEC 18004), as outlines: sharp at every size.

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use super::AppearanceError;
use super::face::Check;
use super::frame::{Frame, Number};
use super::paint::Tone;

/// Light modules around a code (ISO/IEC 18004 clause 6.3.8).
const QUIET: f64 = 4.0;

/// The largest version that is drawn: 45 modules and what is around them, for addresses of a hundred bytes.
const LARGEST: u8 = 7;

/// A code, ready to be drawn.
pub(super) struct Code(QrCode);

impl Code {
    /// The code of an address. The reference stands in the mode for capitals, which takes less room.
    ///
    /// # Errors
    /// [`AppearanceError::AddressTooLong`].
    pub(super) fn of(check: &Check) -> Result<Self, AppearanceError> {
        let segments = [
            QrSegment::make_bytes(check.address.as_bytes()),
            match QrSegment::is_alphanumeric(&check.reference) {
                true => QrSegment::make_alphanumeric(&check.reference),
                false => QrSegment::make_bytes(check.reference.as_bytes()),
            },
        ];
        // As much correction as costs no module more.
        let code = QrCode::encode_segments_advanced(
            &segments,
            QrCodeEcc::Low,
            Version::MIN,
            Version::new(LARGEST),
            None,
            true,
        );
        code.map(Self).map_err(|_| AppearanceError::AddressTooLong)
    }

    /// Its modules on a side, those around it included.
    pub(super) fn modules(&self) -> f64 {
        f64::from(self.0.size()) + 2.0 * QUIET
    }

    /// Draws it onto white.
    pub(super) fn draw(&self, content: &mut String, frame: &Frame) {
        let module = frame.width / self.modules();
        content.push_str("q\n");
        content.push_str(Tone::White.set());
        let [x, y, width, height] = [frame.x, frame.y, frame.width, frame.height].map(Number);
        content.push_str(&format!("{x} {y} {width} {height} re f\n"));
        content.push_str(Tone::Ink.set());
        // From the upper left corner, in modules, downwards: one path, so that no seam shows between rows.
        let [left, top] =
            [frame.x + QUIET * module, frame.y + frame.height - QUIET * module].map(Number);
        let module = format!("{:.6}", module);
        content.push_str(&format!("{module} 0 0 -{module} {left} {top} cm\n"));
        for row in 0..self.0.size() {
            let mut column = 0;
            while column < self.0.size() {
                let dark = (column..self.0.size()).take_while(|at| self.0.get_module(*at, row));
                let dark = dark.count() as i32;
                if dark > 0 {
                    content.push_str(&format!("{column} {row} {dark} 1 re\n"));
                }
                column += dark + 1;
            }
        }
        content.push_str("f\nQ\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str) -> Check {
        let (address, reference) = (address.to_owned(), "ABCDEFGHJKMNPQRS".to_owned());
        Check { address, reference, notice: String::new() }
    }

    #[test]
    fn an_address_of_the_usual_length_takes_29_modules() {
        let code = Code::of(&check("https://segl.havnsted.example/verify/")).unwrap();
        assert_eq!(code.modules(), 29.0 + 2.0 * QUIET);
    }

    #[test]
    fn an_address_for_which_there_is_no_room_is_refused() {
        let long = format!("https://{}.example/verify/", "x".repeat(200));
        assert_eq!(Code::of(&check(&long)).err(), Some(AppearanceError::AddressTooLong));
    }
}
