//! What was filled in.

use axum::extract::{FromRequest, Request};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::office::{Office, Turned};
use crate::{
    Error,
    http::{
        part::{self, Parts},
        upload::Intake,
        web::{answer::WebError, sent::Sent},
    },
};

/// How many values a form of ours has at most.
const MAXIMUM_VALUES: usize = 300;

/// The longest field of a form with a file, and the longest file that is read at all, in bytes.
const MAXIMUM_FIELD: u64 = 64 << 10;
const MAXIMUM_FILE: u64 = 4 << 20;

/// Each name and value, as they came.
pub(super) struct Filled(Vec<(String, String)>);

/// It shows nothing of what was filled in.
impl std::fmt::Debug for Filled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Filled").field(&self.0.len()).finish()
    }
}

impl Office {
    /// Reads a form of this session's pages.
    pub(super) async fn filled(&self, sent: Sent) -> Result<Filled, Turned> {
        let read = async {
            let values: Vec<(String, String)> = sent.form().await?;
            self.of_this_session(values)
        };
        read.await.map_err(|error: WebError| error.shown(&self.headers, &self.spoken).into())
    }

    /// The same where a file may come along in the field `file`: it stands there in Base64, and in its place
    /// `too_long` where it is longer than `most` bytes.
    pub(super) async fn filled_with(
        &self,
        request: Request,
        (file, most): (&str, usize),
    ) -> Result<Filled, Turned> {
        if !part::is_multipart(request.headers()) {
            return self.filled(Sent::from_request(request, &self.state).await?).await;
        }
        let read = async {
            let caller = self.session.authenticated();
            let intake = Intake::of(&self.state.service, &caller);
            let mut parts = Parts::open(request, &intake).await.map_err(Error::from)?;
            let mut values: Vec<(String, String)> = Vec::new();
            while let Some(part) = parts.next().await.map_err(Error::from)? {
                let name = part.name().unwrap_or_default().to_owned();
                let is_file = name == file && part.file_name().is_some();
                let limit = if is_file { MAXIMUM_FILE } else { MAXIMUM_FIELD };
                let Some(read) = part.read_field(limit).await.map_err(Error::from)? else {
                    continue;
                };
                let bytes = read.bytes();
                if !is_file {
                    let text = std::str::from_utf8(bytes).map_err(|_| WebError::Malformed)?;
                    values.push((name, text.to_owned()));
                } else if bytes.len() > most {
                    values.push(("too_long".to_owned(), "yes".to_owned()));
                } else {
                    // What is chosen takes the place of what was there.
                    values.retain(|(named, _)| named != file);
                    values.push((name, STANDARD.encode(bytes)));
                }
                if values.len() > MAXIMUM_VALUES {
                    return Err(WebError::Malformed);
                }
            }
            self.of_this_session(values)
        };
        read.await.map_err(|error: WebError| error.shown(&self.headers, &self.spoken).into())
    }

    fn of_this_session(&self, mut values: Vec<(String, String)>) -> Result<Filled, WebError> {
        if values.len() > MAXIMUM_VALUES {
            return Err(WebError::Malformed);
        }
        let mut shown = Vec::new();
        values.retain(|(name, value)| {
            let is_csrf = name == "csrf";
            shown.extend(is_csrf.then(|| value.clone()));
            !is_csrf
        });
        match &*shown {
            [one] if self.session.is_shown(one) => Ok(Filled(values)),
            _ => Err(WebError::Csrf),
        }
    }
}

impl Filled {
    /// What a field holds, without spaces around it; nothing where it is empty, or not there.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().find(|(named, _)| named == name).map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }

    /// The same of a text that must be there.
    pub(super) fn text(&self, name: &str) -> String {
        self.one(name).unwrap_or_default().to_owned()
    }

    /// Every choice that was made.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let named = self.0.iter().filter(|(named, _)| named == name);
        named.map(|(_, value)| value.trim().to_owned()).collect()
    }

    pub(super) fn is_checked(&self, name: &str) -> bool {
        self.one(name) == Some("yes")
    }

    /// Whether whoever sent it was shown what it changes.
    pub(super) fn is_confirmed(&self) -> bool {
        self.is_checked("confirmed") && !self.is_checked("again")
    }

    /// Whether they want to fill it in once more.
    pub(super) fn is_again(&self) -> bool {
        self.is_checked("again")
    }
}
