//! What those have under way here who log in, and of whom nobody knows yet who they are.

use super::waiting::Waiting;

/// Logins under way, in places of the addresses that they came from: whoever begins many crowds out their own.
#[derive(Debug)]
pub(crate) struct Anonymous {
    /// Challenges for a passkey, whoever's.
    pub(super) challenges: Waiting,
    /// Logins at an OpenID provider, by their `state`.
    pub(super) states: Waiting,
}

impl Anonymous {
    /// Of all; behind a proxy, which has everybody's address, without a bound for one address.
    pub(crate) fn new(behind_proxy: bool) -> Self {
        let places = || Waiting::new(behind_proxy);
        Self { challenges: places(), states: places() }
    }
}
