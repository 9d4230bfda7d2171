use std::time::{Duration, SystemTime};

use cms::{content_info::ContentInfo, signed_data::SignedData};
use der::{Decode, Encode};
use proptest::prelude::*;
use seal::{
    Chain, Digest, DigestAlgorithm, RsaKeyLength, SignatureAlgorithm, SignatureValue, ToSign,
};

use super::*;
use crate::{
    Unverified,
    pki::{self, CONTENT, MINUTE, Pki, noon},
};

const ES256: SignatureAlgorithm = SignatureAlgorithm::EcdsaP256Sha256;
const CADES: fn() -> SignatureKind = || SignatureKind::Cades { signing_time: noon() };

#[test]
fn the_container_is_der_that_the_cms_crate_writes_alike() {
    let pki = Pki::new();
    for algorithm in SignatureAlgorithm::ALL {
        let signature = pki.seal(algorithm).sign(CONTENT, CADES());
        for content in [Content::Detached, Content::Attached(CONTENT)] {
            let der = signature.to_der(content).unwrap();
            let content_info = ContentInfo::from_der(&der).unwrap();
            assert_eq!(content_info.to_der().unwrap(), der);
            let signed_data: SignedData = content_info.content.decode_as().unwrap();
            assert_eq!(signed_data.to_der().unwrap(), content_info.content.to_der().unwrap());
            assert_eq!(signed_data.signer_infos.0.len(), 1);
        }
    }
}

#[test]
fn the_device_signs_the_digest_of_the_signed_attributes_but_ed25519_the_attributes() {
    let pki = Pki::new();
    for algorithm in SignatureAlgorithm::ALL {
        let end_entity = pki.seal(algorithm);
        let digest = Digest::of(algorithm.digest_algorithm(), CONTENT);
        let to_be_signed =
            ToBeSigned::new(&digest, end_entity.chain, algorithm, SignatureKind::Pades).unwrap();
        let message = to_be_signed.message();
        let expected = match algorithm {
            SignatureAlgorithm::Ed25519 => ToSign::Message(message.to_vec()),
            _ => ToSign::Digest(Digest::of(algorithm.digest_algorithm(), message)),
        };
        assert_eq!(to_be_signed.to_sign(), expected);
    }
}

#[test]
fn only_cades_signs_a_signing_time() {
    let end_entity = Pki::new().seal(ES256);
    let digest = Digest::of(DigestAlgorithm::Sha256, CONTENT);
    let message = |kind| {
        let chain = end_entity.chain.clone();
        ToBeSigned::new(&digest, chain, ES256, kind).unwrap().message().to_vec()
    };
    let signing_time = b"260701120000Z";
    let holds = |message: Vec<u8>| message.windows(13).any(|window| window == signing_time);
    assert!(holds(message(CADES())));
    assert!(!holds(message(SignatureKind::Pades)));
}

#[test]
fn a_digest_or_key_of_another_suite_is_refused() {
    let end_entity = Pki::new().seal(ES256);
    let new = |digest, algorithm| {
        let digest = Digest::of(digest, CONTENT);
        ToBeSigned::new(&digest, end_entity.chain.clone(), algorithm, SignatureKind::Pades)
    };
    let other_digest = new(DigestAlgorithm::Sha384, ES256);
    assert!(matches!(other_digest, Err(Error::OtherDigest { suite: ES256, .. })));
    let other_key = new(DigestAlgorithm::Sha384, SignatureAlgorithm::EcdsaP384Sha384);
    assert!(matches!(other_key, Err(Error::OtherKey { .. })));
}

#[test]
fn a_time_that_cannot_be_written_is_refused() {
    let end_entity = Pki::new().seal(ES256);
    let digest = Digest::of(DigestAlgorithm::Sha256, CONTENT);
    let kind = SignatureKind::Cades { signing_time: SystemTime::UNIX_EPOCH - MINUTE };
    let refused = ToBeSigned::new(&digest, end_entity.chain, ES256, kind);
    assert!(matches!(refused, Err(Error::TimeOutOfRange)));
}

#[test]
fn a_device_that_signs_wrongly_is_caught() {
    let pki = Pki::new();
    let (end_entity, other) = (pki.seal(ES256), pki.seal(ES256));
    let digest = Digest::of(DigestAlgorithm::Sha256, CONTENT);
    let to_be_signed =
        ToBeSigned::new(&digest, end_entity.chain, ES256, SignatureKind::Pades).unwrap();
    let value = rcgen::SigningKey::sign(&other.key, to_be_signed.message()).unwrap();
    for value in [value, vec![], vec![0x30; 72]] {
        let caught = to_be_signed.clone().assemble(SignatureValue::new(value));
        assert!(matches!(caught, Err(Error::SignedWrongly(Unverified::Wrong))));
    }
}

#[test]
fn other_content_cannot_be_attached() {
    let signature = Pki::new().seal(ES256).sign(CONTENT, CADES());
    let refused = signature.to_der(Content::Attached(b"decision 18"));
    assert!(matches!(refused, Err(Error::OtherContent)));
}

