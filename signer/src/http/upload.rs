//! Reads a body into one buffer, bounded, and hashes it while it arrives.

use std::pin::Pin;

use axum::{
    body::{Body, HttpBody},
    http::{HeaderMap, header::CONTENT_LENGTH},
};
use bytes::{Bytes, BytesMut};
use pades::PrefixHash;
use seal::DigestAlgorithm;

use crate::{
    error::RequestError,
    service::{Budget, Document, Share},
};

/// Reads `body`, at most `limit` bytes.
///
/// # Errors
/// [`RequestError::TooLarge`] as soon as that is known, [`RequestError::Incomplete`].
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: u64,
    budget: &Budget,
) -> Result<Document, RequestError> {
    let announced = content_length(headers).unwrap_or(0);
    if announced > limit {
        return Err(RequestError::TooLarge { limit });
    }
    let mut upload = Upload::new(announced, limit, budget)?;
    let mut body = body;
    while let Some(frame) =
        std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
    {
        let frame = frame.map_err(|_| RequestError::Incomplete)?;
        if let Ok(chunk) = frame.into_data() {
            upload.push(chunk)?;
        }
    }
    upload.finish()
}

/// A body on its way in.
pub(super) struct Upload {
    limit: u64,
    announced: u64,
    first: Option<Bytes>,
    buffer: BytesMut,
    sha256: PrefixHash,
    share: Share,
}

impl Upload {
    pub(super) fn new(announced: u64, limit: u64, budget: &Budget) -> Result<Self, RequestError> {
        let mut share = budget.share();
        share.grow_to(announced)?;
        let (buffer, sha256) = (BytesMut::new(), PrefixHash::new(DigestAlgorithm::Sha256));
        Ok(Self { limit, announced, first: None, buffer, sha256, share })
    }

    pub(super) fn push(&mut self, chunk: Bytes) -> Result<(), RequestError> {
        let length = self.first.as_ref().map_or(self.buffer.len(), Bytes::len);
        let length = (length + chunk.len()) as u64;
        if length > self.limit {
            return Err(RequestError::TooLarge { limit: self.limit });
        }
        self.share.grow_to(length)?;
        self.sha256.update(&chunk);
        match self.first.take() {
            // A small document arrives in one piece: it is kept as it is, not copied.
            None if self.buffer.is_empty() => self.first = Some(chunk),
            None => self.buffer.extend_from_slice(&chunk),
            Some(first) => {
                // At most the limit, and memory that is never written to is never used.
                self.buffer.reserve((self.announced as usize).max(first.len() + chunk.len()));
                self.buffer.extend_from_slice(&first);
                self.buffer.extend_from_slice(&chunk);
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Document, RequestError> {
        let bytes = self.first.unwrap_or_else(|| self.buffer.freeze());
        if bytes.is_empty() {
            return Err(RequestError::Malformed("the document is empty".into()));
        }
        Ok(Document::hashed(bytes, self.sha256, self.share))
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use seal::Digest;

    use super::*;

    fn budget() -> Budget {
        Budget::new(1 << 20)
    }

    #[tokio::test]
    async fn the_digest_is_the_bodys() {
        let document = read(&HeaderMap::new(), Body::from("abc"), 3, &budget()).await.unwrap();
        assert_eq!(document.sha256(), Digest::of(DigestAlgorithm::Sha256, b"abc"));
        assert_eq!(document.bytes(), &Bytes::from("abc"));
    }

    #[tokio::test]
    async fn pieces_are_put_together_in_order() {
        let mut upload = Upload::new(0, 100, &budget()).unwrap();
        for piece in ["a", "b", "c", "d"] {
            upload.push(Bytes::from(piece)).unwrap();
        }
        let document = upload.finish().unwrap();
        assert_eq!(document.bytes(), &Bytes::from("abcd"));
        assert_eq!(document.sha256(), Digest::of(DigestAlgorithm::Sha256, b"abcd"));
    }

    #[tokio::test]
    async fn what_is_too_long_or_empty_is_refused() {
        let refusal = |body: &'static str| async move {
            read(&HeaderMap::new(), Body::from(body), 3, &budget()).await.err()
        };
        assert_eq!(refusal("abcd").await, Some(RequestError::TooLarge { limit: 3 }));
        assert!(matches!(refusal("").await, Some(RequestError::Malformed(_))));
    }

    #[tokio::test]
    async fn an_announced_length_over_the_limit_is_refused_before_the_body() {
        let headers = HeaderMap::from_iter([(CONTENT_LENGTH, "4".parse().unwrap())]);
        let refusal = read(&headers, Body::empty(), 3, &budget()).await.err();
        assert_eq!(refusal, Some(RequestError::TooLarge { limit: 3 }));
    }
}
