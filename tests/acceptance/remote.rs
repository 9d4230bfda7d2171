//! The simulator as a program of its own: guardrails, mutual TLS, restarts, and the walk-through.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    audit_log, fixtures,
    oracle::{Folder, openssl, workspace},
    ports,
    server::{API_KEY, Server, binary, plain_client, sha256_hex, try_send},
    simulator::{Files, Simulator},
};

/// How often one side is killed.
const KILLS: usize = 50;
/// How many clients ask at once.
const CLIENTS: usize = 6;
/// How long a seal may take.
const PATIENCE: Duration = Duration::from_secs(60);

fn simulator(arguments: &[&str]) -> Output {
    Command::new("timeout")
        .arg("10")
        .arg(binary().with_file_name("qscd-sim"))
        .args(arguments)
        .output()
        .expect("`qscd-sim` runs")
}

#[test]
fn an_address_that_others_reach_is_refused() {
    for arguments in [
        ["--listen", "0.0.0.0:0", "--public", "127.0.0.1:0", "--management", "127.0.0.1:0"],
        ["--listen", "127.0.0.1:0", "--public", "[::]:0", "--management", "127.0.0.1:0"],
        ["--listen", "127.0.0.1:0", "--public", "127.0.0.1:0", "--management", "0.0.0.0:0"],
    ] {
        let refused = simulator(&arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("loopback"), "{refused:?}");
    }
    let management = [
        "--allow-remote",
        "--listen",
        "127.0.0.1:0",
        "--public",
        "127.0.0.1:0",
        "--management",
        "0.0.0.0:0",
    ];
    assert_eq!(simulator(&management).status.code(), Some(2), "the management port has no other");
}

#[tokio::test]
async fn a_client_without_its_certificate_gets_nothing() {
    let server = Server::remote("").await;
    let device = server.simulator.as_ref().expect("a simulator").device();
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_danger_accept_invalid_certs(true)
        .build()
        .expect("a client");
    let refused = client.get(format!("{device}/qscd/v1/device")).send().await;
    assert!(refused.is_err(), "a stranger was answered");
    server.seal("profile=decisions", &fixtures::named("one-page.pdf")).await.ok();
}

#[tokio::test]
async fn a_simulator_that_was_started_again_is_found_and_its_root_is_trusted() {
    let mut server = Server::remote("").await;
    let document = fixtures::named("one-page.pdf");
    let before = server.seal("profile=decisions", &document).await.ok();
    let first = server.pki("trust-anchor.pem").await;

    let mut simulator = server.simulator.take().expect("a simulator");
    simulator.kill();
    let refused = server.seal("profile=decisions", &document).await;
    assert_eq!(refused.problem()["type"], "urn:segl:problem:device-unavailable");

    server.simulator = Some(simulator.again());
    let after = server.seal("profile=decisions", &document).await.ok();
    assert_ne!(server.pki("trust-anchor.pem").await, first);
    for sealed in [before, after] {
        let report = server.validate(&sealed.body).await;
        assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
    }
}

#[tokio::test]
async fn a_person_signs_with_a_device_elsewhere() {
    let server = Server::remote("").await;
    let document = fixtures::named("one-page.pdf");
    let token = server.token("karen", &[&document]).await;
    server.act("signatures", "profile=staff", &token, &document).await.ok();
    let again = server.act("signatures", "profile=staff", &token, &document).await;
    assert_eq!(again.problem()["type"], "urn:segl:problem:token-replayed");
}

