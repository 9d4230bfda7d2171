//! Validating a PDF.

use std::collections::BTreeSet;

use bytes::Bytes;
use cades::report::Indication;
use pades::{Document, validate::validate};
use seal::DigestAlgorithm;

use super::{Bench, Outcome};
use crate::world::{World, noon};

/// The digests of what the genuine documents' signatures and time-stamps cover.
pub(super) fn covered(world: &World) -> BTreeSet<[u8; 32]> {
    world
        .folder("documents")
        .flat_map(|(_, bytes)| digests(bytes))
        .map(|(_, digest)| digest)
        .collect()
}

/// The digest of what each signature covers, with the name of its field.
fn digests(bytes: &[u8]) -> Vec<(String, [u8; 32])> {
    let Ok(document) = Document::open(Bytes::copy_from_slice(bytes)) else { return Vec::new() };
    let signatures = document.signatures().unwrap_or_default();
    let digest = |signature| document.covered_digest(signature, DigestAlgorithm::Sha256);
    let digests = signatures.iter().map(|signature| {
        let bytes = digest(signature).as_bytes().try_into().expect("32 bytes");
        (signature.field.clone(), bytes)
    });
    digests.collect()
}

pub(super) fn run(bench: &Bench, input: &[u8]) -> Outcome {
    let bytes = Bytes::copy_from_slice(input);
    let Ok(validation) = validate(&bytes, &bench.trust, noon()) else { return Outcome::Refused };
    assert!(serde_json::to_string(&validation).is_ok());
    assert_eq!(validation.document.size, input.len());
    let passed = |one: &&pades::validate::SignatureValidation| {
        one.report.indication == Indication::TotalPassed
    };
    let mut outcome = Outcome::Read;
    let mut digests = None;
    for signature in validation.signatures.iter().filter(passed) {
        outcome = Outcome::Passed;
        assert!(signature.revision.is_some(), "it passes and covers no revision");
        // No key signed anything but what is genuine.
        let digests = digests.get_or_insert_with(|| self::digests(input));
        let genuine = digests
            .iter()
            .any(|(field, digest)| *field == signature.field && bench.covered.contains(digest));
        assert!(genuine, "the bytes covered were changed, and it passes: {signature:#?}");
    }
    outcome
}
