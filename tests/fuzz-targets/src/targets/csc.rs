//! Requests of the API of the Cloud Signature Consortium.

use csc::{
    Activation, ApiVersion, Authorisation, CreationRequest, DocumentsRequest, Extension,
    HashSignature, ListRequest, LoginRequest, Parameters, RevocationRequest, TimeStampRequest,
    polled,
};
use seal::{Digest, DigestAlgorithm, SignatureAlgorithm};

use super::Outcome;

pub(super) fn run(input: &[u8]) -> Outcome {
    let Ok(parameters) = Parameters::parse(input) else { return Outcome::Refused };
    let mut read = [
        ListRequest::read(&parameters).is_ok(),
        CreationRequest::read(&parameters).is_ok(),
        RevocationRequest::read(&parameters).is_ok(),
        TimeStampRequest::read(&parameters).is_ok(),
        LoginRequest::read(&parameters).is_ok(),
        polled(&parameters).is_ok(),
    ]
    .contains(&true);
    let mut passed = false;
    for version in [ApiVersion::V1, ApiVersion::V2] {
        if let Ok(activation) = Activation::read(&parameters, version) {
            read = true;
            let hashes = activation.hashes.digests(DigestAlgorithm::Sha256).unwrap_or_default();
            passed |= authorise(activation.signatures, &hashes);
        }
        read |= Extension::read(&parameters, version).is_ok();
        if let Ok(asked) = HashSignature::read(&parameters, version, None) {
            read = true;
            for suite in SignatureAlgorithm::ALL {
                if let Ok(to_sign) = asked.algorithm.to_sign(suite) {
                    let digest = Digest::of(suite.digest_algorithm(), b"");
                    assert_eq!(to_sign(digest).digest(), Some(&digest), "another hash is signed");
                }
            }
            // Whoever brings them twice brings the same.
            assert!(HashSignature::read(&parameters, version, Some("another")).is_err());
        }
    }
    if let Ok(documents) = DocumentsRequest::read(&parameters, None) {
        read = true;
        let number: usize = documents.items.iter().map(|item| item.content.number()).sum();
        assert!((1..=100).contains(&number), "{number} documents");
        for item in &documents.items {
            let hashes = item.content.hashes(DigestAlgorithm::Sha256);
            assert_eq!(hashes.len(), item.content.number(), "what is signed is authorised");
        }
    }
    match (read, passed) {
        (_, true) => Outcome::Passed,
        (true, false) => Outcome::Read,
        (false, false) => Outcome::Refused,
    }
}

/// Whether these hashes may be authorised. No more than that is ever signed, however it is asked for.
fn authorise(signatures: usize, hashes: &[Digest]) -> bool {
    let Ok(mut authorisation) = Authorisation::new(signatures, hashes.to_vec()) else {
        return false;
    };
    let mut signed = 0;
    for hash in hashes {
        assert_eq!(authorisation.spend(&[*hash]), Ok(()), "what was authorised is not signed");
        signed += 1;
    }
    for hash in hashes {
        assert!(authorisation.spend(&[*hash]).is_err(), "a hash is signed once too often");
    }
    assert_eq!(authorisation.left(), signatures - signed);
    true
}
