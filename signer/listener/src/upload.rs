//! A request's body. What its handler leaves unread can be read before the answer goes out: a client
//! that still sends may take an answer in between for a broken connection (RFC 9112 section 9.6; curl
//! over HTTP/2 does).

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Sleep, sleep};

/// The most that is read of what nobody wants, in bytes.
const MOST: usize = 32 << 20;

/// The longest that this may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A request's body as it arrives.
#[derive(Debug)]
pub struct Upload {
    incoming: Option<Incoming>,
    rest: Option<Arc<Rest>>,
    /// How long it may take, and its end from when it is waited for.
    within: Option<Duration>,
    end: Option<Pin<Box<Sleep>>>,
}

/// Why a body is not whole.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The connection broke, or what came is no HTTP.
    #[error(transparent)]
    Broken(#[from] hyper::Error),
    /// It took too long.
    #[error("the body did not come in time")]
    Late,
}

/// What was left of a body.
#[derive(Debug, Default)]
pub(crate) struct Rest(Mutex<Option<Incoming>>);

impl Upload {
    /// The body, which must come `within` that once it is waited for, and where its rest will be
    /// found, if it is not empty.
    pub(crate) fn new(incoming: Incoming, within: Option<Duration>) -> (Self, Option<Arc<Rest>>) {
        let rest = (!incoming.is_end_stream()).then(Arc::<Rest>::default);
        (Self { incoming: Some(incoming), rest: rest.clone(), within, end: None }, rest)
    }

    /// Whether it is waited for in vain. A body that is there already costs no timer.
    fn is_late(&mut self, context: &mut Context<'_>) -> bool {
        let Some(within) = self.within else { return false };
        let end = self.end.get_or_insert_with(|| Box::pin(sleep(within)));
        end.as_mut().poll(context).is_ready()
    }
}

impl Rest {
    /// Reads and forgets what is left, within bounds.
    pub(crate) async fn drain(&self) {
        let Some(mut body) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return;
        };
        let all = async {
            let mut length = 0;
            while let Some(Ok(frame)) =
                std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
            {
                length += frame.data_ref().map_or(0, Bytes::len);
                if length > MOST {
                    break;
                }
            }
        };
        // Who sends more, or slower, may take the answer for an error.
        drop(tokio::time::timeout(PATIENCE, all).await);
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = UploadError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UploadError>>> {
        let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
        match Pin::new(incoming).poll_frame(context) {
            Poll::Ready(frame) => Poll::Ready(frame.map(|frame| frame.map_err(Into::into))),
            Poll::Pending if self.is_late(context) => Poll::Ready(Some(Err(UploadError::Late))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let (Some(rest), Some(incoming)) = (&self.rest, self.incoming.take())
            && !incoming.is_end_stream()
        {
            *rest.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(incoming);
        }
    }
}
