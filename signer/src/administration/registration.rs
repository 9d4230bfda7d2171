//! What of a change concerns the device: profiles that administrators make and retire.

use registry::{Change, Entry, MadeProfile};
use seal::{Organisation, ProfileId, ProfileKind, Registration};

use super::{Snapshot, standing::mandate};

/// The registration that a change needs before it counts.
pub(super) fn of_change(organisation: &Organisation, change: &Change) -> Option<Registration> {
    match (change.what(), change.after()) {
        ("profile-made" | "profile-retired", Entry::Profile(made)) => {
            Some(registration(organisation, made))
        }
        (
            _,
            Entry::Application(_)
            | Entry::Grant(_)
            | Entry::Mandate(_)
            | Entry::Profile(_)
            | Entry::Organisation(_)
            | Entry::Person(_)
            | Entry::CertificateTerms(_)
            | Entry::CertificateSettings(_)
            | Entry::Role(_),
        ) => None,
    }
}

impl Snapshot {
    /// What the device is to know of a profile, if administrators ever made it.
    pub(super) fn registration(&self, profile: &ProfileId) -> Option<Registration> {
        let made = &self.register().profiles().get(profile)?.value;
        Some(registration(self.policy().organisation(), made))
    }
}

fn registration(organisation: &Organisation, made: &MadeProfile) -> Registration {
    let id = &made.profile.id;
    Registration {
        organization_name: organisation.registered_name.clone(),
        organization_identifier: organisation.organization_identifier(),
        profile: id.clone(),
        mandate: (made.profile.kind != ProfileKind::User).then(|| mandate(id)),
        withdrawn: made.retired.is_some(),
    }
}
