//! What happens when a key ends: the same, exactly once, whoever ends it.

use std::sync::Arc;

use qscd_protocol::DestructionReason;
use seal::{Clock, CredentialEnd};

use super::{
    journal::Journal,
    quota::Quota,
    sam::Ledger,
    slot::{LiveKey, Slot, Terms},
    tombstones::Tombstones,
};
use crate::{event::Ended, moment::unix_milliseconds};

/// All that a key's end has to reach. The cache's eviction listener holds it, too.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) journal: Journal,
    pub(super) ledger: Ledger,
    pub(super) quota: Quota,
    pub(super) tombstones: Tombstones,
}

impl Ending {
    /// Ends the credential and answers how it ended; it may have ended before.
    pub(super) fn end(&self, slot: &Slot, reason: DestructionReason) -> CredentialEnd {
        match slot.take(reason.credential_end()) {
            Ok(live) => {
                self.bury(&slot.terms, live, reason);
                reason.credential_end()
            }
            Err(earlier) => earlier,
        }
    }

    /// Wipes the key, lets its certificate go, then tells everyone who has to know.
    pub(super) fn bury(&self, terms: &Terms, live: LiveKey, reason: DestructionReason) {
        let LiveKey { key, certificate, uses, handles, .. } = live;
        drop((key, certificate));
        let now = self.clock.now();
        self.tombstones.bury(terms.number, reason.credential_end(), now);
        self.ledger.forget(&handles);
        self.journal.record_destruction(Ended {
            credential: terms.number.name().as_str().to_owned(),
            public_key_sha256: terms.public_key_sha256.clone(),
            certificate_serial: terms.certificate_serial.clone(),
            uses,
            reason,
            time_unix_ms: unix_milliseconds(now),
        });
        // Last, so that whoever sees no live key also sees every destruction.
        self.quota.release(&terms.requester);
    }
}
