//! Evidence and a time-stamp behind a signature that was prepared for them: it stays valid, whatever
//! the document is like, or nothing is signed.

use bytes::Bytes;
use cades::report::Indication;
use pades::{Document, Error, Extension, OpenOptions, SignatureOptions, ValidationData};
use seal::{DigestAlgorithm, Effort, EffortLimits};

use super::document::{CATALOG, FORM, PAGE, document, validated};
use super::handmade::catalog_with;
use super::pki::{Pki, RESERVED, noon};
use super::update::{object, update};

/// The document sealed, with evidence and a time-stamp behind that, or why it is not.
fn archived(pki: &Pki, document: &[u8]) -> Result<Vec<u8>, Error> {
    archived_within(pki, document, &Effort::default())
}

/// The same, on this account.
fn archived_within(pki: &Pki, document: &[u8], effort: &Effort) -> Result<Vec<u8>, Error> {
    let extended = Some(Extension::ArchiveTimeStamp { reserved: RESERVED });
    let options = SignatureOptions { extended, ..SignatureOptions::new(noon()) };
    let opening = OpenOptions { effort: Some(effort.clone()), ..OpenOptions::default() };
    let opened = Document::open_with(document.to_vec().into(), opening)?;
    let prepared = opened.prepare(&options, DigestAlgorithm::Sha256, RESERVED)?;
    let cms = pki.cms(&prepared.digest(), false);
    let sealed = Document::reopen(prepared.embed(&cms)?)?;
    let certificates = vec![Bytes::copy_from_slice(pki.certificate())];
    let data = ValidationData { certificates, ..ValidationData::default() };
    let algorithm = DigestAlgorithm::Sha256;
    let prepared = sealed.prepare_archive_time_stamp(&data, algorithm, RESERVED)?;
    let token = pki.token(prepared.digest());
    Ok(prepared.embed(token.as_bytes())?.to_vec())
}

/// The document with an entry more in its catalog, and object 30.
fn with(entry: &str, other: &str) -> Vec<u8> {
    let base = document();
    update(&base, &[catalog_with(&base, entry), (30, other.to_owned())])
}

#[test]
fn what_is_prepared_for_evidence_stays_valid_with_it_or_is_not_signed() {
    let pki = Pki::new();
    let base = document();
    let page = (PAGE, object(&base, PAGE).replacen("<<", "<< /PieceInfo 30 0 R ", 1));
    let piece = |of: u32| (30, format!("<< /App << /Private [{of} 0 R] >> >>"));
    for (what, document, passes) in [
        ("nothing else", base.clone(), true),
        ("the page in a private entry", update(&base, &[page.clone(), piece(PAGE)]), true),
        ("the catalog in a private entry", update(&base, &[page.clone(), piece(CATALOG)]), true),
        ("an empty store", with("/DSS << >>", "null"), true),
        ("a store that is none", with("/DSS [ 1 2 ]", "null"), true),
        // What is added to them would be added to something else as well, or stands beside what no
        // store holds.
        ("the form in a private entry", update(&base, &[page, piece(FORM)]), false),
        ("the form under another key", with("/Another 6 0 R", "null"), false),
        ("a store under another key", with("/DSS 30 0 R /Another 30 0 R", "<< >>"), false),
        ("a store with a page", with("/DSS << /Certs [3 0 R] >>", "null"), false),
        ("a store with records that are none", with("/DSS << /VRI [ ] >>", "null"), false),
    ] {
        match archived(&pki, &document) {
            Ok(pdf) => {
                assert!(passes, "{what}: it is signed");
                for signature in validated(&pki, &pdf).signatures {
                    let indication = signature.report.indication;
                    assert_eq!(indication, Indication::TotalPassed, "{what}: {signature:#?}");
                }
            }
            Err(error) => {
                assert!(!passes, "{what}: {error}");
                assert!(matches!(error, Error::NotExtendable(_)), "{what}: {error:?}");
            }
        }
    }
}

#[test]
fn a_signed_document_is_signed_again_and_extended_on_one_account() {
    let pki = Pki::new();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/object-streams.pdf");
    let signed = archived(&pki, &std::fs::read(path).unwrap()).unwrap();
    let whole = Effort::default();
    let twice = archived_within(&pki, &signed, &whole).unwrap();
    // No part of it costs as much as all together: reading what came, what was signed, what follows.
    let read = |document: &[u8]| {
        let effort = Effort::default();
        let opening = OpenOptions { effort: Some(effort.clone()), ..OpenOptions::default() };
        Document::open_with(document.to_vec().into(), opening).unwrap();
        (effort.steps(), effort.inflated())
    };
    let (steps, inflated) = (whole.steps() * 9 / 10, whole.inflated() - 1);
    assert!(read(&twice).0 < steps && read(&twice).1 <= inflated, "{:?}", read(&twice));
    for limits in [
        EffortLimits { steps, steps_per_byte: 0, ..EffortLimits::default() },
        EffortLimits { inflated, ..EffortLimits::default() },
    ] {
        let outcome = archived_within(&pki, &signed, &Effort::new(limits, 0));
        assert!(matches!(outcome, Err(Error::Effort(_))), "{limits:?}: {:?}", outcome.err());
    }
    // Nor does it get memory that something else of the same document holds.
    let effort = Effort::default();
    let _held = effort.hold(EffortLimits::default().memory - 256).unwrap();
    let outcome = archived_within(&pki, &signed, &effort);
    assert!(matches!(outcome, Err(Error::Effort(_))), "{:?}", outcome.err());
}
