//! Somebody does not sign: their reason, and what they are told.

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    answer::{self, WebError},
    sent::Sent,
    spoken::Spoken,
};
use crate::web::{Frame, MessagePage, Tone, signing_texts};

/// That somebody does not sign, as the browser sends it.
pub(super) struct Decline {
    pub(super) csrf: String,
    /// The word for the reason in the log: nothing that people write stands there, whomever it names.
    pub(super) reason: Option<&'static str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    csrf: String,
    reason: Option<String>,
}

impl Decline {
    /// Reads the form.
    ///
    /// # Errors
    /// [`WebError::Malformed`] for a reason that is none of those that can be chosen, and as [`Sent::form`].
    pub(super) async fn read(sent: Sent) -> Result<Self, WebError> {
        let Form { csrf, reason } = sent.form().await?;
        let reason = match reason.as_deref().unwrap_or_default() {
            "" => None,
            "content" => Some("content"),
            "not-mine" => Some("not-mine"),
            "later" => Some("later"),
            _ => return Err(WebError::Malformed),
        };
        Ok(Self { csrf, reason })
    }
}

/// Nothing was signed, and that is on record.
pub(super) fn told(spoken: &Spoken, frame: Frame) -> Response {
    let s = signing_texts(spoken.language);
    let page = MessagePage {
        frame,
        title: s.declined,
        text: s.declined_lead,
        tone: Tone::Done,
        next: ("/documents", s.more),
    };
    answer::page(StatusCode::OK, spoken, &page)
}
