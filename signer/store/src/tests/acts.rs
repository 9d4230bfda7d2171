//! One act: intent, outcome, receipt.

use std::time::Duration;

use audit::{Abandonment, RecordError, TokenSpend};
use seal::{Act, Digest, DigestAlgorithm, Level};
use serde_json::{Value, json};

use super::*;

async fn a_receipt_has_exactly_the_fields_of_the_interface(directory: Ground) {
    let store = open(&directory).await;
    let receipt = seal(&store, &sample::application("erp")).await;
    let read = store.receipt(&receipt.id, &sample::application("erp")).await.unwrap().unwrap();
    assert_eq!(read, FoundReceipt::Act(receipt.clone()));
    assert_eq!(
        serde_json::to_value(&read).unwrap(),
        json!({
            "id": receipt.id.to_string(),
            "time": "2027-01-15T08:00:00Z",
            "act": "seal",
            "profile": "decisions",
            "organisation": "Havnsted \"Kommune\" Ærø",
            "cvr": "12345674",
            "level": "B-T",
            "input_sha256": sample::digest(b"document").to_string(),
            "output_sha256": sample::digest(b"output").to_string(),
            "certificate_serial": "0f".repeat(20),
            "certificate_not_after": "2027-01-15T08:15:00Z",
            "time_stamp_time": "2027-01-15T08:00:01Z",
            "degraded": false,
            "audit": { "sequence": 2, "hash": receipt.audit.hash.to_string() },
        })
    );
}

async fn a_receipt_is_for_whoever_asked(directory: Ground) {
    assert_only_the_asker_reads(&directory, async |store, asker| seal(store, asker).await.id).await;
}

async fn a_guessed_receipt_is_not_found(directory: Ground) {
    let store = open(&directory).await;
    let caller = sample::application("erp");
    let id = seal(&store, &caller).await.id.to_string();
    let secret = id.split_once('-').unwrap().1;
    let guesses = [
        format!("2-{}", "0".repeat(32)),
        format!("1-{secret}"),
        format!("3-{secret}"),
        format!("{}-{secret}", u64::MAX),
    ];
    for guess in guesses {
        let read = store.receipt(&guess.parse().unwrap(), &caller).await.unwrap();
        assert_eq!(read, None, "{guess}");
    }
}

async fn a_digest_that_is_not_sha_256_is_recorded_as_what_it_is(directory: Ground) {
    let store = open(&directory).await;
    let caller = sample::application("erp");
    let mut asked = Asked::new();
    asked.request.document = Digest::of(DigestAlgorithm::Sha384, b"document");
    let act = store.intend(asked.by(&caller), sample::now()).await.unwrap();
    let receipt = store.conclude(act, sample::done(), sample::now()).await.unwrap();
    assert_eq!(receipt.input_sha256, None);
    let body = bodies(&directory).await.remove(0);
    assert_eq!(body["event"]["document"]["algorithm"], "SHA-384");

    let act = store.intend(asked.by(&caller), sample::now()).await.unwrap();
    let mut done = sample::done();
    done.output = asked.request.document;
    let refused = store.conclude(act, done, sample::now()).await;
    assert!(matches!(
        refused,
        Err(AuditError::Record(RecordError::OtherDigest(DigestAlgorithm::Sha384)))
    ));
}

async fn an_abandoned_act_says_why_and_has_no_receipt(directory: Ground) {
    let store = open(&directory).await;
    let caller = sample::application("erp");
    let asked = Asked::new();
    let endings = [
        Abandonment::Refused { rules: vec!["certificate-subject".into()] },
        Abandonment::Failed { cause: "device-unavailable".into() },
    ];
    for why in &endings {
        let act = store.intend(asked.by(&caller), sample::now()).await.unwrap();
        store.abandon(act, why, false, sample::now()).await.unwrap();
    }
    store.refuse(asked.by(&caller), &["no-grant"], sample::now()).await.unwrap();
    let recorded = bodies(&directory).await;
    assert_eq!(
        recorded[1]["event"],
        json!({ "intent": 1, "result": "refused", "rules": ["certificate-subject"] })
    );
    assert_eq!(
        recorded[3]["event"],
        json!({ "cause": "device-unavailable", "intent": 3, "result": "failed" })
    );
    assert_eq!(recorded[4]["kind"], "refused");
    assert_eq!(recorded[4]["event"]["rules"], json!(["no-grant"]));
    assert_eq!(whole(&directory).await.incomplete_total, 0);
}

