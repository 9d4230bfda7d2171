//! A database that takes what is sent and answers nothing, as one whose host is gone.

use std::time::Duration;

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    sync::watch,
    time::timeout,
};

use super::*;

/// Stands before a server, and lets through what is sent until it is frozen.
struct Relay {
    folder: TempDir,
    name: String,
    open: watch::Sender<bool>,
}

impl Relay {
    fn before(ground: &Ground) -> Self {
        let (host, name) = ground.url().split_once('@').unwrap().1.split_once('/').unwrap();
        let server = format!("{}/.s.PGSQL.5432", host.replace("%2F", "/"));
        let folder = TempDir::new().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let (open, gate) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (asking, asked) = client.into_split();
                let (told, telling) = UnixStream::connect(&server).await.unwrap().into_split();
                tokio::spawn(relay(asking, telling, gate.clone()));
                tokio::spawn(relay(told, asked, gate.clone()));
            }
        });
        Self { folder, name: name.to_owned(), open }
    }

    fn ground(&self) -> Ground {
        let host = self.folder.path().to_str().unwrap().replace('/', "%2F");
        Ground::Server(format!("postgres://segl@{host}/{}", self.name).into(), "one")
    }
}

async fn relay(
    mut from: tokio::net::unix::OwnedReadHalf,
    mut to: tokio::net::unix::OwnedWriteHalf,
    mut gate: watch::Receiver<bool>,
) {
    let mut bytes = [0; 8192];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        if gate.wait_for(|open| *open).await.is_err() || to.write_all(&bytes[..read]).await.is_err()
        {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_the_database_does_not_answer_ends_and_records_go_on_after_it() {
    let relay = Relay::before(&Ground::server());
    let store = open(relay.ground()).await;
    let karen = sample::person("karen");
    seal(&store, &karen).await;
    relay.open.send_replace(false);
    let person = &karen.person().unwrap().person;
    let erased = timeout(Duration::from_secs(40), store.erase_person(person, sample::now())).await;
    assert!(matches!(erased, Ok(Err(AuditError::Database(_)))), "{erased:?}");
    relay.open.send_replace(true);
    seal(&store, &sample::person("mads")).await;
    // What was sent arrived after all, or is done now.
    store.erase_person(person, sample::now()).await.unwrap();
    assert_eq!(relay.ground().execute("SELECT count(*) FROM acting_person"), 1);
    assert_eq!(whole(relay.ground()).await.persons_erased, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_the_database_does_not_answer_end_and_are_answered_afterwards() {
    let relay = Relay::before(&Ground::server());
    let store = open(relay.ground()).await;
    seal(&store, &sample::application("erp")).await;
    store.head().await.unwrap();
    relay.open.send_replace(false);
    let keyed = audit::KeyedRequest::new(&sample::application("erp"), "one", [1; 32]);
    let questions = async {
        tokio::join!(
            store.head(),
            store.revisions(),
            store.kept_register(),
            store.organisations(),
            store.is_free(&keyed),
        )
    };
    let (head, revisions, register, organisations, free) =
        timeout(Duration::from_secs(50), questions).await.unwrap();
    let failed = [head.err(), revisions.err(), register.err(), organisations.err(), free.err()];
    for error in failed {
        assert!(matches!(error, Some(AuditError::Database(_))), "{error:?}");
    }
    relay.open.send_replace(true);
    assert_eq!(store.head().await.unwrap().sequence, 2);
}
