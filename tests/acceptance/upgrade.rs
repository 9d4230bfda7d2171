//! A data directory of an earlier release goes on. `upgrade/released` is what `signer` left that knew one
//! organisation and no register (its third migration): three runs, the second one killed, with two seals,
//! a signature, an augmentation and two refusals. Its database stands there as SQL; `receipts.json` is what
//! it answered for each receipt.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    audit_log, fixtures,
    issuer::{AUDIENCE, Claims, ISSUER, Issuer, SUBJECT},
    oracle::{run, workspace},
    server::{API_KEY, Server, sha256_hex},
};

/// The `jti` of the token that signed.
const SPENT: &str = "upgrade-one";

/// The last record of the log.
const HEAD: &str = "28:bf58689574421eecb884d5ff9da37bd1654c00541aa4d8f017047ce0c38c8d2a";

fn released(name: &str) -> PathBuf {
    workspace().join("tests/acceptance/upgrade/released").join(name)
}

/// The configuration of that time.
fn configuration() -> String {
    let key = sha256_hex(API_KEY.as_bytes());
    format!(
        r#"
        [organisation]
        registered_name = "Havnsted Kommune"
        cvr = "12345674"
        allow_seals = true
        [[profile]]
        id = "decisions"
        kind = "organisation"
        display_name = "Decisions"
        allow_signing = true
        [[profile]]
        id = "staff"
        kind = "user"
        display_name = "Staff"
        allow_signing = true
        [[application]]
        id = "tests"
        api_key_sha256 = "{key}"
        [[identity_issuer]]
        issuer = "{ISSUER}"
        audience = "{AUDIENCE}"
        jwks_file = "keys.json"
        [[grant]]
        to = {{ application = "tests" }}
        acts = ["seal", "signature"]
        [[grant]]
        to = {{ person = {{ issuer = "{ISSUER}", subject = "{SUBJECT}" }} }}
        acts = ["seal", "signature"]
        "#
    )
}

/// Makes the data directory again as it was left.
fn lay_down(data: &Path) {
    let private = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
    };
    for folder in [data.to_owned(), data.join("revocation-lists")] {
        fs::create_dir(&folder).expect("a folder");
        private(&folder, 0o700);
    }
    let lists = fs::read_dir(released("revocation-lists")).expect("the lists");
    let lists = lists.map(|list| {
        let name = list.expect("a list").file_name();
        format!("revocation-lists/{}", name.to_str().expect("text"))
    });
    for name in ["audit.key".to_owned(), "trust-anchors.pem".to_owned()].into_iter().chain(lists) {
        fs::copy(released(&name), data.join(&name)).expect("a copy");
        private(&data.join(&name), 0o600);
    }
    let script = workspace().join("tests/oracle/sqlite.py");
    let database = data.join("segl.sqlite");
    let sql = released("segl.sql");
    let made = run("python3", [script.as_os_str(), database.as_ref(), sql.as_os_str()]);
    assert!(made.status.success(), "{made:?}");
    private(&database, 0o600);
}

/// Every member that the release answered is there as it was.
fn assert_told(now: &Value, then: &Value) {
    for (name, value) in then.as_object().expect("a receipt") {
        assert_eq!(&now[name], value, "{name} of {now}");
    }
}

fn said(output: &std::process::Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn a_directory_of_the_release_before_is_taken_over_with_its_log_receipts_and_spent_tokens() {
    let (folder, issuer) = (TempDir::new().expect("a folder"), Issuer::new());
    let data = folder.path().join("data");
    lay_down(&data);
    fs::write(folder.path().join("keys.json"), issuer.key_set()).expect("a file");
    // Also before anything is brought to the present schema.
    let before = said(&audit_log::verify(&data, &["--head", HEAD]));
    assert!(before.contains(HEAD) && before.contains("acts begun: 3, without an outcome: 0"));

    let mut server = Server::in_folder(folder, &configuration()).await;
    let claims = |documents| Claims { cvr: "12345674", age: Duration::ZERO, documents };
    let receipts = fs::read(released("receipts.json")).expect("the receipts");
    let receipts: Vec<Value> = serde_json::from_slice(&receipts).expect("JSON");
    assert_eq!(receipts.len(), 4);
    let person = issuer.token(&claims(&[]));
    for told in &receipts {
        let [mine, other] = match told["as"].as_str() {
            Some("person") => [person.as_str(), API_KEY],
            _ => [API_KEY, person.as_str()],
        };
        let location = told["location"].as_str().expect("an address");
        assert_told(&server.get_as(location, mine).await.ok().json(), &told["receipt"]);
        assert_eq!(server.get_as(location, other).await.status, 404, "{location}");
    }

    let [signed, other] = ["one-page.pdf", "rotated.pdf"].map(fixtures::named);
    let documents: [&[u8]; 2] = [&signed, &other];
    let token = issuer.token_named(&claims(&documents), SPENT);
    let replayed = server.act("signatures", "profile=staff", &token, &signed).await;
    assert_eq!(replayed.problem()["type"], "urn:segl:problem:token-replayed");
    server.act("signatures", "profile=staff", &token, &other).await.ok();
    let sealed = server.seal("profile=decisions", &signed).await.ok();
    server.get_as(sealed.header("location"), API_KEY).await.ok();
    let anchors = String::from_utf8(server.pki("trust-anchors.pem").await).expect("PEM");
    let kept = fs::read_to_string(released("trust-anchors.pem")).expect("PEM");
    for root in kept.split_inclusive("-----END CERTIFICATE-----\n") {
        assert!(anchors.contains(root), "a root of an earlier run is gone");
    }

    assert_eq!(server.stop(), Some(0), "{}", server.log());
    let after = said(&audit_log::verify(&data, &["--head", HEAD]));
    assert!(after.contains("acts begun: 5, without an outcome: 0"), "{after}");
}
