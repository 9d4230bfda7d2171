//! The parts of a `multipart/form-data` request (RFC 7578), each bounded. Their number needs no
//! bound: a part that is unknown or there twice ends the request.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::{HeaderMap, header::CONTENT_TYPE},
};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use serde::de::DeserializeOwned;

use super::upload::{self, Upload};
use crate::{
    error::RequestError,
    service::{Budget, Document},
};

/// The longest JSON of options, in bytes.
pub(super) const MAXIMUM_OPTIONS_LENGTH: u64 = 64 * 1024;

/// Whether the body is in parts.
pub(super) fn is_multipart(headers: &HeaderMap) -> bool {
    const MULTIPART: &str = "multipart/form-data";
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.get(..MULTIPART.len()))
        .is_some_and(|start| start.eq_ignore_ascii_case(MULTIPART))
}

/// The parts of a request, and how long the longest of them can be, in bytes; 0 when the request
/// does not say.
///
/// # Errors
/// [`RequestError::Malformed`].
pub(super) async fn open(request: Request) -> Result<(Multipart, u64), RequestError> {
    let announced = upload::content_length(request.headers()).unwrap_or(0);
    let request = request.map(|body| Body::new(Paced { body, pauses: false }));
    let multipart = Multipart::from_request(request, &()).await;
    Ok((multipart.map_err(|e| RequestError::Malformed(e.body_text()))?, announced))
}

/// A body that pauses after each frame. The parser of parts takes what there is before it hands
/// any of it on: a large document would stand in its buffer and in ours.
struct Paced {
    body: Body,
    pauses: bool,
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if std::mem::take(&mut self.pauses) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let frame = Pin::new(&mut self.body).poll_frame(context);
        self.pauses = frame.is_ready();
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The next part, if there is one.
///
/// # Errors
/// [`RequestError::Malformed`].
pub(super) async fn next(multipart: &mut Multipart) -> Result<Option<Field<'_>>, RequestError> {
    multipart.next_field().await.map_err(|e| RequestError::Malformed(e.body_text()))
}

/// Reads one part, at most `limit` bytes; `announced` is an upper bound of its length, 0 when none
/// is known.
///
/// # Errors
/// [`RequestError::TooLarge`], [`RequestError::Incomplete`].
pub(super) async fn read(
    mut field: Field<'_>,
    announced: u64,
    limit: u64,
    budget: &Budget,
) -> Result<Document, RequestError> {
    let mut upload = Upload::new(announced.min(limit), limit, budget)?;
    while let Some(chunk) = field.chunk().await.map_err(|_| RequestError::Incomplete)? {
        upload.push(chunk)?;
    }
    upload.finish()
}

/// Keeps a part that may be there once.
///
/// # Errors
/// [`RequestError::Malformed`] when it was there before.
pub(super) fn keep<T>(slot: &mut Option<T>, part: T) -> Result<(), RequestError> {
    match slot.replace(part) {
        None => Ok(()),
        Some(_) => Err(RequestError::Malformed("a part is there twice".into())),
    }
}

/// The part `document`, without which there is nothing to do.
///
/// # Errors
/// [`RequestError::Malformed`] when it is missing.
pub(super) fn document(slot: Option<Document>) -> Result<Document, RequestError> {
    slot.ok_or_else(|| RequestError::Malformed("the part document is missing".into()))
}

/// Reads the JSON of the part `options`, if it is there.
///
/// # Errors
/// [`RequestError::Malformed`], also for a name that the address does not know.
pub(super) fn options<T: DeserializeOwned + Default>(
    json: Option<&Document>,
) -> Result<T, RequestError> {
    let Some(json) = json else { return Ok(T::default()) };
    serde_json::from_slice(json.bytes())
        .map_err(|error| RequestError::Malformed(format!("options: {error}")))
}

/// A part that the address does not know.
pub(super) fn unknown(name: Option<&str>) -> RequestError {
    let name: String = name.unwrap_or("(no name)").chars().take(64).collect();
    RequestError::Malformed(format!("there is no part \"{name}\" here"))
}
