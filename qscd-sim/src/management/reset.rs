//! `POST /reset`: everything as at the start.

use axum::{Json, extract::State};
use seal::Clock;

use super::{Management, ManagementProblem, clock};
use crate::event::{Event, EventSink};

impl Management {
    /// Puts clock, faults, dice, keys, the list of certificates and the rollovers back, and forgets
    /// activations and by what persons are known. What others
    /// hold stays true: revocations stand, spent tokens stay spent, issuing CAs and time-stamping
    /// units of later generations go on answering for what they signed, and the chain of
    /// destructions and the counters go on.
    pub(crate) fn reset(&self) {
        self.clock.reset();
        self.faults.reset(self.seed);
        self.device.reset();
        self.authority.reset();
        self.time_stamping.reset();
        self.events.record(&Event::Reset { at: self.clock.now() });
    }
}

/// Puts everything back, and shows the clock.
pub(super) async fn reset(
    State(management): State<Management>,
) -> Result<Json<clock::Shown>, ManagementProblem> {
    management.reset();
    clock::show(State(management)).await
}
