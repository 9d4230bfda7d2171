//! Orders and certificates: what a record does to them, in its transaction. Rows decide between nodes.

use audit::{CertificateRow, Draft, IssuedRow, OrderRow};
use sqlx::{Acquire, PgConnection, PgTransaction};

use super::letters;
use crate::{AuditError, RowRefusal};

/// Takes the steps of each record, and refuses those of which one is not as it must be.
pub(super) async fn take(
    transaction: &mut PgTransaction<'_>,
    drafts: &[&Draft],
    refusals: &mut [Option<AuditError>],
) -> Result<(), AuditError> {
    for (draft, refusal) in drafts.iter().zip(refusals) {
        if refusal.is_some() || draft.rows.is_empty() {
            continue;
        }
        // Of a record that is refused at its second step the first is not done either.
        let mut steps = transaction.begin().await?;
        let mut taken = Ok(());
        for row in &draft.rows {
            taken = step(&mut steps, draft.organisation(), row).await;
            if taken.is_err() {
                break;
            }
        }
        match taken {
            Ok(()) => steps.commit().await?,
            Err(AuditError::RowRefused(cause)) => {
                steps.rollback().await?;
                *refusal = Some(cause.into());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn step(
    connection: &mut PgConnection,
    organisation: &str,
    row: &CertificateRow,
) -> Result<(), AuditError> {
    let (query, refusal) = match row {
        CertificateRow::Order(row) => return order(connection, organisation, row).await,
        CertificateRow::Certificate(row) => {
            return certificate(connection, organisation, row).await;
        }
        CertificateRow::Blocked { id, reason, at } => (
            sqlx::query(
                "INSERT INTO revocation (organisation, certificate, generation, reason, at)
                 SELECT organisation, id, generation, $3, $4 FROM certificate
                 WHERE organisation = $1 AND id = $2 FOR UPDATE ON CONFLICT DO NOTHING",
            )
            .bind(organisation)
            .bind(id)
            .bind(reason)
            .bind(at),
            RowRefusal::CertificateBlocked,
        ),
        CertificateRow::Installed { id, at } => (
            sqlx::query(
                "UPDATE certificate SET installed = coalesce(installed, $3)
                 WHERE organisation = $1 AND id = $2",
            )
            .bind(organisation)
            .bind(id)
            .bind(at),
            RowRefusal::CertificateNotGood,
        ),
        CertificateRow::Muted { id, by, at } => (
            sqlx::query(
                "UPDATE certificate SET muted = $3, muted_by = $4
                 WHERE organisation = $1 AND id = $2 AND muted IS NULL AND NOT EXISTS
                 (SELECT 1 FROM revocation WHERE organisation = $1 AND certificate = $2)",
            )
            .bind(organisation)
            .bind(id)
            .bind(at)
            .bind(by),
            RowRefusal::Muted,
        ),
        CertificateRow::Unmuted { id, ends } => {
            let mut unmuted = sqlx::query(
                "UPDATE certificate SET muted = NULL, muted_by = NULL, noticed = greatest(noticed,
                     CASE WHEN not_after <= $7 THEN 5 WHEN not_after <= $6 THEN 4
                     WHEN not_after <= $5 THEN 3 WHEN not_after <= $4 THEN 2
                     WHEN not_after <= $3 THEN 1 ELSE 0 END)
                 WHERE organisation = $1 AND id = $2 AND muted IS NOT NULL",
            );
            unmuted = unmuted.bind(organisation).bind(id);
            for end in ends {
                unmuted = unmuted.bind(end);
            }
            unmuted.execute(connection).await?;
            return Ok(());
        }
        CertificateRow::Good { id, at } => {
            // Whoever blocks it waits for this row, or was there before and is seen.
            let held = sqlx::query(
                "SELECT id FROM certificate
                 WHERE organisation = $1 AND id = $2 AND not_after > $3 FOR UPDATE",
            );
            let held = held.bind(organisation).bind(id).bind(at);
            if held.fetch_optional(&mut *connection).await?.is_none() {
                return Err(RowRefusal::CertificateNotGood.into());
            }
            let blocked = sqlx::query(
                "SELECT reason FROM revocation WHERE organisation = $1 AND certificate = $2",
            );
            let blocked =
                blocked.bind(organisation).bind(id).fetch_optional(&mut *connection).await?;
            if blocked.is_some() {
                return Err(RowRefusal::CertificateNotGood.into());
            }
            // Whoever else takes its place waits for its row, too.
            let followed = sqlx::query(
                "SELECT s.id FROM certificate s
                 WHERE s.organisation = $1 AND s.replaces = $2 AND NOT EXISTS
                 (SELECT 1 FROM revocation WHERE organisation = $1 AND certificate = s.id)",
            );
            let followed = followed.bind(organisation).bind(id).fetch_optional(connection).await?;
            return match followed {
                None => Ok(()),
                Some(_) => Err(RowRefusal::CertificateFollowed.into()),
            };
        }
        CertificateRow::Check { id, address, hash, ends } => (
            sqlx::query(
                "INSERT INTO email_check (organisation, id, address, hash, ends)
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            )
            .bind(organisation)
            .bind(id)
            .bind(address)
            .bind(&hash[..])
            .bind(ends),
            RowRefusal::NotConfirmed,
        ),
        CertificateRow::Confirmed { id, hash, at } => (
            sqlx::query(
                "UPDATE email_check SET confirmed = $4 WHERE organisation = $1 AND id = $2
                 AND hash = $3 AND confirmed IS NULL AND ends > $4",
            )
            .bind(organisation)
            .bind(id)
            .bind(&hash[..])
            .bind(at),
            RowRefusal::NotConfirmed,
        ),
        CertificateRow::Accepted { asker, policy, at } => {
            let accepted = sqlx::query(
                "INSERT INTO policy_acceptance (organisation, asker, policy, at)
                 VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            );
            let accepted = accepted.bind(organisation).bind(asker).bind(policy).bind(at);
            accepted.execute(connection).await?;
            return Ok(());
        }
        CertificateRow::Noticed { id, stage } => (
            sqlx::query(
                "UPDATE certificate SET noticed = $3
                 WHERE organisation = $1 AND id = $2 AND noticed < $3 AND muted IS NULL AND NOT EXISTS
                 (SELECT 1 FROM revocation WHERE organisation = $1 AND certificate = $2)",
            )
            .bind(organisation)
            .bind(id)
            .bind(stage),
            RowRefusal::Noticed,
        ),
        CertificateRow::Restored { .. } | CertificateRow::ListNumber { .. } => {
            return restored(connection, row).await;
        }
        CertificateRow::Letter(row) => {
            return letters::insert(connection, organisation, row).await.map(drop);
        }
        CertificateRow::Digest { letter, gathered, at } => {
            let digest = (letter.as_deref(), &gathered[..], *at);
            return letters::gather(connection, organisation, digest).await;
        }
    };
    match query.execute(connection).await?.rows_affected() {
        0 => Err(refusal.into()),
        _ => Ok(()),
    }
}

async fn restored(connection: &mut PgConnection, row: &CertificateRow) -> Result<(), AuditError> {
    let restore = match row {
        CertificateRow::Restored { generation, serial, reason, at, not_after } => {
            let known = "SELECT id FROM certificate WHERE serial = $1 AND generation = $2";
            let known = sqlx::query(known).bind(serial).bind(i64::from(*generation));
            let insert = match known.fetch_optional(&mut *connection).await?.is_some() {
                true => {
                    "INSERT INTO revocation (organisation, certificate, generation, reason, at)
                     SELECT organisation, id, generation, $3, $4 FROM certificate
                     WHERE serial = $2 AND generation = $1 AND $5 > 0 ON CONFLICT DO NOTHING"
                }
                false => {
                    "INSERT INTO lost_revocation (generation, serial, reason, at, not_after)
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
                }
            };
            let insert = sqlx::query(insert).bind(i64::from(*generation)).bind(serial).bind(reason);
            insert.bind(at).bind(not_after)
        }
        CertificateRow::ListNumber { generation, number } => sqlx::query(
            "INSERT INTO revocation_list (generation, number) VALUES ($1, $2) ON CONFLICT (generation)
             DO UPDATE SET number = greatest(revocation_list.number, excluded.number)",
        )
        .bind(i64::from(*generation))
        .bind(number),
        _ => return Ok(()),
    };
    restore.execute(connection).await?;
    Ok(())
}

/// The next number of an issuing key's revocation lists. The row decides between nodes.
pub(super) async fn next_list_number(
    connection: &mut PgConnection,
    generation: i64,
) -> Result<i64, AuditError> {
    let next = sqlx::query_scalar(
        "INSERT INTO revocation_list (generation, number) VALUES ($1, 1) ON CONFLICT (generation)
         DO UPDATE SET number = revocation_list.number + 1 RETURNING number",
    );
    Ok(next.bind(generation).fetch_one(connection).await?)
}

async fn order(
    connection: &mut PgConnection,
    organisation: &str,
    row: &OrderRow,
) -> Result<(), AuditError> {
    let OrderRow { id, reference, profile, holder, email, state, expires, read, body } = row;
    let query = if *read == 0 {
        sqlx::query(
            "INSERT INTO certificate_order
             (organisation, id, reference, profile, holder, email, state, expires, version, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9) ON CONFLICT DO NOTHING",
        )
        .bind(organisation)
        .bind(id)
        .bind(reference)
        .bind(profile)
        .bind(holder)
        .bind(email)
        .bind(state)
        .bind(expires)
        .bind(body)
    } else {
        sqlx::query(
            "UPDATE certificate_order
             SET holder = $3, email = $4, state = $5, expires = $6, version = version + 1, body = $7
             WHERE organisation = $1 AND id = $2 AND version = $8",
        )
        .bind(organisation)
        .bind(id)
        .bind(holder)
        .bind(email)
        .bind(state)
        .bind(expires)
        .bind(body)
        .bind(read)
    };
    match query.execute(connection).await?.rows_affected() {
        0 => Err(RowRefusal::OrderChanged.into()),
        _ => Ok(()),
    }
}

async fn certificate(
    connection: &mut PgConnection,
    organisation: &str,
    row: &IssuedRow,
) -> Result<(), AuditError> {
    let insert = sqlx::query(
        "INSERT INTO certificate (organisation, id, order_id, serial, key, generation, der, profile,
             kind, holder, uuid, name, email, contact, contact_email, purposes, not_before, renewal,
             not_after, replaces, noticed, search)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
             $20, $21, $22) ON CONFLICT DO NOTHING",
    )
    .bind(organisation)
    .bind(&row.id)
    .bind(&row.order)
    .bind(&row.serial)
    .bind(&row.key[..])
    .bind(i64::from(row.generation))
    .bind(&row.der)
    .bind(&row.profile)
    .bind(&row.kind)
    .bind(&row.holder)
    .bind(&row.uuid)
    .bind(&row.name)
    .bind(&row.email)
    .bind(&row.contact)
    .bind(&row.contact_email)
    .bind(row.purposes)
    .bind(row.not_before)
    .bind(row.renewal)
    .bind(row.not_after)
    .bind(&row.replaces)
    .bind(row.noticed)
    .bind(&row.search);
    match insert.execute(connection).await?.rows_affected() {
        0 => Err(RowRefusal::KeyKnown.into()),
        _ => Ok(()),
    }
}
