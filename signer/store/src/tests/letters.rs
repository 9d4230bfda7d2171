//! Letters: each written once, sent by one at a time, and forgotten.

use std::time::Duration;

use audit::{CertificateRecord, CertificateRow, CertificateStep, ChangedBy, LetterRow};

use super::*;

fn letter(key: u8, made: i64) -> CertificateRow {
    CertificateRow::Letter(Box::new(LetterRow {
        key: [key; 32],
        kind: "blocked",
        subject: "one".into(),
        message_id: format!("<{key}@example.com>"),
        address: "karen@example.com".into(),
        language: "da",
        content: r#"{"about":"Køren"}"#.into(),
        made,
    }))
}

async fn write(store: &Tenant, rows: Vec<CertificateRow>) {
    let record = CertificateRecord::of(CertificateStep::Ordered, ChangedBy::Operator);
    store.certificates_changed(&record, rows, sample::now()).await.unwrap();
}

fn at(seconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.cast_unsigned())
}

async fn a_letter_is_written_once_and_forgotten_when_it_has_ended(ground: Ground) {
    let store = open(&ground).await;
    write(&store, vec![letter(1, 100), letter(1, 100)]).await;
    assert_eq!(store.take_letter([1; 16], at(99)).await.unwrap(), None);
    let taken = store.take_letter([1; 16], at(100)).await.unwrap().unwrap();
    assert_eq!((&*taken.address, &*taken.language), ("karen@example.com", "da"));
    assert_eq!((&*taken.message_id, taken.made, taken.attempt), ("<1@example.com>", 100, 1));
    assert_eq!(taken.organisation, sample::organisation());
    assert!(!format!("{taken:?}").contains("karen"));
    assert!(store.end_letter(&taken, LetterEnd::Sent, at(101)).await.unwrap());
    assert!(!store.end_letter(&taken, LetterEnd::Sent, at(101)).await.unwrap());
    // It was written: it is not written again.
    write(&store, vec![letter(1, 200)]).await;
    assert_eq!(store.take_letter([2; 16], at(9_999)).await.unwrap(), None);
    let subjects = ["one".to_owned(), "two".to_owned()];
    assert_eq!(store.letters_about("blocked", &subjects).await.unwrap(), 1);
    assert_eq!(store.letters_about("renewed", &subjects).await.unwrap(), 0);
}

async fn whoever_has_taken_a_letter_has_it_alone_until_the_time_is_over(ground: Ground) {
    let store = open(&ground).await;
    write(&store, vec![letter(1, 100)]).await;
    let first = store.take_letter([1; 16], at(100)).await.unwrap().unwrap();
    let over = 100 + LETTER_HELD_S;
    assert_eq!(store.take_letter([2; 16], at(over - 1)).await.unwrap(), None);
    let second = store.take_letter([2; 16], at(over)).await.unwrap().unwrap();
    assert_eq!((second.attempt, &second.message_id), (2, &first.message_id));
    // Who was late has nothing to say any more.
    assert!(!store.end_letter(&first, LetterEnd::Sent, at(over)).await.unwrap());
    assert!(!store.put_off_letter(&first, 60, at(over)).await.unwrap());
    assert!(store.put_off_letter(&second, 60, at(over)).await.unwrap());
    assert_eq!(store.take_letter([3; 16], at(over + 59)).await.unwrap(), None);
    let third = store.take_letter([3; 16], at(over + 60)).await.unwrap().unwrap();
    assert_eq!(third.attempt, 3);
}

async fn a_letter_of_a_clock_that_went_ahead_is_sent_when_it_is_home(ground: Ground) {
    let store = open(&ground).await;
    write(&store, vec![letter(1, 90_000_000)]).await;
    assert!(store.take_letter([1; 16], at(100)).await.unwrap().is_some());
    write(&store, vec![letter(2, 100 + LETTER_PUT_OFF_S)]).await;
    assert_eq!(store.take_letter([1; 16], at(100)).await.unwrap(), None);
}

async fn of_many_who_take_letters_on_two_nodes_each_has_others(ground: Ground) {
    let one = open(&ground).await;
    let two = match &ground {
        // One process has a file.
        Ground::File(_) | Ground::Memory(_) => one.clone(),
        Ground::Server(..) => open(ground.as_node("two")).await,
    };
    write(&one, (0..20).map(|key| letter(key, 100)).collect()).await;
    let mut asked = Vec::new();
    for number in 0..40_u8 {
        let store = if number % 2 == 0 { one.clone() } else { two.clone() };
        asked.push(tokio::spawn(async move {
            store.take_letter([number; 16], at(100)).await.unwrap().map(|letter| letter.key)
        }));
    }
    let mut keys = Vec::new();
    for asked in asked {
        keys.extend(asked.await.unwrap());
    }
    while let Some(left) = two.take_letter([99; 16], at(100)).await.unwrap() {
        keys.push(left.key);
    }
    keys.sort_unstable();
    assert_eq!(keys, (0..20).map(|key| [key; 32]).collect::<Vec<_>>());
}

contract!(
    a_letter_is_written_once_and_forgotten_when_it_has_ended,
    whoever_has_taken_a_letter_has_it_alone_until_the_time_is_over,
    a_letter_of_a_clock_that_went_ahead_is_sent_when_it_is_home,
    of_many_who_take_letters_on_two_nodes_each_has_others,
);
