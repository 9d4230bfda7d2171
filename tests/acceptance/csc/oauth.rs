//! An access token does what a key does, for what it was given for.

use serde_json::json;

use super::{Client, application, assert_refused, refused};
use crate::server::{Server, send};

/// A client of the application, and a token for it.
pub(super) async fn client(server: &Server, id: &str, scope: &str) -> (String, String, String) {
    let karen = server.token("karen", &[]).await;
    let asked = json!({ "display_name": "Nightly", "scopes": [scope] });
    let path = format!("/v1/applications/{id}/clients");
    let made = send(server.post(&path).bearer_auth(&karen).json(&asked)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    let [name, secret] = ["id", "secret"].map(|one| made[one].as_str().expect("text").to_owned());
    let token = token(server, &name, &secret).await;
    (name, secret, token)
}

async fn token(server: &Server, name: &str, secret: &str) -> String {
    let request = server.post("/oauth2/token").basic_auth(name, Some(secret));
    let form = "grant_type=client_credentials";
    let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(form);
    let given = send(request).await.ok().json();
    given["access_token"].as_str().expect("a token").to_owned()
}

#[tokio::test]
async fn a_token_seals_by_the_application_s_credentials_until_it_is_taken_back() {
    let server = Server::demo().await;
    let info = server.get("/csc/v2/info").await.ok().json();
    assert_eq!(info["authType"], json!(["external", "oauth2client", "oauth2code", "basic"]));
    assert_eq!(info["oauth2"], json!(server.address));
    let (key, _) = application(&server, "archive", None).await;
    let (name, secret, first) = client(&server, "archive", "service").await;
    let second = token(&server, &name, &secret).await;
    for version in ["v1", "v2"] {
        let by_key = Client::new(&server, version).with_key(&key);
        let by_token = by_key.with_key(&first);
        let id = by_token.credential("Decisions").await;
        // It is the application's, however it shows who it is; the activation data are the bearer's.
        assert!(by_key.credentials().await.contains(&id));
        let sad = by_token.sad(&id, &["a"]).await;
        for other in [&by_key, &by_key.with_key(&second)] {
            assert_refused(&other.sign(&id, &sad, &["a"]).await, "Invalid parameter SAD");
        }
        let signed = by_token.sign(&id, &sad, &["a"]).await.ok();
        by_token.verify(&id, &signed, &["a"]).await;
    }
    let bearer = Client::new(&server, "v2").with_key(&first);
    let revoke = async |client: &Client<'_>, token: &str| {
        client.ask("auth/revoke", json!({ "token": token })).await
    };
    // Nobody takes back another client's, and a key takes back none.
    application(&server, "ledger", None).await;
    let (_, _, foreign) = client(&server, "ledger", "service").await;
    assert_refused(&revoke(&bearer, &foreign).await, "Invalid parameter token");
    assert_eq!(refused(&revoke(&bearer.with_key(&key), &first).await).0, 403);
    bearer.with_key(&foreign).credentials().await;
    assert_eq!(revoke(&bearer, "segl_at_unknown").await.status, 204);
    assert_eq!(revoke(&bearer, &second).await.status, 204);
    let ended = bearer.with_key(&second).ask("credentials/list", json!({})).await;
    assert_eq!(refused(&ended).0, 401);
    bearer.credentials().await;
}

#[tokio::test]
async fn a_token_for_the_administration_alone_seals_nothing() {
    let server = Server::demo().await;
    application(&server, "archive", None).await;
    let (_, _, token) = client(&server, "archive", "read-audit-log").await;
    let asked =
        Client::new(&server, "v2").with_key(&token).ask("credentials/list", json!({})).await;
    assert_eq!(refused(&asked).0, 403, "{}", asked.text());
}
