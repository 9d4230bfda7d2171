//! Short-lived certificates stand in the cache beside their keys, and end with them.

use std::time::Duration;

use seal::Qscd;

use super::fixture::{Bench, hash};
use crate::DeviceLimits;

/// The serial number of the newest certificate.
fn newest(bench: &Bench) -> String {
    bench.device.issued().newest(1)[0].serial.clone()
}

#[tokio::test]
async fn while_its_key_lives_the_certificate_is_at_hand() {
    let bench = Bench::new();
    let credential = bench.seal_credential().await;
    let found = bench.device.certificate(&newest(&bench)).unwrap();
    assert_eq!(found, *credential.chain.end_entity());
    assert_eq!(bench.device.credential(&credential.id).unwrap().chain, credential.chain);
}

#[tokio::test]
async fn however_a_key_ends_nothing_in_the_device_holds_its_certificate_any_more() {
    const WAYS: [&str; 6] =
        ["consumed", "destroyed", "expired", "set back", "evicted", "shut down"];
    for way in WAYS {
        let limits = DeviceLimits { cache_capacity: 1, ..DeviceLimits::default() };
        let bench = Bench::with(limits);
        let credential = bench.seal_credential().await;
        let (id, serial) = (credential.id.clone(), newest(&bench));
        match way {
            "consumed" => {
                let sad = bench.authorise(&credential, &[hash("a")]).await.unwrap();
                bench.sign(&credential, sad, &[hash("a")]).await.unwrap();
            }
            "destroyed" => bench.device.destroy(&id).await.unwrap(),
            "expired" => bench.clock.set(credential.deadline),
            "set back" => bench.clock.set(credential.deadline - Duration::from_secs(3600)),
            "evicted" => drop(bench.seal_credential().await),
            _ => bench.device.shutdown(),
        }
        bench.device.tick();
        assert!(bench.device.certificate(&serial).is_none(), "{way}");
        assert!(bench.device.credential(&id).is_err() && !bench.device.lives(&id), "{way}");
        let certificate = credential.chain.end_entity().clone().into_bytes();
        drop(credential);
        assert!(certificate.is_unique(), "{way}: somebody holds the certificate");
        let listed = bench.device.issued().find(&serial).unwrap();
        assert!(listed.certificate.is_none(), "{way}: the list has it");
    }
}

#[tokio::test]
async fn a_tester_who_wants_certificates_kept_gets_the_newest() {
    let limits = DeviceLimits { kept_certificates: 2, ..DeviceLimits::default() };
    let bench = Bench::with(limits);
    let mut serials = Vec::new();
    for _ in 0..3 {
        let credential = bench.seal_credential().await;
        bench.device.destroy(&credential.id).await.unwrap();
        serials.push(newest(&bench));
    }
    let kept: Vec<bool> =
        serials.iter().map(|serial| bench.device.certificate(serial).is_some()).collect();
    assert_eq!(kept, [false, true, true]);
}

#[tokio::test]
async fn under_a_clock_that_stands_a_key_outlives_the_caches_own_time() {
    let lifetime = Duration::from_secs(2);
    let limits = DeviceLimits { key_lifetime: lifetime, ..DeviceLimits::default() };
    let bench = Bench::with(limits);
    let credential = bench.seal_credential().await;
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        bench.device.tick();
    }
    assert!(bench.device.lives(&credential.id), "the machine's time ended it");
    bench.clock.advance(lifetime);
    bench.device.tick();
    assert!(!bench.device.lives(&credential.id));
    assert_eq!(bench.device.counters().expired, 1);
}
