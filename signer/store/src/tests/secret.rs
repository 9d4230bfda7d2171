//! What is kept of what somebody bears for a while.

use std::time::Duration;

use super::*;

const LINK: SecretKind = SecretKind::OneTimeLink;

pub(super) fn secret(hash: u8, ends: u64) -> KeptSecret {
    KeptSecret {
        kind: LINK,
        hash: [hash; 32],
        organisation: sample::organisation(),
        subject: "karen".to_owned(),
        person: None,
        family: [7; 16],
        ends: later(ends),
        content: r#"{"for":"Køren"}"#.to_owned(),
    }
}

fn later(seconds: u64) -> SystemTime {
    sample::now() + Duration::from_secs(seconds)
}

async fn a_secret_is_found_by_its_hash_and_kind_until_its_end(ground: Ground) {
    let store = open(&ground).await;
    let kept = secret(1, 60);
    store.keep_secret(&kept, None, sample::now()).await.unwrap();
    assert_eq!(store.secret(LINK, &[1; 32], later(59)).await.unwrap(), Some(kept));
    assert_eq!(store.secret(LINK, &[1; 32], later(60)).await.unwrap(), None);
    assert_eq!(store.secret(LINK, &[2; 32], later(1)).await.unwrap(), None);
    assert_eq!(store.secret(SecretKind::Session, &[1; 32], later(1)).await.unwrap(), None);
}

async fn of_many_who_spend_a_secret_on_two_nodes_one_has_it(ground: Ground) {
    let one = open(&ground).await;
    let two = match &ground {
        // One process has a file.
        Ground::File(_) | Ground::Memory(_) => one.clone(),
        Ground::Server(..) => open(ground.as_node("two")).await,
    };
    one.keep_secret(&secret(1, 60), None, sample::now()).await.unwrap();
    let mut asked = Vec::new();
    for number in 0..50 {
        let store = if number % 2 == 0 { one.clone() } else { two.clone() };
        asked.push(tokio::spawn(async move { store.spend_secret(LINK, &[1; 32], later(1)).await }));
    }
    let (mut now, mut before) = (0, 0);
    for asked in asked {
        match asked.await.unwrap().unwrap() {
            Spent::Now(found) => {
                assert_eq!(found, secret(1, 60));
                now += 1;
            }
            Spent::Before(_) => before += 1,
            Spent::Unknown => panic!("it was kept"),
        }
    }
    assert_eq!((now, before), (1, 49));
    assert_eq!(one.secret(LINK, &[1; 32], later(1)).await.unwrap(), None, "it is spent");
}

async fn what_has_ended_is_not_spent_and_what_was_spent_is_told_from_what_never_was(
    ground: Ground,
) {
    let store = open(&ground).await;
    store.keep_secret(&secret(1, 60), None, sample::now()).await.unwrap();
    assert_eq!(store.spend_secret(LINK, &[1; 32], later(60)).await.unwrap(), Spent::Unknown);
    assert_eq!(store.spend_secret(LINK, &[2; 32], later(1)).await.unwrap(), Spent::Unknown);
    let spent = store.spend_secret(LINK, &[1; 32], later(59)).await.unwrap();
    assert!(matches!(spent, Spent::Now(_)));
    // Also after its end, for a while.
    let again = store.spend_secret(LINK, &[1; 32], later(90)).await.unwrap();
    assert_eq!(again, Spent::Before(secret(1, 60)));
}

async fn no_owner_has_more_of_a_kind_than_may_be(ground: Ground) {
    let store = open(&ground).await;
    for hash in 1..=3 {
        store.keep_secret(&secret(hash, 60), Some(3), sample::now()).await.unwrap();
    }
    let full = store.keep_secret(&secret(4, 60), Some(3), sample::now()).await;
    assert!(matches!(full, Err(SecretError::Full)), "{full:?}");
    let other = KeptSecret { subject: "mads".to_owned(), ..secret(5, 60) };
    store.keep_secret(&other, Some(3), sample::now()).await.unwrap();
    let kind = KeptSecret { kind: SecretKind::Session, ..secret(5, 60) };
    store.keep_secret(&kind, Some(3), sample::now()).await.unwrap();
    // What was spent makes room, and what has ended.
    store.spend_secret(LINK, &[1; 32], later(1)).await.unwrap();
    store.keep_secret(&secret(4, 120), Some(3), later(1)).await.unwrap();
    let full = store.keep_secret(&secret(6, 120), Some(3), later(1)).await;
    assert!(matches!(full, Err(SecretError::Full)));
    store.keep_secret(&secret(6, 120), Some(3), later(61)).await.unwrap();
}

