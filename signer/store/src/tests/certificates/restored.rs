//! What a published revocation list names is blocked in a database that was restored, and what blocks is said
//! outside it.

use std::sync::Mutex;

use futures_util::future::BoxFuture;

use super::*;

fn restored(number: u8) -> CertificateRow {
    CertificateRow::Restored {
        generation: 1,
        serial: vec![number; 20],
        reason: "content-wrong",
        at: 1_700,
        not_after: 9_000,
    }
}

async fn what_a_list_names_is_blocked_once_also_what_is_not_known(ground: Ground) {
    let store = open(&ground).await;
    let other = store.of(OrganisationId::new("87654321"));
    write(&store, vec![certificate("one", 1), certificate("two", 2), blocked("two")])
        .await
        .unwrap();
    write(&other, vec![certificate("three", 3)]).await.unwrap();
    for _ in 0..2 {
        let number = CertificateRow::ListNumber { generation: 1, number: 40 };
        let rows = vec![restored(1), restored(2), restored(3), restored(9), number];
        write(&store, rows).await.unwrap();
    }
    let reason =
        async |store: &Tenant, id: &str| store.certificate(id).await.unwrap().unwrap().reason;
    assert_eq!(reason(&store, "one").await.as_deref(), Some("content-wrong"));
    assert_eq!(reason(&store, "two").await.as_deref(), Some("not-given"), "it was blocked before");
    assert_eq!(reason(&other, "three").await.as_deref(), Some("content-wrong"));
    assert_eq!(store.blocked_count(1).await.unwrap(), 4);
    let listed = store.blocked(1).await.unwrap();
    let serials: std::collections::BTreeSet<u8> = listed.iter().map(|one| one.serial[0]).collect();
    assert_eq!(serials, std::collections::BTreeSet::from([1, 2, 3, 9]));
    let lost = store.lost_block(1, &[9; 20]).await.unwrap();
    assert_eq!(lost, Some((1_700, "content-wrong".to_owned(), 9_000)));
    assert_eq!(store.lost_block(2, &[9; 20]).await.unwrap(), None);
    assert_eq!(store.lost_block(1, &[1; 20]).await.unwrap(), None);
    assert_eq!(store.list_numbers().await.unwrap(), [(1, 40)]);
    assert_eq!(store.next_list_number(1).await.unwrap(), 41);
    let lower = CertificateRow::ListNumber { generation: 1, number: 7 };
    write(&store, vec![lower]).await.unwrap();
    assert_eq!(store.list_numbers().await.unwrap(), [(1, 41)]);
}

/// What was said, and whether it can be.
#[derive(Debug, Default)]
struct Said {
    heads: Mutex<Vec<AuditPosition>>,
    lists: Mutex<Vec<(i64, i64)>>,
    fails: std::sync::atomic::AtomicBool,
}

impl Anchoring for Said {
    fn advance(&self, head: AuditPosition) -> BoxFuture<'_, Result<(), AuditError>> {
        Box::pin(async move {
            self.heads.lock().unwrap().push(head);
            match self.fails.load(std::sync::atomic::Ordering::SeqCst) {
                true => Err(AuditError::Unanchored(Arc::new(std::io::Error::other("full")))),
                false => Ok(()),
            }
        })
    }

    fn list(&self, generation: i64, number: i64) -> BoxFuture<'_, Result<(), AuditError>> {
        self.lists.lock().unwrap().push((generation, number));
        Box::pin(async { Ok(()) })
    }

    fn settle(&self) -> BoxFuture<'_, Result<(), AuditError>> {
        Box::pin(async { Ok(()) })
    }
}

async fn each_block_and_each_lists_number_is_said_before_it_is_answered(ground: Ground) {
    let store = open(&ground).await;
    let said = Arc::new(Said::default());
    store.anchor_by(said.clone());
    write(&store, vec![certificate("one", 1), certificate("two", 2)]).await.unwrap();
    assert!(said.heads.lock().unwrap().is_empty(), "nothing was blocked");
    write(&store, vec![blocked("one")]).await.unwrap();
    let head = said.heads.lock().unwrap()[0];
    assert_eq!(store.record_at(head.sequence).await.unwrap(), Some(head));
    assert_eq!(store.record_at(head.sequence + 1).await.unwrap(), None);
    assert_eq!(store.record_at(u64::MAX).await.unwrap(), None);
    let number = store.next_list_number(1).await.unwrap();
    assert_eq!(*said.lists.lock().unwrap(), [(1, number)]);
    // A block that cannot be said is none that is answered; it counts all the same.
    said.fails.store(true, std::sync::atomic::Ordering::SeqCst);
    let unsaid = write(&store, vec![blocked("two")]).await.unwrap_err();
    assert!(matches!(unsaid, AuditError::Unanchored(_)), "{unsaid}");
    assert_eq!(store.blocked_count(1).await.unwrap(), 2);
}

contract!(
    what_a_list_names_is_blocked_once_also_what_is_not_known,
    each_block_and_each_lists_number_is_said_before_it_is_answered,
);
