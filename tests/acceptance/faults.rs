//! Every fault of the simulator, planned through its management port: the client gets the typed
//! problem of `docs/simulator.md`, no signature, and the audit log names the cause.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    audit_log, fixtures,
    oracle::workspace,
    server::{API_KEY, Answer, Server, plain_client, sha256_hex},
};

/// The rows of the table in `docs/simulator.md`: fault, scenario, problem type.
fn documented() -> BTreeMap<String, [String; 2]> {
    let text = std::fs::read_to_string(workspace().join("docs/simulator.md")).expect("the page");
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect()
    };
    rows.map(cells)
        .filter(|cells| cells.len() == 4)
        .map(|cells| (cells[0].clone(), [cells[1].clone(), cells[2].clone()]))
        .collect()
}

/// The acts that meet a fault: the responder is asked for the levels that hold revocation data, of
/// certificates that can be revoked.
fn acts(fault: &str) -> &'static [&'static str] {
    if fault.starts_with("ocsp-") {
        &["profile=register&level=B-LT", "profile=register&level=B-LTA"]
    } else {
        &["profile=decisions"]
    }
}

async fn plan(server: &Server, rule: Value) {
    let planned = server.control("/faults", rule).await;
    assert_eq!(planned.status, 201, "{}", planned.text());
}

fn assert_nothing_escaped(answer: &Answer) {
    assert!(answer.header("location").is_empty(), "a receipt for nothing");
    for mark in [b"/ByteRange".as_slice(), b"%PDF"] {
        assert!(!answer.body.windows(mark.len()).any(|part| part == mark), "a document came back");
    }
}

async fn every_fault_has_its_problem(mut server: Server) {
    let document = fixtures::named("one-page.pdf");
    let known = server.show("/faults").await.ok().json()["known"].clone();
    let documented = documented();
    let mut causes = Vec::new();
    for fault in known.as_array().expect("a list").iter().map(|one| one.as_str().expect("a name")) {
        let [_, problem] = documented
            .get(fault)
            .unwrap_or_else(|| panic!("`{fault}` is not in docs/simulator.md"));
        for act in acts(fault) {
            plan(&server, json!({ "fault": fault, "count": 1, "milliseconds": 300 })).await;
            let answer = server.seal(act, &document).await;
            if problem == "none" {
                answer.ok();
            } else {
                let expected = format!("urn:segl:problem:{problem}");
                assert_eq!(answer.problem()["type"], expected, "{fault}");
                assert_nothing_escaped(&answer);
                causes.push(problem.clone());
            }
            let left = server.show("/faults").await.ok().json();
            let planned = left["planned"].as_array().expect("a list");
            let spent = planned.iter().all(|rule| rule["spent"] == true);
            assert!(spent, "`{fault}` did not strike: {left}");
            server.control("/clock", json!({ "action": "reset" })).await.ok();
            let keys = server.device_counters().await;
            assert_eq!(keys["live"], 0, "`{fault}` left a key: {keys}");
            // One fault breaks one act.
            server.seal(act, &document).await.ok();
        }
    }
    server.stop();
    let records = audit_log::records(&server.data_directory());
    let failed: Vec<&str> = records
        .iter()
        .filter(|record| record["kind"] == "outcome" && record["event"]["result"] == "failed")
        .map(|record| record["event"]["cause"].as_str().expect("a cause"))
        .collect();
    assert_eq!(failed, causes, "the log names each cause");
}

#[tokio::test]
async fn every_fault_has_its_problem_in_process() {
    every_fault_has_its_problem(Server::embedded().await).await;
}

#[tokio::test]
async fn every_fault_has_its_problem_over_mutual_tls() {
    every_fault_has_its_problem(Server::remote("").await).await;
}

#[tokio::test]
async fn the_table_lists_every_fault_and_every_scenario_and_no_other() {
    let server = Server::demo().await;
    let names = |answer: &Value| -> BTreeSet<String> {
        answer
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one.as_str().expect("a name").to_owned())
            .collect()
    };
    let known = names(&server.show("/faults").await.ok().json()["known"]);
    let documented = documented();
    let listed: BTreeSet<String> = documented.keys().cloned().collect();
    assert_eq!(listed, known);
    let scenarios = server.show("/scenarios").await.ok().json();
    let known: BTreeSet<&str> = scenarios
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["name"].as_str().expect("a name"))
        .collect();
    let listed: BTreeSet<&str> = documented
        .values()
        .map(|[scenario, _]| scenario.as_str())
        .filter(|one| *one != "none")
        .collect();
    assert_eq!(listed, known);
    for scenario in known {
        let played = server.control(&format!("/scenarios/{scenario}"), Value::Null).await;
        assert_eq!(played.status, 201, "{scenario}: {}", played.text());
    }
}

