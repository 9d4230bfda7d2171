//! Commits on a server that are not answered, because the connection ends at that moment.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use seal::Counted;
use tempfile::TempDir;
use test_database::Server;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::timeout,
};

use super::*;

/// The name of a server's socket in its folder.
const SOCKET: &str = ".s.PGSQL.5432";

/// What a commit meets, by the bytes with which it is known.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// What asks for it does not reach the server.
    Request(&'static [u8]),
    /// What asks for it was seen, it is done, and the answer that tells so does not come.
    Answer(&'static [u8], &'static [u8]),
    /// The same, where what asks for it has passed.
    Asked(&'static [u8]),
}

/// What becomes of connections.
#[derive(Clone, Copy, Debug)]
enum Door {
    Open,
    /// They end at once.
    Shut,
    /// They are taken, and nothing is said.
    Silent,
}

/// How an intent is written: by one statement, or, counted against a mandate, by several and a commit. With
/// each, the bytes of what asks for it and of what tells that it is done: PostgreSQL's "Message Formats".
const WAYS: [(bool, &[u8], &[u8]); 2] = [
    (false, b"\"kind\":\"intent\"", PLAIN),
    (true, b"Q\0\0\0\x0bCOMMIT\0", b"C\0\0\0\x0bCOMMIT\0"),
];

/// That a statement with one row is done.
const PLAIN: &[u8] = b"C\0\0\0\x0dSELECT 1\0";

/// A way to a server that is cut at commits.
struct Way {
    _folder: TempDir,
    state: Arc<Mutex<State>>,
    ground: Ground,
}

struct State {
    /// One after the other, and what becomes of connections after each.
    cuts: VecDeque<(Cut, Door)>,
    door: Door,
}

impl State {
    /// Whether the way is cut at what is sent to the server.
    fn is_cut_asking(&mut self, bytes: &[u8]) -> bool {
        match self.cuts.front().copied() {
            Some((Cut::Request(asked), _)) if holds(bytes, asked) => self.is_cut(),
            Some((Cut::Answer(asked, done), door)) if holds(bytes, asked) => {
                self.cuts[0] = (Cut::Asked(done), door);
                false
            }
            Some(_) | None => false,
        }
    }

    /// Whether it is at what the server answers.
    fn is_cut_answering(&mut self, bytes: &[u8]) -> bool {
        match self.cuts.front() {
            Some((Cut::Asked(done), _)) if holds(bytes, done) => self.is_cut(),
            Some(_) | None => false,
        }
    }

    fn is_cut(&mut self) -> bool {
        let cut = self.cuts.pop_front();
        cut.inspect(|(_, door)| self.door = *door).is_some()
    }
}

fn holds(bytes: &[u8], known: &[u8]) -> bool {
    bytes.windows(known.len()).any(|part| part == known)
}

impl Way {
    fn to(address: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (_, rest) = address.split_once('@').unwrap();
        let (host, name) = rest.split_once('/').unwrap();
        let server = Path::new(&host.replace("%2F", "/")).join(SOCKET);
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let state = State { cuts: VecDeque::new(), door: Door::Open };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            let mut unheard = Vec::new();
            while let Ok((client, _)) = listener.accept().await {
                let door = shared.lock().unwrap().door;
                match door {
                    Door::Open => {
                        let server = UnixStream::connect(&server).await.unwrap();
                        tokio::spawn(carry(client, server, Arc::clone(&shared)));
                    }
                    Door::Shut => {}
                    Door::Silent => unheard.push(client),
                }
            }
        });
        let host = folder.path().to_str().unwrap().replace('/', "%2F");
        let url = format!("postgres://segl@{host}/{name}");
        Self { _folder: folder, state, ground: Ground::Server(url.into(), "one") }
    }

    fn cut(&self, cut: Cut, door: Door) {
        self.state.lock().unwrap().cuts.push_back((cut, door));
    }

    fn reopen(&self) {
        self.state.lock().unwrap().door = Door::Open;
    }

    fn was_cut(&self) -> bool {
        self.state.lock().unwrap().cuts.is_empty()
    }
}

