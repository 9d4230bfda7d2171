use std::time::Duration;

use seal::{CredentialEnd, CredentialId, Qscd};

use super::fixture::{Bench, by_mandate, hash, organisation};
use crate::DeviceLimits;

/// How the device tells the end of a credential, through every door.
async fn end_of(bench: &Bench, id: &CredentialId) -> CredentialEnd {
    let authorised = bench.device.authorise(id, &[hash("a")], &by_mandate()).await;
    let sad = seal::Sad::new("x".into());
    let signed = bench.device.sign(id, sad, &[hash("a")]).await;
    let destroyed = bench.device.destroy(id).await;
    let ends = [authorised.unwrap_err(), signed.unwrap_err(), destroyed.unwrap_err()];
    let ends: Vec<CredentialEnd> = ends
        .into_iter()
        .map(|error| match error {
            seal::QscdError::CredentialEnded(end) => end,
            other => panic!("{other}"),
        })
        .collect();
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
    ends[0]
}

#[tokio::test]
async fn consumed_destroyed_expired_and_unknown_are_told_apart() {
    let bench = Bench::new();
    let consumed = bench.seal_credential().await;
    let sad = bench.authorise(&consumed, &[hash("a")]).await.unwrap();
    bench.sign(&consumed, sad, &[hash("a")]).await.unwrap();
    let destroyed = bench.seal_credential().await;
    bench.device.destroy(&destroyed.id).await.unwrap();
    let expired = bench.seal_credential().await;
    bench.clock.set(expired.deadline);

    assert_eq!(end_of(&bench, &consumed.id).await, CredentialEnd::Unknown, "15 minutes ago");
    assert_eq!(end_of(&bench, &expired.id).await, CredentialEnd::Expired);
    let again = bench.seal_credential().await;
    let sad = bench.authorise(&again, &[hash("a")]).await.unwrap();
    bench.sign(&again, sad, &[hash("a")]).await.unwrap();
    assert_eq!(end_of(&bench, &again.id).await, CredentialEnd::Consumed);
    let again = bench.seal_credential().await;
    bench.device.destroy(&again.id).await.unwrap();
    assert_eq!(end_of(&bench, &again.id).await, CredentialEnd::Destroyed);
    for name in ["", "no such name", &"0".repeat(32)] {
        assert_eq!(end_of(&bench, &CredentialId::new(name)).await, CredentialEnd::Unknown);
    }
}

#[tokio::test]
async fn a_second_before_its_deadline_a_key_signs_and_at_its_deadline_it_does_not() {
    let bench = Bench::new();
    for (early, signs) in [(Duration::from_secs(1), true), (Duration::ZERO, false)] {
        let credential = bench.seal_credential().await;
        bench.clock.set(credential.deadline - early);
        assert_eq!(bench.authorise(&credential, &[hash("a")]).await.is_ok(), signs);
        bench.clock.set(credential.deadline);
        assert_eq!(end_of(&bench, &credential.id).await, CredentialEnd::Expired);
    }
}

#[tokio::test]
async fn a_key_that_is_never_asked_for_again_expires_at_the_tick() {
    let bench = Bench::new();
    let credential = bench.seal_credential().await;
    bench.device.tick();
    assert_eq!(bench.device.counters().live, 1);
    bench.clock.set(credential.deadline);
    bench.device.tick();
    let counters = bench.device.counters();
    assert_eq!((counters.live, counters.expired), (0, 1));
    assert_eq!(end_of(&bench, &credential.id).await, CredentialEnd::Expired);
}

#[tokio::test]
async fn the_cache_evicts_the_least_recently_used_key() {
    let limits = DeviceLimits { cache_capacity: 2, ..DeviceLimits::default() };
    let bench = Bench::with(limits);
    let first = bench.seal_credential().await;
    for _ in 0..3 {
        bench.seal_credential().await;
        bench.device.tick();
    }
    assert_eq!(end_of(&bench, &first.id).await, CredentialEnd::Evicted);
    let counters = bench.device.counters();
    assert_eq!((counters.created, counters.evicted, counters.live), (4, 2, 2));
}

/// The cache's own time to live is the backstop when the device's clock stands still.
#[tokio::test]
async fn with_a_frozen_clock_the_cache_still_ends_a_key() {
    let limits =
        DeviceLimits { key_lifetime: Duration::from_millis(1100), ..DeviceLimits::default() };
    let bench = Bench::with(limits);
    let credential = bench.device.enrol(bench.request(organisation())).await.unwrap();
    std::thread::sleep(Duration::from_millis(1200));
    assert_eq!(end_of(&bench, &credential.id).await, CredentialEnd::Expired);
    assert_eq!(bench.device.counters().expired, 1);
}

#[tokio::test]
async fn the_ticker_stops_with_the_device() {
    let bench = Bench::new();
    let ticker = bench.device.spawn_ticker();
    let credential = bench.seal_credential().await;
    bench.clock.set(credential.deadline);
    let ticked = async {
        while bench.device.counters().expired == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), ticked).await.unwrap();
    drop(bench);
    tokio::time::timeout(Duration::from_secs(10), ticker).await.unwrap().unwrap();
}
