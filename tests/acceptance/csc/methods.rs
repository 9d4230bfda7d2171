//! `info.methods` lists exactly what answers.

use serde_json::json;

use super::{Client, refused};
use crate::server::{Server, send};

/// Every method of the specification's versions 1.0.4.0, 2.0 and 2.2, in any spelling that was seen.
const ALL: [&str; 24] = [
    "info",
    "oauth2/authorize",
    "oauth2/authorize_tls",
    "oauth2/pushed_authorize",
    "oauth2/token",
    "oauth2/revoke",
    "auth/login",
    "auth/revoke",
    "credentials/create",
    "credentials/delete",
    "credentials/list",
    "credentials/info",
    "credentials/authorize",
    "credentials/authorizeCheck",
    "credentials/getChallenge",
    "credentials/sendOTP",
    "credentials/sendotp",
    "credentials/extendTransaction",
    "signatures/signHash",
    "signatures/signDoc",
    "signatures/signPolling",
    "signatures/timestamp",
    "signatures/validate",
    "credential/list",
];

#[tokio::test]
async fn what_is_listed_answers_and_what_is_not_does_not() {
    let server = Server::demo().await;
    for version in ["v1", "v2"] {
        let client = Client::new(&server, version);
        let info = server.get(&format!("/csc/{version}/info")).await.ok().json();
        let listed = info["methods"].as_array().expect("a list").clone();
        for method in &listed {
            assert!(ALL.contains(&method.as_str().expect("a name")), "{method} is not asked");
        }
        for method in ALL {
            let is_listed = listed.contains(&json!(method));
            let (is_there, said) = if method.starts_with("oauth2/") {
                // Beside the versions: what they name is the address before it.
                let (got, posted) = (
                    server.get(&format!("/{method}")).await,
                    send(server.post(&format!("/{method}"))).await,
                );
                (got.status != 404 || posted.status != 404, posted.text())
            } else {
                let answer = client.ask(method, json!({})).await;
                let is_there = answer.status != 404;
                if !is_there {
                    assert_eq!(refused(&answer).2, "There is no such method", "{method}");
                }
                (is_there, answer.text())
            };
            assert_eq!(is_there, is_listed, "{version} {method}: {said}");
        }
    }
}

#[tokio::test]
async fn nobody_s_agreement_is_waited_for_and_so_no_handle_is_one() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let ask = async |asked| client.ask("credentials/authorizeCheck", asked).await;
    let missing = "Missing (or invalid type) string parameter handle";
    super::assert_refused(&ask(json!({})).await, missing);
    super::assert_refused(&ask(json!({ "handle": "made up" })).await, "Invalid parameter handle");
}
