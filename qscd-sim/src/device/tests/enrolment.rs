use std::time::Duration;

use seal::{Assurance, CredentialEnd, EnrolmentRequest, PersonSubject, Qscd, QscdError, Subject};

use super::fixture::{Bench, hash, karens_subject, organisation};
use crate::DeviceLimits;

#[tokio::test]
async fn a_request_that_the_device_does_not_fulfil_is_refused_with_its_reason() {
    let bench = Bench::new();
    let cases = [
        case(
            |r| {
                r.assurance = Assurance::Revocable;
                r.lifetime = Duration::from_secs(10 * 24 * 3600 - 299);
            },
            "longer than the assurance",
        ),
        case(|r| r.signatures = 0, "at least one"),
        case(|r| r.signatures = 101, "more signatures"),
        case(|r| r.at += Duration::from_secs(301), "present"),
        case(|r| r.at -= Duration::from_secs(301), "present"),
        case(|r| r.lifetime = Duration::from_millis(999), "shorter than a second"),
        case(|r| r.lifetime = Duration::from_secs(24 * 3600), "longer than the assurance"),
        case(|r| r.lifetime = Duration::MAX, "longer than the assurance"),
        case(
            |r| (r.lifetime, r.at) = (Duration::from_secs(2), r.at - 3 * second()),
            "ended already",
        ),
        case(|r| r.requester = String::new(), "requester"),
        case(|r| r.requester = "x".repeat(257), "requester"),
        case(|r| r.back_dating = Duration::from_secs(u64::MAX), "longer than the assurance"),
        case(
            |r| {
                let common_name = String::new();
                r.subject = Subject::Person(PersonSubject { common_name, ..karens_subject() });
            },
            "commonName",
        ),
    ];
    for Case { change, reason } in cases {
        let mut request = bench.request(organisation());
        change(&mut request);
        match bench.device.enrol(request.clone()).await {
            Err(QscdError::EnrolmentRefused(why)) if why.contains(reason) => {}
            other => panic!("{reason}: {other:?} for {request:?}"),
        }
    }
    assert_eq!(bench.device.counters().created, 0, "no key was made");
}

#[tokio::test]
async fn a_key_dies_with_its_certificate_or_at_the_devices_limit() {
    let limits = DeviceLimits { key_lifetime: Duration::from_secs(600), ..DeviceLimits::default() };
    let bench = Bench::with(limits);
    let mut request = bench.request(organisation());
    let at = request.at;
    request.lifetime = Duration::from_secs(60);
    let short = bench.device.enrol(request.clone()).await.unwrap();
    assert_eq!(short.deadline, at + Duration::from_secs(60));
    request.lifetime = Duration::from_secs(900);
    let long = bench.device.enrol(request).await.unwrap();
    assert_eq!(long.deadline, at + Duration::from_secs(600));
}

#[tokio::test]
async fn at_capacity_enrolment_is_refused_and_nobodys_key_goes() {
    let limits = DeviceLimits { live_keys: 3, keys_per_requester: 2, ..DeviceLimits::default() };
    let bench = Bench::with(limits);
    let enrol = |requester: &str| {
        let request =
            EnrolmentRequest { requester: requester.into(), ..bench.request(organisation()) };
        bench.device.enrol(request)
    };
    let first = enrol("a").await.unwrap();
    enrol("a").await.unwrap();
    assert_eq!(enrol("a").await.unwrap_err(), QscdError::AtCapacity, "a has its quota");
    enrol("b").await.unwrap();
    assert_eq!(enrol("c").await.unwrap_err(), QscdError::AtCapacity, "the device is full");

    let to_sign = [hash("document")];
    let sad = bench.authorise(&first, &to_sign).await.unwrap();
    bench.sign(&first, sad, &to_sign).await.unwrap();
    enrol("a").await.expect("a's place came back");
    assert_eq!(bench.device.counters().live, 3);
}

#[tokio::test]
async fn after_shutdown_nothing_is_enrolled() {
    let bench = Bench::new();
    let credential = bench.seal_credential().await;
    bench.device.shutdown();
    let refused = bench.device.enrol(bench.request(organisation())).await;
    assert!(matches!(refused, Err(QscdError::Unavailable(_))));
    let ended = bench.authorise(&credential, &[hash("a")]).await.unwrap_err();
    assert_eq!(ended, CredentialEnd::Destroyed.into());
}

fn second() -> Duration {
    Duration::from_secs(1)
}

/// A change to a good request, and a part of the refusal that it earns.
struct Case {
    change: fn(&mut EnrolmentRequest),
    reason: &'static str,
}

fn case(change: fn(&mut EnrolmentRequest), reason: &'static str) -> Case {
    Case { change, reason }
}
