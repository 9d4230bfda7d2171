//! `kill -9` of a node and of its database, at random moments under load. `SEGL_LONG=1` kills sixty times.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use test_database::Server as Postgres;

use crate::{
    audit_log, fixtures,
    server::{Server, database, send, try_send},
};

/// How many seals the mandate gives.
const SEALS: usize = 100;

/// Seals until it is told to stop, or nobody answers; keeps where the receipts are.
async fn seal_on(server: Arc<Server>, key: String, stop: Arc<AtomicBool>, kept: Arc<Kept>) {
    let document = fixtures::named("one-page.pdf");
    while !stop.load(Ordering::Relaxed) {
        let request = server.post("/v1/seals?profile=decisions").bearer_auth(&key);
        match try_send(request.body(document.clone())).await {
            Ok(answer) if answer.status == 200 => {
                kept.lock().unwrap().push(answer.header("location").to_owned());
            }
            // Exhausted, or the database is away.
            Ok(answer) => assert!(matches!(answer.status, 403 | 503), "{}", answer.text()),
            Err(_) => return,
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

type Kept = Mutex<Vec<String>>;

/// Has a person's token sign its document twice at once; how often it did.
async fn sign_twice(server: &Server, token: &str) -> usize {
    let document = fixtures::named("one-page.pdf");
    let sign = || {
        let request = server.post("/v1/signatures?profile=staff").bearer_auth(token);
        try_send(request.body(document.clone()))
    };
    let (one, other) = tokio::join!(sign(), sign());
    [one, other].iter().flatten().filter(|answer| answer.status == 200).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_is_on_record_whoever_is_killed_and_nothing_is_given_twice() {
    let kills = if std::env::var_os("SEGL_LONG").is_some() { 60 } else { 6 };
    let mut dice = fastrand::Rng::with_seed(15);
    let postgres = Postgres::start();
    let mut server = Server::demo_on_database(&postgres.database()).await;
    let karen = server.token("karen", &[]).await;
    let post = async |path: &str, body| {
        let answer = send(server.post(path).bearer_auth(&karen).json(&body)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    };
    post("/v1/applications", json!({ "id": "archive", "display_name": "The archive" })).await;
    let made = post("/v1/applications/archive/keys", json!({})).await;
    let key = made["key"].as_str().expect("a key").to_owned();
    post("/v1/mandates", json!({ "application": "archive", "maximum_seals": SEALS })).await;

    let kept = Arc::new(Kept::default());
    for kill in 0..kills {
        let document = fixtures::named("one-page.pdf");
        let token = server.token("karen", &[&document]).await;
        let shared = Arc::new(server);
        let stop = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..4)
            .map(|_| {
                let (key, stop, kept) = (key.clone(), Arc::clone(&stop), Arc::clone(&kept));
                tokio::spawn(seal_on(Arc::clone(&shared), key, stop, kept))
            })
            .collect();
        let signing = {
            let (shared, token) = (Arc::clone(&shared), token.clone());
            tokio::spawn(async move { sign_twice(&shared, &token).await })
        };
        tokio::time::sleep(Duration::from_millis(dice.u64(100..900))).await;
        let database_dies = kill % 2 == 0;
        if database_dies {
            postgres.kill();
            tokio::time::sleep(Duration::from_millis(dice.u64(0..300))).await;
            postgres.again();
        } else {
            shared.kill();
        }
        stop.store(true, Ordering::Relaxed);
        for client in clients {
            client.await.expect("a client ends");
        }
        let mut signed = signing.await.expect("it ends");
        if database_dies {
            // What was spent stays spent, and what was not may be asked again.
            signed += sign_twice(&shared, &token).await;
        }
        assert!(signed <= 1, "a token signed {signed} times");
        let mut used = Arc::into_inner(shared).expect("the clients have ended");
        server = if database_dies { used } else { used.again().await };
    }
    // Until the mandate is exhausted.
    let document = fixtures::named("one-page.pdf");
    for _ in 0..=SEALS {
        let answer = server.act("seals", "profile=decisions", &key, &document).await;
        match answer.status {
            200 => kept.lock().unwrap().push(answer.header("location").to_owned()),
            status => {
                assert_eq!(status, 403, "{}", answer.text());
                break;
            }
        }
    }
    let receipts = kept.lock().unwrap().clone();
    assert!((1..=SEALS).contains(&receipts.len()), "{} seals", receipts.len());
    for receipt in &receipts {
        assert_eq!(server.get_as(receipt, &key).await.ok().json()["act"], "seal");
    }
    server.stop();
    let data = server.data_directory();
    let verified = audit_log::verify(&data, &[]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    let address = database::address(&data).expect("a database");
    let given = postgres.execute(&address, "SELECT given FROM mandate_count");
    assert_eq!(given.trim(), SEALS.to_string());
    println!("{} of {SEALS} seals were answered through {kills} kills", receipts.len());
}
