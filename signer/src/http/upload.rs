//! Reads a body into one buffer, bounded, and hashes it while it arrives. Nothing of a large one
//! stands in memory twice, whether or not its length is announced.

use std::{pin::Pin, time::Duration};

use axum::{
    body::{Body, HttpBody},
    http::{
        HeaderMap,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    },
};
use bytes::{Bytes, BytesMut};
use pades::PrefixHash;
use seal::DigestAlgorithm;
use tokio::time::{Instant, timeout_at};

use crate::{
    authentication::Authenticated,
    service::{Budget, Document, Pace, RequestError, Service, Share},
};

/// On whose account bodies are read, and how slowly they may come.
#[derive(Clone, Debug)]
pub(super) struct Intake {
    pub(super) budget: Budget,
    pub(super) pace: Pace,
}

impl Intake {
    /// For callers who showed a key, on their organisation's account.
    pub(super) fn of(service: &Service, caller: &Authenticated) -> Self {
        Self { budget: service.budget_of(caller), pace: service.limits().pace }
    }

    /// For small bodies of strangers, on an account of their own.
    pub(super) fn of_small(service: &Service) -> Self {
        Self { budget: service.strangers().small_budget().clone(), pace: service.limits().pace }
    }

    /// For strangers, on the account that they have together.
    pub(super) fn of_strangers(service: &Service) -> Self {
        Self { budget: service.strangers().budget().clone(), pace: service.limits().pace }
    }
}

/// When the next piece of a body must be there.
#[derive(Debug)]
pub(super) struct Arrival {
    pace: Pace,
    begun: Instant,
    received: u64,
}

impl Arrival {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, begun: Instant::now(), received: 0 }
    }

    /// Waits for a piece, but not for one that is late.
    ///
    /// # Errors
    /// [`RequestError::Stalled`].
    pub(super) async fn of<T>(&self, piece: impl Future<Output = T>) -> Result<T, RequestError> {
        let Pace { stall, minimum_rate } = self.pace;
        let earned = Duration::from_secs(self.received / minimum_rate.max(1));
        let end = (self.begun + stall + earned).min(Instant::now() + stall);
        timeout_at(end, piece).await.map_err(|_| RequestError::Stalled)
    }

    pub(super) fn received(&mut self, bytes: usize) {
        self.received += bytes as u64;
    }
}

/// Reads `body`, at most `limit` bytes.
///
/// # Errors
/// [`RequestError::Malformed`] where it is empty; as of [`read_any`].
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: u64,
    intake: &Intake,
) -> Result<Document, RequestError> {
    read_any(headers, body, limit, intake).await?.finish()
}

/// The same, also of an empty one.
///
/// # Errors
/// [`RequestError::TooLarge`] as soon as that is known, [`RequestError::Incomplete`],
/// [`RequestError::Stalled`], [`RequestError::Busy`].
pub(super) async fn read_any(
    headers: &HeaderMap,
    body: Body,
    limit: u64,
    intake: &Intake,
) -> Result<Upload, RequestError> {
    let announced = content_length(headers).unwrap_or(0);
    if announced > limit {
        return Err(RequestError::TooLarge { limit });
    }
    let mut upload = Upload::new(announced, limit, &intake.budget);
    let mut arrival = Arrival::new(intake.pace);
    let mut body = body;
    while let Some(frame) =
        arrival.of(std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context))).await?
    {
        let frame = frame.map_err(|_| RequestError::Incomplete)?;
        if let Ok(chunk) = frame.into_data() {
            arrival.received(chunk.len());
            upload.push(chunk)?;
        }
    }
    Ok(upload)
}

/// Up to here a buffer may grow, and stand in memory twice while it is moved, in bytes.
const SMALL: u64 = 4 << 20;

/// A body on its way in.
pub(super) struct Upload {
    limit: u64,
    announced: u64,
    first: Option<Bytes>,
    buffer: BytesMut,
    length: usize,
    sha256: PrefixHash,
    share: Share,
}

impl Upload {
    /// Nothing is there yet; `announced` is an upper bound of the length in bytes, 0 when none is
    /// known. Memory is taken as it is used: what is announced costs nobody anything.
    pub(super) fn new(announced: u64, limit: u64, budget: &Budget) -> Self {
        Self {
            limit,
            announced,
            first: None,
            buffer: BytesMut::new(),
            length: 0,
            sha256: PrefixHash::new(DigestAlgorithm::Sha256),
            share: budget.share(),
        }
    }

    pub(super) fn push(&mut self, chunk: Bytes) -> Result<(), RequestError> {
        let length = self.length + chunk.len();
        if length as u64 > self.limit {
            return Err(RequestError::TooLarge { limit: self.limit });
        }
        self.share.grow_to(length as u64)?;
        self.sha256.update(&chunk);
        // A small document arrives in one piece: it is kept as it is, not copied.
        if self.length == 0 {
            self.first = Some(chunk);
        } else {
            if let Some(first) = self.first.take() {
                self.append(&first);
            }
            self.append(&chunk);
        }
        self.length = length;
        Ok(())
    }

