//! Augmentations: one record each, and a receipt for what was made.

use std::time::Duration;

use seal::{Format, Level, PersonId};
use serde_json::json;

use super::*;
use audit::{AskedAugmentation, AugmentationDone};

pub(super) fn asked(caller: &Caller) -> AskedAugmentation<'_> {
    let input = sample::digest(b"document");
    AskedAugmentation { caller, input, format: Format::Pades, level: Level::BLTA, keyed: None }
}

pub(super) fn done() -> AugmentationDone {
    AugmentationDone {
        output: sample::digest(b"output"),
        size: 20_480,
        reached: "PKCS7-LTA".to_owned(),
        signatures: 2,
        renewed: true,
        time_stamp_time: Some(sample::now() + Duration::from_secs(1)),
    }
}

async fn augment(store: &Tenant, caller: &Caller) -> AugmentationReceipt {
    let open = store.begin_augmentation(asked(caller), sample::now()).await.unwrap();
    store.augmented(open, &done(), sample::now()).await.unwrap()
}

async fn a_receipt_tells_what_was_raised_and_of_no_key(directory: Ground) {
    let store = open(&directory).await;
    let receipt = augment(&store, &sample::application("erp")).await;
    let read = store.receipt(&receipt.id, &sample::application("erp")).await.unwrap().unwrap();
    assert_eq!(read, FoundReceipt::Augmentation(receipt.clone()));
    assert_eq!(
        serde_json::to_value(&read).unwrap(),
        json!({
            "id": receipt.id.to_string(),
            "time": "2027-01-15T08:00:00Z",
            "act": "augmentation",
            "format": "pades",
            "level": "B-LTA",
            "reached": "PKCS7-LTA",
            "signatures": 2,
            "renewed": true,
            "input_sha256": sample::digest(b"document").to_string(),
            "output_sha256": sample::digest(b"output").to_string(),
            "time_stamp_time": "2027-01-15T08:00:01Z",
            "audit": { "sequence": 1, "hash": receipt.audit.hash.to_string() },
        })
    );
}

async fn a_receipt_is_for_whoever_asked(directory: Ground) {
    assert_only_the_asker_reads(&directory, async |store, asker| augment(store, asker).await.id)
        .await;
}

async fn every_end_is_one_record_and_the_log_stays_whole(directory: Ground) {
    let store = open(&directory).await;
    let karen = sample::person("karen");
    seal(&store, &karen).await;
    augment(&store, &karen).await;
    let now = sample::now();
    let open = asked(&karen).open(None);
    store.augmentation_failed(open, "time-stamp-unavailable", now).await.unwrap();
    store.augmentation_refused(asked(&karen), &["caller-has-grant"], now).await.unwrap();
    let report = whole(&directory).await;
    assert_eq!((report.head.sequence, report.intents, report.incomplete_total), (5, 1, 0));

    let person = PersonId { ..sample::claims("karen", "").person };
    assert_eq!(store.erase_person(&person, now).await.unwrap(), 4);
    assert_eq!(whole(&directory).await.persons_erased, 4);
}

contract! {
    a_receipt_tells_what_was_raised_and_of_no_key,
    every_end_is_one_record_and_the_log_stays_whole,
    a_receipt_is_for_whoever_asked,
}
