//! Signatures in the formats of PDF before PAdES.

use cades::report::SubIndication;

use super::document::{CONTENT, codes, document, validated};
use super::handmade::{Handmade, USUAL};
use super::pki::{Pki, RESERVED};
use super::sealed::{FAILED, UNDECIDED};
use super::update::{position_from_end, stream, update};

/// The document with a signature over its SHA-1 hash (ISO 32000-1 clause 12.8.3.3.1).
fn signed_by_sha_1(pki: &Pki) -> Vec<u8> {
    let dictionary = USUAL.replace("ETSI.CAdES.detached", "adbe.pkcs7.sha1");
    let handmade = Handmade {
        dictionary: &dictionary,
        // What it is over is known when its place is.
        cms: |_, _| vec![0; RESERVED],
        ..Handmade::default()
    };
    let mut pdf = handmade.sign(pki, &document());
    let room = "0".repeat(2 * RESERVED);
    let start = position_from_end(&pdf, room.as_bytes()).unwrap();
    let covered = [&pdf[..start - 1], &pdf[start + room.len() + 1..]].concat();
    let hash = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &covered);
    for (at, byte) in pki.attached_cms(hash.as_ref()).iter().enumerate() {
        pdf[start + 2 * at..][..2].copy_from_slice(format!("{byte:02x}").as_bytes());
    }
    pdf
}

#[test]
fn signature_over_a_sha_1_hash_is_read_and_never_trusted() {
    let pki = Pki::new();
    let pdf = signed_by_sha_1(&pki);
    let validation = validated(&pki, &pdf);
    let signature = &validation.signatures[0];
    let crypto = Some(SubIndication::CryptoConstraintsFailure);
    assert_eq!(signature.report.indication, UNDECIDED, "{signature:#?}");
    assert_eq!(signature.report.sub_indication, crypto);
    assert_eq!(signature.report.level_name(), Some("PKCS7-B"));
    assert!(codes(signature).contains(&"not-baseline"), "{:?}", codes(signature));
    assert!(codes(signature).contains(&"algorithm"), "{:?}", codes(signature));
    // It is told when the document is another one, and what later updates changed.
    let mut spoilt = pdf.clone();
    let at = position_from_end(&spoilt, b"municipality").unwrap();
    spoilt[at] ^= 0x20;
    let report = &validated(&pki, &spoilt).signatures[0].report;
    let of_hash = Some(SubIndication::HashFailure);
    assert_eq!((report.indication, report.sub_indication), (FAILED, of_hash), "{report:#?}");
    let changed = update(&pdf, &[(CONTENT, stream("", "BT (Pay.) Tj ET"))]);
    let report = &validated(&pki, &changed).signatures[0].report;
    let of_format = Some(SubIndication::FormatFailure);
    assert_eq!((report.indication, report.sub_indication), (FAILED, of_format));
}
