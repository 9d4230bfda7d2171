//! The log for other programs: every record as it stands, with its hash.

use std::ops::ControlFlow;

use audit::{ActingPerson, hex};
use serde::Serialize;

use crate::{HistoryError, Log};

/// A row of the table of acting persons.
#[derive(Serialize)]
struct Person<'a> {
    // The fields stand in the order of their names.
    issuer: &'a str,
    name: &'a str,
    salt: &'a str,
    subject: &'a str,
    token_id: &'a str,
}

/// Gives every record as one line of JSON without its end: `{"hash":"…","record":{…}}`, with
/// `with_persons` also `"person"`, the row of who acted, and before them `"chain"`, the node's name,
/// where each node has one. The record's text is the one that the hash is over, byte for byte.
/// `take` says whether it goes on.
///
/// # Errors
/// [`HistoryError`] when the log cannot be read, or a record is no JSON object.
pub async fn export(
    log: impl Into<Log>,
    with_persons: bool,
    mut take: impl FnMut(&str) -> bool,
) -> Result<(), HistoryError> {
    let log = log.into();
    log.records(|found| {
        let record = found.record;
        let unreadable = HistoryError::Record { sequence: record.sequence };
        let (Ok(body), Ok(hash)) = (record.body, record.hash) else { return Err(unreadable) };
        // A text that was tampered with must not become other lines, or other members.
        let is_object = body.starts_with('{') && !body.contains(['\n', '\r']);
        if !is_object || serde_json::from_str::<serde::de::IgnoredAny>(body).is_err() {
            return Err(unreadable);
        }
        let person = match record.person {
            Ok(Some(person)) if with_persons => format!(r#""person":{},"#, row(&person)),
            Ok(_) => String::new(),
            Err(_) if with_persons => return Err(unreadable),
            Err(_) => String::new(),
        };
        let chain = match found.chain {
            "" => String::new(),
            chain => format!(r#""chain":{},"#, serde_json::Value::from(chain)),
        };
        let line = format!(r#"{{{chain}"hash":"{}",{person}"record":{body}}}"#, hex(hash));
        Ok(if take(&line) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })
    .await
}

fn row(person: &ActingPerson) -> String {
    let ActingPerson { salt, issuer, subject, name, token_id } = person;
    let row = Person { issuer, name, salt, subject, token_id };
    #[expect(clippy::expect_used, reason = "a struct of strings")]
    serde_json::to_string(&row).expect("a row serialises")
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
