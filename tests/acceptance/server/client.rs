//! Clients for the loopback.

use std::time::Duration;

use reqwest::Client;

/// A client for the loopback, as it is by itself.
pub fn plain_client() -> Client {
    builder().build().expect("a client")
}

/// What such a client is made from.
pub fn builder() -> reqwest::ClientBuilder {
    // The tests speak plain HTTP to the loopback, but reqwest wants its TLS all the same. A second
    // installation is refused, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder().no_proxy()
}

/// A client for a service on the loopback.
pub(super) fn client() -> Client {
    // The service closes a connection on which nothing has come for some seconds: a verifier may
    // take longer, and a request must not cross with that.
    let idle = Duration::from_secs(1);
    // A server with TLS makes its own certificate.
    let client = builder().timeout(super::START_LIMIT).pool_idle_timeout(idle);
    let client = client.danger_accept_invalid_certs(true);
    client.build().expect("a client")
}
