//! What Documenso does by version 1 of CSC, with the programs by which it does it.

use serde_json::json;

use super::House;
use crate::oracle::{Folder, OauthJob, pdfsig, pyhanko};

#[tokio::test]
async fn arctic_gets_the_tokens_by_which_a_pdf_of_libpdf_is_sealed_as_documenso_has_it() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let folder = Folder::new();
    let target = folder.path("sealed.pdf");
    let (issuer, path) = (&*house.server.address, target.to_str().expect("text"));
    let job = OauthJob { issuer, client: &client.id, proof: &client.secret, path };
    let Some(told) = job.through_node("arctic-documenso.mjs") else { return };
    assert_eq!(told, json!({ "types": ["SAD"], "bytes": true }));
    let made = std::fs::read(&target).expect("it writes the PDF");
    let [signature] = pdfsig(&made).try_into().expect("one signature");
    assert!(signature.valid && signature.covers_document, "{signature:?}");
    let trust = house.server.pki("trust-anchor.pem").await;
    let [signature] = pyhanko(&made, &trust, &[]).expect("a PDF").try_into().expect("one");
    assert!(signature.intact && signature.valid && signature.trusted, "{signature:?}");
    let report = house.server.validate(&made).await;
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
    let [time_stamp] =
        report["signatures"][0]["time_stamps"].as_array().expect("a list").as_slice()
    else {
        panic!("{report}");
    };
    assert_eq!(time_stamp["indication"], "TOTAL-PASSED", "{report}");
}
