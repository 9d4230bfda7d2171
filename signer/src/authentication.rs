//! Who calls: an application by its API key, or a person by a token.

use ring::digest::{SHA256, digest};
use seal::{
    ApplicationId, Caller, Clock, IdentityToken,
    identity::{IdentityError, IdentityIssuer, IdentityVerifier},
};
use std::sync::{Arc, PoisonError, RwLock};
use subtle::ConstantTimeEq;

/// The longest bearer value that is looked at, in bytes.
const MAXIMUM_BEARER_LENGTH: usize = 16 * 1024;

/// An application and the SHA-256 of its API key; the key itself is kept nowhere.
#[derive(Clone, Debug)]
pub struct ApplicationKey {
    /// The application.
    pub id: ApplicationId,
    /// SHA-256 of the key's bytes.
    pub key_sha256: [u8; 32],
}

/// Tells callers from what they bear.
#[derive(Debug)]
pub struct Authenticator {
    applications: RwLock<Arc<[ApplicationKey]>>,
    persons: IdentityVerifier,
    clock: Arc<dyn Clock>,
}

/// Who calls, and for a person the token itself: the device checks it again.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// Who.
    pub caller: Caller,
    /// The person's token.
    pub token: Option<IdentityToken>,
}

impl Authenticator {
    /// Knows these applications and the issuers behind `persons`.
    pub fn new(
        applications: Vec<ApplicationKey>,
        persons: IdentityVerifier,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { applications: RwLock::new(applications.into()), persons, clock }
    }

    /// Puts these API keys in place of all that were there, and the keys of these issuers in place
    /// of those that they had.
    pub(crate) fn renew(&self, applications: Vec<ApplicationKey>, issuers: &[IdentityIssuer]) {
        *self.applications.write().unwrap_or_else(PoisonError::into_inner) = applications.into();
        self.persons.renew(issuers);
    }

    /// Reads a bearer value (RFC 6750): three parts with dots between them are a person's token,
    /// anything else is an API key.
    ///
    /// # Errors
    /// [`AuthenticationError`]; it does not say which keys exist.
    pub fn authenticate(&self, bearer: &str) -> Result<Authenticated, AuthenticationError> {
        if bearer.len() > MAXIMUM_BEARER_LENGTH {
            return Err(AuthenticationError::KeyUnknown);
        }
        if is_token(bearer) {
            let token = IdentityToken::new(bearer.to_owned());
            let claims = self.persons.verify(&token, self.clock.now())?;
            return Ok(Authenticated {
                caller: Caller::Person(Box::new(claims)),
                token: Some(token),
            });
        }
        let id = self.application(bearer).ok_or(AuthenticationError::KeyUnknown)?;
        Ok(Authenticated { caller: Caller::Application(id), token: None })
    }

    /// Looks at every key, so that the time taken does not tell how near a guess was.
    fn application(&self, key: &str) -> Option<ApplicationId> {
        let presented = digest(&SHA256, key.as_bytes());
        let mut found = None;
        let applications =
            Arc::clone(&self.applications.read().unwrap_or_else(PoisonError::into_inner));
        for application in applications.iter() {
            if bool::from(application.key_sha256.ct_eq(presented.as_ref())) {
                found = Some(application.id.clone());
            }
        }
        found
    }
}

/// Whether a bearer value is a person's token rather than an API key.
pub(crate) fn is_token(bearer: &str) -> bool {
    bearer.split('.').count() == 3
}

/// Why nobody was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationError {
    /// No bearer value was sent.
    #[error("no API key and no person's token was sent")]
    Missing,
    /// No application has this key.
    #[error("the API key is not known")]
    KeyUnknown,
    /// The token is for certain documents, and this is none of them.
    #[error("the person's token is for other documents")]
    OtherDocuments,
    /// The token is not accepted.
    #[error("the person's token is not accepted: {0}")]
    Token(#[from] IdentityError),
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[derive(Debug)]
    struct Epoch;

    impl Clock for Epoch {
        fn now(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH
        }
    }

    fn authenticator() -> Authenticator {
        let key = |id: &str, key: &str| ApplicationKey {
            id: ApplicationId::new(id),
            key_sha256: digest(&SHA256, key.as_bytes()).as_ref().try_into().unwrap(),
        };
        let applications = vec![key("archive", "first-key"), key("payroll", "second-key")];
        Authenticator::new(applications, IdentityVerifier::default(), Arc::new(Epoch))
    }

    #[test]
    fn a_key_names_its_application() {
        let who = authenticator().authenticate("second-key").unwrap();
        assert!(matches!(who.caller, Caller::Application(id) if id.as_str() == "payroll"));
    }

    #[test]
    fn unknown_keys_and_tokens_name_nobody() {
        let refusal = |bearer: &str| authenticator().authenticate(bearer).unwrap_err();
        assert_eq!(refusal("third-key"), AuthenticationError::KeyUnknown);
        assert_eq!(refusal(""), AuthenticationError::KeyUnknown);
        assert_eq!(refusal(&"k".repeat(20_000)), AuthenticationError::KeyUnknown);
        assert_eq!(refusal("a.b.c"), AuthenticationError::Token(IdentityError::Malformed));
    }
}
