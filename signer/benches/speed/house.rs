//! An organisation that has certificates which live for years, in a running service.

use std::process::Command;

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::http::Server;

/// The organisation's number.
pub const NUMBER: &str = "25052943";
/// The profile whose certificates are ordered.
pub const PROFILE: &str = "payments";

/// It, and its user administrator's key.
pub struct House {
    pub server: Server,
    pub key: String,
    client: Client,
}

impl House {
    /// Makes the organisation; `environment` is the service's own.
    pub fn of(server: Server, environment: &[(&str, String)]) -> Self {
        let role = "user-administrator";
        let made = Command::new(env!("CARGO_BIN_EXE_signer"))
            .args(["organisation", "add", "--cvr", NUMBER, "--name", "Havnsted", "--role", role])
            .arg("--data-dir")
            .arg(server.directory())
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .output()
            .expect("`signer` runs");
        let told = String::from_utf8(made.stdout).expect("text");
        let key = told.lines().find_map(|line| line.strip_prefix(role)).expect("a key");
        let key = key.trim().to_owned();
        Self { server, key, client: Client::new() }
    }

    /// Asks until the organisation is served.
    async fn asked(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let address = format!("http://{}{path}", self.server.address);
        loop {
            let mut request = self.client.request(method.clone(), &address).bearer_auth(&self.key);
            if let Some(body) = body {
                request = request.json(body);
            }
            let answer = request.send().await.expect("an answer");
            if answer.status() == StatusCode::UNAUTHORIZED {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            }
            let (status, text) = (answer.status(), answer.text().await.expect("text"));
            assert!(status.is_success(), "{method} {path}: {status} {text}");
            return serde_json::from_str(&text).expect("JSON");
        }
    }

    /// Makes the profile, and accepts the policies.
    pub async fn furnish(&self) {
        let profile = json!({
            "id": PROFILE, "kind": "system", "display_name": PROFILE, "allow_signing": true,
            "contact_person": { "name": "Mads", "email": "mads@example.com" },
        });
        self.asked(Method::POST, "/v1/certificate-profiles", Some(&profile)).await;
        let terms = json!({ "name": "Betalinger", "purposes": ["authentication"], "key": "p256" });
        let path = format!("/v1/certificate-profiles/{PROFILE}/terms");
        self.asked(Method::PUT, &path, Some(&terms)).await;
        let version = self.asked(Method::GET, "/v1/policies", None).await["version"].clone();
        let accepted = json!({ "version": version });
        self.asked(Method::POST, "/v1/policy-acceptances", Some(&accepted)).await;
    }

    /// Orders a certificate: reference and one-time code.
    pub async fn order(&self) -> (String, String) {
        let wanted = json!({ "profile": PROFILE, "identification": "one-time-code" });
        let order = self.asked(Method::POST, "/v1/certificate-orders", Some(&wanted)).await;
        let text = |name: &str| order[name].as_str().expect(name).to_owned();
        (text("reference"), text("code"))
    }

    /// Whether there are certificates, when the organisation is served.
    pub async fn list(&self) -> Value {
        self.asked(Method::GET, "/v1/certificates?limit=1", None).await
    }
}
