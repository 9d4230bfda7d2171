//! Certificate profiles: what a certificate says and what it may be used for.

use std::{collections::BTreeSet, fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    Act, Certification, Format, Level, Organisation, Reactions, SignatureAlgorithm,
    appearance::Appearances,
};

/// The name of a certificate profile, as in configuration and addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProfileId(String);

impl ProfileId {
    /// Wraps a name.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whom the certificates of a profile name (MitID Erhverv: user, organisation, system).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProfileKind {
    /// A natural person associated with the organisation.
    User,
    /// The organisation.
    Organisation,
    /// A system of the organisation.
    System,
}

impl ProfileKind {
    /// The act that certificates of this kind are for (eIDAS articles 26 and 36).
    pub fn act(self) -> Act {
        match self {
            Self::User => Act::Sign,
            Self::Organisation | Self::System => Act::Seal,
        }
    }
}

/// How a relying party learns that a certificate was good when it was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assurance {
    /// Validity-assured short-term (EN 319 412-1 clause 5.2): at most 24 hours, never revoked.
    #[default]
    ValidityAssured,
    /// Revocable, as NemLog-in issues: at most ten days, with OCSP.
    Revocable,
}

impl Assurance {
    /// The longest lifetime, counted from notBefore (EN 319 411-1 REV-6.2.4-03A for the
    /// validity-assured kind).
    pub fn maximum_lifetime(self) -> Duration {
        const HOUR: Duration = Duration::from_secs(3600);
        match self {
            Self::ValidityAssured => 24 * HOUR,
            Self::Revocable => 240 * HOUR,
        }
    }
}

/// What stands as common name in the certificates of an organisation or system profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommonName {
    /// The organisation's registered name.
    #[default]
    Organisation,
    /// The organisation's registered name and the profile's display name.
    OrganisationAndProfile,
    /// The profile's display name.
    Profile,
}

/// What becomes of an act whose time-stamp cannot be had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnTimestampFailure {
    /// It ends with nothing.
    #[default]
    Refuse,
    /// It ends with level B-B, if the profile may make that; the answer and the receipt say so.
    Degrade,
}

/// A certificate profile. What it holds may break the policy; the policy then refuses the act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateProfile {
    /// The profile's name.
    pub id: ProfileId,
    /// Whom the certificates name.
    pub kind: ProfileKind,
    /// The name by which people tell the certificates of several profiles apart.
    pub display_name: String,
    /// Whether the profile is in use.
    #[serde(default = "yes")]
    pub active: bool,
    /// "Allow the certificate to be used for signing": for organisation and system profiles this
    /// means sealing.
    #[serde(default)]
    pub allow_signing: bool,
    /// The assurance of its certificates.
    #[serde(default)]
    pub assurance: Assurance,
    /// Seconds that a certificate lives after the act.
    #[serde(default = "fifteen_minutes_s")]
    pub lifetime_s: u64,
    /// Seconds that notBefore lies before the act, for verifiers whose clocks are behind.
    #[serde(default = "five_minutes_s")]
    pub back_dating_s: u64,
    /// The suite of its keys.
    #[serde(default)]
    pub algorithm: SignatureAlgorithm,
    /// The formats that it may make.
    #[serde(default = "every_format")]
    pub formats: BTreeSet<Format>,
    /// The levels that it may make.
    #[serde(default = "levels_b_and_t")]
    pub levels: BTreeSet<Level>,
    /// The level when a request names none.
    #[serde(default)]
    pub default_level: Level,
    /// Whether its PDF signatures certify their documents. A request may ask for less, not for
    /// more.
    #[serde(default)]
    pub certify: Certification,
    /// What becomes of an act whose time-stamp cannot be had.
    #[serde(default)]
    pub on_timestamp_failure: OnTimestampFailure,
    /// What becomes of an act over a PDF that holds something unseen, by kind; a kind that is not named
    /// has its default.
    #[serde(default)]
    pub unseen: Reactions,
    /// How many signatures one credential may make.
    #[serde(default = "one")]
    pub signatures_per_credential: u32,
    /// Seconds that a credential lives which is made for a session of several requests, as clients of the
    /// CSC API have them.
    #[serde(default = "one_hour_s")]
    pub session_lifetime_s: u64,
    /// How many signatures such a credential may make.
    #[serde(default = "one_hundred")]
    pub session_signatures: u32,
    /// What stands as common name; not for user profiles.
    #[serde(default)]
    pub common_name: CommonName,
    /// Whether a user's certificate shows the user's e-mail address.
    #[serde(default)]
    pub show_email: bool,
    /// Whether the e-mail address was validated; one that was not is never shown.
    #[serde(default)]
    pub email_validated: bool,
    /// How its visible signatures may look, by name.
    #[serde(default, skip_serializing_if = "has_none")]
    pub appearances: Appearances,
    /// Who answers for the profile. Never in a certificate, never in an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_person: Option<ContactPerson>,
}

/// Who answers for a profile inside the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactPerson {
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    #[serde(default)]
    pub email: Option<String>,
}

impl CertificateProfile {
    /// The time between notBefore and notAfter.
    pub fn lifetime_from_not_before(&self) -> Duration {
        Duration::from_secs(self.lifetime_s.saturating_add(self.back_dating_s))
    }

    /// The profile as it is for a credential that lives for a session: its certificate outlives the
    /// session by a quarter of an hour, so that what is signed at its end can be time-stamped.
    #[must_use]
    pub fn for_session(&self) -> Self {
        Self {
            lifetime_s: self.session_lifetime_s.saturating_add(fifteen_minutes_s()),
            signatures_per_credential: self.session_signatures,
            ..self.clone()
        }
    }

    /// The commonName of the certificates of an organisation.
    pub(crate) fn common_name_for(&self, organisation: &Organisation) -> String {
        match self.common_name {
            CommonName::Organisation => organisation.registered_name.clone(),
            CommonName::OrganisationAndProfile => {
                format!("{} - {}", organisation.registered_name, self.display_name)
            }
            CommonName::Profile => self.display_name.clone(),
        }
    }
}

fn has_none(appearances: &Appearances) -> bool {
    appearances.is_empty()
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

fn one_hundred() -> u32 {
    100
}

fn one_hour_s() -> u64 {
    60 * 60
}

fn fifteen_minutes_s() -> u64 {
    15 * 60
}

fn five_minutes_s() -> u64 {
    5 * 60
}

fn every_format() -> BTreeSet<Format> {
    BTreeSet::from([Format::Pades, Format::Cades])
}

fn levels_b_and_t() -> BTreeSet<Level> {
    BTreeSet::from([Level::BB, Level::BT])
}
