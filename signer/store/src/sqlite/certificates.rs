//! Orders and certificates: what a record does to them, in its transaction.

use audit::{CertificateRow, IssuedRow, OrderRow};
use rusqlite::{Connection, ToSql, params};

use super::letters;
use crate::{AuditError, RowRefusal};

/// Takes one step.
///
/// # Errors
/// [`AuditError::RowRefused`]: the transaction is then to be rolled back.
pub(super) fn step(
    connection: &Connection,
    organisation: &str,
    row: &CertificateRow,
) -> Result<(), AuditError> {
    let run = |statement: &str, row: &[&dyn ToSql], refusal: RowRefusal| match connection
        .prepare_cached(statement)?
        .execute(row)?
    {
        0 => Err(AuditError::from(refusal)),
        _ => Ok(()),
    };
    match row {
        CertificateRow::Order(row) => order(connection, organisation, row),
        CertificateRow::Certificate(row) => certificate(connection, organisation, row),
        CertificateRow::Blocked { id, reason, at } => run(
            "INSERT INTO revocation (organisation, certificate, generation, reason, at)
             SELECT organisation, id, generation, ?3, ?4 FROM certificate
             WHERE organisation = ?1 AND id = ?2 ON CONFLICT DO NOTHING",
            params![organisation, id, reason, at],
            RowRefusal::CertificateBlocked,
        ),
        CertificateRow::Installed { id, at } => run(
            "UPDATE certificate SET installed = coalesce(installed, ?3)
             WHERE organisation = ?1 AND id = ?2",
            params![organisation, id, at],
            RowRefusal::CertificateNotGood,
        ),
        CertificateRow::Muted { id, by, at } => run(
            "UPDATE certificate SET muted = ?3, muted_by = ?4
             WHERE organisation = ?1 AND id = ?2 AND muted IS NULL AND NOT EXISTS
             (SELECT 1 FROM revocation WHERE organisation = ?1 AND certificate = ?2)",
            params![organisation, id, at, by],
            RowRefusal::Muted,
        ),
        CertificateRow::Unmuted { id, ends: [first, second, third, fourth, fifth] } => {
            connection
                .prepare_cached(
                    "UPDATE certificate SET muted = NULL, muted_by = NULL, noticed = max(noticed,
                         CASE WHEN not_after <= ?7 THEN 5 WHEN not_after <= ?6 THEN 4
                         WHEN not_after <= ?5 THEN 3 WHEN not_after <= ?4 THEN 2
                         WHEN not_after <= ?3 THEN 1 ELSE 0 END)
                     WHERE organisation = ?1 AND id = ?2 AND muted IS NOT NULL",
                )?
                .execute(params![organisation, id, first, second, third, fourth, fifth])?;
            Ok(())
        }
        CertificateRow::Good { id, at } => {
            run(
                "UPDATE certificate SET id = id
                 WHERE organisation = ?1 AND id = ?2 AND not_after > ?3 AND NOT EXISTS
                 (SELECT 1 FROM revocation WHERE organisation = ?1 AND certificate = ?2)",
                params![organisation, id, at],
                RowRefusal::CertificateNotGood,
            )?;
            let followed = "SELECT s.id FROM certificate s
                 WHERE s.organisation = ?1 AND s.replaces = ?2 AND NOT EXISTS
                 (SELECT 1 FROM revocation WHERE organisation = ?1 AND certificate = s.id)";
            match connection.prepare_cached(followed)?.exists(params![organisation, id])? {
                true => Err(RowRefusal::CertificateFollowed.into()),
                false => Ok(()),
            }
        }
        CertificateRow::Check { id, address, hash, ends } => run(
            "INSERT INTO email_check (organisation, id, address, hash, ends)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            params![organisation, id, address, hash, ends],
            RowRefusal::NotConfirmed,
        ),
        CertificateRow::Confirmed { id, hash, at } => run(
            "UPDATE email_check SET confirmed = ?4
             WHERE organisation = ?1 AND id = ?2 AND hash = ?3 AND confirmed IS NULL AND ends > ?4",
            params![organisation, id, hash, at],
            RowRefusal::NotConfirmed,
        ),
        CertificateRow::Accepted { asker, policy, at } => {
            connection
                .prepare_cached(
                    "INSERT INTO policy_acceptance (organisation, asker, policy, at)
                     VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                )?
                .execute(params![organisation, asker, policy, at])?;
            Ok(())
        }
        CertificateRow::Noticed { id, stage } => run(
            "UPDATE certificate SET noticed = ?3
             WHERE organisation = ?1 AND id = ?2 AND noticed < ?3 AND muted IS NULL AND NOT EXISTS
             (SELECT 1 FROM revocation WHERE organisation = ?1 AND certificate = ?2)",
            params![organisation, id, stage],
            RowRefusal::Noticed,
        ),
        CertificateRow::Restored { generation, serial, reason, at, not_after } => {
            let known = "SELECT 1 FROM certificate WHERE serial = ?1 AND generation = ?2";
            let known = connection.prepare_cached(known)?.exists(params![serial, generation])?;
            let insert = match known {
                true => {
                    "INSERT INTO revocation (organisation, certificate, generation, reason, at)
                     SELECT organisation, id, generation, ?3, ?4 FROM certificate
                     WHERE serial = ?2 AND generation = ?1 AND ?5 > 0 ON CONFLICT DO NOTHING"
                }
                false => {
                    "INSERT INTO lost_revocation (generation, serial, reason, at, not_after)
                     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING"
                }
            };
            let row = params![generation, serial, reason, at, not_after];
            connection.prepare_cached(insert)?.execute(row)?;
            Ok(())
        }
        CertificateRow::ListNumber { generation, number } => {
            let insert = "INSERT INTO revocation_list (generation, number) VALUES (?1, ?2)
                 ON CONFLICT DO UPDATE SET number = max(number, excluded.number)";
            connection.prepare_cached(insert)?.execute(params![generation, number])?;
            Ok(())
        }
        CertificateRow::Letter(row) => letters::insert(connection, organisation, row).map(drop),
        CertificateRow::Digest { letter, gathered, at } => {
            letters::gather(connection, organisation, (letter.as_deref(), gathered, *at))
        }
    }
}