#[tokio::test]
async fn a_certificate_expires_to_the_second_without_anybody_waiting() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    server.control("/clock", json!({ "action": "freeze" })).await.ok();
    plan(&server, json!({ "fault": "clock-at-expiry", "seconds": -1, "count": 1 })).await;
    let sealed = server.seal("profile=decisions&level=B-T", &document).await.ok();
    let receipt = server.get_as(sealed.header("location"), API_KEY).await.ok().json();

    server.control("/clock", json!({ "action": "reset" })).await.ok();
    server.control("/clock", json!({ "action": "freeze" })).await.ok();
    plan(&server, json!({ "fault": "clock-at-expiry", "seconds": 1, "count": 1 })).await;
    let refused = server.seal("profile=decisions&level=B-T", &document).await;
    assert_eq!(refused.problem()["type"], "urn:segl:problem:credential-expired");
    assert_nothing_escaped(&refused);

    // Now both certificates have expired, and the clock says so to our own validator.
    let time = server.show("/clock").await.ok().json()["time"].as_str().expect("a time").to_owned();
    let not_after = receipt["certificate_not_after"].as_str().expect("a time").to_owned();
    assert!(time > not_after, "{time} is not after {not_after}");
    let report = server.validate(&sealed.body).await;
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
}

#[tokio::test]
async fn the_kill_switch_ends_one_credential() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    plan(&server, json!({ "fault": "delay", "milliseconds": 1500, "count": 1 })).await;
    let request = server.post("/v1/seals?profile=decisions").bearer_auth(API_KEY).body(document);
    let act = tokio::spawn(crate::server::send(request));
    let id = loop {
        let live = server.show("/credentials").await.ok().json();
        if let Some(id) = live["credentials"][0]["id"].as_str() {
            assert_eq!(live["credentials"][0]["profile"], "decisions", "{live}");
            break id.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    let client = plain_client();
    let address = format!("{}/credentials/{id}", server.management);
    assert_eq!(client.delete(&address).send().await.expect("an answer").status(), 204);
    assert_eq!(client.delete(&address).send().await.expect("an answer").status(), 404);
    let answer = act.await.expect("the act ends");
    assert_eq!(answer.problem()["type"], "urn:segl:problem:credential-destroyed");
}

#[tokio::test]
async fn a_degraded_level_is_told_in_header_and_receipt_and_never_without_leave() {
    let server = Server::remote("on_timestamp_failure = \"degrade\"").await;
    let document = fixtures::named("one-page.pdf");
    let faults =
        ["tsa-down", "tsa-wrong-imprint", "tsa-wrong-nonce", "tsa-late", "tsa-no-certificate"];
    for fault in faults {
        plan(&server, json!({ "fault": fault, "count": 1 })).await;
        let sealed = server.seal("profile=decisions&level=B-T", &document).await.ok();
        assert_eq!(sealed.header("segl-degraded"), "B-B", "{fault}");
        let receipt = server.get_as(sealed.header("location"), API_KEY).await.ok().json();
        assert_eq!((&receipt["degraded"], &receipt["level"]), (&json!(true), &json!("B-B")));
        assert_eq!(receipt["output_sha256"], sha256_hex(&sealed.body));
        let report = server.validate(&sealed.body).await;
        assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
    }
    let sealed = server.seal("profile=decisions&level=B-T", &document).await.ok();
    assert_eq!(sealed.header("segl-degraded"), "");
    plan(&server, json!({ "fault": "tsa-down", "count": 1 })).await;
    let refused = server.seal("profile=payroll&level=B-T", &document).await;
    assert_eq!(refused.problem()["type"], "urn:segl:problem:time-stamp-unavailable");
}

#[tokio::test]
async fn a_planned_capacity_fault_evicts_nobodys_key() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    plan(&server, json!({ "fault": "delay", "milliseconds": 800, "count": 1 })).await;
    let request = server.post("/v1/seals?profile=decisions").bearer_auth(API_KEY);
    let act = tokio::spawn(crate::server::send(request.body(document.clone())));
    while server.device_counters().await["live"] != 1 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    server.control("/scenarios/rush-hour", Value::Null).await.ok();
    for _ in 0..10 {
        let refused = server.seal("profile=payroll", &document).await;
        assert_eq!(refused.problem()["type"], "urn:segl:problem:device-at-capacity");
    }
    act.await.expect("the act ends").ok();
    assert_eq!(server.device_counters().await["evicted"], 0);
}
