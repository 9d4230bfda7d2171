//! Other people's servers that let holders in by their certificates: nginx, which asks the registry's responder at each
//! connection, and a server on rustls, which rereads its revocation lists. Both refuse within five seconds after a
//! block, and what they go by is what openssl and pkilint read.

use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::Method;
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    certificate_house::House,
    certificates_of_est_clients::{ocsp, request},
    configuration::configuration,
    issuer::Issuer,
    oracle::{Folder, lint_ocsp_response, lint_revocation_list, openssl, run},
    ports,
    server::{Server, send},
};

/// How soon a block must count for whoever relies on it.
const SOON: Duration = Duration::from_secs(5);

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Orders a certificate and collects it with a key of openssl's, `NAME.key` and `NAME.pem`: its name.
async fn holder(house: &House, folder: &Folder, name: &str) -> String {
    request(folder, name);
    let order = house.ordered().await;
    let csr = std::fs::read(folder.path(&format!("{name}.csr"))).expect("a request");
    let said = |name: &str| order[name].as_str().expect(name).to_owned();
    let path = format!("/v1/issuances/{}", said("reference"));
    let asked = house.server.request(Method::POST, &path);
    let asked = asked.basic_auth(said("reference"), Some(said("code")));
    let answer = send(asked.header("Content-Type", "application/pkcs10").body(csr)).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let listed = house.get("/v1/certificates").await.ok().json();
    let mut items = listed["items"].as_array().expect("a list").iter();
    let one = items.find(|one| one["order"] == order["id"]).expect("the certificate");
    let id = one["id"].as_str().expect("a name").to_owned();
    let pem = house.get(&format!("/v1/certificates/{id}.pem")).await.ok().body;
    folder.write(&format!("{name}.pem"), &pem);
    id
}

/// The registry's authorities, and a certificate of the server's own: `root`, `issuing`, `clients.pem`, `server.pem`.
async fn furnish(house: &House, folder: &Folder) {
    let mut clients = Vec::new();
    for (name, file) in [("root.cer", "root"), ("issuing-ca.cer", "issuing")] {
        folder.write(file, &house.server.get(&format!("/pki/registry/{name}")).await.ok().body);
        openssl(folder, &format!("x509 -inform DER -in @{file} -out @{file}.pem"))
            .expect("it is one");
        clients.extend(std::fs::read(folder.path(&format!("{file}.pem"))).expect("a file"));
    }
    folder.write("clients.pem", &clients);
    openssl(
        folder,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout @server.key -out @server.pem -days 2 \
         -subj /CN=localhost -addext subjectAltName=DNS:localhost",
    )
    .expect("a certificate");
}

fn nginx(house: &House, folder: &Folder) -> (Running, u16) {
    let port = ports::free_port();
    let here = folder.path(".").display().to_string();
    let responder = format!("{}/pki/registry/ocsp", house.server.address);
    folder.write(
        "nginx.conf",
        format!(
            "daemon off; pid {here}/nginx.pid; error_log {here}/nginx.log info; worker_processes 1; events {{}}
             http {{ access_log off;
               client_body_temp_path {here}/body; proxy_temp_path {here}/proxy; fastcgi_temp_path {here}/fastcgi;
               uwsgi_temp_path {here}/uwsgi; scgi_temp_path {here}/scgi;
               server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {here}/server.pem;
                 ssl_certificate_key {here}/server.key; ssl_client_certificate {here}/clients.pem;
                 ssl_verify_client on; ssl_verify_depth 2; ssl_session_cache off; ssl_session_tickets off;
                 ssl_ocsp on; ssl_ocsp_cache off; ssl_ocsp_responder {responder};
                 location / {{ return 200 in; }} }} }}"
        )
        .as_bytes(),
    );
    let configuration = folder.path("nginx.conf");
    let mut command = Command::new("nginx");
    command.args(["-e", "stderr", "-p", &here, "-c"]).arg(configuration);
    let started = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    (Running(started.expect("Debian's nginx runs")), port)
}

