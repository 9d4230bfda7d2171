//! An organisation with one of everything.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    fixtures,
    issuer::{Claims, ISSUER, Issuer, SUBJECT},
    organisations,
    server::{Answer, Server, send},
};

/// What is signed and sealed.
pub fn document() -> Vec<u8> {
    fixtures::named("one-page.pdf")
}

/// The request that every organisation has sent under the same key, `once`.
pub const SEALED: &str = "/v1/seals?profile=letters";

/// Who asks.
#[derive(Clone, Debug)]
pub enum Bearer {
    /// An application.
    Key(String),
    /// The person, who is called the same in every organisation.
    Person,
}

/// An organisation, and the names of what is its own.
#[derive(Debug)]
pub struct House {
    pub number: String,
    name: String,
    /// The keys of its administrators.
    users: String,
    rights: String,
    auditor: String,
    settings: String,
    /// The key of the application `archive`, which there is in every organisation, and its name.
    archive: String,
    pub key: String,
    /// What is called like nothing of another one's: an application and a profile.
    pub only: String,
    pub only_key: String,
    /// The OAuth client of the application `archive`, and its access token.
    pub client: String,
    access: String,
    pub mandate: String,
    /// An order of a certificate.
    pub order: String,
    /// Its reference.
    pub reference: String,
    pub grant: String,
    /// The person's entry.
    pub registered: String,
    pub receipts: Vec<String>,
    /// A document that waits for the person.
    pub activation: String,
    /// The credentials of its application.
    pub credentials: Vec<String>,
}

impl House {
    /// Makes the organisation, and one of everything in it.
    pub async fn furnish(server: &Server, issuer: &Issuer, number: &str, name: &str) -> Self {
        let roles =
            ["user-administrator", "rights-administrator", "auditor", "organisation-administrator"];
        let keys = organisations::add_as(&server.data_directory(), number, name, &roles);
        let [users, rights, auditor, settings] = keys.try_into().expect("four keys");
        let only = format!("only-{number}");
        let post = async |key: &str, path: &str, body: Value| {
            send(server.post(path).bearer_auth(key).json(&body)).await.ok().json()
        };
        for (id, kind) in [("letters", "organisation"), ("staff", "user"), (&*only, "system")] {
            let display_name = format!("{id} of {number}");
            let profile = json!({
                "id": id, "kind": kind, "display_name": display_name, "allow_signing": true,
                "contact_person": { "name": "Ingeborg", "email": "ingeborg@example.com" },
                "appearances": { "letterhead": { "text": [format!("Letters of {number}")] } },
            });
            post(&users, "/v1/certificate-profiles", profile).await;
        }
        let (order, reference) = order(server, &users, &only).await;
        let mut made = Vec::new();
        for id in ["archive", &only] {
            let display_name = format!("{id} of {number}");
            let application = json!({ "id": id, "display_name": display_name });
            post(&rights, "/v1/applications", application).await;
            let path = format!("/v1/applications/{id}/keys");
            let key = post(&rights, &path, json!({ "display_name": number })).await;
            made.push(["id", "key"].map(|member| key[member].as_str().expect("text").to_owned()));
        }
        let [[key, archive], [only_key, _]] = made.try_into().expect("two applications");
        let (client, access) = client(server, &rights).await;
        let note = format!("note of {number}");
        let mandate = json!({ "application": "archive", "maximum_seals": 1000, "note": note });
        let mandate = post(&rights, "/v1/mandates", mandate).await;
        let person = json!({ "issuer": ISSUER, "subject": SUBJECT });
        let entry = json!({
            "given_name": "Ingeborg", "family_name": number, "login": person,
        });
        let registered = post(&users, "/v1/people", entry).await;
        let grant = json!({ "person": person, "acts": ["signature", "seal"], "note": note });
        let grant = post(&rights, "/v1/grants", grant).await;
        let id = |value: &Value| value["id"].as_str().expect("a name").to_owned();
        let [mandate, grant, registered] = [&mandate, &grant, &registered].map(id);
        let mut house = Self {
            number: number.to_owned(),
            name: name.to_owned(),
            users,
            rights,
            auditor,
            settings,
            archive,
            key,
            only,
            only_key,
            client,
            access,
            mandate,
            order,
            reference,
            grant,
            registered,
            receipts: Vec::new(),
            activation: String::new(),
            credentials: Vec::new(),
        };
        let document = document();
        let request = server.post(SEALED).bearer_auth(&house.archive);
        let request = request.header("Idempotency-Key", "once");
        let sealed = send(request.body(document.clone())).await.ok();
        let claims = Claims { cvr: number, age: Duration::ZERO, documents: &[&document] };
        let token = issuer.token(&claims);
        let signed = server.act("signatures", "profile=staff", &token, &document).await.ok();
        let begun = server.act("activations", "profile=staff", &token, &document).await.ok().json();
        house.activation = id(&begun);
        let raised = server.augment_as(&house.archive, "B-LT", &sealed.body, &[]).await.ok();
        let name = |answer: &Answer| {
            let location = answer.header("location");
            location.strip_prefix("/v1/receipts/").expect("a receipt").to_owned()
        };
        house.receipts = [&sealed, &signed, &raised].map(name).into();
        let listed = post(&house.archive, "/csc/v2/credentials/list", json!({})).await;
        let listed = listed["credentialIDs"].as_array().expect("a list").iter();
        house.credentials = listed.map(|id| id.as_str().expect("a name").to_owned()).collect();
        assert!(!house.credentials.is_empty());
        // They are there for whoever asked.
        for receipt in [&house.receipts[0], &house.receipts[2]] {
            server.get_as(&format!("/v1/receipts/{receipt}"), &house.archive).await.ok();
        }
        house
    }

