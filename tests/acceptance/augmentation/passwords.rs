//! Encrypted PDFs: raised with the password that opens them, and not without.

use serde_json::json;

use super::refused::problem;
use crate::{
    configuration, fixtures,
    oracle::{Folder, run},
    server::Server,
};

const PASSWORD: &str = "blåbær";

/// The fixture as qpdf encrypts it (AES-256, ISO 32000-2 clause 7.6.4.4).
fn encrypted(user_password: &str, object_streams: &str) -> Vec<u8> {
    let folder = Folder::new();
    let input = folder.write("in.pdf", &fixtures::named("one-page.pdf"));
    let output = folder.path("out.pdf");
    let streams = format!("--object-streams={object_streams}");
    let (input, output) = (input.to_str().expect("text"), output.to_str().expect("text"));
    let made =
        run("qpdf", [input, &streams, "--encrypt", user_password, "owner", "256", "--", output]);
    assert!(made.status.success(), "{made:?}");
    std::fs::read(output).expect("what qpdf made")
}

/// Whether qpdf reads all of it with the password.
fn is_whole(pdf: &[u8], password: &str) -> bool {
    let folder = Folder::new();
    let file = folder.write("document.pdf", pdf);
    let password = format!("--password={password}");
    run("qpdf", ["--check", &password, file.to_str().expect("text")]).status.success()
}

#[tokio::test]
async fn an_encrypted_pdf_is_raised_with_its_password_alone() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    let options = json!({ "password": PASSWORD }).to_string();
    let parts: [(&str, &[u8]); 1] = [("options", options.as_bytes())];
    for object_streams in ["disable", "generate"] {
        let document = encrypted(PASSWORD, object_streams);
        let profile = "revocable-ES256";
        let asked = json!({ "profile": profile, "level": "B-B", "password": PASSWORD });
        let mut document = server.seal_with(&document, &asked.to_string()).await.ok().body;
        for level in ["B-T", "B-LT", "B-LTA", "B-LTA"] {
            let raised = server.augment(level, &document, &parts).await.ok().body;
            assert!(raised.starts_with(&document) && raised.len() > document.len());
            assert!(is_whole(&raised, PASSWORD), "{object_streams} {level}");
            document = raised;
        }
        let wrong = json!({ "password": "raspberry" }).to_string();
        let wrong: [(&str, &[u8]); 1] = [("options", wrong.as_bytes())];
        for (parts, expected) in
            [(&[][..], "password-required"), (&wrong[..], "password-incorrect")]
        {
            let refused = server.augment("B-LTA", &document, parts).await;
            assert_eq!(problem(&refused), expected, "{object_streams}");
        }
        let reached = server.augment("B-LT", &document, &parts).await;
        assert_eq!(problem(&reached), "level-reached", "{object_streams}");
    }
}

#[tokio::test]
async fn a_pdf_that_the_empty_password_opens_needs_none() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    for object_streams in ["disable", "generate"] {
        let document = encrypted("", object_streams);
        let sealed = server.seal("profile=revocable-ES256&level=B-T", &document).await.ok().body;
        let raised = server.augment("B-LTA", &sealed, &[]).await.ok().body;
        assert!(raised.starts_with(&sealed) && is_whole(&raised, ""));
        let report = server.validate(&raised).await;
        assert_eq!(report["signatures"][0]["level"], "PAdES-B-LTA", "{report:#}");
        assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report:#}");
    }
}
