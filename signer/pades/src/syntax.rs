//! The syntax of PDF objects (ISO 32000-1 clause 7.2 and 7.3).
//!
//! Two readings of the same bytes: [`parse()`] makes an [`lopdf::Object`] of a whole value;
//! [`RawDictionary`] and [`RawArray`] only find where the values of one level begin and end, so
//! that a value which nobody asks for costs a scan and no memory, and an untouched value is
//! copied into an update byte for byte.

mod duplicate;
mod lexer;
mod name;
mod parse;
mod raw;
pub(crate) mod token;

pub(crate) use duplicate::{duplicate_keys, has_key_twice};
pub(crate) use lexer::{Lexer, is_regular, is_whitespace};
pub(crate) use name::decode_name;
pub use parse::parse;
pub(crate) use parse::parse_exactly;
pub use raw::{RawArray, RawDictionary, RawValue};

/// What was expected in the bytes of an object and not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxError {
    /// Another token was expected.
    #[error("{expected} expected at byte {at}")]
    Expected {
        /// What should stand there.
        expected: &'static str,
        /// Where, in bytes from the start of the value.
        at: usize,
    },
    /// Arrays and dictionaries are nested deeper than [`MAX_NESTING`](crate::limits::MAX_NESTING).
    #[error("nested deeper than {} levels", crate::limits::MAX_NESTING)]
    TooDeep,
    /// More values than [`MAX_VALUES`](crate::limits::MAX_VALUES).
    #[error("more than {} values in one object", crate::limits::MAX_VALUES)]
    TooManyValues,
    /// A string longer than [`MAX_STRING_LENGTH`](crate::limits::MAX_STRING_LENGTH).
    #[error("a string longer than {} bytes", crate::limits::MAX_STRING_LENGTH)]
    StringTooLong,
    /// The document has used up what it may cost.
    #[error(transparent)]
    Effort(#[from] seal::EffortError),
}
