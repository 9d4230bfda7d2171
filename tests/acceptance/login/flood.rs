//! Whoever begins many logins crowds out their own, and keeps nobody else from logging in.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{configuration, provider::with_provider};
use crate::{
    audit_log,
    oauth::{
        House,
        person::{Browser, told},
    },
    server::Server,
};

/// How many logins of one address are under way at once, as the service has it.
const MAXIMUM_OF_ONE: usize = 500;

const STATE: &str = "__Host-segl-login";

/// A provider that says where it is asked what, a while after it was asked, and gives no token.
struct Provider {
    port: u16,
    /// How often it was asked where.
    asked: Arc<AtomicUsize>,
}

impl Provider {
    fn answering_after(pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        listener.set_nonblocking(true).expect("a listener");
        let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let counted = Arc::clone(&counted);
                tokio::spawn(async move {
                    let mut head = vec![0; 4096];
                    let length = connection.read(&mut head).await.unwrap_or(0);
                    let (status, body) = match head[..length].starts_with(b"GET /.well-known/") {
                        true => {
                            counted.fetch_add(1, Ordering::Relaxed);
                            tokio::time::sleep(pause).await;
                            ("200 OK", discovered(port).to_string())
                        }
                        false => ("400 Bad Request", "{}".to_owned()),
                    };
                    let length = body.len();
                    let answer = format!(
                        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n\
                         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                    );
                    drop(connection.write_all(answer.as_bytes()).await);
                });
            }
        });
        Self { port, asked }
    }
}

fn discovered(port: u16) -> Value {
    let issuer = format!("http://localhost:{port}");
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
    })
}

/// Asks until so many were answered with this status.
async fn flooded(status: u16, mut ask: impl AsyncFnMut() -> u16) {
    let mut answered = 0;
    while answered < MAXIMUM_OF_ONE + 20 {
        match ask().await {
            429 => tokio::time::sleep(Duration::from_millis(100)).await,
            other if other == status => answered += 1,
            other => panic!("{other}"),
        }
    }
}

/// What a browser is asked for a passkey.
async fn challenge(browser: &mut Browser<'_>) -> String {
    let options = browser.script("/login/passkey/options", json!({})).await.ok().json();
    options["challenge"].as_str().expect("a challenge").to_owned()
}

/// Shows a passkey that nobody has.
async fn answer(browser: &mut Browser<'_>, challenge: &str) {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let data =
        json!({ "type": "webauthn.get", "challenge": challenge, "origin": "http://localhost" });
    let shown = json!({
        "id": encode("nobody's"), "client_data_json": encode(&data.to_string()),
        "authenticator_data": "AA", "signature": "AA", "user_handle": null,
    });
    assert_eq!(browser.script("/login/passkey", shown).await.status, 403);
}

#[tokio::test]
async fn whoever_begins_many_logins_by_passkey_crowds_out_their_own_alone() {
    let mut house = House::around(Server::configured(&configuration(), "{}").await);
    {
        let (mut far, mut near) = (Browser::at(&house, "127.0.0.2"), Browser::new(&house));
        let (waits, first) = (challenge(&mut far).await, challenge(&mut near).await);
        flooded(200, async || near.script("/login/passkey/options", json!({})).await.status).await;
        let last = challenge(&mut far).await;
        answer(&mut near, &first).await;
        for known in [&waits, &last] {
            answer(&mut far, known).await;
        }
    }
    house.server.stop();
    let log = audit_log::records(&house.server.data_directory());
    let refused = log.iter().filter(|record| record["event"]["what"] == "login-refused");
    // What answers no challenge that waits is in no log.
    let causes: Vec<&Value> = refused.map(|record| &record["event"]["cause"]).collect();
    assert_eq!(causes, ["passkey-unknown", "passkey-unknown"]);
}

#[tokio::test]
async fn whoever_begins_many_logins_at_a_provider_crowds_out_their_own_alone() {
    let provider = Provider::answering_after(Duration::ZERO);
    let house = House::around(Server::configured(&with_provider(provider.port), "{}").await);
    let (mut far, mut near) = (Browser::at(&house, "127.0.0.2"), Browser::new(&house));
    let begin = async |browser: &mut Browser<'_>| {
        told(&browser.get("/login/provider/local").await)["state"].clone()
    };
    let (waits, first) = (begin(&mut far).await, begin(&mut near).await);
    flooded(303, async || near.get("/login/provider/local").await.status).await;
    near.cookies.insert(STATE.to_owned(), first.clone());
    for (browser, state, status) in [(&mut near, first, 403), (&mut far, waits, 502)] {
        let back = browser.get(&format!("/login/callback?code=one&state={state}")).await;
        assert_eq!(back.status, status, "{}", back.text());
    }
    assert_eq!(far.get("/login/provider/local").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_begins_many_logins_at_once_has_a_provider_asked_once_and_leaves_places_to_others()
{
    let provider = Provider::answering_after(Duration::from_secs(3));
    let house = House::around(Server::configured(&with_provider(provider.port), "{}").await);
    let begin = async |from| Browser::at(&house, from).get("/login/provider/local").await.status;
    let many = join_all((0..40).map(|_| begin("127.0.0.1")));
    let other = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        begin("127.0.0.2").await
    };
    let (many, other) = tokio::join!(many, other);
    let of = |status: u16| many.iter().filter(|one| **one == status).count();
    assert_eq!((of(303), of(503), other), (32, 8, 303), "half of the places: {many:?}");
    assert_eq!(provider.asked.load(Ordering::Relaxed), 1);
}
