//! Letters: written in the transaction of what causes them, taken by whoever sends them.

use audit::{LetterBound, LetterRow};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    AuditError, HeldLetter, LETTER_HELD_S, LETTER_PUT_OFF_S, LETTERS_COUNTED_S, LetterEnd,
    RowRefusal,
    letter::{LetterRecord, of_record},
};

/// What is done with letters, in a transaction of its own.
#[derive(Debug)]
pub(crate) enum Task {
    /// The one that is due longest is somebody's.
    Take { holder: [u8; 16], now: i64 },
    /// One has ended.
    End { key: [u8; 32], holder: [u8; 16], end: LetterEnd, now: i64 },
    /// One is tried later; where it was not tried, that was no attempt.
    PutOff { key: [u8; 32], holder: [u8; 16], due: i64, tried: bool },
    /// To whom letters went that ended before is not counted any more.
    Forget { before: i64 },
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Stepped {
    /// What was taken.
    Taken(Option<Box<HeldLetter>>),
    /// How many were changed.
    Changed(usize),
}

/// Writes a letter, unless it was written before; answers whether it was not.
pub(super) fn insert(
    connection: &Connection,
    organisation: &str,
    row: &LetterRow,
) -> Result<bool, AuditError> {
    let due = row.gathers.is_none().then_some(row.made);
    let LetterRow { key, kind, subject, message_id, address, language, content, made, .. } = row;
    let written = connection
        .prepare_cached(
            "INSERT INTO letter (key, organisation, kind, subject, message_id, made, address,
                 language, content, recipient, asked, due, gathers)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            key,
            organisation,
            kind,
            subject,
            message_id,
            made,
            address,
            language,
            content,
            row.recipient,
            row.asked,
            due,
            row.gathers,
        ])?;
    match row.bound {
        Some(bound) if written > 0 => bounded(connection, organisation, row, bound)?,
        Some(_) | None => {}
    }
    Ok(written > 0)
}

/// Gathers what waits for a letter, which is the first of its name.
pub(super) fn gather(
    connection: &Connection,
    organisation: &str,
    (letter, gathered, at): (Option<&LetterRow>, &[[u8; 32]], i64),
) -> Result<(), AuditError> {
    if let Some(letter) = letter
        && !insert(connection, organisation, letter)?
    {
        return Err(RowRefusal::Gathered.into());
    }
    let mut gather = connection.prepare_cached(
        "UPDATE letter SET gathers = NULL, address = NULL, language = NULL, content = NULL, ended = ?3,
             outcome = 'gathered'
         WHERE organisation = ?1 AND key = ?2 AND gathers IS NOT NULL",
    )?;
    for key in gathered {
        if gather.execute(params![organisation, key, at])? == 0 {
            return Err(RowRefusal::Gathered.into());
        }
    }
    Ok(())
}

/// Holds what was written against what there may be.
fn bounded(
    connection: &Connection,
    organisation: &str,
    row: &LetterRow,
    bound: LetterBound,
) -> Result<(), AuditError> {
    let (to_address, of_all): (u32, u32) = connection
        .prepare_cached(
            "SELECT coalesce(sum(recipient = ?2), 0), count(*) FROM letter
             WHERE organisation = ?1 AND asked = 1 AND made > ?3 AND recipient IS NOT NULL",
        )?
        .query_row(params![organisation, row.recipient, row.made - LETTERS_COUNTED_S], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    match () {
        () if to_address > bound.to_address => Err(RowRefusal::AddressLettersSpent.into()),
        () if of_all > bound.of_organisation => Err(RowRefusal::OrganisationLettersSpent.into()),
        () => Ok(()),
    }
}

/// Does what is asked.
pub(super) fn perform(connection: &Connection, task: &Task) -> Result<Stepped, AuditError> {
    Ok(match task {
        Task::Take { holder, now } => {
            let taken = connection
                .prepare_cached(
                    "UPDATE letter SET due = ?2, attempts = attempts + 1, holder = ?1
                     WHERE key = (SELECT key FROM letter
                         WHERE due IS NOT NULL AND (due <= ?3 OR due > ?4) ORDER BY due LIMIT 1)
                     RETURNING key, organisation, kind, message_id, made, attempts, address, language,
                         content, recipient, asked",
                )?
                .query_row(
                    params![holder, now + LETTER_HELD_S, now, now + LETTER_PUT_OFF_S],
                    read,
                )
                .optional()?;
            let taken = taken.map(|row| of_record(row, *holder)).transpose()?;
            Stepped::Taken(taken.map(Box::new))
        }
        Task::End { key, holder, end, now } => Stepped::Changed(
            connection
                .prepare_cached(
                    "UPDATE letter SET due = NULL, holder = NULL, address = NULL, language = NULL,
                         content = NULL, ended = ?3, outcome = ?4
                     WHERE key = ?1 AND holder = ?2",
                )?
                .execute(params![key, holder, now, end.name()])?,
        ),
        Task::PutOff { key, holder, due, tried } => Stepped::Changed(
            connection
                .prepare_cached(
                    "UPDATE letter SET due = ?3, holder = NULL, attempts = attempts - ?4
                     WHERE key = ?1 AND holder = ?2",
                )?
                .execute(params![key, holder, due, !tried])?,
        ),
        Task::Forget { before } => Stepped::Changed(
            connection
                .prepare_cached(
                    "UPDATE letter SET recipient = NULL WHERE recipient IS NOT NULL AND ended <= ?1",
                )?
                .execute([before])?,
        ),
    })
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<LetterRecord> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
        row.get(6)?,
        row.get(7)?,
        row.get(8)?,
        row.get(9)?,
        row.get(10)?,
    ))
}
