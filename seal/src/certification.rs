//! Whether a PDF signature certifies its document, and what it permits afterwards.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};

/// What a signature makes of its document, from the most permissive to the strictest. On the wire
/// `"none"`, or P of DocMDP (ISO 32000-1 table 254).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certification {
    /// It approves the document and restricts nothing.
    #[default]
    None,
    /// It certifies the document: forms may be filled in and further signatures made (P=2).
    FormFilling,
    /// It certifies the document: nothing may be added (P=1), not even evidence. Acrobat counts a
    /// later security store as a change.
    NoChanges,
}

impl Certification {
    /// P of DocMDP; `None` for a signature that does not certify.
    pub fn permission(self) -> Option<u8> {
        match self {
            Self::None => None,
            Self::FormFilling => Some(2),
            Self::NoChanges => Some(1),
        }
    }
}

impl fmt::Display for Certification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.permission() {
            Some(permission) => permission.fmt(f),
            None => f.write_str("none"),
        }
    }
}

impl Serialize for Certification {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.permission() {
            Some(permission) => serializer.serialize_u8(permission),
            None => serializer.serialize_str("none"),
        }
    }
}

impl<'de> Deserialize<'de> for Certification {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Words)
    }
}

struct Words;

impl Visitor<'_> for Words {
    type Value = Certification;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"none\", 2 or 1")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Certification, E> {
        match number {
            1 => Ok(Certification::NoChanges),
            2 => Ok(Certification::FormFilling),
            _ => Err(E::invalid_value(serde::de::Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Certification, E> {
        self.visit_u64(u64::try_from(number).unwrap_or(u64::MAX))
    }

    /// In an address and on a command line there are no numbers.
    fn visit_str<E: Error>(self, word: &str) -> Result<Certification, E> {
        match word {
            "none" => Ok(Certification::None),
            "2" => Ok(Certification::FormFilling),
            "1" => Ok(Certification::NoChanges),
            _ => Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::de::{
        IntoDeserializer,
        value::{Error, I64Deserializer, StrDeserializer},
    };

    use super::*;

    #[test]
    fn stricter_is_greater() {
        assert!(Certification::None < Certification::FormFilling);
        assert!(Certification::FormFilling < Certification::NoChanges);
    }

    #[test]
    fn numbers_and_words_are_read_and_nothing_else() {
        let number = |number: i64| {
            let value: I64Deserializer<Error> = number.into_deserializer();
            Certification::deserialize(value).ok()
        };
        let word = |word: &'static str| {
            let value: StrDeserializer<'_, Error> = word.into_deserializer();
            Certification::deserialize(value).ok()
        };
        assert_eq!(number(1), Some(Certification::NoChanges));
        assert_eq!(number(2), Some(Certification::FormFilling));
        assert_eq!([number(0), number(3), number(-1)], [None; 3]);
        for certification in
            [Certification::None, Certification::FormFilling, Certification::NoChanges]
        {
            let said = certification.to_string();
            let value: StrDeserializer<'_, Error> = said.as_str().into_deserializer();
            assert_eq!(Certification::deserialize(value).ok(), Some(certification));
        }
        assert_eq!([word("3"), word("None"), word("")], [None; 3]);
    }
}
