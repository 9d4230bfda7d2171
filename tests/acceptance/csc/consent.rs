//! A person agrees to seals: with one credential, over the hashes that they saw, each once.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Client, ECDSA, SHA256_OID, assert_refused, hash, later, refused};
use crate::{
    oauth::{
        self, House, error,
        person::{Browser, asked, told, with},
    },
    server::{Answer, send},
};

/// A client of the API that bears a token.
pub(super) fn bearing<'a>(house: &'a House, token: &str) -> Client<'a> {
    Client { server: &house.server, version: "v2", key: token.to_owned() }
}

/// What is asked for these messages with a credential, as the wallet asks.
fn details(credential: &str, messages: &[&str]) -> String {
    let documents: Vec<Value> = messages
        .iter()
        .enumerate()
        .map(|(at, message)| json!({ "label": format!("Letter {at} <b>"), "hash": hash(message) }))
        .collect();
    let asked = json!({
        "type": "credential", "credentialID": credential, "documentDigests": documents,
        "hashAlgorithmOID": SHA256_OID,
    });
    json!([asked]).to_string()
}

/// What a client gets for these messages, to which karen agrees.
async fn agreed(
    house: &House,
    client: &oauth::Client,
    credential: &str,
    messages: &[&str],
) -> Value {
    let mut browser = Browser::of(house, "karen").await;
    let details = details(credential, messages);
    let wanted = with(&asked(client, "credential"), &[("authorization_details", &details)]);
    let code = browser.code(&wanted).await;
    house.exchange(client, &code, &[("authorization_details", &details)]).await.ok().json()
}

pub(super) fn token(given: &Value) -> String {
    given["access_token"].as_str().expect("a token").to_owned()
}

/// Signs by a token that stands for the SAD.
async fn sign(client: &Client<'_>, id: &str, messages: &[&str]) -> Answer {
    let mut request = json!({ "credentialID": id, "signAlgo": ECDSA });
    client.put_hashes(&mut request, messages);
    client.ask("signatures/signHash", request).await
}

#[tokio::test]
async fn a_token_of_a_consent_seals_what_was_agreed_to_and_nothing_else() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let (service, _) = house.tokens(&client, "karen").await;
    let service = bearing(&house, &service);
    let id = service.credential("Decisions").await;
    let info = service.ask("credentials/info", json!({ "credentialID": id })).await.ok().json();
    assert_eq!(info["auth"]["mode"], "oauth2code");

    // The page names everything, and escapes it.
    let mut browser = Browser::of(&house, "karen").await;
    let asked_for = details(&id, &["a", "b", "a"]);
    let wanted = with(&asked(&client, "credential"), &[("authorization_details", &asked_for)]);
    let page = browser.ask(&wanted).await;
    let text = page.text();
    for shown in ["The wallet", "Decisions", "Havnsted Kommune", "Letter 1 &", "(3)"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(text.contains(&crate::server::sha256_hex(b"b")) && !text.contains("<b>"), "{text}");
    let code = told(&browser.decide(&page, "allow").await)["code"].clone();
    let other = details(&id, &["a", "b", "c"]);
    let changed = house.exchange(&client, &code, &[("authorization_details", &other)]).await;
    assert_eq!(error(&changed), "invalid_authorization_details");
    let given = house.exchange(&client, &code, &[]).await.ok().json();
    assert_eq!(given["credentialID"], json!(id));
    let echoed: Value = serde_json::from_str(&asked_for).expect("JSON");
    assert_eq!(given["authorization_details"], echoed, "the same members, of the same types");
    assert_eq!((&given["scope"], &given["expires_in"]), (&json!("credential"), &json!(300)));
    assert!(given.get("refresh_token").is_none(), "{given}");

    let sad = bearing(&house, &token(&given));
    sad.ask("credentials/info", json!({ "credentialID": id })).await.ok();
    for (method, request) in [
        ("credentials/list", json!({})),
        ("credentials/create", json!({})),
        ("credentials/extendTransaction", json!({ "credentialID": id, "SAD": "x" })),
        ("signatures/timestamp", json!({})),
    ] {
        assert_eq!(refused(&sad.ask(method, request).await).0, 403, "{method}");
    }
    assert_eq!(house.server.get_as("/v1/profiles", &sad.key).await.status, 403);
    let payroll = service.credential("Payroll").await;
    assert_refused(&sign(&sad, &payroll, &["a"]).await, "Invalid parameter SAD");
    let unseen = "Hash is not authorized by the SAD";
    assert_refused(&sign(&sad, &id, &["c"]).await, unseen);
    let signed = sign(&sad, &id, &["a", "b"]).await.ok();
    service.verify(&id, &signed, &["a", "b"]).await;
    assert_refused(&sign(&sad, &id, &["b"]).await, unseen);
    let signed = sign(&sad, &id, &["a"]).await.ok();
    service.verify(&id, &signed, &["a"]).await;
    assert_refused(&sign(&sad, &id, &["a"]).await, unseen);
}

