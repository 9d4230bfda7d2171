//! An account that is used up.

use bytes::Bytes;
use cades::{Expectation, SignedContent, TrustMaterial, report::Indication};
use pades::{Document, Error, OpenOptions, validate::validate_within};
use seal::{Effort, EffortLimits};

use super::pki::noon;
use super::sealed::Sealed;

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
