use std::{fs, os::unix::fs::PermissionsExt};

use audit::{
    Intent, TokenSpend,
    sample::{self, Asked},
};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use super::*;
use crate::{Store, tests::DataDirectory};

/// A closed log of `acts` acts (two records each) by a person.
async fn log(acts: u64) -> (DataDirectory, AuditPosition) {
    let directory = DataDirectory::temporary().unwrap();
    let store = Store::open(&directory, sample::key()).await.unwrap();
    let store = store.own(sample::organisation()).await.unwrap();
    let (asked, caller) = (Asked::new(), sample::person("karen"));
    for _ in 0..acts {
        let act = store.intend(asked.by(&caller), sample::now()).await.unwrap();
        store.conclude(act, sample::done(), sample::now()).await.unwrap();
    }
    let head = store.close().await.unwrap();
    (directory, head)
}

async fn tamper(directory: &DataDirectory, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(directory.database());
    let mut connection: SqliteConnection = options.connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

async fn found(directory: &DataDirectory, head: Option<AuditPosition>) -> String {
    match verify(&directory.database(), &sample::key(), head).await {
        Ok(_) => "whole".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn each_kind_of_tampering_is_found_at_its_record() {
    let differs = |record: u64| {
        format!("record {record} does not fit: it was changed, or the audit key is another")
    };
    let cases: [(&'static str, String); 14] = [
        ("SELECT 1", "whole".into()),
        (
            "UPDATE audit_record SET body = replace(body, 'decisions', 'decisionz')
             WHERE sequence = 4",
            differs(4),
        ),
        ("UPDATE audit_record SET body = '{}' WHERE sequence = 1", differs(1)),
        ("UPDATE audit_record SET body = hex(zeroblob(1000000)) WHERE sequence = 1", differs(1)),
        ("UPDATE audit_record SET hash = zeroblob(32) WHERE sequence = 10", differs(10)),
        ("UPDATE audit_record SET hash = zeroblob(0) WHERE sequence = 3", differs(3)),
        (
            "DELETE FROM audit_record WHERE sequence = 5",
            "record 5 is missing: the next one is 6".into(),
        ),
        (
            "DELETE FROM audit_record WHERE sequence = 1",
            "record 1 is missing: the next one is 2".into(),
        ),
        (
            "DELETE FROM audit_record WHERE sequence = 5;
             UPDATE audit_record SET sequence = sequence - 1 WHERE sequence > 5",
            "in the place of record 5 stands record 6".into(),
        ),
        (
            "UPDATE audit_record SET sequence = -sequence WHERE sequence IN (3, 5);
             UPDATE audit_record SET sequence = 5 WHERE sequence = -3;
             UPDATE audit_record SET sequence = 3 WHERE sequence = -5",
            "in the place of record 3 stands record 5".into(),
        ),
        (
            "UPDATE audit_record SET sequence = -sequence WHERE sequence = 2",
            "record 1 is missing: the next one is 18446744073709551614".into(),
        ),
        (
            "UPDATE acting_person SET name = 'Mads' WHERE sequence = 3",
            "the acting person of record 3 is not the one that was recorded".into(),
        ),
        (
            "UPDATE acting_person SET sequence = 2 WHERE sequence = 1",
            "the acting person of record 2 is not the one that was recorded".into(),
        ),
        (
            "DELETE FROM acting_person WHERE sequence > 3",
            "3 records are without their acting person, but of only 0 was it erased".into(),
        ),
    ];
    for (sql, expected) in cases {
        let (directory, head) = log(5).await;
        tamper(&directory, sql).await;
        assert_eq!(found(&directory, Some(head)).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn a_lost_tail_is_found_with_an_exported_head_only() {
    let (directory, head) = log(5).await;
    tamper(
        &directory,
        "DELETE FROM audit_record WHERE sequence > 6; DELETE FROM acting_person WHERE sequence > 6",
    )
    .await;
    assert_eq!(found(&directory, None).await, "whole");
    assert_eq!(
        found(&directory, Some(head)).await,
        "the log ends with record 6, but record 10 was exported"
    );
    tamper(&directory, "DELETE FROM audit_record; DELETE FROM acting_person").await;
    assert_eq!(
        found(&directory, Some(head)).await,
        "the log ends with record 0, but record 10 was exported"
    );
}

#[tokio::test]
async fn another_history_of_the_same_length_is_found_with_an_exported_head() {
    let (directory, head) = log(5).await;
    let (_other, other_head) = log(5).await;
    assert_eq!(found(&directory, Some(head)).await, "whole");
    assert_eq!(
        found(&directory, Some(other_head)).await,
        "record 10 is not the one that the exported head names"
    );
}

#[tokio::test]
async fn another_key_fits_no_record() {
    let (directory, _) = log(1).await;
    let other = AuditKey::from_bytes(&[8; 32]).unwrap();
    let error = verify(&directory.database(), &other, None).await.unwrap_err();
    assert!(matches!(error, VerificationError::Broken(VerifyError::Changed { sequence: 1 })));
}

#[tokio::test]
async fn acts_without_an_outcome_are_listed() {
    let directory = DataDirectory::temporary().unwrap();
    let store = Store::open(&directory, sample::key()).await.unwrap();
    let store = store.own(sample::organisation()).await.unwrap();
    let (asked, caller) = (Asked::new(), sample::application("erp"));
    let open = store.intend(asked.by(&caller), sample::now()).await.unwrap();
    let act = store.intend(asked.by(&caller), sample::now()).await.unwrap();
    store.conclude(act, sample::done(), sample::now()).await.unwrap();
    let report = verify(&directory.database(), &sample::key(), None).await.unwrap();
    assert_eq!((report.intents, report.incomplete_total), (2, 1));
    assert_eq!(report.incomplete[0].intent, open.intent().sequence);
}

#[tokio::test]
async fn an_empty_log_is_whole_and_a_missing_one_is_not() {
    let (directory, _) = log(0).await;
    assert_eq!(found(&directory, None).await, "whole");
    let missing = directory.path().join("none.sqlite");
    let error = verify(&missing, &sample::key(), None).await.unwrap_err();
    assert!(matches!(error, VerificationError::Database(_)));
    assert!(!missing.exists());
}

#[tokio::test]
async fn a_spent_token_that_was_removed_is_found() {
    for sql in ["SELECT 1", "DELETE FROM spent_token", "UPDATE spent_token SET key = zeroblob(32)"]
    {
        let directory = DataDirectory::temporary().unwrap();
        let store = Store::open(&directory, sample::key()).await.unwrap();
        let store = store.own(sample::organisation()).await.unwrap();
        let (asked, caller) = (Asked::new(), sample::person("karen"));
        let spend = TokenSpend::new(&sample::claims("karen", "one"), sample::digest(b"document"));
        let intent = Intent { spend: Some(&spend), ..asked.by(&caller) };
        let act = store.intend(asked.by(&caller), sample::now()).await.unwrap();
        store.conclude(act, sample::done(), sample::now()).await.unwrap();
        let act = store.intend(intent, sample::now()).await.unwrap();
        store.conclude(act, sample::done(), sample::now()).await.unwrap();
        store.close().await.unwrap();
        tamper(&directory, sql).await;
        let expected = match sql {
            "SELECT 1" => "whole",
            _ => "the token that record 3 spent is not among the spent tokens",
        };
        assert_eq!(found(&directory, None).await, expected, "{sql}");
    }
}

/// A copy of the log's files in a folder that nobody may write to.
async fn backup_of(files: &[&str], directory: &DataDirectory) -> TempDir {
    let backup = TempDir::new().unwrap();
    for file in files {
        fs::copy(directory.path().join(file), backup.path().join(file)).unwrap();
    }
    fs::set_permissions(backup.path(), fs::Permissions::from_mode(0o500)).unwrap();
    backup
}

#[tokio::test]
async fn a_backup_in_a_folder_that_nobody_may_write_to_is_verified_and_left_as_it_is() {
    let directory = DataDirectory::temporary().unwrap();
    let store = Store::open(&directory, sample::key()).await.unwrap();
    let store = store.own(sample::organisation()).await.unwrap();
    let (asked, caller) = (Asked::new(), sample::person("karen"));
    for _ in 0..3 {
        let act = store.intend(asked.by(&caller), sample::now()).await.unwrap();
        store.conclude(act, sample::done(), sample::now()).await.unwrap();
    }
    // In use: the newest records stand in the write-ahead log.
    let torn = backup_of(&["segl.sqlite", "segl.sqlite-wal"], &directory).await;
    store.close().await.unwrap();
    let closed = backup_of(&["segl.sqlite"], &directory).await;
    for backup in [torn, closed] {
        let before = fs::read_dir(backup.path()).unwrap().count();
        let database = backup.path().join("segl.sqlite");
        let report = verify(&database, &sample::key(), None).await.unwrap();
        assert_eq!(report.head.sequence, 6);
        if fs::File::create(backup.path().join("root-may")).is_err() {
            assert_eq!(fs::read_dir(backup.path()).unwrap().count(), before);
        }
    }
}
