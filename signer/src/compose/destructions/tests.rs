//! A device over HTTP that tells the truth, lies, forgets, and is started again.

use std::sync::PoisonError;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    response::{IntoResponse, Response},
};
use qscd_protocol::DestructionPage;
use qscd_sim::{SettableClock, Simulator};
use seal::Qscd;
use serde_json::Value;
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use tower::ServiceExt;

use super::*;
use crate::{
    audit::sample,
    data_directory::DataDirectory,
    device::remote::{Connection, Credentials},
    store::verify,
};

type Change = Arc<dyn Fn(&mut DestructionPage) + Send + Sync>;

/// A simulator behind HTTP, whose answers about destructions can be changed.
struct Bench {
    simulator: Arc<std::sync::Mutex<(Arc<Simulator>, Router)>>,
    change: Arc<std::sync::Mutex<Change>>,
    directory: DataDirectory,
    url: String,
}

fn started() -> (Arc<Simulator>, Router) {
    let simulator = Arc::new(Simulator::start().unwrap());
    let router = simulator.device_router("http://127.0.0.1:8090");
    (simulator, router)
}

impl Bench {
    async fn new() -> Self {
        let simulator = Arc::new(std::sync::Mutex::new(started()));
        let change: Arc<std::sync::Mutex<Change>> =
            Arc::new(std::sync::Mutex::new(Arc::new(|_: &mut DestructionPage| {})));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asked, changing) = (Arc::clone(&simulator), Arc::clone(&change));
        let router = Router::new().fallback(move |request: Request| {
            let router = asked.lock().unwrap().1.clone();
            let change = Arc::clone(&changing.lock().unwrap());
            answer(router, change, request)
        });
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let directory = DataDirectory::temporary().unwrap();
        Self { simulator, change, directory, url }
    }

    /// The service's side: opened anew each time, as after a restart.
    async fn pull(&self) -> Pull {
        let timeout = Duration::from_secs(10);
        let connection = Connection::new(&self.url, &Credentials::default(), timeout).unwrap();
        let device = Arc::new(RemoteDevice::connect(connection).await.unwrap());
        let store = Store::open(&self.directory, sample::key()).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SettableClock::new());
        let followed = resume(&store, &*clock, &device.description()).await.unwrap();
        let state = Mutex::new(State { followed, found: None });
        Pull { device, store, clock, state }
    }

    async fn destroy(&self, count: usize) {
        let simulator = Arc::clone(&self.simulator.lock().unwrap().0);
        let device = simulator.device();
        for _ in 0..count {
            let credential = device.enrol(simulator.enrolment()).await.unwrap();
            device.destroy(&credential.id).await.unwrap();
        }
    }

    fn start_again(&self) {
        *self.simulator.lock().unwrap() = started();
    }

    fn lie(&self, change: impl Fn(&mut DestructionPage) + Send + Sync + 'static) {
        *self.change.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(change);
    }

    /// What the log has, in short: numbers of destructions, of heads in brackets, and findings.
    async fn log(&self, pull: Pull) -> Vec<String> {
        pull.store.close().await.unwrap();
        verify(&self.directory.database(), &sample::key(), None).await.unwrap();
        let mut connection = SqliteConnectOptions::new()
            .filename(self.directory.database())
            .connect()
            .await
            .unwrap();
        let bodies: Vec<String> =
            sqlx::query_scalar("SELECT body FROM audit_record ORDER BY sequence")
                .fetch_all(&mut connection)
                .await
                .unwrap();
        let short = |body: &String| {
            let record: Value = serde_json::from_str(body).unwrap();
            let event = &record["event"];
            match record["kind"].as_str().unwrap() {
                "destroyed" => event["sequence"].to_string(),
                "destructions-signed" => format!("[{}]", event["sequence"]),
                "destructions-unproved" => {
                    format!("{} after {}", event["cause"].as_str().unwrap(), event["after"])
                }
                kind => kind.to_owned(),
            }
        };
        bodies.iter().map(short).collect()
    }
}

async fn answer(router: Router, change: Change, request: Request) -> Response {
    let told = request.uri().path() == "/qscd/v1/destructions";
    let response = router.oneshot(request).await.unwrap();
    if !told {
        return response;
    }
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let mut page: DestructionPage = serde_json::from_slice(&body).unwrap();
    change(&mut page);
    Body::from(serde_json::to_vec(&page).unwrap()).into_response()
}

impl Pull {
    /// Asks, and records a finding as the task and the end of the service do.
    async fn ask(&self) {
        if let Err(why) = self.catch_up().await {
            self.found(&mut *self.state.lock().await, &why);
        }
    }
}

#[tokio::test]
async fn a_restart_of_the_service_neither_loses_nor_doubles_any() {
    let bench = Bench::new().await;
    let pull = bench.pull().await;
    bench.destroy(2).await;
    pull.ask().await;
    pull.ask().await;
    bench.destroy(1).await;
    assert_eq!(bench.log(pull).await, ["device-run", "1", "2", "[2]"]);
    let pull = bench.pull().await;
    pull.ask().await;
    drop(bench.log(pull).await);
    let pull = bench.pull().await;
    pull.ask().await;
    assert_eq!(bench.log(pull).await, ["device-run", "1", "2", "[2]", "3", "[3]"]);
}

