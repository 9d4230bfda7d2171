//! The registry's keys in a PKCS#11 token: SoftHSM, and the tools of OpenSC, which are not ours.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    certificate_house::House,
    configuration::configuration,
    issuer::Issuer,
    oracle::{Folder, openssl},
    server::{self, Answer, Server, send},
};

const LABEL: &str = "segl-registry";
const PIN: &str = "271828182";

/// SoftHSM's library, where Debian has it.
fn module() -> PathBuf {
    let usual = Path::new("/usr/lib/softhsm/libsofthsm2.so");
    assert!(usual.exists(), "SoftHSM is not installed: Debian's package softhsm2");
    usual.into()
}

/// A folder for a server, with a token of its own.
struct Place(PathBuf);

impl Place {
    /// The folder goes when its second part does.
    fn new() -> (Self, TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Self(folder.path().to_owned());
        fs::create_dir(place.path("tokens")).expect("a folder");
        let tokens = format!("directories.tokendir = {}\n", place.path("tokens").display());
        fs::write(place.path("softhsm.conf"), tokens).expect("a file");
        fs::write(place.path("keys.json"), Issuer::new().key_set()).expect("a file");
        place.is_given(PIN);
        place.make_token(LABEL);
        (place, folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// What the service's environment says.
    fn is_given(&self, pin: &str) {
        let pin = format!("SIGNER_REGISTRY_TOKEN_PIN={pin}\n");
        let conf = format!("SOFTHSM2_CONF={}\n", self.path("softhsm.conf").display());
        fs::write(self.path("environment"), conf + &pin).expect("a file");
    }

    fn tool(&self, program: &str, words: &[&str]) -> Output {
        let mut command = Command::new("timeout");
        command.arg("60").arg(program).args(words).stdin(Stdio::null());
        command.env("SOFTHSM2_CONF", self.path("softhsm.conf"));
        let output = command.output().expect("a tool of tokens runs");
        assert!(output.status.success(), "{program} {words:?}: {output:?}");
        output
    }

    fn make_token(&self, label: &str) {
        let words = ["--init-token", "--free", "--label", label, "--so-pin", "31415926"];
        self.tool("softhsm2-util", &[&words[..], &["--pin", PIN]].concat());
    }

    /// The private keys that the token has, as OpenSC's tool tells of them.
    fn private_keys(&self) -> String {
        let module = module();
        let words = ["--module", module.to_str().expect("a path"), "--token-label", LABEL];
        let words = [&words[..], &["--login", "--pin", PIN, "--list-objects"]].concat();
        let told = self.tool("pkcs11-tool", &[&words[..], &["--type", "privkey"]].concat());
        String::from_utf8(told.stdout).expect("text")
    }

    /// Starts a service that is to be refused: what it said.
    fn refusal(&self, configuration: &str) -> String {
        fs::write(self.path("signer.toml"), configuration).expect("a file");
        let mut command = Command::new("timeout");
        command.arg("60").arg(server::binary()).args(["serve", "--config", "signer.toml"]);
        command.args(["--data-dir", "data", "--listen", "127.0.0.1:0"]);
        command.args(["--management", "127.0.0.1:0"]).current_dir(&self.0);
        command.envs(server::environment(&self.0)).stdin(Stdio::null());
        let output = command.output().expect("`signer` runs");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8([output.stdout, output.stderr].concat()).expect("text")
    }
}

fn with_token(label: &str) -> String {
    let module = module();
    let token = format!("module = \"{}\"\nlabel = \"{label}\"\n", module.display());
    configuration() + "\n[registry.token]\n" + &token
}

/// Collects an order with a new key.
async fn collected(house: &House, order: &Value) -> Answer {
    let folder = Folder::new();
    let request =
        "req -new -newkey rsa:3072 -nodes -keyout @key -subj /CN=any -outform DER -out @csr";
    openssl(&folder, request).expect("a request");
    let text = |name: &str| order[name].as_str().expect(name).to_owned();
    let path = format!("/v1/issuances/{}", text("reference"));
    let request = house.server.request(Method::POST, &path);
    let request = request.basic_auth(text("reference"), Some(text("code")));
    let request = request.header("Content-Type", "application/pkcs10");
    let csr = fs::read(folder.path("csr")).expect("a file");
    send(request.header("Accept", "application/pkix-cert").body(csr)).await
}

/// Orders and collects a certificate, which OpenSSL finds to be one of this authority's: its issuer.
async fn issued(house: &House) -> String {
    let (order, folder) = (house.ordered().await, Folder::new());
    let answer = collected(house, &order).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    folder.write("leaf.cer", &answer.body);
    openssl(&folder, "x509 -inform DER -in @leaf.cer -out @leaf.pem").expect("a certificate");
    for (name, file) in [("root.cer", "root"), ("issuing-ca.cer", "issuing")] {
        let got = house.server.get(&format!("/pki/registry/{name}")).await.ok();
        folder.write(file, &got.body);
        openssl(&folder, &format!("x509 -inform DER -in @{file} -out @{file}.pem")).expect("it");
    }
    let list = house.server.get("/pki/registry/issuing-ca.crl").await.ok();
    folder.write("list", &list.body);
    openssl(&folder, "crl -inform DER -in @list -out @list.pem").expect("a list");
    let verify =
        "verify -crl_check -CRLfile @list.pem -CAfile @root.pem -untrusted @issuing.pem @leaf.pem";
    openssl(&folder, verify).expect("the leaf is the authority's, and its list is, too");
    openssl(&folder, "x509 -in @issuing.pem -noout -subject").expect("a name")
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_the_registry_are_made_in_a_token_which_they_never_leave() {
    let (place, folder) = Place::new();
    assert_eq!(place.private_keys().matches("Private Key Object").count(), 0);
    let text = with_token(LABEL);
    let server = Server::in_folder(folder, &text).await;
    let mut house = House::of(server).await;
    house.accept().await;
    let issuer = issued(&house).await;
    let data = house.server.data_directory();
    let kept = fs::read_dir(data.join("registry"));
    let kept = kept.map_or_else(
        |_| Vec::new(),
        |files| {
            files
                .map(|file| file.expect("a file").file_name().into_string().expect("a name"))
                .collect()
        },
    );
    assert!(kept.iter().all(|name| name.ends_with(".cer")), "no key and no passphrase: {kept:?}");
    // Another start finds them, and goes on.
    house.server.stop();
    house.server = house.server.again_with(&text).await;
    assert_eq!(issued(&house).await, issuer);
    assert!(!house.server.log().contains(PIN), "{}", house.server.log());
    house.server.stop();
    let keys = place.private_keys();
    assert_eq!(keys.matches("Private Key Object").count(), 2, "root and issuing: {keys}");
    let access = "Access:     sensitive, always sensitive, never extractable, local";
    assert_eq!(keys.matches(access).count(), 2, "{keys}");
    for name in ["segl registry root", "segl registry issuing-1"] {
        assert!(keys.contains(name), "{keys}");
    }
    if is_elsewhere(&place) {
        // What follows is about the folder of one node.
        return;
    }
    // Another token of the same name has not these keys, and nothing is made over the certificates.
    place.tool("softhsm2-util", &["--delete-token", "--token", LABEL]);
    place.make_token(LABEL);
    let said = place.refusal(&text);
    assert!(said.contains("the key of `issuing-1` is not in the PKCS#11 token"), "{said}");
    assert_eq!(place.private_keys().matches("Private Key Object").count(), 0);
    // Without a token its keys are missing as well.
    let said = place.refusal(&configuration());
    assert!(said.contains("issuing-1.key is missing"), "{said}");
}

fn is_elsewhere(place: &Place) -> bool {
    place.path("database-url").exists()
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_before_the_token_issue_on() {
    let (_, folder) = Place::new();
    let server = Server::in_folder(folder, &configuration()).await;
    let mut house = House::of(server).await;
    house.accept().await;
    let issuer = issued(&house).await;
    house.server.stop();
    house.server = house.server.again_with(&with_token(LABEL)).await;
    assert_eq!(issued(&house).await, issuer);
}

#[tokio::test]
async fn a_start_that_cannot_use_the_token_says_why_and_tries_no_pin_twice() {
    let (place, _folder) = Place::new();
    let text = with_token(LABEL);
    place.is_given("999999999");
    let said = place.refusal(&text);
    assert!(said.contains("refuses the PIN"), "{said}");
    assert!(!said.contains("999999999"), "{said}");
    place.is_given("");
    let said = place.refusal(&text);
    assert!(said.contains("SIGNER_REGISTRY_TOKEN_PIN is not set"), "{said}");
    place.is_given(PIN);
    let said = place.refusal(&with_token("another"));
    assert!(
        said.contains("no PKCS#11 token is labelled `another`; there are: segl-registry"),
        "{said}"
    );
    place.make_token(LABEL);
    let said = place.refusal(&text);
    assert!(said.contains("2 PKCS#11 tokens are labelled `segl-registry`"), "{said}");
    let module = module();
    let missing = text.replace(module.to_str().expect("a path"), "/nowhere/token.so");
    let said = place.refusal(&missing);
    assert!(said.contains("/nowhere/token.so: the PKCS#11 module cannot be loaded"), "{said}");
    // What is no library of tokens is none.
    let other = text.replace(module.to_str().expect("a path"), "keys.json");
    let said = place.refusal(&other);
    assert!(said.contains("keys.json: the PKCS#11 module cannot be loaded"), "{said}");
}

/// Waits for what must come while a token hangs: for ever is what is refused, not slow.
async fn comes<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), what).await.expect("it comes while a token hangs")
}

#[tokio::test(flavor = "multi_thread")]
async fn while_its_token_hangs_seals_go_on_and_nobody_waits_for_ever() {
    let (place, folder) = Place::new();
    let module = place.path("hang.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/token/hang.c");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]).arg(&module).arg(source).arg("-ldl");
    assert!(compiler.status().expect("a compiler of C").success());
    let hang = place.path("hangs");
    let environment = fs::read_to_string(place.path("environment")).expect("a file");
    let hangs = format!("SEGL_TOKEN_HANGS={}\n", hang.display());
    fs::write(place.path("environment"), environment + &hangs).expect("a file");
    let text = with_token(LABEL)
        .replace(self::module().to_str().expect("a path"), module.to_str().expect("a path"));
    let server = Server::in_folder(folder, &text).await;
    let house = House::of(server).await;
    house.accept().await;
    issued(&house).await;
    let listed = house.get("/v1/certificates").await.ok().json();
    let id = listed["items"][0]["id"].as_str().expect("a name").to_owned();
    fs::write(&hang, "").expect("a file");
    // As many strangers ask for what must be signed as take every thread, and more.
    let root_list = || house.server.get("/pki/registry/root.crl");
    let strangers = futures_util::future::join_all((0..8).map(|_| root_list()));
    let seals = async {
        for _ in 0..3 {
            let query = "profile=decisions&format=cades&packaging=attached";
            house.server.seal(query, b"While a token hangs").await.ok();
        }
    };
    let (lists, ()) = comes(async { tokio::join!(strangers, seals) }).await;
    assert!(lists.iter().all(|answer| answer.status == 503), "{lists:?}");
    let order = comes(house.ordered()).await;
    let refused = comes(collected(&house, &order)).await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    // What was blocked is blocked, and no list says less.
    let path = format!("/v1/certificates/{id}/revocation");
    let reason = json!({ "reason": "compromise-suspected" });
    comes(house.post(&house.users, &path, reason)).await.ok();
    let list = || house.server.get("/pki/registry/issuing-ca.crl");
    assert_eq!(comes(list()).await.status, 503);
    assert!(house.server.log().contains("did not answer within ten seconds"));
    fs::remove_file(&hang).expect("the file");
    let answer = list().await.ok();
    let folder = Folder::new();
    folder.write("list", &answer.body);
    let read = openssl(&folder, "crl -inform DER -in @list -noout -text").expect("a list");
    assert_eq!(read.matches("Serial Number:").count(), 1, "{read}");
    assert_eq!(root_list().await.status, 200);
    assert_eq!(collected(&house, &order).await.status, 201);
}
