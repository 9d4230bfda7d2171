//! What the bodies of requests say, and what becomes of those that say it in two ways or not at all.

use super::*;
use crate::organisations::{OTHER, add_as};

const ROLES: [&str; 3] =
    ["organisation-administrator", "user-administrator", "rights-administrator"];

/// An organisation with one of everything that is changed by `PATCH`.
struct House {
    server: Server,
    /// What is changed: where it is, and the key of who may change it.
    changed: Vec<(String, String)>,
}

impl House {
    async fn open() -> Self {
        let server = Server::embedded().await;
        let keys = add_as(&server.data_directory(), OTHER, "Digitaliseringsstyrelsen", &ROLES);
        let [owner, users, rights]: [String; 3] = keys.try_into().expect("three keys");
        let mut changed = vec![("/v1/organisation".to_owned(), owner)];
        for (path, key, body) in [
            ("/v1/applications", rights, json!({ "id": "archive", "display_name": "The archive" })),
            (
                "/v1/certificate-profiles",
                users.clone(),
                json!({ "id": "letters", "kind": "system", "display_name": "Letters" }),
            ),
            (
                "/v1/people",
                users,
                json!({
                    "given_name": "Eva", "family_name": "Holm", "email": "eva@example.dk",
                    "login": { "issuer": "https://id.example", "subject": "eva" },
                }),
            ),
        ] {
            let made = send(server.post(path).bearer_auth(&key).json(&body)).await.ok();
            changed.push((made.header("location").to_owned(), key));
        }
        Self { server, changed }
    }

    async fn read(&self, (path, key): &(String, String)) -> (String, Value) {
        let answer = self.server.get_as(path, key).await.ok();
        (answer.header("etag").to_owned(), answer.json())
    }

    /// Changes what is there now as this body says.
    async fn patch(&self, one: &(String, String), body: &str) -> Answer {
        let (path, key) = one;
        let request = self.server.request(Method::PATCH, path).bearer_auth(key);
        let request = request.header("If-Match", self.read(one).await.0);
        send(request.header("Content-Type", "application/json").body(body.to_owned())).await
    }

    /// Refused, with this in the cause, and nothing has changed.
    async fn assert_refused(&self, one: &(String, String), body: &str, cause: &str) {
        let before = self.read(one).await;
        let refused = self.patch(one, body).await;
        let told = refused.text();
        assert_eq!((refused.status, kind(&refused).as_str()), (400, "request-malformed"), "{told}");
        assert!(told.contains(cause), "{body}: {told}");
        assert_eq!(self.read(one).await, before);
    }
}

#[tokio::test]
async fn what_is_no_object_or_says_a_name_twice_changes_nothing() {
    let house = House::open().await;
    for one in &house.changed {
        for body in ["[]", "[true]", "[\"Other\"]", "null", "true"] {
            house.assert_refused(one, body, "an object is wanted").await;
        }
    }
    let [organisation, application, profile, person] = house.changed.as_slice() else {
        panic!("{:?}", house.changed);
    };
    for (one, body) in [
        (organisation, r#"{"allow_seals":true,"allow_seals":false}"#),
        (application, r#"{"active":true,"active":false}"#),
        (profile, r#"{"lifetime_s":600,"lifetime_s":700}"#),
        (profile, r#"{"unseen":{"javascript":"allow","javascript":"refuse"}}"#),
        (profile, r#"{"contact_person":{"name":"Karen","name":"Mads"}}"#),
        (person, r#"{"login":{"issuer":"a","subject":"b","subject":"c"}}"#),
    ] {
        house.assert_refused(one, body, "duplicate field").await;
    }
    for (one, body) in
        [(profile, r#"{"contact_person":["Karen"]}"#), (person, r#"{"login":["a","b"]}"#)]
    {
        house.assert_refused(one, body, "sequence").await;
    }
}

#[tokio::test]
async fn null_removes_what_need_not_be_there_and_is_refused_elsewhere() {
    let house = House::open().await;
    let [organisation, application, profile, person] = house.changed.as_slice() else {
        panic!("{:?}", house.changed);
    };
    for (one, field) in [
        (organisation, "allow_seals"),
        (application, "display_name"),
        (application, "active"),
        (profile, "display_name"),
        (profile, "id"),
        (person, "given_name"),
        (person, "family_name"),
        (person, "state"),
    ] {
        house.assert_refused(one, &json!({ field: null }).to_string(), field).await;
    }
    let (_, before) = house.read(person).await;
    assert_eq!(
        (&before["email"], &before["login"]["subject"]),
        (&json!("eva@example.dk"), &json!("eva"))
    );
    let after = house.patch(person, r#"{"email":null}"#).await.ok().json();
    assert_eq!((after.get("email"), after.get("login")), (None, before.get("login")));
    house.assert_refused(person, r#"{"login":null,"state":"active"}"#, "login").await;
    let after = house.patch(person, r#"{"login":null}"#).await.ok().json();
    assert_eq!((after.get("login"), &after["given_name"]), (None, &json!("Eva")));
    house.assert_refused(person, r#"{"state":"active"}"#, "state").await;
    house.patch(profile, r#"{"lifetime_s":600}"#).await.ok();
    let after = house.patch(profile, r#"{"lifetime_s":null}"#).await.ok().json();
    assert_eq!(after["lifetime_s"], 900);
}

#[tokio::test]
async fn what_changes_nothing_is_answered_and_leaves_version_and_log_as_they_are() {
    let house = House::open().await;
    let records = || audit_log::records(&house.server.data_directory()).len();
    let written = records();
    for (one, same) in house.changed.iter().zip([
        r#"{"allow_seals":true}"#,
        r#"{"display_name":"The archive","active":true}"#,
        r#"{"display_name":"Letters","lifetime_s":900,"contact_person":null}"#,
        r#"{"given_name":"Eva","email":"eva@example.dk","state":"invited"}"#,
    ]) {
        let before = house.read(one).await;
        for body in ["{}", same] {
            let answer = house.patch(one, body).await.ok();
            let after = (answer.header("etag").to_owned(), answer.json());
            assert_eq!(after, before, "{body}");
        }
        assert_eq!(house.read(one).await, before);
        // Only on what was read.
        let (path, key) = one;
        let request = house.server.request(Method::PATCH, path).bearer_auth(key);
        let passed = send(request.header("If-Match", "\"0\"").json(&json!({}))).await;
        assert_eq!((passed.status, kind(&passed).as_str()), (412, "version-passed"));
        let request = house.server.request(Method::PATCH, path).bearer_auth(key);
        let request = request.header("If-Match", &before.0).header("If-Match", "\"0\"");
        let two = send(request.json(&json!({}))).await;
        assert_eq!((two.status, kind(&two).as_str()), (400, "request-malformed"));
    }
    assert_eq!(records(), written);
}
