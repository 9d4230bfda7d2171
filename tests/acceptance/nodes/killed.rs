//! `kill -9` of nodes and of their database, at random moments under load. `SEGL_LONG=1` kills sixty times.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use tokio::task::JoinHandle;

use super::fleet::{Fleet, when_back};
use crate::{
    audit_log, fixtures,
    server::{Answer, Server, sha256_hex, try_send},
};

/// How many seals a mandate gives.
const SEALS: usize = 100;

/// How many clients race for them.
const CLIENTS: usize = 32;

/// After how many kills there is another mandate.
const MANDATE_EVERY: usize = 6;

/// A seal that a client received.
struct Sealed {
    receipt: String,
    hash: String,
    key: String,
}

impl Sealed {
    fn of(answer: &Answer, key: &str) -> Self {
        let (receipt, hash) = (answer.header("location").to_owned(), sha256_hex(&answer.body));
        Self { receipt, hash, key: key.to_owned() }
    }
}

type Kept = Mutex<Vec<Sealed>>;

/// A document that no other act is about.
fn document(name: &str) -> Vec<u8> {
    let mut document = fixtures::named("one-page.pdf");
    document.extend_from_slice(format!("% {name}\n").as_bytes());
    document
}

/// Seals with either key until it is told to stop, or nobody answers; keeps what it received.
async fn seal_on(node: Arc<Server>, keys: [String; 2], stop: Arc<AtomicBool>, kept: Arc<Kept>) {
    let document = fixtures::named("one-page.pdf");
    let mut keys = keys.iter().cycle();
    let mut key = keys.next().expect("a key");
    while !stop.load(Ordering::Relaxed) {
        let request = node.post("/v1/seals?profile=decisions").bearer_auth(key);
        match try_send(request.body(document.clone())).await {
            Ok(answer) if answer.status == 200 => {
                kept.lock().unwrap().push(Sealed::of(&answer, key));
            }
            Ok(answer) => {
                // Exhausted, or the database is away.
                assert!(matches!(answer.status, 403 | 503), "{}", answer.text());
                key = keys.next().expect("another key");
            }
            Err(_) => return,
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Something that may be done once, and is asked for again and again.
struct Once {
    path: &'static str,
    bearer: String,
    key: Option<String>,
    document: Vec<u8>,
    done: usize,
}

impl Once {
    /// Asks twice on every node at once.
    fn ask(&self, nodes: &[Arc<Server>]) -> JoinHandle<usize> {
        let requests: Vec<_> = nodes
            .iter()
            .flat_map(|node| [node, node])
            .map(|node| {
                let request = node.post(self.path).bearer_auth(&self.bearer);
                let request = match &self.key {
                    Some(key) => request.header("Idempotency-Key", key),
                    None => request,
                };
                try_send(request.body(self.document.clone()))
            })
            .collect();
        tokio::spawn(async move {
            let answers = join_all(requests).await;
            answers.iter().flatten().filter(|answer| answer.status == 200).count()
        })
    }

    fn count(&mut self, done: usize) {
        self.done += done;
        assert!(self.done <= 1, "{}: done {} times", self.path, self.done);
    }
}

/// A token that signs once, and a key of a request that seals once.
fn once(fleet: &Fleet, kill: usize, key: &str) -> [Once; 2] {
    let (signed, sealed) = (document(&format!("token {kill}")), document(&format!("key {kill}")));
    let path = match fleet.is_remote() {
        true => "/v1/seals?profile=decisions",
        false => "/v1/signatures?profile=staff",
    };
    let token = fleet.token(&signed);
    let name = Some(format!("kill-{kill}"));
    [
        Once { path, bearer: token, key: None, document: signed, done: 0 },
        Once {
            path: "/v1/seals?profile=decisions",
            bearer: key.to_owned(),
            key: name,
            document: sealed,
            done: 0,
        },
    ]
}

async fn nothing_is_lost_or_done_twice(mut fleet: Fleet, seed: u64) {
    let kills = if std::env::var_os("SEGL_LONG").is_some() { 60 } else { 6 };
    let mut dice = fastrand::Rng::with_seed(seed);
    let kept = Arc::new(Kept::default());
    let archive = fleet.application("archive", None).await;
    let (mut letters, mut contests) = (Vec::new(), Vec::new());
    let mut struck = BTreeMap::<&str, usize>::new();
    for kill in 0..kills {
        if kill % MANDATE_EVERY == 0 {
            letters.push(fleet.application(&format!("letters-{kill}"), Some(SEALS)).await);
        }
        let keys = [letters.last().expect("a key").clone(), archive.clone()];
        let stop = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let node = Arc::clone(&fleet.nodes[client % fleet.nodes.len()]);
                tokio::spawn(seal_on(node, keys.clone(), Arc::clone(&stop), Arc::clone(&kept)))
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(dice.u64(50..800))).await;
        let mut once = once(&fleet, kill, &archive);
        let racing = once.each_ref().map(|one| one.ask(&fleet.nodes));
        tokio::time::sleep(Duration::from_millis(dice.u64(0..150))).await;
        *struck.entry(fleet.strike(&mut dice).await).or_default() += 1;
        tokio::time::sleep(Duration::from_millis(dice.u64(0..300))).await;
        stop.store(true, Ordering::Relaxed);
        for client in clients {
            client.await.expect("a client ends");
        }
        for (one, racing) in once.iter_mut().zip(racing) {
            one.count(racing.await.expect("it ends"));
            // What was spent stays spent, and what was not may be asked for again.
            let again = one.ask(&fleet.nodes);
            one.count(again.await.expect("it ends"));
        }
        contests.extend(once);
    }
    // Until the mandates are exhausted.
    for key in &letters {
        let node = &fleet.nodes[0];
        for _ in 0..=SEALS {
            let document = fixtures::named("one-page.pdf");
            let sealed = when_back(|| node.act("seals", "profile=decisions", key, &document));
            let answer = sealed.await;
            if answer.status != 200 {
                assert_eq!(answer.status, 403, "{}", answer.text());
                break;
            }
            kept.lock().unwrap().push(Sealed::of(&answer, key));
        }
    }
    let kept = std::mem::take(&mut *kept.lock().unwrap());
    for key in &letters {
        let given = kept.iter().filter(|sealed| sealed.key == *key).count();
        assert!((1..=SEALS).contains(&given), "{given} seals of a mandate of {SEALS}");
    }
    let counts = fleet.execute("SELECT DISTINCT given FROM mandate_count");
    assert_eq!(counts.trim(), SEALS.to_string());
    for sealed in &kept {
        let receipt = when_back(|| fleet.nodes[0].get_as(&sealed.receipt, &sealed.key)).await;
        let receipt = receipt.ok().json();
        assert_eq!(receipt["output_sha256"], sealed.hash, "an answer without its record");
    }
    fleet.stop();
    let verified = audit_log::verify(&fleet.nodes[0].data_directory(), &[]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    let done = acts_done(&fleet);
    for contest in &contests {
        let recorded = done.get(&sha256_hex(&contest.document)).copied().unwrap_or_default();
        assert!(recorded <= 1, "{}: done {recorded} times on record", contest.path);
        assert!(recorded >= contest.done, "an answer has no outcome");
    }
    let answered: usize = contests.iter().map(|contest| contest.done).sum();
    println!(
        "{struck:?}: {} seals, and {answered} of {} acts that may be done once, were answered; \
              {} are on record",
        kept.len(),
        contests.len(),
        done.values().sum::<usize>()
    );
}

/// How many acts about each document were done; no key made two of them.
fn acts_done(fleet: &Fleet) -> BTreeMap<String, usize> {
    let (mut intents, mut done) = (BTreeMap::new(), BTreeMap::new());
    let mut serials = BTreeSet::new();
    let mut concluded = BTreeSet::new();
    for record in fleet.records() {
        let event = &record["event"];
        let place = |number: &serde_json::Value| (record["chain"].to_string(), number.to_string());
        match record["kind"].as_str() {
            Some("intent") => {
                let document = event["document"]["digest"].as_str().expect("a digest").to_owned();
                intents.insert(place(&record["sequence"]), document);
            }
            Some("outcome") => {
                let intent = place(&event["intent"]);
                let document =
                    intents.get(&intent).unwrap_or_else(|| panic!("no intent: {record}"));
                assert!(concluded.insert(intent), "two outcomes of one intent: {record}");
                if let Some(serial) = event["certificate_serial"].as_str() {
                    assert!(serials.insert(serial.to_owned()), "a key made two acts: {record}");
                }
                if event["result"] == "done" {
                    *done.entry(document.clone()).or_default() += 1;
                }
            }
            _ => {}
        }
    }
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_and_its_database_are_killed_and_nothing_is_lost_or_done_twice() {
    nothing_is_lost_or_done_twice(Fleet::of_one().await, 15).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_and_their_database_are_killed_and_nothing_is_lost_or_done_twice() {
    nothing_is_lost_or_done_twice(Fleet::of_two().await, 16).await;
}
