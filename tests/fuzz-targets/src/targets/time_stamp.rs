//! Time-stamp requests, responses and tokens.

use cades::{
    Expectation, Validation,
    report::Indication,
    time_stamp::{Request, Response, TimeStampTrust, Token},
};

use super::{Bench, Outcome};
use crate::world::noon;

pub(super) fn run(bench: &Bench, input: &[u8]) -> Outcome {
    let outcomes = [request(bench, input), response(bench, input), token(bench, input)];
    outcomes.into_iter().max().unwrap_or(Outcome::Refused)
}

/// The authority answers everything, and grants what it can read with what was asked for.
fn request(bench: &Bench, input: &[u8]) -> Outcome {
    let answer = bench.simulator.time_stamping().respond(input);
    let answer = Response::parse(&answer).expect("the authority's own answer");
    let Ok(request) = Request::parse(input) else {
        assert!(matches!(answer, Response::Rejected(_)), "granted what cannot be read");
        return Outcome::Refused;
    };
    assert_eq!(Request::parse(&request.to_der()), Ok(request.clone()));
    let Response::Granted(token) = answer else {
        assert!(request.policy.is_some(), "nothing but a policy is refused");
        return Outcome::Read;
    };
    let token = Token::parse(token.as_bytes()).expect("the authority's own token");
    assert_eq!(*token.imprint(), request.imprint);
    assert_eq!(token.nonce(), request.nonce.as_ref());
    assert_eq!(token.certificates().is_empty(), !request.certificate_requested);
    Outcome::Passed
}

fn response(bench: &Bench, input: &[u8]) -> Outcome {
    let Ok(response) = Response::parse(input) else { return Outcome::Refused };
    let again = Response::parse(&response.to_der()).expect("what was read can be written");
    assert_eq!(again, response);
    match response {
        Response::Granted(inside) => token(bench, inside.as_bytes()).max(Outcome::Read),
        Response::Rejected(rejection) => {
            assert!(!rejection.to_string().is_empty());
            Outcome::Read
        }
    }
}

fn token(bench: &Bench, input: &[u8]) -> Outcome {
    let padded = Token::parse_padded(input);
    let Ok(token) = Token::parse(input) else {
        return if padded.is_ok() { Outcome::Read } else { Outcome::Refused };
    };
    assert!(padded.is_ok(), "padding of no length is none");
    let other = super::sha256(b"something else");
    let validation = Validation {
        trust: &bench.trust,
        expectation: Expectation::Cades,
        now: noon(),
        proven_time: None,
    };
    let report = validation.validate_time_stamp(input, &|_| other.into());
    assert_ne!(report.indication, Indication::TotalPassed, "{report:#?}");
    let report = validation.validate_time_stamp(input, &|_| *token.imprint());
    let passed = report.indication == Indication::TotalPassed;
    let verified = token.verify(TimeStampTrust::Material(&bench.trust)).is_ok();
    if !(passed || verified) {
        return Outcome::Read;
    }
    // No unit signed anything but what is genuine.
    let genuine = bench.world.folder("time-stamps").any(|(_, genuine)| {
        let genuine = Token::parse(genuine).expect("a genuine token");
        genuine.imprint() == token.imprint()
            && genuine.gen_time() == token.gen_time()
            && genuine.serial_number() == token.serial_number()
            && genuine.nonce() == token.nonce()
            && genuine.policy() == token.policy()
    });
    assert!(genuine, "a forged token is accepted: {token:#?}");
    Outcome::Passed
}
