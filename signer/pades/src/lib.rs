//! PDF signatures (PAdES): a lazy reader, the incremental update that holds a signature, and
//! validation.
//!
//! The original file is never rewritten: its bytes are a prefix of what comes out, bit for bit.

mod appearance;
mod dictionary;
mod document;
mod embedded;
mod encryption;
mod error;
mod extension;
mod filter;
#[cfg(test)]
mod generate;
mod held;
pub mod limits;
mod needs;
mod options;
mod permission;
mod place;
mod prefix;
mod prepare;
mod prepared;
mod reader;
mod revision;
mod security_store;
mod signed;
mod source;
mod syntax;
mod text;
mod unseen;
mod update;
pub mod validate;
mod xref;

pub use appearance::{
    Appearance, Check, Emblem, Face, Image, ImageError, Paragraph, Placement, Preset, StampError,
    Statement,
};
pub use document::{Document, Facts, OpenOptions, PageNumber, Rectangle};
pub use embedded::EmbeddedSignature;
pub use encryption::Password;
pub use error::{
    AppearanceError, EncryptionError, Error, FieldError, Limit, ObjectError, Obstacle, Prohibition,
    StartxrefError, StructureError, XrefError,
};
pub use filter::FilterError;
pub use lopdf::{Dictionary, Object, ObjectId};
pub use needs::SignatureNeeds;
pub use options::{Extension, SignatureOptions};
pub use prefix::PrefixHash;
pub use prepared::PreparedDocument;
pub use reader::{Location, Reader};
pub use revision::Revision;
pub use security_store::ValidationData;
pub use signed::SignedDocument;
pub use source::Source;
pub use syntax::{RawArray, RawDictionary, RawValue, SyntaxError, parse};
pub use xref::{EndOfFile, Entry, Section, SectionKind};
