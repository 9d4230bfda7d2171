//! A seal that a person asks for leaves no trace of the person, in whatever encoding.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::Crc;
use serde_json::{Value, json};

use crate::{
    appearance, fixtures,
    leak::Person,
    oracle::{self, page_text},
    pdf_signature::PdfSignature,
    pdf_writer::PdfWriter,
    server::{Answer, Server},
};

/// The claims of a token, unverified.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("three parts");
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&payload).expect("JSON")
}

/// Everything by which the token's owner could be recognised.
pub fn owner(token: &str) -> Person {
    let claims = claims(token);
    let words = ["name", "given_name", "family_name", "email", "sub", "jti"];
    let words: Vec<&str> = words.iter().filter_map(|word| claims[*word].as_str()).collect();
    assert!(words.len() >= 5, "the token says too little to search for: {claims}");
    Person::known_as(&words)
}

/// What the service added, and everything around it that reaches the caller.
fn added(document: &[u8], answer: &Answer) -> Vec<u8> {
    let mut bytes = answer.body.strip_prefix(document).unwrap_or(&answer.body).to_vec();
    for (name, value) in &answer.headers {
        bytes.extend_from_slice(b"\n");
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
    }
    bytes
}

#[tokio::test]
async fn seal_asked_for_by_a_person_holds_no_trace_of_the_person() {
    let server = Server::demo().await;
    for fixture in ["one-page.pdf", "object-streams.pdf", "acroform-indirect.pdf"] {
        let document = fixtures::named(fixture);
        for (query, output) in [
            ("profile=decisions", "pdf"),
            ("profile=payroll", "pdf"),
            ("profile=decisions&format=cades&packaging=detached", "cms"),
            ("profile=decisions&format=cades&packaging=attached", "cms"),
        ] {
            let token = server.token("karen", &[&document]).await;
            let karen = owner(&token);
            let answer = server.act("seals", query, &token, &document).await.ok();
            let added = added(&document, &answer);
            assert_eq!(karen.traces_in(&added), [].into(), "{query} {output}");

            let receipt = server.get_as(answer.header("location"), &token).await.ok();
            let receipt = [&receipt.body, format!("{:?}", receipt.headers).as_bytes()].concat();
            assert_eq!(karen.traces_in(&receipt), [].into(), "the receipt");
        }
    }
}

#[tokio::test]
async fn visible_seal_asked_for_by_a_person_holds_no_trace_of_the_person() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let token = server.token("karen", &[&document]).await;
    let claims = claims(&token);
    let name = claims["name"].as_str().expect("a name");
    let page = appearance::turned(90);
    let images = [
        png_by(name, &oracle::png_of(&page)),
        jpeg_by(name, &oracle::jpeg_of(&page)),
        pdf_by(name),
    ];
    for image in images {
        let token = server.token("karen", &[&document]).await;
        let karen = owner(&token);
        assert_ne!(karen.traces_in(&image), [].into(), "the image as it came names its maker");
        let options = json!({ "profile": "decisions", "appearance": { "rect": [9, 9, 200, 60] } });
        let answer =
            appearance::act(&server, "seals", &token, &document, &options, Some(&image)).await.ok();
        let added = answer.body.strip_prefix(document.as_slice()).expect("an update");
        assert_eq!(karen.traces_in(added), [].into());
        let text = page_text(&answer.body, 1);
        assert!(text.contains("Havnsted Kommune"), "{text}");
        assert_eq!(karen.traces_in(text.as_bytes()), [].into(), "{text}");
    }
    // Nor can the person have it written.
    for options in [
        json!({ "profile": "decisions", "reason": name }),
        json!({ "profile": "decisions", "appearance": { "rect": [9, 9, 200, 60], "text": [name] } }),
    ] {
        let token = server.token("karen", &[&document]).await;
        let refused = appearance::act(&server, "seals", &token, &document, &options, None).await;
        assert_eq!(refused.broken_rules(), ["no-person-in-seal"]);
    }
}

#[tokio::test]
async fn file_name_of_the_upload_does_not_come_back() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let answer = server.seal_upload(&document, "karen-oerskov-dismissal.pdf").await.ok();
    let uploader = Person::known_as(&["karen", "oerskov", "dismissal"]);
    assert_eq!(uploader.traces_in(&added(&document, &answer)), [].into());
}

