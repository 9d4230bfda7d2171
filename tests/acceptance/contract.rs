//! The service keeps what its OpenAPI description promises, to everybody and to nobody: schemathesis
//! asks every address with each role's bearer and holds status, content type, headers and body of each
//! answer against the description. No answer is a failure of the service.
//!
//! It was seen to find what was spoilt on purpose: when the people that are shown did not say when their
//! entry was made, it failed at `GET` and `POST /v1/people` with "Response violates schema".
//!
//! `SEGL_LONG=1` asks a hundred times as much, and other questions each time.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    configuration::{CVR, OFFICE_KEY, configuration},
    fixtures,
    issuer::{Claims, ISSUER, Issuer, SUBJECT},
    oracle::Examination,
    server::{API_KEY, Answer, Server, send, sha256_hex},
};

/// An organisation with one of everything, and somebody of each role.
struct House {
    server: Server,
    issuer: Issuer,
}

/// The key of the application that holds a role.
fn key_of(role: &str) -> String {
    format!("segl_{role}_9a0b1c2d3e4f5061728394a5b6c7d8e9f001122334455667788990011223344")
}

impl House {
    async fn open() -> Self {
        let issuer = Issuer::new();
        let mut configured = configuration()
            .replace("[server]", "[csc]\nlogin = true\n[server]\n        public_metrics = true");
        // The rights administrator, who asks most, may do most.
        configured += r#"
            [[grant]]
            to = { application = "office" }
            acts = ["seal", "signature"]
            "#;
        for role in ["organisation-administrator", "user-administrator", "auditor"] {
            let key = sha256_hex(key_of(role).as_bytes());
            configured += &format!(
                r#"
                [[application]]
                id = "{role}"
                api_key_sha256 = "{key}"

                [[grant]]
                to = {{ application = "{role}" }}
                acts = ["administer"]
                role = "{role}"
                "#
            );
        }
        let server = Server::configured(&configured, &issuer.key_set()).await;
        Self { server, issuer }
    }

    async fn make(&self, key: &str, path: &str, body: Value) -> String {
        let answer = send(self.server.post(path).bearer_auth(key).json(&body)).await.ok();
        answer.json()["id"].as_str().expect("a name").to_owned()
    }

    /// Lets schemathesis ask with this bearer.
    async fn assert_kept(&self, bearer: Option<&str>, negative: bool) {
        let users = key_of("user-administrator");
        let person = json!({ "issuer": ISSUER, "subject": SUBJECT });
        let (office, path) = (OFFICE_KEY, "/v1/applications");
        let archive = json!({ "id": "archive", "display_name": "The archive" });
        self.make(office, path, archive).await;
        let key = self.make(office, "/v1/applications/archive/keys", json!({})).await;
        let client = json!({ "scopes": ["service"] });
        let client = self.make(office, "/v1/applications/archive/clients", client).await;
        let mandate = json!({ "application": "archive", "maximum_seals": 1000 });
        let mandate = self.make(office, "/v1/mandates", mandate).await;
        let grant = json!({ "person": person, "acts": ["seal"], "note": "of the contract" });
        let grant = self.make(office, "/v1/grants", grant).await;
        let letters = json!({ "id": "letters", "kind": "system", "display_name": "Letters" });
        self.make(&users, "/v1/certificate-profiles", letters).await;
        let entry = json!({ "given_name": "Eva", "family_name": "Holm", "login": person });
        let entry = self.make(&users, "/v1/people", entry).await;
        let document = fixtures::named("one-page.pdf");
        let sealed = self.server.seal("profile=decisions", &document).await.ok();
        let raised = self.server.augment("B-LT", &sealed.body, &[]).await.ok();
        let receipt = |answer: &Answer| {
            answer.header("location").rsplit('/').next().expect("a receipt").to_owned()
        };
        let (sealed, raised) = (receipt(&sealed), receipt(&raised));
        let listed = self.server.post("/csc/v2/credentials/list").json(&json!({}));
        let listed = send(listed.bearer_auth(bearer.unwrap_or(API_KEY))).await.ok().json();
        let credential = listed["credentialIDs"][0].as_str().unwrap_or("none").to_owned();
        let known: &[(&str, &str, &[&str])] = &[
            ("/v1/(seals|signatures)", "query.profile", &["decisions", "payroll", "staff"]),
            ("/v1/digests", "body.profile", &["decisions", "payroll"]),
            ("/v1/profiles/", "path.id", &["decisions", "letters"]),
            ("/v1/receipts/", "path.id", &[&sealed, &raised]),
            ("/v1/applications/", "path.id", &["archive", "tests"]),
            ("/v1/applications/.*/keys/", "path.key", &[&key]),
            ("/v1/applications/.*/clients/", "path.client", &[&client]),
            ("/v1/certificate-profiles/", "path.id", &["letters", "decisions"]),
            ("/v1/grants/", "path.id", &[&grant]),
            ("/v1/mandates$", "body.application", &["archive"]),
            ("/v1/mandates/", "path.id", &[&mandate]),
            ("/v1/people/", "path.id", &[&entry]),
            ("/pki/.file", "path.file", &["root.cer", "issuing-ca.crl"]),
            ("/csc/v./credentials/(info|authorize|extend)", "body.credentialID", &[&credential]),
            ("/csc/v./signatures/sign(Hash|Doc)", "body.credentialID", &[&credential]),
            ("/csc/v2/signatures/signDoc", "body.signatureQualifier", &["x_segl_decisions"]),
            ("/oauth2/token", "body.client_id", &[&client]),
        ];
        let examination = Examination { bearer, negative, known, document: &document };
        if let Err(found) = examination.find(&self.server.address) {
            panic!("{found}\n{}", self.server.log());
        }
    }

    /// The same, as an application with this role.
    async fn assert_kept_for(role: &str) {
        Self::open().await.assert_kept(Some(&key_of(role)), false).await;
    }
}

#[tokio::test]
async fn the_description_is_kept_to_one_who_shows_nothing() {
    House::open().await.assert_kept(None, false).await;
}

#[tokio::test]
async fn the_description_is_kept_to_an_application_that_seals() {
    House::open().await.assert_kept(Some(API_KEY), false).await;
}

#[tokio::test]
async fn the_description_is_kept_to_a_person() {
    let house = House::open().await;
    let document = fixtures::named("one-page.pdf");
    let claims = Claims { cvr: CVR, age: Duration::ZERO, documents: &[&document] };
    let token = house.issuer.token(&claims);
    house.assert_kept(Some(&token), false).await;
}

#[tokio::test]
async fn the_description_is_kept_to_a_rights_administrator_who_breaks_the_schema() {
    House::open().await.assert_kept(Some(OFFICE_KEY), true).await;
}

#[tokio::test]
async fn the_description_is_kept_to_a_user_administrator() {
    House::assert_kept_for("user-administrator").await;
}

#[tokio::test]
async fn the_description_is_kept_to_an_organisation_administrator() {
    House::assert_kept_for("organisation-administrator").await;
}

#[tokio::test]
async fn the_description_is_kept_to_an_auditor() {
    House::assert_kept_for("auditor").await;
}
