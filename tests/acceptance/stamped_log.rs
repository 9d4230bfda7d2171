//! The audit log is time-stamped while the service runs.

use std::time::Duration;

use crate::{audit_log, configuration::configuration, fixtures, issuer::Issuer, server::Server};

/// How often the log is looked at until its time-stamp is there; it is due after one second.
const LOOKS: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn log_that_grew_is_time_stamped_once() {
    let every_second = "[data]\ndirectory = \"data\"\ntime_stamp_every_s = 1\n";
    let configuration = format!("{}\n{every_second}", configuration());
    let mut server = Server::configured(&configuration, &Issuer::new().key_set()).await;
    let answer = server.seal("profile=decisions", &fixtures::named("one-page.pdf")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut said = String::new();
    for _ in 0..LOOKS {
        let output = audit_log::verify(&server.data_directory(), &[]);
        assert!(output.status.success(), "{output:?}");
        said = String::from_utf8_lossy(&output.stdout).into_owned();
        if said.contains("time-stamped up to ") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(said.contains("time-stamped up to "), "{said}");
    // Two more are due now, and nothing happened that they could cover.
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    assert_eq!(server.stop(), Some(0), "{}", server.log());
    let records = audit_log::records(&server.data_directory());
    let kinds: Vec<&str> = records.iter().filter_map(|record| record["kind"].as_str()).collect();
    let stamped = |pair: &&[&str]| pair.iter().all(|kind| *kind == "head-time-stamped");
    assert_eq!(kinds.windows(2).find(stamped), None, "a time-stamp covers only another: {kinds:?}");
    assert_eq!(kinds.last(), Some(&"stopped"), "{kinds:?}");
}
