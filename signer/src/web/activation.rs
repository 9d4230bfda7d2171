//! The pages on which somebody signs: what is signed, and by what act.

use askama::Template;

use super::Frame;

/// `/sign`
#[derive(Debug, Template)]
#[template(path = "sign.html")]
pub(crate) struct SignPage {
    pub(crate) frame: Frame,
    pub(crate) organisation: String,
    pub(crate) csrf: String,
    /// The profiles for persons' signatures, by their names in addresses and for people.
    pub(crate) profiles: Vec<(String, String)>,
}

/// `/sign/{id}`
#[derive(Debug, Template)]
#[template(path = "activation.html")]
pub(crate) struct ActivationPage {
    pub(crate) frame: Frame,
    /// The activation's name.
    pub(crate) id: String,
    pub(crate) organisation: String,
    /// What the profile is called.
    pub(crate) profile: String,
    pub(crate) reference_code: String,
    pub(crate) csrf: String,
    /// Whether the device has the person's evidence.
    pub(crate) given: bool,
    /// Whether a passkey of theirs activates.
    pub(crate) passkeys: bool,
    /// The providers at whom the person may log in to sign.
    pub(crate) providers: Vec<(String, String)>,
    pub(crate) documents: Vec<ListedDocument>,
}

/// A document of the page.
#[derive(Debug)]
pub(crate) struct ListedDocument {
    /// From 1 on.
    pub(crate) number: usize,
    /// In bytes.
    pub(crate) length: usize,
    /// In hexadecimal.
    pub(crate) sha256: String,
    /// Whether it is not signed.
    pub(crate) waits: bool,
}
