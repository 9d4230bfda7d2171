//! Scopes (RFC 6749 section 3.3).

use std::collections::BTreeSet;

use crate::{ErrorCode, OauthError};

/// How many scopes a request names at most.
const MAXIMUM_SCOPES: usize = 32;

/// The scopes in a request, each once.
///
/// # Errors
/// `invalid_scope` for one that RFC 6749 section 3.3 does not allow, or more than 32.
pub fn requested(text: &str) -> Result<BTreeSet<&str>, OauthError> {
    let allowed = |c: char| matches!(c, '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e');
    let scopes: BTreeSet<&str> = text.split(' ').filter(|scope| !scope.is_empty()).collect();
    if scopes.len() > MAXIMUM_SCOPES || !scopes.iter().all(|scope| scope.chars().all(allowed)) {
        let why = "scope: at most 32 words of printable ASCII with spaces between them";
        return Err(OauthError::new(ErrorCode::InvalidScope, why));
    }
    Ok(scopes)
}

/// Scopes as an answer has them.
pub fn written<'a>(scopes: impl IntoIterator<Item = &'a str>) -> String {
    scopes.into_iter().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_words_with_spaces_between_them() {
        let scopes = requested("service read-people service").unwrap();
        assert_eq!(written(scopes), "read-people service");
        for wrong in ["a\tb", "\"a\"", "a\\b", "\u{e6}"] {
            assert!(requested(wrong).is_err(), "{wrong}");
        }
        let many: Vec<String> = (0..33).map(|number| number.to_string()).collect();
        assert!(requested(&many.join(" ")).is_err());
    }
}
