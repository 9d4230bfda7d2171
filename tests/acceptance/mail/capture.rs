//! A mail server that keeps what it is given, on a free port of the loopback.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// How long a letter may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It takes what it is given.
    Taking,
    /// It ends each connection at once.
    Away,
    /// It takes what it is given, and never says so.
    Silent,
}

/// A letter as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub to: Vec<String>,
    pub raw: String,
    /// Whether it came through TLS.
    pub tls: bool,
    /// What was shown with AUTH, decoded.
    pub login: Option<String>,
}

struct Shared {
    manner: Mutex<Manner>,
    letters: Mutex<Vec<Received>>,
    tls: Option<TlsAcceptor>,
}

/// The server; it ends when it is dropped.
pub struct Capture {
    pub port: u16,
    /// The authority of its certificate, in PEM.
    pub authority: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Capture {
    /// One without TLS.
    pub async fn plain() -> Self {
        Self::start(None, String::new()).await
    }

    /// One that offers STARTTLS, and a login after it alone.
    pub async fn with_tls() -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let authority = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&authority).unwrap();
        let issuer = Issuer::new(params, authority);
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let leaf = leaf.signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![leaf.der().clone()], key).unwrap();
        Self::start(Some(TlsAcceptor::from(Arc::new(config))), pem(certificate.der())).await
    }

    async fn start(tls: Option<TlsAcceptor>, authority: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared =
            Arc::new(Shared { manner: Mutex::new(Manner::Taking), letters: Mutex::default(), tls });
        let serving = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&serving);
                // A client that hangs up ends its own session alone.
                tokio::spawn(async move { drop(session(stream, &shared).await) });
            }
        });
        Self { port, authority, shared, task }
    }

    /// What a service without TLS to it is configured with, in English; last in the file.
    pub fn settings(&self) -> String {
        format!(
            "\n[mail]\nserver = \"127.0.0.1\"\nport = {}\nsecurity = \"plain\"\nfrom = \"Segl \
             <segl@example.com>\"\nlanguage = \"en\"\n",
            self.port
        )
    }

    pub fn behave(&self, manner: Manner) {
        *lock(&self.shared.manner) = manner;
    }

    /// What came until now.
    pub fn letters(&self) -> Vec<Received> {
        lock(&self.shared.letters).clone()
    }

    /// Waits until so many have come.
    pub async fn after(&self, count: usize) -> Vec<Received> {
        let started = Instant::now();
        loop {
            let letters = self.letters();
            if letters.len() >= count || started.elapsed() > PATIENCE {
                let seen: Vec<String> = letters.iter().map(Received::subject).collect();
                assert_eq!(letters.len(), count, "{seen:?}");
                return letters;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Received {
    /// A header's text.
    pub fn header(&self, name: &str) -> String {
        let (head, _) = self.raw.split_once("\r\n\r\n").expect("head and body");
        header(head, name)
    }

    pub fn subject(&self) -> String {
        self.header("Subject")
    }

    /// The text, decoded: the first part where there are several.
    pub fn text(&self) -> String {
        decoded(self.parts()[0])
    }

    /// Its parts with their heads, or itself (RFC 2046 section 5.1).
    fn parts(&self) -> Vec<&str> {
        let kind = self.header("Content-Type");
        let Some((_, boundary)) = kind.split_once("multipart/mixed; boundary=") else {
            return vec![&self.raw];
        };
        let boundary = format!("--{}", boundary.trim_matches('"'));
        let parts = self.raw.split(&boundary).skip(1);
        parts.map(|part| part.trim_start()).take_while(|part| !part.starts_with("--")).collect()
    }

    /// Where the letter leads.
    pub fn path(&self) -> String {
        let text = self.text();
        let link = text.lines().find(|line| line.starts_with("http")).expect("a link");
        let (_, rest) = link.split_once("://").expect("an address");
        rest[rest.find('/').expect("a path")..].trim().to_owned()
    }
}

fn header(head: &str, name: &str) -> String {
    let prefix = format!("{name}: ");
    let mut lines = head.lines().skip_while(|line| !line.starts_with(&prefix));
    let first = lines.next().unwrap_or_else(|| panic!("no {name} in {head}"));
    let folded = lines.take_while(|line| line.starts_with(' ')).map(str::trim);
    let first = first.strip_prefix(&prefix).expect("the header").to_owned();
    folded.fold(first, |text, line| format!("{text} {line}"))
}

/// What a part says.
fn decoded(part: &str) -> String {
    let (head, body) = part.split_once("\r\n\r\n").expect("head and body");
    let bytes = match &*header(head, "Content-Transfer-Encoding") {
        "7bit" => body.as_bytes().to_vec(),
        "base64" => {
            let packed: String = body.split_whitespace().collect();
            STANDARD.decode(packed).expect("base64")
        }
        "quoted-printable" => unquoted(body),
        other => panic!("{other}"),
    };
    String::from_utf8(bytes).expect("text")
}

/// RFC 7468.
fn pem(der: &[u8]) -> String {
    let packed = STANDARD.encode(der);
    let lines: Vec<&str> = packed
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).expect("base64"))
        .collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn unquoted(body: &str) -> Vec<u8> {
    let joined = body.replace("=\r\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two digits"));
        bytes.extend(&part.as_bytes()[2..]);
    }
    bytes
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn session(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    if *lock(&shared.manner) == Manner::Away {
        return Ok(());
    }
    stream.write_all(b"220 localhost\r\n").await?;
    let Some(stream) = talk(stream, shared, false).await? else { return Ok(()) };
    let tls = shared.tls.as_ref().expect("it was offered").accept(stream).await?;
    talk(tls, shared, true).await.map(drop)
}

/// Talks until the end, or until TLS is to begin.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    shared: &Shared,
    tls: bool,
) -> std::io::Result<Option<S>> {
    let mut stream = BufReader::new(stream);
    let (mut to, mut login) = (Vec::new(), None);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        let (verb, rest) = line.split_once([' ', ':']).unwrap_or((line, ""));
        let answer = match &*verb.to_ascii_uppercase() {
            "EHLO" => {
                let offered = match (&shared.tls, tls) {
                    (Some(_), false) => "250-STARTTLS\r\n",
                    (Some(_), true) => "250-AUTH PLAIN\r\n",
                    (None, _) => "",
                };
                format!("250-localhost\r\n{offered}250-8BITMIME\r\n250 SMTPUTF8")
            }
            "STARTTLS" => {
                stream.get_mut().write_all(b"220 go on\r\n").await?;
                return Ok(Some(stream.into_inner()));
            }
            "AUTH" => {
                let shown = rest.split(' ').next_back().unwrap_or_default();
                let shown = STANDARD.decode(shown).unwrap_or_default();
                login = Some(String::from_utf8_lossy(&shown).replace('\0', "|"));
                "235 welcome".to_owned()
            }
            "RCPT" => {
                to.push(rest.trim_start_matches("TO:<").trim_end_matches('>').to_owned());
                "250 so".to_owned()
            }
            "DATA" => {
                stream.get_mut().write_all(b"354 go on\r\n").await?;
                let mut raw = String::new();
                loop {
                    let mut line = String::new();
                    stream.read_line(&mut line).await?;
                    if line == ".\r\n" || line.is_empty() {
                        break;
                    }
                    raw += line.strip_prefix('.').unwrap_or(&line);
                }
                let to = std::mem::take(&mut to);
                let received = Received { to, raw, tls, login: login.clone() };
                lock(&shared.letters).push(received);
                if *lock(&shared.manner) == Manner::Silent {
                    std::future::pending::<()>().await;
                }
                "250 taken".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "250 so".to_owned(),
        };
        stream.get_mut().write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}