    /// A large buffer does not grow: it gets all the room that it may need at once. What is never
    /// written to takes none.
    fn append(&mut self, chunk: &[u8]) {
        let length = self.buffer.len() + chunk.len();
        if length > self.buffer.capacity() {
            let room = match self.announced {
                0 if length as u64 <= SMALL => 0,
                0 => self.limit,
                announced => announced,
            };
            self.buffer.reserve((room as usize).max(length) - self.buffer.len());
        }
        self.buffer.extend_from_slice(chunk);
    }

    /// Whether nothing came.
    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub(super) fn finish(self) -> Result<Document, RequestError> {
        let bytes = self.first.unwrap_or_else(|| self.buffer.freeze());
        if bytes.is_empty() {
            return Err(RequestError::Malformed("the document is empty".into()));
        }
        Ok(Document::hashed(bytes, self.sha256, self.share))
    }
}

/// Whether a body is sent as it is (RFC 9110 section 8.4).
pub(super) fn is_identity(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().all(|value| {
        value.to_str().is_ok_and(|value| value.trim().eq_ignore_ascii_case("identity"))
    })
}

/// The type and subtype of a body.
pub(super) fn essence(headers: &HeaderMap) -> Option<&str> {
    headers.get(CONTENT_TYPE)?.to_str().ok()?.split(';').next().map(str::trim)
}

pub(super) fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use seal::Digest;

    use super::*;

    fn budget() -> Budget {
        Budget::new(1 << 20)
    }

    fn intake() -> Intake {
        let pace = Pace { stall: Duration::from_secs(20), minimum_rate: 1000 };
        Intake { budget: budget(), pace }
    }

    /// A body of these pieces, so many seconds before each.
    fn slow(pieces: &'static [(u64, usize)]) -> Body {
        Body::from_stream(futures_util::stream::unfold(pieces, |pieces| async move {
            let ((wait, length), rest) = pieces.split_first()?;
            tokio::time::sleep(Duration::from_secs(*wait)).await;
            Some((Ok::<_, std::convert::Infallible>(Bytes::from(vec![0; *length])), rest))
        }))
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stands_still_or_crawls_is_let_go() {
        let read = |pieces| async move {
            read(&HeaderMap::new(), slow(pieces), 1 << 20, &intake()).await.err()
        };
        assert_eq!(read(&[(19, 1)]).await, None);
        assert_eq!(read(&[(21, 1)]).await, Some(RequestError::Stalled));
        assert_eq!(read(&[(10, 1), (11, 1)]).await, Some(RequestError::Stalled), "it crawls");
        assert_eq!(read(&[(10, 9000), (18, 9000), (9, 1)]).await, None, "fast enough");
        let rich = read(&[(0, 500_000), (21, 1)]).await;
        assert_eq!(rich, Some(RequestError::Stalled), "what came before pays for no stillness");
    }

    #[tokio::test]
    async fn what_is_announced_takes_no_memory_before_it_arrives() {
        let budget = budget();
        let _upload = Upload::new(1 << 20, 1 << 20, &budget);
        assert_eq!(budget.share().grow_to(1 << 20), Ok(()));
    }

    #[tokio::test]
    async fn the_digest_is_the_bodys() {
        let document = read(&HeaderMap::new(), Body::from("abc"), 3, &intake()).await.unwrap();
        assert_eq!(document.sha256(), Digest::of(DigestAlgorithm::Sha256, b"abc"));
        assert_eq!(document.bytes(), &Bytes::from("abc"));
    }

    #[tokio::test]
    async fn pieces_are_put_together_in_order() {
        let mut upload = Upload::new(0, 100, &budget());
        for piece in ["a", "b", "c", "d"] {
            upload.push(Bytes::from(piece)).unwrap();
        }
        let document = upload.finish().unwrap();
        assert_eq!(document.bytes(), &Bytes::from("abcd"));
        assert_eq!(document.sha256(), Digest::of(DigestAlgorithm::Sha256, b"abcd"));
    }

    #[tokio::test]
    async fn a_long_body_is_the_same_with_and_without_its_length() {
        let piece: Bytes = (0..=250).cycle().take(700_001).collect();
        let whole = piece.repeat(20);
        for announced in [0, whole.len() as u64, 1_000_000] {
            let mut upload = Upload::new(announced, 1 << 30, &Budget::new(1 << 30));
            (0..20).for_each(|_| upload.push(piece.clone()).unwrap());
            let document = upload.finish().unwrap();
            assert!(document.bytes() == &whole, "announced: {announced}");
            assert_eq!(document.sha256(), Digest::of(DigestAlgorithm::Sha256, &whole));
        }
    }

    #[tokio::test]
    async fn what_is_too_long_or_empty_is_refused() {
        let refusal = |body: &'static str| async move {
            read(&HeaderMap::new(), Body::from(body), 3, &intake()).await.err()
        };
        assert_eq!(refusal("abcd").await, Some(RequestError::TooLarge { limit: 3 }));
        assert!(matches!(refusal("").await, Some(RequestError::Malformed(_))));
    }

    #[tokio::test]
    async fn an_announced_length_over_the_limit_is_refused_before_the_body() {
        let headers = HeaderMap::from_iter([(CONTENT_LENGTH, "4".parse().unwrap())]);
        let refusal = read(&headers, Body::empty(), 3, &intake()).await.err();
        assert_eq!(refusal, Some(RequestError::TooLarge { limit: 3 }));
    }
}
