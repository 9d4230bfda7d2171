//! What an act made, and what is said of it.

use std::fmt;

use crate::service::FileName;

/// The result of an act that stands in its file.
#[derive(Debug)]
pub(super) struct Made {
    /// What kind of file it is.
    pub(super) container: &'static str,
    /// What the name of its file ends in, beside the document's own; nothing for a PDF.
    pub(super) extension: Option<&'static str>,
    /// The receipt's name.
    pub(super) receipt: String,
    /// What is to be known of it.
    pub(super) warnings: Vec<String>,
}

impl Made {
    /// A result of this media type: its file may have been given any name.
    pub(super) fn of(media_type: &str, receipt: String, warnings: Vec<String>) -> Self {
        let is = |name: FileName| media_type == name.media_type();
        let (container, extension) = if is(FileName::SealedPdf) {
            ("PDF", None)
        } else if is(FileName::DetachedCms) {
            ("detached CMS", Some("p7s"))
        } else if is(FileName::AttachedCms) {
            ("CMS with its content", Some("p7m"))
        } else {
            ("unnamed format", None)
        };
        Self { container, extension, receipt, warnings }
    }
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { container, receipt, .. } = self;
        write!(f, "{container}, receipt {receipt}")
    }
}

/// That the act reached a lower level than it was to (`on_timestamp_failure = "degrade"`).
pub(super) fn degraded(level: &str) -> String {
    format!("degraded to {level}: no time-stamp could be had")
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
            let made = Made::of(file.media_type(), "12-ab".into(), Vec::new());
            assert_eq!(made.to_string(), format!("{called}, receipt 12-ab"));
        }
    }
}
