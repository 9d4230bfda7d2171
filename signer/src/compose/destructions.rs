//! The destroyed keys of a device elsewhere on their way into the audit log.

use std::{sync::Arc, time::Duration};

use qscd_protocol::DeviceDescription;
use seal::{Clock, QscdError};
use tokio::{sync::Mutex, task::JoinHandle};

use super::events::{destroyed, signed};
use crate::{
    audit::AuditEvent,
    device::remote::{FollowedRun, ProvedDestructions, PullError, RemoteDevice, Unproved},
    store::{AuditError, LoggedDestructions, LoggedRun, Store},
};

/// How often the device is asked.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long the last question may take at most, all pages together.
pub(super) const LAST_WORDS: Duration = Duration::from_secs(5);

/// Asks for destructions again and again, and once more at the end.
#[derive(Debug)]
pub(super) struct Following {
    pull: Arc<Pull>,
    asking: JoinHandle<()>,
}

#[derive(Debug)]
struct Pull {
    device: Arc<RemoteDevice>,
    store: Store,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    followed: FollowedRun,
    /// What was found last, after which number: found again, it is not recorded again.
    found: Option<(u64, &'static str)>,
}

/// Why the log does not have all destructions.
#[derive(Debug, thiserror::Error)]
enum Incomplete {
    #[error(transparent)]
    Unproved(#[from] Unproved),
    #[error(transparent)]
    Pull(#[from] PullError),
    #[error("the new run: {0}")]
    Adoption(#[from] QscdError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("the device did not tell everything in time")]
    Late,
}

impl Incomplete {
    /// Its name in the audit log, and what may be told there.
    fn finding(&self) -> (&'static str, String) {
        match self {
            Self::Unproved(why) => (why.name(), why.to_string()),
            Self::Pull(PullError::Nonsense(_)) => ("malformed", String::new()),
            Self::Pull(PullError::Unavailable(_)) => ("unavailable", String::new()),
            Self::Adoption(_) => ("run-not-adopted", String::new()),
            Self::Audit(_) => ("not-recorded", String::new()),
            Self::Late => ("late", self.to_string()),
        }
    }

    /// Whether the device said something that is not so; else it may answer later.
    fn is_false(&self) -> bool {
        matches!(self, Self::Unproved(_) | Self::Pull(PullError::Nonsense(_)))
    }
}

impl Following {
    /// Goes on where the log ends.
    pub(super) async fn start(
        device: Arc<RemoteDevice>,
        store: Store,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AuditError> {
        let followed = resume(&store, &*clock, &device.description()).await?;
        let state = Mutex::new(State { followed, found: None });
        let pull = Arc::new(Pull { device, store, clock, state });
        let asking = tokio::spawn(Arc::clone(&pull).ask_again_and_again());
        Ok(Self { pull, asking })
    }

    /// Asks once more, for `patience` at most. What cannot be had is recorded.
    pub(super) async fn finish(&self, patience: Duration) {
        self.asking.abort();
        let asked = tokio::time::timeout(patience.min(LAST_WORDS), self.pull.catch_up());
        if let Err(why) = asked.await.unwrap_or(Err(Incomplete::Late)) {
            self.pull.found(&mut *self.pull.state.lock().await, &why);
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.asking.abort();
    }
}

impl Pull {
    async fn ask_again_and_again(self: Arc<Self>) {
        let mut interval = tokio::time::interval(INTERVAL);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut silent = false;
        loop {
            interval.tick().await;
            let incomplete = self.catch_up().await.err();
            match &incomplete {
                Some(why) if why.is_false() => self.found(&mut *self.state.lock().await, why),
                Some(why) if !silent => {
                    tracing::warn!(%why, "the device's destructions could not be had");
                }
                _ => {}
            }
            silent = incomplete.is_some();
        }
    }

    /// Asks until nothing is new.
    async fn catch_up(&self) -> Result<(), Incomplete> {
        let mut state = self.state.lock().await;
        loop {
            let description = self.device.description();
            if !state.followed.is_of(&description) {
                let followed = resume(&self.store, &*self.clock, &description).await?;
                *state = State { followed, found: None };
            }
            let page = self.device.destructions(state.followed.sequence()).await?;
            if page.run_id != state.followed.run() {
                self.device.adopt_run(&page.run_id).await?;
                continue;
            }
            let newest = page.newest;
            let Some(proved) = state.followed.read(page)? else { return Ok(()) };
            self.record(&mut state, &proved)?;
            // Before more is asked for, it is on disk: what waits stays bounded.
            self.store.flush().await?;
            if proved.head.sequence >= newest {
                return Ok(());
            }
        }
    }

    /// Hands what was proved to the log: all of it, for nothing waits in between.
    fn record(&self, state: &mut State, proved: &ProvedDestructions) -> Result<(), AuditError> {
        let now = self.clock.now();
        if let Some(lost) = &proved.lost {
            let detail = format!("the device no longer keeps {} to {}", lost.start(), lost.end());
            tracing::error!(detail, "destructions of the device are lost");
            self.store.note(&state.unproved("forgotten", detail), now)?;
        }
        for destruction in &proved.destructions {
            self.store.note(&destroyed(destruction), now)?;
        }
        self.store.note(&signed(&proved.head), now)?;
        state.followed.advance(proved);
        state.found = None;
        Ok(())
    }

    /// Records a finding, unless it was the last one as well.
    fn found(&self, state: &mut State, why: &Incomplete) {
        let (cause, detail) = why.finding();
        let found = Some((state.followed.sequence(), cause));
        if state.found == found {
            return;
        }
        tracing::error!(%why, "destructions of the device are not proved");
        match self.store.note(&state.unproved(cause, detail), self.clock.now()) {
            Ok(()) => state.found = found,
            Err(error) => tracing::error!(%error, "the finding was not recorded"),
        }
    }
}

impl State {
    fn unproved(&self, cause: &'static str, detail: String) -> AuditEvent {
        let (run, after) = (self.followed.run().to_owned(), self.followed.sequence());
        AuditEvent::DestructionsUnproved { run, after, cause, detail }
    }
}

/// The run of this description as far as the log has it. A run that the log was not at last is
/// announced there, after the end of the one before it.
async fn resume(
    store: &Store,
    clock: &dyn Clock,
    description: &DeviceDescription,
) -> Result<FollowedRun, AuditError> {
    store.flush().await?;
    let followed = FollowedRun::of(description);
    let runs = store.device_runs().await?;
    let known = known(store, &runs, followed.run(), followed.event_key()).await?;
    let followed = followed.resumed(known.last, known.signed);
    let before = runs.first();
    if before.is_some_and(|before| before.is(followed.run(), followed.event_key())) {
        return Ok(followed);
    }
    let now = clock.now();
    if let Some(before) = before.filter(|before| before.elsewhere) {
        let last = store.destructions_of(before).await?.last;
        let ended = AuditEvent::DestructionsUnproved {
            run: before.run.clone(),
            after: last.map_or(0, |last| last.sequence),
            cause: "run-ended",
            detail: "what the run destroyed since then is not told".to_owned(),
        };
        tracing::warn!(run = before.run, "the device's run has ended");
        store.note(&ended, now)?;
    }
    let (run, event_key) = (followed.run().to_owned(), followed.event_key().to_vec());
    store.note(&AuditEvent::DeviceRun { run, event_key, elsewhere: true }, now)?;
    Ok(followed)
}

/// What the log has of a run, which it may have left and taken up again.
async fn known(
    store: &Store,
    runs: &[LoggedRun],
    run: &str,
    event_key: &[u8],
) -> Result<LoggedDestructions, AuditError> {
    for logged in runs.iter().filter(|one| one.is(run, event_key)) {
        let destructions = store.destructions_of(logged).await?;
        if destructions.last.is_some() {
            return Ok(destructions);
        }
    }
    Ok(LoggedDestructions::default())
}

#[cfg(test)]
mod tests;
