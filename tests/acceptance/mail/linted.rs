//! What pkilint has against certificates that live for years: exactly what is listed, with the reasons.

use std::{collections::BTreeSet, fs, time::Duration};

use reqwest::Method;
use serde_json::json;

use super::{
    capture::Capture,
    engines::Holder,
    house, plain, press,
    secure::{collected, put_terms},
    set_clock,
};
use crate::{
    certificate_house::House,
    issuer::{Claims, ISSUER, Issuer, SUBJECT},
    oracle::{Folder, lint, lint_smime, openssl},
    server::{Server, send},
};

const LIST: &str = include_str!("../../pkilint-allowed-holders.txt");

/// What is listed: certificate and finding, each of them found.
fn listed() -> BTreeSet<(String, String)> {
    let lines = LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let parts = lines.map(|line| {
        let [code, names, reason] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        assert!(reason.len() > 20, "{line}: no reason");
        (code, names)
    });
    let each = parts.flat_map(|(code, names)| {
        names.split(',').map(move |name| (name.to_owned(), code.to_owned()))
    });
    each.collect()
}

/// A person's own certificate, which they collect by their login.
async fn of_person() -> Vec<u8> {
    let (capture, issuer) = (Capture::plain().await, Issuer::new());
    let server = Server::configured(&plain(&capture), &issuer.key_set()).await;
    let house = House::of(server).await;
    set_clock(&house.server, 0.0).await;
    house.accept().await;
    house.allow(json!({ "allow_user_certificates": true })).await;
    let person = json!({
        "given_name": "Åse", "family_name": "Ørsted Kjær", "email": "aase@example.com",
        "login": { "issuer": ISSUER, "subject": SUBJECT },
    });
    let made = house.post(&house.users, "/v1/people", person).await.ok();
    let (at, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
    let request = house.server.request(Method::PATCH, &at).bearer_auth(&house.users);
    send(request.header("If-Match", tag).json(&json!({ "state": "active" }))).await.ok();
    let holder = made.json()["id"].clone();
    let claims = Claims { cvr: "25052943", age: Duration::ZERO, documents: &[] };
    let own = issuer.token(&claims);
    let version = house.get("/v1/policies").await.ok().json()["version"].clone();
    let accepted = json!({ "version": version });
    house.post(&own, "/v1/policy-acceptances", accepted).await.ok();
    let terms = json!({
        "name": "People", "purposes": ["authentication", "encryption", "email"], "show_email": true,
    });
    put_terms(&house, "people", terms).await;
    let order = house.order(json!({ "profile": "people", "holder": holder })).await;
    assert_eq!(order.status, 201, "{}", order.text());
    let letters = capture.after(1).await;
    press(&house.server, &letters[0].path()).await.ok();
    let folder = Folder::new();
    let made = "req -new -newkey rsa:3072 -nodes -keyout @key -subj /CN=any -outform DER -out @csr";
    openssl(&folder, made).expect("a request");
    let reference = order.json()["reference"].as_str().expect("a reference").to_owned();
    let request = house.server.post(&format!("/v1/issuances/{reference}"));
    let request = request.bearer_auth(&own).header("Content-Type", "application/pkcs10");
    let request = request.header("Accept", "application/pkix-cert");
    let issued = send(request.body(fs::read(folder.path("csr")).expect("a file"))).await;
    assert_eq!(issued.status, 201, "{}", issued.text());
    folder.write("person", &issued.body);
    let shown = openssl(&folder, "x509 -inform DER -in @person -noout -subject -nameopt utf8");
    let shown = shown.expect("a certificate");
    assert!(shown.contains("Åse Ørsted Kjær") && shown.contains("UI:DK-E:G:"), "{shown}");
    issued.body.to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn pkilint_finds_what_is_listed_in_a_holders_certificate_and_nothing_else() {
    let (house, capture) = house().await;
    set_clock(&house.server, 0.0).await;
    let folder = Folder::new();
    folder.write("password", b"correct horse battery");
    let issuing = house.server.get("/pki/registry/issuing-ca.cer").await.ok();
    folder.write("issuing", &issuing.body);
    openssl(&folder, "x509 -inform DER -in @issuing -out @issuing.pem").expect("a certificate");
    let all = ["authentication", "encryption", "email"];
    let mut found = BTreeSet::new();
    for (file, kind, name, purposes, days) in [
        ("system", "system", "Ærø Arkiv", &all[..], 1095),
        ("organisation", "organisation", "Havnsted", &all[..], 1095),
        ("shorter", "organisation", "Havnsted Post", &all[..], 820),
        ("authentication", "system", "Betaling", &all[..1], 1095),
    ] {
        let profile = json!({
            "id": file, "kind": kind, "display_name": file, "allow_signing": true,
            "contact_person": { "name": "Mads", "email": "mads@example.com" },
        });
        house.post(&house.users, "/v1/certificate-profiles", profile).await.ok();
        let terms = json!({
            "name": name, "purposes": purposes, "email": format!("{file}@example.com"),
            "lifetime_days": days,
        });
        put_terms(&house, file, terms).await;
        collected(&house, &capture, &folder, Holder { file, nickname: file }).await;
        let certificate = fs::read(folder.path(&format!("{file}.cer"))).expect("a file");
        let mut findings = lint(&certificate, "NCP-LEGAL-PERSON-CERTIFICATE");
        if purposes.contains(&"email") {
            findings.extend(lint_smime(&certificate, "ORGANIZATION-MULTIPURPOSE"));
        }
        for finding in findings {
            println!("{file:<14} {:<8} {}", finding.severity, finding.code);
            found.insert((file.to_owned(), finding.code));
        }
    }
    let person = of_person().await;
    let mut findings = lint(&person, "NCP-NATURAL-PERSON-CERTIFICATE");
    findings.extend(lint_smime(&person, "SPONSORED-MULTIPURPOSE"));
    for finding in findings {
        println!("{:<14} {:<8} {}", "person", finding.severity, finding.code);
        found.insert(("person".to_owned(), finding.code));
    }
    assert_eq!(found, listed());
}