/// Carries bytes both ways until either side ends, or the commit is there that is cut off.
async fn carry(client: UnixStream, server: UnixStream, state: Arc<Mutex<State>>) {
    let ((from_client, to_client), (from_server, to_server)) =
        (client.into_split(), server.into_split());
    let asks = |bytes: &[u8]| state.lock().unwrap().is_cut_asking(bytes);
    let answers = |bytes: &[u8]| state.lock().unwrap().is_cut_answering(bytes);
    tokio::select! {
        () = one_way(from_client, to_server, asks) => {}
        () = one_way(from_server, to_client, answers) => {}
    }
}

async fn one_way(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, is_cut: impl Fn(&[u8]) -> bool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let bytes = &buffer[..length];
        if is_cut(bytes) || to.write_all(bytes).await.is_err() {
            return;
        }
    }
}

/// How many records of a kind there are.
fn count(way: &Way, kind: &str) -> i64 {
    let count = "SELECT count(*) FROM audit_record WHERE body::json ->> 'kind' =";
    way.ground.execute_behind(&format!("{count} '{kind}'"))
}

impl Ground {
    fn execute_behind(&self, sql: &str) -> i64 {
        let name = self.url().rsplit('/').next().unwrap();
        Server::shared().execute(name, sql).trim().parse().unwrap()
    }
}

/// A store with one act: the organisation's register has a number since.
async fn begun(way: &Way) -> Tenant {
    let store = open(&way.ground).await;
    seal(&store, &sample::application("erp")).await;
    store
}

/// Asks for an act that is counted against a mandate, or is not.
async fn intend(store: &Tenant, is_counted: bool) -> Result<OpenAct, AuditError> {
    let counted = Counted { mandate: "letters".into(), maximum: 20, given: Arc::default() };
    let (asked, erp) = (Asked::new(), sample::application("erp"));
    let counted = is_counted.then_some(&counted);
    store.intend(Intent { counted, ..asked.by(&erp) }, sample::now()).await
}

// On the one thread of these tests nothing is written before they wait for something: what they send until
// then is one batch.

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_answered_as_what_it_was() {
    for (is_counted, asked, done) in WAYS {
        let way = Way::to(&Server::shared().database());
        let store = begun(&way).await;
        store.note(&sample::destroyed(1), sample::now()).unwrap();
        way.cut(Cut::Answer(asked, done), Door::Open);
        let act = intend(&store, is_counted).await.unwrap();
        assert!(way.was_cut());
        way.cut(Cut::Answer(b"\"kind\":\"outcome\"", PLAIN), Door::Open);
        let receipt = store.conclude(act, sample::done(), sample::now()).await.unwrap();
        assert!(way.was_cut());
        let erp = sample::application("erp");
        let found = store.receipt(&receipt.id, &erp).await.unwrap();
        assert_eq!(found, Some(FoundReceipt::Act(receipt)));
        seal(&store, &erp).await;
        assert_eq!((count(&way, "intent"), count(&way, "outcome")), (3, 3));
        assert_eq!(count(&way, "destroyed"), 1);
        whole(&way.ground).await;
    }
}

#[tokio::test]
async fn a_commit_that_never_came_is_refused_and_what_was_noted_is_written_later() {
    for (is_counted, asked, _) in WAYS {
        let way = Way::to(&Server::shared().database());
        let store = begun(&way).await;
        way.cut(Cut::Request(asked), Door::Open);
        store.note(&sample::destroyed(1), sample::now()).unwrap();
        let refused = intend(&store, is_counted).await;
        assert!(matches!(refused, Err(AuditError::Database(_))), "{refused:?}");
        assert!(way.was_cut());
        seal(&store, &sample::application("erp")).await;
        assert_eq!((count(&way, "intent"), count(&way, "outcome")), (2, 2));
        assert_eq!(count(&way, "destroyed"), 1);
        whole(&way.ground).await;
    }
}

