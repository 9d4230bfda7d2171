//! Opening a PDF and sealing it.

use bytes::Bytes;
use pades::{Document, Error, Reader, SignatureOptions, validate::validate};
use seal::DigestAlgorithm;

use super::{Bench, Outcome};
use crate::world::noon;

/// A SEQUENCE that is no CMS: it stands where one would.
const CMS: [u8; 5] = [0x30, 3, 2, 1, 7];

/// Room for it, in bytes.
const RESERVED: usize = 64;

/// How many objects are read.
const OBJECTS: u32 = 100;

pub(super) fn run(bench: &Bench, input: &[u8]) -> Outcome {
    // A value has its own end, whatever follows it.
    if let Ok(value) = pades::parse(input) {
        assert_eq!(pades::parse(&[input, b" ]"].concat()), Ok(value));
    }
    let input = Bytes::copy_from_slice(input);
    read_all(&input);
    let Ok(document) = Document::open(input.clone()) else { return Outcome::Refused };
    document.facts();
    let before = document.signatures().unwrap_or_default();
    for signature in &before {
        document.covered_digest(signature, DigestAlgorithm::Sha256);
    }
    let options = SignatureOptions::new(noon());
    let Ok(prepared) = document.prepare(&options, DigestAlgorithm::Sha256, RESERVED) else {
        return Outcome::Refused;
    };
    let digest = prepared.digest();
    let signed = prepared.embed(&CMS).expect("what was prepared takes a signature");
    let output = Bytes::from(signed.to_vec());
    assert!(output.starts_with(&input), "the input is a prefix of the output");
    assert_eq!(output.len(), signed.length());

    let reopened = Document::open(output.clone()).expect("what was sealed can be opened");
    let after = reopened.signatures().expect("what was sealed can be read");
    let new = after.iter().find(|one| one.cms == CMS[..] && !before.contains(one));
    let new = new.expect("the new signature is listed");
    assert_eq!(new.byte_range[2] + new.byte_range[3], output.len(), "it covers the file");
    assert_eq!(reopened.covered_digest(new, DigestAlgorithm::Sha256), digest);
    for one in &before {
        assert!(after.contains(one), "an earlier signature is not listed any more");
    }
    judge(bench, &input, &output, &new.field);
    archive(bench, signed);
    Outcome::Passed
}

/// The validator reads what was sealed and finds nothing wrong but the CMS. What it does not read
/// to begin with is left out: it looks at more of a file than a signature needs.
fn judge(bench: &Bench, input: &Bytes, output: &Bytes, field: &str) {
    if validate(input, &bench.trust, noon()).is_err() {
        return;
    }
    let validation = match validate(output, &bench.trust, noon()) {
        Err(Error::Encrypted | Error::Limit { .. }) => return,
        other => other.expect("what was sealed can be validated"),
    };
    let signature = validation.signatures.iter().rfind(|one| one.field == field);
    let signature = signature.expect("the validator finds the new signature");
    let revisions = Some(validation.document.revisions);
    assert_eq!(signature.revision, revisions, "it covers the last revision: {signature:#?}");
    for finding in &signature.report.findings {
        let ours = finding.code.starts_with("byte-range") || finding.code.starts_with("contents");
        assert!(!ours, "what we wrote is malformed: {finding:?}");
    }
}

/// A security store and a document time-stamp on top, as for level B-LTA.
fn archive(bench: &Bench, signed: pades::SignedDocument) {
    let before = signed.to_vec();
    let document = Document::reopen(signed).expect("what was sealed can be opened as it is");
    let data = bench.world.pdf_evidence();
    let prepared = document.prepare_archive_time_stamp(&data, DigestAlgorithm::Sha256, RESERVED);
    let Ok(prepared) = prepared else { return };
    let archived = prepared.embed(&CMS).expect("what was prepared takes a time-stamp").to_vec();
    assert!(archived.starts_with(&before), "the input is a prefix of the output");
    let document = Document::open(archived.into()).expect("what was archived can be opened");
    let stamps = document.signatures().expect("what was archived can be read");
    assert!(stamps.iter().any(|one| one.is_time_stamp() && one.cms == CMS[..]));
}

/// Reads what can be asked of a file: each object in each revision.
fn read_all(input: &Bytes) {
    let Ok(reader) = Reader::open(input.clone()) else { return };
    for revision in reader.revisions().iter().take(8) {
        let earlier = reader.at_revision(revision);
        for number in 0..=earlier.max_object_number().min(OBJECTS) {
            let _ = earlier.object((number, 0));
            let _ = earlier.stream((number, 0));
            let _ = earlier.object_range((number, 0));
        }
    }
}