async fn whoever_has_the_most_that_may_be_loses_what_ends_first(ground: Ground) {
    let store = open(&ground).await;
    let of =
        |person: u8, hash, ends| KeptSecret { person: Some([person; 32]), ..secret(hash, ends) };
    for kept in [of(1, 1, 80), of(1, 2, 60), of(1, 3, 70), of(2, 4, 50), secret(5, 50)] {
        store.keep_secret(&kept, None, sample::now()).await.unwrap();
    }
    let next = of(1, 6, 90);
    assert_eq!(store.make_room(&next, (4, None), later(1)).await.unwrap(), 0, "there is room");
    for other in [
        KeptSecret { kind: SecretKind::Session, ..next.clone() },
        KeptSecret { subject: "mads".to_owned(), ..next.clone() },
        KeptSecret { organisation: OrganisationId::new("87654321"), ..next.clone() },
        secret(6, 90),
    ] {
        assert_eq!(store.make_room(&other, (1, None), later(1)).await.unwrap(), 0, "{other:?}");
    }
    // In the place of one of them it takes none from the others.
    let instead = store.make_room(&next, (3, Some(&[3; 32])), later(1)).await.unwrap();
    assert_eq!(instead, 0);
    assert_eq!(store.make_room(&next, (3, None), later(1)).await.unwrap(), 1);
    let mut left = Vec::new();
    for hash in 1..=5 {
        let found = store.secret(LINK, &[hash; 32], later(1)).await.unwrap();
        left.extend(found.map(|_| hash));
    }
    assert_eq!(left, [1, 3, 4, 5]);
    // What was spent takes no place, and is still told.
    store.spend_secret(LINK, &[1; 32], later(1)).await.unwrap();
    assert_eq!(store.make_room(&next, (2, None), later(1)).await.unwrap(), 0);
    let again = store.spend_secret(LINK, &[1; 32], later(1)).await.unwrap();
    assert!(matches!(again, Spent::Before(_)));
}

async fn what_may_be_seen_once_is_not_kept_twice(ground: Ground) {
    let store = open(&ground).await;
    store.keep_secret(&secret(1, 60), None, sample::now()).await.unwrap();
    let again = store.keep_secret(&secret(1, 60), None, later(61)).await;
    assert!(matches!(again, Err(SecretError::AlreadyKept)), "also after its end: {again:?}");
    let long = KeptSecret { content: "x".repeat(MAXIMUM_SECRET_CONTENT + 1), ..secret(2, 60) };
    let long = store.keep_secret(&long, None, sample::now()).await;
    assert!(matches!(long, Err(SecretError::TooLong(_))));
}

async fn a_secret_is_let_go_a_day_after_its_end(ground: Ground) {
    let store = open(&ground).await;
    for hash in 1..=9 {
        store.keep_secret(&secret(hash, 60), None, sample::now()).await.unwrap();
    }
    store.keep_secret(&secret(10, 100_000), None, later(86_400)).await.unwrap();
    assert_eq!(ground.execute("SELECT count(*) FROM secret"), 10, "none was so old");
    store.keep_secret(&secret(11, 100_000), None, later(86_461)).await.unwrap();
    assert_eq!(ground.execute("SELECT count(*) FROM secret"), 3, "eight at once");
    store.keep_secret(&secret(12, 100_000), None, later(86_462)).await.unwrap();
    assert_eq!(ground.execute("SELECT count(*) FROM secret"), 3);
}

