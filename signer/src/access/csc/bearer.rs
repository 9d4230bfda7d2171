//! What callers show, and activation data that are shown in its place.

use super::{Asker, Csc};
use crate::{
    access::random_secret::sha256, authentication::AuthenticationError, service::RequestError,
};

/// How long the hash of a bearer value is, in bytes.
const LENGTH: usize = 32;

/// The SHA-256 of what a caller showed: what is authorised for one bearer value is for no other.
pub type BearerHash = [u8; LENGTH];

/// The hash of a bearer value. Looking one up takes a time that says nothing about the value.
pub fn bearer_hash(bearer: &str) -> BearerHash {
    sha256(bearer.as_bytes())
}

impl Csc {
    /// Who asks by activation data alone: whoever they were handed out to, as long as what that one
    /// showed is taken still.
    ///
    /// # Errors
    /// [`AuthenticationError`].
    pub async fn asker_by(&self, sad: &str) -> Result<Asker, AuthenticationError> {
        let known = self.sads.asker(&bearer_hash(sad), self.service.clock().now());
        let Asker { caller, bearer } = known.ok_or(AuthenticationError::TokenUnknown)?;
        let caller = self.service.authenticator().again(&caller, bearer).await?.may_act()?;
        Ok(Asker { caller, bearer })
    }

    /// Counts a request of whoever asks.
    ///
    /// # Errors
    /// [`RequestError::TooMany`] when they asked too often in this second.
    pub fn pass(&self, asker: &Asker) -> Result<(), RequestError> {
        match self.rates.pass(super::wallets::holder(asker)) {
            true => Ok(()),
            false => Err(RequestError::TooMany),
        }
    }
}
