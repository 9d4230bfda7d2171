//! A sealed document that is then updated, and what its seal must say.

use cades::report::Indication;

use super::document::{FORM, PAGE, codes, document, modifications, validated};
use super::pki::Pki;
use super::update::{next_number, object, update};

/// A document that has been sealed, and its objects.
pub struct Sealed {
    pub pki: Pki,
    pub pdf: Vec<u8>,
    /// The first number that is free.
    pub next: u32,
}

impl Sealed {
    pub fn new() -> Self {
        Self::of(&document())
    }

    /// Another document that has been sealed.
    pub fn of(document: &[u8]) -> Self {
        let pki = Pki::new();
        let pdf = pki.seal(document);
        let next = next_number(&pdf);
        Self { pki, pdf, next }
    }

    /// An object with a text in it replaced.
    pub fn with(&self, number: u32, from: &str, to: &str) -> (u32, String) {
        let text = object(&self.pdf, number);
        assert!(text.contains(from), "`{from}` in {text}");
        (number, text.replacen(from, to, 1))
    }

    /// The page with a text in its list of annotations replaced.
    pub fn annotated(&self, from: &str, to: &str) -> (u32, String) {
        annotated(&self.pdf, from, to)
    }

    /// The document with these objects replaced or added.
    pub fn update(&self, objects: &[(u32, String)]) -> Vec<u8> {
        update(&self.pdf, objects)
    }

    /// A new signature field with these entries, in the form and on the page.
    pub fn with_field(&self, entries: &str) -> Vec<(u32, String)> {
        let next = self.next;
        vec![
            self.with(FORM, "/Fields [", &format!("/Fields [{next} 0 R ")),
            self.annotated("[", &format!("[{next} 0 R ")),
            (next, format!("<< /Type /Annot /Subtype /Widget /P 3 0 R {entries} >>")),
        ]
    }

    pub fn assert_passed(&self, what: &str, pdf: &[u8]) {
        let validation = validated(&self.pki, pdf);
        let signature = &validation.signatures[0];
        assert_eq!(signature.report.indication, Indication::TotalPassed, "{what}: {signature:#?}");
    }

    pub fn assert(&self, what: &str, pdf: &[u8], indication: Indication, code: &str) {
        assert_judged(&self.pki, what, pdf, indication, code);
    }
}

/// The page of a sealed document with a text in its list of annotations replaced. (The seal gave the
/// page a list of its own.)
pub fn annotated(pdf: &[u8], from: &str, to: &str) -> (u32, String) {
    let page = object(pdf, PAGE);
    let (before, list) = page.split_once("/Annots").expect("a page with annotations");
    assert!(list.contains(from), "`{from}` in {list}");
    (PAGE, format!("{before}/Annots{}", list.replacen(from, to, 1)))
}

/// Asserts what the first signature says, and that it names the change.
pub fn assert_judged(pki: &Pki, what: &str, pdf: &[u8], indication: Indication, code: &str) {
    let validation = validated(pki, pdf);
    let signature = &validation.signatures[0];
    let found = codes(signature);
    assert_eq!(signature.report.indication, indication, "{what}: {found:?}");
    assert!(found.contains(&code), "{what}: {found:?}, not {code}");
    assert!(modifications(&validation).contains(&code), "{what}: it is not listed");
    assert_eq!(signature.report.covers.as_deref(), Some("revision"), "{what}");
}

pub const FAILED: Indication = Indication::TotalFailed;
pub const UNDECIDED: Indication = Indication::Indeterminate;
pub const FORM_XOBJECT: &str = "/Type /XObject /Subtype /Form /BBox [0 0 200 20]";
