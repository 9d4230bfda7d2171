//! What the audit log tells of an appearance.

use seal::{
    Digest, DigestAlgorithm,
    appearance::{Language, Look, NamedAppearance, Page, Shown},
};
use serde::Serialize;

/// An appearance, without its texts, for nothing that people wrote can be erased there; the hash is
/// over them and the logo, too, so that each version is told from the next. The fields stand in the
/// order of their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToldAppearance<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
    /// How many lines of its own it has.
    lines: usize,
    /// SHA-256 of the logo, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<Page>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preset: Option<Look>,
    /// x, y, width and height in points, with commas between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    rect: Option<String>,
    /// SHA-256 of all that it says, in hexadecimal.
    sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    show: Option<&'a [Shown]>,
}

impl<'a> ToldAppearance<'a> {
    pub(crate) fn of(appearance: &'a NamedAppearance) -> Self {
        let NamedAppearance { page, rect, language, preset, show, text, logo } = appearance;
        let hash = |bytes: &[u8]| Digest::of(DigestAlgorithm::Sha256, bytes).to_string();
        Self {
            language: *language,
            lines: text.as_ref().map_or(0, Vec::len),
            logo_sha256: logo.as_ref().map(|logo| hash(logo.file())),
            page: *page,
            preset: *preset,
            rect: rect.map(|rect| rect.points().map(|number| number.to_string()).join(",")),
            sha256: appearance.sha256(),
            show: show.as_deref(),
        }
    }
}
