//! The API key of the demo's application.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::rand::SecureRandom;

use crate::config::{ConfigDefect, ConfigError, DEMO_API_KEY, Secret};

/// 256 random bits in base64url (RFC 4648 section 5).
pub(super) fn random(randomness: &dyn SecureRandom) -> Result<Secret, ConfigError> {
    let mut bytes = [0; 32];
    randomness.fill(&mut bytes).map_err(|_| {
        ConfigError::of_key(super::ORIGIN, DEMO_API_KEY.into(), ConfigDefect::Randomness)
    })?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// A key that a header can carry (RFC 6750 section 2.1, `b64token`) and that is not taken for a
/// person's token, which has three parts with dots between them.
pub(super) fn checked(key: Secret) -> Result<Secret, ConfigError> {
    let text = key.expose();
    let carried =
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte));
    if text.is_empty() || !carried || text.split('.').count() == 3 {
        let variable = DEMO_API_KEY.to_owned();
        return Err(ConfigError::of_key("the environment", variable, ConfigDefect::NotAnApiKey));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn a_random_key_is_new_each_time_and_passes_its_own_check() {
        let rng = SystemRandom::new();
        let (one, other) = (random(&rng).unwrap(), random(&rng).unwrap());
        assert_ne!(one.expose(), other.expose());
        assert_eq!(checked(one).unwrap().expose().len(), 43);
    }

    #[test]
    fn what_no_header_carries_or_looks_like_a_token_is_refused() {
        for key in ["", "a b", "nøgle", "a\n", "a\"", "a.b.c"] {
            let error = checked(Secret::new(key)).unwrap_err();
            assert!(matches!(error.defect, ConfigDefect::NotAnApiKey), "{key}");
            assert!(error.to_string().contains(DEMO_API_KEY), "{error}");
        }
        assert!(checked(Secret::new("a.b-c_d~e+f/g=")).is_ok());
    }
}