#[tokio::test]
async fn more_than_one_page_is_asked_for() {
    let bench = Bench::new().await;
    let pull = bench.pull().await;
    bench.destroy(600).await;
    pull.ask().await;
    let log = bench.log(pull).await;
    let destroyed: Vec<_> = log.iter().filter_map(|one| one.parse::<u64>().ok()).collect();
    assert_eq!(destroyed, (1..=600).collect::<Vec<_>>());
    let heads: Vec<_> = log.iter().filter(|one| one.starts_with('[')).collect();
    assert_eq!(heads, ["[256]", "[512]", "[600]"]);
}

#[tokio::test]
async fn a_lie_is_recorded_once_and_what_is_true_after_it_is_taken() {
    let bench = Bench::new().await;
    let pull = bench.pull().await;
    bench.destroy(2).await;
    bench.lie(|page| page.destructions[0].uses += 1);
    pull.ask().await;
    pull.ask().await;
    bench.lie(|page| page.head = None);
    pull.ask().await;
    bench.lie(|_| {});
    pull.ask().await;
    bench.lie(|page| {
        page.destructions.clear();
        page.newest = 1;
    });
    pull.ask().await;
    assert_eq!(
        bench.log(pull).await,
        [
            "device-run",
            "chain-broken after 0",
            "no-head after 0",
            "1",
            "2",
            "[2]",
            "rolled-back after 2"
        ]
    );
}

#[tokio::test]
async fn what_the_device_forgot_is_on_record() {
    let bench = Bench::new().await;
    let pull = bench.pull().await;
    bench.destroy(3).await;
    bench.lie(|page| {
        page.forgotten = 2;
        page.destructions.drain(..2);
    });
    pull.ask().await;
    assert_eq!(bench.log(pull).await, ["device-run", "forgotten after 0", "3", "[3]"]);
}

#[tokio::test]
async fn a_device_that_was_started_again_begins_anew_with_its_new_key() {
    let bench = Bench::new().await;
    let pull = bench.pull().await;
    bench.destroy(2).await;
    pull.ask().await;
    bench.start_again();
    bench.destroy(1).await;
    pull.ask().await;
    // And while the service was away.
    drop(bench.log(pull).await);
    bench.start_again();
    bench.destroy(1).await;
    let pull = bench.pull().await;
    pull.ask().await;
    let first = ["device-run", "1", "2", "[2]", "run-ended after 2"];
    let second = ["device-run", "1", "[1]", "run-ended after 1"];
    let third = ["device-run", "1", "[1]"];
    assert_eq!(bench.log(pull).await, [&first[..], &second, &third].concat());
}

#[tokio::test]
async fn a_device_that_does_not_answer_at_the_end_is_on_record() {
    let bench = Bench::new().await;
    let pull = bench.pull().await;
    let gone = Connection::new("http://127.0.0.1:1", &Credentials::default(), Duration::ZERO);
    let device = Arc::new(pull.device.behind(gone.unwrap()));
    let pull = Arc::new(Pull { device, ..pull });
    let asking = tokio::spawn(async {});
    Following { pull: Arc::clone(&pull), asking }.finish(LAST_WORDS).await;
    let log = bench.log(Arc::into_inner(pull).unwrap()).await;
    assert_eq!(log, ["device-run", "unavailable after 0"]);
}

#[tokio::test]
async fn a_device_that_hangs_at_the_end_is_waited_for_no_longer_than_there_is_time() {
    let bench = Bench::new().await;
    let pull = bench.pull().await;
    // It takes connections, and says nothing.
    let hung = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", hung.local_addr().unwrap());
    let connection = Connection::new(&address, &Credentials::default(), Duration::from_secs(60));
    let device = Arc::new(pull.device.behind(connection.unwrap()));
    let pull = Arc::new(Pull { device, ..pull });
    let asking = tokio::spawn(async {});
    let following = Following { pull: Arc::clone(&pull), asking };
    let finished = following.finish(Duration::from_millis(50));
    tokio::time::timeout(LAST_WORDS, finished).await.unwrap();
    drop(following);
    let log = bench.log(Arc::into_inner(pull).unwrap()).await;
    assert_eq!(log, ["device-run", "late after 0"]);
}

#[tokio::test]
async fn a_credential_of_a_run_that_cannot_be_adopted_is_destroyed_and_the_run_not_asked_for_at_once()
 {
    let bench = Bench::new().await;
    let pull = bench.pull().await;
    let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counting = Arc::clone(&asked);
    pull.device.on_new_run(move |_| {
        let times = counting.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Box::pin(async move { if times == 0 { Err("no room".to_owned()) } else { Ok(()) } })
    });
    bench.start_again();
    let simulator = Arc::clone(&bench.simulator.lock().unwrap().0);
    for attempt in 1..=2 {
        let refused = pull.device.enrol(simulator.enrolment()).await.unwrap_err();
        assert!(matches!(refused, QscdError::Unavailable(_)), "{refused}");
        let counters = simulator.device().counters();
        let counted = (counters.created, counters.destroyed, counters.live);
        assert_eq!(counted, (attempt, attempt, 0), "no key is left to its time");
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 1);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    pull.device.enrol(simulator.enrolment()).await.unwrap();
    assert_eq!(pull.device.description().run_id, simulator.run_id());
}
