//! Updates after a seal that make other readers search the file for objects, or find others than the
//! sections say.

use super::document::{CITY, CONTENT, FONT, document};
use super::sealed::{FAILED, Sealed};
use super::update::{last_startxref, object, stream, update, update_with};

/// What a search would bring to light in the place of the page's content.
fn hidden() -> String {
    let attack = stream("", "BT /F1 14 Tf 72 770 Td (Somebody else decides.) Tj ET");
    format!("{CONTENT} 0 obj\n{attack}\nendobj\n")
}

/// Documents in which a search finds what no section names: an object by itself, and the text of one.
fn prepared() -> [(&'static str, Sealed); 2] {
    documents().map(|(place, document)| (place, Sealed::of(&document)))
}

fn documents() -> [(&'static str, Vec<u8>); 2] {
    let mut by_itself = document();
    let start = last_startxref(&by_itself);
    by_itself.extend_from_slice(hidden().as_bytes());
    let section = by_itself.len();
    by_itself.extend_from_slice(
        format!(
            "xref\n0 0\ntrailer\n<< /Size 23 /Root 1 0 R /Info 13 0 R /ID [<01> <01>] /Prev {start} \
             >>\nstartxref\n{section}\n%%EOF\n"
        )
        .as_bytes(),
    );
    let in_a_stream = update(&document(), &[(30, stream("", &hidden()))]);
    [("by itself", by_itself), ("in a stream", in_a_stream)]
}

/// How an update's section is written; `{}` stands for where it is.
struct Written<'a> {
    rows: &'a str,
    trailer: &'a str,
    size: Option<u32>,
    end: &'a str,
}

impl Default for Written<'_> {
    fn default() -> Self {
        let rows = "xref\n0 1\n0000000000 65535 f \n";
        Self { rows, trailer: "", size: None, end: "startxref\n{}\n%%EOF\n" }
    }
}

impl Written<'_> {
    fn after(&self, sealed: &Sealed) -> Vec<u8> {
        let mut pdf = sealed.pdf.clone();
        let (previous, at) = (last_startxref(&pdf), pdf.len());
        let Self { rows, trailer, size, end } = self;
        let size = size.unwrap_or(sealed.next);
        let section =
            format!("{rows}trailer\n<< /Size {size} /Root 1 0 R /Prev {previous} {trailer} >>\n");
        pdf.extend_from_slice(section.as_bytes());
        pdf.extend_from_slice(end.replace("{}", &at.to_string()).as_bytes());
        pdf
    }
}

#[test]
fn update_that_makes_readers_search_may_not_follow_what_a_search_brings_to_light() {
    let usual = Written::default;
    let odd = [
        ("a short row", Written { rows: "xref\n0 1\n0000000000 65535 f\n", ..usual() }),
        ("short numbers", Written { rows: "xref\n0 1\n0 65535 f \n", ..usual() }),
        ("spaces", Written { rows: "xref\n0 1  \n0000000000 65535 f \n", ..usual() }),
        (
            "a comment in a heading",
            Written { rows: "xref\n0 1 %\n0000000000 65535 f \n", ..usual() },
        ),
        (
            "a heading in two lines",
            Written { rows: "xref\n0\n1\n0000000000 65535 f \n", ..usual() },
        ),
        (
            "a row at byte 0",
            Written { rows: "xref\n40 1\n0000000000 00000 n \n", size: Some(41), ..usual() },
        ),
        ("a small size", Written { size: Some(1), ..usual() }),
        ("a comment at the end", Written { end: "startxref %\n{}\n%%EOF\n", ..usual() }),
        ("one line at the end", Written { end: "startxref {} %%EOF\n", ..usual() }),
        ("another number", Written { end: "startxref\n00{}\n%%EOF\n", ..usual() }),
        ("information that is not there", Written { trailer: "/Info 99 0 R", ..usual() }),
        ("information of another generation", Written { trailer: "/Info 13 1 R", ..usual() }),
    ];
    let clean = Sealed::new();
    for (what, written) in &odd {
        // Where a search finds nothing else, it does no harm.
        clean.assert_passed(what, &written.after(&clean));
    }
    for (place, sealed) in prepared() {
        for (what, written) in &odd {
            let pdf = written.after(&sealed);
            sealed.assert(&format!("{what}, {place}"), &pdf, FAILED, "bytes-unnamed");
        }
        let filled = |value: &str| {
            let field = object(&sealed.pdf, CITY).replace("/F 4", &format!("/F 4 /V {value}"));
            vec![(CITY, field)]
        };
        let nowhere = sealed.update(&filled("98 0 R"));
        sealed.assert(place, &nowhere, FAILED, "bytes-unnamed");
        let data = stream("", "Havnsted").replace("/Length 8", "/Length 80");
        let objects = [filled(&format!("{} 0 R", sealed.next)), vec![(sealed.next, data)]].concat();
        sealed.assert(place, &sealed.update(&objects), FAILED, "bytes-unnamed");
        // What is written to the letter makes nobody search, a program's name before its end neither.
        sealed.assert_passed(place, &usual().after(&sealed));
        sealed.assert_passed(place, &sealed.update(&filled("(Havnsted)")));
        let named = Written { end: "%Program 1.0\nstartxref\n{}\n%%EOF\n", ..usual() };
        sealed.assert_passed(place, &named.after(&sealed));
    }
}

