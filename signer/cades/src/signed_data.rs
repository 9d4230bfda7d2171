//! SignedData (RFC 5652 section 5): written directly, read raw.

mod attributes;
pub(crate) mod hash_index;
mod read;
mod signer;
mod signing_certificate;
mod write;

pub(crate) use attributes::{SignedAttributes, attribute};
pub(crate) use read::SignedData;
pub use read::{MAXIMUM_CONTAINER_LENGTH, MAXIMUM_SIGNERS};
pub(crate) use signer::Signer;
pub(crate) use signing_certificate::SigningCertificate;
pub(crate) use write::{Container, digest_identifier};
