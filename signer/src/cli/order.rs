//! What is asked of a server or of the service in this process.

use std::path::Path;

use cades::RevocationPolicy;
use seal::Level;

use crate::config::Secret;

/// What is to be raised.
pub(super) struct Order<'a> {
    /// The level that every signature is to have.
    pub(super) level: Level,
    /// The signed document.
    pub(super) document: &'a Path,
    /// What a detached CMS belongs to.
    pub(super) content: Option<&'a Path>,
    /// The password of an encrypted PDF.
    pub(super) password: Option<&'a Secret>,
}

/// What a document is validated with.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) content: Option<&'a Path>,
    pub(super) trust: Option<&'a Path>,
    pub(super) password: Option<&'a Secret>,
    pub(super) revocation: Option<RevocationPolicy>,
}
