//! People log in by an OpenID provider: npm's `oidc-provider`, unmodified.

use serde_json::{Value, json};

use super::configuration;
use crate::{
    oracle::in_browser,
    ports,
    server::{Server, send, sha256_hex},
};

/// The key of the application that makes people.
const USERS_KEY: &str = "of-the-user-administrator-of-these-tests-0123456789";

/// The client's secret, from a variable that every process has.
fn secret() -> String {
    std::env::var("PATH").expect("a path")
}

pub(super) fn with_provider(port: u16) -> String {
    format!(
        r#"{}
        [[application]]
        id = "users"
        api_key_sha256 = "{}"

        [[grant]]
        to = {{ application = "users" }}
        acts = ["administer"]
        role = "user-administrator"

        [[login.provider]]
        id = "local"
        name = "The municipality"
        issuer = "http://localhost:{port}"
        client_id = "segl"
        client_secret_variable = "PATH"
        claims = {{ cvr = "nemlogin.cvr" }}
        parameters = {{ ui_locales = "da", login_hint = "{{reference_code}}" }}
        "#,
        configuration(),
        sha256_hex(USERS_KEY.as_bytes())
    )
}

/// Makes an active person who comes with this login.
async fn known(server: &Server, issuer: &str, subject: &str) {
    let login = json!({ "issuer": issuer, "subject": subject });
    let person = json!({ "given_name": "Ida", "family_name": "Krogh", "login": login });
    let made = send(server.post("/v1/people").bearer_auth(USERS_KEY).json(&person)).await.ok();
    let id = made.json()["id"].as_str().expect("a name").to_owned();
    let request = server.request(reqwest::Method::PATCH, &format!("/v1/people/{id}"));
    let request = request.bearer_auth(USERS_KEY).header("If-Match", made.header("etag"));
    send(request.json(&json!({ "state": "active" }))).await.ok();
}

#[tokio::test]
async fn whom_a_provider_knows_acts_for_the_organisation_that_links_or_names_them_and_for_no_other()
{
    let port = ports::free_port();
    let server = Server::configured(&with_provider(port), "{}").await;
    let issuer = format!("http://localhost:{port}");
    known(&server, &issuer, "eva").await;
    // One that is not there answers nothing.
    let away = server.get("/login/provider/local").await;
    assert_eq!(away.status, 502, "{}", away.text());
    assert_eq!(server.get("/login/provider/other").await.status, 404);
    let origin = server.address.replace("127.0.0.1", "localhost");
    let wanted = json!({ "origin": origin, "port": port, "secret": secret() });
    let Some(said) = in_browser("provider.mjs", &wanted) else { return };
    let came = |who: &str| -> Value { said["came"][who].clone() };
    let linked = came("linked");
    assert_eq!((&linked["at"], &linked["name"]), (&json!("/me"), &json!("Ida Krogh")), "{said:#}");
    let cvr = came("cvr");
    assert_eq!((&cvr["at"], &cvr["name"]), (&json!("/me"), &json!("Eva Holm")), "{said:#}");
    assert_eq!(cvr["organisation"], "Havnsted Kommune (12345674)");
    for nobody in ["elsewhere", "nobody", "mixedUp"] {
        assert_eq!(came(nobody)["status"], 403, "{nobody}: {said:#}");
    }
    for who in ["linked", "cvr", "elsewhere", "nobody", "mixedUp"] {
        let came = came(who);
        assert_eq!(
            (&came["again"], &came["stranger"]),
            (&json!(403), &json!(403)),
            "{who}: {said:#}"
        );
    }
    assert_eq!(said["found"], json!([]), "{said:#}");
    let asked = &said["asked"];
    assert_eq!(asked["code_challenge_method"], "S256");
    assert!(asked["nonce"].is_string() && asked["state"].is_string(), "{asked}");
    assert_eq!(asked["ui_locales"], "da");
    assert_eq!(asked["login_hint"].as_str().map(str::len), Some(8));
}
