//! The clock's journey: one year back, sixty years ahead and home again.

use std::time::{Duration, SystemTime};

use cades::time_stamp::Response;
use seal::{Clock, Digest, DigestAlgorithm, QscdError, TimeStampError, ToSign};

use super::*;
use crate::{Error, Fault, FaultRule, RevocationReason};

const DAY: Duration = Duration::from_secs(24 * 3600);
const YEAR: Duration = DAY.saturating_mul(365);

/// Seals once, and answers the certificate's issuer.
async fn seal(simulator: &Simulator) -> Result<CertificateDer, QscdError> {
    let (device, hash) = (simulator.qscd(), Digest::of(DigestAlgorithm::Sha256, b"document"));
    let credential = device.enrol(simulator.enrolment()).await?;
    let values =
        device.activate(&credential.id, &[ToSign::Digest(hash)], &simulator.mandate()).await?;
    assert_eq!(values.len(), 1);
    Ok(credential.chain.issuers()[0].clone())
}

async fn time_stamp(simulator: &Simulator) -> Result<(), TimeStampError> {
    let imprint = Digest::of(DigestAlgorithm::Sha256, b"signature");
    simulator.time_stamp_authority().time_stamp(imprint).await.map(drop)
}

/// The moments of the journey: steps of a few months, and the ends of authorities to the second.
fn journey(start: SystemTime) -> Vec<SystemTime> {
    let back = (0..=12).map(|month| start - DAY * 30 * month);
    let ahead = (0..=240).map(|quarter| start - YEAR + DAY * 92 * quarter);
    let ends = [5, 10, 15, 25, 30, 50].into_iter().flat_map(|years| {
        [0, 1, 2].map(|second| start + YEAR * years + Duration::from_secs(second))
    });
    let mut ahead: Vec<SystemTime> = ahead.chain(ends).collect();
    ahead.sort();
    let home: Vec<SystemTime> = ahead.iter().rev().copied().collect();
    back.chain(ahead).chain(home).chain([start]).collect()
}

#[tokio::test]
async fn the_clock_walks_sixty_years_and_back_and_everything_works_everywhere() {
    let simulator = Simulator::start().unwrap();
    let start = simulator.clock().now();
    simulator.clock().freeze();
    for (step, moment) in journey(start).into_iter().enumerate() {
        simulator.clock().set(moment);
        let at = format!("step {step}, {moment:?}");
        let issuer = seal(&simulator).await.expect(&at);
        time_stamp(&simulator).await.expect(&at);
        simulator.root_crl(moment).expect(&at);
        let authority = simulator.authority();
        assert!(authority.ocsp_response_for(&issuer, moment).expect(&at).is_some());
        if step % 60 == 0 {
            authority.roll_over(moment).expect(&at);
            simulator.time_stamping().roll_over().expect(&at);
            seal(&simulator).await.expect(&at);
            time_stamp(&simulator).await.expect(&at);
        }
        simulator.device().tick();
        assert_eq!(simulator.device().counters().live, 0);
    }
    assert!(simulator.authority().issuing_cas().len() < 32);
    assert!(simulator.time_stamping().certificates().len() < 32);
}

#[tokio::test]
async fn past_what_the_root_covers_everything_is_refused_by_name_and_works_again_at_home() {
    let simulator = Simulator::start().unwrap();
    let start = simulator.clock().now();
    let far = start + YEAR * 101;
    for moment in [start - YEAR * 11, far, SystemTime::UNIX_EPOCH, far + YEAR * 5000] {
        simulator.clock().set(moment);
        let refused = seal(&simulator).await.unwrap_err();
        assert!(matches!(refused, QscdError::EnrolmentRefused(_)), "{refused}");
        assert!(refused.to_string().contains("root's certificate"), "{refused}");
        let refused = time_stamp(&simulator).await.unwrap_err();
        assert!(refused.to_string().contains("timeNotAvailable"), "{refused}");
        let rolled = simulator.authority().roll_over(moment);
        assert!(matches!(rolled, Err(Error::RootEnded)), "{rolled:?}");
        assert!(matches!(simulator.time_stamping().roll_over(), Err(Error::RootEnded)));
    }
    // The last second at which a quarter of an hour is left.
    let end = SystemTime::from(simulator.authority().root_validity().not_after);
    simulator.clock().freeze();
    simulator.clock().set(end - Duration::from_secs(900));
    seal(&simulator).await.unwrap();
    simulator.clock().set(end - Duration::from_secs(899));
    let refused = seal(&simulator).await.unwrap_err();
    assert!(refused.to_string().contains("outlive its CA"), "{refused}");
    simulator.clock().reset();
    seal(&simulator).await.unwrap();
    time_stamp(&simulator).await.unwrap();
}

