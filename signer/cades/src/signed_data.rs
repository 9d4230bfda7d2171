//! SignedData (RFC 5652 section 5): written directly, read raw.

mod attributes;
mod write;

pub(crate) use attributes::{SignedAttributes, attribute};
pub(crate) use write::{Container, digest_identifier};
