//! veraPDF judges that a PDF/A file is one after sealing as it was before.

use serde_json::{Value, json};

use crate::{
    appearance,
    fixtures::{self, Fixture},
    oracle::{self, verapdf},
    pdf_a,
    pdf_signature::find,
    pdf_stamps,
    server::{API_KEY, Server},
};

/// A name, the option `appearance`, and the image.
type Look = (&'static str, Option<Value>, Option<Vec<u8>>);

/// What is asked for beside profile and level.
fn looks() -> [Look; 4] {
    let page = fixtures::named("one-page.pdf");
    // Text on nothing, so that most of it is seen through.
    let (png, jpeg) = (oracle::png_of(&page), oracle::jpeg_of(&page));
    let seen =
        |y: u32| json!({ "rect": [50, y, 250, 60], "text": ["Ærøskøbing, §\u{a0}1 – “æøå”"] });
    [
        ("invisible", None, None),
        ("text and PNG", Some(seen(100)), Some(png)),
        ("text and JPEG", Some(seen(200)), Some(jpeg)),
        ("text and stamp", Some(seen(300)), Some(pdf_stamps::vectors())),
    ]
}

#[tokio::test]
async fn pdf_a_stays_pdf_a() {
    let server = Server::demo().await;
    let mut faults = Vec::new();
    for Fixture { name, bytes } in pdf_a::every_flavour() {
        let Some(before) = verapdf(&bytes).await else { return };
        assert_eq!(before, Ok(vec![]), "{name} is none");
        for level in ["B-B", "B-T", "B-LT", "B-LTA"] {
            for (look, appearance, image) in looks() {
                let mut document = bytes.clone();
                for seals in 1..=2 {
                    document = seal(&server, &document, level, &appearance, &image).await;
                    // Nothing is seen through but where the document says how to mix colours.
                    let mixed = name == pdf_a::WITH_INTENT && look == "text and PNG";
                    assert_eq!(find(&document, b"/SMask").is_some(), mixed, "{name}, {look}");
                    let after = verapdf(&document).await.expect("it judged the input");
                    if after != Ok(vec![]) {
                        let what = format!("{name}, {look}, after {seals} seals at {level}");
                        faults.push(format!("{what}: {after:#?}"));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

async fn seal(
    server: &Server,
    document: &[u8],
    level: &str,
    appearance: &Option<Value>,
    image: &Option<Vec<u8>>,
) -> Vec<u8> {
    let mut options = json!({ "profile": "decisions", "level": level });
    if let Some(appearance) = appearance {
        options["appearance"] = appearance.clone();
    }
    appearance::act(server, "seals", API_KEY, document, &options, image.as_deref()).await.ok().body
}

/// The judge can say no.
#[tokio::test]
async fn false_claim_is_found() {
    let Some(failures) = verapdf(&pdf_a::false_claim()).await else { return };
    let failures = failures.expect("veraPDF reads it");
    assert!(failures.iter().any(|failure| failure.starts_with("6.2.11.4.1 ")), "{failures:?}");
}
