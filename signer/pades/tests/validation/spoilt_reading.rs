//! Files that readers begin to read elsewhere for nothing but their length, after a seal.

use cades::report::Indication;

use super::document::*;
use super::sealed::{FAILED, Sealed};
use super::update::{last_startxref, next_number, object, overwrite, stream, update};

/// The length that the linearization dictionary of [`linearized`] states.
const STATED: usize = 30_000;

/// The document with a linearization dictionary for a longer file before it, and behind that a section
/// by itself.
fn linearized() -> Vec<u8> {
    let plain = document();
    let header = plain.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    let number = next_number(&plain);
    let first = format!(
        "{number} 0 obj\n<< /Linearized 1 /L {STATED} /H [0 0] /O {PAGE} /E 9 /N 1 /T 9 >>\nendobj\n\
         xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
    );
    let (start, rest) = plain.split_at(header);
    let section = last_startxref(&plain);
    let mut text: Vec<u8> = [start, first.as_bytes(), rest].concat();
    let table = text.split_off(section + first.len());
    let shifted = |line: &str| match line.strip_suffix(" 00000 n ") {
        Some(offset) => {
            format!("{:010} 00000 n \n", offset.parse::<usize>().unwrap() + first.len())
        }
        None => format!("{line}\n"),
    };
    let table: String = String::from_utf8(table).unwrap().lines().map(shifted).collect();
    let stated = |section: usize| format!("startxref\n{section}");
    let table = table.replace(&stated(section), &stated(section + first.len()));
    [text, table.into_bytes()].concat()
}

#[test]
fn file_may_not_grow_to_the_length_at_which_it_is_read_as_linearized() {
    let sealed = Sealed::of(&linearized());
    sealed.assert_passed("shorter", &sealed.pdf);
    let grown = |size: usize| {
        let data = (sealed.next, stream("", &" ".repeat(size)));
        sealed.update(&[(TOTAL, object(&sealed.pdf, TOTAL)), data])
    };
    let size = 10_000 + STATED - grown(10_000).len();
    let failed = |what: &str, pdf: &[u8]| {
        let signature = &validated(&sealed.pki, pdf).signatures[0];
        assert_eq!(signature.report.indication, FAILED, "{what}");
        assert_eq!(codes(signature), ["read-elsewhere"], "{what}");
    };
    assert_eq!(grown(size).len(), STATED);
    failed("by an update", &grown(size));
    failed("by ends of line", &[grown(size - 100), vec![b'\n'; 100]].concat());
    sealed.assert_passed("longer", &grown(size + 2));
}

#[test]
fn ends_of_line_may_not_hide_where_the_newest_section_stands() {
    let sealed = Sealed::new();
    for (count, expected) in [(900, Indication::TotalPassed), (2_000, FAILED)] {
        let pdf = [&sealed.pdf[..], &vec![b'\n'; count]].concat();
        let signature = &validated(&sealed.pki, &pdf).signatures[0];
        assert_eq!(signature.report.indication, expected, "{count}");
        assert_eq!(codes(signature).contains(&"read-elsewhere"), expected == FAILED, "{count}");
    }
}

#[test]
fn row_that_led_beyond_what_was_sealed_may_not_lead_to_an_object_now() {
    let base = document();
    let next = next_number(&base);
    let place = 50_000;
    let page = object(&base, PAGE);
    let page = page.replace("/Contents 4 0 R", &format!("/Contents [4 0 R {next} 0 R]"));
    let base = update(&base, &[(PAGE, page), (next, "null".to_owned())]);
    let text = String::from_utf8_lossy(&base).into_owned();
    let row = format!("{next} 1\n");
    let row = &text[text.rfind(&row).unwrap() + row.len()..][..10];
    let sealed = Sealed::of(&overwrite(&base, row.as_bytes(), format!("{place:010}").as_bytes()));
    let mut pdf = sealed.pdf.clone();
    pdf.resize(place, b' ');
    let attack = stream("", "BT /F1 14 Tf 72 700 Td (Or somebody else.) Tj ET");
    pdf.extend_from_slice(format!("{next} 0 obj\n{attack}\nendobj\n").as_bytes());
    let (start, size) = (pdf.len(), sealed.next);
    let previous = last_startxref(&sealed.pdf);
    pdf.extend_from_slice(
        format!(
            "xref\n{next} 1\n{place:010} 00000 n \ntrailer\n<< /Size {size} /Root 1 0 R \
             /Prev {previous} >>\nstartxref\n{start}\n%%EOF\n"
        )
        .as_bytes(),
    );
    sealed.assert("content", &pdf, FAILED, "object-unreadable");
}
