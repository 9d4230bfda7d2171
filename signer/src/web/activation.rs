//! The pages on which somebody signs: what is signed, and by what act.

use askama::Template;

use super::{Frame, SigningTexts};

/// `/sign/{id}`
#[derive(Debug, Template)]
#[template(path = "activation.html")]
pub(crate) struct ActivationPage {
    pub(crate) frame: Frame,
    pub(crate) s: &'static SigningTexts,
    pub(crate) at: usize,
    /// The activation's name.
    pub(crate) id: String,
    pub(crate) organisation: String,
    /// What the profile is called.
    pub(crate) profile: String,
    pub(crate) reference_code: String,
    /// The batch that waits for it, and the reference code of its documents as they were read.
    pub(crate) read: Option<(String, String)>,
    pub(crate) csrf: String,
    /// Whether the device has the person's evidence.
    pub(crate) given: bool,
    /// The address of the device's own page, where it asks itself.
    pub(crate) device_page: Option<String>,
    /// Whether a passkey of theirs activates.
    pub(crate) passkeys: bool,
    /// The providers at whom the person may log in to sign.
    pub(crate) providers: Vec<(String, String)>,
    /// What one of the demo's persons is called.
    pub(crate) demo: Option<String>,
    pub(crate) documents: Vec<ListedDocument>,
}

/// A document of the page.
#[derive(Debug)]
pub(crate) struct ListedDocument {
    /// From 1 on.
    pub(crate) number: usize,
    /// Where it was read here.
    pub(crate) name: Option<String>,
    /// In bytes.
    pub(crate) length: usize,
    /// In hexadecimal.
    pub(crate) sha256: String,
    /// Whether it is not signed.
    pub(crate) waits: bool,
}
