//! Revocation lists, OCSP answers, and what the responder is asked.

use cades::{Certificate, OcspResponse, RevocationList};

use super::{Bench, Outcome, contains};
use crate::{
    seeds::{response_data, signed_part},
    world::noon,
};

pub(super) fn run(bench: &Bench, input: &[u8]) -> Outcome {
    let leaf = bench.world.certificate("leaf");
    let [root, issuing_ca, tsa] =
        ["root", "issuing-ca", "tsa"].map(|name| bench.world.certificate(name));
    let pairs = [(&leaf, &issuing_ca), (&issuing_ca, &root), (&tsa, &root)];
    let outcomes =
        [list(bench, input, &pairs), response(bench, input, &pairs), request(bench, input)];
    outcomes.into_iter().max().unwrap_or(Outcome::Refused)
}

fn list(bench: &Bench, input: &[u8], pairs: &[(&Certificate, &Certificate)]) -> Outcome {
    let Ok(list) = RevocationList::parse(input.to_vec()) else { return Outcome::Refused };
    let mut outcome = Outcome::Read;
    for (certificate, issuer) in pairs {
        list.concerns(certificate);
        list.covers(noon(), noon());
        if list.status(certificate, issuer).is_ok() {
            outcome = Outcome::Passed;
            let genuine = bench.world.folder("lists").any(|(_, genuine)| {
                contains(input, &signed_part(genuine).expect("a genuine list").to_der())
            });
            assert!(genuine, "a forged list is accepted");
        }
    }
    outcome
}

fn response(bench: &Bench, input: &[u8], pairs: &[(&Certificate, &Certificate)]) -> Outcome {
    let Ok(response) = OcspResponse::parse(input.to_vec()) else { return Outcome::Refused };
    let again = OcspResponse::parse(response.der().clone()).expect("what was read");
    assert_eq!(again.der(), response.der());
    let candidates = response.certificates();
    let mut outcome = Outcome::Read;
    for (certificate, issuer) in pairs {
        let concerns = response.concerns(certificate, issuer);
        if let Ok(verified) = response.verify(certificate, issuer, &candidates) {
            verified.covers(noon(), noon());
            assert!(concerns, "it verifies for a certificate that it does not speak of");
            outcome = Outcome::Passed;
            let genuine = bench.world.folder("responses").any(|(_, genuine)| {
                contains(input, &response_data(genuine).expect("a genuine answer").to_der())
            });
            assert!(genuine, "a forged answer is accepted");
        }
    }
    outcome
}

/// The responder answers everything with an OCSPResponse: one of its errors, or an answer.
fn request(bench: &Bench, input: &[u8]) -> Outcome {
    let answer = bench.simulator.authority().ocsp(input, noon());
    if let [0x30, 3, 0x0A, 1, status] = answer[..] {
        assert!(matches!(status, 1 | 5 | 6), "it says that it failed: {status}");
        return Outcome::Refused;
    }
    OcspResponse::parse(answer).expect("the responder's own answer");
    Outcome::Passed
}
