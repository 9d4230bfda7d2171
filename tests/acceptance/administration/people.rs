//! People and their roles.

use super::*;

const ISSUER: &str = "https://identity.segl.invalid/demo";

impl Office {
    async fn changed(&self, method: Method, path: &str, tag: &str, body: Option<Value>) -> Answer {
        let address = format!("{}{path}", self.server.address);
        let request = reqwest::Client::new().request(method, address).bearer_auth(&self.karen);
        let request = request.header("If-Match", tag);
        send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    /// A new entry, which is made active if it has a login: its address.
    async fn person(&self, given_name: &str, login: Option<&str>) -> String {
        let mut wanted = json!({ "given_name": given_name, "family_name": "Holm" });
        if let Some(subject) = login {
            wanted["login"] = json!({ "issuer": ISSUER, "subject": subject });
        }
        let made = self.post("/v1/people", wanted).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let (address, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
        if login.is_some() {
            let state = json!({ "state": "active" });
            self.changed(Method::PATCH, &address, &tag, Some(state)).await.ok();
        }
        address
    }

    async fn tag(&self, address: &str) -> String {
        self.get(address).await.ok().header("etag").to_owned()
    }

    async fn role(&self, method: Method, address: &str, role: &str) -> Answer {
        let path = format!("{address}/roles/{role}");
        self.changed(method, &path, &self.tag(address).await, None).await
    }
}

#[tokio::test]
async fn a_registered_persons_roles_count_while_they_are_active_and_survive_a_restart() {
    let mut office = Office::open().await;
    let mads = office.person("Mads", Some("mads")).await;
    let read = async |office: &Office| {
        let token = office.server.token("mads", &[]).await;
        office.server.get_as("/v1/audit-records", &token).await.status
    };
    assert_eq!(read(&office).await, 403);
    office.role(Method::PUT, &mads, "auditor").await.ok();
    assert_eq!(read(&office).await, 200);
    office.server.kill();
    office = Office::of(office.server.again().await).await;
    assert_eq!(read(&office).await, 200);
    let state = async |state: &str| {
        let body = json!({ "state": state });
        office.changed(Method::PATCH, &mads, &office.tag(&mads).await, Some(body)).await.ok();
    };
    state("blocked").await;
    assert_eq!(read(&office).await, 403);
    state("active").await;
    assert_eq!(read(&office).await, 200);
    office.role(Method::DELETE, &mads, "auditor").await.ok();
    assert_eq!(read(&office).await, 403);
    let taken = office.role(Method::DELETE, &mads, "auditor").await;
    assert_eq!((taken.status, kind(&taken).as_str()), (409, "entry-ended"));

    // A grant of the register counts no more for who left.
    let person = json!({ "issuer": ISSUER, "subject": "mads" });
    office.made("/v1/grants", json!({ "person": person, "acts": ["seal"] })).await;
    let seal = async || office.seal(&office.server.token("mads", &[]).await).await;
    seal().await.ok();
    state("left").await;
    assert_eq!(seal().await.broken_rules(), ["caller-has-grant"]);
}

#[tokio::test]
async fn nobody_raises_themselves_over_http_and_an_old_version_is_refused() {
    let office = Office::open().await;
    let karen = office.person("Karen", Some("karen")).await;
    let own = office.role(Method::PUT, &karen, "auditor").await;
    assert_eq!((own.status, kind(&own).as_str()), (403, "not-permitted"));
    let blocked = json!({ "state": "blocked" });
    let own = office.changed(Method::PATCH, &karen, &office.tag(&karen).await, Some(blocked)).await;
    assert_eq!((own.status, kind(&own).as_str()), (403, "not-permitted"));
    let own = office.post(&format!("{karen}/erasure"), json!({})).await;
    assert_eq!((own.status, kind(&own).as_str()), (403, "not-permitted"));

    let eva = office.person("Eva", None).await;
    let old = office.tag(&eva).await;
    office.role(Method::PUT, &eva, "user").await.ok();
    for (method, path, body) in [
        (Method::PATCH, eva.clone(), Some(json!({ "given_name": "Eve" }))),
        (Method::PUT, format!("{eva}/roles/auditor"), None),
        (Method::DELETE, format!("{eva}/roles/user"), None),
    ] {
        let stale = office.changed(method, &path, &old, body).await;
        assert_eq!((stale.status, kind(&stale).as_str()), (412, "version-passed"), "{path}");
    }
    let missing = send(office.server.post("/v1/people").bearer_auth(&office.karen).json(&json!({
        "given_name": "Ida", "family_name": "Holm", "email": "ida@example.dk", "email_validated": true
    })))
    .await;
    assert_eq!((missing.status, kind(&missing).as_str()), (400, "request-malformed"));
    let login = json!({ "login": { "issuer": ISSUER, "subject": "ida" } });
    let held = office.changed(Method::PATCH, &eva, &office.tag(&eva).await, Some(login)).await;
    assert_eq!((held.status, kind(&held).as_str()), (403, "not-permitted"));
    let unknown = office.role(Method::PUT, &eva, "emperor").await;
    assert_eq!((unknown.status, kind(&unknown).as_str()), (404, "not-found"));
    for address in ["/v1/people/nobody", "/v1/people/%FF", "/v1/applications/%FF"] {
        let unknown = office.get(address).await;
        assert_eq!(unknown.status, 404, "{address}");
        unknown.problem();
    }
    // Who reads people need not change them, and an application without a role does neither.
    let refused = office.server.get_as("/v1/people", API_KEY).await;
    assert_eq!((refused.status, kind(&refused).as_str()), (403, "not-permitted"));
}

#[tokio::test]
async fn an_erased_person_is_nowhere_while_the_service_runs_and_the_log_holds() {
    let office = Office::open().await;
    let mads = office.person("Mads", Some("mads")).await;
    let person = json!({ "issuer": ISSUER, "subject": "mads" });
    office.made("/v1/grants", json!({ "person": person, "acts": ["seal"] })).await;
    let token = office.server.token("mads", &[]).await;
    office.seal(&token).await.ok();
    let his = format!("/v1/audit-records?issuer={ISSUER}&subject=mads");
    assert_eq!(office.get(&his).await.ok().json()["items"].as_array().unwrap().len(), 1);

    let erased = office.post(&format!("{mads}/erasure"), json!({})).await.ok().json();
    assert_eq!((&erased["rows"], &erased["delayed"]), (&json!(1), &json!(false)));
    assert_eq!(office.get(&mads).await.status, 404);
    assert_eq!(office.get(&his).await.ok().json()["items"], json!([]));
    assert_eq!(office.get("/v1/grants").await.ok().json()["items"], json!([]));
    assert_eq!(office.seal(&token).await.broken_rules(), ["caller-has-grant"]);
    // The refusal just now is the only thing that knows him.
    let again = office.get(&his).await.ok().json();
    assert_eq!(again["items"].as_array().unwrap().len(), 1);
    let told = office.get("/v1/audit-records?act=administration&limit=1").await.ok().json();
    assert_eq!(told["items"][0]["kind"], "erased");
    assert_eq!(told["items"][0]["person"]["subject"], "karen");
    let log: String =
        audit_log::records(&office.server.data_directory()).iter().map(Value::to_string).collect();
    assert!(log.contains("\"what\":\"person-made\"") && log.contains("\"commitment\""));
    assert!(!log.contains("Mads") && !log.contains("Holm"), "{log}");
    office.seal(API_KEY).await.ok();
    let report = audit_log::verify(&office.server.data_directory(), &[]);
    assert!(report.status.success(), "{}", String::from_utf8_lossy(&report.stderr));
}
