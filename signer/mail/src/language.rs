//! The languages that letters are written in.

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Danish.
    Da,
    /// English.
    En,
}

impl Language {
    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::Da => "da",
            Self::En => "en",
        }
    }

    /// The one of this tag; English where there is none.
    pub fn of_tag(tag: &str) -> Self {
        match tag {
            "da" => Self::Da,
            _ => Self::En,
        }
    }
}
