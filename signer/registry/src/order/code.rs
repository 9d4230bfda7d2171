//! One-time codes: 100 random bits, of which the SHA-256 is kept.

use std::fmt;

use seal::{CROCKFORD, Digest, DigestAlgorithm};
use serde::{Deserialize, Serialize};

/// How many wrong codes may be shown; with the last of them the order is locked.
pub const MAXIMUM_ATTEMPTS: u8 = 5;

/// How many letters a code has; each is five bits.
const LENGTH: usize = 20;

/// A code as people read it: four groups of five letters. Whoever made it shows it once and forgets it.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

/// The SHA-256 of a code, in hexadecimal: with 100 random bits nobody finds the code from it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeHash(String);

impl OneTimeCode {
    /// A code of random bytes.
    pub fn of(random: [u8; LENGTH]) -> Self {
        let letter = |byte: u8| char::from(CROCKFORD[usize::from(byte % 32)]);
        let letters: Vec<char> = random.into_iter().map(letter).collect();
        Self(letters.chunks(5).map(String::from_iter).collect::<Vec<_>>().join("-"))
    }

    /// The code, to be shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> CodeHash {
        CodeHash::of(&self.0)
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode(..)")
    }
}

impl CodeHash {
    /// The hash of what somebody typed: small letters count as great ones, spaces and hyphens not at all.
    pub fn of(typed: &str) -> Self {
        let letters: String = typed
            .chars()
            .filter(|c| !matches!(c, '-' | ' '))
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .take(LENGTH + 1)
            .collect();
        Self(hex::encode(Digest::of(DigestAlgorithm::Sha256, letters.as_bytes()).as_bytes()))
    }
}

impl fmt::Debug for CodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_a_hundred_bits_and_is_found_again_however_it_is_typed() {
        let code = OneTimeCode::of(std::array::from_fn(|at| at as u8 * 13));
        assert_eq!(code.as_str().len(), LENGTH + 3);
        for typed in [
            code.as_str().to_owned(),
            code.as_str().to_lowercase(),
            code.as_str().replace('-', " "),
            code.as_str().replace('0', "o").replace('1', "l"),
        ] {
            assert_eq!(CodeHash::of(&typed), code.hash(), "{typed}");
        }
        let mut other = code.as_str().to_owned();
        other.push('0');
        assert_ne!(CodeHash::of(&other), code.hash());
        assert_ne!(CodeHash::of(&other[1..]), code.hash());
        assert!(!format!("{code:?}{:?}", code.hash()).contains(code.as_str()));
    }
}
