//! What a change says of one value.

use serde::{Deserialize, Deserializer};

use crate::RegistryRefusal;

/// What becomes of a value: as a member of a merge patch has it (RFC 7396), which is left out, null, or
/// there. As a member of a struct it wants `#[serde(default)]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Amended<T> {
    /// It stays.
    #[default]
    Kept,
    /// There is none from then on.
    Removed,
    /// It is this.
    To(T),
}

impl<T> Amended<T> {
    /// What there is then, where there was this before.
    pub(crate) fn over(self, before: Option<&T>) -> Option<T>
    where
        T: Clone,
    {
        match self {
            Self::Kept => before.cloned(),
            Self::Removed => None,
            Self::To(value) => Some(value),
        }
    }

    /// The same of a value that is always there.
    ///
    /// # Errors
    /// [`RegistryRefusal::Invalid`] names the field that would be removed.
    pub fn unless_removed(self, field: &'static str) -> Result<Option<T>, RegistryRefusal> {
        match self {
            Self::Kept => Ok(None),
            Self::To(value) => Ok(Some(value)),
            Self::Removed => {
                let cause = "it is changed, or left out, and cannot be null";
                Err(RegistryRefusal::Invalid { field, cause })
            }
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Amended<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Removed, Self::To))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Patch {
        #[serde(default)]
        name: Amended<String>,
    }

    #[test]
    fn what_is_left_out_stays_and_null_removes() {
        let read = |json: &str| serde_json::from_str::<Patch>(json).unwrap().name;
        assert_eq!(read("{}"), Amended::Kept);
        assert_eq!(read(r#"{"name":null}"#), Amended::Removed);
        assert_eq!(read(r#"{"name":"a"}"#), Amended::To("a".to_owned()));
        assert_eq!(read("{}").unless_removed("name"), Ok(None));
        let refused = read(r#"{"name":null}"#).unless_removed("name");
        assert!(matches!(refused, Err(RegistryRefusal::Invalid { field: "name", .. })));
    }
}
