//! The password of a file that other programs open.

use zeroize::Zeroizing;

use crate::Error;

/// 12 to 128 letters, digits and signs of ASCII, for beyond it programs differ in how they read a password.
/// Its memory is wiped, and its `Debug` prints nothing.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes this one.
    ///
    /// # Errors
    /// [`Error::UnfitPassword`].
    pub fn new(text: &str) -> Result<Self, Error> {
        let fit = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        match fit && (12..=128).contains(&text.len()) {
            true => Ok(Self(Zeroizing::new(text.to_owned()))),
            false => Err(Error::UnfitPassword),
        }
    }

    /// The text, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_programs_read_differently_or_that_are_short_are_refused() {
        let long = "x".repeat(129);
        for text in ["", "short", "correct hørse battery", "correct\nhorse battery", &long] {
            assert_eq!(Password::new(text).unwrap_err(), Error::UnfitPassword, "{text}");
        }
        for text in ["twelve signs", &long[..128], "~`\"\\$ and 5 more"] {
            assert_eq!(Password::new(text).unwrap().expose(), text);
        }
        assert_eq!(format!("{:?}", Password::new("twelve signs")), "Ok(..)");
    }
}
