//! `kill -9` under load loses nothing that was answered, and the audit log tells of every change.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Notify,
};

use crate::{
    audit_log, fixtures,
    oracle::Folder,
    server::{self, API_KEY, Server, sha256_hex, try_send},
};

/// How often the server is killed.
const KILLS: usize = 20;

/// How many clients ask at once.
const CLIENTS: usize = 8;

/// How long a seal may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answered seal: the receipt's address and the hash of the document received.
type Answered = Vec<(String, String)>;

/// Seals in a loop until the server is gone, and tells of the first.
async fn ask_until_it_dies(
    server: Arc<Server>,
    document: Arc<Vec<u8>>,
    begun: Arc<Notify>,
) -> Answered {
    let mut answered = Answered::new();
    loop {
        let request = server.post("/v1/seals?profile=decisions").bearer_auth(API_KEY);
        match try_send(request.body(document.to_vec())).await {
            Ok(answer) if answer.status == 200 => {
                begun.notify_one();
                answered.push((answer.header("location").to_owned(), sha256_hex(&answer.body)));
            }
            Ok(answer) => panic!("{}: {}", answer.status, answer.text()),
            Err(_) => return answered,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_twenty_times_under_load_it_has_a_record_of_every_answer() {
    let document = Arc::new(fixtures::named("one-page.pdf"));
    let mut server = Server::demo().await;
    let mut all = 0;
    for kill in 0..KILLS {
        let (shared, begun) = (Arc::new(server), Arc::new(Notify::new()));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| ask_until_it_dies(Arc::clone(&shared), Arc::clone(&document), begun.clone()))
            .map(tokio::spawn)
            .collect();
        // Another moment of the act each time, once the first is done.
        tokio::time::timeout(PATIENCE, begun.notified()).await.expect("a seal");
        tokio::time::sleep(Duration::from_millis(50 + 13 * kill as u64)).await;
        shared.kill();
        let mut answered = Answered::new();
        for client in clients {
            answered.extend(client.await.expect("a client ends"));
        }
        assert!(!answered.is_empty(), "nothing was sealed before the kill");
        all += answered.len();

        let mut killed = Arc::into_inner(shared).expect("the clients have ended");
        server = killed.again().await;
        for (receipt, hash) in answered {
            let receipt = server.get_as(&receipt, API_KEY).await.ok().json();
            assert_eq!(receipt["output_sha256"], hash, "{receipt}");
        }
    }
    server.stop();
    println!("{all} seals were answered before {KILLS} kills");

    let output = audit_log::verify(&server.data_directory(), &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let records = audit_log::records(&server.data_directory());
    assert_acts_are_in_order(&records);
    assert!(count(&records, "outcome") >= all, "an answer has no outcome");
}

/// The kind of a record's event.
fn kind(record: &Value) -> &str {
    record["kind"].as_str().unwrap_or_else(|| panic!("no kind: {record}"))
}

fn count(records: &[Value], wanted: &str) -> usize {
    records.iter().filter(|record| kind(record) == wanted).count()
}

/// Every certificate and every outcome follows its intent, and no intent has two outcomes.
fn assert_acts_are_in_order(records: &[Value]) {
    let mut intents: BTreeMap<u64, usize> = BTreeMap::new();
    for record in records {
        let sequence = record["sequence"].as_u64().expect("a number");
        let intent = record["event"]["intent"].as_u64();
        match kind(record) {
            "intent" => drop(intents.insert(sequence, 0)),
            "issued" => assert!(intents.contains_key(&intent.expect("an intent")), "{record}"),
            "outcome" => {
                let intent = intent.expect("an intent");
                let outcomes = intents.get_mut(&intent);
                *outcomes.unwrap_or_else(|| panic!("no intent: {record}")) += 1;
            }
            _ => {}
        }
    }
    assert!(intents.values().all(|outcomes| *outcomes <= 1), "two outcomes of one intent");
}

#[tokio::test]
async fn client_that_hangs_up_leaves_a_complete_record() {
    let mut server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let address = server.address.strip_prefix("http://").expect("an address").to_owned();
    let head = format!(
        "POST /v1/seals?profile=decisions HTTP/1.1\r\nhost: {address}\r\n\
         authorization: Bearer {API_KEY}\r\ncontent-type: application/pdf\r\n\
         content-length: {}\r\n\r\n",
        document.len()
    );
    for hang_up in 0..60 {
        let mut stream = tokio::net::TcpStream::connect(&address).await.expect("a connection");
        stream.write_all(head.as_bytes()).await.expect("the head is sent");
        // Every third client hangs up in the middle of its document.
        let sent = if hang_up % 3 == 0 { document.len() / 2 } else { document.len() };
        stream.write_all(&document[..sent]).await.expect("the body is sent");
        match hang_up % 3 {
            1 => tokio::time::sleep(Duration::from_millis(hang_up % 5)).await,
            2 => drop(stream.read_u8().await),
            _ => {}
        }
    }
    // The shutdown finishes what is in flight.
    server.stop();
    let records = audit_log::records(&server.data_directory());
    assert_acts_are_in_order(&records);
    assert!(count(&records, "intent") >= 20, "only whole documents are acts");
    assert_eq!(count(&records, "intent"), count(&records, "outcome"), "an act was cut off");
    let output = audit_log::verify(&server.data_directory(), &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// A folder with a copy of the data directory, `data`, and of its database, to be spoilt.
fn copy(data: &Path) -> Folder {
    let folder = Folder::new();
    let copied = folder.path("data");
    fs::create_dir(&copied).expect("a folder");
    for entry in fs::read_dir(data).expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.path().is_file() {
            fs::copy(entry.path(), copied.join(entry.file_name())).expect("a copy");
        }
    }
    if let Some(address) = server::database::address(data) {
        let copy = test_database::Server::shared().copy(&address);
        server::database::give(&folder.path("."), &copy);
    }
    folder
}

#[tokio::test]
async fn audit_log_that_was_changed_is_found_out() {
    let mut server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    for _ in 0..3 {
        server.seal("profile=decisions", &document).await.ok();
    }
    server.stop();
    let data = server.data_directory();
    let untouched = audit_log::verify(&data, &[]);
    assert_eq!(untouched.status.code(), Some(0), "{untouched:?}");
    let head = audit_log::head(&untouched);
    let with_head = audit_log::verify(&data, &["--head", &head]);
    assert_eq!(with_head.status.code(), Some(0), "{with_head:?}");

    let zeros = match server::database::address(&data) {
        Some(_) => "decode(repeat('00', 32), 'hex')",
        None => "zeroblob(32)",
    };
    let hash_changed = format!("UPDATE audit_record SET hash = {zeros} WHERE sequence = 3");
    let spoil = [
        (
            "changed",
            "UPDATE audit_record SET body = replace(body, '\"degraded\":false', '\"degraded\":true') \
             WHERE sequence = (SELECT max(sequence) FROM audit_record WHERE body LIKE '%degraded%')",
        ),
        (
            "removed",
            "DELETE FROM audit_record \
                     WHERE sequence = (SELECT min(sequence) + 2 FROM audit_record)",
        ),
        (
            "reordered",
            "UPDATE audit_record SET (body, hash) = \
                       (SELECT body, hash FROM audit_record AS other \
                        WHERE other.sequence = 7 - audit_record.sequence) \
                       WHERE sequence IN (3, 4)",
        ),
        ("hash changed", hash_changed.as_str()),
    ];
    for (what, statement) in spoil {
        let copy = copy(&data);
        let spoilt = copy.path("data");
        audit_log::change(&spoilt, statement);
        assert_ne!(audit_log::rows(&spoilt), audit_log::rows(&data), "{what}: nothing was");
        let output = audit_log::verify(&spoilt, &[]);
        assert_eq!(output.status.code(), Some(1), "{what}: {output:?}");
    }

    let copy = copy(&data);
    let spoilt = copy.path("data");
    audit_log::change(
        &spoilt,
        "DELETE FROM audit_record WHERE sequence = (SELECT max(sequence) FROM audit_record)",
    );
    let output = audit_log::verify(&spoilt, &["--head", &head]);
    assert_eq!(output.status.code(), Some(1), "the tail was lost: {output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_finishes_what_is_in_flight() {
    let mut server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let calls: Vec<_> = (0..16)
        .map(|_| {
            let request = server.post("/v1/seals?profile=decisions").bearer_auth(API_KEY);
            tokio::spawn(try_send(request.body(document.clone())))
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let started = Instant::now();
    assert_eq!(server.stop(), Some(0), "{}", server.log());
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    let mut answered = 0;
    for call in calls {
        // A connection that was not accepted yet is refused; one that was is answered.
        if let Ok(answer) = call.await.expect("a call ends") {
            assert!(matches!(answer.status, 200 | 503), "{}", answer.text());
            answered += usize::from(answer.status == 200);
        }
    }
    let records = audit_log::records(&server.data_directory());
    assert!(count(&records, "outcome") >= answered);
    assert_eq!(count(&records, "intent"), count(&records, "outcome"), "an act was cut off");
    let serials = |kind| {
        let of_kind = records.iter().filter(move |record| record["kind"] == kind);
        of_kind.map(|record| record["event"]["certificate_serial"].clone()).collect::<Vec<_>>()
    };
    // The key of readiness' test is destroyed like the others, and is of no act.
    let destroyed = serials("destroyed");
    for serial in serials("issued") {
        assert!(destroyed.contains(&serial), "the key of {serial} was left");
    }
}