#[test]
fn a_time_stamp_is_verified_before_it_is_taken() {
    let pki = Pki::new();
    let signature = pki.seal(ES256).sign(CONTENT, CADES());
    let imprint = pki::imprint(&signature);
    let anchors = pki.anchors();
    let unit = pki.unit_certificate();
    let nonce = Nonce::from_random(&[0xf7; 16]);
    let other_nonce = Nonce::from_random(&[1; 16]);
    let trust = TimeStampTrust::Anchors(&anchors);
    let token = |imprint, at| pki.token(imprint, at, Some(nonce.clone()));
    let take =
        |token, nonce: &Nonce, trust| signature.clone().with_time_stamp(token, Some(nonce), trust);

    for trust in [trust, TimeStampTrust::Certificate(&unit), TimeStampTrust::InProcess(&unit)] {
        let at = noon() + Duration::from_millis(7);
        let stamped = take(token(imprint, at), &nonce, trust).unwrap();
        assert_eq!(stamped.time_stamp_time(), Some(at));
    }
    let other = Digest::of(DigestAlgorithm::Sha256, b"");
    let other_pki = Pki::new();
    let strangers = other_pki.anchors();
    let stranger = other_pki.unit_certificate();
    let good = || token(imprint, noon());
    let refusals = [
        (take(token(other, noon()), &nonce, trust), "its imprint is another one"),
        (take(good(), &other_nonce, trust), "its nonce is another one"),
        (
            take(token(imprint, noon() - 6 * MINUTE), &nonce, trust),
            "it was made before the signer's certificate became valid",
        ),
        (
            take(token(imprint, noon() + 16 * MINUTE), &nonce, trust),
            "it was made after the signer's certificate expired",
        ),
        (
            take(good(), &nonce, TimeStampTrust::Certificate(&stranger)),
            "it comes from another time-stamping authority",
        ),
        (
            take(good(), &nonce, TimeStampTrust::InProcess(&stranger)),
            "it comes from another time-stamping authority",
        ),
        (
            take(token(other, noon()), &nonce, TimeStampTrust::InProcess(&unit)),
            "its imprint is another one",
        ),
        (
            take(good(), &nonce, TimeStampTrust::Anchors(&strangers)),
            "its signer's certificate is not trusted",
        ),
    ];
    for (result, expected) in refusals {
        let error = result.unwrap_err().to_string();
        let expected = format!("the time-stamp token is refused: {expected}");
        assert!(error.starts_with(&expected), "{error}");
    }
}

/// One of each kind, of those whose keys are made quickly.
const QUICK: [SignatureAlgorithm; 6] = [
    ES256,
    SignatureAlgorithm::EcdsaP384Sha384,
    SignatureAlgorithm::EcdsaP521Sha512,
    SignatureAlgorithm::RsaPssSha256(RsaKeyLength::Bits2048),
    SignatureAlgorithm::RsaPkcs1Sha256(RsaKeyLength::Bits2048),
    SignatureAlgorithm::Ed25519,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_reservation_is_never_too_small_and_hardly_too_large(
        organisation in "[A-Za-zæøå ]{1,64}",
        serial in proptest::collection::vec(1_u8..=0x7f, 1..=20),
        algorithm in proptest::sample::select(QUICK.to_vec()),
        cades in any::<bool>(),
        stamped in any::<bool>(),
    ) {
        let pki = Pki::new();
        let kind = if cades { CADES() } else { SignatureKind::Pades };
        let end_entity = pki.end_entity(algorithm, |params| {
            params.distinguished_name.push(rcgen::DnType::OrganizationName, organisation);
            params.serial_number = Some(rcgen::SerialNumber::from_slice(&serial));
        });
        let mut signature = end_entity.sign(CONTENT, kind);
        let mut maximum_token_length = None;
        if stamped {
            let token = pki.token(pki::imprint(&signature), noon(), None);
            maximum_token_length = Some(token.as_bytes().len());
            let unit = pki.unit_certificate();
            let trust = TimeStampTrust::Certificate(&unit);
            signature = signature.with_time_stamp(token, None, trust).unwrap();
        }
        let chain = |chain: &Chain| chain.iter().map(|one| one.as_bytes().len()).sum::<usize>();
        let reservation = Reservation {
            maximum_chain_length: chain(&end_entity.chain),
            maximum_issuer_name_length: signature.certificate().issuer().len(),
            algorithm,
            kind,
            maximum_token_length,
        };
        let (bound, real) =
            (reservation.maximum_length(), signature.to_der(Content::Detached).unwrap().len());
        prop_assert!(real <= bound && bound - real < 64, "{real} of {bound}");
        let unknown_issuer =
            Reservation { maximum_issuer_name_length: MAXIMUM_ISSUER_NAME_LENGTH, ..reservation };
        prop_assert!(bound <= unknown_issuer.maximum_length());
    }
}
