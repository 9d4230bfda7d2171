//! A large document stands in memory once: over HTTP, in parts, without its length, and on the
//! command line.

use std::{convert::Infallible, process::Command};

use bytes::Bytes;
use futures_util::stream;
use reqwest::{
    Body,
    multipart::{Form, Part},
};

use crate::{
    configuration::every_combination,
    fixtures,
    oracle::Folder,
    server::{API_KEY, Server, binary, send},
};

/// The length of the document when `SEGL_DOCUMENT_BYTES` does not say another, in bytes.
const LENGTH: usize = 100 << 20;

/// What sealing may take beside the document, in bytes.
const ROOM: u64 = 32 << 20;

/// How the document is sent.
#[derive(Clone, Copy, Debug)]
enum Sent {
    Raw,
    InParts,
    WithoutLength,
}

fn length() -> usize {
    let asked = std::env::var("SEGL_DOCUMENT_BYTES").ok();
    asked.map_or(LENGTH, |text| text.parse().expect("a number of bytes"))
}

/// A server that takes documents of this length.
async fn server(length: usize) -> Server {
    let limits = format!(
        "[limits]\nmaximum_document_bytes = {}\nmaximum_bytes_in_flight = {}\n",
        length + 1_000_000,
        4 * length
    );
    let configuration = every_combination().replace("[limits]", &limits);
    Server::configured(&configuration, r#"{"keys":[]}"#).await
}

/// The document in pieces, so that nobody knows its length.
fn without_length(document: &Bytes) -> Body {
    let pieces: Vec<_> = document.chunks(60_000).map(|piece| document.slice_ref(piece)).collect();
    Body::wrap_stream(stream::iter(pieces.into_iter().map(Ok::<_, Infallible>)))
}

#[tokio::test]
async fn large_document_stands_in_memory_once_over_http() {
    let document = Bytes::from(fixtures::with_content(length()));
    let small = fixtures::named("one-page.pdf");
    for sent in [Sent::Raw, Sent::InParts, Sent::WithoutLength] {
        for level in ["B-B", "B-LTA"] {
            let server = server(length()).await;
            let query = format!("profile=validity-assured-ES256&level={level}");
            server.seal(&query, &small).await.ok();
            let before = server.forget_peak_bytes();
            let request = server.post(&format!("/v1/seals?{query}")).bearer_auth(API_KEY);
            let part = || Part::stream_with_length(document.clone(), document.len() as u64);
            let request = match sent {
                Sent::Raw => request.body(document.clone()),
                Sent::InParts => request.multipart(Form::new().part("document", part())),
                Sent::WithoutLength => request.body(without_length(&document)),
            };
            let sealed = send(request).await.ok().body;
            assert!(sealed.starts_with(&document) && sealed.len() > document.len(), "{sent:?}");
            let peak = server.peak_bytes();
            let taken = peak - before;
            println!("{sent:?} {level}: {before} before, {peak} at most, {taken} more");
            let most = document.len() as u64 + ROOM;
            assert!(taken <= most, "{sent:?} {level}: {taken} bytes, and {most} are enough");
        }
    }
}

#[test]
fn large_document_stands_in_memory_once_on_the_command_line() {
    let folder = Folder::new();
    folder.write("small.pdf", &fixtures::named("one-page.pdf"));
    folder.write("large.pdf", &fixtures::with_content(LENGTH));
    for level in ["B-B", "B-LTA"] {
        let before = peak_of_sealing(&folder, "small.pdf", level);
        let taken = peak_of_sealing(&folder, "large.pdf", level) - before;
        println!("{level}: {before} for a small document, {taken} more");
        assert!(taken <= LENGTH as u64 + ROOM, "{level}: {taken} bytes");
    }
}

/// The most memory that the command line takes, in bytes.
fn peak_of_sealing(folder: &Folder, document: &str, level: &str) -> u64 {
    // The kernel tells it of children that have ended (getrusage(2)).
    const MEASURE: &str = "import resource, subprocess, sys\n\
        subprocess.run(sys.argv[1:], check=True)\n\
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)";
    let output = Command::new("python3")
        .args(["-c", MEASURE])
        .arg(binary())
        .args(["seal", document, "--profile", "decisions", "--level", level, "-o", "out.pdf"])
        .current_dir(folder.path(""))
        .output()
        .expect("python3 starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a figure")
}
