//! Why a page cannot be imported.

use crate::error::{AppearanceError, Error, ObjectError};
use crate::filter::FilterError;
use crate::syntax::SyntaxError;

/// Why a page cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// The PDF cannot be read, or takes too much.
    #[error("{0}")]
    Document(Box<Error>),
    /// It is encrypted.
    #[error("the PDF is encrypted")]
    Encrypted,
    /// How large the page is cannot be read, or it is as good as a line.
    #[error("the page has no extent, or is more than {maximum} times as long as wide")]
    Extent {
        /// The most that one side may have of the other.
        maximum: u32,
    },
    /// What the page needs is not as it must be.
    #[error("{0} is malformed")]
    Malformed(&'static str),
    /// What it needs needs itself.
    #[error("what it draws needs itself to be drawn")]
    Cycle,
    /// What it needs is nested too deep.
    #[error("what it draws is nested deeper than {maximum} levels")]
    Depth {
        /// The most levels.
        maximum: usize,
    },
    /// It needs too many objects.
    #[error("it needs more than {maximum} objects")]
    Objects {
        /// The most objects.
        maximum: usize,
    },
    /// It needs too much.
    #[error("what it needs has more than {maximum} bytes, decoded")]
    Length {
        /// The most bytes.
        maximum: usize,
    },
    /// Drawing it would take too long: forms that draw others again and again.
    #[error("drawing it takes more than {maximum} operations")]
    Operations {
        /// The most operations.
        maximum: u64,
    },
    /// Its images have too many pixels together.
    #[error("its images have more than {maximum} pixels")]
    Pixels {
        /// The most pixels.
        maximum: u32,
    },
    /// It has layers, which may be on or off.
    #[error("it has layers (optional content): export it without")]
    Layers,
    /// It has annotations that are seen.
    #[error("it has annotations that are seen: export it with them drawn into the page")]
    Annotations,
    /// It refers to another file.
    #[error("it refers to another file")]
    External,
    /// It has PostScript.
    #[error("it has a PostScript XObject")]
    PostScript,
    /// It has a reference XObject, or one with an image of its own for printing (OPI).
    #[error("it has an XObject that stands for another one ({0})")]
    Reference(&'static str),
    /// Something is coded in a way that not every reader decodes, or only at a risk.
    #[error("it has data coded with `{0}`, which is not supported")]
    Filter(String),
    /// A JPEG in it cannot be shown.
    #[error(
        "a JPEG in it is damaged, of other colours than gray or RGB, or of another size than said"
    )]
    Jpeg,
}

impl From<Error> for StampError {
    fn from(error: Error) -> Self {
        match error {
            Error::Encrypted => Self::Encrypted,
            Error::Appearance(AppearanceError::PageExtent) => {
                Self::Extent { maximum: super::MAX_ASPECT }
            }
            Error::Object {
                cause: ObjectError::Filter(FilterError::Unsupported(filter)), ..
            } => Self::Filter(filter),
            Error::Object { cause: ObjectError::Filter(FilterError::TooLong { .. }), .. } => {
                Self::Length { maximum: super::MAX_DECODED }
            }
            other => Self::Document(Box::new(other)),
        }
    }
}

impl From<SyntaxError> for StampError {
    fn from(error: SyntaxError) -> Self {
        match error {
            SyntaxError::Effort(effort) => Error::Effort(effort).into(),
            SyntaxError::TooDeep => Self::Depth { maximum: crate::limits::MAX_NESTING },
            SyntaxError::Expected { .. }
            | SyntaxError::TooManyValues
            | SyntaxError::StringTooLong => Self::Malformed("its content or a dictionary"),
        }
    }
}

impl From<seal::EffortError> for StampError {
    fn from(error: seal::EffortError) -> Self {
        Error::Effort(error).into()
    }
}
