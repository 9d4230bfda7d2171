use proptest::prelude::*;
use seal::{Digest, DigestAlgorithm, SignatureValue, TimeStampTokenDer};

use super::*;
use crate::{
    Error, Oid, TrustMaterial,
    asn1::{Part, tag},
    pki::{CONTENT, MINUTE, Pki, noon},
};

fn imprint() -> Digest {
    Digest::of(DigestAlgorithm::Sha256, CONTENT)
}

fn policy() -> Oid {
    "0.4.0.2023.1.1".parse().unwrap()
}

fn request() -> Request {
    Request { imprint: imprint(), policy: None, nonce: None, certificate_requested: false }
}

#[test]
fn a_request_is_read_as_it_was_written() {
    let nonces = [None, Some(Nonce::from_random(&[0xff; 16])), Some(Nonce::from_random(&[0; 16]))];
    for algorithm in DigestAlgorithm::ALL {
        for nonce in &nonces {
            for (policy, certificate_requested) in [(None, false), (Some(policy()), true)] {
                let imprint = Digest::of(algorithm, CONTENT);
                let nonce = nonce.clone();
                let request = Request { imprint, policy, nonce, certificate_requested };
                assert_eq!(Request::parse(&request.to_der()), Ok(request));
            }
        }
    }
}

#[test]
fn each_defect_of_a_request_has_its_failure_info() {
    let good = request().to_der();
    let edited = |edit: fn(&mut Vec<u8>)| {
        let mut der = good.clone();
        edit(&mut der);
        der
    };
    let appended = |field: &[u8]| {
        let body = [&good[2..], field].concat();
        Part::Element(tag::SEQUENCE, &[Part::Raw(&body)]).to_vec()
    };
    for (der, expected) in [
        (vec![], FailureInfo::BadDataFormat),
        (vec![0; MAXIMUM_REQUEST_LENGTH + 1], FailureInfo::BadRequest),
        (edited(|der| der[4] = 2), FailureInfo::BadRequest),
        (edited(|der| der[19] = 9), FailureInfo::BadAlg),
        (edited(|der| der.push(0)), FailureInfo::BadDataFormat),
        // certReq FALSE is a default, but a harmless one; a value that is neither is not.
        (appended(&[tag::BOOLEAN, 1, 7]), FailureInfo::BadDataFormat),
        (appended(&[tag::INTEGER, 22, 1]), FailureInfo::BadDataFormat),
        (
            appended(&[&[tag::INTEGER, 0x81, 130, 1][..], &[0; 129]].concat()),
            FailureInfo::BadDataFormat,
        ),
        (appended(&[tag::INTEGER, 2, 0, 1]), FailureInfo::BadDataFormat),
        (appended(&[tag::OBJECT_IDENTIFIER, 1, 0x80]), FailureInfo::UnacceptedPolicy),
        (appended(&[tag::context(0), 0]), FailureInfo::UnacceptedExtension),
    ] {
        let defect = Request::parse(&der).unwrap_err();
        assert_eq!(defect.failure_info(), expected, "{defect}");
    }
}

#[test]
fn a_nonce_of_up_to_128_octets_comes_back_in_the_token() {
    let pki = Pki::new();
    for length in [1, 21, 32, 33, 128] {
        // With the zero that keeps it positive.
        let contents = [vec![0], vec![0xa5; length]].concat();
        let nonce = Part::Element(tag::INTEGER, &[Part::Raw(&contents)]).to_vec();
        let body = [&request().to_der()[2..], &nonce].concat();
        let asked =
            Request::parse(&Part::Element(tag::SEQUENCE, &[Part::Raw(&body)]).to_vec()).unwrap();
        let sent = asked.nonce.clone().unwrap();
        assert_eq!(sent.as_bytes(), contents);
        let token = pki.token(asked.imprint, noon(), asked.nonce);
        assert_eq!(Token::parse(token.as_bytes()).unwrap().nonce(), Some(&sent));
    }
}

#[test]
fn an_imprint_of_the_wrong_length_is_refused() {
    let mut der = request().to_der();
    // SHA-256 becomes SHA-384, of which the imprint has not the length.
    der[19] = 2;
    let defect = Request::parse(&der).unwrap_err();
    assert_eq!(defect, RequestDefect::ImprintLength(DigestAlgorithm::Sha384));
    assert_eq!(defect.failure_info(), FailureInfo::BadDataFormat);
}

#[test]
fn a_response_is_read_as_it_was_written() {
    let token = Pki::new().token(imprint(), noon(), None);
    let mut responses = vec![Response::Granted(token)];
    for failure in [FailureInfo::BadAlg, FailureInfo::TimeNotAvailable, FailureInfo::SystemFailure]
    {
        responses.push(Response::rejection(failure, "nægtet"));
    }
    for response in responses {
        assert_eq!(Response::parse(&response.to_der()).unwrap(), response);
    }
}