    /// The key of who makes people and profiles, and orders certificates.
    pub fn users(&self) -> &str {
        &self.users
    }

    /// The key of who gives roles.
    pub fn settings(&self) -> &str {
        &self.settings
    }

    /// The key of who reads the audit log.
    pub fn auditor(&self) -> &str {
        &self.auditor
    }

    /// Seals with the profile that there is in every organisation.
    pub async fn seal(&self, server: &Server) -> Answer {
        let request = server.post(SEALED).bearer_auth(&self.archive);
        send(request.body(document())).await.ok()
    }

    /// Everybody of it.
    pub fn bearers(&self) -> Vec<Bearer> {
        let Self { users, rights, auditor, settings, archive, access, .. } = self;
        let keys = [users, rights, auditor, settings, archive, access];
        let keys = keys.map(|key| Bearer::Key(key.clone()));
        keys.into_iter().chain([Bearer::Person]).collect()
    }

    /// What stands in no answer to anybody else.
    pub fn marks(&self) -> Vec<String> {
        let mut marks = vec![self.number.clone(), self.name.clone(), self.only.clone()];
        marks.extend([&self.key, &self.only_key, &self.mandate, &self.grant].map(Clone::clone));
        marks.extend([&self.registered, &self.client].map(Clone::clone));
        marks.extend(self.receipts.iter().chain(&self.credentials).cloned());
        marks.extend([&self.activation, &self.order, &self.reference].map(Clone::clone));
        marks
    }

    /// All that its own administrators see.
    pub async fn view(&self, server: &Server) -> Value {
        let mut view = Vec::new();
        for path in [
            "/v1/organisation",
            "/v1/applications",
            "/v1/certificate-profiles",
            "/v1/grants",
            "/v1/mandates",
            "/v1/people",
            "/v1/certificate-settings",
            "/v1/certificate-orders",
            "/v1/certificates",
            "/v1/audit-records?limit=1000",
            "/v1/statistics?from=2026-01-01&until=2026-12-31",
        ] {
            let mut part = server.get_as(path, &self.auditor).await.ok().json();
            forget_last_use(&mut part);
            view.push(part);
        }
        Value::Array(view)
    }
}

/// When its keys were used last, to the hour, changes by looking.
fn forget_last_use(part: &mut Value) {
    match part {
        Value::Array(values) => values.iter_mut().for_each(forget_last_use),
        Value::Object(members) => {
            members.remove("last_used");
            members.values_mut().for_each(forget_last_use);
        }
        _ => {}
    }
}

/// An order of a certificate under the profile of this name, which is given terms for it.
async fn order(server: &Server, users: &str, profile: &str) -> (String, String) {
    let terms = json!({ "name": profile, "purposes": ["authentication"] });
    let at = format!("/v1/certificate-profiles/{profile}/terms");
    send(server.request(reqwest::Method::PUT, &at).bearer_auth(users).json(&terms)).await.ok();
    let version = json!({ "version": "1" });
    send(server.post("/v1/policy-acceptances").bearer_auth(users).json(&version)).await.ok();
    let wanted = json!({ "profile": profile, "identification": "one-time-code" });
    let ordered = send(server.post("/v1/certificate-orders").bearer_auth(users).json(&wanted));
    let ordered = ordered.await.ok().json();
    let named = |member: &str| ordered[member].as_str().expect("a name").to_owned();
    (named("id"), named("reference"))
}

/// An OAuth client of `archive` with every scope, and an access token of it.
async fn client(server: &Server, rights: &str) -> (String, String) {
    let scopes = [
        "service",
        "read-organisation",
        "change-organisation",
        "read-applications",
        "change-applications",
        "read-rights",
        "change-rights",
        "read-audit-log",
        "read-actors",
        "read-profiles",
        "change-profiles",
        "read-people",
        "change-people",
        "change-roles",
        "read-certificates",
        "change-certificates",
    ];
    let request = server.post("/v1/applications/archive/clients").bearer_auth(rights);
    let made = send(request.json(&json!({ "scopes": scopes }))).await.ok().json();
    let [id, secret] = ["id", "secret"].map(|member| made[member].as_str().expect("text"));
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let request = server.post("/oauth2/token").body(body);
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    let token = send(request).await.ok().json();
    (id.to_owned(), token["access_token"].as_str().expect("a token").to_owned())
}
