use std::time::{Duration, SystemTime};

use cades::time_stamp::Rejection;
use seal::DigestAlgorithm;

use super::*;
use crate::SettableClock;

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

fn unit() -> (TimeStampingUnit, SettableClock) {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let clock = SettableClock::frozen_at(now);
    let authority = Authority::new("http://127.0.0.1:8080", now).unwrap();
    let unit =
        TimeStampingUnit::new(&authority, 1, 10 * YEAR, clock.now(), Arc::new(clock.clone()));
    (unit.unwrap(), clock)
}

fn request() -> Request {
    Request {
        imprint: Digest::of(DigestAlgorithm::Sha256, b"document"),
        policy: None,
        nonce: Some(Nonce::from_random(&[7; 16])),
        certificate_requested: true,
    }
}

fn refusal(unit: &TimeStampingUnit, request: &[u8]) -> Option<FailureInfo> {
    match Response::parse(&unit.respond(request)).unwrap() {
        Response::Rejected(Rejection { status: 2, failure, .. }) => failure,
        other => panic!("{other:?}"),
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_request_is_granted_with_its_imprint_nonce_and_our_policy() {
    let (unit, _) = unit();
    for algorithm in DigestAlgorithm::ALL {
        let imprint = Digest::of(algorithm, b"document");
        let response = unit.respond(&Request { imprint, ..request() }.to_der());
        let Response::Granted(token) = Response::parse(&response).unwrap() else {
            panic!("{algorithm:?} was not granted");
        };
        let token = token.as_bytes();
        assert!(contains(token, imprint.as_bytes()) && contains(token, &[7; 16]));
        assert!(contains(token, oid::POLICY_TIME_STAMP.as_bytes()));
        assert!(contains(token, unit.certificate().as_bytes()));
        assert!(token.len() <= unit.maximum_token_length());
    }
}

#[test]
fn the_certificate_is_left_out_unless_asked_for() {
    let (unit, _) = unit();
    let bare = Request { certificate_requested: false, ..request() };
    let response = unit.respond(&bare.to_der());
    assert!(matches!(Response::parse(&response), Ok(Response::Granted(_))));
    assert!(!contains(&response, unit.certificate().as_bytes()));
}

#[test]
fn two_tokens_for_one_request_differ_in_their_serial_numbers() {
    let (unit, _) = unit();
    let request = request();
    let token = |serial| unit.token(request.imprint, serial, None, false, 0).unwrap();
    let (one, two) = (token([1; 16]), token([2; 16]));
    assert!(contains(one.as_bytes(), &[1; 16]) && contains(two.as_bytes(), &[2; 16]));
    assert_ne!(unit.respond(&request.to_der()), unit.respond(&request.to_der()));
}

#[test]
fn another_policy_is_refused() {
    let (unit, _) = unit();
    let policy = Some("0.4.0.2023.1.1".parse().unwrap());
    let other = Request { policy, ..request() }.to_der();
    assert_eq!(refusal(&unit, &other), Some(FailureInfo::UnacceptedPolicy));
    let ours = Request { policy: Some(unit.policy.clone()), ..request() }.to_der();
    assert!(matches!(Response::parse(&unit.respond(&ours)), Ok(Response::Granted(_))));
}

#[test]
fn each_defect_has_its_failure_info() {
    let (unit, _) = unit();
    let good = Request { nonce: None, certificate_requested: false, ..request() }.to_der();
    let changed = |from: &[u8], to: &[u8]| {
        let at = good.windows(from.len()).position(|window| window == from).unwrap();
        [&good[..at], to, &good[at + from.len()..]].concat()
    };
    // One extension, [0], at the end; the outer length grows with it.
    let extension = [0xa0, 12, 0x30, 10, 6, 3, 0x2a, 3, 4, 4, 3, 2, 1, 0];
    let mut extended = [good.as_slice(), &extension].concat();
    extended[1] += u8::try_from(extension.len()).unwrap();
    let cases = [
        (b"not DER".to_vec(), FailureInfo::BadDataFormat),
        (good[..good.len() - 1].to_vec(), FailureInfo::BadDataFormat),
        (vec![0x30; 5000], FailureInfo::BadRequest),
        (changed(&[2, 1, 1], &[2, 1, 2]), FailureInfo::BadRequest),
        // SHA-256's last arc becomes that of SHA-224, which has no place here.
        (changed(&[3, 4, 2, 1], &[3, 4, 2, 4]), FailureInfo::BadAlg),
        // SHA-512 over 32 bytes.
        (changed(&[3, 4, 2, 1], &[3, 4, 2, 3]), FailureInfo::BadDataFormat),
        (extended, FailureInfo::UnacceptedExtension),
    ];
    for (request, failure) in cases {
        assert_eq!(refusal(&unit, &request), Some(failure), "{request:02x?}");
    }
}

#[test]
fn a_failure_of_the_units_own_is_a_system_failure() {
    for error in [Error::Signature, Error::Randomness] {
        let answer = rejection(&error).to_der();
        let Ok(Response::Rejected(Rejection { status: 2, failure, .. })) = Response::parse(&answer)
        else {
            panic!("granted")
        };
        assert_eq!(failure, Some(FailureInfo::SystemFailure), "{error}");
    }
}

#[test]
fn outside_its_certificates_validity_the_unit_has_no_time() {
    let (unit, clock) = unit();
    let start = clock.now();
    for moment in [start - Duration::from_secs(2 * 24 * 3600), start + 11 * year()] {
        clock.set(moment);
        assert_eq!(refusal(&unit, &request().to_der()), Some(FailureInfo::TimeNotAvailable));
    }
    clock.set(start + 9 * year());
    assert!(matches!(
        Response::parse(&unit.respond(&request().to_der())),
        Ok(Response::Granted(_))
    ));
}

#[tokio::test]
async fn the_port_gives_tokens_and_refuses_without_time() {
    let (unit, clock) = unit();
    let imprint = Digest::of(DigestAlgorithm::Sha256, b"signature");
    let token = unit.time_stamp(imprint).await.unwrap();
    assert!(token.as_bytes().len() <= unit.maximum_token_length());
    clock.advance(11 * year());
    let refused = unit.time_stamp(imprint).await;
    assert!(matches!(refused, Err(TimeStampError::Rejected(why)) if why.contains("timeNot")));
}

fn year() -> Duration {
    Duration::from_secs(365 * 24 * 3600)
}

/// openssl makes the request and judges the answer.
#[test]
fn openssl_accepts_the_answer_with_and_without_nonce_and_certificate() {
    let clock = Arc::new(crate::SystemClock);
    let authority = Authority::new("http://127.0.0.1:8080", clock.now()).unwrap();
    let unit = TimeStampingUnit::new(&authority, 1, 10 * YEAR, clock.now(), clock).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let openssl = |arguments: &[&str]| {
        let mut command = std::process::Command::new("openssl");
        let output = command.args(arguments).current_dir(directory.path()).output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&printed).into_owned())
    };
    std::fs::write(path("document"), b"document").unwrap();
    std::fs::write(path("other"), b"another document").unwrap();
    for (name, certificate) in [("root", authority.trust_anchor()), ("tsa", unit.certificate())] {
        std::fs::write(path("der"), certificate.as_bytes()).unwrap();
        assert!(openssl(&["x509", "-inform", "der", "-in", "der", "-out", name]).0);
    }
    for options in [&["-cert"][..], &["-cert", "-no_nonce"], &["-no_nonce"], &["-sha512"]] {
        let query = ["ts", "-query", "-data", "document", "-out", "query"];
        assert!(openssl(&[&query, options].concat()).0);
        let reply = unit.respond(&std::fs::read(path("query")).unwrap());
        std::fs::write(path("reply"), reply).unwrap();
        let verify = ["ts", "-verify", "-in", "reply", "-CAfile", "root", "-untrusted", "tsa"];
        for question in [&["-queryfile", "query"], &["-data", "document"]] {
            let (accepted, printed) = openssl(&[&verify[..], question].concat());
            assert!(accepted, "{options:?} {question:?}: {printed}");
        }
        let (accepted, _) = openssl(&[&verify[..], &["-data", "other"]].concat());
        assert!(!accepted, "another document");
    }
}
