//! A PDF that another program makes, in another language, sealed through the API.

use crate::{
    oracle::{csc_libpdf, pdfsig, pyhanko},
    server::{API_KEY, Server},
};

#[tokio::test]
async fn a_pdf_that_libpdf_makes_and_signs_by_both_versions_verifies() {
    let server = Server::demo().await;
    let trust = server.pki("trust-anchor.pem").await;
    for version in ["v1", "v2"] {
        let made = csc_libpdf(&server.address, version, API_KEY, "Decisions");
        let Some(made) = made else { return };
        let [signature] = pdfsig(&made).try_into().expect("one signature");
        assert!(signature.valid && signature.covers_document, "{signature:?}");
        let [signature] = pyhanko(&made, &trust, &[]).expect("a PDF").try_into().expect("one");
        assert!(signature.intact && signature.valid && signature.trusted, "{signature:?}");
        let report = server.validate(&made).await;
        assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
    }
}
