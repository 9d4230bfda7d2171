//! Which country a name is of.

use crate::Error;

/// A country's two letters (ISO 3166-1 alpha-2), for countryName (X.520 clause 6.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country([u8; 2]);

impl Country {
    /// Denmark, where nothing else is said.
    pub const DENMARK: Self = Self(*b"DK");

    /// Reads two capital letters.
    ///
    /// # Errors
    /// [`Error::Name`].
    pub fn new(letters: &str) -> Result<Self, Error> {
        let problem = "it is not two capital letters";
        Self::read(letters).ok_or(Error::Name { attribute: "countryName", problem })
    }

    /// The country of an identifier such as `NTRDK-12345674`: three letters for its kind, two for
    /// the country (EN 319 412-1 clause 5.1.4); `None` for another form.
    pub fn of_identifier(identifier: &str) -> Option<Self> {
        let letters = identifier.get(3..5).filter(|_| identifier.as_bytes().get(5) == Some(&b'-'));
        letters.and_then(Self::read)
    }

    /// The letters.
    pub fn letters(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn read(letters: &str) -> Option<Self> {
        let two: [u8; 2] = letters.as_bytes().try_into().ok()?;
        two.iter().all(u8::is_ascii_uppercase).then_some(Self(two))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_two_capital_letters_and_stands_in_an_identifier() {
        assert_eq!(Country::new("SE").unwrap().letters(), "SE");
        for letters in ["", "D", "dk", "DNK", "D1", "Ø"] {
            assert!(Country::new(letters).is_err(), "{letters}");
        }
        assert_eq!(Country::of_identifier("NTRDK-12345674"), Some(Country::DENMARK));
        assert_eq!(Country::of_identifier("VATSE-1"), Country::new("SE").ok());
        for other in ["", "NTR", "NTRDK", "NTRdk-1", "NTRDK12345674", "æøåDK-1"] {
            assert_eq!(Country::of_identifier(other), None, "{other}");
        }
    }
}
