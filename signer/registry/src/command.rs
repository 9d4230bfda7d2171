//! What may be asked of the register.

mod amended;
mod certificates;
mod people;

use std::collections::BTreeSet;

use seal::{Act, ApplicationId, CertificateProfile, PersonId, ProfileId};

pub use self::{
    amended::Amended,
    certificates::WantedTerms,
    people::{ChangePerson, LinkLogin, MakePerson, PeopleCommand, RoleOfPerson},
};
use crate::{
    AdministrativeAct, CertificateSettings, ClientId, ClientProof, KeyHash, KeyId, MandateId,
    Moment, PersonGrantId, Scope, Version,
};

/// One change that somebody asks for.
#[derive(Clone, Debug)]
pub enum Command {
    /// What the organisation allows itself from then on.
    ChangeOrganisation {
        /// Whether it may have seals; what is `None` stays.
        allow_seals: Option<bool>,
        /// The version that the caller read.
        expected: Version,
    },
    /// A new application, without keys.
    MakeApplication(MakeApplication),
    /// Another display name, or keys that are taken or not.
    ChangeApplication(ChangeApplication),
    /// A new key of an application.
    MakeKey(MakeKey),
    /// A new key in the place of another, which is taken a while longer.
    RotateKey(RotateKey),
    /// A key that is not taken any more.
    RevokeKey {
        /// Whose.
        application: ApplicationId,
        /// Which.
        key: KeyId,
    },
    /// A new OAuth client of an application.
    MakeClient(MakeClient),
    /// A client that gets no more tokens, and whose tokens count no more.
    RevokeClient {
        /// Whose.
        application: ApplicationId,
        /// Which.
        client: ClientId,
        /// The version of the application that the caller read.
        expected: Version,
    },
    /// A right for a person.
    MakeGrant(MakeGrant),
    /// A grant that counts no more.
    RevokeGrant(PersonGrantId),
    /// A right to seal for an application.
    MakeMandate(MakeMandate),
    /// A mandate that counts no more.
    RevokeMandate(MandateId),
    /// A new certificate profile.
    MakeProfile(Box<CertificateProfile>),
    /// Another version of a certificate profile.
    ChangeProfile {
        /// What it says from then on; name and kind stay.
        profile: Box<CertificateProfile>,
        /// The version that the caller read.
        expected: Version,
    },
    /// A certificate profile with which nothing is done any more.
    RetireProfile(ProfileId),
    /// A change of a person's entry.
    People(PeopleCommand),
    /// The terms of certificates beside a profile: new ones, or others.
    SetCertificateTerms(Box<WantedTerms>),
    /// What the organisation allows of certificates that live for years.
    SetCertificateSettings {
        /// What.
        settings: CertificateSettings,
        /// The version that the caller read.
        expected: Version,
    },
}

/// A new application.
#[derive(Clone, Debug)]
pub struct MakeApplication {
    /// Its name: 1 to 64 of `a-z 0-9 - _ .`, beginning with a letter or digit.
    pub id: ApplicationId,
    /// What people call it, 1 to 200 characters.
    pub display_name: String,
}

/// A change of an application. What is `None` stays.
#[derive(Clone, Debug)]
pub struct ChangeApplication {
    /// Which.
    pub id: ApplicationId,
    /// The version that the caller read.
    pub expected: Version,
    /// What people call it, 1 to 200 characters.
    pub display_name: Option<String>,
    /// Whether its keys are taken.
    pub active: Option<bool>,
}

/// A new key.
#[derive(Clone, Debug)]
pub struct MakeKey {
    /// Whose.
    pub application: ApplicationId,
    /// Its name; random, made by whoever asks.
    pub id: KeyId,
    /// What people call it, at most 200 characters.
    pub display_name: String,
    /// The key's hash.
    pub sha256: KeyHash,
    /// From when on it is not taken any more; in the future.
    pub expires: Option<Moment>,
}

/// A new key in the place of another.
#[derive(Clone, Debug)]
pub struct RotateKey {
    /// The key that goes.
    pub old: KeyId,
    /// How long it is still taken, in seconds: at most 90 days.
    pub overlap_s: u64,
    /// The key that comes.
    pub new: MakeKey,
}

