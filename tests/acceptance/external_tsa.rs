//! Time-stamping authorities elsewhere beside the simulator in process: several in order, with
//! credentials; silent, slow and lying ones.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Mutex,
};

use crate::{
    configuration, fixtures,
    oracle::{Dss, DssVerdict, Folder},
    server::{API_KEY, Answer, Server, plain_client, send},
};

/// The name that an authority demands; its password is what the server's environment holds.
const NAME: &str = "segl";

/// What an authority does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// Answers whoever logs in, as the simulator behind it does.
    Honest,
    /// Never answers.
    Slow,
    /// Answers everybody with the first token that it made.
    Lying,
}

/// An authority in front of the `/tsa` of another server.
struct Authority {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Authority {
    async fn start(manner: Manner, behind: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(AtomicUsize::new(0));
        let first = Arc::new(Mutex::new(None));
        let count = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(answer(stream, manner, behind.clone(), Arc::clone(&first)));
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// The table that names it.
    fn table(&self, trust: &str) -> String {
        format!(
            "[[tsa]]\nurl = \"http://{}/tsa\"\ntrust = \"{trust}\"\ntimeout_s = 1\n\
             username = \"{NAME}\"\npassword_variable = \"SIGNER_DEMO_API_KEY\"\n",
            self.address
        )
    }
}

async fn answer(
    mut stream: TcpStream,
    manner: Manner,
    behind: String,
    first: Arc<Mutex<Option<Vec<u8>>>>,
) {
    let Some((head, body)) = request(&mut stream).await else { return };
    if manner == Manner::Slow {
        // Until the client gives up.
        drop(stream.read(&mut [0; 1]).await);
        return;
    }
    let login = format!("Basic {}", STANDARD.encode(format!("{NAME}:{API_KEY}")));
    let known = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .any(|(name, value)| name.eq_ignore_ascii_case("authorization") && value.trim() == login);
    let (status, reply) = if known {
        let client = plain_client();
        let query = client.post(format!("{behind}/tsa")).body(body);
        let reply = send(query.header("content-type", "application/timestamp-query")).await.body;
        let mut kept = first.lock().await;
        let kept = kept.get_or_insert_with(|| reply.clone()).clone();
        ("200 OK", if manner == Manner::Lying { kept } else { reply })
    } else {
        ("401 Unauthorized", Vec::new())
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/timestamp-reply\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        reply.len()
    );
    drop(stream.write_all(&[head.as_bytes(), &reply].concat()).await);
}

/// Head and body of an HTTP/1.1 request with a length.
async fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
            let length = head.to_ascii_lowercase();
            let length = length.split("content-length: ").nth(1)?.lines().next()?.trim().parse();
            let body = &bytes[end + 4..];
            if body.len() >= length.clone().ok()? {
                return Some((head, body.to_vec()));
            }
        }
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
    }
}

/// Another server, whose simulator is the authority behind the others, and its files.
struct Elsewhere {
    server: Server,
    folder: Folder,
}

impl Elsewhere {
    async fn start() -> Self {
        let server = Server::configured(&configuration::every_combination(), "{}").await;
        let folder = Folder::new();
        folder.write("roots.pem", &server.pki("trust-anchor.pem").await);
        folder.write("root.crl", &server.pki("root.crl").await);
        Self { server, folder }
    }

    async fn authority(&self, manner: Manner) -> Authority {
        Authority::start(manner, self.server.address.clone()).await
    }

    fn trust(&self) -> String {
        self.folder.path("roots.pem").display().to_string()
    }

    /// A server that asks these authorities, in their order.
    async fn asked_by(&self, authorities: &[&Authority], more: &str) -> Server {
        let tables = authorities.iter().map(|one| one.table(&self.trust()));
        let tables: String = tables.collect();
        let configuration = format!("{}\n{tables}\n{more}", configuration::every_combination());
        Server::configured(&configuration, "{}").await
    }
}

async fn sealed(server: &Server, level: &str) -> Answer {
    let query = format!("profile=validity-assured-ES256&level={level}");
    server.seal(&query, &fixtures::named("one-page.pdf")).await
}

fn problem(answer: &Answer) -> String {
    assert!(answer.header("location").is_empty(), "a receipt for nothing");
    answer.problem()["type"].as_str().expect("a type").replace("urn:segl:problem:", "")
}

