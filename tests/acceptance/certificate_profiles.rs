//! Certificate profiles that administrators make, and a device that learns of them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    audit_log, fixtures,
    organisations::Newcomer,
    server::{API_KEY, Answer, Server, send},
};

fn letters() -> Value {
    json!({
        "id": "letters", "kind": "organisation", "display_name": "Letters",
        "allow_signing": true, "lifetime_s": 600,
        "contact_person": { "name": "Karen", "email": "karen@example.dk" },
    })
}

async fn seal(server: &Server, key: &str) -> Answer {
    let document = fixtures::named("one-page.pdf");
    server.act("seals", "profile=letters", key, &document).await
}

async fn receipt(server: &Server, key: &str, sealed: &Answer) -> Value {
    server.get_as(sealed.header("location"), key).await.ok().json()
}

async fn patch(server: &Server, key: &str, version: &str, body: Value) -> Answer {
    let path = "/v1/certificate-profiles/letters";
    let request = server.request(Method::PATCH, path).bearer_auth(key);
    send(request.header("If-Match", version).json(&body)).await
}

#[tokio::test]
async fn a_new_profile_of_a_new_organisation_seals_at_once_and_each_version_is_named() {
    let mut server = Server::embedded().await;
    let newcomer = Newcomer::add(&server).await;
    let made = newcomer.profile(&server, letters()).await;
    let (version, made) = (made.header("etag").to_owned(), made.json());
    assert_eq!((&made["origin"], &made["lifetime_s"]), (&json!("register"), &json!(600)));
    assert_eq!(made["objections"], json!([]));
    assert!(made.get("contact_person").is_none(), "{made}");
    let archive = newcomer.archive(&server).await;
    let sealed = seal(&server, &archive).await.ok();
    let first = receipt(&server, &archive, &sealed).await;
    assert_eq!(json!(version.trim_matches('"').parse::<u64>().unwrap()), first["profile_version"]);
    assert_eq!(first["cvr"], crate::organisations::OTHER);
    let report = server.validate(&sealed.body).await;
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED");
    let subject = report["signatures"][0]["signer"].to_string();
    assert!(subject.contains("NTRDK-34051178") && subject.contains("Digitaliserings"), "{subject}");

    let changed =
        patch(&server, &newcomer.users, &version, json!({ "lifetime_s": 900 })).await.ok();
    assert_ne!(changed.header("etag"), version);
    let passed = patch(&server, &newcomer.users, &version, json!({ "lifetime_s": 700 })).await;
    assert_eq!(passed.status, 412, "{}", passed.text());
    let second = receipt(&server, &archive, &seal(&server, &archive).await.ok()).await;
    assert!(second["profile_version"].as_u64() > first["profile_version"].as_u64(), "{second}");
    let records = audit_log::records(&server.data_directory());
    let intents = records.iter().filter(|record| record["kind"] == "intent");
    let named: Vec<&Value> = intents.map(|intent| &intent["event"]["profile_version"]).collect();
    assert_eq!(named, [&first["profile_version"], &second["profile_version"]]);
    let made = records.iter().find(|record| record["event"]["what"] == "profile-made").unwrap();
    assert_eq!(made["event"]["device"]["sequence"], 1);

    // The device in process keeps nothing: the service tells it again.
    server.kill();
    let server = server.again().await;
    seal(&server, &archive).await.ok();

    let path = "/v1/certificate-profiles/letters/retirement";
    send(server.post(path).bearer_auth(&newcomer.users).json(&json!({}))).await.ok();
    assert_eq!(seal(&server, &archive).await.broken_rules(), ["profile-active"]);
    let again = send(server.post(path).bearer_auth(&newcomer.users).json(&json!({}))).await;
    assert_eq!(again.status, 409, "{}", again.text());
}

#[tokio::test]
async fn a_device_elsewhere_takes_the_registration_before_the_command_answers() {
    let mut server = Server::remote("").await;
    let newcomer = Newcomer::add(&server).await;
    newcomer.profile(&server, letters()).await;
    let archive = newcomer.archive(&server).await;
    let sealed = seal(&server, &archive).await.ok();
    assert_eq!(server.validate(&sealed.body).await["signatures"][0]["indication"], "TOTAL-PASSED");

    // A device that was started again knows nobody; the service tells it before anything is enrolled.
    let mut device = server.simulator.take().expect("a simulator of its own");
    device.kill();
    let device = device.again();
    let sealed = seal(&server, &archive).await;
    let sealed = if sealed.status == 200 { sealed } else { seal(&server, &archive).await };
    assert_eq!(sealed.status, 200, "{}", sealed.text());

    // While it is away nothing is made, and nothing is left of what was asked.
    drop(device);
    let other = json!({
        "id": "notices", "kind": "organisation", "display_name": "Notices", "allow_signing": true,
    });
    let path = "/v1/certificate-profiles";
    let refused = send(server.post(path).bearer_auth(&newcomer.users).json(&other)).await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    let none = server.get_as("/v1/certificate-profiles/notices", &newcomer.users).await;
    assert_eq!(none.status, 404, "{}", none.text());
}

#[tokio::test]
async fn the_files_profiles_are_read_only_and_a_profile_that_the_policy_refuses_is_not_made() {
    let server = Server::embedded().await;
    let karen = server.token("karen", &[]).await;
    let ask = async |method: Method, path: &str, body: &Value| {
        let request = server.request(method, path).bearer_auth(&karen);
        send(request.header("If-Match", "\"0\"").json(body)).await
    };
    for (method, path) in [
        (Method::PATCH, "/v1/certificate-profiles/decisions"),
        (Method::POST, "/v1/certificate-profiles/decisions/retirement"),
    ] {
        let answer = ask(method, path, &json!({})).await;
        assert_eq!(answer.status, 409, "{}", answer.text());
        assert!(answer.text().contains("managed-by-file"), "{}", answer.text());
    }
    let listed = server.get_as("/v1/certificate-profiles", &karen).await.ok().json();
    let origins = listed["items"].as_array().unwrap().iter().map(|one| &one["origin"]);
    assert!(origins.into_iter().all(|origin| origin == "file"));

    let path = "/v1/certificate-profiles";
    for (member, value, status, told) in [
        ("lifetime_s", json!(90_000), 403, "lifetime-within-assurance"),
        ("default_level", json!("B-LTA"), 403, "level-allowed"),
        ("kind", json!("king"), 400, "king"),
        ("colour", json!("red"), 400, "colour"),
        ("id", json!("../letters"), 400, "id"),
        ("display_name", json!(""), 400, "display_name"),
        ("id", json!("decisions"), 409, "entry-exists"),
        ("certify", json!(1), 201, "letters"),
    ] {
        let mut profile = letters();
        profile[member] = value;
        let answer = ask(Method::POST, path, &profile).await;
        assert_eq!(answer.status, status, "{member}: {}", answer.text());
        assert!(answer.text().contains(told), "{member}: {}", answer.text());
    }
    let letters = "/v1/certificate-profiles/letters";
    let renamed = json!({ "id": "a" });
    let passed = ask(Method::PATCH, letters, &renamed).await;
    assert_eq!(passed.status, 412, "what is changed is what was read: {}", passed.text());
    let version = server.get_as(letters, &karen).await.header("etag").to_owned();
    let request = server.request(Method::PATCH, letters).bearer_auth(&karen);
    let renamed = send(request.header("If-Match", version).json(&renamed)).await;
    assert_eq!(renamed.status, 400, "{}", renamed.text());
    let stranger = server.get_as(path, API_KEY).await;
    assert_eq!(stranger.status, 403, "who holds no role");
}
