//! What was filled in.

use super::office::{Office, Turned};
use crate::http::web::{answer::WebError, sent::Sent};

/// How many values a form of ours has at most.
const MAXIMUM_VALUES: usize = 300;

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
            let mut values: Vec<(String, String)> = sent.form().await?;
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
        };
        read.await.map_err(|error: WebError| error.shown(&self.headers, self.spoken).into())
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
