//! The management port of a server.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{Answer, Server, plain_client, send, sha256_hex};

/// The token of the management port of a server that is no demo.
pub const MANAGEMENT_TOKEN: &str = "of the acceptance tests";

/// The password of mail servers.
pub const MAIL_PASSWORD: &str = "hunter2 på dansk";

impl Server {
    /// A token of one of the demo's persons that may sign these documents once.
    pub async fn token(&self, person: &str, documents: &[&[u8]]) -> String {
        let address = format!("{}/identities/{person}/token", self.management);
        let hashes: Vec<String> = documents.iter().map(|bytes| sha256_hex(bytes)).collect();
        let answer =
            send(self.managing(self.client.post(address)).json(&json!({ "documents": hashes })))
                .await
                .ok();
        answer.json()["token"].as_str().expect("a token").to_owned()
    }

    /// The device's counters, from the management port.
    pub async fn device_counters(&self) -> Value {
        let status = self.client.get(format!("{}/status", self.management));
        send(self.managing(status)).await.ok().json()["keys"].clone()
    }

    /// The counts, from the service's own management port.
    pub async fn metrics(&self) -> Answer {
        send(self.managing(self.client.get(format!("{}/metrics", self.own_management)))).await
    }

    /// What the management port answers to a POST.
    pub async fn control(&self, path: &str, body: Value) -> Answer {
        let request = self.client.post(format!("{}{path}", self.management));
        send(self.managing(request).json(&body)).await
    }

    /// What the management port answers to a GET.
    pub async fn show(&self, path: &str) -> Answer {
        send(self.managing(self.client.get(format!("{}{path}", self.management)))).await
    }

    /// The management port's stream of events, open.
    pub async fn event_stream(&self) -> reqwest::Response {
        let client = plain_client();
        let request = self.managing(client.get(format!("{}/events", self.management)));
        request.send().await.expect("an answer")
    }

    /// A request to the management port, with the token that it may want.
    pub fn managing(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(MANAGEMENT_TOKEN)
    }
}
