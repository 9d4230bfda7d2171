//! What a crash or a power cut leaves.

use std::fs;

use super::*;

/// Another directory with the files as they lie there now, the last `cut` bytes of the
/// write-ahead log not written.
fn copy(directory: &DataDirectory, cut: usize) -> DataDirectory {
    let copy = DataDirectory::temporary().unwrap();
    let read = |name: &str| fs::read(directory.path().join(name)).unwrap();
    fs::write(copy.database(), read("segl.sqlite")).unwrap();
    let log = read("segl.sqlite-wal");
    let kept = &log[..log.len().saturating_sub(cut)];
    fs::write(copy.path().join("segl.sqlite-wal"), kept).unwrap();
    copy
}

#[tokio::test]
async fn what_was_answered_outlives_a_crash() {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
    let (asked, caller) = (Asked::new(), sample::person("karen"));
    let mut receipts = Vec::new();
    for _ in 0..20 {
        receipts.push(seal(&store, &caller).await);
    }
    let begun = store.intend(asked.by(&caller), sample::now()).await.unwrap();

    let after = copy(&directory, 0);
    // Verifying needs nobody to open the log for writing first.
    assert_eq!(whole(&after).await.head, begun.intent());
    let store = open(&after).await;
    for receipt in receipts {
        let read = store.receipt(&receipt.id, &caller).await.unwrap();
        assert_eq!(read, Some(FoundReceipt::Act(receipt)));
    }
    let report = whole(&after).await;
    assert_eq!((report.intents, report.incomplete_total), (21, 1));
    assert_eq!(report.incomplete[0].intent, begun.intent().sequence);
    // The chain goes on where it was.
    assert_eq!(seal(&store, &caller).await.audit.sequence, 43);
    assert_eq!(whole(&after).await.intents, 22);
}

#[tokio::test]
async fn a_torn_write_loses_whole_transactions_only() {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
    for _ in 0..10 {
        seal(&store, &sample::person("karen")).await;
    }
    let head = store.head().await.unwrap().sequence;
    let mut last = head;
    for cut in [1, 100, 4096, 10_000, 50_000] {
        let after = copy(&directory, cut);
        let store = open(&after).await;
        let report = whole(&after).await;
        assert!(report.head.sequence <= last && report.head.sequence < head, "{cut}");
        last = report.head.sequence;
        let position = store.record(&sample::destroyed(1), sample::now()).await.unwrap();
        assert_eq!(position.sequence, last + 1);
        assert_eq!(whole(&after).await.head, position);
    }
}
