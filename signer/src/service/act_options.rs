//! What a caller may choose of an act.

use seal::{CertificateProfile, Certification, Format, Level, Packaging, ProfileId};

use super::{AppearanceOptions, Document};

/// What a caller may choose of an act. Everything else follows from the profile.
#[derive(Clone, Debug)]
pub struct ActOptions {
    /// The certificate profile.
    pub profile: ProfileId,
    /// The container; a PDF becomes PAdES and anything else CAdES when left out.
    pub format: Option<Format>,
    /// Whether a CMS carries its content.
    pub packaging: Packaging,
    /// The level; the profile's own when left out.
    pub level: Option<Level>,
    /// An empty signature field by its fully qualified name, or the name of a new one.
    pub field: Option<String>,
    /// The reason, for the signature dictionary.
    pub reason: Option<String>,
    /// The place, for the signature dictionary.
    pub location: Option<String>,
    /// Whether a PDF is certified; the profile's own way when left out.
    pub certify: Option<Certification>,
    /// How the signature of a PDF looks; invisible when left out.
    pub appearance: Option<AppearanceOptions>,
    /// The image that the signature shows: a PNG or JPEG file, or a PDF, whose first page is shown.
    pub image: Option<Document>,
    /// The password of an encrypted PDF; the empty one is tried first.
    pub password: Option<pades::Password>,
}

impl ActOptions {
    /// A CMS around what is sealed, at the profile's own level.
    pub(super) fn around(profile: ProfileId) -> Self {
        Self {
            profile,
            format: Some(Format::Cades),
            packaging: Packaging::Attached,
            level: None,
            field: None,
            reason: None,
            location: None,
            certify: Some(Certification::None),
            appearance: None,
            image: None,
            password: None,
        }
    }

    /// What a PDF's signature would hold or show that nobody but the caller and the profile
    /// answers for.
    pub(super) fn texts(&self, profile: &CertificateProfile) -> Vec<String> {
        let written = [&self.field, &self.reason, &self.location].into_iter().flatten().cloned();
        let shown = self.appearance.iter().flat_map(|appearance| appearance.texts(profile));
        written.chain(shown).collect()
    }
}
