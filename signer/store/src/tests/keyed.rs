//! Requests with a key.

use audit::{Abandonment, AskedAugmentation, AugmentationDone, KeyedRequest};
use tokio::task::JoinSet;

use super::*;

fn asked(caller: &Caller, key: &str, request: u8) -> KeyedRequest {
    KeyedRequest::new(caller, key, [request; 32])
}

async fn intend(
    store: &Tenant,
    caller: &Caller,
    keyed: &KeyedRequest,
    second: u64,
) -> Result<OpenAct, AuditError> {
    let asked = Asked::new();
    let intent = Intent { keyed: Some(keyed), ..asked.by(caller) };
    store.intend(intent, sample::now() + std::time::Duration::from_secs(second)).await
}

fn used(result: Result<impl std::fmt::Debug, AuditError>) -> KeyUse {
    match result {
        Err(AuditError::KeyUsed(used)) => used,
        other => panic!("{other:?}"),
    }
}

async fn a_key_is_taken_until_the_act_is_done_and_then_leads_to_its_receipt(directory: Ground) {
    let store = open(&directory).await;
    let (erp, crm) = (sample::application("erp"), sample::application("crm"));
    let keyed = asked(&erp, "one", 1);
    store.is_free(&keyed).await.unwrap();
    let act = intend(&store, &erp, &keyed, 0).await.unwrap();
    assert_eq!(used(intend(&store, &erp, &keyed, 0).await), KeyUse::UnderWay);
    assert_eq!(used(store.is_free(&keyed).await), KeyUse::UnderWay);
    let other = asked(&erp, "one", 2);
    assert_eq!(used(intend(&store, &erp, &other, 0).await), KeyUse::OtherRequest);
    // Another caller's key of the same name is another key, and so is another organisation's.
    intend(&store, &crm, &asked(&crm, "one", 1), 0).await.map(drop).unwrap();
    let elsewhere = store.of(OrganisationId::new("10103940"));
    intend(&elsewhere, &erp, &keyed, 0).await.map(drop).unwrap();

    let receipt = store.conclude(act, sample::done(), sample::now()).await.unwrap();
    let done = KeyUse::Done(DoneRequest::Receipt(receipt.id));
    assert_eq!(used(intend(&store, &erp, &keyed, 0).await), done);
    assert_eq!(used(intend(&store, &erp, &other, 0).await), KeyUse::OtherRequest);
    store.close().await.unwrap();
    assert_eq!(used(open(&directory).await.is_free(&keyed).await), done, "after a restart");
    // Nothing of what was refused stands in the log.
    assert_eq!(whole(&directory).await.intents, 3);
}

async fn an_augmentation_takes_its_key_before_it_begins(directory: Ground) {
    let store = open(&directory).await;
    let erp = sample::application("erp");
    let keyed = asked(&erp, "one", 1);
    let (format, level) = (seal::Format::Pades, seal::Level::BT);
    let input = sample::digest(b"document");
    let asked = AskedAugmentation { caller: &erp, input, format, level, keyed: Some(&keyed) };
    let begin = || store.begin_augmentation(asked, sample::now());
    let first = begin().await.unwrap();
    assert_eq!(used(begin().await), KeyUse::UnderWay);
    store.augmentation_failed(first, "time-stamp-unavailable", sample::now()).await.unwrap();
    let second = begin().await.unwrap();
    let done = AugmentationDone {
        output: input,
        size: 1,
        reached: "PAdES-B-T".to_owned(),
        signatures: 1,
        renewed: false,
        time_stamp_time: None,
    };
    let receipt = store.augmented(second, &done, sample::now()).await.unwrap();
    assert_eq!(used(begin().await), KeyUse::Done(DoneRequest::Receipt(receipt.id)));
    assert_eq!(whole(&directory).await.head.sequence, 4);
}

async fn an_act_that_signed_nothing_frees_its_key_and_one_that_may_have_does_not(
    directory: Ground,
) {
    let store = open(&directory).await;
    let erp = sample::application("erp");
    let keyed = asked(&erp, "one", 1);
    let failed = Abandonment::Failed { cause: "device-unavailable".into() };
    let act = intend(&store, &erp, &keyed, 0).await.unwrap();
    store.abandon(act, &failed, false, sample::now()).await.unwrap();
    let act = intend(&store, &erp, &keyed, 0).await.unwrap();
    store.abandon(act, &failed, true, sample::now()).await.unwrap();
    assert_eq!(used(intend(&store, &erp, &keyed, 0).await), KeyUse::UnderWay);
}

async fn of_many_that_race_with_one_key_one_goes_on(directory: Ground) {
    let store = open(&directory).await;
    let mut tasks = JoinSet::new();
    for at in 0..64_u8 {
        let store = store.clone();
        tasks.spawn(async move {
            let erp = sample::application("erp");
            let keyed = asked(&erp, &format!("key {}", at % 4), 1);
            match intend(&store, &erp, &keyed, 0).await {
                Ok(act) => {
                    store.conclude(act, sample::done(), sample::now()).await.unwrap();
                    true
                }
                Err(AuditError::KeyUsed(KeyUse::UnderWay | KeyUse::Done(_))) => false,
                Err(error) => panic!("{error}"),
            }
        });
    }
    let done = tasks.join_all().await.into_iter().filter(|done| *done).count();
    assert_eq!(done, 4);
    assert_eq!(whole(&directory).await.intents, 4);
}