async fn what_clients_send_with_every_request_is_let_go_soon(ground: Ground) {
    let store = open(&ground).await;
    let seen = |hash, ends| KeptSecret { kind: SecretKind::ClientAssertion, ..secret(hash, ends) };
    store.keep_secret(&seen(1, 60), None, sample::now()).await.unwrap();
    store.keep_secret(&seen(2, 900), None, later(659)).await.unwrap();
    assert_eq!(ground.execute("SELECT count(*) FROM secret"), 2, "clocks may differ");
    store.keep_secret(&seen(3, 900), None, later(661)).await.unwrap();
    assert_eq!(ground.execute("SELECT count(*) FROM secret"), 2);
}

async fn a_secret_is_given_another_end_unless_it_is_spent(ground: Ground) {
    let store = open(&ground).await;
    store.keep_secret(&secret(1, 60), None, sample::now()).await.unwrap();
    assert!(store.amend_secret(LINK, &[1; 32], later(120), "{}").await.unwrap());
    let found = store.secret(LINK, &[1; 32], later(100)).await.unwrap().unwrap();
    assert_eq!((found.ends, found.content.as_str()), (later(120), "{}"));
    store.spend_secret(LINK, &[1; 32], later(1)).await.unwrap();
    assert!(!store.amend_secret(LINK, &[1; 32], later(180), "{}").await.unwrap());
    assert!(!store.amend_secret(LINK, &[2; 32], later(180), "{}").await.unwrap());
}

async fn a_family_ends_together_and_so_does_what_an_owner_has(ground: Ground) {
    let store = open(&ground).await;
    let organisation = sample::organisation();
    let family = |hash, family| KeptSecret { family: [family; 16], ..secret(hash, 60) };
    for kept in [family(1, 1), family(2, 1), family(3, 2), family(4, 3)] {
        store.keep_secret(&kept, None, sample::now()).await.unwrap();
    }
    store.spend_secret(LINK, &[1; 32], later(1)).await.unwrap();
    assert_eq!(store.end_family(&[1; 16]).await.unwrap(), 1, "one was spent");
    let again = store.spend_secret(LINK, &[1; 32], later(1)).await.unwrap();
    assert!(matches!(again, Spent::Before(_)), "which is still told");
    assert!(store.end_secret(LINK, &[3; 32]).await.unwrap());
    assert!(!store.end_secret(LINK, &[3; 32]).await.unwrap());
    let other = OrganisationId::new("87654321");
    assert_eq!(store.end_secrets_of(LINK, &other, "karen").await.unwrap(), 0);
    assert_eq!(store.end_secrets_of(LINK, &organisation, "karen").await.unwrap(), 2);
    assert_eq!(store.secret(LINK, &[4; 32], later(1)).await.unwrap(), None);
}

async fn with_a_person_go_the_logins_that_stand_for_them(ground: Ground) {
    let store = open(&ground).await;
    let Caller::Person(karen) = sample::person("karen") else { panic!("a person") };
    let of_karen =
        KeptSecret { person: Some(KeptSecret::of_person(&karen.person)), ..secret(1, 60) };
    store.keep_secret(&of_karen, None, sample::now()).await.unwrap();
    store.keep_secret(&secret(2, 60), None, sample::now()).await.unwrap();
    store.erase_person(&karen.person, sample::now()).await.unwrap();
    assert_eq!(store.secret(LINK, &[1; 32], later(1)).await.unwrap(), None);
    assert!(store.secret(LINK, &[2; 32], later(1)).await.unwrap().is_some());
}

contract! {
    a_secret_is_found_by_its_hash_and_kind_until_its_end,
    of_many_who_spend_a_secret_on_two_nodes_one_has_it,
    what_has_ended_is_not_spent_and_what_was_spent_is_told_from_what_never_was,
    no_owner_has_more_of_a_kind_than_may_be,
    whoever_has_the_most_that_may_be_loses_what_ends_first,
    what_may_be_seen_once_is_not_kept_twice,
    a_secret_is_let_go_a_day_after_its_end,
    what_clients_send_with_every_request_is_let_go_soon,
    a_secret_is_given_another_end_unless_it_is_spent,
    a_family_ends_together_and_so_does_what_an_owner_has,
    with_a_person_go_the_logins_that_stand_for_them,
}
