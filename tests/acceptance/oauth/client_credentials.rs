//! Tokens that a client gets for itself, what they are good for, and how they end.

use serde_json::json;

use super::{Client, GRANT, House, basic, error};
use crate::{
    configuration::configuration,
    issuer::Issuer,
    server::{API_KEY, Server, send},
};

#[tokio::test]
async fn a_client_gets_a_token_that_seals_under_its_applications_mandate_and_is_its_receipts_bearer()
 {
    let house = House::open().await;
    let client = house.sealer().await;
    let answer = house.ask("/oauth2/token", &client, &[GRANT, ("scope", "service")]).await.ok();
    assert_eq!(answer.header("cache-control"), "no-store");
    let token = answer.json();
    assert_eq!(token["token_type"], "Bearer");
    assert_eq!(token["expires_in"], 3600);
    assert_eq!(token["scope"], "service");
    let bearer = token["access_token"].as_str().unwrap();
    assert!(bearer.len() >= 43, "256 bits");
    let sealed = house.seal(bearer).await.ok();
    let receipt = sealed.header("location").to_owned();
    house.server.get_as(&receipt, bearer).await.ok();
    assert_eq!(house.server.get_as(&receipt, API_KEY).await.status, 404);
    // The secret among the parameters is as good.
    let posted = [GRANT, ("client_id", &*client.id), ("client_secret", &*client.secret)];
    send(house.form("/oauth2/token", &posted)).await.ok();
}

#[tokio::test]
async fn a_token_ends_with_its_client_with_its_application_and_when_it_is_taken_back() {
    let house = House::open().await;
    let (one, two) = (house.sealer().await, house.sealer().await);
    let (first, second, third) =
        (house.token(&one).await, house.token(&two).await, house.token(&two).await);
    for token in [&first, &second, &third] {
        house.seal(token).await.ok();
    }
    // Nobody takes another client's token back.
    let others = house.ask("/oauth2/revoke", &two, &[("token", &first)]).await;
    assert_eq!(error(&others), "invalid_grant");
    house.seal(&first).await.ok();
    house.ask("/oauth2/revoke", &two, &[("token", &third)]).await.ok();
    house.ask("/revoke", &two, &[("token", "nothing"), ("token_type_hint", "what")]).await.ok();
    let refused = house.seal(&third).await;
    assert_eq!(refused.status, 401, "{}", refused.text());
    assert!(refused.header("www-authenticate").contains("error=\"invalid_token\""));
    house.revoke(&one).await.ok();
    assert_eq!(house.seal(&first).await.status, 401);
    let late = house.ask("/oauth2/token", &one, &[GRANT]).await;
    assert_eq!(error(&late), "invalid_client");
    house.seal(&second).await.ok();
    let version = house.get("/v1/applications/archive").await.ok().header("etag").to_owned();
    let request = house.server.request(reqwest::Method::PATCH, "/v1/applications/archive");
    let request = request.bearer_auth(&house.karen).header("If-Match", version);
    send(request.json(&json!({ "active": false }))).await.ok();
    assert_eq!(house.seal(&second).await.status, 401);
}

#[tokio::test]
async fn a_token_seals_no_longer_than_the_mandate_of_its_application_counts() {
    let house = House::open().await;
    house.post("/v1/applications", json!({ "id": "crm", "display_name": "Crm" })).await.ok();
    let mandate = house.post("/v1/mandates", json!({ "application": "crm" })).await.ok().json();
    let client = house.client("crm", json!({ "scopes": ["service"] })).await;
    let token = house.token(&client).await;
    house.seal(&token).await.ok();
    let mandate = format!("/v1/mandates/{}/revocation", mandate["id"].as_str().unwrap());
    house.post(&mandate, json!({})).await.ok();
    assert_eq!(house.seal(&token).await.broken_rules(), ["caller-has-grant"]);
}

#[tokio::test]
async fn a_token_is_good_for_its_scopes_alone_whatever_its_application_may() {
    let house = House::open().await;
    let scopes = json!({ "scopes": ["service", "read-organisation"] });
    let client = house.client("archive", scopes).await;
    let token = async |scope: &str| {
        let answer = house.ask("/oauth2/token", &client, &[GRANT, ("scope", scope)]).await.ok();
        answer.json()["access_token"].as_str().unwrap().to_owned()
    };
    let reader = token("read-organisation").await;
    let refused = house.seal(&reader).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert!(refused.problem()["type"].as_str().unwrap().ends_with("insufficient-scope"));
    assert!(refused.header("www-authenticate").contains("error=\"insufficient_scope\""));
    assert_eq!(house.server.get_as("/v1/profiles", &reader).await.status, 403);
    // The application holds no role: what the scope lets through, the role does not.
    let refused = house.server.get_as("/v1/organisation", &reader).await;
    assert!(refused.problem()["type"].as_str().unwrap().ends_with("not-permitted"));
    let sealer = token("service").await;
    house.seal(&sealer).await.ok();
    let refused = house.server.get_as("/v1/organisation", &sealer).await;
    assert!(refused.problem()["type"].as_str().unwrap().ends_with("insufficient-scope"));
    for scope in ["change-roles", "service change-roles", "openid"] {
        let refused = house.ask("/oauth2/token", &client, &[GRANT, ("scope", scope)]).await;
        assert_eq!(error(&refused), "invalid_scope", "{scope}");
    }
}

