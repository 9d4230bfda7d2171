//! Somebody else's hands on the files of a log that is open.

use std::{fs, path::PathBuf};

use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};

use super::*;
use crate::sqlite::{connect, insert};

/// A log in use with three acts, and one like it elsewhere.
async fn logs() -> (DataDirectory, Tenant, DataDirectory) {
    let (directory, other) =
        (DataDirectory::temporary().unwrap(), DataDirectory::temporary().unwrap());
    let store = open(&directory).await;
    let strange = open(&other).await;
    for _ in 0..3 {
        seal(&store, &sample::application("erp")).await;
        seal(&strange, &sample::application("erp")).await;
    }
    strange.close().await.unwrap();
    (directory, store, other)
}

fn write_ahead_log(directory: &DataDirectory) -> PathBuf {
    directory.path().join("segl.sqlite-wal")
}

async fn write(directory: &DataDirectory, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(directory.database());
    let mut connection: SqliteConnection = options.connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
}

async fn assert_nothing_is_taken(store: &Tenant, what: &str) {
    let (asked, caller) = (Asked::new(), sample::application("erp"));
    for _ in 0..2 {
        let refused = store.intend(asked.by(&caller), sample::now()).await;
        assert!(matches!(refused, Err(AuditError::Disturbed(_))), "{what}: {refused:?}");
    }
    let unready = store.flush().await;
    assert!(matches!(unready, Err(AuditError::Disturbed(_))), "{what}: {unready:?}");
}

#[tokio::test]
async fn a_log_that_is_removed_replaced_cut_or_overwritten_while_open_takes_no_record() {
    type Deed = fn(&DataDirectory, &DataDirectory);
    let deeds: [(&str, Deed); 9] = [
        ("removed", |log, _| fs::remove_file(log.database()).unwrap()),
        ("moved away", |log, _| fs::rename(log.database(), log.path().join("x")).unwrap()),
        ("replaced", |log, other| fs::rename(other.database(), log.database()).unwrap()),
        ("replaced by itself", |log, _| {
            let copy = log.path().join("copy");
            fs::copy(log.database(), &copy).unwrap();
            fs::rename(copy, log.database()).unwrap();
        }),
        ("overwritten", |log, other| {
            fs::copy(other.database(), log.database()).unwrap();
        }),
        ("cut", |log, _| fs::write(log.database(), b"").unwrap()),
        ("its write-ahead log removed", |log, _| fs::remove_file(write_ahead_log(log)).unwrap()),
        ("its write-ahead log cut", |log, _| fs::write(write_ahead_log(log), b"").unwrap()),
        ("its directory moved away", |log, other| {
            fs::rename(log.path(), other.path().join("x")).unwrap();
        }),
    ];
    for (what, deed) in deeds {
        let (directory, store, other) = logs().await;
        deed(&directory, &other);
        assert_nothing_is_taken(&store, what).await;
    }
}

#[tokio::test]
async fn a_log_that_another_program_writes_to_while_open_takes_no_record() {
    for sql in [
        "DELETE FROM audit_record WHERE sequence > 4",
        "DELETE FROM audit_record",
        "DELETE FROM spent_token; VACUUM",
        "UPDATE audit_record SET hash = zeroblob(32) WHERE sequence = 6",
    ] {
        let (directory, store, _) = logs().await;
        write(&directory, sql).await;
        assert_nothing_is_taken(&store, sql).await;
    }
}

#[tokio::test]
async fn the_last_record_on_disk_is_held_against_the_one_in_memory_in_the_same_transaction() {
    let directory = DataDirectory::temporary().unwrap();
    connect::migrate(&directory.database()).await.unwrap();
    let mut connection = connect::writer(&directory.database()).unwrap();
    let drafts = [sample::destroyed(1).draft(sample::now()).unwrap()];
    let drafts: Vec<_> = drafts.iter().collect();
    let mut insert = |head| insert::insert(&mut connection, &sample::key(), head, &drafts);
    let first = insert(AuditPosition::ORIGIN).unwrap();
    let again = insert(AuditPosition::ORIGIN);
    assert!(matches!(again, Err(AuditError::Disturbed(_))), "{again:?}");
    let mut other = first[0];
    other.hash = AuditPosition::ORIGIN.hash;
    let forged = insert(other);
    assert!(matches!(forged, Err(AuditError::Disturbed(_))), "{forged:?}");
    assert_eq!(insert(first[0]).unwrap()[0].sequence, 2);
}

#[tokio::test]
async fn a_log_that_others_read_back_up_and_verify_while_open_goes_on() {
    let (directory, store, _) = logs().await;
    write(&directory, "SELECT count(*) FROM audit_record").await;
    whole(&directory).await;
    let backup = directory.path().join("backup");
    fs::copy(directory.database(), backup).unwrap();
    for _ in 0..300 {
        seal(&store, &sample::application("erp")).await;
    }
    assert_eq!(whole(&directory).await.intents, 303);
}

#[tokio::test]
async fn a_log_that_is_put_back_goes_on() {
    let (directory, store, _) = logs().await;
    let aside = directory.path().join("aside");
    fs::rename(directory.database(), &aside).unwrap();
    assert_nothing_is_taken(&store, "moved away").await;
    fs::rename(aside, directory.database()).unwrap();
    seal(&store, &sample::application("erp")).await;
    assert_eq!(whole(&directory).await.intents, 4);
}
