//! Nobody changes a byte of what was signed and passes; nothing makes the reader panic.

use std::ops::Range;

use proptest::prelude::*;

use super::*;

fn position(haystack: &[u8], needle: &[u8]) -> Range<usize> {
    let start = haystack.windows(needle.len()).position(|window| window == needle).unwrap();
    start..start + needle.len()
}

#[test]
fn no_byte_of_what_was_signed_can_change() {
    let pki = Pki::new();
    let end_entity = pki.seal(ES256);
    let signature = end_entity.sign(CONTENT, cades());
    let container = signature.to_der(Content::Attached(CONTENT)).unwrap();
    let read = SignedData::read(&container).unwrap();
    let signer = &read.signers[0];
    let message = signer.signed_message().unwrap();
    let content = position(&container, CONTENT);
    let parts = [
        content,
        position(&container, &message[1..]),
        position(&container, &signer.signature),
        position(&container, end_entity.chain.end_entity().as_bytes()),
        position(&container, pki.ca.as_bytes()),
    ];
    let trust = trust(&pki);
    let (expectation, now) = (Expectation::Cades, noon());
    let validation = Validation { trust: &trust, expectation, now, proven_time: None };
    assert_eq!(validation.validate(&container, SignedContent::Attached).indication, TotalPassed);
    for index in parts.into_iter().flatten() {
        for bit in [0x01, 0x80] {
            let mut mutated = container.clone();
            mutated[index] ^= bit;
            let report = validation.validate(&mutated, SignedContent::Attached);
            assert_ne!(report.indication, TotalPassed, "byte {index}, bit {bit:02x}");
        }
    }
}

#[test]
fn no_byte_of_a_time_stamp_can_change() {
    let pki = Pki::new();
    let digest = Digest::of(DigestAlgorithm::Sha256, CONTENT);
    let token = pki.token(digest, noon(), None);
    let read = SignedData::read(token.as_bytes()).unwrap();
    let message = read.signers[0].signed_message().unwrap();
    let parts = [
        position(token.as_bytes(), &read.content.unwrap()),
        position(token.as_bytes(), &message[1..]),
        position(token.as_bytes(), &read.signers[0].signature),
        position(token.as_bytes(), pki.unit.as_bytes()),
    ];
    let trust = trust(&pki);
    let (expectation, now) = (Expectation::Cades, noon());
    let validation = Validation { trust: &trust, expectation, now, proven_time: None };
    for index in parts.into_iter().flatten() {
        let mut mutated = token.as_bytes().to_vec();
        mutated[index] ^= 1;
        let report = validation.validate_time_stamp(&mutated, &|_| digest.into());
        assert_ne!(report.indication, TotalPassed, "byte {index}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_bytes_are_refused_without_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let trust = TrustMaterial::default();
        for expectation in [Expectation::Cades, Expectation::Pades] {
            let validation =
                Validation { trust: &trust, expectation, now: noon(), proven_time: None };
            let report = validation.validate(&bytes, SignedContent::Attached);
            prop_assert_eq!(report.indication, TotalFailed);
        }
        prop_assert!(Certificate::parse(CertificateDer::new(bytes.clone())).is_err());
        prop_assert!(RevocationList::parse(bytes).is_err());
    }
}

#[test]
fn spliced_and_truncated_containers_do_not_panic() {
    let pki = Pki::new();
    let container = stamped(&pki, &pki.seal(ES256), noon());
    let trust = trust(&pki);
    let (expectation, now) = (Expectation::Pades, noon());
    let validation = Validation { trust: &trust, expectation, now, proven_time: None };
    let strategy = (
        proptest::collection::vec((0..container.len(), any::<u8>()), 1..8),
        0..container.len(),
        0..64_usize,
    );
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(600));
    runner
        .run(&strategy, |(edits, cut, removed)| {
            let mut mutated = container.clone();
            edits.into_iter().for_each(|(index, byte)| mutated[index] = byte);
            mutated.drain(cut..(cut + removed).min(container.len()));
            let report = validation.validate(&mutated, SignedContent::Bytes(CONTENT));
            prop_assert!(serde_json::to_string(&report).is_ok());
            Ok(())
        })
        .unwrap();
}
