//! veraPDF judges that a PDF/A file is one after sealing as it was before.

use crate::{fixtures::Fixture, oracle::verapdf, pdf_a, server::Server};

#[tokio::test]
async fn pdf_a_stays_pdf_a() {
    let server = Server::demo().await;
    let mut faults = Vec::new();
    for Fixture { name, bytes } in pdf_a::every_flavour() {
        let Some(before) = verapdf(&bytes).await else { return };
        assert_eq!(before, Ok(vec![]), "{name} is none");
        for level in ["B-B", "B-T"] {
            let mut document = bytes.clone();
            for seals in 1..=2 {
                let query = format!("profile=decisions&level={level}");
                document = server.seal(&query, &document).await.ok().body;
                let after = verapdf(&document).await.expect("it judged the input");
                if after != Ok(vec![]) {
                    faults.push(format!("{name} after {seals} seals at {level}: {after:#?}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The judge can say no.
#[tokio::test]
async fn false_claim_is_found() {
    let Some(failures) = verapdf(&pdf_a::false_claim()).await else { return };
    let failures = failures.expect("veraPDF reads it");
    assert!(failures.iter().any(|failure| failure.starts_with("6.2.11.4.1 ")), "{failures:?}");
}
