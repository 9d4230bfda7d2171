//! Kinds of records that are looked for.

/// A kind of records. Quotes inside a JSON text are escaped, so that nothing else holds what a record
/// of it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Started,
    Intent,
    DeviceRun,
    Destroyed,
    DestructionsSigned,
}

impl Kind {
    /// Its place among the members of a record.
    pub(crate) fn member(self) -> &'static str {
        match self {
            Self::Started => r#""kind":"started""#,
            Self::Intent => r#""kind":"intent""#,
            Self::DeviceRun => r#""kind":"device-run""#,
            Self::Destroyed => r#""kind":"destroyed""#,
            Self::DestructionsSigned => r#""kind":"destructions-signed""#,
        }
    }
}