/// A server that reads its lists anew for each connection.
async fn rereading(house: &House, folder: &Folder) -> (tokio::task::JoinHandle<()>, u16) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let read = |name: &str| std::fs::read(folder.path(name)).expect("a file");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(read("root"))).expect("a root");
    let roots = Arc::new(roots);
    let (certificate, key) = (read("server.pem"), read("server.key"));
    let lists = ["root.crl", "issuing-ca.crl"];
    let lists = lists.map(|name| format!("{}/pki/registry/{name}", house.server.address));
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut crls = Vec::new();
            for list in &lists {
                let answer = reqwest::get(list).await.expect("an answer");
                let der = answer.bytes().await.expect("a list").to_vec();
                crls.push(CertificateRevocationListDer::from(der));
            }
            let clients = WebPkiClientVerifier::builder(Arc::clone(&roots)).with_crls(crls);
            let clients = clients.build().expect("a verifier");
            let chain = CertificateDer::pem_slice_iter(&certificate);
            let chain = chain.collect::<Result<_, _>>().expect("certificates");
            let key = PrivateKeyDer::from_pem_slice(&key).expect("a key");
            let config = ServerConfig::builder().with_client_cert_verifier(clients);
            let config = config.with_single_cert(chain, key).expect("a configuration");
            drop(serve(stream, TlsAcceptor::from(Arc::new(config))).await);
        }
    });
    (task, port)
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor) -> std::io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    let mut request = [0; 4096];
    let _length = stream.read(&mut request).await?;
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nin";
    stream.write_all(answer).await?;
    stream.shutdown().await
}

/// What curl is answered with this holder's certificate: a status, 0 where TLS is refused.
fn curl(folder: &Folder, name: &str, port: u16) -> u16 {
    let path = |file: &str| folder.path(file).display().to_string();
    let chain = format!("{name}.chain.pem");
    let leaf = std::fs::read(folder.path(&format!("{name}.pem"))).expect("a certificate");
    let issuing = std::fs::read(folder.path("issuing.pem")).expect("a certificate");
    folder.write(&chain, &[leaf, issuing].concat());
    let (key, address) = (path(&format!("{name}.key")), format!("https://localhost:{port}/"));
    let (trust, chain) = (path("server.pem"), path(&chain));
    let mut arguments = vec!["-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20"];
    arguments.extend(["--ipv4", "--cacert", &trust, "--cert", &chain, "--key", &key, &address]);
    let output = run("curl", arguments);
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a status")
}

/// Waits until a server answers so; not longer than a block may take.
async fn soon(folder: &Folder, name: &str, port: u16, refused: bool) {
    let began = Instant::now();
    loop {
        let status = curl(folder, name, port);
        if (status != 200) == refused {
            return;
        }
        let log = std::fs::read_to_string(folder.path("nginx.log")).unwrap_or_default();
        assert!(began.elapsed() < SOON, "{name}: {status}\n{log}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_and_rustls_let_holders_in_and_refuse_them_within_five_seconds_after_a_block() {
    let server = Server::configured(&configuration(), &Issuer::new().key_set()).await;
    let (house, folder) = (House::of(server).await, Folder::new());
    house.accept().await;
    let (id, _) = (holder(&house, &folder, "one").await, holder(&house, &folder, "two").await);
    furnish(&house, &folder).await;
    let (_nginx, asking) = nginx(&house, &folder);
    let (task, rereading) = rereading(&house, &folder).await;
    for name in ["one", "two"] {
        for port in [asking, rereading] {
            soon(&folder, name, port, false).await;
        }
    }
    assert!(ocsp(&house, &folder, "one").await.contains(": good"));
    let path = format!("/v1/certificates/{id}/revocation");
    house.post(&house.users, &path, json!({ "reason": "compromise-suspected" })).await.ok();
    for port in [asking, rereading] {
        soon(&folder, "one", port, true).await;
        assert_eq!(curl(&folder, "two", port), 200, "another's certificate is as good as before");
    }
    task.abort();
    let said = ocsp(&house, &folder, "one").await;
    assert!(said.contains(": revoked") && said.contains("keyCompromise"), "{said}");
    let answer = std::fs::read(folder.path("answer")).expect("the answer");
    assert_eq!(lint_ocsp_response(&answer), Vec::<String>::new());
    for (name, issuer, kind) in [("issuing-ca.crl", "issuing", "CRL"), ("root.crl", "root", "ARL")]
    {
        let list = house.server.get(&format!("/pki/registry/{name}")).await.ok().body;
        folder.write("crl", &list);
        let read = format!("crl -inform DER -in @crl -noout -text -CAfile @{issuer}.pem");
        let read = openssl(&folder, &read).expect("a list whose signature holds");
        assert_eq!(read.contains("Key Compromise"), kind == "CRL", "{read}");
        assert_eq!(lint_revocation_list(&list, kind), Vec::<String>::new(), "{name}");
    }
}