#[tokio::test]
async fn the_next_authority_answers_when_the_first_is_down_slow_or_lying() {
    let elsewhere = Elsewhere::start().await;
    let [slow, lying, honest] = [
        elsewhere.authority(Manner::Slow).await,
        elsewhere.authority(Manner::Lying).await,
        elsewhere.authority(Manner::Honest).await,
    ];
    let down = Authority {
        address: TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap(),
        asked: Arc::default(),
    };
    let list = elsewhere.folder.path("root.crl").display().to_string();
    let lists = format!("[validation]\nrevocation_lists = [{list:?}]");
    let server = elsewhere.asked_by(&[&down, &slow, &lying, &honest], &lists).await;
    let first = sealed(&server, "B-T").await.ok();
    // The lying one told the truth once.
    assert_eq!((slow.asked(), lying.asked(), honest.asked()), (1, 1, 0));
    let raised = server.augment("B-LTA", &first.body, &[]).await.ok();
    assert_eq!((slow.asked(), lying.asked(), honest.asked()), (2, 2, 1));
    let report = server.validate(&raised.body).await;
    assert_eq!(report["signatures"][0]["level"], "PAdES-B-LTA", "{report:#}");
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report:#}");

    let own = server.pki("trust-anchor.pem").await;
    let trust = [own, elsewhere.server.pki("trust-anchor.pem").await].concat();
    let question = Dss { document: &raised.body, trust: &trust, ..Dss::default() };
    let Some(report) = question.judge().await else { return };
    let report = report.expect("DSS reads it");
    assert!(
        report.passed() && report.signatures.iter().all(DssVerdict::is_spotless),
        "{report:#?}"
    );
    assert_eq!(report.signatures[0].level, "PAdES-BASELINE-LTA", "{report:#?}");
}

#[tokio::test]
async fn when_none_answers_nothing_is_raised() {
    let elsewhere = Elsewhere::start().await;
    let [slow, honest] =
        [elsewhere.authority(Manner::Slow).await, elsewhere.authority(Manner::Honest).await];
    let server = elsewhere.asked_by(&[&slow, &honest], "").await;
    let first = sealed(&server, "B-B").await.ok();
    server.augment("B-T", &first.body, &[]).await.ok();
    let fault = json!({ "fault": "tsa-down" });
    assert_eq!(elsewhere.server.control("/faults", fault).await.status, 201);
    for level in ["B-T", "B-LTA"] {
        let answer = server.augment(level, &first.body, &[]).await;
        assert_eq!(problem(&answer), "time-stamp-unavailable", "{level}");
    }
    assert_eq!(problem(&sealed(&server, "B-T").await), "time-stamp-unavailable");
}

#[tokio::test]
async fn without_its_revocation_list_an_authority_elsewhere_makes_no_long_term() {
    let elsewhere = Elsewhere::start().await;
    let honest = elsewhere.authority(Manner::Honest).await;
    let server = elsewhere.asked_by(&[&honest], "").await;
    let stamped = sealed(&server, "B-T").await.ok();
    let answer = server.augment("B-LT", &stamped.body, &[]).await;
    assert_eq!(problem(&answer), "revocation-unknown");
    let detail = answer.problem()["detail"].as_str().expect("a sentence").to_owned();
    assert!(detail.contains("TSU"), "the authority is named: {detail}");
}

#[tokio::test]
async fn another_products_signature_is_raised_where_its_root_and_lists_are_known() {
    let elsewhere = Elsewhere::start().await;
    let theirs = sealed(&elsewhere.server, "B-T").await.ok().body;
    let (roots, list) = (elsewhere.trust(), elsewhere.folder.path("root.crl"));
    let lists = format!("revocation_lists = [{:?}]", list.display().to_string());
    for (lists, expected) in [("", Err("revocation-unknown")), (&lists[..], Ok("PAdES-B-LTA"))] {
        let known = format!("[validation]\ntrust = [{roots:?}]\n{lists}");
        let server = elsewhere.asked_by(&[], &known).await;
        let answer = server.augment("B-LTA", &theirs, &[]).await;
        match expected {
            Err(expected) => assert_eq!(problem(&answer), expected),
            Ok(level) => {
                let report = server.validate(&answer.ok().body).await;
                assert_eq!(report["signatures"][0]["level"], level, "{report:#}");
            }
        }
    }
}
