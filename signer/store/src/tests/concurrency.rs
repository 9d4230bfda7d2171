//! Many at once.

use tokio::task::JoinSet;

use super::*;
use audit::TokenSpend;

async fn thirty_two_writers_make_one_chain_without_gaps(directory: Ground) {
    const TASKS: u64 = 32;
    const ACTS: u64 = 50;
    let store = open(&directory).await;
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let store = store.clone();
        tasks.spawn(async move {
            let caller = match task % 2 {
                0 => sample::application("erp"),
                _ => sample::person("karen"),
            };
            for act in 0..ACTS {
                let event = sample::destroyed(act);
                let receipt = seal(&store, &caller).await;
                store.note(&event, sample::now()).unwrap();
                store.record(&event, sample::now()).await.unwrap();
                let read = store.receipt(&receipt.id, &caller).await.unwrap();
                assert_eq!(read, Some(FoundReceipt::Act(receipt)));
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    let head = store.close().await.unwrap();
    // An act, a noted and a recorded event: four records, 200 a task.
    assert_eq!(head.sequence, TASKS * ACTS * 4);
    let report = whole(&directory).await;
    assert_eq!((report.head, report.intents), (head, TASKS * ACTS));
    assert_eq!(report.incomplete_total, 0);
}

async fn of_eight_that_race_for_a_token_one_signs(directory: Ground) {
    let store = open(&directory).await;
    for round in 0..20 {
        let claims = sample::claims("karen", &format!("token-{round}"));
        let spend = TokenSpend::new(&claims, sample::digest(b"document"));
        let caller = Caller::Person(Box::new(claims));
        let mut racers = JoinSet::new();
        for _ in 0..8 {
            let (store, spend, caller) = (store.clone(), spend.clone(), caller.clone());
            racers.spawn(async move {
                let asked = Asked::new();
                let intent = Intent { spend: Some(&spend), ..asked.by(&caller) };
                store.intend(intent, sample::now()).await
            });
        }
        let results = racers.join_all().await;
        let replayed = results
            .iter()
            .filter(|result| matches!(result, Err(AuditError::TokenReplayed)))
            .count();
        assert_eq!((results.len(), replayed), (8, 7));
    }
    assert_eq!(whole(&directory).await.incomplete_total, 20);
}

async fn a_log_in_use_can_be_verified(directory: Ground) {
    let store = open(&directory).await;
    let caller = sample::application("erp");
    for acts in 1..5 {
        seal(&store, &caller).await;
        assert_eq!(whole(&directory).await.intents, acts);
    }
}

contract! {
    thirty_two_writers_make_one_chain_without_gaps,
    of_eight_that_race_for_a_token_one_signs,
    a_log_in_use_can_be_verified,
}
