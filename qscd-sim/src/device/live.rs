//! What a tester may see of the live credentials, and do to them. A key is never shown.

use std::time::SystemTime;

use seal::{CredentialId, ProfileId, Sad};
use serde::{Serialize, Serializer};

use super::{Device, key_number::KeyNumber, sam::HandleHash};
use crate::moment;

/// A credential whose key lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LiveCredential {
    /// The key's name.
    #[serde(serialize_with = "as_name")]
    pub id: CredentialId,
    /// The profile of its certificate.
    pub profile: ProfileId,
    /// Its certificate's serial number in hexadecimal.
    pub certificate_serial: String,
    /// How far it has come.
    pub state: LiveState,
    /// When the device destroys the key.
    #[serde(serialize_with = "moment::as_rfc3339")]
    pub deadline: SystemTime,
    /// How many signatures the key may still make.
    pub remaining_signatures: u32,
}

/// How far a live credential has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LiveState {
    /// Made and certified.
    Enrolled,
    /// Hashes are authorised that have not been signed.
    Authorised,
    /// It has signed all that was authorised, and may sign more.
    Signed,
}

impl Device {
    /// At most `limit` of the credentials that live now, those that end first at the head.
    pub fn live_credentials(&self, limit: usize) -> Vec<LiveCredential> {
        let now = self.ending.clock.now();
        let mut live: Vec<LiveCredential> = self
            .keys
            .iter()
            .filter(|(_, slot)| now < slot.terms.deadline)
            .filter_map(|(_, slot)| {
                let (uses, authorised) = slot.with(|live| (live.uses, live.authorised)).ok()?;
                Some(LiveCredential {
                    id: slot.terms.number.name(),
                    profile: slot.terms.profile.clone(),
                    certificate_serial: slot.terms.certificate_serial.clone(),
                    state: match (uses, authorised) {
                        (0, 0) => LiveState::Enrolled,
                        (uses, authorised) if uses < authorised => LiveState::Authorised,
                        _ => LiveState::Signed,
                    },
                    deadline: slot.terms.deadline,
                    remaining_signatures: slot.terms.signatures.saturating_sub(uses),
                })
            })
            .collect();
        live.sort_by_key(|one| one.deadline);
        live.truncate(limit);
        live
    }

    /// Profile and deadline of a live credential.
    pub(crate) fn terms_of(&self, id: &CredentialId) -> Option<(ProfileId, SystemTime)> {
        let slot = self.keys.get(&KeyNumber::parse(id)?)?;
        Some((slot.terms.profile.clone(), slot.terms.deadline))
    }

    /// Lets an authorisation's time run out: a tester's fault.
    pub(crate) fn expire_authorisation(&self, sad: &Sad) {
        self.ending.ledger.expire(HandleHash::of(sad));
    }

    /// The newest certificates that were issued.
    pub fn issued(&self) -> &crate::IssuedCertificates {
        &self.issued
    }
}

fn as_name<S: Serializer>(id: &CredentialId, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(id.as_str())
}