#[tokio::test]
async fn the_token_is_the_sad_of_its_person_s_client_and_of_nobody_else() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let (service, _) = house.tokens(&client, "karen").await;
    let service = bearing(&house, &service);
    let id = service.credential("Decisions").await;
    let sad = token(&agreed(&house, &client, &id, &["a"]).await);

    // Beside the service's token, as clients of version 1 have it.
    let other = house.asking(json!({})).await;
    let (foreign, _) = house.tokens(&other, "karen").await;
    let foreign = bearing(&house, &foreign);
    assert!(!foreign.credentials().await.contains(&id), "another client's are its own");
    assert_refused(&foreign.sign(&id, &sad, &["a"]).await, "Invalid parameter credentialID");
    let own = foreign.credential("Decisions").await;
    assert_refused(&foreign.sign(&own, &sad, &["a"]).await, "Invalid parameter SAD");
    let by_key = Client::new(&house.server, "v2");
    let key_s = by_key.credential("Decisions").await;
    assert_refused(&by_key.sign(&key_s, &sad, &["a"]).await, "Invalid parameter SAD");
    assert_refused(&service.sign(&id, &service.key, &["a"]).await, "Invalid parameter SAD");
    for version in ["v1", "v2"] {
        let missing = Client { version, ..service.clone() };
        let answer = sign(&missing, &id, &["a"]).await;
        assert_refused(&answer, "Missing (or invalid type) string parameter SAD");
    }
    let by_version_1 = Client { version: "v1", ..service.clone() };
    let signed = by_version_1.sign(&id, &sad, &["a"]).await.ok();
    service.verify(&id, &signed, &["a"]).await;
    // As the bearer it is the same one.
    let unseen = "Hash is not authorized by the SAD";
    assert_refused(&sign(&bearing(&house, &sad), &id, &["a"]).await, unseen);
    assert_refused(
        &bearing(&house, &sad).sign(&id, &service.key, &["a"]).await,
        "Invalid parameter SAD",
    );
}

