//! The release build of `signer serve`, started as a user would, on free ports of the loopback.

mod answer;
mod client;
pub mod database;
mod management;
mod memory;
mod process;
mod request;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{
    Client, RequestBuilder,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use tempfile::TempDir;

pub use self::{
    answer::{Answer, send, try_send},
    client::{builder, plain_client},
    management::{MAIL_PASSWORD, MANAGEMENT_TOKEN},
    process::environment,
};
use crate::{
    ports,
    simulator::{Files, Simulator},
};

/// The API key that the demo's application gets: 256 bits.
pub const API_KEY: &str = "segl_acceptance_4f1d6b0a93c27e58d1a4b7c0e3f6928574a1b0c9d8e7f60514233";

/// How long a server may take until it is ready.
const START_LIMIT: Duration = Duration::from_secs(30);

/// How often ports are chosen again when another program took them.
const START_ATTEMPTS: usize = 5;

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT` of the service.
    pub address: String,
    /// The same of the management port.
    pub management: String,
    /// The same of the service's own, if the device is elsewhere.
    own_management: String,
    /// Where the simulator publishes its certificates.
    pki: String,
    /// Holds configuration, data directory and log.
    folder: Arc<TempDir>,
    /// The simulator as a process of its own, if the device is remote.
    pub simulator: Option<Simulator>,
    client: Client,
}

impl Server {
    /// The demo organisation; its device is in process, or with `SEGL_QSCD=remote` a simulator of
    /// its own behind mutual TLS.
    pub async fn demo() -> Self {
        if std::env::var_os("SEGL_QSCD").is_some_and(|adapter| adapter == "remote") {
            Self::remote("").await
        } else {
            Self::embedded().await
        }
    }

    /// The demo organisation with the simulator in the service's own process.
    pub async fn embedded() -> Self {
        Self::start(Arc::new(folder()), None).await
    }

    /// The demo organisation with a simulator of its own behind mutual TLS. `more` goes into the
    /// profile `decisions`.
    pub async fn remote(more: &str) -> Self {
        let folder = folder();
        let simulator = Simulator::start(&Files::make(folder.path()));
        let configuration = simulator.configuration(more);
        let mut server = Self::start(Arc::new(folder), Some(&configuration)).await;
        server.management = simulator.management();
        server.pki = simulator.public();
        server.simulator = Some(simulator);
        // The demo is awaited until it has sealed; so is this one.
        assert!(server.answers("/readyz").await, "{}", server.log());
        server
    }

    /// A server with a configuration of its own and this key set beside it as `keys.json`.
    pub async fn configured(configuration: &str, keys: &str) -> Self {
        let folder = folder();
        fs::write(folder.path().join("keys.json"), keys).expect("a temporary file can be written");
        Self::start(Arc::new(folder), Some(configuration)).await
    }

    /// A node with a configuration of its own, on this database of PostgreSQL.
    pub async fn on_database(configuration: &str, address: &str) -> Self {
        let folder = folder();
        database::give(folder.path(), address);
        Self::start(Arc::new(folder), Some(configuration)).await
    }

    /// The demo on this database of PostgreSQL.
    pub async fn demo_on_database(address: &str) -> Self {
        let folder = folder();
        database::give(folder.path(), address);
        Self::start(Arc::new(folder), None).await
    }

    /// The same with these files beside the configuration.
    pub async fn with_files(configuration: &str, keys: &str, files: &[(&str, &[u8])]) -> Self {
        let folder = folder();
        fs::write(folder.path().join("keys.json"), keys).expect("a temporary file can be written");
        for (name, content) in files {
            fs::write(folder.path().join(name), content).expect("a temporary file can be written");
        }
        Self::start(Arc::new(folder), Some(configuration)).await
    }

    /// Writes a file beside the configuration, or the configuration itself (`signer.toml`).
    pub fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.folder.path().join(name), content).expect("a temporary file can be written");
    }

    /// Starts again in the same data directory after [`Self::kill`], the device included.
    pub async fn again(&mut self) -> Self {
        let Some(mut simulator) = self.simulator.take() else {
            return Self::start(Arc::clone(&self.folder), None).await;
        };
        simulator.kill();
        self.simulator = Some(simulator.again());
        let mut server = self.service_again().await;
        // As the one in process: until it has sealed.
        assert!(server.answers("/readyz").await, "{}", server.log());
        server
    }

    /// Starts the service again after [`Self::kill`]; its device, a simulator of its own, runs on.
    pub async fn service_again(&mut self) -> Self {
        let simulator = self.simulator.take().expect("a simulator of its own");
        let configuration = simulator.configuration("");
        let mut server = Self::start(Arc::clone(&self.folder), Some(&configuration)).await;
        server.management = simulator.management();
        server.pki = simulator.public();
        server.simulator = Some(simulator);
        server
    }

    async fn start(folder: Arc<TempDir>, configuration: Option<&str>) -> Self {
        let mut log = String::new();
        for _ in 0..START_ATTEMPTS {
            let mut server = Self::spawn(Arc::clone(&folder), configuration);
            // A configuration that the policy refuses is alive but never ready.
            if server.answers(if configuration.is_some() { "/healthz" } else { "/readyz" }).await {
                return server;
            }
            log = server.log();
            if !log.to_lowercase().contains("in use") {
                break;
            }
        }
        panic!("`signer serve` did not become ready:\n{log}");
    }

    fn spawn(folder: Arc<TempDir>, configuration: Option<&str>) -> Self {
        let [listen, management] = ports::free().map(|port| format!("127.0.0.1:{port}"));
        let mut command = Command::new(binary());
        command.arg("serve").args(["--listen", &listen, "--management", &management]);
        command.arg("--data-dir").arg(folder.path().join("data"));
        if let Some(configuration) = configuration {
            let file = folder.path().join("signer.toml");
            // Who says what it is called from outside knows its port only now.
            let port = listen.rsplit(':').next().unwrap_or_default();
            let configuration = configuration.replace("{port}", port);
            fs::write(&file, configuration).expect("a temporary file can be written");
            command.arg("--config").arg(file);
        }
        database::give_own(folder.path());
        let log = File::create(folder.path().join("log")).expect("a log");
        command
            .current_dir(folder.path())
            .env("SIGNER_DEMO_API_KEY", API_KEY)
            .env("SIGNER_MANAGEMENT_TOKEN", MANAGEMENT_TOKEN)
            .env("SIGNER_MAIL_PASSWORD", MAIL_PASSWORD)
            .env_remove("RUST_LOG")
            .envs(database::environment(&folder.path().join("data")))
            .envs(environment(folder.path()))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log);
        let child = command.spawn().expect("`signer` starts");
        let tls = configuration.is_some_and(|text| text.contains("[server.tls]"));
        let scheme = if tls { "https" } else { "http" };
        Self {
            child,
            address: format!("{scheme}://{listen}"),
            pki: format!("http://{listen}"),
            simulator: None,
            management: format!("http://{management}"),
            own_management: format!("http://{management}"),
            folder,
            client: client::client(),
        }
    }

    async fn answers(&mut self, path: &str) -> bool {
        let started = Instant::now();
        while started.elapsed() < START_LIMIT {
            if self.child.try_wait().expect("a child of ours").is_some() {
                return false;
            }
            let ready = self.client.get(format!("{}{path}", self.address)).send().await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }

    /// What the server has printed.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.folder.path().join("log")).expect("a log"))
            .into_owned()
    }

    /// The data directory.
    pub fn data_directory(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A request to the service.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.address))
    }

    /// What the service answers to an unauthenticated GET.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.client.get(format!("{}{path}", self.address))).await
    }

    /// What the service answers to a GET with a bearer.
    pub async fn get_as(&self, path: &str, bearer: &str) -> Answer {
        send(self.client.get(format!("{}{path}", self.address)).bearer_auth(bearer)).await
    }

    /// Asks for a seal with the demo's API key; `query` begins after the `?`.
    pub async fn seal(&self, query: &str, document: &[u8]) -> Answer {
        self.act("seals", query, API_KEY, document).await
    }

    /// Asks for a seal or a signature (`seals`, `signatures`).
    pub async fn act(&self, act: &str, query: &str, bearer: &str, document: &[u8]) -> Answer {
        let request = self.post(&format!("/v1/{act}?{query}")).bearer_auth(bearer);
        send(request.body(document.to_vec())).await
    }

    /// Asks for a seal as a form: the document and its options (JSON).
    pub async fn seal_with(&self, document: &[u8], options: &str) -> Answer {
        let options = Part::text(options.to_owned()).mime_str("application/json");
        let form = Form::new()
            .part("options", options.expect("a media type"))
            .part("document", Part::bytes(document.to_vec()).file_name("document.pdf"));
        send(self.post("/v1/seals").bearer_auth(API_KEY).multipart(form)).await
    }

    /// Asks for a seal as a web page's upload does, with the file's name.
    pub async fn seal_upload(&self, document: &[u8], file_name: &str) -> Answer {
        let document = Part::bytes(document.to_vec()).file_name(file_name.to_owned());
        let form = Form::new().part("document", document);
        send(self.post("/v1/seals?profile=decisions").bearer_auth(API_KEY).multipart(form)).await
    }

    /// Asks for the signatures of a document to be raised; `parts` go beside it.
    pub async fn augment(&self, level: &str, document: &[u8], parts: &[(&str, &[u8])]) -> Answer {
        self.augment_as(API_KEY, level, document, parts).await
    }

    /// The same for whoever bears this.
    pub async fn augment_as(
        &self,
        bearer: &str,
        level: &str,
        document: &[u8],
        parts: &[(&str, &[u8])],
    ) -> Answer {
        let request = self.post(&format!("/v1/augmentations?level={level}")).bearer_auth(bearer);
        if parts.is_empty() {
            return send(request.body(document.to_vec())).await;
        }
        let form = Form::new().part("document", Part::bytes(document.to_vec()));
        let form = parts.iter().fold(form, |form, (name, content)| {
            form.part((*name).to_owned(), Part::bytes(content.to_vec()))
        });
        send(request.multipart(form)).await
    }

    /// Asks for a seal over the SHA-256 of a document.
    pub async fn seal_digest(&self, document: &[u8], profile: &str) -> Answer {
        let hash = ring::digest::digest(&ring::digest::SHA256, document);
        let request = json!({
            "profile": profile,
            "hash": STANDARD.encode(hash),
            "hashAlgorithmOID": "2.16.840.1.101.3.4.2.1",
            "format": "cades",
            "level": "B-T",
        });
        send(self.post("/v1/digests").bearer_auth(API_KEY).json(&request)).await
    }

    /// The service's verdict on a document with the current trust anchor.
    pub async fn validate(&self, document: &[u8]) -> Value {
        send(self.post("/v1/validations").body(document.to_vec())).await.ok().json()
    }

    /// The verdict on a document with further parts: `content`, `trust`.
    pub async fn validate_with(&self, document: &[u8], parts: &[(&str, &[u8])]) -> Value {
        self.validation(document, parts).await.ok().json()
    }

    /// The verdict on what may be no signed document any more; a problem document when it is none.
    pub async fn try_validate(&self, document: &[u8], parts: &[(&str, &[u8])]) -> Value {
        let answer = self.validation(document, parts).await;
        match answer.status {
            200 => answer.json(),
            422 => answer.problem(),
            status => panic!("{status}: {}", answer.text()),
        }
    }

    async fn validation(&self, document: &[u8], parts: &[(&str, &[u8])]) -> Answer {
        let form = Form::new().part("document", Part::bytes(document.to_vec()));
        let form = parts.iter().fold(form, |form, (name, content)| {
            form.part((*name).to_owned(), Part::bytes(content.to_vec()))
        });
        send(self.post("/v1/validations").multipart(form)).await
    }

    /// Where certificates point at: revocation data and certificates.
    pub fn publisher(&self) -> &str {
        &self.pki
    }

    /// A file under `/pki/`.
    pub async fn pki(&self, name: &str) -> Vec<u8> {
        // Every run's anchors are the service's own.
        let base = if name.starts_with("trust-anchor") { &self.address } else { &self.pki };
        send(self.client.get(format!("{base}/pki/{name}"))).await.ok().body
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The release build that stands beside the tests' own.
pub fn binary() -> PathBuf {
    let tests = std::env::current_exe().expect("a path of our own");
    let profile = tests.parent().and_then(Path::parent).expect("target/PROFILE/deps/acceptance");
    let binary = profile.join("signer");
    assert!(
        binary.exists(),
        "`{}` is missing: tests/run builds it, or `cargo build --release -p signer`",
        binary.display()
    );
    binary
}

/// The hash of a document as a token names it.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, bytes))
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for temporary files")
}
