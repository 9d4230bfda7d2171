//! Signing at each level, and validating what was signed, beside pyHanko and EU DSS: the same files
//! in one run.

use std::path::PathBuf;

use seal::Level;
use serde_json::Value;

use crate::{
    compare,
    http::{Connection, DOCUMENT, Server, get},
    measure::median,
};

const LEVELS: [Level; 4] = [Level::BB, Level::BT, Level::BLT, Level::BLTA];

/// One line of the table, in microseconds.
struct Line {
    work: String,
    cpu_us: f64,
    request_us: f64,
}

pub fn print(quick: bool) {
    let (ours, theirs) = if quick { (4, 2) } else { (1_000, 100) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let folder = tempfile::tempdir().expect("a directory");
    let file = |name: &str, bytes: &[u8]| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    };
    let mut lines = Vec::new();
    let mut files = Vec::new();
    let (trust, list) = runtime.expect("a runtime").block_on(async {
        let server = Server::start();
        for level in LEVELS {
            let path = format!("/v1/seals?profile=decisions&level={}", level.name());
            let work = format!("sign {}", level.name());
            let (line, signed) = measured(&server, work, &path, DOCUMENT, ours).await;
            lines.push(line);
            files.push(signed);
        }
        for (level, signed) in LEVELS.into_iter().zip(&files) {
            let work = format!("validate {}", level.name());
            let (line, report) = measured(&server, work, "/v1/validations", signed, ours).await;
            let report: Value = serde_json::from_slice(&report).expect("a report");
            assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
            lines.push(line);
        }
        let trust = get(&server.address, "/pki/trust-anchor.pem").await;
        (trust, get(&server.address, "/pki/root.crl").await)
    });
    let (trust, list) = (file("trust.pem", &trust), file("root.crl", &list));
    let files: Vec<PathBuf> = LEVELS
        .into_iter()
        .zip(&files)
        .map(|(level, bytes)| file(&format!("{}.pdf", level.name()), bytes))
        .collect();

    let text = |path: &PathBuf| path.display().to_string();
    let signing = ["sign".into(), theirs.to_string(), text(&compare::document())];
    let mut validating = vec!["validate".into(), theirs.to_string(), text(&trust), text(&list)];
    validating.extend(files.iter().map(text));
    let pyhanko = compare::pyhanko(&signing)
        .zip(compare::pyhanko(&validating))
        .map(|(signing, validating)| [signing, validating].concat());
    let signing = LEVELS.into_iter().map(|level| compare::sign_job(theirs, level.name()));
    let validating = files.iter().map(|file| compare::validate_job(theirs, file, &trust, &list));
    let dss = compare::dss(&signing.chain(validating).collect::<Vec<_>>());

    println!(
        "{:<20} {:>12} {:>14} {:>14} {:>14}",
        "us, one at a time", "Segl's CPU", "Segl, request", "EU DSS", "pyHanko"
    );
    for (index, Line { work, cpu_us, request_us }) in lines.iter().enumerate() {
        let other = |figures: &Option<Vec<f64>>| match figures {
            Some(figures) => format!("{:.0}", figures[index]),
            None => "not there".to_owned(),
        };
        println!(
            "{work:<20} {cpu_us:>12.0} {request_us:>14.0} {:>14} {:>14}",
            other(&dss),
            other(&pyhanko)
        );
    }
}

/// The same request again and again on one connection: the server's processor time for each, and
/// how long the median one took from its first byte to the answer's last. With it the last answer.
async fn measured(
    server: &Server,
    work: String,
    path: &str,
    document: &[u8],
    count: usize,
) -> (Line, Vec<u8>) {
    let mut connection = Connection::open(&server.address, path, document).await;
    for _ in 0..count.min(100) {
        connection.exchange().await;
    }
    let before = server.cpu_us();
    let mut took = Vec::with_capacity(count);
    for _ in 0..count {
        #[expect(clippy::disallowed_methods, reason = "a benchmark measures durations")]
        let start = std::time::Instant::now();
        connection.exchange().await;
        took.push(start.elapsed().as_secs_f64() * 1e6);
    }
    let cpu_us = (server.cpu_us() - before) / count as f64;
    let line = Line { work, cpu_us, request_us: median(took) };
    (line, connection.exchange().await.to_vec())
}
