use seal::{Digest, DigestAlgorithm};

use super::*;
use audit::AuditEvent;

async fn start(store: &Tenant, root: &[u8]) -> String {
    let trust_anchor = Digest::of(DigestAlgorithm::Sha256, root);
    let started = AuditEvent::Started {
        run: "run".into(),
        trust_anchor,
        configuration: Digest::of(DigestAlgorithm::Sha256, b"configuration"),
    };
    store.record(&started, sample::now()).await.unwrap();
    trust_anchor.to_string()
}

async fn a_root_is_idle_when_nothing_was_signed_in_any_run_that_began_with_it(directory: Ground) {
    let store = open(&directory).await;
    let idle = start(&store, b"idle").await;
    let shared = start(&store, b"shared").await;
    let used = start(&store, b"used").await;
    seal(&store, &sample::application("erp")).await;
    start(&store, b"shared").await;
    seal(&store, &sample::application("erp")).await;
    let last = start(&store, b"last").await;
    let found = store.idle_anchors().await.unwrap();
    assert!(found.contains(&idle) && found.contains(&last));
    assert!(!found.contains(&used) && !found.contains(&shared));
}

contract! {
    a_root_is_idle_when_nothing_was_signed_in_any_run_that_began_with_it,
}
