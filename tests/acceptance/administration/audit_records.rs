//! The audit log, searched over HTTP, and acts counted by day.

use super::*;

/// The API key of the demo's rights administrator, as the first lines say it.
fn rights_key(server: &Server) -> String {
    let log = server.log();
    let line = log.lines().find_map(|line| line.trim().strip_prefix("rights ")).expect("a key");
    line.split_whitespace().next().expect("a key").to_owned()
}

/// Three seals of the demo's application, one of karen, a new application, and one refused to it.
async fn office() -> Office {
    let office = Office::open().await;
    for _ in 0..3 {
        office.seal(API_KEY).await.ok();
    }
    office.seal(&office.karen).await.ok();
    let (_, archive) = office.application("archive").await;
    assert_eq!(office.seal(&archive).await.broken_rules(), ["caller-has-grant"]);
    office
}

async fn found(office: &Office, asked: &str, bearer: &str) -> Vec<Value> {
    let list =
        office.server.get_as(&format!("/v1/audit-records?{asked}"), bearer).await.ok().json();
    list["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn who_may_read_the_log_finds_what_was_done_and_persons_if_they_may_see_them() {
    let office = office().await;
    let karen = office.karen.as_str();
    let rights = rights_key(&office.server);
    let person = "issuer=https://identity.segl.invalid/demo&subject=karen";

    let seals = found(&office, "act=seal&outcome=done&application=demo", karen).await;
    assert_eq!(seals.len(), 3);
    for seal in &seals {
        assert_eq!((&seal["kind"], &seal["profile"]), (&json!("outcome"), &json!("decisions")));
        assert!(seal["event"].get("secret").is_none(), "{seal}");
    }
    let refused = found(&office, "outcome=refused", karen).await;
    assert_eq!(refused.len(), 1);
    assert!(!refused[0]["event"]["rules"].as_array().expect("rules").is_empty());
    let hers = found(&office, person, karen).await;
    let acts: Vec<_> = hers.iter().map(|record| record["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["administration", "administration", "seal"], "the newest first");
    assert_eq!(hers[0]["person"]["subject"], "karen");

    // Whoever may not see persons sees that something was done.
    let unnamed = found(&office, "act=administration", &rights).await;
    assert_eq!(unnamed.len(), 2);
    assert!(unnamed.iter().all(|record| record.get("person").is_none()));
    let refused = office.server.get_as(&format!("/v1/audit-records?{person}"), &rights).await;
    assert_eq!((refused.status, kind(&refused).as_str()), (403, "not-permitted"));
    for path in ["/v1/audit-records", "/v1/statistics?from=2026-01-01&until=2026-01-02"] {
        let refused = office.server.get_as(path, API_KEY).await;
        assert_eq!((refused.status, kind(&refused).as_str()), (403, "not-permitted"), "{path}");
        assert_eq!(office.server.get(path).await.status, 401);
    }
}

#[tokio::test]
async fn the_log_is_read_part_by_part_or_line_by_line_and_is_the_same() {
    let office = office().await;
    let mut parts = Vec::new();
    let mut after = String::new();
    loop {
        let asked = format!("/v1/audit-records?order=ascending&limit=3{after}");
        let list = office.get(&asked).await.ok().json();
        parts.extend(list["items"].as_array().expect("items").clone());
        let Some(next) = list["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    let address = format!("{}/v1/audit-records?order=ascending", office.server.address);
    let accepting = async |more: &str, accept: &str| {
        let request = reqwest::Client::new().get(format!("{address}{more}"));
        send(request.bearer_auth(&office.karen).header("Accept", accept)).await.ok()
    };
    for (accept, comes) in [
        ("APPLICATION/X-NDJSON", "application/x-ndjson"),
        ("application/x-ndjson;q=0", "application/json"),
        ("application/json, application/x-ndjson;q=0.5", "application/json"),
    ] {
        assert_eq!(accepting("", accept).await.header("content-type"), comes, "{accept}");
    }
    let ask = async |more: &str| {
        let answer = accepting(more, "application/x-ndjson").await;
        assert_eq!(answer.header("content-type"), "application/x-ndjson");
        answer
            .text()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect::<Vec<Value>>()
    };
    assert_eq!(ask("").await, parts);
    assert_eq!(ask("&limit=4").await, parts[..4]);
    let kinds: Vec<_> = parts.iter().map(|record| record["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[..2], ["intent", "outcome"]);
    assert!(!kinds.contains(&"destroyed") && !kinds.contains(&"started"), "{kinds:?}");
    let times: Vec<_> = parts.iter().map(|record| record["time"].as_str().unwrap()).collect();
    let until = format!("/v1/audit-records?order=ascending&until={}", times[4]);
    let before = office.get(&until).await.ok().json();
    let expected: Vec<_> = times.iter().filter(|time| **time < times[4]).collect();
    assert_eq!(before["items"].as_array().unwrap().len(), expected.len());
}

#[tokio::test]
async fn acts_are_counted_by_day_and_what_is_asked_wrongly_is_refused() {
    let office = office().await;
    let today = time::OffsetDateTime::now_utc().date();
    let (from, until) = (today.previous_day().unwrap(), today.next_day().unwrap());
    let days = format!("/v1/statistics?from={from}&until={until}");
    let count = async |asked: &str| -> u64 {
        let counts = office.get(&format!("{days}&{asked}")).await.ok().json();
        let items = counts["items"].as_array().unwrap().iter();
        items.map(|count| count["count"].as_u64().unwrap()).sum()
    };
    assert_eq!(count("act=seal&application=demo&outcome=done").await, 3);
    assert_eq!(count("application=demo").await, 3);
    assert_eq!(count("profile=decisions&outcome=refused&application=archive").await, 1);
    assert_eq!(count("outcome=failed").await, 0);
    let persons = office.get(&days).await.ok().json();
    let hers = persons["items"].as_array().unwrap().iter();
    let hers: Vec<_> = hers.filter(|count| count.get("application").is_none()).collect();
    assert_eq!(hers.len(), 2, "one seal, and the changes of the register: {hers:?}");

    for wrong in [
        "audit-records?from=yesterday".to_owned(),
        "audit-records?limit=0".into(),
        "audit-records?limit=1001".into(),
        "audit-records?after=5".into(),
        "audit-records?act=stamp".into(),
        "audit-records?order=random".into(),
        "audit-records?subject=karen".into(),
        "audit-records?application=erp&issuer=a&subject=b".into(),
        "audit-records?name=karen".into(),
        "statistics".into(),
        "statistics?from=2026-01-01&until=2026-01-01".into(),
        "statistics?from=2026-01-01&until=2027-01-03".into(),
        "statistics?from=2026-1-1&until=2026-01-03".into(),
    ] {
        let refused = office.get(&format!("/v1/{wrong}")).await;
        assert_eq!(
            (refused.status, kind(&refused).as_str()),
            (400, "request-malformed"),
            "{wrong}"
        );
    }
}
