//! Letters: each written once, sent by one at a time, and forgotten.

use std::time::Duration;

use audit::{
    CertificateRecord, CertificateRow, CertificateStep, ChangedBy, IssuedRow, LetterBound,
    LetterRow,
};

use super::{certificates::issued, *};

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
        gathers: None,
        recipient: [1; 32],
        asked: false,
        bound: None,
    }))
}

/// One that somebody asked for, to this recipient.
fn asked(key: u8, made: i64, recipient: u8) -> CertificateRow {
    let CertificateRow::Letter(row) = letter(key, made) else { panic!("a letter") };
    let bound = Some(LetterBound { to_address: 2, of_organisation: 3 });
    let row = LetterRow { recipient: [recipient; 32], asked: true, bound, ..*row };
    CertificateRow::Letter(Box::new(row))
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

/// A notice about a certificate, which waits from 1,000 on.
fn waiting(key: u8, subject: &str, kind: &'static str) -> CertificateRow {
    let CertificateRow::Letter(row) = letter(key, 100) else { panic!("a letter") };
    let subject = subject.to_owned();
    CertificateRow::Letter(Box::new(LetterRow { gathers: Some(1_000), subject, kind, ..*row }))
}

fn digest(key: u8, of: &[u8]) -> CertificateRow {
    let CertificateRow::Letter(letter) = letter(key, 1_000) else { panic!("a letter") };
    let gathered = of.iter().map(|key| [*key; 32]).collect();
    CertificateRow::Digest { letter: Some(letter), gathered, at: 1_000 }
}

async fn gathers(store: &Tenant, row: CertificateRow) -> bool {
    let record = CertificateRecord::of(CertificateStep::Gathered, ChangedBy::Link);
    match store.certificates_changed(&record, vec![row], sample::now()).await {
        Ok(_) => true,
        Err(AuditError::RowRefused(RowRefusal::Gathered)) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn what_waits_for_the_letter_of_the_day_is_in_it_once_and_sent_by_itself_never(
    ground: Ground,
) {
    let store = open(&ground).await;
    let certificate = |id: &str, number, replaces: Option<&str>| {
        let row = IssuedRow { replaces: replaces.map(str::to_owned), ..issued(id, number) };
        CertificateRow::Certificate(Box::new(row))
    };
    let rows = vec![
        certificate("told", 1, None),
        certificate("muted", 2, None),
        certificate("blocked", 3, None),
        certificate("followed", 4, None),
        certificate("next", 5, Some("followed")),
        CertificateRow::Muted { id: "muted".into(), by: "person".into(), at: 1 },
        CertificateRow::Blocked { id: "blocked".into(), reason: "not-given", at: 1 },
        CertificateRow::Installed { id: "next".into(), at: 1 },
        waiting(1, "told", "expired"),
        waiting(2, "muted", "expired"),
        waiting(3, "blocked", "expired"),
        waiting(4, "followed", "expired"),
        waiting(5, "blocked", "blocked"),
        waiting(6, "told.7", "outdated"),
    ];
    write(&store, rows).await;
    // Written once as any other, and due at no time.
    write(&store, vec![waiting(1, "told", "expired")]).await;
    assert_eq!(store.take_letter([1; 16], at(90_000_000)).await.unwrap(), None);
    assert!(store.recipients_waiting(at(999)).await.unwrap().is_empty());
    let to = [(sample::organisation(), [1; 32])];
    assert_eq!(store.recipients_waiting(at(1_000)).await.unwrap(), to);
    let found = store.waiting_notices(&[1; 32], &["expired"], (at(1_000), 100)).await.unwrap();
    let found: Vec<_> = found.iter().map(|one| (one.key[0], one.is_moot)).collect();
    let all = [(1, false), (2, true), (3, true), (4, true), (5, false), (6, false)];
    assert_eq!(found, all);
    let other = store.of(OrganisationId::new("87654321"));
    assert!(
        other.waiting_notices(&[1; 32], &["expired"], (at(1_000), 100)).await.unwrap().is_empty()
    );
    assert!(!gathers(&other, digest(20, &[1])).await);
    // One that was gathered is in no other letter, and nothing is done of a letter that is refused.
    assert!(gathers(&store, digest(10, &[1, 2])).await);
    assert!(!gathers(&store, digest(11, &[3, 1])).await);
    // Nobody has two of one day.
    assert!(!gathers(&store, digest(10, &[3, 4])).await);
    let left = store.waiting_notices(&[1; 32], &["expired"], (at(1_000), 2)).await.unwrap();
    assert_eq!(left.iter().map(|one| one.key[0]).collect::<Vec<_>>(), [3, 4]);
    let none = CertificateRow::Digest { letter: None, gathered: vec![[3; 32], [4; 32]], at: 1 };
    assert!(gathers(&store, none).await);
    let taken = store.take_letter([1; 16], at(1_000)).await.unwrap().unwrap();
    assert_eq!(taken.key, [10; 32]);
    assert_eq!(store.take_letter([1; 16], at(1_000)).await.unwrap(), None);
    // It was told, and is not told again.
    write(&store, vec![waiting(1, "told", "expired"), letter(2, 100)]).await;
    let left = store.waiting_notices(&[1; 32], &["expired"], (at(1_000), 100));
    assert_eq!(left.await.unwrap().iter().map(|one| one.key[0]).collect::<Vec<_>>(), [5, 6]);
}

async fn of_many_who_gather_on_two_nodes_one_writes_the_letter(ground: Ground) {
    let one = open(&ground).await;
    let two = match &ground {
        // One process has a file.
        Ground::File(_) | Ground::Memory(_) => one.clone(),
        Ground::Server(..) => open(ground.as_node("two")).await,
    };
    write(&one, vec![waiting(1, "told", "expired"), waiting(2, "told", "blocked")]).await;
    let mut asked = Vec::new();
    for number in 0..20_u8 {
        let store = if number % 2 == 0 { one.clone() } else { two.clone() };
        let digest = digest(100, &[1, 2]);
        asked.push(tokio::spawn(async move { gathers(&store, digest).await }));
    }
    let mut written = 0;
    for asked in asked {
        written += usize::from(asked.await.unwrap());
    }
    assert_eq!(written, 1);
    assert!(one.take_letter([1; 16], at(1_000)).await.unwrap().is_some());
    assert_eq!(two.take_letter([2; 16], at(1_000)).await.unwrap(), None);
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

async fn what_is_asked_for_is_written_so_often_to_one_and_for_one_and_what_must_be_told_always(
    ground: Ground,
) {
    let store = open(&ground).await;
    let other = store.of(OrganisationId::new("87654321"));
    let tried = async |store: &Tenant, row: CertificateRow| {
        let record = CertificateRecord::of(CertificateStep::Ordered, ChangedBy::Operator);
        match store.certificates_changed(&record, vec![row], sample::now()).await {
            Ok(_) => None,
            Err(AuditError::RowRefused(refusal)) => Some(refusal),
            Err(error) => panic!("{error}"),
        }
    };
    for key in [1, 2] {
        assert_eq!(tried(&store, asked(key, 100, 7)).await, None);
    }
    assert_eq!(tried(&store, asked(3, 101, 7)).await, Some(RowRefusal::AddressLettersSpent));
    // What was written is not written again, and so refused by nothing.
    assert_eq!(tried(&store, asked(2, 101, 7)).await, None);
    assert_eq!(tried(&store, asked(4, 102, 8)).await, None);
    assert_eq!(tried(&store, asked(5, 103, 9)).await, Some(RowRefusal::OrganisationLettersSpent));
    assert_eq!(tried(&store, letter(6, 103)).await, None);
    assert_eq!(tried(&other, asked(7, 103, 7)).await, None);
    // A day after the first two.
    assert_eq!(tried(&store, asked(8, 100 + LETTERS_COUNTED_S, 7)).await, None);
}

async fn letters_are_counted_for_a_day_after_they_were_sent(ground: Ground) {
    let store = open(&ground).await;
    write(&store, vec![letter(1, 100), letter(2, 101), asked(3, 102, 1)]).await;
    let (own, other) = (sample::organisation(), OrganisationId::new("another"));
    let of = async |organisation, now| {
        let sent = store.letters_sent_to(&[1; 32], organisation, at(now)).await.unwrap();
        (sent.count, sent.first)
    };
    let counted = async |all: bool, now| of((!all).then_some(&own), now).await;
    assert_eq!(counted(true, 200).await, (0, None));
    for end in [LetterEnd::Sent, LetterEnd::Refused, LetterEnd::Sent] {
        let taken = store.take_letter([1; 16], at(200)).await.unwrap().unwrap();
        assert_eq!((taken.recipient, taken.asked), (Some([1; 32]), taken.key == [3; 32]));
        store.end_letter(&taken, end, at(200)).await.unwrap();
    }
    assert_eq!(counted(true, 300).await, (2, Some(200)));
    assert_eq!(counted(false, 300).await, (1, Some(200)));
    // What one organisation has sent takes nothing from another.
    assert_eq!(of(Some(&other), 300).await, (0, None));
    let sent_for = store.letters_sent_for(&own, at(300)).await.unwrap();
    assert_eq!((sent_for.count, sent_for.first), (1, Some(200)));
    store.forget_recipients(at(199 + LETTERS_COUNTED_S)).await.unwrap();
    assert_eq!(counted(true, 300).await.0, 2);
    assert_eq!(counted(true, 200 + LETTERS_COUNTED_S).await.0, 0);
    store.forget_recipients(at(200 + LETTERS_COUNTED_S)).await.unwrap();
    assert_eq!(counted(true, 300).await.0, 0);
}

async fn a_letter_that_was_held_back_was_not_tried(ground: Ground) {
    let store = open(&ground).await;
    write(&store, vec![letter(1, 100)]).await;
    for hour in 0..40 {
        let now = at(100 + hour * 3_600);
        let taken = store.take_letter([1; 16], now).await.unwrap().unwrap();
        assert_eq!(taken.attempt, 1);
        assert!(store.hold_letter_back(&taken, 3_600, now).await.unwrap());
        assert!(!store.hold_letter_back(&taken, 3_600, now).await.unwrap());
    }
}

contract!(
    what_is_asked_for_is_written_so_often_to_one_and_for_one_and_what_must_be_told_always,
    letters_are_counted_for_a_day_after_they_were_sent,
    a_letter_that_was_held_back_was_not_tried,
    a_letter_is_written_once_and_forgotten_when_it_has_ended,
    whoever_has_taken_a_letter_has_it_alone_until_the_time_is_over,
    a_letter_of_a_clock_that_went_ahead_is_sent_when_it_is_home,
    what_waits_for_the_letter_of_the_day_is_in_it_once_and_sent_by_itself_never,
    of_many_who_gather_on_two_nodes_one_writes_the_letter,
    of_many_who_take_letters_on_two_nodes_each_has_others,
);
