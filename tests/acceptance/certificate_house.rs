//! An organisation that orders certificates which live for years.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    organisations,
    server::{Answer, Server, send},
};

const ISSUER: &str = "https://identity.segl.invalid/demo";

/// An organisation with its administrators, and the profiles `payments` (a system's) and `people`.
pub struct House {
    pub server: Server,
    /// The key of a user administrator.
    pub users: String,
    /// The key of whoever changes the settings.
    pub settings: String,
    /// The key of whoever makes applications.
    pub rights: String,
}

impl House {
    pub async fn open() -> Self {
        Self::of(Server::embedded().await).await
    }

    /// The same in this server.
    pub async fn of(server: Server) -> Self {
        let roles = ["user-administrator", "organisation-administrator", "rights-administrator"];
        let keys = organisations::add_as(&server.data_directory(), "25052943", "Havnsted", &roles);
        let [users, settings, rights] = keys.try_into().unwrap();
        Self { server, users, settings, rights }.furnished().await
    }

    /// The configuration file's organisation, in which karen holds every role.
    pub async fn of_file() -> Self {
        let server = Server::embedded().await;
        let karen = server.token("karen", &[]).await;
        Self { server, users: karen.clone(), settings: karen.clone(), rights: karen }
            .furnished()
            .await
    }

    async fn furnished(self) -> Self {
        let house = self;
        let contact = json!({ "name": "Mads", "email": "mads@example.com" });
        for (id, kind, contact) in [
            ("payments", "system", Some(contact.clone())),
            ("archive", "system", Some(contact)),
            ("people", "user", None),
            ("seals", "organisation", None),
        ] {
            let mut profile = json!({
                "id": id, "kind": kind, "display_name": id, "allow_signing": true,
            });
            if let Some(contact) = contact {
                profile["contact_person"] = contact;
            }
            house.post(&house.users, "/v1/certificate-profiles", profile).await.ok();
        }
        for (id, name) in [("payments", "Betalinger"), ("people", "People"), ("seals", "Seals")] {
            assert_eq!(house.terms(id, name).await.status, 201);
        }
        house
    }

    pub async fn post(&self, key: &str, path: &str, body: Value) -> Answer {
        send(self.server.post(path).bearer_auth(key).json(&body)).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.server.get_as(path, &self.users).await
    }

    pub async fn terms(&self, profile: &str, name: &str) -> Answer {
        let terms = json!({ "name": name, "purposes": ["authentication", "encryption"] });
        let path = format!("/v1/certificate-profiles/{profile}/terms");
        let request = self.server.request(Method::PUT, &path).bearer_auth(&self.users);
        send(request.json(&terms)).await
    }

    pub async fn accept(&self) {
        let version = self.get("/v1/policies").await.ok().json()["version"].clone();
        let accepted = json!({ "version": version });
        let accepted = self.post(&self.users, "/v1/policy-acceptances", accepted).await;
        assert_eq!(accepted.status, 201, "{}", accepted.text());
    }

    pub async fn allow(&self, settings: Value) {
        let path = "/v1/certificate-settings";
        let tag = self.get(path).await.ok().header("etag").to_owned();
        let request = self.server.request(Method::PATCH, path).bearer_auth(&self.settings);
        send(request.header("If-Match", tag).json(&settings)).await.ok();
    }

    pub async fn order(&self, wanted: Value) -> Answer {
        self.post(&self.users, "/v1/certificate-orders", wanted).await
    }

    /// An order that is collected with a code.
    pub async fn ordered(&self) -> Value {
        let wanted = json!({ "profile": "payments", "identification": "one-time-code" });
        let ordered = self.order(wanted).await;
        assert_eq!(ordered.status, 201, "{}", ordered.text());
        ordered.json()
    }

    /// A person who is active, by the name of their entry.
    pub async fn person(&self, subject: &str) -> String {
        let login = json!({ "issuer": ISSUER, "subject": subject });
        let person = json!({ "given_name": "Karen", "family_name": "Aagaard", "login": login });
        let made = self.post(&self.users, "/v1/people", person).await.ok();
        let (at, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
        let request = self.server.request(Method::PATCH, &at).bearer_auth(&self.users);
        send(request.header("If-Match", tag).json(&json!({ "state": "active" }))).await.ok();
        made.json()["id"].as_str().unwrap().to_owned()
    }

    /// Another user administrator: a person's token.
    pub async fn colleague(&self) -> String {
        let at = format!("/v1/people/{}", self.person("mads").await);
        let tag = self.get(&at).await.ok().header("etag").to_owned();
        let role = format!("{at}/roles/user-administrator");
        let request = self.server.request(Method::PUT, &role).bearer_auth(&self.settings);
        send(request.header("If-Match", tag)).await.ok();
        self.server.token("mads", &[]).await
    }
}

pub fn problem(answer: &Answer) -> (u16, String) {
    let problem = answer.problem();
    let kind = problem["type"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
    (answer.status, kind)
}

pub fn refused(answer: &Answer, status: u16, kind: &str) {
    assert_eq!(problem(answer), (status, kind.to_owned()), "{}", answer.text());
}
