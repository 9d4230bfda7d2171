//! From the printed link to a signature in one sitting: in Chromium, with a passkey that the device takes,
//! and what the device has against anything else.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{configuration, elsewhere::device_elsewhere, printed};
use crate::{
    fixtures,
    oracle::{Folder, in_browser, pdfsig},
    server::{MANAGEMENT_TOKEN, Server},
};

/// An organisation that nobody administers, where persons sign.
pub fn with_staff() -> String {
    let staff = r#"
        [[profile]]
        id = "staff"
        kind = "user"
        display_name = "Staff"
        allow_signing = true
        show_email = false
        "#;
    format!("{}{staff}", configuration())
}

pub(super) fn is_signed(document: &Value) -> bool {
    let document = STANDARD.decode(document.as_str().expect("a document")).expect("base64");
    let verdicts = pdfsig(&document);
    verdicts.len() == 1 && verdicts[0].valid
}

/// From the link on in Chromium; what it says of all that it did, unless there is none.
fn in_one_sitting(
    server: &Server,
    (management, token): (&str, &str),
    folder: &Folder,
) -> Option<Value> {
    let origin = server.address.replace("127.0.0.1", "localhost");
    folder.write("one.pdf", &fixtures::named("one-page.pdf"));
    folder.write("other.pdf", &fixtures::named("rotated.pdf"));
    let documents = ["one.pdf", "other.pdf"].map(|name| folder.path(name));
    let wanted = json!({
        "link": printed(server).expect("a link"), "origin": origin, "documents": documents,
        "management": management, "token": token,
    });
    let said = in_browser("signing.mjs", &wanted)?;
    assert_eq!((&said["complaints"], &said["found"]), (&json!([]), &json!([])), "{said:#}");
    let first = &said["first"];
    let took = first["milliseconds"].as_u64().expect("a number");
    println!("from the link to the first signature: {took} ms");
    assert!(took < 120_000, "two minutes at most: {took} ms");
    assert_eq!(first["registered"], 1, "{said:#}");
    assert_eq!(first["rights"], json!([true, 201, true]), "{said:#}");
    assert_eq!(first["code"].as_str().map(str::len), Some(8));
    assert_eq!(first["code"], first["codeOfResult"], "{said:#}");
    assert_eq!((&first["led"], &first["demo"]), (&json!("/documents"), &json!(404)));
    assert_eq!(first["alone"], json!([true, 404, 0]), "{said:#}");
    assert_eq!(first["back"], true, "{said:#}");
    assert!(is_signed(&first["signed"]) && is_signed(&first["unanswered"]));
    let several = said["several"].as_array().expect("documents");
    assert!(several.len() == 2 && several.iter().all(is_signed));

    let refused = &said["refused"];
    for (how, cause) in [
        ("unregistered", "not registered"),
        ("otherForm", "another challenge"),
        ("otherDocument", "another challenge"),
        ("otherPerson", "not registered"),
        ("registeredOther", "another person or organisation"),
        ("unverified", "did not verify"),
        ("otherOrigin", "another origin"),
        ("again", "given for it already"),
        ("replayed", "another challenge"),
    ] {
        let answer = &refused[how];
        assert_eq!(answer["type"], "urn:segl:problem:evidence-refused", "{how}: {answer}");
        let detail = answer["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(cause), "{how}: {answer}");
    }
    for gone in ["late", "ofAnother"] {
        let kind = &refused[gone]["type"];
        assert_eq!(*kind, "urn:segl:problem:activation-unknown", "{gone}: {refused:#}");
    }
    for good in ["accepted", "madsSigns"] {
        assert_eq!(said[good]["evidence"]["kind"], "passkey", "{good}: {said:#}");
    }
    Some(said)
}

#[tokio::test]
async fn from_the_printed_link_to_a_signature_that_the_device_judged_and_nothing_else_activates() {
    let mut server = Server::configured(&with_staff(), "{}").await;
    let (folder, management) = (Folder::new(), server.management.clone());
    let Some(said) = in_one_sitting(&server, (&management, MANAGEMENT_TOKEN), &folder) else {
        return;
    };

    // What the device took it takes again when both are started again.
    server.stop();
    let again = server.again_with(&with_staff()).await;
    let wanted = json!({
        "origin": again.address.replace("127.0.0.1", "localhost"),
        "credentials": said["credentials"], "document": folder.path("one.pdf"),
    });
    let said = in_browser("signing-again.mjs", &wanted).expect("it was here before");
    assert_eq!((&said["complaints"], &said["registered"]), (&json!([]), &json!(1)), "{said:#}");
    assert!(is_signed(&said["signed"]));
}

#[tokio::test]
async fn from_the_printed_link_to_a_signature_at_a_device_elsewhere_which_takes_nothing_else() {
    let (folder, files) = (Folder::new(), Folder::new());
    let (server, token) = device_elsewhere(&with_staff(), &files, "").await;
    let management = server.simulator.as_ref().expect("a simulator").management();
    in_one_sitting(&server, (&management, &token), &folder);
}
