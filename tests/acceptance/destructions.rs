//! The keys of a device elsewhere, and their ends in the service's own audit log.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    audit_log, fixtures,
    server::{API_KEY, Server, try_send},
    simulator::{Files, Simulator},
};

/// How often the service is killed.
const KILLS: usize = 6;
/// How many clients ask at once.
const CLIENTS: usize = 8;

/// What a log tells of one run of the device.
#[derive(Debug, Default)]
struct Run {
    destroyed: Vec<u64>,
    serials: BTreeSet<String>,
    /// The numbers that heads cover.
    heads: Vec<u64>,
    /// After which destruction the run ended, if the log says so.
    ended_after: Option<u64>,
}

/// The runs that a log tells of, and the serial numbers of the certificates that it says were
/// issued. Anything unproved but the end of a run fails the test.
fn read(records: &[Value]) -> (Vec<Run>, BTreeSet<String>) {
    let (mut runs, mut issued) = (Vec::<Run>::new(), BTreeSet::new());
    let number = |value: &Value| value.as_u64().expect("a number");
    for record in records {
        let event = &record["event"];
        let serial = || event["certificate_serial"].as_str().expect("a serial").to_owned();
        let last = runs.last_mut();
        match record["kind"].as_str().expect("a kind") {
            "device-run" => runs.push(Run::default()),
            "issued" => drop(issued.insert(serial())),
            "destroyed" => {
                let run = last.expect("a run");
                run.destroyed.push(number(&event["sequence"]));
                run.serials.insert(serial());
            }
            "destructions-signed" => last.expect("a run").heads.push(number(&event["sequence"])),
            "destructions-unproved" => {
                assert_eq!(event["cause"], "run-ended", "{record}");
                last.expect("a run").ended_after = Some(number(&event["after"]));
            }
            _ => {}
        }
    }
    for run in &runs {
        let count = run.destroyed.len() as u64;
        assert_eq!(run.destroyed, (1..=count).collect::<Vec<_>>(), "one is missing or doubled");
        assert_eq!(run.heads.last().copied().unwrap_or(0), count, "no head covers the last one");
    }
    (runs, issued)
}

