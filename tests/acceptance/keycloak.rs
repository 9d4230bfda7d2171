//! Keycloak, unmodified: whom it logs in signs by logging in there anew, and the device takes no token of
//! it that is of anything else.

use std::{
    fs::File,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Client;
use serde_json::{Value, json};

use crate::{
    fixtures,
    login::provider_signing::with_signing,
    oracle::{Folder, in_browser, pdfsig},
    ports,
    server::{MANAGEMENT_TOKEN, Server, send},
};

/// How long it may take to start: it puts itself together first.
const PATIENCE: Duration = Duration::from_secs(400);

/// The `sub` of the person who signs.
const SIGNER: &str = "3f1b8c52-3c0e-4a53-9a3d-5d5a5f6c0001";

/// A running Keycloak; it ends when dropped.
struct Keycloak {
    child: Child,
    issuer: String,
    folder: Folder,
}

impl Drop for Keycloak {
    fn drop(&mut self) {
        // `timeout` hands it on to what it started.
        let pid = self.child.id().to_string();
        Command::new("kill").arg(pid).status().ok();
        self.child.wait().ok();
    }
}

/// The realm: two clients with one secret, and three people with one password.
fn realm(secret: &str) -> Value {
    let cvr = json!({
        "name": "cvr", "protocol": "openid-connect",
        "protocolMapper": "oidc-usermodel-attribute-mapper",
        "config": {
            "user.attribute": "cvr", "claim.name": "cvr", "jsonType.label": "String",
            "id.token.claim": "true",
        },
    });
    let client = |id: &str| {
        json!({
            "clientId": id, "secret": secret, "publicClient": false, "redirectUris": ["*"],
            "standardFlowEnabled": true, "protocolMappers": [cvr],
        })
    };
    let person = |id: &str, name: &str, cvr: &str| {
        json!({
            "id": id, "attributes": { "cvr": [cvr] }, "username": name, "enabled": true, "emailVerified": true,
            "email": format!("{name}@segl.example"), "firstName": "Eva", "lastName": "Holm",
            "credentials": [{ "type": "password", "value": "any" }],
        })
    };
    let attributes =
        ["username", "email", "firstName", "lastName"].map(|name| json!({ "name": name }));
    let profile = json!({ "attributes": attributes, "unmanagedAttributePolicy": "ENABLED" });
    json!({
        "realm": "segl", "enabled": true, "sslRequired": "none",
        "components": { "org.keycloak.userprofile.UserProfileProvider": [{
            "providerId": "declarative-user-profile",
            "config": { "kc.user.profile.config": [profile.to_string()] },
        }]},
        "clients": [client("segl"), client("segl-signing")],
        "users": [
            person(SIGNER, "signer", "12345674"),
            person("3f1b8c52-3c0e-4a53-9a3d-5d5a5f6c0002", "somebody", "12345674"),
            person("3f1b8c52-3c0e-4a53-9a3d-5d5a5f6c0003", "elsewhere", "29915938"),
        ],
    })
}

impl Keycloak {
    /// Starts it; `None` where it is not installed because Maven or Java is not.
    async fn start(secret: &str) -> Option<Self> {
        let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        let home = workspace.join("target/keycloak");
        let found = std::fs::read_dir(&home).into_iter().flatten().flatten();
        let found = found.map(|entry| entry.path()).find(|path| path.join("bin/kc.sh").exists());
        let Some(installed) = found else {
            let is_there = |program: &str| Command::new(program).arg("--version").output().is_ok();
            assert!(
                !is_there("mvn") || !is_there("javac"),
                "Keycloak is missing: run tests/run once"
            );
            println!("NO KEYCLOAK HERE: nobody logs in at it");
            return None;
        };
        // It writes beside its programs: each has a copy of what it writes to.
        let folder = Folder::new();
        let copied =
            Command::new("cp").arg("-r").arg(&installed).arg(folder.path("keycloak")).status();
        assert!(copied.expect("coreutils").success());
        let import = folder.path("keycloak/data/import");
        std::fs::create_dir_all(&import).expect("a folder");
        std::fs::write(import.join("segl.json"), realm(secret).to_string()).expect("a file");
        let [port, management] = ports::free();
        let log = File::create(folder.path("log")).expect("a log");
        let child = Command::new("timeout")
            .arg("900")
            .arg(folder.path("keycloak/bin/kc.sh"))
            .args(["start-dev", "--import-realm", "--db=dev-mem", "--cache=local"])
            .arg(format!("--http-port={port}"))
            .arg(format!("--http-management-port={management}"))
            .arg(format!("--hostname=http://localhost:{port}"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("coreutils' timeout runs");
        let issuer = format!("http://localhost:{port}/realms/segl");
        let mut started = Self { child, issuer, folder };
        let (since, client) = (Instant::now(), Client::new());
        let address = format!("{}/protocol/openid-connect/certs", started.issuer);
        while !client.get(&address).send().await.is_ok_and(|answer| answer.status() == 200) {
            let ended = started.child.try_wait().expect("a child of ours").is_some();
            assert!(!ended && since.elapsed() < PATIENCE, "{}", started.log());
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Some(started)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path("log")).unwrap_or_default()
    }

    async fn keys(&self) -> Value {
        let address = format!("{}/protocol/openid-connect/certs", self.issuer);
        send(Client::new().get(address)).await.ok().json()
    }
}

#[tokio::test]
async fn whom_keycloak_logs_in_signs_by_a_login_anew_and_its_other_tokens_activate_nothing() {
    let secret = std::env::var("PATH").expect("a path");
    let Some(keycloak) = Keycloak::start(&secret).await else { return };
    let configuration = with_signing(&keycloak.issuer, SIGNER);
    let server = Server::configured(&configuration, &keycloak.keys().await.to_string()).await;
    let folder = Folder::new();
    folder.write("one.pdf", &fixtures::named("one-page.pdf"));
    let wanted = json!({
        "origin": server.address.replace("127.0.0.1", "localhost"), "issuer": keycloak.issuer,
        "secret": secret, "document": folder.path("one.pdf"),
        "management": server.management, "token": MANAGEMENT_TOKEN,
    });
    let Some(said) = in_browser("keycloak.mjs", &wanted) else { return };
    assert_eq!(said["found"], json!([]), "{said:#}");
    let signed = STANDARD.decode(said["signed"].as_str().expect("a document")).expect("base64");
    let verdicts = pdfsig(&signed);
    assert!(verdicts.len() == 1 && verdicts[0].valid, "{verdicts:?}");
    assert_eq!(said["accepted"]["evidence"]["kind"], "id-token", "{said:#}");
    let refused = &said["refused"];
    for (how, cause) in [
        ("document", "another challenge"),
        ("client", "another client"),
        ("person", "not linked"),
        ("older", "older than"),
        ("again", "given for it already"),
        ("elsewhere", "another challenge"),
        ("organisation", "another organisation"),
    ] {
        let detail = refused[how]["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(cause), "{how}: {said:#}");
    }
}
