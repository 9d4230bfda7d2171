//! An account that is used up.

use bytes::Bytes;
use cades::{Expectation, SignedContent, TrustMaterial, report::Indication};
use pades::{Document, Error, OpenOptions, validate::validate_within};
use seal::{Effort, EffortLimits};

use super::document::document;
use super::handmade::{Handmade, catalog_with};
use super::pki::{Pki, noon};
use super::sealed::Sealed;
use super::update::{next_number, update};

#[test]
fn an_account_that_is_used_up_lets_nothing_pass_when_it_is_asked_again() {
    let sealed = Sealed::new();
    let (bytes, trust) = (Bytes::from(sealed.pdf.clone()), sealed.pki.trust());
    let judge = |effort: &Effort| validate_within(&bytes, None, &trust, noon(), effort);
    let open = |effort: &Effort| {
        let options = OpenOptions { effort: Some(effort.clone()), ..OpenOptions::default() };
        Document::open_with(bytes.clone(), options)
    };
    let whole = Effort::default();
    let report = judge(&whole).unwrap();
    assert_eq!(report.signatures[0].report.indication, Indication::TotalPassed);
    let signature = open(&whole).unwrap().signatures().unwrap().remove(0);
    let needed = whole.steps();
    for tenths in 0..5 {
        let steps = needed * tenths / 10;
        let limits = EffortLimits { steps, steps_per_byte: 0, ..EffortLimits::default() };
        let effort = Effort::new(limits, 0);
        for attempt in ["first", "second"] {
            let outcome = judge(&effort);
            assert!(matches!(outcome, Err(Error::Effort(_))), "{attempt}, {steps}: {outcome:?}");
        }
        assert!(matches!(open(&effort), Err(Error::Effort(_))), "{steps}");
        // Nor does what is judged beside the document.
        let trust = TrustMaterial { effort: Some(effort.clone()), ..trust.clone() };
        let validation = cades::Validation {
            trust: &trust,
            expectation: Expectation::Pades,
            now: noon(),
            proven_time: None,
        };
        let hash = |algorithm: cades::HashAlgorithm| {
            let [first, length, second, rest] = signature.byte_range;
            algorithm.hash(&[&bytes[first..first + length], &bytes[second..second + rest]].concat())
        };
        for report in validation.validate_all(&signature.cms, SignedContent::Hashed(&hash)) {
            assert_ne!(report.indication, Indication::TotalPassed, "{steps}");
        }
    }
}

#[test]
fn an_object_that_another_mentions_many_times_is_visited_once() {
    let plain = document();
    let next = next_number(&plain);
    let broken = format!("<< /Junk ) {}", "4 0R ".repeat(1 << 18));
    let base =
        update(&plain, &[catalog_with(&plain, &format!("/Junk {next} 0 R")), (next, broken)]);
    let pki = Pki::new();
    let signed = Handmade::default().sign(&pki, &base);
    let updated = update(&signed, &[catalog_with(&signed, "/Lang (da)")]);
    let limits = EffortLimits { memory: 8 << 20, ..EffortLimits::default() };
    let effort = Effort::new(limits, updated.len() as u64);
    let report = validate_within(&updated.into(), None, &pki.trust(), noon(), &effort).unwrap();
    assert_eq!(report.signatures[0].report.indication, Indication::TotalFailed);
}