#[tokio::test]
async fn log_and_metrics_hold_no_trace_of_the_person() {
    let mut server = Server::embedded().await;
    let document = fixtures::named("one-page.pdf");
    let token = server.token("karen", &[&document]).await;
    let karen = owner(&token);
    server.act("seals", "profile=decisions", &token, &document).await.ok();
    // A refusal is where a careless message would tell.
    let refused = server.act("seals", "profile=staff", &token, &document).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert_eq!(karen.traces_in(&refused.body), [].into(), "the refusal");
    let metrics = server.metrics().await.ok().body;
    assert_eq!(karen.traces_in(&metrics), [].into(), "/metrics");
    server.stop();
    let log = server.log();
    // What is printed at the start tells how to get a token of the demo's persons.
    let (_, requests) = log.split_once("-o sealed.pdf").expect("the printed command");
    assert_eq!(karen.traces_in(requests.as_bytes()), [].into(), "{requests}");
}

/// The search can fail: it finds the person in a signature, which names the person on purpose, and
/// in a sealed document into which a test plants the name.
#[tokio::test]
async fn search_finds_the_person_in_a_signature_and_where_a_test_plants_one() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let token = server.token("karen", &[&document]).await;
    let karen = owner(&token);
    let signed = server.act("signatures", "profile=staff", &token, &document).await.ok();
    assert_ne!(karen.traces_in(&added(&document, &signed)), [].into());

    let sealed = server.seal("profile=decisions", &document).await.ok();
    let mut planted = sealed.body;
    let hole = PdfSignature::last(&planted).hex;
    let name = claims(&token)["name"].as_str().expect("a name").to_owned();
    let digits = hex::encode(name);
    planted[hole.end - digits.len()..hole.end].copy_from_slice(digits.as_bytes());
    assert_ne!(karen.traces_in(&planted[document.len()..]), [].into());
}

/// A PNG file with a text chunk that names somebody.
fn png_by(name: &str, file: &[u8]) -> Vec<u8> {
    let chunk = [b"tEXtAuthor\0", name.as_bytes()].concat();
    let mut crc = Crc::new();
    crc.update(&chunk);
    let length = u32::try_from(chunk.len() - 4).expect("short").to_be_bytes();
    // Behind the signature and the header.
    let (head, rest) = file.split_at(8 + 25);
    [head, &length, &chunk, &crc.sum().to_be_bytes(), rest].concat()
}

/// A PDF that tells who made it, in every place that nobody sees.
fn pdf_by(name: &str) -> Vec<u8> {
    let content = format!(
        "% {name}\n/Span << /ActualText ({name}) >> BDC 0.5 g 0 0 50 50 re f EMC /A /P BDC /X Do EMC"
    );
    PdfWriter::new("1.7", "\n")
        .object(1, "<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(
            3,
            &format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 60 60] /Contents 4 0 R /Metadata 6 0 R \
                 /PieceInfo << /Maker << /Private ({name}) >> >> /Resources << /XObject << /X 5 0 R >> \
                 /Properties << /P << /Who ({name}) >> >> >> >>"
            ),
        )
        .stream(4, "", content.as_bytes())
        .stream(5, &format!("/Subtype /Form /BBox [0 0 9 9] /Name ({name})"), b"0 0 9 9 re f")
        .stream(6, "/Type /Metadata /Subtype /XML", format!("<by>{name}</by>").as_bytes())
        .object(7, &format!("<< /Author ({name}) /Creator ({name}) >>"))
        .table("/Root 1 0 R /Info 7 0 R")
        .finish()
}

/// A JPEG file with EXIF and a comment that name somebody.
fn jpeg_by(name: &str, file: &[u8]) -> Vec<u8> {
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).expect("short").to_be_bytes();
        [&[0xFF, marker], &length[..], content].concat()
    };
    let exif = segment(0xE1, &[b"Exif\0\0", name.as_bytes()].concat());
    let (start, rest) = file.split_at(2);
    [start, &exif, &segment(0xFE, name.as_bytes()), rest].concat()
}
