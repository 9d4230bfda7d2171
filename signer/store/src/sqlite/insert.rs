//! One batch, written in one transaction.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior::Immediate, params};

use super::{
    certificates, count,
    head::{self, LAST},
    index, keyed,
};
use crate::AuditError;
use audit::{AuditKey, AuditPosition, Draft, RegistryRow};
use registry::Version;

/// How many records one transaction takes.
pub(crate) const BATCH_LIMIT: usize = 128;

/// Numbers, chains and writes records after `head`, and answers their positions: all of them, or
/// on an error none.
///
/// The last record on disk is held against `head` in the same transaction: whoever cut or exchanged
/// the log while it is open is found out at the next record.
///
/// # Errors
/// [`AuditError::TokenReplayed`] says that some token among them is spent, not whose, and
/// [`AuditError::MandateExhausted`] that some mandate is, not which; [`AuditError::KeyTaken`] and
/// [`AuditError::KeysFull`] that some request's key is refused, not which; [`AuditError::RowRefused`] that
/// some order or certificate is not as it must be, not which, and [`AuditError::RegisterChanged`] that what
/// was done to some was judged by a register that has changed since;
/// [`AuditError::Disturbed`] that `head` is not the last record on disk;
/// [`AuditError::DiskFull`], [`AuditError::Database`] when SQLite fails.
pub(crate) fn insert(
    connection: &mut Connection,
    key: &AuditKey,
    mut head: AuditPosition,
    drafts: &[&Draft],
) -> Result<Vec<AuditPosition>, AuditError> {
    let mut positions = Vec::with_capacity(drafts.len());
    if drafts.is_empty() {
        return Ok(positions);
    }
    // Rolled back where it is dropped.
    let transaction = connection.transaction_with_behavior(Immediate)?;
    {
        let on_disk = transaction.prepare_cached(LAST)?.query_row((), head::row).optional()?;
        if on_disk.transpose()?.unwrap_or(AuditPosition::ORIGIN) != head {
            return Err(AuditError::Disturbed("its last record is not the last one written"));
        }
        let mut record = transaction
            .prepare_cached("INSERT INTO audit_record (sequence, body, hash) VALUES (?, ?, ?)")?;
        let mut counts = index::Counts::default();
        for draft in drafts {
            let (sequence, organisation) = (head.sequence + 1, draft.organisation());
            let body = draft.body(sequence);
            head = AuditPosition { sequence, hash: head.hash.next(key, &body) };
            let number = sequence.cast_signed();
            // Before what else may be refused: who asks again is told what came of it.
            if let Some(step) = draft.keyed.as_deref() {
                keyed::step(&transaction, organisation, step, number, draft.time())?;
            }
            record.execute(params![number, body, head.hash.as_bytes()])?;
            positions.push(head);
            if let Some(person) = &draft.person {
                let row = params![
                    number,
                    person.salt,
                    person.issuer,
                    person.subject,
                    person.name,
                    person.token_id
                ];
                transaction
                    .prepare_cached("INSERT INTO acting_person VALUES (?, ?, ?, ?, ?, ?)")?
                    .execute(row)?;
            }
            if let Some(RegistryRow { kind, id, version, body, also, removed }) =
                draft.registered.as_deref()
            {
                let version = version.cast_signed();
                let also = also.iter().map(|(kind, id, body)| (kind, id, body));
                for (kind, id, body) in [(kind, id, body)].into_iter().chain(also) {
                    transaction
                        .prepare_cached(
                            "INSERT OR REPLACE INTO register_entry
                             (organisation, kind, id, version, body) VALUES (?, ?, ?, ?, ?)",
                        )?
                        .execute(params![organisation, kind, id, version, body])?;
                }
                transaction
                    .prepare_cached(
                        "INSERT OR REPLACE INTO register_revision (organisation, revision)
                         VALUES (?, ?)",
                    )?
                    .execute(params![organisation, version])?;
                if let Some((kind, id)) = removed {
                    transaction.execute(
                        "DELETE FROM register_entry WHERE organisation = ? AND kind = ? AND id = ?",
                        params![organisation, kind, id],
                    )?;
                    transaction.execute(
                        "DELETE FROM mandate_count WHERE organisation = ? AND mandate = ?",
                        params![organisation, id],
                    )?;
                }
            }
            if !draft.rows.is_empty()
                && let Some(Version(judged)) = draft.judged_by
            {
                let present = "SELECT revision FROM register_revision WHERE organisation = ?";
                let mut present = transaction.prepare_cached(present)?;
                let present = present.query_row([organisation], |row| row.get(0)).optional()?;
                if present.unwrap_or(0_i64).cast_unsigned() != judged {
                    return Err(AuditError::RegisterChanged);
                }
            }
            for row in &draft.rows {
                certificates::step(&transaction, organisation, row)?;
            }
            index::insert(&transaction, number, draft, &mut counts)?;
            if let Some(count) = &draft.count {
                count::step(&transaction, organisation, count)?;
            }
            if let Some(token) = &draft.spent {
                transaction
                    .prepare_cached("INSERT INTO spent_token (key) VALUES (?)")?
                    .execute([&token.key])
                    .map_err(replay_or_failure)?;
            }
        }
        counts.write(&transaction)?;
    }
    transaction.commit()?;
    Ok(positions)
}

/// The only thing that a token's row breaks is that each stands there once.
fn replay_or_failure(error: rusqlite::Error) -> AuditError {
    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) {
        AuditError::TokenReplayed
    } else {
        error.into()
    }
}
