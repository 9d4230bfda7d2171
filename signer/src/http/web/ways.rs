//! By what somebody who is logged in may give evidence for a signature.

use super::means::known_passkeys;
use crate::{access::session::Session, http::AppState};

/// The ways that there are for them. The device judges what comes by any of them.
#[derive(Debug)]
pub(super) struct Ways {
    /// Whether the device took a passkey of theirs.
    pub(super) passkeys: bool,
    /// The providers at whom they may log in to sign, by their names in addresses and for people.
    pub(super) providers: Vec<(String, String)>,
    /// Whether they are one of the demo's persons, of whom its own identity provider says anything.
    pub(super) demo: bool,
}

impl Ways {
    /// Those of a session's person.
    pub(super) fn of(state: &AppState, session: &Session) -> Self {
        // Somebody has a page on which they are shown: we, or the device.
        let asks = state.access.party.is_some() || state.service.device_asks();
        let providers = state.access.providers.iter().filter(|one| one.told.signing.is_some());
        Self {
            passkeys: asks && !known_passkeys(state, session).is_empty(),
            providers: providers.map(|one| (one.told.id.clone(), one.told.name.clone())).collect(),
            demo: demo_subject(state, session).is_some(),
        }
    }

    /// Whether there is any.
    pub(super) fn is_any(&self) -> bool {
        self.passkeys || self.demo || !self.providers.is_empty()
    }
}

/// The subject of whoever is logged in, where they are one of the demo's persons.
pub(super) fn demo_subject<'a>(state: &AppState, session: &'a Session) -> Option<&'a str> {
    let person = &session.caller.person()?.person;
    let mut demo = state.access.demo.iter();
    let is_theirs = demo.any(|one| one.issuer == person.issuer && one.subject == person.subject);
    is_theirs.then_some(&*person.subject)
}
