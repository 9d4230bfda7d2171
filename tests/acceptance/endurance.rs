//! Thousands of seals at 32 connections: none fails, and memory stays flat.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use crate::{
    fixtures,
    server::{API_KEY, Server, send},
};

/// Connections at once.
const CONNECTIONS: usize = 32;

/// After how many seals memory is measured first.
const WARM_UP: usize = 2_000;

/// How many seals in all.
const TOTAL: usize = 20_000;

/// Seals `count` documents over 32 connections.
async fn seal(server: &Arc<Server>, document: &Arc<Vec<u8>>, count: usize) {
    let left = Arc::new(AtomicUsize::new(count));
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (server, document) = (Arc::clone(server), Arc::clone(document));
            let left = Arc::clone(&left);
            tokio::spawn(async move {
                let take = |left: usize| left.checked_sub(1);
                while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok() {
                    let request = server.post("/v1/seals?profile=decisions").bearer_auth(API_KEY);
                    let answer = send(request.body(document.to_vec())).await.ok();
                    assert!(answer.body.len() > document.len());
                }
            })
        })
        .collect();
    for connection in connections {
        connection.await.expect("every seal is made");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_seals_fail_never_and_leave_memory_flat() {
    let server = Arc::new(Server::demo().await);
    let document = Arc::new(fixtures::named("one-page.pdf"));

    let started = Instant::now();
    seal(&server, &document, WARM_UP).await;
    let early = server.resident_bytes();
    seal(&server, &document, TOTAL - WARM_UP).await;
    let late = server.resident_bytes();
    println!(
        "{TOTAL} seals in {:.1} s; {} KiB resident after {WARM_UP}, {} KiB at the end",
        started.elapsed().as_secs_f64(),
        early / 1024,
        late / 1024
    );
    assert!(late * 10 <= early * 12, "memory grew by more than a fifth: {early} to {late} bytes");
}
