//! Verifying, for everybody: what the page asks, and what it answers in plain words.

mod changes;
mod judged;
mod side_by_side;
mod texts;
mod verdict;

use askama::Template;

use super::{Frame, Language};
use crate::service::KnownAct;
pub(crate) use judged::Judged;
pub(crate) use side_by_side::{NotShown, SideBySide, Since};
pub(crate) use texts::{VerifyTexts, verify_texts};
pub(crate) use verdict::{Tone, Verdict};

/// The style of the page.
pub(crate) const VERIFY_STYLE: &str = include_str!("verify/verify.css");

/// The script that compares a file before anything is uploaded.
pub(crate) const VERIFY_SCRIPT: &str = include_str!("verify/verify.js");

/// `/verify`, and `/verify/{reference}` with what stands in the seal.
#[derive(Debug, Template)]
#[template(path = "verify.html")]
pub(crate) struct VerifyPage {
    pub(crate) frame: Frame,
    pub(crate) t: &'static VerifyTexts,
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    /// What a reference led to.
    pub(crate) reference: Led,
    /// The longest file, in mebibytes.
    pub(crate) most: u64,
}

/// What a reference led to.
#[derive(Debug)]
pub(crate) enum Led {
    /// None was asked for.
    Nowhere,
    /// To an act, in words.
    To(String),
    /// To nothing.
    Unknown,
    /// To a time when so much was done that not all of it was looked at.
    Unfinished,
}

/// What came of checking a file.
#[derive(Debug, Template)]
#[template(path = "verdict.html")]
pub(crate) struct VerdictPage {
    pub(crate) frame: Frame,
    pub(crate) t: &'static VerifyTexts,
    pub(crate) style: &'static str,
    pub(crate) judged: Judged,
    /// The whole report, in JSON; nothing of what could not be read.
    pub(crate) report: Option<String>,
}

/// Whose an act was and when, in words.
pub(crate) fn told(language: Language, act: &KnownAct) -> String {
    verify_texts(language).of_act(act)
}
