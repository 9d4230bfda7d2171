//! Why a provider logs nobody in.

use seal::identity::IdentityError;

use crate::{Error, access::openid::Unheard};

/// Why nobody is logged in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// There is no such provider.
    #[error("there is no such provider")]
    Unknown,
    /// The provider cannot be asked, or answers nonsense.
    #[error("the provider cannot be asked: {0}")]
    Unreachable(&'static str),
    /// What came back belongs to no login of this browser.
    #[error("what came back belongs to no login of this browser")]
    State,
    /// The provider refused, or the person did.
    #[error("the provider gave no code")]
    NoCode,
    /// Another issuer answers.
    #[error("another issuer answers")]
    OtherIssuer,
    /// The ID token is not accepted.
    #[error("the ID token is not accepted: {0}")]
    Token(#[from] IdentityError),
    /// The ID token answers another login.
    #[error("the ID token answers another login")]
    Nonce,
    /// The ID token is for another party.
    #[error("the ID token is for another party")]
    Party,
    /// The level of assurance is none of those that are required.
    #[error("the level of assurance is none of those that are required")]
    Assurance,
    /// An organisation is claimed in a way that cannot be read.
    #[error("an organisation is claimed in a way that cannot be read")]
    Organisation,
    /// The person logged in some time before, or nobody knows when.
    #[error("the ID token does not say that the person logged in just now")]
    Older,
    /// Nobody here has this login.
    #[error("nobody here has this login")]
    Nobody,
    /// Something else.
    #[error(transparent)]
    Service(#[from] Error),
}

impl From<Unheard> for ProviderError {
    fn from(unheard: Unheard) -> Self {
        match unheard {
            Unheard::Unreachable(why) => Self::Unreachable(why),
            Unheard::OtherIssuer => Self::OtherIssuer,
        }
    }
}

impl ProviderError {
    /// Its name in the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Unknown => "provider-unknown",
            Self::Unreachable(_) => "provider-unreachable",
            Self::State => "state",
            Self::NoCode => "no-code",
            Self::OtherIssuer => "other-issuer",
            Self::Token(_) => "id-token",
            Self::Nonce => "nonce",
            Self::Party => "other-party",
            Self::Assurance => "assurance",
            Self::Organisation => "organisation-claim",
            Self::Older => "older-login",
            Self::Nobody => "login-unknown",
            Self::Service(_) => "service",
        }
    }
}