fn of(server: &Server) -> (Vec<Run>, BTreeSet<String>) {
    let data = server.data_directory();
    let verified = audit_log::verify(&data, &[]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    read(&audit_log::records(&data))
}

async fn seal_until_it_dies(server: Arc<Server>, document: Arc<Vec<u8>>) {
    loop {
        let request = server.post("/v1/seals?profile=decisions").bearer_auth(API_KEY);
        if try_send(request.body(document.to_vec())).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn every_key_of_a_device_elsewhere_ends_in_the_audit_log() {
    let mut server = Server::remote("").await;
    let document = fixtures::named("one-page.pdf");
    for _ in 0..20 {
        server.seal("profile=decisions", &document).await.ok();
    }
    server.control("/faults", json!({ "fault": "wrong-signature", "count": 1 })).await;
    server.seal("profile=decisions", &document).await;
    let created = server.device_counters().await["created"].as_u64().expect("a number");
    assert_eq!(server.stop(), Some(0), "{}", server.log());
    let (runs, issued) = of(&server);
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].destroyed.len() as u64, created);
    // The keys of readiness' tests are destroyed like others, and are of no act.
    assert!(runs[0].serials.is_superset(&issued), "{issued:?}");
    let tests = runs[0].serials.difference(&issued).count();
    assert!((1..=2).contains(&tests), "{tests} keys are of no act");
    assert!(issued.len() > 20, "{issued:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_the_service_loses_and_doubles_none() {
    let document = Arc::new(fixtures::named("one-page.pdf"));
    let mut server = Server::remote("").await;
    for kill in 0..KILLS {
        let simulator = server.simulator.take();
        let shared = Arc::new(server);
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| tokio::spawn(seal_until_it_dies(shared.clone(), document.clone())))
            .collect();
        // Another moment between two questions each time, and of the writing that follows one.
        tokio::time::sleep(Duration::from_millis(400 + 217 * kill as u64)).await;
        shared.kill();
        for client in clients {
            client.await.expect("a client ends");
        }
        server = Arc::into_inner(shared).expect("the clients have ended");
        server.simulator = simulator;
        server = server.service_again().await;
    }
    // Keys whose act was cut off die of age.
    server.control("/clock", json!({ "action": "advance", "seconds": 7200 })).await;
    let started = Instant::now();
    let mut counters = server.device_counters().await;
    while counters["live"] != 0 {
        assert!(started.elapsed() < Duration::from_secs(30), "{counters}");
        tokio::time::sleep(Duration::from_millis(50)).await;
        counters = server.device_counters().await;
    }
    assert_eq!(server.stop(), Some(0), "{}", server.log());
    let (runs, issued) = of(&server);
    assert_eq!(runs.len(), 1, "the device ran on");
    assert_eq!(json!(runs[0].destroyed.len()), counters["created"]);
    let lacking: Vec<_> = issued.difference(&runs[0].serials).collect();
    assert!(lacking.is_empty(), "keys without their end: {lacking:?}");
    assert!(issued.len() > KILLS, "too few to show anything");
}

#[tokio::test]
async fn a_device_that_is_started_again_is_followed_from_its_beginning() {
    let mut server = Server::remote("").await;
    let document = fixtures::named("one-page.pdf");
    server.seal("profile=decisions", &document).await.ok();
    let mut simulator = server.simulator.take().expect("a simulator");
    simulator.kill();
    server.simulator = Some(simulator.again());
    let mut sealed = BTreeSet::new();
    for _ in 0..3 {
        let receipt = server.seal("profile=decisions", &document).await.ok();
        let receipt = server.get_as(receipt.header("location"), API_KEY).await.ok().json();
        sealed.insert(receipt["certificate_serial"].as_str().expect("a serial").to_owned());
    }
    let created = server.device_counters().await["created"].clone();
    assert_eq!(server.stop(), Some(0), "{}", server.log());
    let (runs, _) = of(&server);
    let [first, second] = &runs[..] else { panic!("two runs: {runs:?}") };
    // What the first run destroyed since it was asked last died with it, and the log says so.
    assert_eq!(first.ended_after, Some(first.destroyed.len() as u64));
    assert_eq!(json!(second.destroyed.len()), created);
    assert!(sealed.is_subset(&second.serials), "{sealed:?}");
    assert_eq!(second.ended_after, None);
}

#[tokio::test]
async fn a_device_that_is_restarted_with_its_seed_seals_by_its_mandates_and_the_log_says_what_it_repeats()
 {
    let folder = tempfile::tempdir().expect("a folder");
    let seed = ["--seed", "7"];
    let mut simulator = Simulator::with(&Files::make(folder.path()), &seed);
    let mut server = Server::configured(&simulator.configuration(""), "{}").await;
    let document = fixtures::named("one-page.pdf");
    for _ in 0..2 {
        server.seal("profile=decisions", &document).await.ok();
    }
    simulator.kill();
    let again = simulator.again_with(&seed);
    for profile in ["decisions", "payroll"] {
        let sealed = server.seal(&format!("profile={profile}"), &document).await.ok().body;
        let report = server.validate(&sealed).await;
        assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report:#}");
    }
    server.stop();
    drop(again);
    let data = server.data_directory();
    let verified = audit_log::verify(&data, &[]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    let records = audit_log::records(&data);
    let unproved = records.iter().filter(|record| record["kind"] == "destructions-unproved");
    assert!(unproved.count() > 0, "the run is the same, and counts anew");
}

#[tokio::test]
async fn a_service_ends_in_good_order_while_its_device_hangs() {
    let mut server = Server::remote("").await;
    server.seal("profile=decisions", &fixtures::named("one-page.pdf")).await.ok();
    let simulator = server.simulator.take().expect("a simulator");
    simulator.hang();
    assert_eq!(server.stop(), Some(0), "{}", server.log());
    let records = audit_log::records(&server.data_directory());
    let last: Vec<_> = records.iter().rev().take(2).map(|record| &record["kind"]).collect();
    assert_eq!(last, ["stopped", "destructions-unproved"], "what is not known is on record");
}