#[tokio::test]
async fn a_run_has_at_most_sixty_four_issuing_cas_and_says_so() {
    let simulator = Simulator::start().unwrap();
    let now = simulator.clock().now();
    for _ in 1..qscd_protocol::MAXIMUM_GENERATIONS {
        simulator.authority().roll_over(now).unwrap();
    }
    assert!(matches!(simulator.authority().roll_over(now), Err(Error::TooManyGenerations)));
    seal(&simulator).await.unwrap();
}

#[tokio::test]
async fn a_reset_brings_clock_faults_keys_and_rollovers_back_and_takes_back_no_word() {
    let simulator = Simulator::start().unwrap();
    let first = (seal(&simulator).await.unwrap(), simulator.tsa_certificate());
    let live = simulator.qscd().enrol(simulator.enrolment()).await.unwrap();
    simulator.faults().plan(FaultRule::always(Fault::CacheFull)).unwrap();
    simulator.clock().advance(YEAR * 30);
    simulator.clock().freeze();
    let now = simulator.clock().now();
    simulator.authority().roll_over(now).unwrap();
    simulator.time_stamping().roll_over().unwrap();
    let serial = hex::decode(&simulator.device().issued().newest(1)[0].serial).unwrap();
    let (authority, reason) = (simulator.authority(), RevocationReason::Superseded);
    authority.revoke(&serial, reason, None, now).unwrap().unwrap();

    simulator.reset();
    assert!(!simulator.clock().is_frozen() && simulator.clock().now() < now - YEAR * 29);
    assert!(simulator.faults().planned().is_empty());
    assert!(!simulator.device().lives(&live.id));
    assert_eq!(simulator.device().counters().live, 0);
    assert!(simulator.device().issued().newest(10).is_empty());
    assert_eq!((seal(&simulator).await.unwrap(), simulator.tsa_certificate()), first);
    assert!(authority.revocation_of(&serial).is_some(), "a revocation is for good");
    assert_eq!(authority.issuing_cas().len(), 2, "the other answers for what it issued");
}

#[tokio::test]
async fn a_late_time_stamp_with_a_negative_number_is_early() {
    let simulator = Simulator::start().unwrap();
    simulator.clock().freeze();
    let now = simulator.clock().now();
    let request = cades::time_stamp::Request {
        imprint: Digest::of(DigestAlgorithm::Sha256, b"signature"),
        policy: None,
        nonce: None,
        certificate_requested: true,
    };
    for seconds in [-7200, 7200] {
        let rule = FaultRule { seconds: Some(seconds), ..FaultRule::once(Fault::TsaLate) };
        simulator.faults().plan(rule).unwrap();
        let answer = simulator.faulty_time_stamping().respond(&request.to_der()).unwrap();
        let Response::Granted(token) = Response::parse(&answer).unwrap() else { panic!("refused") };
        let token = cades::time_stamp::Token::parse(token.as_bytes()).unwrap();
        let told = token.gen_time();
        assert_eq!(told < now - DAY / 24, seconds < 0);
        assert_eq!(told > now + DAY / 24, seconds > 0);
    }
}

#[tokio::test]
async fn a_seed_gives_the_same_names_of_keys_and_tokens_and_the_same_issuers_key_again() {
    let run = async |seed| {
        let options =
            SimulatorOptions { seed: Some(seed), ..SimulatorOptions::new("http://127.0.0.1:8090") };
        let clock = SettableClock::frozen_at(SystemTime::UNIX_EPOCH + YEAR * 57);
        let simulator = Simulator::new(options, clock, Arc::new(())).unwrap();
        let mut made = vec![simulator.identities().key_set_json().to_string()];
        for _ in 0..3 {
            let request = seal::EnrolmentRequest {
                algorithm: seal::SignatureAlgorithm::EcdsaP256Sha256,
                ..simulator.enrolment()
            };
            made.push(simulator.qscd().enrol(request).await.unwrap().id.to_string());
            made.push(simulator.device().issued().newest(1)[0].serial.clone());
        }
        made
    };
    assert_eq!(run(7).await, run(7).await);
    assert_ne!(run(7).await, run(8).await);
}
