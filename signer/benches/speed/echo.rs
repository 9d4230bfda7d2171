//! The floor of every call to another process: some bytes there and back over mutual TLS on a
//! kept connection, by this program started once more.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    server::WebPkiClientVerifier,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::{measure::process_cpu_us, tls::Files};

/// About what a call takes, headers included, in bytes.
const LENGTH: usize = 600;
/// The argument that makes this program the other side.
pub const ARGUMENT: &str = "--echo";

/// The other side.
pub struct Peer {
    child: Child,
    address: SocketAddr,
    configuration: Arc<ClientConfig>,
}

impl Peer {
    pub fn start(files: &Files) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("a path of our own"))
            .arg(ARGUMENT)
            .arg(files.path(""))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the other side starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("a line");
        let (chain, key) = identity(&files.path("client"));
        let configuration = ClientConfig::builder()
            .with_root_certificates(roots(&files.path("ca.pem")))
            .with_client_auth_cert(chain, key)
            .expect("a certificate");
        let address = line.trim().parse().expect("an address");
        Self { child, address, configuration: Arc::new(configuration) }
    }

    /// Processor time of both sides for one exchange, in microseconds.
    pub fn cpu_us(&self, runtime: &Runtime, exchanges: usize, clients: usize) -> f64 {
        let each = exchanges / clients;
        let spent = || process_cpu_us(std::process::id()) + process_cpu_us(self.child.id());
        runtime.block_on(async {
            let mut streams = Vec::new();
            for _ in 0..clients {
                let stream = TcpStream::connect(self.address).await.expect("a connection");
                stream.set_nodelay(true).expect("an option");
                let connector = TlsConnector::from(Arc::clone(&self.configuration));
                let name = ServerName::from(std::net::IpAddr::from(Ipv4Addr::LOCALHOST));
                streams.push(connector.connect(name, stream).await.expect("TLS"));
            }
            let before = spent();
            let tasks: Vec<_> = streams
                .into_iter()
                .map(|mut stream| {
                    tokio::spawn(async move {
                        let mut buffer = [7; LENGTH];
                        for _ in 0..each {
                            stream.write_all(&buffer).await.expect("there");
                            stream.flush().await.expect("there");
                            stream.read_exact(&mut buffer).await.expect("and back");
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.expect("an exchange");
            }
            (spent() - before) / (each * clients) as f64
        })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers whatever comes, until it is killed.
pub fn answer(folder: &Path) {
    drop(rustls::crypto::ring::default_provider().install_default());
    Runtime::new().expect("a runtime").block_on(async {
        let clients = WebPkiClientVerifier::builder(Arc::new(roots(&folder.join("ca.pem"))));
        let (chain, key) = identity(&folder.join("server"));
        let configuration = ServerConfig::builder()
            .with_client_cert_verifier(clients.build().expect("a verifier"))
            .with_single_cert(chain, key)
            .expect("a certificate");
        let acceptor = TlsAcceptor::from(Arc::new(configuration));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        println!("{}", listener.local_addr().expect("an address"));
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).expect("an option");
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.expect("TLS");
                let mut buffer = [0; LENGTH];
                while stream.read_exact(&mut buffer).await.is_ok() {
                    stream.write_all(&buffer).await.expect("back");
                    stream.flush().await.expect("back");
                }
            });
        }
    });
}

fn roots(file: &Path) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(file).expect("a certificate")).expect("a root");
    roots
}

fn identity(stem: &Path) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let certificate = CertificateDer::from_pem_file(stem.with_extension("pem"));
    let key = PrivateKeyDer::from_pem_file(stem.with_extension("key"));
    (vec![certificate.expect("a certificate")], key.expect("a key"))
}
