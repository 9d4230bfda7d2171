//! Foreign PDF files, of every odd kind: each is sealed so that other people's verifiers accept it,
//! or refused with a problem that names the cause.
//!
//! The files stand outside the repository: `SEGL_CORPUS` names their folder, `../shared/corpus`
//! beside the workspace is looked at otherwise, and `tests/run` says when there is none.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{
    oracle,
    server::{Answer, Server},
};

/// Nothing may take longer. A watchdog, not a benchmark.
const LIMIT: Duration = Duration::from_secs(2);

/// How many of the corpus's unsigned files are sealed and found valid at least.
const SEALED_AT_LEAST: usize = 22;

/// The corpus's files in one of its folders; none when there is no corpus here.
pub fn files(folder: &str) -> Option<Vec<PathBuf>> {
    let corpus = std::env::var_os("SEGL_CORPUS")
        .map_or_else(|| oracle::workspace().join("../shared/corpus"), PathBuf::from);
    let mut files: Vec<PathBuf> = fs::read_dir(corpus.join(folder))
        .ok()?
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pdf"))
        .collect();
    files.sort();
    Some(files)
}

fn name(path: &Path) -> String {
    path.file_name().expect("a file").to_string_lossy().into_owned()
}

#[tokio::test]
async fn every_unsigned_file_is_sealed_or_refused_by_name() {
    let Some(files) = files("unsigned") else {
        println!("NO CORPUS HERE: nothing was sealed");
        return;
    };
    let server = Server::demo().await;
    let trust = server.pki("trust-anchor.pem").await;
    let mut accepted = 0;
    let mut faults = Vec::new();
    for path in &files {
        let document = fs::read(path).expect("a file of the corpus");
        let started = Instant::now();
        let answer = server.seal("profile=decisions&format=pades", &document).await;
        let took = started.elapsed();
        if took > LIMIT {
            faults.push(format!("{}: took {took:?}", name(path)));
        }
        let outcome = match answer.status {
            200 => match verdict(&document, &answer.body, &trust) {
                Ok(said) => {
                    accepted += 1;
                    format!("sealed   {said}")
                }
                Err(said) => {
                    faults.push(format!("{}: {said}", name(path)));
                    format!("SEALED, BUT {said}")
                }
            },
            400..500 => format!("refused  {}", cause(&answer)),
            status => {
                faults.push(format!("{}: {status}: {}", name(path), answer.text()));
                format!("FAILED   {status}")
            }
        };
        println!("{:<52} {:>5} ms  {outcome}", name(path), took.as_millis());
    }
    println!("{accepted} of {} sealed and accepted", files.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(accepted >= SEALED_AT_LEAST.min(files.len()), "only {accepted} were sealed");
    assert!(server.get("/healthz").await.status == 200, "the server has survived the corpus");
}

/// What a refusal says; it must say more than that something is wrong.
fn cause(answer: &Answer) -> String {
    let problem = answer.problem();
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(!detail.is_empty(), "no cause: {problem}");
    assert_ne!(problem["type"], "about:blank", "no type: {problem}");
    format!("{} ({detail})", problem["type"].as_str().expect("a type"))
}

/// Whether pdfsig or pyHanko calls the new signature valid, and qpdf finds nothing new.
fn verdict(input: &[u8], sealed: &[u8], trust: &[u8]) -> Result<String, String> {
    if !sealed.starts_with(input) {
        return Err("the input is no prefix of the output".to_owned());
    }
    let pdfsig = oracle::pdfsig(sealed);
    let poppler = pdfsig.last().is_some_and(|last| last.valid && last.covers_document);
    let pyhanko = oracle::pyhanko(sealed, trust, &[]);
    let hanko = pyhanko.as_ref().is_ok_and(|all| {
        all.iter().any(|signature| signature.is_good() && signature.coverage == "ENTIRE_FILE")
    });
    let (before, after) = (oracle::qpdf_check(input), oracle::qpdf_check(sealed));
    // 0 nothing, 3 warnings, 2 errors.
    let rank = |code: i32| [0, 3, 2].iter().position(|known| *known == code);
    let said = format!("pdfsig {poppler}, pyHanko {hanko}, qpdf {} -> {}", before.0, after.0);
    if !(poppler || hanko) {
        return Err(format!("{said}: {pdfsig:?} {pyhanko:?}"));
    }
    if rank(after.0) > rank(before.0) {
        return Err(format!("{said}: {:?}", after.1));
    }
    Ok(said)
}

#[tokio::test]
async fn signed_files_are_judged_without_failure_and_bad_ones_never_pass() {
    let (Some(good), Some(bad)) = (files("signed_valid"), files("signed_bad")) else {
        println!("NO CORPUS HERE: nothing was validated");
        return;
    };
    let server = Server::demo().await;
    for path in good.iter().chain(&bad) {
        let started = Instant::now();
        let document = fs::read(path).expect("a file of the corpus");
        let verdict = server.try_validate(&document, &[]).await;
        assert!(started.elapsed() < LIMIT, "{}: {:?}", name(path), started.elapsed());
        let signatures = verdict["signatures"].as_array().map(Vec::as_slice).unwrap_or_default();
        for signature in signatures {
            println!("{:<60} {signature}", name(path));
            // Nobody here trusts their authorities, so the best verdict is INDETERMINATE.
            assert_ne!(signature["indication"], "TOTAL-PASSED", "{}", name(path));
        }
    }
}

#[tokio::test]
async fn signed_file_is_sealed_again_and_its_signatures_stay_valid() {
    let Some(files) = files("signed_valid") else {
        println!("NO CORPUS HERE: nothing was sealed again");
        return;
    };
    let server = Server::demo().await;
    for path in files {
        let document = fs::read(&path).expect("a file of the corpus");
        let answer = server.seal("profile=decisions", &document).await;
        if answer.status != 200 {
            println!("{:<60} refused  {}", name(&path), cause(&answer));
            continue;
        }
        let (before, after) = (oracle::pdfsig(&document), oracle::pdfsig(&answer.body));
        println!("{:<60} sealed   {} -> {} signatures", name(&path), before.len(), after.len());
        assert_eq!(after.len(), before.len() + 1, "{}", name(&path));
        for (then, now) in before.iter().zip(&after) {
            assert_eq!(now.valid, then.valid, "{}", name(&path));
        }
        assert!(after.last().is_some_and(|last| last.valid), "{}", name(&path));
    }
}
