//! One HTTP/1.1 connection that is kept from request to request (RFC 9112 section 9.3).
//!
//! It runs in the task that asks, and stands still when nobody does: a task of its own would be
//! woken twice for every request.

use std::{fmt, future::poll_fn, pin::pin, task::Poll};

use axum::http::{Request, header::CONTENT_TYPE};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    body::Incoming,
    client::conn::http1::{SendRequest, handshake},
    rt::{Read, Write},
};

use super::{ConnectionError, answer::Answer};

/// A connection on which nothing is under way.
pub(super) struct Kept {
    sender: SendRequest<Full<Bytes>>,
    wire: Wire,
}

/// What reads and writes; `None` when the connection has ended.
struct Wire(Option<BoxFuture<'static, hyper::Result<()>>>);

/// What became of a request.
pub(super) enum Sent {
    /// It was answered; the connection is there if it may be used again.
    Answered(Answer, Option<Kept>),
    /// The connection had been closed, and nothing of the request was sent.
    Nothing(Request<Full<Bytes>>, hyper::Error),
}

impl Kept {
    /// Speaks HTTP/1.1 over a fresh stream.
    pub(super) async fn over(
        stream: impl Read + Write + Unpin + Send + 'static,
    ) -> Result<Self, ConnectionError> {
        let (sender, wire) = handshake(stream).await?;
        Ok(Self { sender, wire: Wire(Some(Box::pin(wire))) })
    }

    /// Sends one request and reads the answer, at most `limit` bytes of it.
    pub(super) async fn send(
        mut self,
        request: Request<Full<Bytes>>,
        limit: usize,
    ) -> Result<Sent, ConnectionError> {
        let answered = self.wire.drive(self.sender.try_send_request(request)).await;
        let mut response = match answered {
            Ok(response) => response,
            Err(mut error) => {
                return match error.take_message() {
                    Some(request) => Ok(Sent::Nothing(request, error.into_error())),
                    None => Err(error.into_error().into()),
                };
            }
        };
        let media_type = response.headers().get(CONTENT_TYPE);
        let media_type = media_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_owned();
        let body = self.wire.drive(read(response.body_mut(), limit)).await?;
        let answer = Answer { status: response.status(), media_type, body };
        let again = self.wire.drive(self.sender.ready()).await.is_ok();
        Ok(Sent::Answered(answer, again.then_some(self)))
    }
}

impl Wire {
    /// Does `work`, which waits for this connection.
    async fn drive<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(done);
            }
            // How it ends is told to the work as well.
            if let Some(wire) = &mut self.0
                && wire.as_mut().poll(context).is_ready()
            {
                self.0 = None;
            }
            work.as_mut().poll(context)
        })
        .await
    }
}

/// The whole body, at most `limit` bytes. What comes in one piece, as most does, is not copied.
async fn read(body: &mut Incoming, limit: usize) -> Result<Bytes, ConnectionError> {
    match Limited::new(body, limit).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) => Err(match error.downcast::<hyper::Error>() {
            Ok(broken) => (*broken).into(),
            Err(_) => ConnectionError::TooLong(limit),
        }),
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept(..)")
    }
}
