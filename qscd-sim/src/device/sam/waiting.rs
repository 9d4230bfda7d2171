//! What waits for a person: within limits, and each until its end.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

use seal::{
    ACTIVATION_LIFETIME, ActivationEntry, ActivationId, ActivationOrder, AuthenticatorOrder,
    Challenge, MadePasskey, Means, NewPasskeyOrder, QscdError,
};
use tokio::time::Instant;

use super::known::Shown;

/// How many wait at a time.
const CAPACITY: usize = 10_000;
/// How many of one client elsewhere, which asks for many.
const CAPACITY_OF_CLIENT: usize = 5_000;
/// How many of one requester.
const CAPACITY_OF_REQUESTER: usize = 100;
/// How many entries of activations wait at a time; one takes some 200 bytes.
const ENTRIES: usize = 100_000;
/// How many of one client elsewhere.
const ENTRIES_OF_CLIENT: usize = 50_000;
/// How often evidence may be refused before what it was for ends.
const TRIES: u8 = 10;

/// All that waits.
#[derive(Debug, Default)]
pub(super) struct AllWaiting(HashMap<String, Waiting>);

/// An activation, a registration, or a passkey that is to be made.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) what: What,
    /// The client elsewhere that began it.
    pub(super) client: Option<String>,
    requester: String,
    pub(super) challenge: Challenge,
    pub(super) began: SystemTime,
    pub(super) ends: SystemTime,
    /// By the machine's time: a clock that is set back makes nothing live longer.
    began_at: Instant,
    tries: u8,
}

/// What a person is asked for.
#[derive(Debug)]
pub(super) enum What {
    Activation {
        /// What was asked for; its entries stand in `left`.
        order: ActivationOrder,
        /// Who gave evidence for it.
        shown: Option<Shown>,
        /// The entries that are not signed.
        left: Vec<ActivationEntry>,
    },
    Registration(AuthenticatorOrder),
    NewPasskey {
        /// For whom.
        order: NewPasskeyOrder,
        /// The user handle that it is made for.
        user_handle: [u8; 32],
        /// What was made.
        made: Option<MadePasskey>,
    },
}

impl Waiting {
    pub(super) fn new(
        what: What,
        client: Option<&str>,
        requester: String,
        challenge: Challenge,
        now: SystemTime,
    ) -> Self {
        Self {
            what,
            client: client.map(str::to_owned),
            requester,
            challenge,
            began: now,
            ends: now.checked_add(ACTIVATION_LIFETIME).unwrap_or(now),
            began_at: Instant::now(),
            tries: 0,
        }
    }

    /// Counts evidence that was refused.
    pub(super) fn count_try(&mut self) {
        self.tries = self.tries.saturating_add(1);
    }

    /// A clock that was set back before its beginning ends it, too.
    fn lives_at(&self, now: SystemTime) -> bool {
        self.began <= now
            && now < self.ends
            && self.began_at.elapsed() < ACTIVATION_LIFETIME + Duration::from_secs(1)
            && self.tries < TRIES
    }

    fn entries(&self) -> usize {
        match &self.what {
            What::Activation { left, .. } => left.len(),
            What::Registration(_) | What::NewPasskey { .. } => 0,
        }
    }
}

impl AllWaiting {
    /// Keeps one more.
    pub(super) fn keep(&mut self, id: &ActivationId, new: Waiting) -> Result<(), QscdError> {
        let now = new.began;
        self.0.retain(|_, one| one.lives_at(now));
        let same_client = || self.0.values().filter(|one| one.client == new.client);
        let of_requester = same_client().filter(|one| one.requester == new.requester).count();
        let entries = |all: &mut dyn Iterator<Item = &Waiting>| {
            all.map(Waiting::entries).sum::<usize>() + new.entries()
        };
        let client_is_full = new.client.is_some()
            && (same_client().count() >= CAPACITY_OF_CLIENT
                || entries(&mut same_client()) > ENTRIES_OF_CLIENT);
        if self.0.len() >= CAPACITY
            || entries(&mut self.0.values()) > ENTRIES
            || client_is_full
            || of_requester >= CAPACITY_OF_REQUESTER
        {
            return Err(QscdError::AtCapacity);
        }
        self.0.insert(id.as_str().to_owned(), new);
        Ok(())
    }

    /// One that lives. Whoever sees that one has ended takes it away: no clock brings it back.
    pub(super) fn living(&mut self, id: &ActivationId, now: SystemTime) -> Option<&mut Waiting> {
        if !self.0.get(id.as_str())?.lives_at(now) {
            self.0.remove(id.as_str());
            return None;
        }
        self.0.get_mut(id.as_str())
    }

    /// Whether something waits that another client began.
    pub(super) fn is_of_another(&self, id: &ActivationId, client: &str) -> bool {
        self.0.get(id.as_str()).is_some_and(|one| one.client.as_deref() != Some(client))
    }

    /// Takes one away.
    pub(super) fn end(&mut self, id: &ActivationId) {
        self.0.remove(id.as_str());
    }

    /// Takes away for what this person gave evidence.
    pub(super) fn end_of_person(&mut self, removed: &AuthenticatorOrder) {
        self.0.retain(|_, one| match &one.what {
            What::Activation { order, shown, .. } => {
                shown.is_none()
                    || order.person != removed.person
                    || order.organization_identifier != removed.organization_identifier
            }
            What::Registration(_) | What::NewPasskey { .. } => true,
        });
    }

    /// Takes away by what this means would be registered, or kept as one that was made.
    pub(super) fn end_of_means(&mut self, removed: &AuthenticatorOrder) {
        self.0.retain(|_, one| match (&one.what, &removed.means) {
            (What::Registration(order), _) => order != removed,
            (What::NewPasskey { made: Some(made), .. }, Means::Passkey { credential_id, .. }) => {
                made.credential_id != *credential_id || made.person != removed.person
            }
            (What::NewPasskey { .. } | What::Activation { .. }, _) => true,
        });
    }

    /// Takes everything away.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
