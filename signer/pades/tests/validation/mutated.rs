//! Sealed documents with any byte changed: never accepted, and never a panic.

use bytes::Bytes;
use cades::report::Indication;
use pades::validate::{Validation, validate};
use proptest::prelude::*;

use super::document::{CITY, document};
use super::pki::{Pki, noon};
use super::update::{object, position, position_from_end, update};

fn passed(validation: &Validation) -> bool {
    validation.signatures.iter().any(|one| one.report.indication == Indication::TotalPassed)
}

#[test]
fn no_byte_that_is_covered_can_be_changed() {
    let pki = Pki::new();
    let sealed = pki.seal(&document());
    let start = position_from_end(&sealed, b"/Contents <").unwrap() + b"/Contents ".len();
    let end = start + position(&sealed[start..], b">").unwrap() + 1;
    // A prime step comes by every kind of byte.
    for at in (0..start).chain(end..sealed.len()).step_by(7) {
        let mut pdf = sealed.clone();
        pdf[at] ^= 1;
        if let Ok(validation) = validate(&Bytes::from(pdf), &pki.trust(), noon()) {
            assert!(!passed(&validation), "byte {at}: {validation:#?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    /// Bytes changed, removed and doubled anywhere, in a document with an update behind its seals.
    #[test]
    fn damaged_document_never_panics(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<proptest::sample::Index>(),
        length in 0_usize..200,
        double in any::<bool>(),
    ) {
        let pki = Pki::new();
        let sealed = pki.time_stamp(&pki.seal(&document()));
        let filled = object(&sealed, CITY).replace("/F 4", "/F 4 /V (Havnsted)");
        let mut pdf = update(&sealed, &[(CITY, filled)]);
        for (at, byte) in changes {
            let at = at.index(pdf.len());
            pdf[at] = byte;
        }
        let cut = cut.index(pdf.len());
        let end = (cut + length).min(pdf.len());
        let piece = pdf[cut..end].to_vec();
        pdf.splice(cut..if double { cut } else { end }, piece.into_iter().filter(|_| double));
        let _ = validate(&Bytes::from(pdf), &pki.trust(), noon());
    }
}
