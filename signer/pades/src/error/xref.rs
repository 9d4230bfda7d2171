//! Why a cross-reference section cannot be read.

use seal::EffortError;

use crate::filter::FilterError;
use crate::syntax::SyntaxError;

/// Why a cross-reference section cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XrefError {
    /// Neither `xref` nor a cross-reference stream stands at the offset.
    #[error("neither `xref` nor a cross-reference stream stands there")]
    NotThere,
    /// The offset leads to a section that has been read already.
    #[error("the chain of `/Prev` entries is a loop")]
    Loop,
    /// A row of a table is malformed.
    #[error("the row of object {number} is malformed")]
    Row {
        /// The number of the object the row is for.
        number: u64,
    },
    /// The heading of a subsection is malformed or gives impossible object numbers.
    #[error("the heading of a subsection is malformed or out of range")]
    Subsection,
    /// A table is not followed by a trailer.
    #[error("no `trailer` follows the table")]
    NoTrailer,
    /// The trailer, or the stream's dictionary, is malformed.
    #[error("the trailer dictionary is malformed: {0}")]
    Trailer(#[from] SyntaxError),
    /// An entry of the trailer, or of the stream's dictionary, is of the wrong kind.
    #[error("`/{0}` in the trailer dictionary is wrong")]
    Entry(&'static str),
    /// The stream's data has no end.
    #[error("the end of the stream is missing")]
    StreamEnd,
    /// The sections take up more than the file has: they overlap, or declare too many rows.
    #[error("the sections overlap or declare too many rows")]
    Overlap,
    /// The stream's data cannot be decoded.
    #[error("{0}")]
    Filter(#[from] FilterError),
    /// The document has used up what it may cost.
    #[error(transparent)]
    Effort(#[from] EffortError),
}
