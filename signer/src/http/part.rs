//! The parts of a `multipart/form-data` request (RFC 7578), each bounded, and what stands between
//! them. Their number is bounded by who reads them: a part that is unknown, or there too often, ends the
//! request.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::{HeaderMap, Uri, header::CONTENT_TYPE},
};
use bytes::Bytes;
use http_body::Frame;
use serde::de::DeserializeOwned;

use super::{
    json,
    upload::{self, Arrival, Intake, Upload},
};
use crate::service::{Budget, Document, RequestError};

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

/// The parts of a request.
pub(super) struct Parts {
    multipart: Multipart,
    /// An upper bound of the length of each, in bytes; 0 when the request does not say.
    announced: u64,
    /// How much of what is no content may come still, in bytes.
    framing: Framing,
    arrival: Arrival,
    budget: Budget,
}

/// One part.
pub(super) struct Part<'a> {
    field: Field<'a>,
    announced: u64,
    arrival: &'a mut Arrival,
    budget: &'a Budget,
}

/// What may come before a part's content: a preamble, a boundary, headers.
#[derive(Clone, Debug)]
struct Framing(Arc<AtomicU64>);

/// The most of it, in bytes. The parser keeps it whole, and looks through it anew with each piece.
const MAXIMUM_FRAMING: u64 = 32 * 1024;

/// How much is handed to the parser at once while it looks for content, in bytes.
const PIECE: usize = 8 * 1024;

impl Parts {
    /// The parts of a request.
    ///
    /// # Errors
    /// [`RequestError::Malformed`].
    pub(super) async fn open(request: Request, intake: &Intake) -> Result<Self, RequestError> {
        let announced = upload::content_length(request.headers()).unwrap_or(0);
        let framing = Framing(Arc::new(AtomicU64::new(MAXIMUM_FRAMING)));
        let counted = framing.clone();
        let request = request.map(|body| {
            Body::new(Paced { body, pauses: false, framing: counted, rest: Bytes::new() })
        });
        let multipart = Multipart::from_request(request, &()).await;
        let multipart = multipart.map_err(|e| RequestError::Malformed(e.body_text()))?;
        let (arrival, budget) = (Arrival::new(intake.pace), intake.budget.clone());
        Ok(Self { multipart, announced, framing, arrival, budget })
    }

    /// The next part, if there is one.
    ///
    /// # Errors
    /// [`RequestError::Malformed`], [`RequestError::Stalled`], [`RequestError::ContentEncoding`].
    pub(super) async fn next(&mut self) -> Result<Option<Part<'_>>, RequestError> {
        self.framing.0.store(MAXIMUM_FRAMING, Ordering::Relaxed);
        let next = self.arrival.of(self.multipart.next_field()).await?;
        let field = match next {
            Ok(field) => field,
            Err(_) if self.framing.0.load(Ordering::Relaxed) == 0 => {
                let most = MAXIMUM_FRAMING;
                let explanation = format!("more than {most} bytes stand before a part's content");
                return Err(RequestError::Malformed(explanation));
            }
            Err(error) => return Err(RequestError::Malformed(error.body_text())),
        };
        self.framing.0.store(u64::MAX, Ordering::Relaxed);
        let Some(field) = field else { return Ok(None) };
        if !is_as_it_is(field.headers()) {
            return Err(RequestError::ContentEncoding);
        }
        let (announced, budget) = (self.announced, &self.budget);
        Ok(Some(Part { field, announced, arrival: &mut self.arrival, budget }))
    }
}

