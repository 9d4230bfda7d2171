//! Fields and annotations that are something else than they pass for, after a seal.

use cades::report::Indication;

use super::document::*;
use super::handmade::{Handmade, with_reference};
use super::pki::Pki;
use super::sealed::{FAILED, UNDECIDED};
use super::update::{next_number, object, update};

#[test]
fn annotation_that_is_hidden_may_do_nothing_either() {
    let pki = Pki::new();
    let dictionary = with_reference("DocMDP", "/P 3");
    let certified =
        Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, &document());
    let (next, kind) = (next_number(&certified), next_number(&certified) + 1);
    for (entries, expected) in [
        ("/Subtype /Text /Contents (x)", Indication::TotalPassed),
        ("/Subtype /Link /AA << /PO << /S /Hide /T (payee) >> >>", UNDECIDED),
        ("/Subtype /Link /A << /S /JavaScript /JS (x) >>", UNDECIDED),
        ("/Subtype /Screen", UNDECIDED),
        ("/Subtype /FileAttachment", UNDECIDED),
        ("/Subtype /Text /F 6", UNDECIDED),
        ("", UNDECIDED),
        (&format!("/Subtype {kind} 0 R /FT /Tx /T (payee) /V (x)"), FAILED),
    ] {
        let annotations =
            object(&certified, ANNOTATIONS).replacen('[', &format!("[{next} 0 R "), 1);
        let annotation = format!("<< /Type /Annot /F 2 /Rect [0 0 9 9] {entries} >>");
        let objects =
            [(ANNOTATIONS, annotations), (next, annotation), (kind, "/Widget".to_owned())];
        let validation = validated(&pki, &update(&certified, &objects));
        assert_eq!(validation.signatures[0].report.indication, expected, "{entries}");
        assert_eq!(modifications(&validation), ["annotation-added"], "{entries}");
    }
}