#[test]
fn trailers_and_sections_that_a_search_finds_count_as_well() {
    let small = Written { size: Some(1), ..Written::default() };
    let section = stream("/Type /XRef /W [1 1 1] /Size 1 /Root 31 0 R", "");
    for (what, hidden, fails) in [
        ("a trailer in a stream", stream("", "trailer << /Root 31 0 R >>"), true),
        ("a section that is none of the document's", section, true),
        ("words", stream("", "a trailer, and an obj"), false),
    ] {
        let catalog = (31, "<< /Type /Catalog /Pages 2 0 R >>".to_owned());
        let sealed = Sealed::of(&update(&document(), &[(30, hidden), catalog]));
        let pdf = small.after(&sealed);
        if fails {
            sealed.assert(what, &pdf, FAILED, "bytes-unnamed");
        } else {
            sealed.assert_passed(what, &pdf);
        }
        sealed.assert_passed(what, &Written::default().after(&sealed));
    }
}

#[test]
fn section_before_the_stream_of_a_hybrid_update_is_followed_by_some_readers() {
    for (place, sealed) in prepared() {
        let (at, next, previous) = (sealed.pdf.len(), sealed.next, last_startxref(&sealed.pdf));
        let with = |entry: &str| {
            let entries =
                format!("/Type /XRef /W [1 4 2] /Index [{next} 1] /Size {} {entry}", next + 1);
            let rows =
                stream(&format!("{entries} /Filter /ASCIIHexDecode"), &format!("01{at:08X}0000>"));
            update_with(&sealed.pdf, &[(next, rows)], &[], &format!("/XRefStm {at}"))
        };
        sealed.assert_passed(place, &with(""));
        let pdf = with(&format!("/Prev {previous}"));
        sealed.assert(place, &pdf, FAILED, "bytes-unnamed");
    }
}

#[test]
fn row_that_leads_to_white_space_makes_readers_search() {
    let row = |sealed: &Sealed, back: usize| {
        let header = format!("\n{FONT} 0 obj");
        let at = sealed.pdf.windows(header.len()).position(|bytes| bytes == header.as_bytes());
        let rows = format!("xref\n{FONT} 1\n{:010} 00000 n \n", at.unwrap() + 1 - back);
        Written { rows: &rows, ..Written::default() }.after(sealed)
    };
    for (place, sealed) in prepared() {
        sealed.assert(place, &row(&sealed, 1), FAILED, "bytes-unnamed");
        sealed.assert_passed(place, &row(&sealed, 0));
    }
    let clean = Sealed::new();
    clean.assert_passed("nothing to find", &row(&clean, 1));
}

#[test]
fn reference_that_led_nowhere_before_changes_nothing() {
    for (place, document) in documents() {
        let field = object(&document, CITY).replace("/F 4", "/F 4 /MK << /R 97 0 R >>");
        let sealed = Sealed::of(&update(&document, &[(CITY, field)]));
        let filled = sealed.with(CITY, "/F 4", "/F 4 /V (Havnsted)");
        sealed.assert_passed(place, &sealed.update(&[filled]));
    }
}

#[test]
fn head_of_the_free_list_may_not_be_called_object_1() {
    let sealed = Sealed::new();
    let pdf = Written { rows: "xref\n1 1\n0000000000 65535 f \n", ..Written::default() };
    sealed.assert("the catalog is gone for some", &pdf.after(&sealed), FAILED, "object-freed");
    let pdf = update_with(&sealed.pdf, &[], &[], "");
    sealed.assert_passed("nothing", &pdf);
}

#[test]
fn object_in_an_object_stream_must_have_the_index_that_the_row_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/object-streams.pdf");
    let sealed = Sealed::of(&std::fs::read(path).unwrap());
    let font = object(&sealed.pdf, FONT);
    let next = sealed.next;
    // Two objects, of which the first is another font: readers that go by the index take that one.
    let other = font.replace("Helvetica", "ZapfDingbats");
    let head = format!("{} 0 {FONT} {} ", next + 2, other.len() + 1);
    let entries = format!("/Type /ObjStm /N 2 /First {}", head.len());
    let objects = stream(&entries, &format!("{head}{other} {font}"));
    let with = |index: u8, other: u8| {
        let mut pdf = sealed.pdf.clone();
        let (previous, first) = (last_startxref(&pdf), pdf.len());
        pdf.extend_from_slice(format!("{next} 0 obj\n{objects}\nendobj\n").as_bytes());
        let at = pdf.len();
        let entries = format!(
            "/Type /XRef /W [1 4 2] /Index [{FONT} 1 {next} 3] /Size {} /Root 1 0 R /Prev {previous} \
             /Filter /ASCIIHexDecode",
            next + 3
        );
        let rows = format!(
            "02{next:08X}{index:04X} 01{first:08X}0000 01{at:08X}0000 02{next:08X}{other:04X}>"
        );
        let section = stream(&entries, &rows);
        let section = format!("{} 0 obj\n{section}\nendobj\nstartxref\n{at}\n%%EOF\n", next + 1);
        pdf.extend_from_slice(section.as_bytes());
        pdf
    };
    sealed.assert_passed("as they stand", &with(1, 0));
    for (index, other) in [(0, 1), (0, 0), (9, 0)] {
        let what = format!("{index} and {other}");
        sealed.assert(&what, &with(index, other), FAILED, "object-unreadable");
    }
}
