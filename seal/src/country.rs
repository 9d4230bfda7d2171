//! The country of an organisation.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A country's two capital letters (ISO 3166-1 alpha-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Denmark.
    pub const DENMARK: Self = Self(*b"DK");

    /// The letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Denmark, where nothing else is said.
impl Default for CountryCode {
    fn default() -> Self {
        Self::DENMARK
    }
}

impl TryFrom<String> for CountryCode {
    type Error = &'static str;

    fn try_from(letters: String) -> Result<Self, Self::Error> {
        let two: Option<[u8; 2]> = letters.as_bytes().try_into().ok();
        let two = two.filter(|two| two.iter().all(u8::is_ascii_uppercase));
        two.map(Self).ok_or("a country has two capital letters, as `DK`")
    }
}

impl From<CountryCode> for String {
    fn from(country: CountryCode) -> Self {
        country.as_str().to_owned()
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
