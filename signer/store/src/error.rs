//! Why the log does not take a record.

use std::{error::Error, sync::Arc};

use audit::RecordError;

use crate::KeyUse;

/// What is not as it must be, so that orders and certificates do not change as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowRefusal {
    /// The order was changed since it was read, or there is one of its name or reference.
    #[error("the order was changed meanwhile")]
    OrderChanged,
    /// The key or the serial number stands in a certificate already.
    #[error("the key or the serial number was certified before")]
    KeyKnown,
    /// There is no such certificate, or it is blocked already.
    #[error("there is no such certificate, or it is blocked")]
    CertificateBlocked,
    /// There is no such certificate, or it is blocked or at its end.
    #[error("the certificate is not good any more")]
    CertificateNotGood,
    /// A certificate that is not blocked has taken its place.
    #[error("a certificate has taken its place")]
    CertificateFollowed,
    /// Nothing was sent that is confirmed by this, or it was confirmed, or is too old.
    #[error("nothing is confirmed by this")]
    NotConfirmed,
    /// There is no such certificate that is neither blocked nor muted, or its end was told of before.
    #[error("whoever answers for the certificate was told before")]
    Noticed,
    /// There is no such certificate, or nobody is reminded of its end already.
    #[error("nobody is reminded of the certificate's end")]
    Muted,
    /// What waits for somebody's letter of the day was gathered, or they had one that day.
    #[error("what waits for the letter of the day was gathered meanwhile")]
    Gathered,
    /// As many letters that somebody asked for were written to the address within a day as may be.
    #[error("no more letters are written to the address today")]
    AddressLettersSpent,
    /// As many letters that somebody asked for were written for the organisation within a day as may be.
    #[error("no more letters are written for the organisation today")]
    OrganisationLettersSpent,
    /// A text holds a NUL character, which no text of PostgreSQL has.
    #[error("a text holds a NUL character")]
    NotText,
}

/// Why a record was not written, or could not be read. What failed was not recorded, so the act
/// that needed the record must not go on: *no record, no answer*.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AuditError {
    /// The person's token signed this document already.
    #[error("the person's token was used for this document already")]
    TokenReplayed,
    /// The mandate has given all the seals that it gives.
    #[error("the mandate has given all the seals that it gives")]
    MandateExhausted,
    /// The key of the request is taken; what for, [`AuditError::KeyUsed`] says.
    #[error("the key of the request is taken")]
    KeyTaken,
    /// The key of the request was used before.
    #[error(transparent)]
    KeyUsed(KeyUse),
    /// As many keys of the caller's requests are kept as there may be.
    #[error("as many keys of the caller's requests are kept as there may be")]
    KeysFull,
    /// No room is left for the database.
    #[error("no room is left for the audit log")]
    DiskFull,
    /// The database failed.
    #[error("the audit log's database failed: {0}")]
    Database(#[source] Arc<dyn Error + Send + Sync>),
    /// The database could not be brought to the present schema.
    #[error("the audit log's database could not be migrated: {0}")]
    Migration(#[source] Arc<sqlx::migrate::MigrateError>),
    /// The database was brought to a schema that this program does not know.
    #[error(
        "the audit log's database has schema {found}, which is newer than this program's, {known}"
    )]
    SchemaNewer {
        /// The database's version.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// Another process writes the chain of this node.
    #[error("another process runs as node {node} on this database: give each its own [data] node")]
    NodeInUse {
        /// The node's name.
        node: String,
    },
    /// The database does not take what a person is called.
    #[error(
        "a name of the person holds a NUL character, or issuer and subject are longer than 1,000 bytes: the database does not take them"
    )]
    NotText,
    /// The register was changed after the act was judged, or the change was decided.
    #[error("the register was changed meanwhile")]
    RegisterChanged,
    /// What a record would change of orders and certificates is not as it must be: nothing was recorded.
    #[error(transparent)]
    RowRefused(#[from] RowRefusal),
    /// What was recorded could not be said outside the database, and is to be before it is answered.
    #[error("it was recorded, and the anchor of the registry cannot be written: {0}")]
    Unanchored(#[source] Arc<dyn Error + Send + Sync>),
    /// The store was closed, or its runtime ended.
    #[error("the audit log is closed")]
    Closed,
    /// Events stayed unwritten when the store was closed.
    #[error("{count} events could not be recorded: {cause}")]
    EventsUnrecorded {
        /// How many.
        count: usize,
        /// Why the last attempt failed.
        #[source]
        cause: Box<Self>,
    },
    /// The last record's hash is not the one that this key makes of it.
    #[error("record {sequence} does not fit the audit key: another key, or a changed record")]
    HeadRefused {
        /// The last record's number.
        sequence: u64,
    },
    /// The database's files are not what the last commit left: removed, replaced, cut or written
    /// to by another program.
    #[error("the audit log was changed by somebody else: {0}")]
    Disturbed(&'static str),
    /// A stored record cannot be read.
    #[error("record {sequence} is damaged")]
    RecordDamaged {
        /// The record's number.
        sequence: u64,
    },
    /// An entry of the register cannot be read.
    #[error("the {kind} {id} of the register is damaged")]
    EntryDamaged {
        /// Its kind.
        kind: String,
        /// Its name.
        id: String,
    },
    /// It cannot be put into a record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The person's rows are deleted, but their space is not free: somebody who reads the log keeps old
    /// pages in use, or the database failed after that.
    #[error("the person is erased, but a reader keeps old pages in use: erase again later")]
    ErasureDelayed,
}

impl From<sqlx::Error> for AuditError {
    fn from(error: sqlx::Error) -> Self {
        /// `SQLITE_FULL`, <https://www.sqlite.org/rescode.html>.
        const SQLITE_FULL: &str = "13";
        /// `disk_full`, PostgreSQL's Appendix A.
        const DISK_FULL: &str = "53100";
        if matches!(error, sqlx::Error::PoolClosed) {
            return Self::Closed;
        }
        let code = error.as_database_error().and_then(|error| error.code());
        if matches!(code.as_deref(), Some(SQLITE_FULL | DISK_FULL)) {
            Self::DiskFull
        } else {
            Self::Database(Arc::new(error))
        }
    }
}

impl From<rusqlite::Error> for AuditError {
    fn from(error: rusqlite::Error) -> Self {
        if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull) {
            Self::DiskFull
        } else {
            Self::Database(Arc::new(error))
        }
    }
}
