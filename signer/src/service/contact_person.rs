//! The contact person of a profile, by the link of a letter: they have no account, and see and block the profile's
//! certificates.

use std::sync::Arc;

use registry::CertificateKind;
use seal::ProfileId;
use serde::{Deserialize, Serialize};

use crate::{
    administration::{Administration, Snapshot},
    audit::hex,
    random_secret::sha256,
};

/// A link as it is kept: by whom it may be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptContact {
    /// Of which profile.
    pub(super) profile: ProfileId,
    /// SHA-256 of the address to which it was sent, folded, in hexadecimal.
    sent_to: String,
}

/// Whoever bears a link that is good.
#[derive(Clone, Debug)]
pub(crate) struct ContactPerson {
    pub(super) organisation: Arc<Administration>,
    pub(super) kept: KeptContact,
    /// Until when the link is good, in seconds since 1970.
    pub(super) ends: i64,
}

impl KeptContact {
    pub(super) fn of(profile: &ProfileId, address: &str) -> Self {
        let sent_to = hex(&sha256(address.to_lowercase().as_bytes()));
        Self { profile: profile.clone(), sent_to }
    }

    /// Whose the link is: it ends when the profile has another contact person.
    pub(super) fn subject(&self) -> String {
        format!("{} {}", self.profile, self.sent_to)
    }

    /// Whether the address is that of the contact person by what counts, of a profile whose certificates name no
    /// person.
    pub(super) fn is_contact(&self, snapshot: &Snapshot) -> bool {
        let register = snapshot.register();
        let terms = register.certificate_terms().get(&self.profile);
        let retired =
            register.profiles().get(&self.profile).is_some_and(|kept| kept.value.retired.is_some());
        let present = of_profile(snapshot, &self.profile);
        terms.is_some_and(|terms| terms.value.kind != CertificateKind::User)
            && !retired
            && present.as_ref() == Some(self)
    }
}

/// The contact person of a profile as it is, if there is one with an address.
pub(super) fn of_profile(snapshot: &Snapshot, profile: &ProfileId) -> Option<KeptContact> {
    let contact = snapshot.policy().profile(profile)?.contact_person.as_ref()?;
    contact.email.as_deref().map(|address| KeptContact::of(profile, address))
}
