//! Whether the log is whole, as far as this process looked: it is verified while it is in use, by one at a time.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use audit::{AuditKey, AuditPosition, VerifyReport};
use tokio::{sync::Semaphore, time::Instant};

use crate::{
    Log, Place,
    location::Location,
    place::Ground,
    verify::{ExportedHead, VerificationError, verify_all},
};

/// A verification that took longer than this is followed by a rest of as long: whoever asks again and again
/// gets half a processor at most.
const SHORT: Duration = Duration::from_secs(1);

/// When the log was verified, and what was found.
#[derive(Debug)]
pub struct Examined {
    /// When that began.
    pub at: SystemTime,
    /// Each chain by its node's name, if all are whole.
    pub found: Result<BTreeMap<String, VerifyReport>, VerificationError>,
}

/// Verifies a log, and keeps what was found last.
#[derive(Debug)]
pub(crate) struct Examination {
    log: Log,
    key: AuditKey,
    /// Of which node's chain the head is.
    chain: String,
    /// Of one place.
    turn: Semaphore,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    last: Option<Arc<Examined>>,
    /// Up to where this process found its chain whole.
    whole: Option<AuditPosition>,
    /// Until when it is not verified anew.
    rests_until: Option<Instant>,
}

impl Examination {
    pub(crate) fn new(place: &Place, key: AuditKey) -> Self {
        let (log, chain) = match place.ground().clone() {
            Ground::Sqlite(Location::File(path)) => (Log::File(path), String::new()),
            Ground::Sqlite(Location::Memory(memory)) => (Log::Memory(memory), String::new()),
            Ground::Server(address, node) => (Log::Server(address), node.to_string()),
        };
        Self { log, key, chain, turn: Semaphore::new(1), known: Mutex::default() }
    }

    /// Verifies the log, unless that is under way or took long just now. What was whole once must be there
    /// still: the loss of its newest records is found as far as that goes.
    pub(crate) async fn examine(&self, now: SystemTime) -> Option<Arc<Examined>> {
        let _turn = self.turn.try_acquire().ok()?;
        let began = Instant::now();
        let Known { whole, rests_until, .. } = *self.known();
        if rests_until.is_some_and(|until| began < until) {
            return None;
        }
        let head = whole.map(|position| ExportedHead { chain: self.chain.clone(), position });
        let found = verify_all(&self.log, &self.key, head).await;
        let head = found.as_ref().ok().and_then(|chains| chains.get(&self.chain));
        let head = head.map(|report| report.head);
        let examined = Arc::new(Examined { at: now, found });
        let mut known = self.known();
        let took = began.elapsed();
        known.rests_until = (took > SHORT).then(|| Instant::now() + took);
        known.whole = head.or(known.whole);
        known.last = Some(Arc::clone(&examined));
        Some(examined)
    }

    pub(crate) fn last(&self) -> Option<Arc<Examined>> {
        self.known().last.clone()
    }

    pub(crate) fn is_under_way(&self) -> bool {
        self.turn.available_permits() == 0
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use audit::{VerifyError, sample};
    use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

    use super::*;
    use crate::{Store, tests::DataDirectory};

    #[tokio::test]
    async fn a_verification_that_took_long_is_not_made_again_at_once() {
        let directory = DataDirectory::temporary().unwrap();
        let store = Store::open(&directory, sample::key()).await.unwrap();
        store.examination.known().rests_until = Some(Instant::now() + Duration::from_secs(3600));
        assert!(store.examine(sample::now()).await.is_none());
        assert!(store.examined().is_none());
        store.examination.known().rests_until = Some(Instant::now());
        assert!(store.examine(sample::now()).await.is_some());
    }

    #[tokio::test]
    async fn what_was_whole_must_be_there_still() {
        let directory = DataDirectory::temporary().unwrap();
        let store = Store::open(&directory, sample::key()).await.unwrap();
        assert!(store.examined().is_none() && !store.is_being_examined());
        for _ in 0..3 {
            store.record(&sample::destroyed(1), sample::now()).await.unwrap();
        }
        let examined = store.examine(sample::now()).await.unwrap();
        assert_eq!(examined.found.as_ref().unwrap()[""].head.sequence, 3);
        let options = SqliteConnectOptions::new().filename(directory.database());
        let mut connection: SqliteConnection = options.connect().await.unwrap();
        let cut = "DELETE FROM audit_record WHERE sequence = 3";
        sqlx::raw_sql(cut).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        for _ in 0..2 {
            let examined = store.examine(sample::now()).await.unwrap();
            let lost = VerifyError::TailLost { head: 3, last: 2 };
            assert_eq!(examined.found.as_ref().unwrap_err().to_string(), lost.to_string());
        }
        assert!(store.examined().unwrap().found.is_err());
        // A store that somebody else has written to does not end in peace.
        assert!(store.close().await.is_err());
    }
}
