//! A socket, and a server with limits of its own.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{configuration::configuration, issuer::Issuer, server::Server};

/// A connection that says what it is told to.
pub struct Raw {
    pub stream: TcpStream,
}

impl Raw {
    /// Connects to `http://…` or `https://…`, without TLS.
    pub async fn connect(address: &str) -> Self {
        let address = address.rsplit('/').next().expect("host and port");
        Self { stream: TcpStream::connect(address).await.expect("a connection") }
    }

    /// Sends as much of it as the server takes.
    pub async fn send(&mut self, bytes: &[u8]) {
        // A server that is fed up closes, which is for the test to find.
        drop(self.stream.write_all(bytes).await);
    }

    /// Reads until the connection ends: how many bytes came.
    pub async fn rest(&mut self) -> usize {
        let (mut length, mut buffer) = (0, vec![0; 64 << 10]);
        while let Ok(read @ 1..) = self.stream.read(&mut buffer).await {
            length += read;
        }
        length
    }

    /// Sends a request that closes its connection, and reads the answer.
    pub async fn ask(address: &str, request: &str) -> String {
        let mut raw = Self::connect(address).await;
        raw.send(request.as_bytes()).await;
        let mut answer = Vec::new();
        drop(raw.stream.read_to_end(&mut answer).await);
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// A configuration with these limits.
pub fn configuration_with(limits: &str) -> String {
    let configuration = configuration();
    let limits = if limits.contains("maximum_document_bytes") {
        limits.to_owned()
    } else {
        format!("maximum_document_bytes = 10_000_000\n{limits}")
    };
    configuration.replace("maximum_document_bytes = 100_000", &limits)
}

/// A server with these limits.
pub async fn limited(limits: &str) -> Server {
    Server::configured(&configuration_with(limits), &Issuer::new().key_set()).await
}
