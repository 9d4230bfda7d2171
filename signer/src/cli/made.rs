//! What an act made, and what is said of it.

use std::fmt;

use super::terminal;
use crate::service::FileName;

/// The result of an act that stands in its file.
#[derive(Debug)]
pub(super) struct Made {
    /// What kind of file it is.
    pub(super) container: &'static str,
    /// The receipt's name.
    pub(super) receipt: String,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { container, receipt } = self;
        write!(f, "{container}, receipt {receipt}")
    }
}

/// What a result of this media type is called: its file may have been given any name.
pub(super) fn container(media_type: &str) -> &'static str {
    let is = |name: FileName| media_type == name.media_type();
    if is(FileName::SealedPdf) {
        "PDF"
    } else if is(FileName::DetachedCms) {
        "detached CMS"
    } else if is(FileName::AttachedCms) {
        "CMS with its content"
    } else {
        "unnamed format"
    }
}

/// Tells that the act reached a lower level than it was to (`on_timestamp_failure = "degrade"`).
pub(super) fn warn_degraded(level: &str) {
    terminal::note(format_args!("warning: degraded to {level}: no time-stamp could be had"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_result_is_called_by_what_it_is() {
        for (file, called) in [
            (FileName::SealedPdf, "PDF"),
            (FileName::SignedPdf, "PDF"),
            (FileName::AugmentedPdf, "PDF"),
            (FileName::DetachedCms, "detached CMS"),
            (FileName::AttachedCms, "CMS with its content"),
        ] {
            let made = Made { container: container(file.media_type()), receipt: "12-ab".into() };
            assert_eq!(made.to_string(), format!("{called}, receipt 12-ab"));
        }
    }
}
