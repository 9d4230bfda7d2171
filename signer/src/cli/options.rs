//! What may be chosen of an act.

use clap::{Args, builder::TypedValueParser};
use seal::{Certification, Format, Level, Packaging, ProfileId};
use serde::Serialize;

use super::{
    appearance::Appearance,
    words::{read, words},
};
use crate::{config::Secret, service::AppearanceOptions};

/// What may be chosen of an act; the words are those of the HTTP interface.
#[derive(Clone, Debug, Args, Serialize)]
pub(super) struct Options {
    /// The certificate profile; `signer profiles` lists them
    #[arg(long, value_name = "PROFILE")]
    pub(super) profile: String,
    /// The container; a PDF becomes PAdES and anything else CAdES when left out
    #[arg(long, value_parser = words(["pades", "cades"]).try_map(|word| read::<Format>(&word)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) format: Option<Format>,
    /// Puts the content inside the CMS; without it the CMS stands alone
    #[arg(long)]
    #[serde(rename = "packaging", serialize_with = "packaging")]
    pub(super) attached: bool,
    /// The level; the profile's own when left out
    #[arg(long, value_parser = words(["B-B", "B-T", "B-LT", "B-LTA"]).try_map(|word| read::<Level>(&word)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) level: Option<Level>,
    /// An empty signature field of the PDF, or the name of a new one
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<String>,
    /// The reason, for readers of the PDF
    #[arg(long, value_name = "TEXT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// The place, for readers of the PDF
    #[arg(long, value_name = "TEXT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<String>,
    /// Certifies the PDF: 2 permits forms and signatures, 1 nothing; the profile's way when left out
    #[arg(long, value_parser = words(["none", "2", "1"]).try_map(|word| read::<Certification>(&word)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) certify: Option<Certification>,
    #[command(flatten)]
    #[serde(skip_serializing_if = "Appearance::is_invisible")]
    pub(super) appearance: Appearance,
    /// The password of an encrypted PDF.
    #[arg(skip)]
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "exposed")]
    pub(super) password: Option<Secret>,
}

impl Options {
    /// What is left open but the profile, and how it looks.
    pub(super) fn seen(profile: String, appearance: Appearance) -> Self {
        Self {
            profile,
            format: Some(Format::Pades),
            attached: false,
            level: None,
            field: None,
            reason: None,
            location: None,
            certify: None,
            appearance,
            password: None,
        }
    }

    /// The part `options` of a request.
    pub(super) fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// How the signature looks; `None` when it is invisible.
    pub(super) fn appearance(&self) -> Option<AppearanceOptions> {
        self.appearance.options()
    }

    /// The profile's name.
    pub(super) fn profile(&self) -> ProfileId {
        ProfileId::new(&self.profile)
    }

    /// Whether the CMS carries its content.
    pub(super) fn packaging(&self) -> Packaging {
        if self.attached { Packaging::Attached } else { Packaging::Detached }
    }
}

fn packaging<S: serde::Serializer>(attached: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    let packaging = if *attached { Packaging::Attached } else { Packaging::Detached };
    packaging.serialize(serializer)
}

fn exposed<S: serde::Serializer>(
    password: &Option<Secret>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    password.as_ref().map(Secret::expose).serialize(serializer)
}