/// A new OAuth client.
#[derive(Clone, Debug)]
pub struct MakeClient {
    /// Whose.
    pub application: ApplicationId,
    /// Its name; random, made by whoever asks.
    pub id: ClientId,
    /// What people call it, at most 200 characters.
    pub display_name: String,
    /// How it proves who it is.
    pub proof: ClientProof,
    /// What its tokens may be good for; one at least.
    pub scopes: BTreeSet<Scope>,
    /// Where it may have browsers sent back to, at most 10; a public client has one at least.
    pub redirect_uris: Vec<String>,
    /// Whether it may ask persons without a code challenge; no public client may.
    pub without_pkce: bool,
    /// Whether it asks persons by requests that it signs alone; it has keys then.
    pub require_signed_request_object: bool,
    /// From when on it gets no tokens; in the future.
    pub expires: Option<Moment>,
}

/// A right for a person.
#[derive(Clone, Debug)]
pub struct MakeGrant {
    /// Its name; random, made by whoever asks.
    pub id: PersonGrantId,
    /// For whom.
    pub person: PersonId,
    /// What they may do.
    pub acts: Vec<Act>,
    /// With which profiles; every profile when there is no list.
    pub profiles: Option<Vec<ProfileId>>,
    /// From when on it counts no more; in the future.
    pub until: Option<Moment>,
    /// Why, at most 1,000 characters.
    pub note: String,
}

/// A right to seal for an application.
#[derive(Clone, Debug)]
pub struct MakeMandate {
    /// Its name; random, made by whoever asks.
    pub id: MandateId,
    /// For which application: one of the register or of the file.
    pub application: ApplicationId,
    /// With which profiles; every profile when there is no list.
    pub profiles: Option<Vec<ProfileId>>,
    /// From when on it counts.
    pub from: Option<Moment>,
    /// From when on it counts no more; in the future and after `from`.
    pub until: Option<Moment>,
    /// How many seals it gives at most.
    pub maximum_seals: Option<u64>,
    /// Why, at most 1,000 characters.
    pub note: String,
}

impl Command {
    /// Whether somebody or something may do more afterwards than before, or comes in. Who asks for it
    /// shows anew who they are, where they come by a login; what takes away never waits.
    pub fn gives_power(&self) -> bool {
        match self {
            Self::ChangeOrganisation { allow_seals, .. } => *allow_seals == Some(true),
            Self::ChangeApplication(wanted) => wanted.active == Some(true),
            Self::MakeKey(_)
            | Self::RotateKey(_)
            | Self::MakeClient(_)
            | Self::MakeGrant(_)
            | Self::MakeMandate(_)
            | Self::MakeProfile(_)
            | Self::ChangeProfile { .. }
            | Self::SetCertificateTerms(_)
            | Self::SetCertificateSettings { .. } => true,
            Self::MakeApplication(_)
            | Self::RevokeKey { .. }
            | Self::RevokeClient { .. }
            | Self::RevokeGrant(_)
            | Self::RevokeMandate(_)
            | Self::RetireProfile(_) => false,
            Self::People(command) => command.gives_power(),
        }
    }

    /// What somebody must be permitted to ask for this.
    pub fn needs(&self) -> AdministrativeAct {
        match self {
            Self::ChangeOrganisation { .. } | Self::SetCertificateSettings { .. } => {
                AdministrativeAct::ChangeOrganisation
            }
            Self::MakeApplication(_)
            | Self::ChangeApplication(_)
            | Self::MakeKey(_)
            | Self::RotateKey(_)
            | Self::RevokeKey { .. }
            | Self::MakeClient(_)
            | Self::RevokeClient { .. } => AdministrativeAct::ChangeApplications,
            Self::MakeGrant(_)
            | Self::RevokeGrant(_)
            | Self::MakeMandate(_)
            | Self::RevokeMandate(_) => AdministrativeAct::ChangeRights,
            Self::MakeProfile(_)
            | Self::ChangeProfile { .. }
            | Self::RetireProfile(_)
            | Self::SetCertificateTerms(_) => AdministrativeAct::ChangeProfiles,
            Self::People(command) => command.needs(),
        }
    }
}
