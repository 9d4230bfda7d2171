//! The store: audit log, register, receipts and spent tokens, in one SQLite file or on PostgreSQL.
//!
//! A record is answered when it is on disk, but for intents where the device is in this process
//! ([`Store::sign_here`]). What comes while others are written goes to disk after
//! them, all of it in one transaction.

mod address;
mod anchor;
mod api_key_use;
mod augmentation;
mod authorities;
mod authority;
mod candidate;
mod certificate_questions;
mod certificates;
mod certificates_read;
mod device_run;
mod erased;
mod erasing;
mod error;
mod examination;
mod export;
mod forget;
mod forgotten;
mod found;
mod further_questions;
mod history;
mod idle;
mod key_row;
mod key_use;
mod kind;
mod letter;
mod letters;
mod location;
mod log;
mod place;
mod position;
mod postgres;
mod questions;
mod receipt;
mod register;
mod search;
mod secret;
mod secrets;
mod sqlite;
mod statistics;
mod tenant;
mod time_stamp;
mod verify;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use async_recursion::async_recursion as boxed;
use audit::{AuditEvent, AuditKey, AuditPosition, Draft, Owner};
use registry::Version;
use seal::{OrganisationId, PersonId};

pub use self::{
    address::{Address, AddressError, NodeName, NodeNameError},
    anchor::Anchoring,
    authorities::SharedAuthorities,
    authority::KeptAuthority,
    certificates::{
        BlockedCertificate, CertificateSearch, CertificateState, EndSearch, FoundCertificate,
        FoundCheck, OrderSearch,
    },
    device_run::{LoggedDestructions, LoggedRun},
    error::{AuditError, RowRefusal},
    examination::Examined,
    export::export,
    forgotten::{Erasure, Forgotten},
    history::{Ending, HistoryError, PastAct, PastRequester, history},
    key_use::{DoneRequest, KeyUse},
    letter::{
        HeldLetter, LETTER_HELD_S, LETTER_PUT_OFF_S, LETTERS_COUNTED_S, LetterEnd, LettersSent,
        NOTICE_WAITS_S, WaitingNotice,
    },
    location::Memory,
    log::Log,
    place::Place,
    receipt::{AugmentationReceipt, FoundReceipt, Receipt, ReceiptId, ReceiptIdError},
    register::KeptRegister,
    search::{Cursor, CursorError, FoundRecord, RecordActor, Search, SearchPage},
    secret::{KeptSecret, MAXIMUM_SECRET_CONTENT, SecretError, SecretKind, Spent},
    statistics::{ActCount, Statistics},
    tenant::Tenant,
    verify::{ExportedHead, VerificationError, verify, verify_all},
};
use self::{examination::Examination, kind::Kind, place::Ground};

/// The audit log, receipts, acting persons and spent tokens. Clones share one writer.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    /// What says outside the database how far it has come.
    anchoring: Arc<OnceLock<Arc<dyn Anchoring>>>,
    /// Said where the device lives and dies with this process.
    signs_here: Arc<OnceLock<()>>,
    examination: Arc<Examination>,
}

/// What it stands on.
#[derive(Clone, Debug)]
enum Database {
    File(sqlite::Database),
    Server(postgres::Database),
}

impl Store {
    /// Opens the database, brings it to the present schema, and holds the last record against
    /// the key.
    ///
    /// # Errors
    /// [`AuditError::HeadRefused`] when the last record was made with another key;
    /// [`AuditError::NodeInUse`] when another process writes this node's chain;
    /// [`AuditError::Database`], [`AuditError::Migration`] when the database fails, and
    /// [`AuditError::SchemaNewer`] when it was brought further than this program knows.
    pub async fn open(place: impl Into<Place>, key: AuditKey) -> Result<Self, AuditError> {
        Self::open_with(place, key, |_| Ok(())).await
    }

    /// The same after `set` changed how the writer of a file works.
    async fn open_with(
        place: impl Into<Place>,
        key: AuditKey,
        set: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<()>,
    ) -> Result<Self, AuditError> {
        let place = place.into();
        let examination = Arc::new(Examination::new(&place, key.clone()));
        let database = match place.ground().clone() {
            Ground::Sqlite(location) => {
                Database::File(sqlite::Database::open_with(&location, place, key, set).await?)
            }
            Ground::Server(address, node) => {
                Database::Server(postgres::Database::open(&address, node, place, key).await?)
            }
        };
        Ok(Self { database, anchoring: Arc::default(), signs_here: Arc::default(), examination })
    }

    /// Says that the device is in this process: when the power fails between an act's intent and its outcome,
    /// its key and its signature are gone, and nobody has either. So the intent need not wait for the disk.
    /// On PostgreSQL, where other nodes count by it, it does.
    pub fn sign_here(&self) {
        let _said_before = self.signs_here.set(());
    }

    /// Records an event and waits until it is on disk.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded.
    #[boxed]
    pub async fn record(
        &self,
        event: &AuditEvent,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        self.append(event.draft(now)?).await
    }

    /// Records an event without waiting, also from where nothing can wait: with the next record that
    /// somebody waits for, or soon without one. While the database fails, the event is kept and tried
    /// again with each later record and at [`Store::close`].
    /// The queue of events has no limit of its own: each belongs to a key, and no key is made
    /// without an intent, and none of a request taken without a record.
    ///
    /// # Errors
    /// [`AuditError::Closed`] after [`Store::close`]; an event that cannot be written as a record.
    pub fn note(&self, event: &AuditEvent, now: SystemTime) -> Result<(), AuditError> {
        self.note_draft(event.draft(now)?)
    }

