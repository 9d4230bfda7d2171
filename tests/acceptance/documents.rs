//! People read, place and seal documents in the browser.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    audit_log, evidence, fixtures,
    oracle::{self, Folder, in_browser},
    server::Server,
};

/// The demo's organisation.
const ORGANISATION: &str = "Havnsted Kommune";

fn bytes(download: &Value) -> Vec<u8> {
    let text = download["bytes"].as_str().expect("a download");
    STANDARD.decode(text).expect("base64")
}

/// Fails unless poppler calls it valid.
fn assert_sealed(download: &Value) -> Vec<u8> {
    let pdf = bytes(download);
    let verdicts = oracle::pdfsig(&pdf);
    // The second is the time-stamp over all of it.
    assert_eq!(verdicts.len(), 2, "{verdicts:?}");
    assert!(verdicts[0].valid && verdicts[1].covers_document, "{verdicts:?}");
    assert_eq!(verdicts[0].common_name, ORGANISATION);
    pdf
}

#[tokio::test]
async fn documents_are_read_placed_sealed_and_taken_away_in_every_kind_of_window() {
    let server = Server::embedded().await;
    let origin = server.address.replace("127.0.0.1", "localhost");
    let folder = Folder::new();
    let fixture = |name: &str| {
        let found = fixtures::signable().into_iter().find(|one| one.name == name);
        folder.write(name, &found.expect("the fixture").bytes)
    };
    let files = ["danish-text.pdf", "rotated.pdf"].map(fixture);
    let Some(said) = in_browser("documents.mjs", &json!({ "origin": origin, "files": files }))
    else {
        return;
    };
    assert_eq!(said["found"], json!([]), "{:#}", said["found"]);
    assert_eq!(said["wide"]["inSight"], true, "frame and button, without scrolling");
    for (kind, count, place) in [
        ("wide", 2, "From the left "),
        ("keys", 1, "Fra venstre 37,3 mm, fra bunden 20,2 mm. 70,6 mm bredt, 24,0 mm højt."),
        ("phone", 1, "Fra venstre "),
    ] {
        let one = &said[kind];
        assert_eq!(one["complaints"], json!([]), "{kind}");
        assert_eq!(one["refused"], 409, "{kind}: the gate");
        assert_eq!(one["frameFirst"], true, "{kind}: what is placed, and then the button");
        assert_eq!(one["still"], true, "{kind}: nothing is said to have moved before it did");
        assert_eq!(one["moved"], true, "{kind}: the frame");
        assert!(
            one["said"].as_str().is_some_and(|said| said.starts_with(place)),
            "{}",
            one["said"]
        );
        assert!(one["acts"].as_u64().is_some_and(|acts| acts >= count), "{kind}: {}", one["acts"]);
        assert_eq!(one["left"], 0, "{kind}: after signing out");
        let codes = one["codes"].as_array().expect("codes");
        assert_eq!(codes.len(), 1, "{kind}: the same code everywhere, {codes:?}");
        assert_eq!(codes[0].as_str().map(str::len), Some(8), "{kind}");
        assert!(one["text"].as_str().is_some_and(|text| text.contains("grød")), "{}", one["text"]);
        let results = one["results"].as_array().expect("results");
        assert_eq!(results.len() as u64, count, "{kind}");
        for result in results {
            let pdf = assert_sealed(result);
            let report = server.validate(&pdf).await;
            assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
            let mut spoilt = pdf;
            spoilt[40] ^= 1;
            let report = server.validate(&spoilt).await;
            assert_ne!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
        }
    }
    assert_eq!(said["wide"]["results"][0]["name"], "danish-text-segl.pdf");
    let archive = bytes(&said["wide"]["archive"]);
    let inside = folder.write("all.zip", &archive);
    let listed = oracle::run("unzip", [std::ffi::OsStr::new("-t"), inside.as_ref()]);
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stdout));

    let evidence = evidence::said(&bytes(&said["wide"]["evidence"]));
    assert!(evidence.contains("Evidence of a seal") && !evidence.contains("Karen"), "{evidence}");

    let mads = &said["mads"];
    assert_eq!(mads["complaints"], json!([]));
    assert_eq!((&mads["title"], &mads["left"]), (&json!("Nothing was signed"), &json!(0)));
    let why = mads["why"].to_string();
    assert!(why.contains("You have not been given the right to this"), "{why}");
    assert_sealed(&said["plain"]["result"]);
    assert_eq!(said["plain"]["dragged"], json!([false, false]), "nobody drags without scripts");

    let demo = &said["demo"];
    assert_eq!(demo["complaints"], json!([]));
    assert_eq!(demo["codes"][0], demo["codes"][1], "the code of what was signed");
    let declines = demo["declines"].as_str().unwrap_or_default();
    assert!(declines.starts_with("/documents/") && declines.ends_with("/decline"), "{declines}");
    let evidence = evidence::said(&bytes(&demo["evidence"]));
    assert!(evidence.contains("Bevis for en underskrift"), "{evidence}");
    assert!(evidence.contains("Person: Mads Bæk"), "{evidence}");
    let results = demo["results"].as_array().expect("results");
    assert_eq!(results.len(), 2);
    for result in results {
        let pdf = STANDARD.decode(result.as_str().expect("a document")).expect("base64");
        let verdicts = oracle::pdfsig(&pdf);
        assert!(verdicts.len() == 2 && verdicts[0].valid, "{verdicts:?}");
        assert!(verdicts[0].common_name.contains("Mads Bæk"), "{verdicts:?}");
        let report = server.validate(&pdf).await;
        assert_eq!(report["signatures"][0]["kind"], "signature", "{report}");
        assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
    }

    let mut server = server;
    server.stop();
    let log = audit_log::records(&server.data_directory());
    let declined: Vec<_> =
        log.iter().filter(|record| record["event"]["what"] == "declined").collect();
    assert_eq!(declined.len(), 1);
    assert_eq!(declined[0]["event"]["reason"], "content");
    assert_eq!(declined[0]["event"]["documents"], 1);
}
