//! EST as its clients speak it, strongSwan's unmodified among them.

use std::{fs, net::TcpListener, path::Path, process::Command, sync::Arc};

use axum::{body::Body, http::Request};
use listener::{Bounds, Stopper, Tls, TlsFiles};
use registry::BlockingReason;
use tempfile::TempDir;
use tower::ServiceExt;

use super::*;
use crate::certificate_authority::sample::{CODE, Kept, REFERENCE, issuing, request};

async fn send(issuing: &Issuing, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let response = routes(issuing.clone()).oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, headers, String::from_utf8_lossy(&body).into_owned())
}

fn post(path: &str, userpass: Option<&str>, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post(format!("/.well-known/est/{path}")).header(CONTENT_TYPE, REQUEST);
    let request = match userpass {
        Some(userpass) => {
            request.header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(userpass)))
        }
        None => request,
    };
    request.body(body.into()).unwrap()
}

#[tokio::test]
async fn a_reference_and_its_code_collect_once() {
    let folder = TempDir::new().unwrap();
    let (issuing, _) = issuing(folder.path());
    let right = format!("{REFERENCE}:{CODE}");
    let body = est::encoded(&request().1);
    for userpass in [None, Some("100000000001:wrong"), Some("100000000001"), Some(":"), Some("æ:ø")]
    {
        let (status, headers, _) =
            send(&issuing, post("simpleenroll", userpass, body.clone())).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{userpass:?}");
        assert!(headers[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Basic "));
    }
    for (wrong, status) in [
        ("nothing", StatusCode::BAD_REQUEST),
        ("", StatusCode::BAD_REQUEST),
        (&"A".repeat(MAXIMUM_BODY_LENGTH + 1), StatusCode::BAD_REQUEST),
    ] {
        let found = send(&issuing, post("simpleenroll", Some(&right), wrong.to_owned())).await;
        assert_eq!(found.0, status, "{}", found.2);
    }
    let (status, headers, answer) =
        send(&issuing, post("simpleenroll", Some(&right), body.clone())).await;
    assert_eq!((status, &headers[CONTENT_TYPE]), (StatusCode::OK, &CERTIFICATES), "{answer}");
    let told = est::decoded(answer.as_bytes(), 1 << 20).unwrap();
    assert!(told.windows(9).any(|octets| octets == "Ærø Kom".as_bytes()), "the profile's name");
    let (status, _, told) = send(&issuing, post("simpleenroll", Some(&right), body)).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{told}");
}

#[tokio::test]
async fn the_successor_is_collected_by_whoever_shows_its_predecessor_until_that_is_blocked() {
    let folder = TempDir::new().unwrap();
    let (issuing, kept) = issuing(folder.path());
    let (status, ..) =
        send(&issuing, post("simplereenroll", None, est::encoded(&request().1))).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "no certificate is shown");
    let read = CertificationRequest::read(&request().1).unwrap();
    let first = kept.issue(&read).unwrap().certificate;
    let again = async || {
        let mut question = post("simplereenroll", None, est::encoded(&request().1));
        question.extensions_mut().insert(ClientCertificate::new(&first.der));
        send(&issuing, question).await.0
    };
    assert_eq!(again().await, StatusCode::OK);
    kept.block(&first.serial_number, BlockingReason::NotGiven);
    assert_eq!(again().await, StatusCode::FORBIDDEN);
}

/// Runs a program in a folder; whether it succeeded, and what it said.
async fn run(folder: &Path, program: &'static str, arguments: String) -> (bool, String) {
    let folder = folder.to_owned();
    let ran = tokio::task::spawn_blocking(move || {
        let arguments = arguments.split_whitespace();
        Command::new(program).args(arguments).current_dir(folder).output()
    });
    let output = ran.await.unwrap().unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), said)
}

