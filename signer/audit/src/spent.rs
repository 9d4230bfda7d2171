//! A person's token, spent.

use std::fmt;

use ring::digest;
use seal::{Digest, identity::IdentityClaims};

/// One use of a person's token: it signs each document that it names once.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSpend {
    /// `iss`.
    pub issuer: String,
    /// `jti`.
    pub token_id: String,
    /// The document that the token signs.
    pub document: Digest,
}

impl TokenSpend {
    /// The use of this token for `document`.
    pub fn new(claims: &IdentityClaims, document: Digest) -> Self {
        Self { issuer: claims.person.issuer.clone(), token_id: claims.token_id.clone(), document }
    }

    /// SHA-256 over issuer, `jti` and document, each with its length before it. The table of
    /// spent tokens and the intent hold nothing else, so they name nobody.
    fn key(&self) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in [self.issuer.as_bytes(), self.token_id.as_bytes(), self.document.as_bytes()] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut key = [0; 32];
        key.copy_from_slice(context.finish().as_ref());
        key
    }
}

impl fmt::Debug for TokenSpend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSpend").finish_non_exhaustive()
    }
}

/// A use of a token as the table of spent tokens holds it.
#[derive(Clone, Debug)]
pub struct SpentToken {
    /// SHA-256 of issuer, `jti` and document.
    pub key: [u8; 32],
}

impl From<&TokenSpend> for SpentToken {
    fn from(spend: &TokenSpend) -> Self {
        Self { key: spend.key() }
    }
}
