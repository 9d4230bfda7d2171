//! The pages on which a person's further logins are linked.

use askama::Template;

use super::{Frame, LinkingTexts};

/// `/login/callback`, where somebody who is logged in has shown a further login.
#[derive(Template)]
#[template(path = "linking.html")]
pub(crate) struct LinkingPage {
    pub(crate) frame: Frame,
    pub(crate) l: &'static LinkingTexts,
    pub(crate) csrf: String,
    /// What the form shows, once.
    pub(crate) code: String,
    pub(crate) provider: String,
    /// By what the provider knows them.
    pub(crate) account: String,
    pub(crate) name_there: Option<String>,
    pub(crate) person: String,
    pub(crate) organisation: String,
}

/// It names nobody, and shows no code.
impl std::fmt::Debug for LinkingPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkingPage").finish_non_exhaustive()
    }
}
