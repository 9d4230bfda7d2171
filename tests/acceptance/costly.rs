//! Documents that cost as much as they may: the service goes on meanwhile, and gives back what they
//! took.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use flate2::{Compression, write::ZlibEncoder};

use crate::{
    configuration::every_combination,
    fixtures,
    server::{API_KEY, Server, send},
};

/// The longest that a request may take here, in seconds.
const REQUEST_S: u64 = 4;

/// The longest that the end may take, in seconds.
const SHUTDOWN_S: u64 = 3;

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}

fn stream(number: u32, entries: &str, data: &[u8]) -> Vec<u8> {
    let head = format!(
        "{number} 0 obj\n<< /Filter /FlateDecode /Length {} {entries} >>\nstream\n",
        data.len()
    );
    [head.as_bytes(), data, b"\nendstream\nendobj\n"].concat()
}

/// A small file with 2,000 fields that share one name of 12 MiB: each of them reads it again.
fn document() -> Vec<u8> {
    let fields = 5..2_005;
    let kids: String = fields.clone().map(|number| format!("{number} 0 R ")).collect();
    let name = format!("({})", "a".repeat(12 << 20));
    let mut objects = vec![
        (1, format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{kids}] >> >>")),
        (2, "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned()),
        (3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>".to_owned()),
        (4, name),
    ];
    objects.extend(fields.map(|number| (number, "<< /FT /Tx /T 4 0 R >>".to_owned())));
    let (mut head, mut body) = (String::new(), String::new());
    for (number, value) in &objects {
        head.push_str(&format!("{number} {} ", body.len()));
        body.push_str(&format!("{value}\n"));
    }
    let mut file = b"%PDF-1.7\n".to_vec();
    let at = file.len() as u32;
    let entries = format!("/Type /ObjStm /N {} /First {}", objects.len(), head.len());
    file.extend(stream(2_005, &entries, &deflate(format!("{head}{body}").as_bytes())));
    let section = file.len() as u32;
    let mut rows = vec![0; 9];
    let mut row = |kind: u8, second: u32, third: u32| {
        rows.push(kind);
        rows.extend(second.to_be_bytes());
        rows.extend(third.to_be_bytes());
    };
    (0..objects.len() as u32).for_each(|index| row(2, 2_005, index));
    row(1, at, 0);
    row(1, section, 0);
    let entries = "/Type /XRef /Root 1 0 R /Size 2007 /W [1 4 4]";
    file.extend(stream(2_006, entries, &deflate(&rows)));
    file.extend(format!("startxref\n{section}\n%%EOF\n").into_bytes());
    file
}

async fn server() -> Server {
    let limits = format!(
        "[limits]\nmaximum_request_s = {REQUEST_S}\nshutdown_s = {SHUTDOWN_S}\n\
         concurrent_requests = 3\n"
    );
    let configuration = every_combination().replace("[limits]", &limits);
    Server::configured(&configuration, r#"{"keys":[]}"#).await
}

/// Uploads of the document at once, each answered by its status.
fn uploads(server: &Server, path: &str, count: usize) -> Vec<tokio::task::JoinHandle<Option<u16>>> {
    let document = document();
    assert!(document.len() < 256 << 10, "{} bytes", document.len());
    let send = |_| {
        let request = server.post(path).bearer_auth(API_KEY).body(document.clone());
        tokio::spawn(async move { Some(request.send().await.ok()?.status().as_u16()) })
    };
    (0..count).map(send).collect()
}

#[tokio::test]
async fn costly_uploads_silence_nobody_and_give_back_what_they_took() {
    let server = server().await;
    let path = "/v1/seals?profile=validity-assured-ES256&level=B-B";
    let costly = uploads(&server, path, 3);
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(1_500) {
        for answered in [server.get("/healthz").await, server.show("/").await] {
            assert!(answered.status < 500, "{}", answered.status);
        }
        let slowest = start.elapsed();
        assert!(slowest < Duration::from_millis(3_500), "{slowest:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for upload in costly {
        let status = upload.await.expect("no panic");
        // Refused at the limit, or not done in time.
        assert!(matches!(status, Some(408 | 422)), "{status:?}");
    }
    let start = Instant::now();
    loop {
        let request = server.post(path).bearer_auth(API_KEY).body(fixtures::named("one-page.pdf"));
        let status = send(request).await.status;
        if status == 200 {
            break;
        }
        assert_eq!(status, 503, "places that are still taken");
        assert!(start.elapsed() < Duration::from_secs(2), "the work goes on without its client");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn costly_uploads_do_not_delay_the_end() {
    for path in ["/v1/seals?profile=validity-assured-ES256&level=B-B", "/v1/validations"] {
        let mut server = server().await;
        let costly = uploads(&server, path, 3);
        tokio::time::sleep(Duration::from_millis(300)).await;
        let start = Instant::now();
        assert_eq!(server.stop(), Some(0), "{path}: {}", server.log());
        let took = start.elapsed();
        assert!(took <= Duration::from_secs(SHUTDOWN_S + 1), "{path}: {took:?}");
        costly.iter().for_each(tokio::task::JoinHandle::abort);
    }
}