#[tokio::test]
async fn a_person_signs_with_a_device_that_was_started_again_though_nobody_sealed_meanwhile() {
    let mut server = Server::remote("").await;
    let document = fixtures::named("one-page.pdf");
    let mut simulator = server.simulator.take().expect("a simulator");
    simulator.kill();
    server.simulator = Some(simulator.again());
    // The service asks once a second what was destroyed, and finds the new run by that.
    let started = std::time::Instant::now();
    loop {
        let token = server.token("karen", &[&document]).await;
        let answer = server.act("signatures", "profile=staff", &token, &document).await;
        if answer.status == 200 {
            break;
        }
        let waited = started.elapsed();
        assert!(waited < Duration::from_secs(10), "locked out: {}", answer.text());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The root that a simulator with these arguments publishes, and what it prints.
async fn root_of(arguments: &[&str]) -> (Vec<u8>, String) {
    let folder = Folder::new();
    let files = Files::make(&folder.path("."));
    let mut simulator = Simulator::with(&files, arguments);
    let address = format!("{}/pki/root.cer", simulator.public());
    let client = plain_client();
    let answer = client.get(address).send().await.expect("an answer");
    let root = answer.bytes().await.expect("a certificate").to_vec();
    simulator.kill();
    (root, simulator.log())
}

#[tokio::test]
async fn a_seed_gives_the_same_root_key_again_and_is_shouted_about() {
    let key = |root: &[u8]| {
        let folder = Folder::new();
        folder.write("root", root);
        openssl(&folder, "x509 -inform DER -in @root -noout -pubkey").expect("a certificate")
    };
    let (one, said) = root_of(&["--seed", "7"]).await;
    let (again, _) = root_of(&["--seed", "7"]).await;
    let (other, quiet) = root_of(&[]).await;
    assert_eq!(key(&one), key(&again));
    assert_ne!(key(&one), key(&other));
    assert!(said.contains("THE KEYS ARE THE SAME AT EVERY START"), "{said}");
    assert!(!quiet.contains("SAME"), "{quiet}");
}

#[tokio::test]
async fn an_operators_own_root_is_used_and_files_that_are_none_are_refused() {
    let work = Folder::new();
    openssl(
        &work,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout @root.key -out \
         @root.pem -days 4000 -subj /C=DK/O=Operator/CN=Root -addext \
         basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign",
    )
    .expect("a root");
    openssl(&work, "x509 -in @root.pem -outform DER -out @root.der").expect("a certificate");
    let path = |name: &str| work.path(name).display().to_string();
    let given = ["--root-certificate", &path("root.pem"), "--root-key", &path("root.key")];
    let (root, _) = root_of(&given).await;
    assert_eq!(root, std::fs::read(work.path("root.der")).expect("a certificate"));

    let alone = simulator(&given[..2]);
    assert_eq!(alone.status.code(), Some(2), "{alone:?}");
    let swapped = ["--root-certificate", &path("root.key"), "--root-key", &path("root.pem")];
    let refused = simulator(&swapped);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("root.key"), "{refused:?}");
}

/// What the simulator told of its credentials, over all its runs.
#[derive(Default)]
struct Told {
    signed: BTreeMap<String, usize>,
}

impl Told {
    fn remember(&mut self, events: Vec<(String, Value)>) {
        for (_, content) in events.into_iter().filter(|(name, _)| name == "signed") {
            let id = content["credential"].as_str().expect("a name").to_owned();
            *self.signed.entry(id).or_default() += 1;
        }
    }
}

/// Listens to the simulator's events until it is gone.
async fn listen(management: String) -> Vec<(String, Value)> {
    let client = plain_client();
    let Ok(mut response) = client.get(format!("{management}/events")).send().await else {
        return Vec::new();
    };
    let mut text = Vec::new();
    while let Ok(Some(part)) = response.chunk().await {
        text.extend_from_slice(&part);
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut told = Vec::new();
    for event in text.split("\n\n") {
        let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
        if let (Some(name), Some(data)) = (line("event: "), line("data: "))
            && let Ok(content) = serde_json::from_str(data)
        {
            told.push((name.to_owned(), content));
        }
    }
    told
}

async fn ask_until(
    server: Arc<Server>,
    document: Arc<Vec<u8>>,
    [begun, stop]: [Arc<Notify>; 2],
) -> Vec<(String, String)> {
    let mut answered = Vec::new();
    let ask = async {
        loop {
            let request = server.post("/v1/seals?profile=decisions").bearer_auth(API_KEY);
            match try_send(request.body(document.to_vec())).await {
                Ok(answer) if answer.status == 200 => {
                    answered.push((answer.header("location").to_owned(), sha256_hex(&answer.body)));
                    begun.notify_one();
                }
                // The device is away, or comes back under another name.
                Ok(answer) => assert!(answer.status >= 500, "{}: {}", answer.status, answer.text()),
                Err(_) => break,
            }
        }
    };
    tokio::select! { () = ask => {}, () = stop.notified() => {} }
    answered
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_fifty_times_neither_side_signs_twice_or_forgets_an_answer() {
    let document = Arc::new(fixtures::named("one-page.pdf"));
    let mut server = Server::remote("").await;
    let mut told = Told::default();
    let mut listener = tokio::spawn(listen(server.management.clone()));
    let mut all = 0;
    for kill in 0..KILLS {
        let mut simulator = server.simulator.take().expect("a simulator");
        let shared = Arc::new(server);
        let told_by = [Arc::new(Notify::new()), Arc::new(Notify::new())];
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| tokio::spawn(ask_until(shared.clone(), document.clone(), told_by.clone())))
            .collect();
        let [begun, stop] = told_by;
        // Another moment of the act each time, once two are done.
        for _ in 0..2 {
            tokio::time::timeout(PATIENCE, begun.notified()).await.expect("a seal");
        }
        tokio::time::sleep(Duration::from_millis((kill as u64 * 37) % 113)).await;
        // In turns the simulator, the service, and both.
        let (kill_simulator, kill_service) = (kill % 3 != 1, kill % 3 != 0);
        if kill_simulator {
            simulator.kill();
        }
        if kill_service {
            shared.kill();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        stop.notify_waiters();
        let mut answered = Vec::new();
        for client in clients {
            answered.extend(client.await.expect("a client ends"));
        }
        all += answered.len();
        if kill_simulator {
            told.remember(listener.await.expect("the listener ends"));
            simulator = simulator.again();
            listener = tokio::spawn(listen(simulator.management()));
        }
        server = Arc::into_inner(shared).expect("the clients have ended");
        server.simulator = Some(simulator);
        if kill_service {
            server = server.service_again().await;
        }
        for (receipt, hash) in answered {
            let receipt = server.get_as(&receipt, API_KEY).await.ok().json();
            assert_eq!(receipt["output_sha256"], hash, "an answer without its record");
        }
    }
    server.simulator.as_mut().expect("a simulator").kill();
    told.remember(listener.await.expect("the listener ends"));
    server.stop();
    println!("{all} seals were answered before {KILLS} kills");
    assert!(all > KILLS, "too few seals to show anything");
    assert!(told.signed.len() > KILLS, "the simulator told of too few signatures");
    let twice: Vec<_> = told.signed.iter().filter(|(_, signed)| **signed > 1).collect();
    assert!(twice.is_empty(), "keys that signed twice: {twice:?}");

    let records = audit_log::records(&server.data_directory());
    let mut serials = BTreeSet::new();
    for record in records.iter().filter(|record| record["kind"] == "outcome") {
        if let Some(serial) = record["event"]["certificate_serial"].as_str() {
            assert!(serials.insert(serial.to_owned()), "a key was used for two acts: {record}");
        }
    }
    assert!(serials.len() >= all, "an answered seal has no record");
    let verified = audit_log::verify(&server.data_directory(), &[]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
}

/// The commands of the walk-through, with free ports and the binaries that stand here already.
fn walk_through() -> String {
    let page = std::fs::read_to_string(workspace().join("docs/simulator.md")).expect("the page");
    let section = page.split("## From start to a forced expiry").nth(1).expect("the section");
    let block = section.split("```sh\n").nth(1).expect("a block").split("```").next();
    block.expect("its end").to_owned()
}

#[test]
fn the_walk_through_ends_in_a_forced_expiry_in_ten_commands() {
    let script = walk_through();
    assert_eq!(script.lines().count(), 10);
    let [service, management] = ports::free().map(|port| port.to_string());
    let target = binary().parent().expect("a folder").display().to_string();
    let script = script
        .replace("cargo build --release -p signer -p qscd-sim\n", "")
        .replace(
            "serve --data-dir",
            &format!(
                "serve --listen 127.0.0.1:{service} --management 127.0.0.1:{management} --data-dir"
            ),
        )
        .replace("127.0.0.1:8080", &format!("127.0.0.1:{service}"))
        .replace("127.0.0.1:8081", &format!("127.0.0.1:{management}"))
        .replace("target/release", &target)
        .replace("@fixtures", &format!("@{}/fixtures", workspace().display()));
    let folder = Folder::new();
    let output = Command::new("timeout")
        .args(["60", "bash", "-m", "-e", "-c", &script])
        .current_dir(folder.path("."))
        .output()
        .expect("bash runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{output:?}");
    assert!(said.contains("urn:segl:problem:credential-expired"), "{said}");
    for name in ["sealed.pdf", "again.pdf"] {
        let sealed = std::fs::read(folder.path(name)).expect("a sealed document");
        assert!(sealed.windows(10).any(|part| part == b"/ByteRange"), "{name}");
    }
}

/// How `qscd-sim` ends when nobody reads what it prints.
fn unread(arguments: &[&str]) -> Output {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    Command::new("timeout")
        .arg("3")
        .arg(binary().with_file_name("qscd-sim"))
        .args(arguments)
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .and_then(Child::wait_with_output)
        .expect("`qscd-sim` runs")
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_failure() {
    let server = Server::demo().await;
    for command in ["status", "scenario"] {
        let output = unread(&["ctl", "--management", &server.management, command]);
        assert!(output.status.success() && output.stderr.is_empty(), "{command}: {output:?}");
    }
    let any = "127.0.0.1:0";
    let serving = unread(&["--listen", any, "--public", any, "--management", any]);
    // It answered until `timeout` told it to stop.
    assert_eq!(serving.status.code(), Some(124), "{serving:?}");
}

#[tokio::test]
async fn the_events_tell_the_life_of_a_credential() {
    let mut server = Server::remote("").await;
    let mut simulator = server.simulator.take().expect("a simulator");
    let listener = tokio::spawn(listen(simulator.management()));
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.seal("profile=decisions", &fixtures::named("one-page.pdf")).await.ok();
    server.control("/faults", json!({ "fault": "cache-full", "count": 1 })).await;
    server.seal("profile=decisions", &fixtures::named("one-page.pdf")).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    simulator.kill();
    let told: Vec<String> =
        listener.await.expect("it ends").into_iter().map(|(name, _)| name).collect();
    assert_eq!(told, ["enrolled", "authorised", "signed", "destroyed", "fault-struck", "refused"]);
}
