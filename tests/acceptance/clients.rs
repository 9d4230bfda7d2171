//! Clients that are generated from the OpenAPI description seal, plainly and visibly.

use crate::{
    fixtures,
    oracle::{ClientJob, ClientSeals, page_text, pdfsig, png_of},
    server::{API_KEY, Server},
};

/// What a client writes into the visible seal.
const TEXT: &str = "Sealed by a client";

/// What clients make of the demo's document.
async fn sealed(through: impl FnOnce(&ClientJob<'_>) -> Option<ClientSeals>) {
    let server = Server::embedded().await;
    let description = server.get("/openapi.json").await.ok().body;
    let (document, image) =
        (fixtures::named("one-page.pdf"), png_of(&fixtures::named("one-page.pdf")));
    let job = ClientJob {
        description: &description,
        address: &server.address,
        key: API_KEY,
        document: &document,
        image: &image,
    };
    let Some(ClientSeals { plain, visible }) = through(&job) else { return };
    for made in [&plain, &visible] {
        let signatures = pdfsig(made);
        assert_eq!(signatures.len(), 1);
        assert!(signatures[0].valid && signatures[0].covers_document, "{signatures:?}");
        let report = server.validate(made).await;
        assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
    }
    assert!(!page_text(&plain, 1).contains(TEXT));
    let shown = page_text(&visible, 1);
    assert!(shown.contains(TEXT), "{shown}");
}

#[tokio::test]
async fn a_client_that_openapi_python_client_generates_seals_plainly_and_visibly() {
    sealed(|job| Some(job.through_python())).await;
}

#[tokio::test]
async fn a_client_of_the_types_that_openapi_typescript_generates_seals_plainly_and_visibly() {
    sealed(|job| job.through_typescript()).await;
}
