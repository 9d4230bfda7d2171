//! How many connections, how long, how slow.

use std::time::Duration;

/// The bounds of one listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How many connections there are at once.
    pub connections: usize,
    /// How many of them come from one address; an IPv6 network of 64 bits counts as one (RFC 6177
    /// section 2: the least that a site gets).
    pub connections_per_address: usize,
    /// How long the TLS handshake may take.
    pub handshake: Duration,
    /// How long the first request's header may take to come after that; how long the header of each
    /// later request over HTTP/1.1 may.
    pub header: Duration,
    /// The longest header, in bytes.
    pub header_bytes: usize,
    /// How long an HTTP/2 connection may have no request.
    pub idle: Duration,
    /// How long a reader of an answer may stand still.
    pub patience: Duration,
    /// How fast an answer is read at least beyond that, in bytes a second.
    pub minimum_rate: u64,
    /// How long the body of a request may take to come; none where whoever reads it sees to that.
    pub body: Option<Duration>,
    /// The longest that one request takes. A connection on which something is under way for longer
    /// without a pause makes room for others when all places are taken.
    pub request: Duration,
    /// How long requests under way may go on when the listener stops.
    pub stop: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 800,
            connections_per_address: 400,
            handshake: Duration::from_secs(10),
            header: Duration::from_secs(10),
            header_bytes: 32 << 10,
            idle: Duration::from_secs(60),
            patience: Duration::from_secs(20),
            minimum_rate: 4 << 10,
            body: Some(Duration::from_secs(20)),
            request: Duration::from_secs(120),
            stop: Duration::from_secs(10),
        }
    }
}

impl Bounds {
    /// How long `bytes` may be on their way to whoever reads as slowly as allowed.
    pub(crate) fn allowance(&self, bytes: u64) -> Duration {
        self.patience + Duration::from_secs(bytes / self.minimum_rate.max(1))
    }
}
