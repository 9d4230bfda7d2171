//! What was changed after a seal is shown beside what was sealed, as poppler draws both.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::checked;
use crate::{certification, drawn, pdf_writer::PdfWriter, server::Answer};

/// How wide the pictures are.
const WIDTH: usize = 720;

/// A page's size in points: not too many pixels for a build without optimisation.
pub const SIZE: [u32; 2] = [420, 300];

/// The object that is the form's field, and what it shows.
const FIELD: (u32, u32) = (5, 6);

/// The first page's object and its content's; the other pages' follow.
const PAGES: u32 = 20;
const CONTENTS: u32 = 200;

/// A letter, and what is to be changed in it.
pub struct Letter {
    objects: BTreeMap<u32, String>,
    height: u32,
}

impl Letter {
    /// So many pages of this size, with a field on the first.
    pub fn new(pages: u32, size: [u32; 2]) -> Self {
        let mut letter = Self { objects: BTreeMap::new(), height: size[1] };
        let font = "/Font << /F 3 0 R >>";
        letter.objects.extend([
            (1, format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] /DA (/F 12 Tf 0 g) /DR << {font} >> >> >>")),
            (3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".into()),
        ]);
        letter.fill("");
        letter.pages(pages, size);
        for page in 0..pages {
            letter.write(page, &format!("Page {} of a decision.", page + 1));
        }
        letter
    }

    fn pages(&mut self, pages: u32, [width, height]: [u32; 2]) {
        let kids: String = (0..pages).map(|page| format!("{} 0 R ", PAGES + page)).collect();
        let tree = format!(
            "<< /Type /Pages /Kids [{kids}] /Count {pages} /MediaBox [0 0 {width} {height}] >>"
        );
        self.objects.insert(2, tree);
        for page in 0..pages {
            let fields = if page == 0 { "/Annots [5 0 R]" } else { "" };
            let body = format!(
                "<< /Type /Page /Parent 2 0 R /Contents {} 0 R {fields} \
                 /Resources << /Font << /F 3 0 R >> >> >>",
                CONTENTS + page
            );
            self.objects.insert(PAGES + page, body);
        }
    }

    fn stream(&mut self, number: u32, entries: &str, content: &str) {
        let length = content.len();
        let body = format!("<< /Length {length} {entries} >>\nstream\n{content}\nendstream");
        self.objects.insert(number, body);
    }

    /// What stands on a page, and a box in the same colour as the text.
    fn write(&mut self, page: u32, text: &str) {
        let is_marked = text.contains("900");
        let top = |below: u32| self.height.saturating_sub(below);
        let mark = format!("72 {} 200 40 re f", top(150));
        let mark = if is_marked { mark.as_str() } else { "" };
        if self.height < 72 {
            // No room for text: such a page is drawn at once.
            return self.stream(CONTENTS + page, "", if is_marked { "0 0 9 9 re f" } else { "" });
        }
        let content = format!("BT /F 14 Tf 72 {} Td ({text}) Tj ET {mark}", top(72));
        self.stream(CONTENTS + page, "", &content);
    }

    fn fill(&mut self, value: &str) {
        let (field, appearance) = FIELD;
        let [bottom, top] = [110, 90].map(|below| self.height.saturating_sub(below));
        let body = format!(
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (city) /V ({value}) \
             /Rect [72 {bottom} 272 {top}] /F 4 /P {PAGES} 0 R /DA (/F 12 Tf 0 g) /AP << /N {appearance} 0 R >> >>"
        );
        self.objects.insert(field, body);
        let entries = "/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F 3 0 R >> >>";
        let shown = match value {
            "" => "/Tx BMC EMC".to_owned(),
            value => format!("/Tx BMC q BT /F 12 Tf 0 g 2 6 Td ({value}) Tj ET Q EMC"),
        };
        self.stream(appearance, entries, &shown);
    }

    /// The file, before anybody sealed it.
    pub fn file(&self) -> Vec<u8> {
        let mut writer = PdfWriter::new("1.7", "\n");
        for (number, body) in &self.objects {
            writer.object(*number, body);
        }
        writer.table("/Root 1 0 R /ID [<01> <01>]").finish()
    }

    /// The file with an update that makes this change.
    fn update(&self, file: &[u8], change: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut changed = Self { objects: self.objects.clone(), height: self.height };
        change(&mut changed);
        let text = String::from_utf8_lossy(file);
        let last = |key: &str| {
            let (_, rest) = text.rsplit_once(key).expect("a trailer");
            rest.split_whitespace().next().expect("a figure").parse::<usize>().expect("a figure")
        };
        let size = u32::try_from(last("/Size ")).expect("few objects");
        let mut writer = PdfWriter::resume(file.to_vec(), last("startxref\n"), size);
        for (number, body) in &changed.objects {
            if self.objects.get(number) != Some(body) {
                writer.object(*number, body);
            }
        }
        writer.table("/Root 1 0 R /ID [<01> <01>]").finish()
    }

    /// With another amount on these pages: nobody permits that.
    pub fn forged(&self, file: &[u8], pages: std::ops::Range<u32>) -> Vec<u8> {
        self.update(file, |letter| {
            for page in pages {
                letter.write(page, "Pay 900 kr.");
            }
        })
    }

    /// With its field filled in.
    pub fn filled(&self, file: &[u8], value: &str) -> Vec<u8> {
        self.update(file, |letter| letter.fill(value))
    }
}

/// The pictures of an answer, each page as it was, then as it is.
fn pictures(answer: &Answer) -> Vec<Vec<u8>> {
    let text = answer.text();
    let all = text.split("data:image/png;base64,").skip(1);
    let all = all.map(|rest| rest.split('"').next().expect("an end"));
    all.map(|base64| STANDARD.decode(base64).expect("Base64")).collect()
}

/// A picture of the answer is that which poppler makes of these bytes' page.
fn is_of(picture: &[u8], document: &[u8], page: usize) -> bool {
    let theirs = drawn::poppler_wide(document, page, WIDTH).expect("poppler draws it");
    let ours = drawn::ours(picture);
    assert_eq!(ours.0, WIDTH);
    assert!(ours.1.abs_diff(theirs.1) <= 2, "{} and {} high", ours.1, theirs.1);
    drawn::differing(&ours, &theirs) <= 2
}

/// The columns and rows in which two pictures differ.
fn difference(one: &[u8], other: &[u8]) -> [usize; 4] {
    let (one, other) = (drawn::ours(one), drawn::ours(other));
    let mut found = [usize::MAX, usize::MAX, 0, 0];
    for (at, _) in one.2.iter().zip(&other.2).enumerate().filter(|(_, (one, other))| one != other) {
        let (column, row) = (at % one.0, at / one.0);
        found = [found[0].min(column), found[1].min(row), found[2].max(column), found[3].max(row)];
    }
    found
}

fn says(answer: &Answer, all: &[&str]) {
    assert_eq!(answer.status, 200);
    let text = answer.text();
    let short: String = text
        .split("base64,")
        .map(|part| part.split_once('"').map_or(part, |(_, rest)| rest))
        .collect();
    for said in all {
        assert!(text.contains(said), "{said}: {short}");
    }
}

#[tokio::test]
async fn a_page_that_nobody_may_change_is_shown_as_it_was_sealed_beside_as_it_is() {
    let server = certification::server().await;
    let letter = Letter::new(6, SIZE);
    let sealed = server.seal("profile=decisions&certify=none", &letter.file()).await.ok().body;
    let forged = letter.forged(&sealed, 0..5);
    let answer = checked(&server, "en", &forged).await;
    says(
        &answer,
        &[
            "<h1>This file was changed</h1>",
            "Pages that look different now",
            "Compared with what was sealed under the name Havnsted Kommune.",
            "<figcaption>As it was sealed</figcaption>",
            "<figcaption>As it is now</figcaption>",
            "aria-label=\"Page 1: As it was sealed; what differs is framed\"",
            "<dd>Page 1 of a decision.</dd>",
            "<dd>Pay 900 kr.</dd>",
            "These pages look different, too, and are not shown here: 5.",
        ],
    );
    // Nothing else is let in than what stands in the answer.
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("img-src data:;") && policy.contains("default-src 'none'"), "{policy}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let pictures = pictures(&answer);
    assert_eq!(pictures.len(), 8, "four pages");
    for (page, pair) in pictures.chunks_exact(2).enumerate() {
        let before = &forged[..sealed.len()];
        assert!(is_of(&pair[0], before, page) && is_of(&pair[1], &forged, page), "{page}");
        assert!(!is_of(&pair[0], &forged, page) && !is_of(&pair[1], before, page), "{page}");
        // The box stands from 110 to 150 points below the top, and the text above it.
        let [left, top, right, bottom] = difference(&pair[0], &pair[1]);
        assert!((121..136).contains(&left) && (463..470).contains(&right), "{left} to {right}");
        assert!((100..115).contains(&top) && (255..260).contains(&bottom), "{top} to {bottom}");
    }
    says(&answer, &["<rect x=\"117\" y=\"182\""]);
    let danish = checked(&server, "da", &forged).await;
    says(
        &danish,
        &[
            "<h1>Filen er ændret</h1>",
            "<figcaption>Som den blev forseglet</figcaption>",
            "<figcaption>Som den er nu</figcaption>",
            "<dt>Ord, der stod der dengang</dt>",
            "Disse sider ser også anderledes ud og vises ikke her: 5.",
        ],
    );
    // A page more.
    let mut letter = Letter::new(3, SIZE);
    letter.pages(2, SIZE);
    let sealed = server.seal("profile=decisions&certify=none", &letter.file()).await.ok().body;
    let longer = letter.update(&sealed, |letter| letter.pages(3, SIZE));
    let answer = checked(&server, "en", &longer).await;
    says(&answer, &["There was no such page then.", "aria-label=\"Page 3: As it is now\""]);
    assert_eq!(self::pictures(&answer).len(), 1);
}

#[tokio::test]
async fn a_change_that_the_seal_permits_is_shown_as_well_and_the_file_is_genuine() {
    let server = certification::server().await;
    let letter = Letter::new(2, SIZE);
    let sealed = server.seal("profile=decisions&certify=2", &letter.file()).await.ok().body;
    let filled = letter.filled(&sealed, "Havnsted 900");
    let answer = checked(&server, "en", &filled).await;
    says(
        &answer,
        &[
            "<h1>This file is genuine, and something was added</h1>",
            "Compared with what was sealed under the name Havnsted Kommune.",
            "<dd>Havnsted 900</dd>",
        ],
    );
    let pictures = pictures(&answer);
    assert_eq!(pictures.len(), 2, "the first page alone");
    assert!(is_of(&pictures[0], &sealed, 0) && is_of(&pictures[1], &filled, 0));
    let [left, top, right, bottom] = difference(&pictures[0], &pictures[1]);
    assert!(
        left >= 123 && right <= 467 && top >= 154 && bottom <= 189,
        "{left} {top} {right} {bottom}"
    );
    // Two seals: what came since each of them.
    let twice = server.seal("profile=decisions&certify=none", &filled).await.ok().body;
    let answer = checked(&server, "en", &letter.forged(&twice, 1..2)).await;
    let text = answer.text();
    assert_eq!(text.matches("Compared with what was sealed under").count(), 2, "{text}");
    assert_eq!(self::pictures(&answer).len(), 2 + 4);
}

#[tokio::test]
async fn what_other_programs_draw_by_themselves_is_never_called_the_same() {
    let server = certification::server().await;
    let letter = Letter::new(1, SIZE);
    let sealed = server.seal("profile=decisions&certify=none", &letter.file()).await.ok().body;
    let rect = "/Rect [72 100 272 140]";
    let value = format!(
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (city) /V (Pay 900 kr) {rect} /F 4 /DA (/F 12 Tf 0 g) >>"
    );
    let note = format!(
        "<< /Type /Annot /Subtype /FreeText /Contents (NOT VALID) {rect} /F 4 /DA (/F 12 Tf 0 g) >>"
    );
    let cover = format!("<< /Type /Annot /Subtype /Square {rect} /F 4 /IC [1 0 0] >>");
    for body in [value, note, cover] {
        let changed =
            letter.update(&sealed, |letter| drop(letter.objects.insert(FIELD.0, body.clone())));
        let poppler = |file| drawn::poppler_wide(file, 0, WIDTH).expect("poppler draws it");
        assert!(poppler(&sealed) != poppler(&changed), "poppler draws nothing of {body}");
        let answer = checked(&server, "en", &changed).await;
        says(&answer, &["other programs may show what is different there: 1."]);
        assert!(!answer.text().contains("No page looks different"), "{}", answer.text());
    }
}

#[tokio::test]
async fn where_nothing_changed_nothing_is_shown_and_what_is_not_looked_at_is_told() {
    let server = certification::server().await;
    let letter = Letter::new(2, SIZE);
    let file = letter.file();
    let sealed = server.seal("profile=decisions&certify=none", &file).await.ok().body;
    let evidence = server.seal("profile=decisions&certify=none&level=B-LTA", &file).await.ok().body;
    let mut spoilt = sealed.clone();
    let at = spoilt.windows(4).position(|four| four == b"Page").expect("a text");
    spoilt[at + 1] = b'u';
    let spoilt_and_more = letter.forged(&spoilt, 0..1);
    for (name, file) in [
        ("unchanged", &sealed),
        ("evidence", &evidence),
        ("unsealed", &file),
        // What was sealed is not known where its hash is another: no picture claims to be of it.
        ("spoilt", &spoilt),
        ("spoilt and more", &spoilt_and_more),
    ] {
        let answer = checked(&server, "en", file).await.ok();
        let text = answer.text();
        assert!(!text.contains("class=\"changed\"") && !text.contains("base64"), "{name}: {text}");
        assert!(!answer.header("content-security-policy").contains("data:"), "{name}");
    }
    // What shows nothing.
    let twice = server.seal("profile=decisions&certify=none", &sealed).await.ok().body;
    let answer = checked(&server, "en", &twice).await;
    says(&answer, &["No page looks different from what it was then."]);
    assert!(pictures(&answer).is_empty());
    // More pages than are compared.
    let long = Letter::new(60, [100, 4]);
    let sealed = server.seal("profile=decisions&certify=none", &long.file()).await.ok().body;
    let answer = checked(&server, "en", &long.forged(&sealed, 55..56)).await;
    says(
        &answer,
        &["None of the pages that could be compared looks different.", "up to page 50 of 60."],
    );
    // A page that takes all the time that there is.
    let hostile = drawn::hostile::nested_forms();
    let sealed = server.seal("profile=decisions&certify=none", &hostile).await.ok().body;
    let forged = letter.update(&sealed, |letter| letter.stream(6, "", "0 0 99 99 re f"));
    let answer = checked(&server, "en", &forged).await;
    says(&answer, &["<h1>This file was changed</h1>", "No page could be compared in the time"]);
}
