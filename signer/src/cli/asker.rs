//! Who asks in this process.

use crate::config::Secret;

/// Who asks in this process.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asker<'a> {
    /// The first application of the configuration.
    FirstApplication,
    /// An application, or a person of the demo.
    Named(&'a str),
    /// Whoever this token names.
    Token(&'a Secret),
}

/// The word for the first application.
pub(super) const FIRST_APPLICATION: &str = "application";