#[tokio::test]
async fn a_commit_that_nobody_can_be_asked_about_is_refused_and_nothing_is_written_twice() {
    let cases = WAYS.into_iter().flat_map(|(is_counted, asked, done)| {
        [(is_counted, Cut::Request(asked), 2), (is_counted, Cut::Answer(asked, done), 3)]
    });
    // Each waits for some seconds.
    let cases = cases.map(async |(is_counted, cut, intents)| {
        let way = Way::to(&Server::shared().database());
        let store = begun(&way).await;
        way.cut(cut, Door::Shut);
        // The commit that is cut takes it with the intent.
        store.note(&sample::destroyed(1), sample::now()).unwrap();
        let refused = intend(&store, is_counted).await;
        assert!(matches!(refused, Err(AuditError::Database(_))), "{refused:?}");
        store.note(&sample::destroyed(2), sample::now()).unwrap();
        let unwritten = store.flush().await;
        let kept = matches!(unwritten, Err(AuditError::EventsUnrecorded { count: 2, .. }));
        assert!(kept, "{unwritten:?}");
        way.reopen();
        seal(&store, &sample::application("erp")).await;
        // Whoever asked was told that it failed, and the record of the intent says only that.
        assert_eq!((count(&way, "intent"), count(&way, "outcome")), (intents, 2));
        assert_eq!(count(&way, "destroyed"), 2);
        whole(&way.ground).await;
    });
    futures_util::future::join_all(cases).await;
}

#[tokio::test]
async fn a_batch_in_doubt_after_one_that_failed_loses_no_record_and_doubles_none() {
    let way = Way::to(&Server::shared().database());
    let store = begun(&way).await;
    let destroyed: &[u8] = b"\"kind\":\"destroyed\"";
    // The first batch never comes. Of the next that is tried nobody can be asked.
    way.cut(Cut::Request(destroyed), Door::Open);
    way.cut(Cut::Answer(destroyed, PLAIN), Door::Shut);
    // More than two batches.
    let numbers: Vec<i64> = (1..=300).collect();
    for number in &numbers {
        store.note(&sample::destroyed(number.cast_unsigned()), sample::now()).unwrap();
    }
    while !way.was_cut() {
        let unwritten = store.flush().await;
        let kept = matches!(unwritten, Err(AuditError::EventsUnrecorded { count: 300, .. }));
        assert!(kept, "{unwritten:?}");
    }
    way.reopen();
    store.flush().await.unwrap();
    let written = "SELECT body::json -> 'event' ->> 'sequence' FROM audit_record
                   WHERE body::json ->> 'kind' = 'destroyed' ORDER BY sequence";
    let name = way.ground.url().rsplit('/').next().unwrap();
    let written = Server::shared().execute(name, written);
    let written: Vec<i64> = written.lines().map(|number| number.parse().unwrap()).collect();
    assert_eq!(written, numbers);
    whole(&way.ground).await;
}

#[tokio::test]
async fn a_commit_in_doubt_is_refused_soon_where_connections_are_taken_and_nothing_is_said() {
    let way = Way::to(&Server::shared().database());
    let store = begun(&way).await;
    way.cut(Cut::Answer(WAYS[0].1, PLAIN), Door::Silent);
    // With each connection waited for it would be a quarter of an hour.
    let refused = timeout(Duration::from_secs(60), intend(&store, false)).await;
    assert!(matches!(refused, Ok(Err(AuditError::Database(_)))), "{refused:?}");
    way.reopen();
    seal(&store, &sample::application("erp")).await;
    assert_eq!((count(&way, "intent"), count(&way, "outcome")), (3, 2));
    whole(&way.ground).await;
}

#[tokio::test]
async fn an_augmentation_whose_end_nobody_was_told_frees_its_key_and_the_chain_goes_on() {
    let (_, commit, committed) = WAYS[1];
    for cut in [Cut::Request(commit), Cut::Answer(commit, committed)] {
        let way = Way::to(&Server::shared().database());
        let store = begun(&way).await;
        let erp = sample::application("erp");
        let keyed = audit::KeyedRequest::new(&erp, "one", [1; 32]);
        let asked = audit::AskedAugmentation { keyed: Some(&keyed), ..augmentations::asked(&erp) };
        let open = store.begin_augmentation(asked, sample::now()).await.unwrap();
        way.cut(cut, Door::Shut);
        let refused = store.augmented(open, &augmentations::done(), sample::now()).await;
        assert!(matches!(refused, Err(AuditError::Database(_))), "{refused:?}");
        way.reopen();
        store.flush().await.unwrap();
        store.is_free(&keyed).await.unwrap();
        whole(&way.ground).await;
    }
}
