//! pyHanko's own client of the API, unmodified, through both versions, with both kinds of keys; and the
//! same test against a server that others wrote, so that it asks for nothing of ours.

use std::fs;

use crate::{
    configuration::every_combination,
    fixtures,
    oracle::{CscClient, CscDummy, pdfsig, pyhanko},
    server::{API_KEY, Server},
};

/// That pyHanko signs so many documents in one batch, and that pdfsig and pyHanko accept them.
fn signs(client: &CscClient<'_>, count: usize, trust: &[u8]) {
    let signed = client.sign(count, &fixtures::named("one-page.pdf"));
    assert_eq!(signed.len(), count);
    // Every document of a large batch was signed by one call: some of them stand for all.
    for pdf in signed.iter().step_by(count.div_ceil(3)) {
        let [signature] = pdfsig(pdf).try_into().expect("one signature");
        assert!(signature.valid && signature.covers_document, "{signature:?}");
        let [signature] = pyhanko(pdf, trust, &[]).expect("a PDF").try_into().expect("one");
        assert!(signature.intact && signature.valid && signature.trusted, "{signature:?}");
        assert!(signature.bottom_line, "{signature:?}");
    }
}

#[tokio::test]
async fn pyhanko_signs_batches_by_both_versions_and_both_kinds_of_keys() {
    let server = Server::configured(&every_combination(), "{}").await;
    let trust = server.pki("trust-anchor.pem").await;
    for (credential, options) in
        [("validity-assured ES256", &[][..]), ("validity-assured PS256", &["pss"])]
    {
        for (version, count) in [("v1", 100), ("v1", 1), ("v2", 10), ("v2", 1)] {
            let url = &*server.address;
            let bearer = API_KEY;
            let client = CscClient { url, version, bearer, credential, options };
            signs(&client, count, &trust);
        }
    }
}

#[test]
fn the_same_client_signs_the_same_batches_at_another_server() {
    let server = CscDummy::start();
    let trust = fs::read(server.folder.path("trust.pem")).expect("its authority");
    for (credential, options) in [("=segl/ec", &[][..]), ("=segl/rsa", &["pss"])] {
        for count in [1, 10, 100] {
            let (url, version, bearer) = (&*server.address, "v1", "anything");
            let client = CscClient { url, version, bearer, credential, options };
            signs(&client, count, &trust);
        }
    }
}