#[test]
fn a_response_that_contradicts_itself_is_refused() {
    let granted_without_token = [0x30, 5, 0x30, 3, 2, 1, 0];
    let rejected_with_token = [0x30, 7, 0x30, 3, 2, 1, 2, 0x30, 0];
    // RFC 3161 names 0 to 5.
    let unknown_status = [0x30, 5, 0x30, 3, 2, 1, 6];
    for der in [&granted_without_token[..], &rejected_with_token, &unknown_status, &[], &[0x30, 0]]
    {
        assert!(matches!(Response::parse(der), Err(Error::Malformed { .. })));
    }
    let long = vec![0x30; MAXIMUM_RESPONSE_LENGTH + 1];
    assert!(matches!(Response::parse(&long), Err(Error::TooLong { .. })));
}

#[test]
fn a_token_is_read_as_it_was_stated() {
    let pki = Pki::new();
    let nonce = Nonce::from_random(&[0x80; 16]);
    let der = pki.token(imprint(), noon(), Some(nonce.clone()));
    let token = Token::parse(der.as_bytes()).unwrap();
    assert_eq!(token.imprint(), &imprint());
    assert_eq!(token.gen_time(), noon());
    assert_eq!(token.nonce(), Some(&nonce));
    assert_eq!(token.policy(), &policy());
    assert_eq!(token.serial_number(), [&[0][..], &[0x9a; 20]].concat());
    assert_eq!(token.signer_certificate(), Some(&pki.unit_certificate()));
    let verified = token.verify(TimeStampTrust::Anchors(&pki.anchors())).unwrap();
    assert_eq!(verified.path().len(), 2);
    assert_eq!(verified.below_anchor(), [pki.unit_certificate()]);
}

#[test]
fn the_certificate_is_inside_only_when_it_was_asked_for() {
    let pki = Pki::new();
    let unit = TimeStampingUnit::new(pki.unit.clone()).unwrap();
    let statement = statement();
    let contains = |token: &TimeStampTokenDer| {
        token.as_bytes().windows(pki.unit.as_bytes().len()).any(|part| part == pki.unit.as_bytes())
    };
    for with_certificate in [false, true] {
        let token = TokenToBeSigned::new(&unit, &statement, with_certificate).unwrap();
        let token = pki.assemble(token);
        assert_eq!(contains(&token), with_certificate);
        let read = Token::parse(token.as_bytes()).unwrap();
        let given = pki.unit_certificate();
        assert!(read.verify(TimeStampTrust::Certificate(&given)).is_ok());
        let found = read.verify(TimeStampTrust::Anchors(&pki.anchors()));
        assert_eq!(found.is_ok(), with_certificate);
        let anchors = pki.anchors();
        let material = TrustMaterial {
            anchors,
            certificates: vec![given.clone()],
            ..TrustMaterial::default()
        };
        assert!(read.verify(TimeStampTrust::Material(&material)).is_ok());
    }
}

#[test]
fn a_statement_that_cannot_be_written_is_refused() {
    let unit = TimeStampingUnit::new(Pki::new().unit).unwrap();
    let early = std::time::SystemTime::UNIX_EPOCH - MINUTE;
    let early = Statement { gen_time: early, ..statement() };
    assert!(matches!(TokenToBeSigned::new(&unit, &early, true), Err(Error::TimeOutOfRange)));
    let long = Statement { serial_number: vec![1; 21], ..statement() };
    assert!(matches!(TokenToBeSigned::new(&unit, &long, true), Err(Error::TooLong { .. })));
}

#[test]
fn only_a_time_stamping_certificate_makes_a_unit() {
    let pki = Pki::new();
    for certificate in [pki.root, pki.ca] {
        let refused = TimeStampingUnit::new(certificate);
        assert!(matches!(refused, Err(Error::TokenRefused(TokenRefusal::NotForTimeStamping))));
    }
}

fn statement() -> Statement {
    Statement {
        policy: policy(),
        imprint: imprint(),
        serial_number: vec![1],
        gen_time: noon(),
        milliseconds: false,
        accuracy: Accuracy { seconds: 0, milliseconds: 500, microseconds: 1 },
        nonce: None,
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_do_not_make_a_reader_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        index in 0..60_usize,
        byte in any::<u8>(),
    ) {
        prop_assert!(Token::parse(&bytes).is_err());
        prop_assert!(Response::parse(&bytes).is_err());
        prop_assert!(Request::parse(&bytes).is_err());
        let mut der = request().to_der();
        let length = der.len();
        der[index % length] = byte;
        if let Ok(request) = Request::parse(&der) {
            prop_assert!(Request::parse(&request.to_der()).is_ok());
        }
    }

    #[test]
    fn a_value_that_was_not_signed_is_refused(value in proptest::collection::vec(any::<u8>(), 0..80)) {
        let pki = Pki::new();
        let unit = TimeStampingUnit::new(pki.unit.clone()).unwrap();
        let token = TokenToBeSigned::new(&unit, &statement(), true).unwrap();
        let token = token.assemble(&SignatureValue::new(value));
        let read = Token::parse(token.as_bytes()).unwrap();
        let refused = read.verify(TimeStampTrust::Anchors(&pki.anchors())).unwrap_err();
        prop_assert_eq!(refused, TokenRefusal::Unverified(crate::Unverified::Wrong));
    }
}
