//! SignedData (RFC 5652 section 5): written directly, read raw.

pub(crate) mod archive_v2;
mod attributes;
pub(crate) mod hash_index;
mod read;
mod signer;
mod signing_certificate;
mod write;

pub(crate) use attributes::{SignedAttributes, attribute};
pub(crate) use hash_index::{Covered, HashIndex, PresentHashes};
pub(crate) use read::SignedData;
pub use read::{MAXIMUM_CONTAINER_LENGTH, MAXIMUM_SIGNERS, MAXIMUM_TIME_STAMPS};
pub(crate) use signer::{SignedOver, Signer};
pub(crate) use signing_certificate::SigningCertificate;
pub(crate) use write::{Container, digest_identifier};
