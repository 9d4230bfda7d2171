//! OCSP: openssl asks, and openssl judges the answers.

use std::fs;

use ::authority::{ResponseStatus, extension, oid};
use der::{
    Decode, Encode,
    asn1::{Any, OctetString},
};
use seal::{Assurance, Clock, Subject};
use tempfile::TempDir;

use super::*;
use crate::SystemClock;

/// Files that `openssl ocsp` reads, and the authority that answers.
struct Bench {
    authority: Authority,
    directory: TempDir,
    leaf: IssuedCertificate,
}

impl Bench {
    /// openssl compares an answer's times with the machine's clock.
    fn new() -> Self {
        let now = SystemClock.now();
        let authority = Authority::new(URL, now).unwrap();
        let request = EnrolmentRequest {
            assurance: Assurance::Revocable,
            at: now,
            ..request(Subject::Organisation(organisation()))
        };
        let leaf = issue(&authority, &request);
        let directory = written(&authority, &leaf.certificate);
        Self { authority, directory, leaf }
    }

    /// The request that openssl makes.
    fn ask(&self, arguments: &[&str]) -> Vec<u8> {
        let out = ["ocsp", "-reqout", "request.der"];
        let (done, printed) = openssl(self.directory.path(), &[&out, arguments].concat());
        assert!(done, "{printed}");
        fs::read(self.directory.path().join("request.der")).unwrap()
    }

    /// What openssl says of an answer to that request.
    fn judge(&self, arguments: &[&str], answer: &[u8]) -> (bool, String) {
        fs::write(self.directory.path().join("answer.der"), answer).unwrap();
        // -no_nonce: else openssl compares with a nonce that it has just made.
        let fixed = ["ocsp", "-no_nonce", "-reqin", "request.der", "-respin", "answer.der"];
        let trust = ["-CAfile", "root.pem", "-verify_other", "issuing.pem"];
        openssl(self.directory.path(), &[&fixed[..], &trust, arguments].concat())
    }

    /// Asks, answers and judges.
    fn status(&self, arguments: &[&str]) -> String {
        let request = self.ask(arguments);
        let answer = self.authority.ocsp(&request, SystemClock.now());
        let (done, printed) = self.judge(arguments, &answer);
        assert!(done && printed.contains("Response verify OK"), "{printed}");
        printed
    }
}

const OF_LEAF: [&str; 4] = ["-issuer", "issuing.pem", "-cert", "leaf.pem"];
const OF_CA: [&str; 4] = ["-issuer", "root.pem", "-cert", "issuing.pem"];

#[test]
fn openssl_accepts_good_revoked_and_unknown() {
    let bench = Bench::new();
    assert!(bench.status(&OF_LEAF).contains("leaf.pem: good"));
    assert!(bench.status(&OF_CA).contains("issuing.pem: good"));
    let never = ["-issuer", "issuing.pem", "-serial", "0x5100112233445566778899aabbccddeeff"];
    assert!(bench.status(&never).contains(": unknown"));
    let of_another_ca = format!("0x{}", hex::encode(bench.leaf.serial_number));
    let other = ["-issuer", "root.pem", "-serial", of_another_ca.as_str()];
    assert!(bench.status(&other).contains(": unknown"), "a CA answers for its own numbers");

    let (serial, now) = (&bench.leaf.serial_number, SystemClock.now());
    let reason = RevocationReason::KeyCompromise;
    bench.authority.revoke(serial, reason, None, now).unwrap().unwrap();
    let printed = bench.status(&OF_LEAF);
    assert!(printed.contains("leaf.pem: revoked") && printed.contains("Reason: keyCompromise"));
}

#[test]
fn a_nonce_comes_back_and_sha_256_is_as_good_as_sha_1() {
    let bench = Bench::new();
    let printed = bench.status(&[&["-sha256"], &OF_LEAF[..]].concat());
    assert!(printed.contains("leaf.pem: good"), "{printed}");
    let request = bench.ask(&OF_LEAF);
    let answer = bench.authority.ocsp(&request, SystemClock.now());
    // openssl's nonce has 16 bytes and ends the request.
    let nonce = request.last_chunk::<16>().unwrap();
    assert!(answer.windows(16).any(|window| window == nonce));
}

#[test]
fn several_certificates_of_one_issuer_are_answered_at_once() {
    let bench = Bench::new();
    let never = ["-serial", "0x5100112233445566778899aabbccddeeff"];
    let printed = bench.status(&[&OF_LEAF[..], &never].concat());
    assert!(printed.contains("leaf.pem: good") && printed.contains(": unknown"), "{printed}");
}

