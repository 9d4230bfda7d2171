//! Several organisations under one roof: made by the operator, each with its own keys and register.

use std::{
    path::Path,
    process::{Command, Output},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    audit_log, fixtures,
    server::{API_KEY, Answer, Server, binary, database, send},
};

/// The number of the other organisation.
pub const OTHER: &str = "34051178";

/// `signer organisation` on a data directory.
fn signer(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(binary());
    command.arg("organisation").args(arguments).arg("--data-dir").arg(directory);
    command.envs(database::environment(directory));
    command.output().expect("`signer` runs")
}

/// Makes the other organisation; the keys of its administrators, in the order of `roles`.
pub fn add(directory: &Path, roles: &[&str]) -> Vec<String> {
    add_as(directory, OTHER, "Digitaliseringsstyrelsen", roles)
}

/// Makes an organisation; the keys of its administrators, in the order of `roles`.
pub fn add_as(directory: &Path, number: &str, name: &str, roles: &[&str]) -> Vec<String> {
    let mut arguments = vec!["add", "--cvr", number, "--name", name];
    arguments.extend(roles.iter().flat_map(|role| ["--role", *role]));
    let output = signer(directory, &arguments);
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = printed.lines().zip(roles);
    let keys = lines.map(|(line, role)| line.strip_prefix(*role).expect(role).trim().to_owned());
    keys.collect()
}

/// The path of a link for another administrator of the other organisation.
pub fn link(directory: &Path) -> String {
    let output = signer(directory, &["link", "--cvr", OTHER]);
    let printed = String::from_utf8(output.stdout).expect("text");
    let (_, link) = printed.split_once("/invitation/").expect("a link");
    format!("/invitation/{}", link.split_whitespace().next().expect("a code"))
}

/// An organisation that the operator has just made, and two of its administrators.
pub struct Newcomer {
    /// The key of a user administrator, who makes profiles.
    pub users: String,
    /// The key of a rights administrator.
    pub rights: String,
}

impl Newcomer {
    /// Makes the other organisation in a running service.
    pub async fn add(server: &Server) -> Self {
        let directory = server.data_directory();
        let roles = ["user-administrator", "rights-administrator"];
        let [users, rights] = add(&directory, &roles).try_into().expect("two keys");
        Self { users, rights }
    }

    /// Makes a certificate profile.
    pub async fn profile(&self, server: &Server, profile: Value) -> Answer {
        let request = server.post("/v1/certificate-profiles").bearer_auth(&self.users);
        send(request.json(&profile)).await.ok()
    }

    /// Makes an application that may seal with every profile; its key.
    pub async fn archive(&self, server: &Server) -> String {
        let post = async |path: &str, body: Value| {
            send(server.post(path).bearer_auth(&self.rights).json(&body)).await.ok().json()
        };
        post("/v1/applications", json!({ "id": "archive", "display_name": "The archive" })).await;
        post("/v1/mandates", json!({ "application": "archive" })).await;
        let key = post("/v1/applications/archive/keys", json!({})).await;
        key["key"].as_str().expect("a key").to_owned()
    }
}

/// What the operator reads when an order is refused.
fn refusal(directory: &Path, arguments: &[&str]) -> String {
    let output = signer(directory, arguments);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).expect("text")
}

async fn organisation(server: &Server, key: &str) -> Value {
    server.get_as("/v1/organisation", key).await.ok().json()
}

