//! The log for other programs: every record as it stands, with its hash.

use std::path::Path;

use futures_util::TryStreamExt;
use sqlx::Row;

use super::HistoryError;
use crate::sqlite::ReadLog;
use audit::hex;

const RECORDS: &str = "
    SELECT r.sequence, r.body, r.hash,
           CASE WHEN p.sequence IS NULL THEN NULL ELSE json_object(
               'issuer', p.issuer, 'name', p.name, 'salt', p.salt, 'subject', p.subject,
               'token_id', p.token_id) END
    FROM audit_record AS r LEFT JOIN acting_person AS p ON p.sequence = r.sequence
    ORDER BY r.sequence";

/// Gives every record as one line of JSON without its end: `{"hash":"…","record":{…}}`, with
/// `with_persons` also `"person"`, the row of who acted. The record's text is the one that the hash
/// is over, byte for byte. `take` says whether it goes on.
///
/// # Errors
/// [`HistoryError`] when the log cannot be read, or a record is no JSON object.
pub async fn export(
    database: &Path,
    with_persons: bool,
    mut take: impl FnMut(&str) -> bool,
) -> Result<(), HistoryError> {
    let mut log = ReadLog::open(database).await?;
    {
        let mut rows = sqlx::query(RECORDS).fetch(&mut log.connection);
        while let Some(row) = rows.try_next().await? {
            let sequence = row.try_get::<i64, _>(0)?.cast_unsigned();
            let (body, hash): (&str, &[u8]) = (row.try_get(1)?, row.try_get(2)?);
            // A text that was tampered with must not become other lines, or other members.
            let is_object = body.starts_with('{') && !body.contains(['\n', '\r']);
            if !is_object || serde_json::from_str::<serde::de::IgnoredAny>(body).is_err() {
                return Err(HistoryError::Record { sequence });
            }
            let person: Option<&str> = if with_persons { row.try_get(3)? } else { None };
            let person = person.map(|row| format!(r#""person":{row},"#)).unwrap_or_default();
            let line = format!(r#"{{"hash":"{}",{person}"record":{body}}}"#, hex(hash));
            if !take(&line) {
                return Ok(());
            }
        }
    }
    Ok(log.close().await?)
}

#[cfg(test)]
mod tests {
    use audit::{
        AuditPosition,
        sample::{self, Asked},
    };
    use serde_json::Value;

    use super::*;
    use crate::{Store, tests::DataDirectory};

    #[tokio::test]
    async fn whoever_has_the_key_can_chain_what_was_exported_and_persons_are_named_on_demand_only()
    {
        let directory = DataDirectory::temporary().unwrap();
        let store = Store::open(&directory, sample::key()).await.unwrap();
        let store = store.own(sample::organisation()).await.unwrap();
        let (asked, karen) = (Asked::new(), sample::person("karen"));
        let act = store.intend(asked.by(&karen), sample::now()).await.unwrap();
        store.conclude(act, sample::done(), sample::now()).await.unwrap();
        for with_persons in [false, true] {
            let mut head = AuditPosition::ORIGIN.hash;
            let mut lines = String::new();
            export(&directory.database(), with_persons, |line| {
                let (_, body) = line.split_once(r#""record":"#).unwrap();
                head = head.next(&sample::key(), body.strip_suffix('}').unwrap());
                let read: Value = serde_json::from_str(line).unwrap();
                assert_eq!(read["hash"], hex(head.as_bytes()));
                lines.push_str(line);
                true
            })
            .await
            .unwrap();
            assert_eq!(head, store.head().await.unwrap().hash);
            assert_eq!(lines.contains("karen"), with_persons);
        }
    }
}
