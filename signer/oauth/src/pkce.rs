//! Proof key for code exchange (RFC 7636), by S256 alone.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use subtle::ConstantTimeEq;

/// A `code_challenge`: SHA-256 of the verifier that only the client knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge([u8; 32]);

/// A `code_verifier`: 43 to 128 of `A-Z a-z 0-9 - . _ ~` (RFC 7636 section 4.1).
#[derive(Clone, Copy)]
pub struct Verifier<'a>(&'a str);

/// Why a challenge or a verifier is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PkceError {
    /// `plain`, or a method that nobody knows. Left out it is `plain` (RFC 7636 section 4.3).
    #[error("code_challenge_method is S256 and nothing else")]
    Method,
    /// Not 43 characters of base64url that are 32 octets.
    #[error("code_challenge is no SHA-256 in base64url")]
    Challenge,
    /// Too short, too long, or of other characters.
    #[error("code_verifier is not of 43 to 128 unreserved characters")]
    Verifier,
}

impl Challenge {
    /// Reads `code_challenge` with its `code_challenge_method`.
    ///
    /// # Errors
    /// [`PkceError`].
    pub fn read(challenge: &str, method: Option<&str>) -> Result<Self, PkceError> {
        if method != Some("S256") {
            return Err(PkceError::Method);
        }
        let hash = URL_SAFE_NO_PAD.decode(challenge).map_err(|_| PkceError::Challenge)?;
        Ok(Self(hash.try_into().map_err(|_| PkceError::Challenge)?))
    }

    /// Whether the verifier is the one that it is the hash of.
    pub fn is_of(&self, verifier: Verifier<'_>) -> bool {
        let hash = digest(&SHA256, verifier.0.as_bytes());
        hash.as_ref().ct_eq(&self.0).into()
    }
}

/// As it came, in base64url.
impl From<Challenge> for String {
    fn from(challenge: Challenge) -> Self {
        URL_SAFE_NO_PAD.encode(challenge.0)
    }
}

impl<'a> Verifier<'a> {
    /// Reads a verifier.
    ///
    /// # Errors
    /// [`PkceError::Verifier`].
    pub fn read(text: &'a str) -> Result<Self, PkceError> {
        let unreserved =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if (43..=128).contains(&text.len()) && text.bytes().all(unreserved) {
            Ok(Self(text))
        } else {
            Err(PkceError::Verifier)
        }
    }
}

impl std::fmt::Debug for Verifier<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verifier(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_standard_holds_and_another_verifier_does_not() {
        let challenge = Challenge::read(CHALLENGE, Some("S256")).unwrap();
        assert!(challenge.is_of(Verifier::read(VERIFIER).unwrap()));
        assert!(!challenge.is_of(Verifier::read(&VERIFIER.replace('d', "e")).unwrap()));
        assert_eq!(String::from(challenge), CHALLENGE);
    }

    #[test]
    fn a_plain_challenge_is_refused_named_or_not() {
        for method in [None, Some("plain"), Some("s256")] {
            assert_eq!(Challenge::read(CHALLENGE, method), Err(PkceError::Method), "{method:?}");
        }
        for wrong in ["", VERIFIER.get(1..).unwrap(), &format!("{CHALLENGE}=")] {
            let read = Challenge::read(wrong, Some("S256"));
            assert_eq!(read, Err(PkceError::Challenge), "{wrong}");
        }
    }

    #[test]
    fn a_verifier_has_a_length_and_an_alphabet() {
        for wrong in ["a".repeat(42), "a".repeat(129), format!("{VERIFIER} "), "\u{e6}".repeat(30)]
        {
            assert_eq!(Verifier::read(&wrong).unwrap_err(), PkceError::Verifier, "{wrong}");
        }
    }
}
