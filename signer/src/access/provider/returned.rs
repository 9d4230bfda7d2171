//! What a provider sends a browser back with.

use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::ProviderError;

/// What the provider sends back.
#[derive(Deserialize)]
pub(crate) struct Returned {
    pub(super) state: Option<String>,
    pub(super) code: Option<String>,
    /// RFC 9207.
    pub(super) iss: Option<String>,
}

/// It shows no code.
impl std::fmt::Debug for Returned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Returned").finish_non_exhaustive()
    }
}

impl Returned {
    /// The state, where this browser began what it is of: nobody goes on by a link of somebody else's.
    pub(super) fn state_of(&self, cookie: Option<&str>) -> Result<&str, ProviderError> {
        let state = self.state.as_deref().ok_or(ProviderError::State)?;
        let same = cookie.is_some_and(|kept| bool::from(kept.as_bytes().ct_eq(state.as_bytes())));
        if same { Ok(state) } else { Err(ProviderError::State) }
    }
}