#[tokio::test]
async fn one_consent_that_is_shown_fifty_times_at_once_seals_once() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let (service, _) = house.tokens(&client, "karen").await;
    let service = bearing(&house, &service);
    let id = service.credential("Decisions").await;
    let sad = token(&agreed(&house, &client, &id, &["a"]).await);
    let bearer = bearing(&house, &sad);
    let tries = (0..50).map(|at| {
        let (bearer, service, sad, id) = (&bearer, &service, &sad, &id);
        async move {
            match at % 2 {
                0 => sign(bearer, id, &["a"]).await,
                _ => service.sign(id, sad, &["a"]).await,
            }
        }
    });
    let answers = futures_util::future::join_all(tries).await;
    let signed = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(signed, 1, "{:?}", answers.iter().map(|one| one.status).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_credential_is_made_for_the_seal_that_a_qualifier_names() {
    let house = House::open().await;
    let client = house.asking(json!({ "public": true })).await;
    let mut browser = Browser::of(&house, "karen").await;
    let hashes: Vec<String> = ["a", "b"]
        .iter()
        .map(|message| URL_SAFE_NO_PAD.encode(super::decoded(&json!(hash(message)))))
        .collect();
    let hashes = hashes.join(",");
    let wanted = with(
        &asked(&client, "credential"),
        &[
            ("signatureQualifier", "x_segl_decisions"),
            ("numSignatures", "2"),
            ("hashes", &hashes),
            ("hashAlgorithmOID", SHA256_OID),
        ],
    );
    let code = browser.code(&wanted).await;
    let given = house.exchange(&client, &code, &[]).await.ok().json();
    let id = given["credentialID"].as_str().expect("a name").to_owned();
    assert!(given.get("authorization_details").is_none(), "it was asked for by parameters");
    assert_eq!(given["token_type"], "Bearer");
    let bearer = bearing(&house, &token(&given));
    let signed = sign(&bearer, &id, &["b", "a"]).await.ok();
    bearer.verify(&id, &signed, &["b", "a"]).await;
    // In the words of the first version the token is of its type.
    let wanted = with(&wanted, &[("hashes", ""), ("hashAlgorithmOID", ""), ("hash", &hashes)]);
    let code = browser.code(&wanted).await;
    let given = house.exchange(&client, &code, &[]).await.ok().json();
    assert_eq!((&given["token_type"], &given["credentialID"]), (&json!("SAD"), &json!(id)));
}

#[tokio::test]
async fn nobody_agrees_to_what_is_not_theirs_not_named_or_a_signature_of_their_own() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let (service, _) = house.tokens(&client, "karen").await;
    let id = bearing(&house, &service).credential("Decisions").await;
    let one = json!({ "hash": hash("a") });
    let asked_for = |value: Value| json!([value]).to_string();
    // Mads may sign, and seal nothing; another's credential is none of his.
    let qualified = json!({
        "type": "credential", "signatureQualifier": "x_segl_decisions", "documentDigests": [one],
    });
    let of_karen = json!({ "type": "credential", "credentialID": id, "documentDigests": [one] });
    let unknown = json!({
        "type": "credential", "signatureQualifier": "eu_eidas_qes", "documentDigests": [one],
    });
    let unnamed = json!({
        "type": "credential", "credentialID": id, "documentDigests": [one], "numSignatures": 2,
    });
    let longer = json!({
        "type": "credential", "credentialID": id, "documentDigests": [one],
        "hashAlgorithmOID": "2.16.840.1.101.3.4.2.2",
    });
    for (person, value, text) in [
        ("mads", qualified, "You may not request this seal"),
        ("mads", of_karen, "not there any more"),
        ("karen", unknown, "You may not request this seal"),
        ("karen", unnamed, "Not every document is named"),
        ("karen", longer, "Not every document is named"),
    ] {
        let details = asked_for(value);
        let wanted = with(&asked(&client, "credential"), &[("authorization_details", &details)]);
        let mut browser = Browser::of(&house, person).await;
        let page = browser.ask(&wanted).await;
        assert!(page.text().contains(text), "{text}: {}", page.text());
        assert!(!page.text().contains("value=\"allow\""), "{}", page.text());
        let told = told(&browser.decide(&page, "allow").await);
        assert_eq!(told["error"], "access_denied", "{details}");
    }
    // What is no such request is told the client, with its address and state.
    let mut browser = Browser::of(&house, "karen").await;
    for (details, expected) in [
        (r#"[{"type":"payment","credentialID":"a"}]"#, "invalid_authorization_details"),
        ("{}", "invalid_authorization_details"),
    ] {
        let wanted = with(&asked(&client, "credential"), &[("authorization_details", details)]);
        assert_eq!(told(&browser.ask(&wanted).await)["error"], expected, "{details}");
    }
}

#[tokio::test]
async fn a_hundred_labelled_hashes_go_through_a_pushed_request() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let (service, _) = house.tokens(&client, "karen").await;
    let service = bearing(&house, &service);
    let id = service.credential("Decisions").await;
    // What was agreed to ends with the token that was taken back.
    let sad = token(&agreed(&house, &client, &id, &["a"]).await);
    house.as_client("/oauth2/revoke", &client, &[("token", &sad)]).await.ok();
    assert_eq!(sign(&bearing(&house, &sad), &id, &["a"]).await.status, 401);
    assert_refused(&service.sign(&id, &sad, &["a"]).await, "Invalid parameter SAD");
    let messages: Vec<String> = (0..100).map(|at| format!("letter {at}")).collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let details = details(&id, &messages);
    let wanted = with(&asked(&client, "credential"), &[("authorization_details", &details)]);
    let pushed = house.as_client("/oauth2/pushed_authorize", &client, &wanted).await.ok().json();
    let uri = pushed["request_uri"].as_str().expect("a name");
    let mut browser = Browser::of(&house, "karen").await;
    let code = browser.code(&[("client_id", &client.id), ("request_uri", uri)]).await;
    let given = house.exchange(&client, &code, &[]).await.ok().json();
    let bearer = bearing(&house, &token(&given));
    let signed = sign(&bearer, &id, &messages).await.ok();
    assert_eq!(signed.json()["signatures"].as_array().map(Vec::len), Some(100));
    let info = send(house.server.post("/csc/v2/info")).await.ok().json();
    for method in ["authorize", "pushed_authorize", "token", "revoke"] {
        let method = json!(format!("oauth2/{method}"));
        assert!(info["methods"].as_array().is_some_and(|all| all.contains(&method)), "{info}");
    }
}