    fn note_draft(&self, draft: Draft) -> Result<(), AuditError> {
        match &self.database {
            Database::File(file) => file.note(draft),
            Database::Server(server) => server.note(draft),
        }
    }

    /// What belongs to the organisation of the configuration file: its records do not name it. What
    /// was kept before there were several organisations becomes its own.
    ///
    /// # Errors
    /// [`AuditError`] when that cannot be written.
    #[boxed]
    pub async fn own(&self, organisation: OrganisationId) -> Result<Tenant, AuditError> {
        match &self.database {
            Database::File(file) => file.adopt(organisation.clone()).await?,
            // There were always several.
            Database::Server(_) => {}
        }
        Ok(Tenant::new(self.clone(), Owner { organisation, named: false }))
    }

    /// What belongs to another organisation than that of the configuration file.
    pub fn of(&self, organisation: OrganisationId) -> Tenant {
        Tenant::new(self.clone(), Owner { organisation, named: true })
    }

    /// The organisations that the operator made, by their numbers.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn organisations(&self) -> Result<Vec<OrganisationId>, AuditError> {
        match &self.database {
            Database::File(file) => file.organisations().await,
            Database::Server(server) => server.organisations().await,
        }
    }

    /// The number of each organisation's last change, where other processes may change registers;
    /// nothing where whoever opened the store knows.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn revisions(&self) -> Result<Option<HashMap<OrganisationId, Version>>, AuditError> {
        match &self.database {
            Database::File(_) => Ok(None),
            Database::Server(server) => server.revisions().await.map(Some),
        }
    }

    /// The name of the chain that this process writes: the node's; a file has one chain, and its name is
    /// empty.
    pub fn chain(&self) -> &str {
        match &self.database {
            Database::File(_) => "",
            Database::Server(server) => server.chain(),
        }
    }

    /// The last record; while the log is empty, number 0. It may wait for the disk yet: see
    /// [`Store::sign_here`].
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn head(&self) -> Result<AuditPosition, AuditError> {
        match &self.database {
            Database::File(file) => file.head().await,
            Database::Server(server) => server.head().await,
        }
    }

    /// Verifies the whole log, also while it is written, and keeps what was found; nothing where that is under
    /// way, or where it took more than a second and has not rested as long. What this process found whole before must be there still.
    #[boxed]
    pub async fn examine(&self, now: SystemTime) -> Option<Arc<Examined>> {
        self.examination.examine(now).await
    }

    /// What was found when this process last verified the log.
    pub fn examined(&self) -> Option<Arc<Examined>> {
        self.examination.last()
    }

    /// Whether that is under way.
    pub fn is_being_examined(&self) -> bool {
        self.examination.is_under_way()
    }

    /// Forgets a person: every row of theirs in the table of acting persons, also in a
    /// file's free pages and write-ahead log. The chain stays whole; it records that so
    /// many rows were erased. Answers how many.
    ///
    /// # Errors
    /// [`AuditError`]; the erasure may then be incomplete and is to be asked for again.
    #[boxed]
    pub async fn erase_person(
        &self,
        person: &PersonId,
        now: SystemTime,
    ) -> Result<u64, AuditError> {
        match &self.database {
            Database::File(file) => file.erase(person.clone(), now).await,
            Database::Server(server) => server.erase(person.clone(), now).await,
        }
    }

    /// Waits until everything recorded and noted so far is on disk, and answers the last record.
    ///
    /// # Errors
    /// [`AuditError::EventsUnrecorded`] when noted events still cannot be written.
    #[boxed]
    pub async fn flush(&self) -> Result<AuditPosition, AuditError> {
        match &self.database {
            Database::File(file) => file.flush().await,
            Database::Server(server) => server.flush().await,
        }
    }

    /// Writes what is queued, closes the database, and answers the last record. Later calls, on
    /// any clone, answer [`AuditError::Closed`].
    ///
    /// # Errors
    /// [`AuditError::EventsUnrecorded`] when noted events still cannot be written.
    #[boxed]
    pub async fn close(&self) -> Result<AuditPosition, AuditError> {
        match &self.database {
            Database::File(file) => file.close().await,
            Database::Server(server) => server.close().await,
        }
    }

    async fn append(&self, draft: Draft) -> Result<AuditPosition, AuditError> {
        match &self.database {
            Database::File(file) => file.append(draft).await,
            Database::Server(server) => server.append(draft).await,
        }
    }

    /// This chain's records of a kind in their order, or so many of the newest in the other.
    async fn of_kind(
        &self,
        kind: Kind,
        newest: Option<i64>,
    ) -> Result<Vec<(i64, String)>, AuditError> {
        match &self.database {
            Database::File(file) => file.of_kind(kind, newest).await,
            Database::Server(server) => server.of_kind(kind, newest).await,
        }
    }

    /// This chain's last record of a kind between two others.
    async fn last_of_kind(
        &self,
        kind: Kind,
        between: (i64, i64),
    ) -> Result<Option<(i64, String)>, AuditError> {
        match &self.database {
            Database::File(file) => file.last_of_kind(kind, between).await,
            Database::Server(server) => server.last_of_kind(kind, between).await,
        }
    }
}

#[cfg(test)]
mod tests;
