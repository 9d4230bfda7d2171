//! No record, no answer.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use audit::{AskedAugmentation, KeyedRequest, RecordError};
use sqlx::ConnectOptions;

use super::*;
use crate::sqlite::connect;

/// A database that has room for a few hundred records.
async fn small(directory: &DataDirectory) -> Tenant {
    let set = |writer: &rusqlite::Connection| writer.pragma_update(None, "max_page_count", 40);
    let store = Store::open_with(directory, sample::key(), set).await.unwrap();
    store.own(sample::organisation()).await.unwrap()
}

/// Writes intents until none has room, and then events, which take less: how many records, and how
/// many of them are intents.
async fn fill(store: &Tenant) -> (u64, u64) {
    let (asked, caller) = (Asked::new(), sample::application("erp"));
    let mut intents = None;
    for written in 0..1000 {
        let result = match intents {
            None => store.intend(asked.by(&caller), sample::now()).await.map(drop),
            Some(_) => store.record(&sample::destroyed(1), sample::now()).await.map(drop),
        };
        match (result, intents) {
            (Ok(()), _) => {}
            (Err(AuditError::DiskFull), None) => intents = Some(written),
            // The one turn that wrote nothing was the one that found the room for intents taken.
            (Err(AuditError::DiskFull), Some(intents)) => return (written - 1, intents),
            (Err(error), _) => panic!("{error:?}"),
        }
    }
    panic!("the database never got full");
}

#[tokio::test]
async fn a_full_disk_refuses_the_record_and_leaves_the_chain_whole() {
    let directory = DataDirectory::temporary().unwrap();
    let store = small(&directory).await;
    let (written, intents) = fill(&store).await;
    assert!(matches!(
        store.record(&sample::destroyed(1), sample::now()).await,
        Err(AuditError::DiskFull)
    ));
    assert_eq!(store.head().await.unwrap().sequence, written);
    assert_eq!(store.flush().await.unwrap().sequence, written);
    assert_eq!(whole(&directory).await.intents, intents);
}

#[tokio::test]
async fn events_that_found_no_room_are_written_when_there_is_some() {
    let directory = DataDirectory::temporary().unwrap();
    let store = small(&directory).await;
    let (_, intents) = fill(&store).await;
    for sequence in 1..=3 {
        store.note(&sample::destroyed(sequence), sample::now()).unwrap();
    }
    let unrecorded = store.flush().await;
    assert!(
        matches!(&unrecorded, Err(AuditError::EventsUnrecorded { count: 3, cause })
            if matches!(**cause, AuditError::DiskFull)),
        "{unrecorded:?}"
    );
    // What has no room stays with the writer; what waits is answered.
    let closed = store.close().await;
    assert!(matches!(closed, Err(AuditError::EventsUnrecorded { count: 3, .. })), "{closed:?}");
    assert_eq!(whole(&directory).await.intents, intents);
}

#[tokio::test]
async fn events_wait_for_a_database_that_another_one_holds() {
    let directory = DataDirectory::temporary().unwrap();
    let set = |writer: &rusqlite::Connection| writer.busy_timeout(Duration::from_millis(1));
    let store = Store::open_with(&directory, sample::key(), set).await.unwrap();
    let mut other = connect::writing(&directory.database()).connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    store.note(&sample::destroyed(1), sample::now()).unwrap();
    let refused = store.record(&sample::destroyed(2), sample::now()).await;
    assert!(matches!(refused, Err(AuditError::Database(_))), "{refused:?}");
    store.note(&sample::destroyed(3), sample::now()).unwrap();
    let unrecorded = store.flush().await;
    assert!(matches!(unrecorded, Err(AuditError::EventsUnrecorded { count: 2, .. })));
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    // The kept events come first.
    let position = store.record(&sample::destroyed(4), sample::now()).await.unwrap();
    assert_eq!(position.sequence, 3);
    assert_eq!(whole(&directory).await.head, position);
}

#[tokio::test]
async fn an_augmentation_whose_end_found_no_room_in_the_log_frees_its_key_when_there_is_some() {
    let directory = DataDirectory::temporary().unwrap();
    let set = |writer: &rusqlite::Connection| writer.busy_timeout(Duration::from_millis(1));
    let store = Store::open_with(&directory, sample::key(), set).await.unwrap();
    let store = store.own(sample::organisation()).await.unwrap();
    let karen = sample::person("karen");
    let keyed = KeyedRequest::new(&karen, "one", [1; 32]);
    let asked = AskedAugmentation { keyed: Some(&keyed), ..augmentations::asked(&karen) };
    let mut other = connect::writing(&directory.database()).connect().await.unwrap();
    for round in 0..2 {
        let open = store.begin_augmentation(asked, sample::now()).await.unwrap();
        sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
        let refused = match round {
            0 => store.augmented(open, &augmentations::done(), sample::now()).await.map(drop),
            _ => store.augmentation_failed(open, "level-reached", sample::now()).await.map(drop),
        };
        assert!(matches!(refused, Err(AuditError::Database(_))), "{refused:?}");
        sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
        store.flush().await.unwrap();
        store.is_free(&keyed).await.unwrap();
    }
    // What was written late names nobody.
    assert_eq!(whole(&directory).await.head.sequence, 4);
    assert_eq!(Ground::from(&directory).execute("SELECT count(*) FROM acting_person"), 2);
}

#[tokio::test]
async fn a_closed_store_takes_nothing() {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
    let clone = store.clone();
    for sequence in 1..=300 {
        store.note(&sample::destroyed(sequence), sample::now()).unwrap();
    }
    // Noted events are written first.
    assert_eq!(store.close().await.unwrap().sequence, 300);
    let (asked, caller) = (Asked::new(), sample::application("erp"));
    let refused = clone.intend(asked.by(&caller), sample::now()).await;
    assert!(matches!(refused, Err(AuditError::Closed)));
    let refused = clone.note(&sample::destroyed(1), sample::now());
    assert!(matches!(refused, Err(AuditError::Closed)));
    assert!(matches!(clone.close().await, Err(AuditError::Closed)));
    assert!(matches!(clone.flush().await, Err(AuditError::Closed)));
    assert!(matches!(clone.head().await, Err(AuditError::Closed)));
    assert_eq!(whole(&directory).await.head.sequence, 300);
}

#[tokio::test]
async fn another_key_is_refused_at_the_start() {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
    seal(&store, &sample::application("erp")).await;
    store.close().await.unwrap();
    let other = AuditKey::from_bytes(&[8; 32]).unwrap();
    let refused = Store::open(&directory, other).await;
    assert!(matches!(refused, Err(AuditError::HeadRefused { sequence: 2 })));
    open(&directory).await;
}

#[tokio::test]
async fn a_moment_outside_the_calendar_is_refused() {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
    let early = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    let refused = store.record(&sample::destroyed(1), early).await;
    assert!(matches!(refused, Err(AuditError::Record(RecordError::TimeOutOfRange))));
}

#[tokio::test]
async fn the_files_are_for_their_owner_alone() {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
    seal(&store, &sample::person("karen")).await;
    let mut names = Vec::new();
    for entry in fs::read_dir(directory.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["segl.sqlite", "segl.sqlite-shm", "segl.sqlite-wal"]);
}
