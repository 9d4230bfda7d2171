//! Nodes on one database, which are killed and come back.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use test_database::Server as Postgres;

use super::{configuration, post};
use crate::{
    issuer::{AUDIENCE, Claims, ISSUER, Issuer, SUBJECT},
    oracle::Folder,
    server::{Answer, Server},
    simulator::{Files, Simulator},
};

/// How long nodes that were struck, or whose database was, may take to be as they were.
const PATIENCE: Duration = Duration::from_secs(60);

/// The nodes, and what they stand on.
pub(super) struct Fleet {
    pub(super) nodes: Vec<Arc<Server>>,
    configurations: Vec<String>,
    // Each device ends with it.
    devices: Vec<Simulator>,
    _folders: Vec<Folder>,
    postgres: Postgres,
    address: String,
    issuer: Issuer,
}

impl Fleet {
    /// One node, with its device in its own process.
    pub(super) async fn of_one() -> Self {
        Self::of(&["one"], |_| None).await
    }

    /// Two nodes, each with a device elsewhere.
    pub(super) async fn of_two() -> Self {
        let device = |folder: &Folder| Some(Simulator::start(&Files::make(&folder.path("."))));
        Self::of(&["one", "two"], device).await
    }

    async fn of(names: &[&str], device: impl Fn(&Folder) -> Option<Simulator>) -> Self {
        let (postgres, issuer) = (Postgres::start(), Issuer::new());
        let address = postgres.database();
        let (mut folders, mut devices) = (Vec::new(), Vec::new());
        let (mut nodes, mut configurations) = (Vec::new(), Vec::new());
        for name in names {
            let folder = Folder::new();
            folder.write("keys.json", issuer.key_set().as_bytes());
            let mut text = configuration(name) + &person(&folder.path("keys.json").display());
            if let Some(device) = device(&folder) {
                text += &device.connection();
                devices.push(device);
            }
            nodes.push(Arc::new(Server::on_database(&text, &address).await));
            configurations.push(text);
            folders.push(folder);
        }
        Self { nodes, configurations, devices, _folders: folders, postgres, address, issuer }
    }

    /// Whether the devices are elsewhere: then they know no person's issuer but their own.
    pub(super) fn is_remote(&self) -> bool {
        !self.devices.is_empty()
    }

    /// An application that may seal, and that every node has heard of; its key.
    pub(super) async fn application(&self, id: &str, maximum: Option<usize>) -> String {
        let node = &self.nodes[0];
        let made = json!({ "id": id, "display_name": "The archive" });
        let mandate = match maximum {
            Some(maximum) => json!({ "application": id, "maximum_seals": maximum }),
            None => json!({ "application": id }),
        };
        let keys = format!("/v1/applications/{id}/keys");
        let mut answers = Vec::new();
        for (path, body) in
            [("/v1/applications", made), (&*keys, json!({})), ("/v1/mandates", mandate)]
        {
            let made = when_back(|| post(node, path, body.clone())).await;
            assert_eq!(made.status, 201, "{path}: {}", made.text());
            answers.push(made.json());
        }
        let key = answers[1]["key"].as_str().expect("a key").to_owned();
        for node in &self.nodes {
            // Asked seldom: who comes with an unknown key is kept out soon.
            let pause = Duration::from_millis(300);
            let heard = |answer: &Answer| answer.status == 200;
            let known = until(heard, pause, || node.get_as("/v1/profiles", &key)).await;
            assert_eq!(known.status, 200, "{}", known.text());
        }
        key
    }

    /// A person's token for one document.
    pub(super) fn token(&self, document: &[u8]) -> String {
        let documents = &[document];
        self.issuer.token(&Claims { cvr: "12345674", age: Duration::ZERO, documents })
    }

    /// Kills a node, or the database; what was killed is back afterwards.
    pub(super) async fn strike(&mut self, dice: &mut fastrand::Rng) -> &'static str {
        let away = Duration::from_millis(dice.u64(0..300));
        match dice.usize(0..=self.nodes.len()) {
            0 => {
                self.postgres.kill();
                tokio::time::sleep(away).await;
                self.postgres.again();
                "database"
            }
            node => {
                let at = node - 1;
                self.nodes[at].kill();
                tokio::time::sleep(away).await;
                let again = self.nodes[at].again_with(&self.configurations[at]).await;
                self.nodes[at] = Arc::new(again);
                "node"
            }
        }
    }

    /// What a statement answers, a row a line.
    pub(super) fn execute(&self, sql: &str) -> String {
        self.postgres.execute(&self.address, sql)
    }

    /// Every record, with its chain as a member of its own.
    pub(super) fn records(&self) -> Vec<Value> {
        let rows = self.execute(
            "SELECT jsonb_build_object('chain', chain) || body::jsonb FROM audit_record
             ORDER BY chain, sequence",
        );
        rows.lines().map(|row| serde_json::from_str(row).expect("JSON")).collect()
    }

    /// Tells the nodes to stop, and waits until they have.
    pub(super) fn stop(&mut self) {
        for node in &mut self.nodes {
            let node = Arc::get_mut(node).expect("the clients have ended");
            assert_eq!(node.stop(), Some(0), "{}", node.log());
        }
    }
}

/// What is answered when the database is no longer away, as far as that can be waited for.
pub(super) async fn when_back<F: Future<Output = Answer>>(ask: impl Fn() -> F) -> Answer {
    until(|answer| answer.status != 503, Duration::from_millis(100), ask).await
}

/// Asks until the answer is the one that is waited for, with a pause each time; the last answer if it
/// is not within [`PATIENCE`].
async fn until<F: Future<Output = Answer>>(
    is_awaited: impl Fn(&Answer) -> bool,
    pause: Duration,
    ask: impl Fn() -> F,
) -> Answer {
    let started = Instant::now();
    loop {
        let answer = ask().await;
        if is_awaited(&answer) || started.elapsed() > PATIENCE {
            return answer;
        }
        tokio::time::sleep(pause).await;
    }
}

/// A person who may sign and seal, with tokens of the tests' own issuer.
fn person(keys: &impl std::fmt::Display) -> String {
    format!(
        r#"
        [[profile]]
        id = "staff"
        kind = "user"
        display_name = "Staff"
        allow_signing = true
        [[identity_issuer]]
        issuer = "{ISSUER}"
        audience = "{AUDIENCE}"
        jwks_file = "{keys}"
        [[grant]]
        to = {{ person = {{ issuer = "{ISSUER}", subject = "{SUBJECT}" }} }}
        acts = ["seal", "signature"]
        "#
    )
}
