//! PDF signatures (PAdES): a lazy reader, the incremental update that holds a signature, and
//! validation.
//!
//! The original file is never rewritten: its bytes are a prefix of what comes out, bit for bit.

mod error;
mod filter;
pub mod limits;
mod reader;
mod revision;
mod source;
mod syntax;
mod xref;

pub use error::{
    Error, FieldError, Limit, ObjectError, Prohibition, StartxrefError, StructureError,
};
pub use filter::FilterError;
pub use lopdf::{Dictionary, Object, ObjectId};
pub use reader::{Location, Reader};
pub use revision::Revision;
pub use source::Source;
pub use syntax::{RawArray, RawDictionary, RawValue, SyntaxError, parse};
pub use xref::{EndOfFile, Entry, Section, SectionKind, XrefError};
