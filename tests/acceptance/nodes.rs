//! Several nodes on one database of PostgreSQL.

mod fleet;
mod hashes;
mod issuing;
mod killed;

use std::{
    process::{Command, Output},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use test_database::Server as Postgres;

use crate::{
    audit_log, fixtures,
    server::{Answer, Server, binary, database, send, sha256_hex},
};

/// The key of the application that administers.
const ADMINISTRATOR: &str = "segl_nodes_0a93c27e58d1a4b7c0e3f6928574a1b0c9d8e7f605142334f1d6b";

/// How long a node may know what another one changed no more.
const KNOWN: Duration = Duration::from_secs(10);

fn configuration(node: &str) -> String {
    let key = sha256_hex(ADMINISTRATOR.as_bytes());
    format!(
        r#"
        [data]
        node = "{node}"
        [organisation]
        registered_name = "Havnsted Kommune"
        cvr = "12345674"
        allow_seals = true
        [[profile]]
        id = "decisions"
        kind = "organisation"
        display_name = "Decisions"
        allow_signing = true
        [[application]]
        id = "administrator"
        api_key_sha256 = "{key}"
        [[grant]]
        to = {{ application = "administrator" }}
        acts = ["administer"]
        role = "rights-administrator"
        "#
    )
}

async fn node(name: &str, address: &str) -> Server {
    Server::on_database(&configuration(name), address).await
}

async fn post(server: &Server, path: &str, body: Value) -> Answer {
    send(server.post(path).bearer_auth(ADMINISTRATOR).json(&body)).await
}

/// An application with a key and a mandate: the key, and the mandate's name.
async fn archive(server: &Server, mandate: Value) -> (String, String) {
    let made =
        post(server, "/v1/applications", json!({ "id": "archive", "display_name": "A" })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = post(server, "/v1/applications/archive/keys", json!({})).await.json();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let key = text(&made["key"]);
    let mandate = post(server, "/v1/mandates", mandate).await;
    assert_eq!(mandate.status, 201, "{}", mandate.text());
    (key, text(&mandate.json()["id"]))
}

async fn seal(server: &Server, key: &str) -> Answer {
    server.act("seals", "profile=decisions", key, &fixtures::named("one-page.pdf")).await
}

/// Seals until the node has heard of the key, and can read who may act.
async fn seal_when_known(server: &Server, key: &str) -> Answer {
    let started = Instant::now();
    loop {
        let answer = seal(server, key).await;
        let unheard = answer.status == 401
            || answer.status == 403 && answer.text().contains("caller-has-grant")
            || answer.status == 503 && answer.text().contains("the register that says who may act");
        if !unheard || started.elapsed() > KNOWN {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn signer(server: &Server, arguments: &[&str]) -> Output {
    let data = server.data_directory();
    let mut command = Command::new(binary());
    command.args(arguments).arg("--data-dir").arg(&data).envs(database::environment(&data));
    command.output().expect("`signer` runs")
}

#[tokio::test]
async fn what_is_revoked_on_one_node_is_refused_by_the_next_act_on_another() {
    let address = Postgres::shared().database();
    let (one, two) = (node("one", &address).await, node("two", &address).await);
    let (key, mandate) = archive(&one, json!({ "application": "archive" })).await;
    seal(&one, &key).await.ok();
    let sealed = seal_when_known(&two, &key).await.ok();
    // A receipt is read on whichever node.
    let receipt = sealed.header("location").to_owned();
    assert_eq!(one.get_as(&receipt, &key).await.ok().json()["act"], "seal");
    post(&one, &format!("/v1/mandates/{mandate}/revocation"), json!({})).await.ok();
    // At once, and not when it has heard of it.
    assert_eq!(seal(&two, &key).await.broken_rules(), ["caller-has-grant"]);
    let data = one.data_directory();
    let records = audit_log::records(&data);
    let refused = records.iter().filter(|record| record["kind"] == "refused").count();
    assert!(refused >= 1, "the refusal is on record");
    // A change on the other node is decided on what the first one left.
    let again = post(&two, &format!("/v1/mandates/{mandate}/revocation"), json!({})).await;
    assert_eq!(again.status, 409, "{}", again.text());
    let verified = audit_log::verify(&data, &[]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert!(said.contains("chain one:") && said.contains("chain two:"), "{said}");
    let listed = String::from_utf8(signer(&one, &["audit", "list"]).stdout).expect("text");
    assert!(listed.contains("one/") && listed.contains("two/"), "{listed}");
}

#[tokio::test]
async fn a_change_of_the_newest_version_is_taken_by_a_node_that_has_not_heard_of_it() {
    let address = Postgres::shared().database();
    let nodes = [node("one", &address).await, node("two", &address).await];
    let made = json!({ "id": "archive", "display_name": "0" });
    let mut last = post(&nodes[0], "/v1/applications", made).await;
    assert_eq!(last.status, 201, "{}", last.text());
    for round in 1..=10 {
        let etag = last.header("etag").to_owned();
        let body = json!({ "display_name": round.to_string() });
        let request = nodes[round % 2].request(Method::PATCH, "/v1/applications/archive");
        let request = request.bearer_auth(ADMINISTRATOR).header("If-Match", etag);
        last = send(request.json(&body)).await;
        assert_eq!(last.status, 200, "{round}: {}", last.text());
    }
    // What no node has made is still none.
    let request = nodes[0].request(Method::PATCH, "/v1/applications/archive");
    let request = request.bearer_auth(ADMINISTRATOR).header("If-Match", "\"999\"");
    assert_eq!(send(request.json(&json!({ "display_name": "A" }))).await.status, 412);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mandate_of_ten_gives_ten_on_two_nodes_together() {
    let address = Postgres::shared().database();
    let (one, two) = (node("one", &address).await, node("two", &address).await);
    let mandate = json!({ "application": "archive", "maximum_seals": 10 });
    let (key, _) = archive(&one, mandate).await;
    assert_eq!(seal_when_known(&two, &key).await.status, 200);
    let mut given = 1;
    for _ in 0..8 {
        let (here, there) = tokio::join!(seal(&one, &key), seal(&two, &key));
        for answer in [here, there] {
            given += usize::from(answer.status == 200);
            assert!(matches!(answer.status, 200 | 403), "{}", answer.text());
        }
    }
    assert_eq!(given, 10);
}

#[tokio::test]
async fn a_mandate_that_another_node_used_up_keeps_no_seal_of_the_next_one_back() {
    let address = Postgres::shared().database();
    let (one, two) = (node("one", &address).await, node("two", &address).await);
    let mandate = || json!({ "application": "archive", "maximum_seals": 2 });
    let (key, _) = archive(&one, mandate()).await;
    let other = post(&one, "/v1/mandates", mandate()).await;
    assert_eq!(other.status, 201, "{}", other.text());
    // The first node does not hear of it, and takes both to be whole.
    seal_when_known(&two, &key).await.ok();
    for _ in 0..3 {
        seal(&one, &key).await.ok();
    }
    for node in [&two, &one] {
        assert_eq!(seal(node, &key).await.broken_rules(), ["mandate-not-exhausted"]);
    }
}

#[tokio::test]
async fn a_seal_that_was_given_back_elsewhere_is_given_by_a_node_that_has_not_heard_of_it() {
    let address = Postgres::shared().database();
    let one = node("one", &address).await;
    let mandate = json!({ "application": "archive", "maximum_seals": 1 });
    let (key, _) = archive(&one, mandate).await;
    seal(&one, &key).await.ok();
    // At its start a node reads how many were given.
    let two = node("two", &address).await;
    assert_eq!(seal(&two, &key).await.broken_rules(), ["mandate-not-exhausted"]);
    // As a node does whose act made no signature.
    Postgres::execute_at(&address, "UPDATE mandate_count SET given = 0");
    seal(&two, &key).await.ok();
    assert_eq!(seal(&two, &key).await.broken_rules(), ["mandate-not-exhausted"]);
}

#[tokio::test]
async fn a_second_process_of_a_node_is_told_which_name_is_taken() {
    let address = Postgres::shared().database();
    let one = node("one", &address).await;
    let other = one.data_directory().with_file_name("other");
    let file = one.data_directory().with_file_name("signer.toml");
    let output = Command::new(binary())
        .args(["serve", "--listen", "127.0.0.1:0", "--management", "127.0.0.1:0", "--config"])
        .arg(file)
        .arg("--data-dir")
        .arg(other)
        .envs(database::environment(&one.data_directory()))
        .output()
        .expect("`signer` runs");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("another process runs as node one"), "{said}");
}

#[tokio::test]
async fn while_the_database_is_away_no_act_is_done_and_no_message_holds_its_password() {
    let postgres = Postgres::start();
    // The socket takes any password.
    let address = postgres.database().replace("segl@", "segl:hunter2@");
    let one = node("one", &address).await;
    let (key, _) = archive(&one, json!({ "application": "archive" })).await;
    seal(&one, &key).await.ok();
    let made = one.device_counters().await["created"].clone();
    postgres.kill();
    for _ in 0..3 {
        let refused = seal(&one, &key).await;
        assert_eq!(refused.status, 503, "{}", refused.text());
        assert!(refused.text().contains("audit-unavailable"), "{}", refused.text());
    }
    assert_eq!(one.get("/readyz").await.status, 503);
    assert_eq!(one.device_counters().await["created"].clone(), made, "a key was made");
    postgres.again();
    seal_when_known(&one, &key).await.ok();
    let verified = audit_log::verify(&one.data_directory(), &[]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert!(!one.log().contains("hunter2"), "{}", one.log());
    let wrong = Command::new(binary())
        .args(["audit", "verify", "--data-dir"])
        .arg(one.data_directory())
        .env("SIGNER_DATABASE_URL", "postgres://segl:hunter2@db.example/log?sslmode=disable")
        .output()
        .expect("`signer` runs");
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(said.contains("SIGNER_DATABASE_URL") && !said.contains("hunter2"), "{said}");
}

#[tokio::test]
async fn a_person_is_erased_from_the_command_line() {
    let mut server = Server::demo_on_database(&Postgres::shared().database()).await;
    let document = fixtures::named("one-page.pdf");
    let token = server.token("karen", &[&document]).await;
    server.act("signatures", "profile=staff", &token, &document).await.ok();
    server.stop();
    let address = database::address(&server.data_directory()).expect("a database");
    let person = "SELECT issuer, subject FROM acting_person";
    let row = Postgres::shared().execute(&address, person);
    let (issuer, subject) = row.trim().split_once('|').expect("a person");
    let erased = signer(&server, &["person", "erase", "--issuer", issuer, "--subject", subject]);
    assert_eq!(String::from_utf8_lossy(&erased.stdout), "erased: 1 rows\n", "{erased:?}");
    assert_eq!(Postgres::shared().execute(&address, person), "");
    let verified = audit_log::verify(&server.data_directory(), &[]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
}
