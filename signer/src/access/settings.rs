//! What is configured of login.

use std::sync::Arc;

use webauthn::RelyingParty;

use super::{anonymous::Anonymous, openid::Asker};
use crate::secret::Secret;

/// How people log in here.
#[derive(Clone, Debug)]
pub struct AccessSettings {
    /// The origin of the pages.
    pub origin: String,
    /// What authenticators call the service.
    pub name: String,
    /// Whom passkeys are registered for; where there is nobody, no passkey is of use.
    pub party: Option<RelyingParty>,
    /// The OpenID providers by whom people log in as well.
    pub providers: Arc<[Provider]>,
    /// The persons as whom anybody logs in: those of the demo, and else none.
    pub demo: Arc<[DemoPerson]>,
    /// What is under way of those who log in.
    pub(crate) anonymous: Arc<Anonymous>,
    /// What asks the providers.
    pub(crate) asker: Arc<Asker>,
}

/// An OpenID provider, and the client's secret there.
#[derive(Clone, Debug)]
pub struct Provider {
    /// What is configured of it.
    pub told: crate::config::Provider,
    /// The client's secret; none of a public client.
    pub secret: Option<Secret>,
    /// That of the client that is kept for signing; none of a public client, or where there is none.
    pub signing_secret: Option<Secret>,
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
