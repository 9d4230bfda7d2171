//! The device's events on their way into the audit log.

use std::sync::Arc;

use qscd_protocol::{Destruction, DestructionHead};
use qscd_sim::{Event, EventSink};
use seal::Clock;

use crate::{audit::AuditEvent, store::Store};

/// Notes each destruction of a key, and each signature over the chain of destructions.
#[derive(Debug)]
pub(super) struct DeviceEvents {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl DeviceEvents {
    pub(super) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    fn note(&self, event: &AuditEvent) {
        if let Err(error) = self.store.note(event, self.clock.now()) {
            tracing::error!(%error, "an event of the device was not recorded");
        }
    }
}

impl EventSink for DeviceEvents {
    fn record(&self, event: &Event) {
        match event {
            Event::Destroyed(destruction) => self.note(&destroyed(destruction)),
            Event::DestructionsSigned(head) => self.note(&signed(head)),
            // The service's own records tell these: intent, issued, outcome.
            Event::Enrolled { .. }
            | Event::Authorised { .. }
            | Event::Signed { .. }
            | Event::Refused { .. }
            | Event::Registered { .. }
            | Event::ActivationBegun { .. }
            | Event::EvidenceGiven { .. }
            | Event::PossibleClone { .. }
            | Event::AuthenticatorRegistered { .. }
            | Event::AuthenticatorRemoved { .. }
            // A tester's doing is not the service's.
            | Event::FaultStruck { .. }
            | Event::Reset { .. } => {}
        }
    }
}

pub(super) fn signed(head: &DestructionHead) -> AuditEvent {
    AuditEvent::DestructionsSigned {
        sequence: head.sequence,
        hash: head.hash.clone(),
        signature: head.signature.clone(),
    }
}

pub(super) fn destroyed(destruction: &Destruction) -> AuditEvent {
    AuditEvent::Destroyed(audit::KeyDestruction {
        sequence: destruction.sequence,
        credential: destruction.credential.clone(),
        public_key_sha256: destruction.public_key_sha256.clone(),
        certificate_serial: destruction.certificate_serial.clone(),
        uses: destruction.uses,
        reason: destruction.reason.to_string(),
        time_unix_ms: destruction.time_unix_ms,
        previous: destruction.previous.clone(),
    })
}