/// The next number of an issuing key's revocation lists.
pub(super) fn next_list_number(
    connection: &Connection,
    generation: i64,
) -> Result<i64, AuditError> {
    let next = "INSERT INTO revocation_list (generation, number) VALUES (?1, 1)
                ON CONFLICT DO UPDATE SET number = number + 1 RETURNING number";
    Ok(connection.prepare_cached(next)?.query_row([generation], |row| row.get(0))?)
}

fn order(connection: &Connection, organisation: &str, row: &OrderRow) -> Result<(), AuditError> {
    let OrderRow { id, reference, profile, holder, email, state, expires, read, body } = row;
    let rows = if *read == 0 {
        let insert = "INSERT INTO certificate_order
             (organisation, id, reference, profile, holder, email, state, expires, version, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9) ON CONFLICT DO NOTHING";
        let row =
            params![organisation, id, reference, profile, holder, email, state, expires, body];
        connection.prepare_cached(insert)?.execute(row)?
    } else {
        let update = "UPDATE certificate_order
             SET holder = ?3, email = ?4, state = ?5, expires = ?6, version = version + 1, body = ?7
             WHERE organisation = ?1 AND id = ?2 AND version = ?8";
        let row = params![organisation, id, holder, email, state, expires, body, read];
        connection.prepare_cached(update)?.execute(row)?
    };
    if rows == 0 { Err(RowRefusal::OrderChanged.into()) } else { Ok(()) }
}

fn certificate(
    connection: &Connection,
    organisation: &str,
    row: &IssuedRow,
) -> Result<(), AuditError> {
    let insert = "INSERT INTO certificate (organisation, id, order_id, serial, key, generation, der,
             profile, kind, holder, uuid, name, email, contact, contact_email, purposes, not_before,
             renewal, not_after, replaces, noticed, search)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
             ?20, ?21, ?22) ON CONFLICT DO NOTHING";
    let rows = connection.prepare_cached(insert)?.execute(params![
        organisation,
        row.id,
        row.order,
        row.serial,
        row.key,
        row.generation,
        row.der,
        row.profile,
        row.kind,
        row.holder,
        row.uuid,
        row.name,
        row.email,
        row.contact,
        row.contact_email,
        row.purposes,
        row.not_before,
        row.renewal,
        row.not_after,
        row.replaces,
        row.noticed,
        row.search,
    ])?;
    if rows == 0 { Err(RowRefusal::KeyKnown.into()) } else { Ok(()) }
}