async fn a_token_signs_each_of_its_documents_once(directory: Ground) {
    let claims = sample::claims("karen", "token-1");
    let caller = sample::person("karen");
    let mut asked = Asked::new();
    asked.request.act = Act::Sign;
    let store = open(&directory).await;
    let spend = |document: &[u8]| TokenSpend::new(&claims, sample::digest(document));
    let (first, second) = (spend(b"first"), spend(b"second"));
    let other_token = TokenSpend { token_id: "token-2".into(), ..spend(b"first") };
    for spend in [&first, &second, &other_token] {
        let intent = Intent { spend: Some(spend), ..asked.by(&caller) };
        let act = store.intend(intent, sample::now()).await.unwrap();
        store.conclude(act, sample::done(), sample::now()).await.unwrap();
    }
    store.close().await.unwrap();
    // What was spent stays spent in the next run.
    let store = open(&directory).await;
    for spend in [&first, &second, &other_token] {
        let intent = Intent { spend: Some(spend), ..asked.by(&caller) };
        let replayed = store.intend(intent, sample::now()).await;
        assert!(matches!(replayed, Err(AuditError::TokenReplayed)));
    }
    let recorded = bodies(&directory).await;
    assert_eq!(recorded.len(), 9);
    for refusal in &recorded[6..] {
        assert_eq!(refusal["kind"], "refused");
        assert_eq!(refusal["event"]["rules"], json!(["token-replayed"]));
    }
}

async fn a_spent_token_stays_spent_when_the_clock_goes_ahead_and_comes_back(directory: Ground) {
    let store = open(&directory).await;
    let caller = sample::person("karen");
    let asked = Asked::new();
    let spend_at = async |token_id: &str, hours: u64| {
        let claims = sample::claims("karen", token_id);
        let spend = TokenSpend::new(&claims, sample::digest(b"document"));
        let intent = Intent { spend: Some(&spend), ..asked.by(&caller) };
        let at = sample::now() + Duration::from_secs(hours * 3_600);
        store.intend(intent, at).await.is_ok()
    };
    assert!(spend_at("one", 0).await);
    for hours_ahead in [1, 24, 24 * 365 * 60] {
        assert!(spend_at(&format!("after {hours_ahead}"), hours_ahead).await);
        assert!(!spend_at("one", 0).await, "{hours_ahead} hours ahead and back");
    }
}

async fn every_record_is_canonical_json(directory: Ground) {
    let store = open(&directory).await;
    let run = "run-1".to_owned();
    let (trust_anchor, configuration) = (sample::digest(b"root"), sample::digest(b"toml"));
    let events = [
        AuditEvent::Started { run: run.clone(), trust_anchor, configuration },
        AuditEvent::Issued {
            intent: 1,
            certificate_serial: "0f".into(),
            certificate_not_after: sample::now(),
        },
        AuditEvent::DeviceRun { run: run.clone(), event_key: vec![4; 65], elsewhere: true },
        AuditEvent::DestructionsUnproved {
            run: run.clone(),
            after: 1,
            cause: "gap",
            detail: "after number 1 comes number 3".into(),
        },
        sample::destroyed(1),
        AuditEvent::DestructionsSigned {
            sequence: 1,
            hash: "ab".repeat(32),
            signature: vec![1, 2, 3],
        },
        AuditEvent::Stopped { run },
    ];
    for event in &events {
        store.record(event, sample::now()).await.unwrap();
    }
    let (asked, caller) = (Asked::new(), sample::person("karen"));
    seal(&store, &caller).await;
    store.refuse(asked.by(&caller), &["no-grant"], sample::now()).await.unwrap();
    for why in [
        Abandonment::Refused { rules: vec!["rule".into()] },
        Abandonment::Failed { cause: "cause".into() },
    ] {
        let act = store.intend(asked.by(&caller), sample::now()).await.unwrap();
        store.abandon(act, &why, false, sample::now()).await.unwrap();
    }
    let bodies = directory.bodies().await;
    assert_eq!(bodies.len(), 14);
    for body in bodies {
        let parsed: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(sorted(&parsed), body);
    }
}

async fn a_record_longer_than_any_honest_one_is_refused(directory: Ground) {
    let store = open(&directory).await;
    let event = AuditEvent::Stopped { run: "x".repeat(20_000) };
    let refused = store.record(&event, sample::now()).await;
    assert!(matches!(
        refused,
        Err(AuditError::Record(RecordError::RecordTooLong { length: 20_010, .. }))
    ));
    assert_eq!(store.head().await.unwrap().sequence, 0);
    assert_eq!(seal(&store, &sample::application("erp")).await.level, Level::BT);
}

/// RFC 8785 for what the log holds: names sorted, no spaces.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut names: Vec<_> = members.keys().collect();
            names.sort();
            let members: Vec<_> = names
                .into_iter()
                .map(|name| format!("{}:{}", Value::from(name.as_str()), sorted(&members[name])))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(","))
        }
        Value::Number(number) => {
            assert!(number.as_u64().is_some_and(|number| number < 1 << 53), "{number}");
            number.to_string()
        }
        other => other.to_string(),
    }
}

async fn bodies(directory: &Ground) -> Vec<Value> {
    directory.bodies().await.iter().map(|body| serde_json::from_str(body).unwrap()).collect()
}

contract! {
    a_receipt_has_exactly_the_fields_of_the_interface,
    a_guessed_receipt_is_not_found,
    a_digest_that_is_not_sha_256_is_recorded_as_what_it_is,
    an_abandoned_act_says_why_and_has_no_receipt,
    a_token_signs_each_of_its_documents_once,
    a_spent_token_stays_spent_when_the_clock_goes_ahead_and_comes_back,
    every_record_is_canonical_json,
    a_record_longer_than_any_honest_one_is_refused,
    a_receipt_is_for_whoever_asked,
}