impl Part<'_> {
    /// Its name.
    pub(super) fn name(&self) -> Option<&str> {
        self.field.name()
    }

    /// What its file is called where it was chosen; of no file, nothing.
    pub(super) fn file_name(&self) -> Option<&str> {
        self.field.file_name()
    }

    /// Reads it, at most `limit` bytes.
    ///
    /// # Errors
    /// [`RequestError::TooLarge`], [`RequestError::Incomplete`], [`RequestError::Stalled`],
    /// [`RequestError::Busy`].
    pub(super) async fn read(self, limit: u64) -> Result<Document, RequestError> {
        self.arrived(limit).await?.finish()
    }

    /// The same of a field of a form, which may be empty: `None`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(super) async fn read_field(self, limit: u64) -> Result<Option<Document>, RequestError> {
        let upload = self.arrived(limit).await?;
        if upload.is_empty() { Ok(None) } else { upload.finish().map(Some) }
    }

    async fn arrived(self, limit: u64) -> Result<Upload, RequestError> {
        let Self { mut field, announced, arrival, budget } = self;
        let mut upload = Upload::new(announced.min(limit), limit, budget);
        while let Some(chunk) =
            arrival.of(field.chunk()).await?.map_err(|_| RequestError::Incomplete)?
        {
            arrival.received(chunk.len());
            upload.push(chunk)?;
        }
        Ok(upload)
    }
}

/// Whether content is sent as it is: what is encoded would be signed as the encoded bytes. The field
/// Content-Transfer-Encoding is no longer sent (RFC 7578 section 4.7), but was.
fn is_as_it_is(headers: &HeaderMap) -> bool {
    const NOTHING: [&str; 3] = ["7bit", "8bit", "binary"];
    let mut transfer = headers.get_all("content-transfer-encoding").iter();
    upload::is_identity(headers)
        && transfer.all(|value| {
            value.to_str().is_ok_and(|value| {
                NOTHING.iter().any(|nothing| value.trim().eq_ignore_ascii_case(nothing))
            })
        })
}

/// A body that pauses after each frame. The parser of parts takes what there is before it hands
/// any of it on: a large document would stand in its buffer and in ours.
struct Paced {
    body: Body,
    pauses: bool,
    framing: Framing,
    /// What is left of a frame that was too long to be counted as framing.
    rest: Bytes,
}

/// What stands before a part's content is longer than allowed.
#[derive(Debug, thiserror::Error)]
#[error("too much stands before a part's content")]
struct TooMuchFraming;

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
        if self.rest.is_empty() {
            let frame = match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => frame,
                other => return other,
            };
            match frame.into_data() {
                Ok(bytes) => self.rest = bytes,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
        self.pauses = true;
        let left = self.framing.0.load(Ordering::Relaxed);
        if left == u64::MAX {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.rest)))));
        }
        let length = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(length);
        match left.checked_sub(length as u64).filter(|left| *left > 0) {
            Some(left) => self.framing.0.store(left, Ordering::Relaxed),
            None => {
                self.framing.0.store(0, Ordering::Relaxed);
                return Poll::Ready(Some(Err(axum::Error::new(TooMuchFraming))));
            }
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }
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

/// Refuses parameters in an address that takes none: what was asked for there would be left out in
/// silence.
///
/// # Errors
/// [`RequestError::Malformed`].
pub(super) fn without_parameters(address: &Uri) -> Result<(), RequestError> {
    match address.query() {
        None | Some("") => Ok(()),
        Some(_) => Err(RequestError::Malformed(
            "the address takes no parameters: what is asked for stands in the body".into(),
        )),
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
    json::value(json.bytes()).map_err(|error| match error {
        RequestError::Malformed(cause) => RequestError::Malformed(format!("options: {cause}")),
        other => other,
    })
}

/// One value out of the part `options` and the address.
///
/// # Errors
/// [`RequestError::Malformed`] when both have one and they differ.
pub(super) fn agreed<T: PartialEq>(
    name: &str,
    part: Option<T>,
    address: Option<T>,
) -> Result<Option<T>, RequestError> {
    match (part, address) {
        (Some(part), Some(address)) if part != address => Err(RequestError::Malformed(format!(
            "{name} is one thing in the address and another in the part options"
        ))),
        (part, address) => Ok(part.or(address)),
    }
}

/// A part that the address does not know.
pub(super) fn unknown(name: Option<&str>) -> RequestError {
    let name: String = name.unwrap_or("(no name)").chars().take(64).collect();
    RequestError::Malformed(format!("there is no part \"{name}\" here"))
}
