//! The authorisation server: clients, tokens, what they are good for, and how they end.

mod assertions;
mod attacks;
pub mod authenticator;
mod browser;
mod client_credentials;
mod code;
mod documenso;
mod flood;
mod mutual_tls;
mod pages;
mod passkeys;
pub mod person;
mod programs;
mod proofs;
mod registered;
mod signed;
mod wallet;

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::server::{Answer, Server, send};

/// A server, and the token of a person who administers applications.
pub struct House {
    pub server: Server,
    karen: String,
}

/// A client, and its secret if it has one.
#[derive(Clone, Debug)]
pub struct Client {
    pub application: String,
    pub id: String,
    pub secret: String,
}

impl House {
    /// The demo organisation with the application `archive`, which may seal.
    pub async fn open() -> Self {
        let server = Server::embedded().await;
        let karen = server.token("karen", &[]).await;
        let house = Self { server, karen };
        house.application("archive").await;
        house
    }

    /// A server in which nobody administers anything by a token.
    pub fn around(server: Server) -> Self {
        Self { server, karen: String::new() }
    }

    /// An application that may seal.
    pub async fn application(&self, id: &str) {
        self.post("/v1/applications", json!({ "id": id, "display_name": id })).await.ok();
        self.post("/v1/mandates", json!({ "application": id })).await.ok();
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.server.post(path).bearer_auth(&self.karen).json(&body)).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.server.get_as(path, &self.karen).await
    }

    /// A client of an application.
    pub async fn client(&self, application: &str, wanted: Value) -> Client {
        let path = format!("/v1/applications/{application}/clients");
        let made = self.post(&path, wanted).await.ok().json();
        let id = made["id"].as_str().expect("a name").to_owned();
        let secret = made["secret"].as_str().unwrap_or_default().to_owned();
        Client { application: application.to_owned(), id, secret }
    }

    /// A client of `archive` with a secret, for acts.
    pub async fn sealer(&self) -> Client {
        self.client("archive", json!({ "scopes": ["service"] })).await
    }

    /// Revokes a client.
    pub async fn revoke(&self, client: &Client) -> Answer {
        let list = format!("/v1/applications/{}/clients", client.application);
        let version = self.get(&list).await.ok().header("etag").to_owned();
        let path = format!("{list}/{}", client.id);
        let request = self.server.request(reqwest::Method::DELETE, &path);
        send(request.bearer_auth(&self.karen).header("If-Match", version)).await
    }

    /// A request to an endpoint for clients, by nobody yet.
    pub fn form(&self, path: &str, parameters: &[(&str, &str)]) -> RequestBuilder {
        self.server.post(path).header("Content-Type", FORM).body(encoded(parameters))
    }

    /// What a client with a secret gets at an endpoint.
    pub async fn ask(&self, path: &str, client: &Client, parameters: &[(&str, &str)]) -> Answer {
        send(self.form(path, parameters).header("Authorization", basic(client))).await
    }

    /// An access token of a client with a secret.
    pub async fn token(&self, client: &Client) -> String {
        let answer = self.ask("/oauth2/token", client, &[GRANT]).await.ok().json();
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    /// Asks for a seal.
    pub async fn seal(&self, bearer: &str) -> Answer {
        let document = crate::fixtures::named("one-page.pdf");
        self.server.act("seals", "profile=decisions", bearer, &document).await
    }
}

/// The grant of a client for itself.
pub const GRANT: (&str, &str) = ("grant_type", "client_credentials");

const FORM: &str = "application/x-www-form-urlencoded";

/// HTTP Basic.
pub fn basic(client: &Client) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{}", client.id, client.secret)))
}

/// Parameters as a form has them.
pub fn encoded(parameters: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        let byte = |byte: u8| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        };
        text.bytes().map(byte).collect::<String>()
    };
    let pairs =
        parameters.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// The `error` of an answer, whose form is checked (RFC 6749 sections 5.1 and 5.2).
pub fn error(answer: &Answer) -> String {
    assert!(answer.status == 400 || answer.status == 401, "{}: {}", answer.status, answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    if answer.status == 401 {
        assert!(answer.header("www-authenticate").starts_with("Basic "), "{:?}", answer.headers);
    }
    let told = answer.json();
    assert!(told["error_description"].is_string(), "{told}");
    told["error"].as_str().expect("a word").to_owned()
}
