//! A hundred documents under one consent: what is done stays done, whatever becomes of the others.

use std::time::Duration;

use serde_json::json;

use crate::{
    fixtures,
    oracle::{self, Folder},
    reader::Reader,
    server::Server,
};

/// How long each is, in bytes.
const LENGTH: usize = 200_000;

/// What the service may take beside the documents and twice what is made of them, in bytes.
const ROOM: u64 = 96 << 20;

/// A hundred where there is time, or else a tenth.
fn count() -> usize {
    if std::env::var_os("SEGL_LONG").is_some() { 100 } else { 10 }
}

/// So many different documents; the one in the middle is spoilt.
fn documents(count: usize) -> Vec<(String, Vec<u8>)> {
    let document = |at: usize| {
        let mut bytes = fixtures::with_content(LENGTH + at);
        if at == count / 2 {
            bytes.truncate(LENGTH / 2);
        }
        (format!("decision-{:03}.pdf", at + 1), bytes)
    };
    (0..count).map(document).collect()
}

/// Lays all of them down, reads them, and agrees to their seals.
async fn agreed(reader: &Reader<'_>, count: usize) -> String {
    let batch = reader.lay(documents(count)).await;
    for number in (1..=count).filter(|number| *number != count / 2 + 1) {
        reader.read(&batch, number).await;
    }
    reader.agree(&batch, "decisions").await;
    batch
}

/// Each step of a seal waits.
async fn slow(server: &Server) {
    let fault = json!({ "fault": "delay", "milliseconds": 40, "count": 100_000 });
    assert_eq!(server.control("/faults", fault).await.status, 201);
}

/// Which documents the page of results gives away.
async fn given(reader: &Reader<'_>, batch: &str, count: usize) -> Vec<usize> {
    let page = reader.get(&format!("{batch}/result")).await.ok().text();
    let is_given = |number: &usize| page.contains(&format!("href=\"{batch}/{number}/result\""));
    (1..=count).filter(is_given).collect()
}

async fn assert_valid(server: &Server, reader: &Reader<'_>, batch: &str, numbers: &[usize]) {
    for number in numbers {
        let result = reader.get(&format!("{batch}/{number}/result")).await.ok().body;
        let report = server.validate(&result).await;
        assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{number}: {report}");
    }
}

#[tokio::test]
async fn one_spoilt_document_fails_alone_while_the_others_move_on_and_stay() {
    let count = count();
    let server = Server::embedded().await;
    let reader = Reader::log_in(&server, "karen").await;
    slow(&server).await;
    let before = server.forget_peak_bytes();
    let batch = agreed(&reader, count).await;
    let (mut seen, mut kept) = (Vec::new(), Vec::new());
    for _ in 0..3_000 {
        let (done, of, is_working) = reader.state(&batch).await;
        assert_eq!(of, count as u64);
        assert!(seen.last().is_none_or(|last| *last <= done), "{done} after {seen:?}");
        if seen.last() != Some(&done) {
            seen.push(done);
            // The page as whoever loads it anew has it: what was there is there.
            let now = given(&reader, &batch, count).await;
            assert!(kept.iter().all(|number| now.contains(number)), "{kept:?}, then {now:?}");
            kept = now;
        }
        if !is_working {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(seen.last(), Some(&(count as u64)), "all are through");
    assert!(seen.len() > count / 2, "it moved: {seen:?}");
    let grown = server.peak_bytes().saturating_sub(before);
    let bound = ROOM + 3 * (count * LENGTH) as u64;
    assert!(grown < bound, "{grown} bytes, where {bound} are allowed");

    let spoilt = count / 2 + 1;
    let good: Vec<usize> = (1..=count).filter(|number| *number != spoilt).collect();
    assert_eq!(given(&reader, &batch, count).await, good);
    assert_eq!(reader.get(&format!("{batch}/{spoilt}/result")).await.status, 404);
    assert_valid(&server, &reader, &batch, &good).await;
    // Another window of the same person has it, too.
    let window = Reader::log_in(&server, "karen").await;
    assert_eq!(given(&window, &batch, count).await, good);
}

#[tokio::test]
async fn what_was_done_before_somebody_stops_is_valid_and_nothing_else_is_begun() {
    let count = count();
    let enough = count as u64 * 3 / 10;
    let server = Server::embedded().await;
    let reader = Reader::log_in(&server, "karen").await;
    slow(&server).await;
    let batch = agreed(&reader, count).await;
    for _ in 0..3_000 {
        if reader.state(&batch).await.0 >= enough {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let stopped = reader.post(&format!("{batch}/cancel"), &[]).await;
    assert_eq!(stopped.header("location"), format!("{batch}/result"));
    reader.wait(&batch).await;
    let done = given(&reader, &batch, count).await;
    let first: Vec<usize> = (1..=done.len()).collect();
    // The one that was under way was done to its end, and perhaps the next.
    assert!(done == first && (enough..=enough + 3).contains(&(done.len() as u64)), "{done:?}");
    assert_valid(&server, &reader, &batch, &done).await;
    let archive = reader.get(&format!("{batch}/archive")).await.ok().body;
    let folder = Folder::new();
    let file = folder.write("all.zip", &archive);
    let listed = oracle::run("unzip", ["-Z1".as_ref(), file.as_os_str()]);
    let listed = String::from_utf8_lossy(&listed.stdout).lines().count();
    assert_eq!(listed, done.len(), "the archive holds what was done");
}