#[tokio::test]
async fn a_token_for_acts_is_one_for_the_cloud_signature_consortiums_api_and_another_is_not() {
    let house = House::open().await;
    let scopes = json!({ "scopes": ["service", "read-people"] });
    let client = house.client("archive", scopes).await;
    for (scope, status) in [("service", 200), ("read-people", 403)] {
        let answer = house.ask("/oauth2/token", &client, &[GRANT, ("scope", scope)]).await.ok();
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let request = house.server.post("/csc/v2/credentials/list").bearer_auth(token);
        let listed = send(request.json(&json!({}))).await;
        assert_eq!(listed.status, status, "{scope}: {}", listed.text());
    }
}

#[tokio::test]
async fn whoever_does_not_prove_who_it_is_gets_nothing_and_learns_nothing() {
    let house = House::open().await;
    let client = house.sealer().await;
    let wrong = Client { secret: "wrong".into(), ..client.clone() };
    let unknown = Client { id: "nobody".into(), ..client.clone() };
    let answers = [
        house.ask("/oauth2/token", &wrong, &[GRANT]).await,
        house.ask("/oauth2/token", &unknown, &[GRANT]).await,
        send(house.form("/oauth2/token", &[GRANT, ("client_id", &*client.id)])).await,
    ];
    for answer in &answers {
        assert_eq!(error(answer), "invalid_client");
        assert_eq!(answer.body, answers[0].body, "nothing tells whether there is such a client");
    }
    let both = [GRANT, ("client_id", &*client.id), ("client_secret", &*client.secret)];
    let both = house.ask("/oauth2/token", &client, &both).await;
    assert_eq!(error(&both), "invalid_request", "two ways at once");
    for grant in ["password", "implicit", "authorization_code_"] {
        let refused = house.ask("/oauth2/token", &client, &[("grant_type", grant)]).await;
        assert_eq!(error(&refused), "unsupported_grant_type", "{grant}");
    }
    let twice = house.ask("/oauth2/token", &client, &[GRANT, GRANT]).await;
    assert_eq!(error(&twice), "invalid_request");
    let query = format!("/oauth2/token?grant_type=client_credentials&client_id={}", client.id);
    let query = house.ask(&query, &client, &[GRANT]).await;
    assert_eq!(error(&query), "invalid_request");
    let json = house.server.post("/oauth2/token").header("Authorization", basic(&client));
    let json = send(json.json(&json!({ "grant_type": "client_credentials" }))).await;
    assert_eq!(error(&json), "invalid_request");
}

#[tokio::test]
async fn metadata_stand_where_clients_look_and_lead_to_what_answers() {
    let house = House::open().await;
    let address = &house.server.address;
    let server = house.server.get("/.well-known/oauth-authorization-server").await.ok().json();
    assert_eq!(server["issuer"], **address);
    for endpoint in
        ["token_endpoint", "revocation_endpoint", "pushed_authorization_request_endpoint"]
    {
        let url = server[endpoint].as_str().unwrap();
        let path = url.strip_prefix(&**address).unwrap();
        assert_eq!(error(&send(house.form(path, &[])).await), "invalid_request", "{endpoint}");
    }
    assert_eq!(server["authorization_endpoint"], format!("{address}/oauth2/authorize"));
    assert_eq!(house.server.get("/oauth2/authorize").await.status, 400);
    let everything = server.to_string();
    for absent in
        ["introspection", "jwks_uri", "plain", "fragment", "HS256", "request_uri_parameter"]
    {
        assert!(!everything.contains(absent), "{absent}: {everything}");
    }
    let signed = &server["request_object_signing_alg_values_supported"];
    assert_eq!(*signed, json!(["ES256", "PS256", "RS256", "EdDSA"]));
    for (path, resource) in [("", ""), ("/v1", "/v1"), ("/csc", "/csc")] {
        let path = format!("/.well-known/oauth-protected-resource{path}");
        let guarded = house.server.get(&path).await.ok().json();
        assert_eq!(guarded["resource"], format!("{address}{resource}"));
        assert_eq!(guarded["authorization_servers"], json!([address]));
    }
    for nothing in [
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server/other",
        "/.well-known/oauth-protected-resource/other",
    ] {
        assert_eq!(house.server.get(nothing).await.status, 404, "{nothing}");
    }
}

#[tokio::test]
async fn metadata_stand_where_the_paths_of_issuer_and_resource_come_last() {
    let configuration =
        configuration().replace("http://segl.example.org", "https://segl.example/a/b");
    let server = Server::configured(&configuration, &Issuer::new().key_set()).await;
    let issuer = "https://segl.example/a/b";
    let known = server.get("/.well-known/oauth-authorization-server/a/b").await.ok().json();
    assert_eq!(known["issuer"], issuer);
    for (path, resource) in [("/a/b", ""), ("/a/b/v1", "/v1")] {
        let path = format!("/.well-known/oauth-protected-resource{path}");
        let guarded = server.get(&path).await.ok().json();
        assert_eq!(guarded["resource"], format!("{issuer}{resource}"));
    }
    for nothing in ["oauth-authorization-server/a/c", "oauth-protected-resource/a/b/v2"] {
        assert_eq!(server.get(&format!("/.well-known/{nothing}")).await.status, 404, "{nothing}");
    }
    let challenge = server.get("/v1/profiles").await;
    assert_eq!(challenge.status, 401);
    let metadata = "https://segl.example/.well-known/oauth-protected-resource/a/b";
    let told = format!("Bearer realm=\"segl\", resource_metadata=\"{metadata}\"");
    assert_eq!(challenge.header("www-authenticate"), told);
}
