//! What is configured of login.

use std::sync::Arc;

use webauthn::RelyingParty;

/// How people log in here.
#[derive(Clone, Debug)]
pub struct AccessSettings {
    /// The origin of the pages.
    pub origin: String,
    /// What authenticators call the service.
    pub name: String,
    /// Whom passkeys are registered for; where there is nobody, no passkey is of use.
    pub party: Option<RelyingParty>,
    /// The persons as whom anybody logs in: those of the demo, and else none.
    pub demo: Arc<[DemoPerson]>,
}

/// A person of the demo, who is nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoPerson {
    /// The `iss` of their tokens.
    pub issuer: String,
    /// The `sub`.
    pub subject: String,
    /// The whole name.
    pub name: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
}
