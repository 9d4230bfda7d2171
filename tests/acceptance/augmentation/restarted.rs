//! What an earlier run sealed is judged and raised after a restart: its CAs' last revocation lists
//! are kept beside its root.

use crate::{fixtures, server::Server};

#[tokio::test]
async fn what_an_earlier_run_sealed_is_raised_after_a_restart_and_after_a_crash() {
    let document = fixtures::named("one-page.pdf");
    for crashes in [false, true] {
        let mut server = Server::embedded().await;
        let sealed = server.seal("profile=decisions&level=B-T", &document).await.ok().body;
        if crashes {
            server.kill();
        } else {
            assert_eq!(server.stop(), Some(0));
        }
        let server = server.again().await;
        let report = server.validate(&sealed).await;
        assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report:#}");
        let findings = report["signatures"][0]["findings"].to_string();
        assert!(!findings.contains("revocation-not-checked"), "{crashes}: {findings}");
        for level in ["B-LT", "B-LTA"] {
            let raised = server.augment(level, &sealed, &[]).await;
            assert_eq!(raised.status, 200, "{crashes} {level}: {}", raised.text());
            let report = server.validate(&raised.body).await;
            assert_eq!(report["signatures"][0]["level"], format!("PAdES-{level}"), "{report:#}");
        }
    }
}
