//! What the organisation decides while the service runs: applications, keys, grants and mandates.

mod audit_records;
mod bodies;
mod people;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    audit_log, fixtures,
    server::{API_KEY, Answer, Server, send},
};

/// A server, and the token of a person who administers.
struct Office {
    server: Server,
    karen: String,
}

impl Office {
    async fn open() -> Self {
        Self::of(Server::embedded().await).await
    }

    async fn of(server: Server) -> Self {
        let karen = server.token("karen", &[]).await;
        Self { server, karen }
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.server.post(path).bearer_auth(&self.karen).json(&body)).await
    }

    async fn made(&self, path: &str, body: Value) -> Value {
        let answer = self.post(path, body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    /// A new application with one key: the key's name and the key.
    async fn application(&self, id: &str) -> (String, String) {
        self.made("/v1/applications", json!({ "id": id, "display_name": "The archive" })).await;
        self.key(id, json!({})).await
    }

    async fn key(&self, id: &str, wanted: Value) -> (String, String) {
        new_key(&self.made(&format!("/v1/applications/{id}/keys"), wanted).await)
    }

    async fn mandate(&self, wanted: Value) -> String {
        self.made("/v1/mandates", wanted).await["id"].as_str().unwrap().to_owned()
    }

    async fn seal(&self, key: &str) -> Answer {
        let document = fixtures::named("one-page.pdf");
        self.server.act("seals", "profile=decisions", key, &document).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.server.get_as(path, &self.karen).await
    }
}

fn new_key(made: &Value) -> (String, String) {
    let text = |member: &str| made[member].as_str().unwrap().to_owned();
    (text("id"), text("key"))
}

fn kind(answer: &Answer) -> String {
    let problem = answer.problem();
    problem["type"].as_str().unwrap().rsplit(['/', ':', '#']).next().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_made_over_http_seals_at_once_and_what_is_revoked_does_not() {
    let office = Office::open().await;
    let (id, key) = office.application("archive").await;
    assert_eq!(office.seal(&key).await.broken_rules(), ["caller-has-grant"]);
    let mandate = office.mandate(json!({ "application": "archive", "note": "the archive" })).await;
    office.seal(&key).await.ok();

    office.post(&format!("/v1/mandates/{mandate}/revocation"), json!({})).await.ok();
    assert_eq!(office.seal(&key).await.broken_rules(), ["caller-has-grant"]);
    let again = office.post(&format!("/v1/mandates/{mandate}/revocation"), json!({})).await;
    assert_eq!((again.status, kind(&again).as_str()), (409, "entry-ended"));

    office.mandate(json!({ "application": "archive", "profiles": ["payroll"] })).await;
    assert_eq!(office.seal(&key).await.broken_rules(), ["caller-has-grant"]);
    office.mandate(json!({ "application": "archive", "profiles": ["decisions"] })).await;
    office.seal(&key).await.ok();
    let revocation = format!("/v1/applications/archive/keys/{id}/revocation");
    office.post(&revocation, json!({})).await.ok();
    let refused = office.seal(&key).await;
    assert_eq!(refused.status, 401);
    assert!(refused.text().contains("revoked"), "{}", refused.text());

    // All of it stands in the log, by name and without the keys.
    let records = audit_log::records(&office.server.data_directory());
    let log: String = records.iter().map(Value::to_string).collect();
    for what in ["application-made", "key-made", "mandate-given", "mandate-revoked", "key-revoked"]
    {
        assert!(log.contains(&format!("\"what\":\"{what}\"")), "{what}");
    }
    assert!(!log.contains(&key) && !log.contains("the archive"), "{log}");
}

#[tokio::test]
async fn a_rotated_key_and_one_with_an_end_are_taken_until_then_and_survive_a_restart() {
    let mut office = Office::open().await;
    let (id, old) = office.application("archive").await;
    office.mandate(json!({ "application": "archive" })).await;
    let rotation = format!("/v1/applications/archive/keys/{id}/rotation");
    let (_, new) = new_key(&office.made(&rotation, json!({ "overlap_s": 3600 })).await);
    let end = json!({ "expires": "2100-01-01T00:00:00Z", "display_name": "for a century" });
    let (_, long) = office.key("archive", end).await;
    for key in [&old, &new, &long] {
        office.seal(key).await.ok();
    }
    office.server.kill();
    office.server = office.server.again().await;
    for key in [&old, &new, &long] {
        office.seal(key).await.ok();
    }
    office.server.control("/clock", json!({ "action": "advance", "seconds": 3601 })).await.ok();
    let refused = office.seal(&old).await;
    assert_eq!(refused.status, 401);
    assert!(refused.text().contains("expired"), "{}", refused.text());
    office.seal(&new).await.ok();
}

#[tokio::test]
async fn a_mandate_gives_as_many_seals_as_it_says_however_many_ask_and_whatever_fails() {
    const MOST: usize = 21;
    let mut office = Office::open().await;
    let (_, key) = office.application("archive").await;
    let mandate = office.mandate(json!({ "application": "archive", "maximum_seals": MOST })).await;
    // What fails before the device signs takes nothing; a value that may exist counts.
    for (fault, problem) in [
        ("refuse-enrolment", "enrolment-refused"),
        ("certificate-expired", "certificate-mismatch"),
        ("sad-for-another-hash", "sad-refused"),
        ("drop-after-signing", "device-unavailable"),
    ] {
        office.server.control("/faults", json!({ "fault": fault, "count": 1 })).await.ok();
        assert_eq!(kind(&office.seal(&key).await), problem);
    }
    let answers = futures_util::future::join_all((0..2 * MOST).map(|_| office.seal(&key))).await;
    let (given, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((given.len(), refused.len()), (MOST - 1, MOST + 1));
    for answer in refused {
        assert_eq!(answer.broken_rules(), ["mandate-not-exhausted"]);
    }
    office.server.kill();
    office = Office::of(office.server.again().await).await;
    assert_eq!(office.seal(&key).await.broken_rules(), ["mandate-not-exhausted"]);
    let shown = office.get(&format!("/v1/mandates/{mandate}")).await.ok().json();
    assert_eq!(shown["seals"], json!(MOST));
    // Another one goes on where this one ends.
    office.mandate(json!({ "application": "archive" })).await;
    office.seal(&key).await.ok();
}

#[tokio::test]
async fn a_grant_lets_a_person_sign_until_it_is_revoked() {
    let office = Office::open().await;
    let issuer = office.get("/v1/grants").await.ok().json();
    assert_eq!(issuer["items"], json!([]), "the file's grants stand in the file");
    let document = fixtures::named("one-page.pdf");
    let mads = office.server.token("mads", &[]).await;
    let seal = async || office.server.act("seals", "profile=decisions", &mads, &document).await;
    assert_eq!(seal().await.broken_rules(), ["caller-has-grant"]);
    let person = json!({ "issuer": "https://identity.segl.invalid/demo", "subject": "mads" });
    let wanted = json!({ "person": person, "acts": ["seal"], "note": "while karen is away" });
    let id = office.made("/v1/grants", wanted).await["id"].as_str().unwrap().to_owned();
    seal().await.ok();
    office.post(&format!("/v1/grants/{id}/revocation"), json!({})).await.ok();
    assert_eq!(seal().await.broken_rules(), ["caller-has-grant"]);
}

#[tokio::test]
async fn who_holds_no_role_is_refused_and_nobody_raises_themselves() {
    let office = Office::open().await;
    let mads = office.server.token("mads", &[]).await;
    for bearer in [API_KEY, &mads] {
        for path in ["/v1/organisation", "/v1/applications", "/v1/grants", "/v1/mandates"] {
            let refused = office.server.get_as(path, bearer).await;
            assert_eq!((refused.status, kind(&refused).as_str()), (403, "not-permitted"), "{path}");
        }
        let refused = send(
            office
                .server
                .post("/v1/mandates")
                .bearer_auth(bearer)
                .json(&json!({ "application": "demo" })),
        )
        .await;
        assert_eq!(kind(&refused), "not-permitted");
    }
    let person = json!({ "issuer": "https://identity.segl.invalid/demo", "subject": "karen" });
    let refused = office.post("/v1/grants", json!({ "person": person, "acts": ["seal"] })).await;
    assert_eq!((refused.status, kind(&refused).as_str()), (403, "not-permitted"));
}

#[tokio::test]
async fn a_change_is_made_on_the_version_that_was_read_and_the_file_is_changed_in_the_file() {
    let office = Office::open().await;
    let (_, key) = office.application("archive").await;
    office.mandate(json!({ "application": "archive" })).await;
    let patch = async |id: &str, tag: Option<&str>, body: Value| {
        let address = format!("{}/v1/applications/{id}", office.server.address);
        let request = reqwest::Client::new().request(Method::PATCH, address);
        let request = request.bearer_auth(&office.karen).json(&body);
        send(match tag {
            Some(tag) => request.header("If-Match", tag),
            None => request,
        })
        .await
    };
    let read = office.get("/v1/applications/archive").await.ok();
    let tag = read.header("etag").to_owned();
    let off = json!({ "active": false });
    assert_eq!(kind(&patch("archive", None, off.clone()).await), "version-missing");
    patch("archive", Some(&tag), off.clone()).await.ok();
    let stale = patch("archive", Some(&tag), off.clone()).await;
    assert_eq!((stale.status, kind(&stale).as_str()), (412, "version-passed"));
    let refused = office.seal(&key).await;
    assert_eq!(refused.status, 401);
    assert!(refused.text().contains("not active"), "{}", refused.text());

    let filed = patch("demo", Some(&tag), off).await;
    assert_eq!((filed.status, kind(&filed).as_str()), (409, "managed-by-file"));
    let listed = office.get("/v1/applications?limit=2").await.ok().json();
    let ids = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&listed), ["administration", "archive"]);
    let rest = format!("/v1/applications?after={}", listed["next"].as_str().unwrap());
    assert_eq!(ids(&office.get(&rest).await.ok().json()), ["demo"]);
}

#[tokio::test]
async fn no_act_whose_intent_follows_a_revocation_on_record_makes_a_seal() {
    const CLIENTS: usize = 16;
    let office = Office::open().await;
    let (_, key) = office.application("archive").await;
    let mandate = office.mandate(json!({ "application": "archive" })).await;
    // What is left gives nothing to an act that stands on the other: it has given all.
    let other = json!({ "application": "archive", "maximum_seals": 1 });
    let seals = futures_util::future::join_all((0..CLIENTS).map(async |_| {
        let mut made = 0;
        while office.seal(&key).await.status == 200 {
            made += 1;
        }
        made
    }));
    let revocation = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        office.mandate(other).await;
        office.post(&format!("/v1/mandates/{mandate}/revocation"), json!({})).await.ok();
    };
    let (made, ()) = futures_util::future::join(seals, revocation).await;
    assert!(made.iter().sum::<usize>() > CLIENTS, "{made:?}");
    let records = audit_log::records(&office.server.data_directory());
    let revoked = records.iter().find(|record| record["event"]["what"] == "mandate-revoked");
    let revoked = revoked.expect("a revocation")["sequence"].as_u64().expect("a number");
    let late = records.iter().filter(|record| {
        record["event"]["result"] == "done" && record["event"]["intent"].as_u64() > Some(revoked)
    });
    // The one that the counted mandate gives, and it says so.
    let late: Vec<_> = late.map(|record| record["event"]["intent"].clone()).collect();
    assert!(late.len() <= 1, "{late:?}");
    for intent in late {
        let record = records.iter().find(|record| record["sequence"] == intent).unwrap();
        assert!(record["event"]["mandate"].is_string(), "{record}");
    }
}