#[tokio::test]
async fn what_was_agreed_to_is_answered_later_to_the_bearer_that_asked_alone() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let (service, _) = house.tokens(&client, "karen").await;
    let service = bearing(&house, &service);
    let id = service.credential("Decisions").await;
    let sad = token(&agreed(&house, &client, &id, &["a", "b"]).await);
    let bearer = bearing(&house, &sad);
    let by_itself = bearer.sign_later(&id, &sad, &["a"], json!({})).await.ok();
    let by_itself = later::name(&by_itself);
    let beside = later::name(&service.sign_later(&id, &sad, &["b"], json!({})).await.ok());
    assert_refused(&service.poll(&by_itself).await, later::UNKNOWN);
    assert_refused(&bearer.poll(&beside).await, later::UNKNOWN);
    service.verify(&id, &bearer.fetch(&by_itself).await.ok(), &["a"]).await;
    service.verify(&id, &service.fetch(&beside).await.ok(), &["b"]).await;
    let unseen = "Hash is not authorized by the SAD";
    assert_refused(&bearer.sign_later(&id, &sad, &["a"], json!({})).await, unseen);
}

#[tokio::test]
async fn no_activation_data_lead_around_the_person() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let (service, _) = house.tokens(&client, "karen").await;
    let service = bearing(&house, &service);
    let id = service.credential("Decisions").await;
    let sad = token(&agreed(&house, &client, &id, &["a"]).await);
    let bearer = bearing(&house, &sad);
    // Remembered as what it allows.
    assert_refused(&sign(&bearer, &id, &["b"]).await, "Hash is not authorized by the SAD");
    let application = Client::new(&house.server, "v2");
    let key_s = application.credential("Decisions").await;
    let handle = application.sad(&key_s, &["a"]).await;

    let document = |more: Value| {
        let mut request = json!({ "documentDigests": [{
            "hashes": [hash("a")], "hashAlgorithmOID": SHA256_OID, "signature_format": "C",
            "signAlgo": ECDSA,
        }] });
        let more = more.as_object().expect("an object").clone();
        request.as_object_mut().expect("an object").extend(more);
        request
    };
    let extension =
        |sad: &str| json!({ "credentialID": id, "SAD": sad, "hashes": [hash("a"), hash("b")] });
    let authorize = json!({ "credentialID": id, "numSignatures": 1, "hashes": [hash("a")] });
    for (method, request) in [
        ("credentials/authorize", authorize),
        ("credentials/extendTransaction", extension(&service.key)),
        ("credentials/extendTransaction", extension(&sad)),
        ("credentials/extendTransaction", extension(&handle)),
    ] {
        for asker in [&service, &bearer] {
            let (status, code, text) = refused(&asker.ask(method, request.clone()).await);
            assert_eq!((status, &*code), (403, "access_denied"), "{method} {request}: {text}");
        }
    }
    let named = document(json!({ "signatureQualifier": "x_segl_decisions" }));
    let (status, code, _) = refused(&service.ask("signatures/signDoc", named).await);
    assert_eq!((status, &*code), (403, "access_denied"), "nobody agreed to it");
    for request in [
        document(json!({ "credentialID": id, "SAD": service.key })),
        document(json!({ "credentialID": key_s, "SAD": sad })),
        document(json!({ "SAD": handle })),
    ] {
        for asker in [&service, &bearer] {
            let answer = asker.ask("signatures/signDoc", request.clone()).await;
            assert_refused(&answer, "Invalid parameter SAD");
        }
    }
    // An application's are its own, and a person's token is nothing to it.
    assert_refused(&service.sign(&id, &handle, &["a"]).await, "Invalid parameter SAD");
    assert_refused(&bearer.sign(&id, &handle, &["a"]).await, "Invalid parameter SAD");
    let borne = bearing(&house, &handle);
    assert_refused(&borne.sign(&id, &sad, &["a"]).await, "Invalid parameter SAD");
    assert_refused(&borne.sign(&id, &handle, &["a"]).await, "Invalid parameter credentialID");
    let extended = json!({ "credentialID": key_s, "SAD": sad, "hashes": [hash("a")] });
    let extended = application.ask("credentials/extendTransaction", extended).await;
    assert_refused(&extended, "Invalid parameter SAD");
    let sealed = application.ask("signatures/signDoc", document(json!({ "SAD": sad }))).await;
    assert_refused(&sealed, "Invalid parameter SAD");
    // What the person agreed to is there still.
    service.verify(&id, &sign(&bearer, &id, &["a"]).await.ok(), &["a"]).await;
}