async fn of_an_erased_person_no_key_is_left(directory: Ground) {
    let store = open(&directory).await;
    let (karen, mads) = (sample::person("karen"), sample::person("mads"));
    let (hers, his) = (asked(&karen, "one", 1), asked(&mads, "one", 1));
    drop(intend(&store, &karen, &hers, 0).await.unwrap());
    drop(intend(&store, &mads, &his, 0).await.unwrap());
    store.erase_person(&sample::claims("karen", "").person, sample::now()).await.unwrap();
    store.is_free(&hers).await.unwrap();
    assert_eq!(used(store.is_free(&his).await), KeyUse::UnderWay);
}

async fn a_key_is_kept_for_a_day_and_no_caller_has_endlessly_many(directory: Ground) {
    const DAY: u64 = 86_400;
    let store = open(&directory).await;
    let erp = sample::application("erp");
    let one = asked(&erp, "one", 1);
    drop(intend(&store, &erp, &one, 0).await.unwrap());
    drop(intend(&store, &erp, &asked(&erp, "two", 1), DAY).await.unwrap());
    assert_eq!(used(store.is_free(&one).await), KeyUse::UnderWay);
    drop(intend(&store, &erp, &asked(&erp, "three", 1), DAY + 1).await.unwrap());
    store.is_free(&one).await.unwrap();
    store.close().await.unwrap();

    assert_eq!(directory.execute("SELECT kept FROM idempotency_count"), 2);
    directory.execute("UPDATE idempotency_count SET kept = 1000000 RETURNING 0");
    let store = open(&directory).await;
    let full = intend(&store, &erp, &asked(&erp, "four", 1), DAY + 1).await;
    assert!(matches!(full, Err(AuditError::KeysFull)), "{full:?}");
    let crm = sample::application("crm");
    drop(intend(&store, &crm, &asked(&crm, "four", 1), DAY + 1).await.unwrap());
}

async fn of_many_that_come_together_as_many_go_on_as_keys_are_left(directory: Ground) {
    let store = open(&directory).await;
    let erp = sample::application("erp");
    drop(intend(&store, &erp, &asked(&erp, "first", 1), 0).await.unwrap());
    store.close().await.unwrap();
    directory.execute("UPDATE idempotency_count SET kept = 999992 RETURNING 0");
    let store = open(&directory).await;
    let mut tasks = JoinSet::new();
    for at in 0..64_u8 {
        let (store, erp) = (store.clone(), erp.clone());
        tasks.spawn(async move {
            let keyed = asked(&erp, &format!("key {at}"), 1);
            match intend(&store, &erp, &keyed, 0).await {
                Ok(_) => true,
                Err(AuditError::KeysFull) => false,
                Err(error) => panic!("{error}"),
            }
        });
    }
    let taken = tasks.join_all().await.into_iter().filter(|taken| *taken).count();
    assert_eq!(taken, 8);
}

async fn a_key_whose_record_cannot_be_read_refuses_whoever_asks_again_and_nobody_beside_them(
    directory: Ground,
) {
    let store = open(&directory).await;
    let erp = sample::application("erp");
    let damaged = asked(&erp, "damaged", 1);
    let act = intend(&store, &erp, &damaged, 0).await.unwrap();
    store.conclude(act, sample::done(), sample::now()).await.unwrap();
    seal(&store, &erp).await;
    store.close().await.unwrap();
    directory.execute("UPDATE audit_record SET body = '{}' WHERE sequence = 2 RETURNING 0");
    let store = open(&directory).await;
    let mut tasks = JoinSet::new();
    for at in 0..64_u8 {
        let (store, erp) = (store.clone(), erp.clone());
        let again = at % 4 == 0;
        let keyed = if again { damaged.clone() } else { asked(&erp, &format!("{at}"), 1) };
        tasks.spawn(async move {
            match (intend(&store, &erp, &keyed, 0).await, again) {
                (Err(AuditError::RecordDamaged { sequence: 2 }), true) | (Ok(_), false) => {}
                (other, again) => panic!("{again}: {other:?}"),
            }
        });
    }
    tasks.join_all().await;
}

contract! {
    a_key_whose_record_cannot_be_read_refuses_whoever_asks_again_and_nobody_beside_them,
    an_augmentation_takes_its_key_before_it_begins,
    of_many_that_come_together_as_many_go_on_as_keys_are_left,
    a_key_is_taken_until_the_act_is_done_and_then_leads_to_its_receipt,
    an_act_that_signed_nothing_frees_its_key_and_one_that_may_have_does_not,
    of_many_that_race_with_one_key_one_goes_on,
    of_an_erased_person_no_key_is_left,
    a_key_is_kept_for_a_day_and_no_caller_has_endlessly_many,
}