#[tokio::test]
async fn the_services_own_names_are_nobodys_and_a_list_says_what_is_wrong_with_what_is_asked() {
    let office = Office::open().await;
    let own = json!({ "id": "segl-readiness", "display_name": "Ready" });
    let refused = office.post("/v1/applications", own).await;
    assert_eq!((refused.status, kind(&refused).as_str()), (409, "entry-exists"));
    let keys = office.post("/v1/applications/segl-readiness/keys", json!({})).await;
    assert_eq!((keys.status, kind(&keys).as_str()), (409, "managed-by-file"));
    for list in ["applications", "grants", "mandates"] {
        for asked in ["limit=0", "limit=1001", "limit=x", "page=2"] {
            let refused = office.get(&format!("/v1/{list}?{asked}")).await;
            assert_eq!((refused.status, kind(&refused).as_str()), (400, "request-malformed"));
        }
    }
}

#[tokio::test]
async fn when_a_key_was_used_last_is_shown_to_the_hour_and_survives_a_restart() {
    let mut office = Office::open().await;
    let (_, key) = office.application("archive").await;
    let shown = async |office: &Office| {
        let shown = office.get("/v1/applications/archive").await.ok().json();
        shown["keys"][0]["last_used"].as_str().map(str::to_owned)
    };
    assert_eq!(shown(&office).await, None);
    // What was asked for need not be allowed.
    office.seal(&key).await.broken_rules();
    let used = shown(&office).await.expect("a moment");
    assert!(used.ends_with(":00:00Z"), "{used}");
    // It is written soon, with what comes next at the latest.
    office.seal(API_KEY).await.ok();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    office.server.kill();
    office = Office::of(office.server.again().await).await;
    assert_eq!(shown(&office).await, Some(used));
}
