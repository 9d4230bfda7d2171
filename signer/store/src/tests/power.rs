//! The power fails: what had not reached the disk is gone, and nobody has anything of it.

use std::fs;

use audit::KeyedRequest;

use super::*;

/// The files as they are now, with so many bytes of the write-ahead log or all that were written.
fn left_behind(of: &DataDirectory, write_ahead_log: Option<u64>) -> DataDirectory {
    let left = DataDirectory::temporary().unwrap();
    for name in ["segl.sqlite", "segl.sqlite-wal"] {
        fs::copy(of.path().join(name), left.path().join(name)).unwrap();
    }
    if let Some(length) = write_ahead_log {
        let path = left.path().join("segl.sqlite-wal");
        fs::OpenOptions::new().write(true).open(path).unwrap().set_len(length).unwrap();
    }
    left
}

fn written(directory: &DataDirectory) -> u64 {
    fs::metadata(directory.path().join("segl.sqlite-wal")).unwrap().len()
}

#[tokio::test]
async fn an_intent_beside_its_device_outlives_the_process_and_without_power_nothing_came_of_it() {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
    store.sign_here();
    let erp = sample::application("erp");
    seal(&store, &erp).await;
    let before = written(&directory);
    let (asked, keyed) = (Asked::new(), KeyedRequest::new(&erp, "one", [1; 32]));
    let intent = Intent { keyed: Some(&keyed), ..asked.by(&erp) };
    let act = store.intend(intent, sample::now()).await.unwrap();

    let killed = left_behind(&directory, None);
    let report = whole(&killed).await;
    assert_eq!((report.intents, report.head.sequence), (2, 3));
    let unpowered = left_behind(&directory, Some(before));
    let report = whole(&unpowered).await;
    assert_eq!((report.intents, report.head.sequence), (1, 2));
    let anew = open(&unpowered).await;
    anew.sign_here();
    drop(anew.intend(intent, sample::now()).await.unwrap());

    // What came of it is on disk with all before it.
    store.conclude(act, sample::done(), sample::now()).await.unwrap();
    let report = whole(&left_behind(&directory, Some(written(&directory)))).await;
    assert_eq!((report.intents, report.head.sequence), (2, 4));
    assert_eq!(store.flush().await.unwrap(), report.head);
}
