//! Appearances that a profile names: what a caller leaves out is as the profile says it.

use seal::{CertificateProfile, Effort, appearance::NamedAppearance};

use super::{ActOptions, AppearanceOptions, Document, Error, image::DecodedImage};
use crate::administration::Snapshot;

/// How much of a name that nobody knows is told back, in characters.
const TOLD_BACK: usize = 64;

impl ActOptions {
    /// The name of the profile's appearance that is asked for, if one is.
    pub(super) fn appearance_name(&self) -> Option<String> {
        self.appearance.as_ref()?.name.clone()
    }

    /// The same with what the named appearance says, where the caller says nothing.
    ///
    /// # Errors
    /// [`Error::AppearanceUnknown`], [`Error::ProfileUnknown`].
    pub(super) fn named(mut self, snapshot: &Snapshot) -> Result<Self, Error> {
        let Some(name) = self.appearance_name() else { return Ok(self) };
        let profile = snapshot.policy().profile(&self.profile);
        let profile = profile.ok_or_else(|| Error::ProfileUnknown(self.profile.clone()))?;
        let said = profile.appearances.get(&name).ok_or_else(|| Error::AppearanceUnknown {
            profile: profile.id.clone(),
            name: name.chars().take(TOLD_BACK).collect(),
            known: profile.appearances.keys().cloned().collect(),
        })?;
        self.appearance = self.appearance.map(|asked| asked.over(said));
        let logo = || said.logo.as_ref().map(|logo| Document::new(logo.file().clone()));
        self.image = self.image.or_else(logo);
        Ok(self)
    }
}

impl AppearanceOptions {
    /// What is said here, and for what is not what `said` says.
    fn over(self, said: &NamedAppearance) -> Self {
        Self {
            name: self.name,
            page: self.page.or(said.page),
            rect: self.rect.or(said.rect.map(seal::appearance::Area::points)),
            language: self.language.or(said.language),
            preset: self.preset.or(said.preset),
            show: self.show.or_else(|| said.show.clone()),
            text: self.text.or_else(|| said.text.clone()),
        }
    }
}

/// Whether every logo of a profile can be shown: they are read as images of acts are.
///
/// # Errors
/// [`Error::Logo`] with the cause.
pub(crate) fn check_logos(profile: &CertificateProfile) -> Result<(), Error> {
    for (name, appearance) in profile.appearances.iter() {
        let Some(logo) = &appearance.logo else { continue };
        let file = Document::new(logo.file().clone());
        let read = DecodedImage::read(&file, &Effort::default());
        read.map_err(|cause| Error::Logo { name: name.clone(), cause: cause.into() })?;
    }
    Ok(())
}
