//! What the configuration file says of the organisation.

use std::collections::BTreeSet;

use registry::{KeyHash, Origin, Role};
use seal::{
    ApplicationId, CertificateProfile, Grant, Grantee, Organisation, policy::PolicySettings,
};

/// What the configuration file says of the organisation: read only here.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The organisation; of one that the operator made, as it was when this was read.
    pub organisation: Organisation,
    /// Who says what the organisation is: the file, or the register.
    pub origin: Origin,
    /// Its profiles.
    pub profiles: Vec<CertificateProfile>,
    /// What callers may do.
    pub grants: Vec<Grant>,
    /// The policy's numbers and sets.
    pub settings: PolicySettings,
    /// Who holds which role.
    pub roles: Vec<(Grantee, Role)>,
    /// The applications' keys.
    pub keys: Vec<DeclaredKey>,
    /// Names that the service uses itself, and those that stood in the file since the start: no
    /// application of the register bears one.
    pub reserved: Vec<ApplicationId>,
}

#[cfg(test)]
impl Declared {
    /// A file that names the organisation and nothing else.
    pub(crate) fn sample() -> Self {
        Self {
            organisation: Organisation {
                registered_name: "Havnsted Kommune".into(),
                cvr: "12345674".into(),
                country: seal::CountryCode::DENMARK,
                cvr_check: seal::CvrCheck::Modulo11,
                allow_seals: true,
            },
            origin: Origin::File,
            profiles: Vec::new(),
            grants: Vec::new(),
            settings: PolicySettings::default(),
            roles: Vec::new(),
            keys: Vec::new(),
            reserved: Vec::new(),
        }
    }
}

impl Declared {
    /// Whether the file names somebody who administers the organisation: a person, or an application
    /// that has a key.
    pub(super) fn administers(&self) -> bool {
        let mut holders =
            self.roles.iter().filter(|(_, role)| *role == Role::OrganisationAdministrator);
        holders.any(|(holder, _)| match holder {
            Grantee::Application(id) => self.keys.iter().any(|key| key.application == *id),
            Grantee::Person(_) => true,
        })
    }

    /// The applications that the file gives a key.
    pub(crate) fn applications(&self) -> BTreeSet<ApplicationId> {
        self.keys.iter().map(|key| key.application.clone()).collect()
    }

    /// The names that no application of the register bears: whoever made one would have what the file
    /// gives it.
    pub(super) fn reserved(&self) -> BTreeSet<ApplicationId> {
        let granted = self.grants.iter().map(|grant| &grant.to);
        let granted = granted.chain(self.roles.iter().map(|(holder, _)| holder));
        let granted = granted.filter_map(|to| match to {
            Grantee::Application(id) => Some(id),
            Grantee::Person(_) => None,
        });
        granted.chain(&self.reserved).cloned().collect()
    }

    /// The same with other keys. The names of those that go stay reserved: roles and grants of the
    /// file count until the next start.
    pub(super) fn with_keys(&self, keys: Vec<DeclaredKey>) -> Self {
        let mut reserved = self.reserved.clone();
        reserved.extend(self.applications());
        reserved.sort_unstable();
        reserved.dedup();
        Self { keys, reserved, ..self.clone() }
    }
}

/// An application of the file, and the hash of its API key.
#[derive(Clone, Debug)]
pub struct DeclaredKey {
    /// The application.
    pub application: ApplicationId,
    /// SHA-256 of its key.
    pub sha256: KeyHash,
}
