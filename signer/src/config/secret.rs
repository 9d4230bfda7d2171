//! Secrets: from the environment alone, never in a file of the configuration nor in a log.

use std::env;

use super::{ConfigDefect, ConfigError};
use crate::secret::Secret;

/// The environment variable with the key of the audit log's HMAC chain.
pub const AUDIT_KEY: &str = "SIGNER_AUDIT_KEY";
/// The environment variable with the address of the database, which may hold a password.
pub const DATABASE_URL: &str = "SIGNER_DATABASE_URL";
/// The environment variable with the API key of the demo's application.
pub const DEMO_API_KEY: &str = "SIGNER_DEMO_API_KEY";
/// The environment variable with the password of the mail server.
pub(super) const MAIL_PASSWORD: &str = "SIGNER_MAIL_PASSWORD";
/// The environment variable with the token of the management port.
pub const MANAGEMENT_TOKEN: &str = "SIGNER_MANAGEMENT_TOKEN";

impl Secret {
    /// The secret in the environment variable `name`, if it is set and not empty.
    ///
    /// # Errors
    /// [`ConfigDefect::NotUnicode`] names the variable.
    pub fn from_environment(name: &str) -> Result<Option<Self>, ConfigError> {
        match env::var(name) {
            Ok(text) if text.is_empty() => Ok(None),
            Ok(text) => Ok(Some(Self::new(text))),
            Err(env::VarError::NotPresent) => Ok(None),
            Err(env::VarError::NotUnicode(_)) => Err(ConfigError::of_key(
                "the environment",
                name.to_owned(),
                ConfigDefect::NotUnicode,
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_not_set_is_no_secret() {
        assert!(Secret::from_environment("SIGNER_NEVER_SET").unwrap().is_none());
        let path = Secret::from_environment("PATH").unwrap().unwrap();
        assert_eq!(path.expose(), env::var("PATH").unwrap());
    }
}
