//! A person of one organisation forgotten.

use std::{sync::Arc, time::SystemTime};

use async_recursion::async_recursion as boxed;
use registry::Version;
use seal::{Caller, PersonId};

use super::{AuditError, Database, Erasure, Forgotten, Tenant, forget::Forget, forgotten::Left};

impl Tenant {
    /// Forgets a person of the organisation: their entry in the register under this name, and what
    /// they did here under this login, as [`crate::Store::erase_person`] does everywhere. `judged_by` is the
    /// number of the register's last change by which the right to erase was judged.
    ///
    /// # Errors
    /// [`AuditError::RegisterChanged`] when another node has changed the register since; nothing is
    /// erased then. Any other [`AuditError`]: the erasure may be incomplete.
    #[boxed]
    pub async fn forget(
        &self,
        (entry, person): (&str, Option<&PersonId>),
        judged_by: Version,
        by: &Caller,
        now: SystemTime,
    ) -> Result<Erasure, AuditError> {
        let (entry, person, by) = (entry.to_owned(), person.cloned(), by.clone());
        let owner = Arc::clone(self.owner());
        let forget = Forget { owner, entry, person, judged_by, by, now };
        match &self.store().database {
            Database::File(file) => file.forget(forget).await.map(Left::Nothing),
            Database::Server(server) => server.forget(forget).await.map(Left::Space),
        }
        .map(Erasure)
    }

    /// Gives the space of what was erased free.
    #[boxed]
    pub async fn reclaim(&self, erasure: Erasure) -> Forgotten {
        match (erasure.0, &self.store().database) {
            (Left::Nothing(forgotten), _) => forgotten,
            (Left::Space(erased), Database::Server(server)) => server.reclaim(&erased).await,
            // What another store erased.
            (Left::Space(erased), Database::File(_)) => {
                Forgotten { rows: erased.rows, delayed: true }
            }
        }
    }
}
