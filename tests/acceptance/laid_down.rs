//! What is said of files that are laid down on the page and cannot be signed, or cannot be shown.

use reqwest::{Method, multipart};

use crate::{
    fixtures,
    pdf_writer::PdfWriter,
    reader::{Reader, hidden},
    server::{Answer, Server, send},
};

/// Why each file of [`unfit`] is refused, by the words that say it in English and in Danish.
const WHY: [(&str, &str, &str); 8] = [
    ("refused-certified.pdf", "whoever certified it permits no change", "tillader ingen ændring"),
    ("refused-encrypted.pdf", "It is encrypted", "Den er krypteret"),
    ("refused-page-tree-loop.pdf", "The file is damaged", "Filen er beskadiget"),
    ("refused-prev-loop.pdf", "The file is damaged", "Filen er beskadiget"),
    ("refused-xfa.pdf", "It is an XFA form", "Det er en XFA-formular"),
    ("cut.pdf", "The file is damaged", "Filen er beskadiget"),
    ("README.md", "It is no PDF file", "Det er ikke en PDF-fil"),
    ("empty.pdf", "It is no PDF file", "Det er ikke en PDF-fil"),
];

/// Files that take no signature, however it is asked for.
fn unfit() -> Vec<(String, Vec<u8>)> {
    let refused = fixtures::refused().into_iter().map(|one| (one.name.to_owned(), one.bytes));
    let mut cut = fixtures::named("one-page.pdf");
    cut.truncate(cut.len() / 2);
    let more = [("cut.pdf", cut), ("README.md", b"# Segl\n".to_vec()), ("empty.pdf", b" ".into())];
    refused.chain(more.map(|(name, bytes)| (name.to_owned(), bytes))).collect()
}

async fn laid(reader: &Reader<'_>, documents: &[(String, Vec<u8>)]) -> Answer {
    let mut form = multipart::Form::new().text("csrf", reader.csrf().await);
    for (name, bytes) in documents {
        let part = multipart::Part::bytes(bytes.clone()).file_name(name.clone());
        form = form.part("document", part);
    }
    send(reader.request(Method::POST, "/documents").multipart(form)).await
}

/// A document that is signed like any other, and has too many pages to be shown.
fn too_long_to_show() -> Vec<u8> {
    const PAGES: u32 = 2_001;
    let mut pdf = PdfWriter::new("1.7", "\n");
    let kids: Vec<_> = (0..PAGES).map(|page| format!("{} 0 R", page + 3)).collect();
    pdf.object(1, "<< /Type /Catalog /Pages 2 0 R >>");
    pdf.object(2, &format!("<< /Type /Pages /Kids [{}] /Count {PAGES} >>", kids.join(" ")));
    for page in 0..PAGES {
        pdf.object(page + 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>");
    }
    pdf.table("/Root 1 0 R");
    pdf.finish()
}

#[tokio::test]
async fn what_can_never_be_signed_is_said_with_its_reason_when_it_is_laid_down() {
    let server = Server::embedded().await;
    let english = Reader::log_in(&server, "karen").await;
    let danish = Reader::log_in(&server, "karen").await.in_danish();
    let unfit = unfit();
    assert_eq!(unfit.len(), WHY.len(), "each has its words");
    for (name, in_english, in_danish) in WHY {
        let one = unfit.iter().find(|(known, _)| known == name).expect(name);
        for (reader, said) in [(&english, in_english), (&danish, in_danish)] {
            let answer = laid(reader, std::slice::from_ref(one)).await;
            let page = answer.text();
            assert_eq!(answer.status, 422, "{name}: {page}");
            assert!(page.contains(name) && page.contains(said), "{name}: {page}");
            assert!(page.contains("name=\"document\""), "{name}: another one can be laid down");
            assert!(!page.contains("/documents/"), "{name}: nothing of it is kept: {page}");
        }
    }

    // With one that can be signed they are told, and it goes on without them.
    let mut several = unfit;
    several.push(("good.pdf".to_owned(), fixtures::named("one-page.pdf")));
    let batch = english.lay(several).await;
    let page = english.get(&batch).await.ok().text();
    for (name, said, _) in WHY {
        assert!(page.contains(name) && page.contains(said), "{name}: {page}");
    }
    english.read(&batch, WHY.len() + 1).await;
    english.agree(&batch, "decisions").await;
    english.wait(&batch).await;
    let page = english.get(&format!("{batch}/result")).await.ok().text();
    for (name, said, _) in WHY {
        assert!(page.contains(name) && page.contains(said), "{name}: {page}");
    }
    english.get(&format!("{batch}/{}/result", WHY.len() + 1)).await.ok();
}

#[tokio::test]
async fn whose_pages_cannot_be_shown_is_downloaded_and_read_and_then_sealed() {
    let server = Server::embedded().await;
    let reader = Reader::log_in(&server, "karen").await;
    let batch = reader.lay(vec![("long.pdf".to_owned(), too_long_to_show())]).await;
    let document = format!("{batch}/1");
    let page = reader.get(&document).await.ok().text();
    assert!(page.contains("Download the original, and read it to the end"), "{page}");
    assert!(page.contains("nobody can say what they do not show"), "{page}");
    assert!(!page.contains("Nothing was found"), "{page}");
    let marks = hidden(&page, "marks");
    let shown = [("marks", marks.as_str()), ("from", "0")];

    let early = reader.post(&format!("{document}/read"), &shown).await;
    assert_eq!(early.status, 409, "{}", early.text());
    let text = early.text();
    assert!(text.contains("The original was not downloaded yet"), "{text}");
    assert!(text.contains(&format!("{document}/original")), "the page itself once more: {text}");

    reader.get(&format!("{document}/original")).await.ok();
    let read = reader.post(&format!("{document}/read"), &shown).await;
    assert_eq!(read.header("location"), format!("{batch}/choice"), "{}", read.text());
    let choice = reader.get(&format!("{batch}/choice")).await.ok().text();
    assert!(choice.contains("id=\"placed-invisible\" value=\"invisible\" checked"), "{choice}");
    reader.agree(&batch, "decisions").await;
    reader.wait(&batch).await;
    reader.get(&format!("{document}/result")).await.ok();
}

#[tokio::test]
async fn what_was_declined_is_listed_as_that_and_why_in_words() {
    let server = Server::embedded().await;
    let reader = Reader::log_in(&server, "karen").await;
    for (code, english, danish) in [
        ("content", "The content is not right", "Indholdet er ikke rigtigt"),
        ("not-mine", "It is not for me to sign", "Det er ikke mig, der skal underskrive"),
        ("later", "Not now", "Ikke nu"),
    ] {
        let document = ("one.pdf".to_owned(), fixtures::named("one-page.pdf"));
        let batch = reader.lay(vec![document]).await;
        reader.post(&format!("{batch}/decline"), &[("reason", code)]).await.ok();
        let page = reader.get("/acts").await.ok().text();
        assert!(page.contains(&format!("<dd>{english}</dd>")), "{page}");
        assert!(!page.contains(&format!(">{code}<")), "{page}");
        assert!(page.contains("<p class=\"mark-open\">Declined</p>"), "{page}");
        assert!(!page.contains("mark-done"), "{page}");
        let page = reader.get("/acts?lang=da").await.ok().text();
        assert!(page.contains(&format!("<dd>{danish}</dd>")) && page.contains("Afslået"), "{page}");
    }
}
