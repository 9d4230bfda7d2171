//! Updates of objects that a document names as only some readers read it, after a seal.

use super::document::*;
use super::handmade::Handmade;
use super::pki::Pki;
use super::sealed::{FAILED, Sealed, assert_judged};
use super::update::{next_number, object, stream, update, update_with};

#[test]
fn object_that_only_some_readers_find_named_may_not_change() {
    let plain = document();
    let next = next_number(&plain);
    let text = |text: &str| stream("", &format!("BT /F1 14 Tf 72 700 Td ({text}) Tj ET"));
    for contents in [
        format!("/Contents {next} 0R"),
        format!("/Contents +{next} 0 R"),
        format!("/Contents {next}.0 0 R"),
        format!("/Contents {next} 70000 R"),
        format!("/Contents [4 0 R {next} 0R]"),
        format!("/Contents 4 0 R /Contents {next} 0 R"),
        format!("/Contents {next} 0 R /Contents 4 0 R"),
        format!("/Contents {next} %x\n0 R /Contents 4 0 R"),
        format!("/Contents {next}%x\r%y\n0 %z\nR /Contents 4 0 R"),
        format!("/Contents {next}{}0 R /Contents 4 0 R", " ".repeat(65)),
        format!("/Contents {next} {} R /Contents 4 0 R", "0".repeat(65)),
        format!("/Contents +{next} %x\n0 R"),
        format!("/Junk ) /Contents {next} 0 R"),
        format!("/Contents {next} 0 R /Junk <zz>"),
        format!("/Contents {next} 0 R /Junk }} /More"),
    ] {
        let page = object(&plain, PAGE).replace("/Contents 4 0 R", &contents);
        let base = update(&plain, &[(PAGE, page), (next, text("We decide."))]);
        // Our own signing side would not take all of them.
        let pki = Pki::new();
        let pdf = Handmade::default().sign(&pki, &base);
        let sealed = Sealed { pki, next: next_number(&pdf), pdf };
        let pdf = sealed.update(&[(next, text("Somebody else decides."))]);
        sealed.assert(&contents, &pdf, FAILED, "object-replaced");
    }
}

#[test]
fn object_to_which_an_object_leads_for_some_readers_may_not_change() {
    let plain = document();
    let [link, next] = [0, 1].map(|number| next_number(&plain) + number);
    let text = |text: &str| stream("", &format!("BT /F1 14 Tf 72 700 Td ({text}) Tj ET"));
    let page = object(&plain, PAGE).replace("/Contents 4 0 R", &format!("/Contents {link} 0 R"));
    for reference in ["+@ 0 R", "@ 70000 R", "@ 0R", "@ %x\n 0 R", "@ 0 %x\nR", ") @ 0 R"] {
        let reference = reference.replace('@', &next.to_string());
        let objects = [(PAGE, page.clone()), (link, reference.clone()), (next, text("We decide."))];
        let pki = Pki::new();
        let pdf = Handmade::default().sign(&pki, &update(&plain, &objects));
        let sealed = Sealed { pki, next: next_number(&pdf), pdf };
        let pdf = sealed.update(&[(next, text("Somebody else decides."))]);
        sealed.assert(&reference, &pdf, FAILED, "object-replaced");
    }
}

#[test]
fn length_of_an_object_stream_may_not_change() {
    let plain = document();
    let rows = next_number(&plain);
    let [holder, length, list] = [rows + 1, rows + 2, rows + 3];
    let entries = format!(
        "/Type /XRef /W [1 4 2] /Index [{list} 1] /Size {} /Filter /ASCIIHexDecode",
        list + 1
    );
    let index = format!("{list} 0 ");
    let data = format!("{index}[4 0 R 4 0 R]");
    let held = stream(&format!("/Type /ObjStm /N 1 /First {}", index.len()), &data);
    let stated = format!("/Length {}", data.len());
    assert!(held.contains(&stated), "{held}");
    let objects = [
        (rows, stream(&entries, &format!("02 {holder:08X} 0000>"))),
        (holder, held.replace(&stated, &format!("/Length {length} 0 R"))),
        (length, data.len().to_string()),
        (PAGE, object(&plain, PAGE).replace("/Contents 4 0 R", &format!("/Contents {list} 0 R"))),
    ];
    let base = update_with(&plain, &objects, &[list], &format!("/XRefStm {}", plain.len()));
    let sealed = Sealed::of(&base);
    sealed.assert_passed("sealed", &sealed.pdf);
    let cut = sealed.update(&[(length, (data.len() - 7).to_string())]);
    sealed.assert("cut off", &cut, FAILED, "object-replaced");
}

#[test]
fn object_that_had_a_key_twice_may_not_be_written_with_one_of_them() {
    let plain = document();
    for (number, from, twice) in [
        (PAGE, "/Parent", "/Rotate 90 /Rotate 0 /Parent"),
        (PAGE, "/Parent", "/Rotate 0 /Rotate 90 /Parent"),
        (CITY, "/F 4", "/V (World Health Organisation) /V () /F 4"),
        (FORM, "/DR", "/NeedAppearances true /NeedAppearances false /DR"),
    ] {
        let base = update(&plain, &[(number, object(&plain, number).replace(from, twice))]);
        let pki = Pki::new();
        // Our own signing side would write the page anew.
        let base = Handmade::default().sign(&pki, &base);
        for one in twice.split(" /").take(2) {
            let one = format!("/{} {from}", one.trim_start_matches('/'));
            let written = object(&base, number).replace(twice, &one);
            let pdf = update(&base, &[(number, written)]);
            assert_judged(&pki, &one, &pdf, FAILED, "object-replaced");
        }
        let copied = update(&base, &[(number, object(&base, number))]);
        let validation = validated(&pki, &copied);
        assert_eq!(modifications(&validation), [""; 0], "{twice}");
    }
}

#[test]
fn information_that_had_a_key_twice_may_be_written_anew() {
    let plain = document();
    let twice = "<< /Title (Decision) /Producer (One) /Producer (Other) >>";
    let sealed = Sealed::of(&update(&plain, &[(INFORMATION, twice.to_owned())]));
    let written = "<< /Title (Decision) /Producer (Another) >>";
    sealed.assert_passed("once", &sealed.update(&[(INFORMATION, written.to_owned())]));
}
