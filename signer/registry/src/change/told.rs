//! What the audit log tells of an entry.

use serde::Serialize;

use super::Entry;
use crate::{
    ApiKey, Application, CertificateKind, CertificateSettings, Client, Founded, HolderKey, Moment,
    PersonGrant, Purpose, Role, RoleGrant, ToldProfile,
};

/// What the audit log tells of an entry. The fields stand in the order of their names: that is
/// what makes the JSON canonical.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Told<'a> {
    /// An application, without its keys.
    Application {
        /// Whether its keys are taken.
        active: bool,
    },
    /// One key.
    Key {
        /// Its end.
        expires: Option<Moment>,
        /// When it was revoked.
        revoked: Option<Moment>,
    },
    /// One OAuth client.
    Client {
        /// Its end.
        expires: Option<Moment>,
        /// The UUID in the certificates by which it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        holder: Option<&'a str>,
        /// How it proves who it is: `secret`, `keys`, `certificate`, `none`.
        proof: &'static str,
        /// Where it may have browsers sent back to.
        #[serde(skip_serializing_if = "<[String]>::is_empty")]
        redirect_uris: &'a [String],
        /// Whether it asks persons by requests that it signs alone.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        require_signed_request_object: bool,
        /// When it was revoked.
        revoked: Option<Moment>,
        /// What its tokens may be good for.
        scopes: Vec<&'static str>,
        /// Whether it may ask persons without a code challenge.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        without_pkce: bool,
    },
    /// An organisation.
    Organisation {
        /// Whether it may have seals.
        allow_seals: bool,
        /// The country of its number.
        country: &'a str,
        /// Its name.
        registered_name: &'a str,
    },
    /// An application's role.
    Role {
        /// Which.
        role: Role,
    },
    /// A certificate profile, but for what people wrote: its display name and its contact person.
    Profile(ToldProfile<'a>),
    /// The terms of certificates, but for names and addresses.
    CertificateTerms {
        /// The kind of key.
        key: HolderKey,
        /// Whom they name.
        kind: CertificateKind,
        /// How long they live.
        lifetime_days: u16,
        /// How long before the end they are renewed.
        overlap_days: u16,
        /// Whether anybody gets them who knows the address.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        published: bool,
        /// What for.
        purposes: &'a std::collections::BTreeSet<Purpose>,
        /// How many services know them.
        #[serde(skip_serializing_if = "is_none")]
        relying_services: usize,
        /// Whether they show an address.
        shows_email: bool,
        /// What stands in them.
        uuid: &'a str,
    },
    /// What is allowed of certificates.
    CertificateSettings(CertificateSettings),
    /// A person, whom the register alone names.
    Person {
        /// What stands for the person until they are erased.
        commitment: String,
        /// How many passkeys they have.
        #[serde(skip_serializing_if = "is_none")]
        passkeys: usize,
        /// The roles.
        roles: Vec<&'static str>,
        /// Whether the person is there.
        state: &'static str,
    },
    /// A right.
    Right {
        /// What it lets do.
        acts: Vec<&'static str>,
        /// The application; a person stands in the register alone.
        application: Option<&'a str>,
        /// Its beginning.
        from: Option<Moment>,
        /// How often.
        maximum_seals: Option<u64>,
        /// With which profiles.
        profiles: Option<Vec<&'a str>>,
        /// When it was revoked.
        revoked: Option<Moment>,
        /// Its end.
        until: Option<Moment>,
    },
}

impl<'a> Told<'a> {
    /// The key or client of this name if it is about one, and nothing if the entry has none such yet.
    pub(super) fn of(entry: &'a Entry, about: (Option<&str>, Option<&str>)) -> Option<Self> {
        match (entry, about) {
            (Entry::Application(application), (None, Some(client))) => {
                application.clients.iter().find(|one| one.id.0 == client).map(Self::client)
            }
            (Entry::Application(application), (Some(key), _)) => {
                application.keys.iter().find(|one| one.id.0 == key).map(Self::key)
            }
            (
                Entry::Application(_)
                | Entry::Grant(_)
                | Entry::Mandate(_)
                | Entry::Profile(_)
                | Entry::Organisation(_)
                | Entry::Role(_)
                | Entry::Person(_)
                | Entry::CertificateTerms(_)
                | Entry::CertificateSettings(_),
                _,
            ) => Some(Self::entry(entry)),
        }
    }

    pub(super) fn all(entry: &'a Entry, about: (Option<&str>, Option<&str>)) -> Self {
        Self::of(entry, about).unwrap_or_else(|| Self::entry(entry))
    }

    fn key(key: &'a ApiKey) -> Self {
        let ApiKey { expires, revoked, .. } = key;
        Self::Key { expires: *expires, revoked: *revoked }
    }

    fn client(client: &'a Client) -> Self {
        let Client { proof, scopes, redirect_uris, without_pkce, expires, revoked, .. } = client;
        Self::Client {
            expires: *expires,
            holder: proof.holder(),
            proof: proof.name(),
            redirect_uris,
            require_signed_request_object: client.require_signed_request_object,
            revoked: *revoked,
            scopes: scopes.iter().map(|scope| scope.name()).collect(),
            without_pkce: *without_pkce,
        }
    }

    fn entry(entry: &'a Entry) -> Self {
        match entry {
            Entry::Application(Application { active, .. }) => Self::Application { active: *active },
            Entry::Profile(made) => Self::Profile(ToldProfile::of(made)),
            Entry::Organisation(Founded { organisation, .. }) => Self::Organisation {
                allow_seals: organisation.allow_seals,
                country: organisation.country.as_str(),
                registered_name: &organisation.registered_name,
            },
            Entry::Role(RoleGrant { role, .. }) => Self::Role { role: *role },
            Entry::CertificateTerms(terms) => Self::CertificateTerms {
                key: terms.key,
                kind: terms.kind,
                lifetime_days: terms.lifetime_days,
                overlap_days: terms.overlap_days,
                published: terms.published,
                purposes: &terms.purposes,
                relying_services: terms.relying_services.len(),
                shows_email: terms.email.is_some() || terms.show_email,
                uuid: &terms.uuid,
            },
            Entry::CertificateSettings(settings) => Self::CertificateSettings(*settings),
            Entry::Person(person) => Self::Person {
                commitment: person.commitment(),
                passkeys: person.passkeys.len(),
                roles: person.roles.iter().map(|role| role.name()).collect(),
                state: person.state.name(),
            },
            Entry::Grant(PersonGrant { acts, profiles, until, revoked, .. }) => Self::Right {
                acts: acts.iter().map(|act| act.name()).collect(),
                application: None,
                from: None,
                maximum_seals: None,
                profiles: names(profiles.as_deref()),
                revoked: *revoked,
                until: *until,
            },
            Entry::Mandate(mandate) => Self::Right {
                acts: vec![seal::Act::Seal.name()],
                application: Some(mandate.application.as_str()),
                from: mandate.from,
                maximum_seals: mandate.maximum_seals,
                profiles: names(mandate.profiles.as_deref()),
                revoked: mandate.revoked,
                until: mandate.until,
            },
        }
    }
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

fn names(profiles: Option<&[seal::ProfileId]>) -> Option<Vec<&str>> {
    profiles.map(|profiles| profiles.iter().map(seal::ProfileId::as_str).collect())
}
