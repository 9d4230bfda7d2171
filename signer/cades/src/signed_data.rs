//! SignedData (RFC 5652 section 5): written directly, read raw.

pub(crate) mod archive_v2;
mod attributes;
mod content;
pub(crate) mod hash_index;
mod read;
mod signer;
mod signing_certificate;
mod write;

pub(crate) use attributes::{SignedAttributes, attribute};
pub use content::SignedContent;
pub(crate) use hash_index::{Covered, HashIndex, PresentHashes};
pub use read::MAXIMUM_CONTAINER_LENGTH;
pub(crate) use read::SignedData;
pub(crate) use signer::{SignedOver, Signer};
pub(crate) use signing_certificate::SigningCertificate;
pub(crate) use write::{Container, digest_identifier};