/// Serves EST with TLS; gives its address. The server's root is `tls-root.pem`.
fn serve(folder: &Path, issuing: &Issuing) -> (String, Stopper) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let root_key = rcgen::KeyPair::generate().unwrap();
    let mut root = rcgen::CertificateParams::default();
    root.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    root.distinguished_name.push(rcgen::DnType::CommonName, "TLS root");
    let root_made = root.self_signed(&root_key).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let server = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let server = server.signed_by(&key, &rcgen::Issuer::from_params(&root, &root_key)).unwrap();
    let pem = |der: &[u8]| seal::pem(&[seal::CertificateDer::new(der.to_vec())]);
    fs::write(folder.join("tls-root.pem"), pem(root_made.der())).unwrap();
    fs::write(folder.join("tls.pem"), pem(server.der())).unwrap();
    let key = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(key.serialize_der())
    );
    fs::write(folder.join("tls.key"), key).unwrap();
    let files = TlsFiles {
        certificate: folder.join("tls.pem"),
        key: folder.join("tls.key"),
        clients: None,
    };
    let tls = Tls::read(files).unwrap();
    let authorities = issuing.authority.certificates(issuing.clock.now()).unwrap();
    let authorities: Vec<_> = authorities.iter().map(|one| one.as_bytes().to_vec()).collect();
    tls.welcome(&authorities).unwrap();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://localhost:{}", socket.local_addr().unwrap().port());
    let (stopper, stop) = Stopper::new();
    let router = routes(issuing.clone());
    let served = listener::serve(socket, router, Some(Arc::new(tls)), Bounds::default(), stop);
    drop(tokio::spawn(served));
    (address, stopper)
}

/// Blocks the certificate in a file (PEM).
fn block(kept: &Kept, file: &Path) {
    let pem = fs::read_to_string(file).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = seal::CertificateDer::new(STANDARD.decode(body).unwrap());
    let read = cades::Certificate::parse(der).unwrap();
    kept.block(read.serial_number(), BlockingReason::KeyLostOrDestroyed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strongswans_client_enrols_with_the_code_and_again_with_its_certificate() {
    let directory = TempDir::new().unwrap();
    let folder = directory.path();
    let (issuing, kept) = issuing(folder);
    let (address, _stopper) = serve(folder, &issuing);
    let authorities = issuing.authority.certificates(issuing.clock.now()).unwrap();
    fs::write(folder.join("root.pem"), seal::pem(&authorities[..1])).unwrap();
    fs::write(folder.join("issuing.pem"), seal::pem(&authorities[1..])).unwrap();
    for name in ["one", "two"] {
        let made = format!("ecparam -name prime256v1 -genkey -noout -out {name}.key");
        assert!(run(folder, "openssl", made).await.0);
        let request =
            format!("req -new -key {name}.key -subj /CN=journal -outform DER -out {name}.csr");
        assert!(run(folder, "openssl", request).await.0);
    }
    // pki writes what it gets to its output.
    let pki = async |more: &str, out: &str| {
        let shell = format!(
            "pki --est --url {address} --cacert tls-root.pem --cacert root.pem --cacert issuing.pem \
             --outform pem {more} > {out}"
        );
        let folder = folder.to_owned();
        let ran = tokio::task::spawn_blocking(move || {
            Command::new("sh").args(["-c", &shell]).current_dir(folder).output()
        });
        let output = ran.await.unwrap().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let wrong = pki(&format!("--in one.csr --userpass {REFERENCE}:wrong"), "none.pem").await;
    assert!(!wrong.0, "{}", wrong.1);
    let code = format!("--in one.csr --userpass {REFERENCE}:{CODE}");
    let first = pki(&code, "one.pem").await;
    assert!(first.0, "{}", first.1);
    let used = pki(&code, "none.pem").await;
    assert!(!used.0, "{}", used.1);
    let verify = |name: &str| format!("verify -CAfile root.pem -untrusted issuing.pem {name}");
    assert!(run(folder, "openssl", verify("one.pem")).await.0);
    let renewal = "--in two.csr --cert one.pem --key one.key";
    let second = pki(renewal, "two.pem").await;
    assert!(second.0, "{}", second.1);
    assert!(run(folder, "openssl", verify("two.pem")).await.0);
    block(&kept, &folder.join("one.pem"));
    let blocked = pki(renewal, "none.pem").await;
    assert!(!blocked.0, "{}", blocked.1);
}
