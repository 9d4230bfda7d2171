//! What pkilint has against certificates that live for years: exactly what is listed, with the reasons.

use std::{collections::BTreeSet, fs};

use serde_json::json;

use super::{
    engines::Holder,
    house,
    secure::{collected, put_terms},
    set_clock,
};
use crate::oracle::{Folder, lint, lint_smime, openssl};

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
    assert_eq!(found, listed());
}
