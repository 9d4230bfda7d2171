//! An answer on its way: counted until it is handed over.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{body::Body, http::Version};
use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::{Bounds, progress::Progress};

/// The longest piece that is handed to HTTP/2, in bytes: it takes whatever it gets, and keeps it until
/// the client's window lets it go (RFC 9113 section 5.2). HTTP/1.1 takes what the socket takes.
const PIECE: usize = 16 << 10;

/// The body of an answer. One without an end ends when the listener stops.
#[derive(Debug)]
pub(crate) struct Answer {
    body: Body,
    /// What is left of a piece that was too long.
    rest: Bytes,
    piece: usize,
    endless: bool,
    number: u64,
    progress: Arc<Progress>,
}

impl Answer {
    pub(crate) fn new(
        body: Body,
        version: Version,
        progress: Arc<Progress>,
        bounds: &Bounds,
    ) -> Self {
        let length = http_body::Body::size_hint(&body).upper();
        // HTTP/1.1 asks for the next piece when the socket has taken the last one, however long that
        // is: what was handed over does not tell how fast it is read. The socket does.
        let (piece, judged) = match version {
            Version::HTTP_2 => (PIECE, length),
            _ => (usize::MAX, None),
        };
        let number = progress.answered(judged.map(|bytes| bounds.allowance(bytes)));
        Self { body, rest: Bytes::new(), piece, endless: length.is_none(), number, progress }
    }
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.endless && self.progress.is_stopping(context.waker()) {
            return Poll::Ready(None);
        }
        if self.rest.is_empty() {
            let frame = match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => frame,
                other => return other,
            };
            match frame.into_data() {
                Ok(bytes) => self.rest = bytes,
                Err(frame) => return Poll::Ready(Some(Ok(frame))),
            }
        }
        let length = self.rest.len().min(self.piece);
        let piece = self.rest.split_to(length);
        if !self.rest.is_empty() {
            self.progress.handed(self.number);
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.len() as u64;
        let inner = http_body::Body::size_hint(&self.body);
        let mut hint = SizeHint::new();
        hint.set_lower(inner.lower() + rest);
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.progress.over(self.number);
    }
}