#[test]
fn who_is_not_answered_gets_his_status() {
    let bench = Bench::new();
    let now = SystemClock.now();
    let answer = |request: &[u8]| bench.authority.ocsp(request, now);
    let mixed = bench.ask(&[&OF_LEAF[..], &OF_CA].concat());
    assert_eq!(answer(&mixed), ResponseStatus::Unauthorized.to_der(), "two issuers, one signature");
    let stranger = Authority::new(URL, now).unwrap();
    let request = bench.ask(&OF_LEAF);
    assert_eq!(stranger.ocsp(&request, now), ResponseStatus::Unauthorized.to_der());
    for malformed in [&b""[..], b"x", &request[1..], &[request.clone(), vec![0]].concat()] {
        assert_eq!(answer(malformed), ResponseStatus::MalformedRequest.to_der());
    }
    assert_eq!(answer(&vec![0; 65 * 1024]), ResponseStatus::MalformedRequest.to_der());
}

/// A request with this extension.
fn with_extension(request: &[u8], value: x509_cert::ext::Extension) -> Vec<u8> {
    #[derive(der::Sequence)]
    struct Tbs {
        request_list: Any,
        #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
        request_extensions: Option<Vec<x509_cert::ext::Extension>>,
    }
    #[derive(der::Sequence)]
    struct Whole {
        tbs: Tbs,
    }
    let mut whole = Whole::from_der(request).unwrap();
    whole.tbs.request_extensions = Some(vec![value]);
    whole.to_der().unwrap()
}

#[test]
fn a_nonce_has_from_1_to_128_bytes_and_a_critical_extension_must_be_known() {
    let bench = Bench::new();
    let now = SystemClock.now();
    let request = bench.ask(&[&["-no_nonce"], &OF_LEAF[..]].concat());
    let malformed = ResponseStatus::MalformedRequest.to_der();
    for (length, accepted) in [(0, false), (1, true), (33, true), (128, true), (129, false)] {
        let nonce = OctetString::new(vec![7; length]).unwrap();
        let nonce = extension::plain(oid::OCSP_NONCE, &nonce).unwrap();
        let answer = bench.authority.ocsp(&with_extension(&request, nonce), now);
        assert_eq!(answer != malformed, accepted, "{length}");
    }
    let mut unheard_of =
        extension::plain(oid::ANY_POLICY, &OctetString::new([7]).unwrap()).unwrap();
    let answer = bench.authority.ocsp(&with_extension(&request, unheard_of.clone()), now);
    assert_ne!(answer, malformed);
    unheard_of.critical = true;
    assert_eq!(bench.authority.ocsp(&with_extension(&request, unheard_of), now), malformed);
}

#[test]
fn an_answer_in_process_is_the_one_that_a_client_gets() {
    let bench = Bench::new();
    bench.ask(&OF_LEAF);
    let now = SystemClock.now();
    let answer = bench.authority.ocsp_response_for(&bench.leaf.certificate, now).unwrap().unwrap();
    let (done, printed) = bench.judge(&OF_LEAF, &answer);
    assert!(done && printed.contains("leaf.pem: good"), "{printed}");
    let stranger = Authority::new(URL, now).unwrap();
    assert!(stranger.ocsp_response_for(&bench.leaf.certificate, now).unwrap().is_none());
    assert!(bench.authority.ocsp_response_for(&CertificateDer::new(&b"x"[..]), now).is_err());
}

#[test]
fn untruths_are_told_under_a_good_signature() {
    let bench = Bench::new();
    let request = bench.ask(&OF_LEAF);
    for (untruth, told) in [
        (OcspUntruth::Revoked, "leaf.pem: revoked"),
        (OcspUntruth::Unknown, "leaf.pem: unknown"),
        (OcspUntruth::Stale, "Status times invalid"),
    ] {
        let answer = bench.authority.ocsp_with(&request, SystemClock.now(), Some(untruth));
        let (_, printed) = bench.judge(&OF_LEAF, &answer);
        assert!(printed.contains("Response verify OK") && printed.contains(told), "{printed}");
    }
}

#[test]
fn the_responder_is_renewed_at_half_its_life_and_when_the_clock_leaves_it() {
    let authority = authority();
    let day = Duration::from_secs(24 * 3600);
    let responder = |at| {
        let root = &authority.root;
        root.responder(at, authority.randomness()).unwrap().certificate().clone()
    };
    let first = responder(now());
    assert_eq!(first, responder(now() + 44 * day));
    let second = responder(now() + 45 * day);
    assert_ne!(first, second);
    assert_ne!(second, responder(now() - 2 * day), "not valid yet then");
}
