//! One batch, written in one transaction and one round trip to the database's thread.

use std::sync::Arc;

use sqlx::{
    AssertSqlSafe, SqliteConnection,
    error::{DatabaseError, ErrorKind},
};

use crate::audit::{AuditError, AuditKey, AuditPosition, Draft, hex};

/// How many records one transaction takes. There is one statement for each number of records, so
/// the limit also bounds the memory of the statements' cache.
pub(super) const BATCH_LIMIT: usize = 128;

/// The statements that write a batch, by the number of its records less one.
#[derive(Debug)]
pub(super) struct Statements(Vec<Arc<str>>);

impl Statements {
    pub(super) fn new() -> Self {
        Self((1..=BATCH_LIMIT).map(|records| statement(records).into()).collect())
    }
}

/// Fails (a key must not be null) unless the last record on disk is the one in memory: whoever cut
/// or exchanged the log while it is open is found out at the next record.
const HEAD_OR_FAIL: &str = "INSERT INTO spent_token (key) SELECT NULL
             WHERE (SELECT hash FROM audit_record ORDER BY sequence DESC LIMIT 1) IS NOT ?";

/// `BEGIN` and `COMMIT` stand in the same text as the rows: each `await` costs two switches
/// between threads, which is more than a row costs.
fn statement(records: usize) -> String {
    let rows = vec!["(?, ?, ?)"; records].join(", ");
    format!(
        "BEGIN IMMEDIATE;
         {HEAD_OR_FAIL};
         INSERT INTO audit_record (sequence, body, hash) VALUES {rows};
         INSERT INTO acting_person (sequence, salt, issuer, subject, name, token_id)
             SELECT value ->> 0, value ->> '$[1][0]', value ->> '$[1][1]', value ->> '$[1][2]',
                 value ->> '$[1][3]', value ->> '$[1][4]'
             FROM json_each(?);
         INSERT INTO spent_token (key) SELECT unhex(value) FROM json_each(?);
         COMMIT"
    )
}

/// Numbers, chains and writes at most [`BATCH_LIMIT`] records after `head`, and answers their
/// positions. On an error the transaction may still be open.
///
/// [`AuditError::TokenReplayed`] says that some token among them is spent, not whose;
/// [`AuditError::Disturbed`] that `head` is not the last record on disk.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    statements: &Statements,
    key: &AuditKey,
    mut head: AuditPosition,
    drafts: &[&Draft],
) -> Result<Vec<AuditPosition>, AuditError> {
    let Some(statement) = drafts.len().checked_sub(1).and_then(|index| statements.0.get(index))
    else {
        return Ok(Vec::new());
    };
    let on_disk = (head != AuditPosition::ORIGIN).then(|| head.hash.as_bytes().to_vec());
    let mut query = sqlx::query(AssertSqlSafe(Arc::clone(statement))).bind(on_disk);
    let mut positions = Vec::with_capacity(drafts.len());
    let mut persons = Vec::new();
    let mut spent = Vec::new();
    for draft in drafts {
        let sequence = head.sequence + 1;
        let body = draft.body(sequence);
        head = AuditPosition { sequence, hash: head.hash.next(key, &body) };
        query = query.bind(sequence.cast_signed()).bind(body).bind(head.hash.as_bytes().to_vec());
        positions.push(head);
        if let Some(person) = &draft.person {
            let person =
                [&person.salt, &person.issuer, &person.subject, &person.name, &person.token_id];
            persons.push((sequence, person));
        }
        if let Some(token) = &draft.spent {
            spent.push(hex(&token.key));
        }
    }
    query
        .bind(rows(&persons))
        .bind(rows(&spent))
        .execute(connection)
        .await
        .map_err(|error| replay_or_failure(error, spent.is_empty()))?;
    Ok(positions)
}

/// The tables' keys are new numbers, but for those of spent tokens: only they can be there.
fn replay_or_failure(error: sqlx::Error, spends_none: bool) -> AuditError {
    if error.as_database_error().is_some_and(|error| error.kind() == ErrorKind::NotNullViolation) {
        return AuditError::Disturbed("its last record is not the last one written");
    }
    if error.as_database_error().is_some_and(DatabaseError::is_unique_violation) && !spends_none {
        AuditError::TokenReplayed
    } else {
        error.into()
    }
}

/// Rows as JSON, for `json_each`.
fn rows(rows: &impl serde::Serialize) -> String {
    #[expect(clippy::expect_used, reason = "rows are tuples of strings and integers")]
    serde_json::to_string(rows).expect("rows serialise")
}