#[tokio::test]
async fn a_running_service_serves_a_new_organisation_at_once_and_after_a_restart() {
    let mut server = Server::embedded().await;
    let directory = server.data_directory();
    let keys = add(&directory, &["rights-administrator", "auditor"]);
    let made = organisation(&server, &keys[0]).await;
    let expected = json!({
        "registered_name": "Digitaliseringsstyrelsen", "cvr": OTHER, "country": "DK",
        "allow_seals": true, "origin": "register",
    });
    assert_eq!(made, expected);

    // It has what is its own, and none of the configuration file's.
    let profiles = server.get_as("/v1/profiles", &keys[0]).await.ok().json();
    assert_eq!(profiles["profiles"], json!([]));
    let applications = server.get_as("/v1/applications", &keys[1]).await.ok().json();
    let names: Vec<&Value> =
        applications["items"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(names, ["auditor", "rights-administrator"]);
    let document = fixtures::named("one-page.pdf");
    let sealed = server.act("seals", "profile=decisions", &keys[0], &document).await;
    assert_eq!(sealed.status, 404, "{}", sealed.text());

    // An application of a name that the other one has as well.
    let new = json!({ "id": "demo", "display_name": "Demo" });
    let made = send(server.post("/v1/applications").bearer_auth(&keys[0]).json(&new)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let path = "/v1/applications/demo/keys";
    let key = send(server.post(path).bearer_auth(&keys[0]).json(&json!({}))).await.json();
    let key = key["key"].as_str().unwrap();
    server.seal("profile=decisions", &document).await.ok();
    assert_eq!(server.act("seals", "profile=decisions", key, &document).await.status, 404);

    server.kill();
    let server = server.again().await;
    assert_eq!(organisation(&server, &keys[1]).await, expected);
    assert_eq!(server.act("seals", "profile=decisions", key, &document).await.status, 404);
    let records = audit_log::records(&directory);
    let of = |what: &str| {
        let found = records.iter().find(|record| record["event"]["what"] == what);
        found.unwrap_or_else(|| panic!("{what}")).clone()
    };
    let founded = of("organisation-made");
    assert_eq!(founded["event"]["requester"], "operator");
    assert_eq!(founded["organisation"], OTHER);
    assert_eq!(of("application-made")["organisation"], OTHER);
    let log: String = records.iter().map(Value::to_string).collect();
    assert!(keys.iter().all(|key| !log.contains(key.as_str())));
}

#[tokio::test]
async fn an_organisation_forbids_itself_seals_and_what_the_file_says_stays_the_files() {
    let mut server = Server::embedded().await;
    let directory = server.data_directory();
    let roles = ["organisation-administrator", "user-administrator", "rights-administrator"];
    let keys = add(&directory, &roles);
    let patch = async |key: &str, tag: Option<&str>, body: Value| {
        let request =
            server.request(Method::PATCH, "/v1/organisation").bearer_auth(key).json(&body);
        send(match tag {
            Some(tag) => request.header("If-Match", tag),
            None => request,
        })
        .await
    };
    let refused = |answer: Answer| {
        let kind = answer.json()["type"].as_str().expect("a type").to_owned();
        (answer.status, kind.rsplit(':').next().expect("a name").to_owned())
    };
    let newcomer = Newcomer { users: keys[1].clone(), rights: keys[2].clone() };
    let profile = json!({
        "id": "letters", "kind": "organisation", "display_name": "Letters", "allow_signing": true,
    });
    newcomer.profile(&server, profile).await;
    let archive = newcomer.archive(&server).await;
    let document = fixtures::named("one-page.pdf");
    let seal = async || server.act("seals", "profile=letters", &archive, &document).await;
    seal().await.ok();

    let read = server.get_as("/v1/organisation", &keys[0]).await.ok();
    let tag = read.header("etag").to_owned();
    let off = json!({ "allow_seals": false });
    let answer = patch(&keys[0], None, off.clone()).await;
    assert_eq!(refused(answer), (428, "version-missing".into()));
    let answer = patch(&keys[1], Some(&tag), off.clone()).await;
    assert_eq!(refused(answer), (403, "not-permitted".into()));
    let answer = patch(&keys[0], Some(&tag), json!({ "registered_name": "Another" })).await;
    assert_eq!(refused(answer), (400, "request-malformed".into()));
    let changed = patch(&keys[0], Some(&tag), off.clone()).await.ok();
    assert_eq!(changed.json()["allow_seals"], false);
    assert_ne!(changed.header("etag"), tag);
    let stale = patch(&keys[0], Some(&tag), json!({ "allow_seals": true })).await;
    assert_eq!(refused(stale), (412, "version-passed".into()));
    assert_eq!(seal().await.broken_rules(), ["organisation-allows-seals"]);

    let own = server.token("karen", &[]).await;
    let tag = server.get_as("/v1/organisation", &own).await.ok().header("etag").to_owned();
    assert_eq!(refused(patch(&own, Some(&tag), off).await), (409, "managed-by-file".into()));

    // What was decided is there after a restart, and in the log.
    server.kill();
    let server = server.again().await;
    assert_eq!(organisation(&server, &keys[1]).await["allow_seals"], false);
    let records = audit_log::records(&directory);
    let changed = records.iter().find(|record| record["event"]["what"] == "organisation-changed");
    let changed = changed.expect("a record");
    assert_eq!(changed["event"]["before"]["allow_seals"], true);
    assert_eq!(changed["event"]["after"]["allow_seals"], false);
}

#[tokio::test]
async fn what_is_made_while_no_service_runs_is_served_by_the_next() {
    let mut server = Server::embedded().await;
    let directory = server.data_directory();
    server.stop();
    let keys = add(&directory, &["user-administrator"]);
    let server = server.again().await;
    assert_eq!(organisation(&server, &keys[0]).await["cvr"], OTHER);
    let listed = signer(&directory, &["list"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains(OTHER) && listed.contains("Digitaliseringsstyrelsen"), "{listed}");
    let kinds: Vec<Value> =
        audit_log::records(&directory).into_iter().map(|record| record["kind"].clone()).collect();
    assert!(kinds.contains(&json!("organisations-listed")));
}

#[tokio::test]
async fn an_organisation_that_is_there_or_has_no_number_is_refused_with_the_cause() {
    let server = Server::embedded().await;
    let directory = server.data_directory();
    add(&directory, &["auditor"]);
    for (number, name, cause) in [
        (OTHER, "Another", "there is an organisation 34051178 already"),
        ("12345674", "Havnsted Kommune", "there is an organisation 12345674 already"),
        ("12345678", "Another", "mod 11"),
        ("19552101", " ", "name"),
    ] {
        let told = refusal(&directory, &["add", "--cvr", number, "--name", name]);
        assert!(told.contains(cause), "{number}: {told}");
    }
    let foreign = ["add", "--cvr", "5560360793", "--country", "SE", "--name", "Hamn"];
    assert!(signer(&directory, &foreign).status.success());
}

#[tokio::test]
async fn no_rights_administrator_raises_themselves_through_another_administrators_key() {
    let server = Server::embedded().await;
    let keys = add(&server.data_directory(), &["rights-administrator", "user-administrator"]);
    let ask =
        async |path: &str| send(server.post(path).bearer_auth(&keys[0]).json(&json!({}))).await;
    let refused = ask("/v1/applications/user-administrator/keys").await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert!(refused.text().contains("holds a role"), "{}", refused.text());
    let own = ask("/v1/applications/rights-administrator/keys").await;
    assert_eq!(own.status, 201, "{}", own.text());
    // The same name in the organisation of the configuration file is nobody there.
    let stranger = send(server.post("/v1/applications/demo/keys").bearer_auth(API_KEY)).await;
    assert_eq!(stranger.status, 403, "{}", stranger.text());
}

#[tokio::test]
async fn the_operator_replaces_a_key_that_was_lost_and_makes_further_administrators() {
    let mut server = Server::embedded().await;
    let directory = server.data_directory();
    let first = add(&directory, &["auditor"]).remove(0);
    let administrator = |number: &str, role: &str| {
        signer(&directory, &["administrator", "--cvr", number, "--role", role])
    };
    let key = |output: Output| {
        assert!(output.status.success(), "{output:?}");
        let printed = String::from_utf8(output.stdout).expect("text");
        printed.split_whitespace().nth(1).expect("a key").to_owned()
    };
    let second = key(administrator(OTHER, "auditor"));
    let users = key(administrator(OTHER, "user-administrator"));
    for key in [&first, &second, &users] {
        assert_eq!(organisation(&server, key).await["cvr"], OTHER);
    }
    // The configuration file says who administers its own organisation.
    for number in ["12345674", "19552101"] {
        let refused = administrator(number, "auditor");
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    }
    server.stop();
    let third = key(administrator(OTHER, "auditor"));
    let server = server.again().await;
    for key in [&second, &third] {
        assert_eq!(organisation(&server, key).await["cvr"], OTHER);
    }
}
