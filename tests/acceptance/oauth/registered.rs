//! OAuth clients of applications, made and revoked by whoever may.

use reqwest::Method;
use serde_json::json;

use super::House;
use crate::server::{API_KEY, send};

const PATH: &str = "/v1/applications/archive/clients";

#[tokio::test]
async fn a_clients_secret_is_shown_once_and_kept_nowhere() {
    let house = House::open().await;
    let made = house.post(PATH, json!({ "scopes": ["service"], "display_name": "Nightly" })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert!(!made.header("etag").is_empty());
    let view = made.json();
    let secret = view["secret"].as_str().unwrap();
    let id = view["id"].as_str().unwrap();
    assert_eq!(made.header("location"), format!("{PATH}/{id}"));
    let letters = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    assert!(letters(id) && letters(secret), "the same form-encoded and raw");
    let listed = house.get(PATH).await.ok();
    assert!(!listed.text().contains(secret));
    let client = &listed.json()["items"][0];
    assert_eq!((&client["id"], &client["proof"]), (&json!(id), &json!("secret")));
    let records = house.get("/v1/audit-records?limit=1000").await.ok();
    assert!(records.text().contains("client-made") && !records.text().contains(secret));
    let database = std::fs::read(house.server.data_directory().join("segl.sqlite"));
    let found = |bytes: &[u8]| bytes.windows(secret.len()).any(|one| one == secret.as_bytes());
    assert!(!database.is_ok_and(|bytes| found(&bytes)));
}

#[tokio::test]
async fn the_same_request_makes_one_client_and_a_revocation_names_the_version_that_was_read() {
    let house = House::open().await;
    let ask = async || {
        let request = house.server.post(PATH).bearer_auth(&house.karen);
        let request = request.header("Idempotency-Key", "once");
        send(request.json(&json!({ "scopes": ["service"] }))).await
    };
    let made = ask().await.ok().json();
    let again = ask().await;
    assert_eq!(again.status, 409, "{}", again.text());
    let id = made["id"].as_str().unwrap();
    let delete = async |version: Option<&str>| {
        let request = house.server.request(Method::DELETE, &format!("{PATH}/{id}"));
        let request = request.bearer_auth(&house.karen);
        let request = version.into_iter().fold(request, |all, one| all.header("If-Match", one));
        send(request).await
    };
    assert_eq!(delete(None).await.status, 428);
    assert_eq!(delete(Some("\"1\"")).await.status, 412);
    let listed = house.get(PATH).await.ok();
    let version = listed.header("etag").to_owned();
    assert_eq!(delete(Some(&version)).await.ok().json()["state"], "revoked");
    let version = house.get(PATH).await.ok().header("etag").to_owned();
    assert_eq!(delete(Some(&version)).await.status, 409, "it has ended");
}

#[tokio::test]
async fn who_may_not_change_applications_makes_no_client_and_what_is_malformed_is_refused() {
    let house = House::open().await;
    let wanted = json!({ "scopes": ["service"] });
    let by =
        async |bearer: &str| send(house.server.post(PATH).bearer_auth(bearer).json(&wanted)).await;
    assert_eq!(by(API_KEY).await.status, 403);
    assert_eq!(send(house.server.post(PATH).json(&wanted)).await.status, 401);
    // Nor does a client whose scope is for it, where its application holds no role.
    let scopes = json!({ "scopes": ["change-applications"] });
    let token = house.token(&house.client("archive", scopes).await).await;
    assert_eq!(by(&token).await.status, 403);
    let private = json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "d": "AA" });
    for (wrong, status) in [
        (json!({}), 400),
        (json!({ "scopes": [] }), 400),
        (json!({ "scopes": ["openid"] }), 400),
        (json!({ "scopes": ["service"], "secret": "mine" }), 400),
        (json!({ "scopes": ["service"], "jwks": { "keys": [] } }), 400),
        (json!({ "scopes": ["service"], "jwks": { "keys": [private] } }), 400),
        (json!({ "scopes": ["service"], "expires": "2001-01-01T00:00:00Z" }), 400),
    ] {
        assert_eq!(house.post(PATH, wrong.clone()).await.status, status, "{wrong}");
    }
    let nobody = house.post("/v1/applications/nobody/clients", wanted.clone()).await;
    assert_eq!(nobody.status, 404);
}

#[tokio::test]
async fn the_command_line_makes_lists_and_revokes_clients() {
    let house = House::open().await;
    let command = |words: &[&str]| {
        let mut command = std::process::Command::new(crate::server::binary());
        command.args(["application", "client"]).args(words);
        command.args(["--application", "archive", "--server", &house.server.address]);
        let output = command.env("SIGNER_TOKEN", &house.karen).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        (output.status.code(), said, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, made, told) = command(&["add", "--scope", "service", "--scope", "read-people"]);
    assert_eq!(code, Some(0), "{told}");
    let (id, secret) = made.split_once(' ').expect("a name and a secret");
    let [application, id, secret] = ["archive", id, secret].map(str::to_owned);
    let client = super::Client { application, id, secret };
    let token = house.token(&client).await;
    let (_, listed, _) = command(&["list"]);
    assert_eq!(listed, format!("{}: active; ; secret; service read-people", client.id));
    let (code, revoked, told) = command(&["revoke", &client.id]);
    assert_eq!(code, Some(0), "{told}");
    assert!(revoked.contains("revoked"), "{revoked}");
    assert_eq!(house.seal(&token).await.status, 401);
    let (code, _, told) = command(&["revoke", &client.id]);
    assert_eq!(code, Some(1), "{told}");
}
