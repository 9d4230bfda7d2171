//! What a tester may see of the live credentials, and do to them. A key is never shown.

use std::{sync::Arc, time::SystemTime};

use seal::{CertificateDer, Chain, Credential, CredentialEnd, CredentialId, ProfileId, Sad};
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

/// What a fault has to know of a live credential.
#[derive(Debug)]
pub(crate) struct LiveTerms {
    pub(crate) profile: ProfileId,
    pub(crate) deadline: SystemTime,
    pub(crate) requester: Arc<str>,
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
            .filter(|(_, slot)| slot.terms.live_at(now))
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

    /// A live credential as its enrolment answered it.
    pub(crate) fn credential(&self, id: &CredentialId) -> Result<Credential, CredentialEnd> {
        let slot = self.find(id, self.ending.clock.now())?;
        let held = slot.with(|live| live.certificate.clone())?;
        let held = held.ok_or(CredentialEnd::Unknown)?;
        Ok(Credential {
            id: id.clone(),
            chain: Chain::new(held.certificate, vec![held.issuer]),
            algorithm: slot.terms.algorithm,
            signatures: slot.terms.signatures,
            deadline: slot.terms.deadline,
        })
    }

    /// Whether a credential that lives was enrolled by another requester.
    pub(crate) fn is_of_another(&self, id: &CredentialId, requester: &str) -> bool {
        let slot = KeyNumber::parse(id).and_then(|number| self.keys.get(&number));
        slot.is_some_and(|slot| *slot.terms.requester != *requester)
    }

    /// Whether a credential lives.
    pub(crate) fn lives(&self, id: &CredentialId) -> bool {
        let now = self.ending.clock.now();
        let slot = KeyNumber::parse(id).and_then(|number| self.keys.get(&number));
        slot.is_some_and(|slot| slot.terms.live_at(now) && slot.is_live())
    }

    /// The certificate with this serial number in hexadecimal: of a key that lives, or one of
    /// those that [`DeviceLimits::kept_certificates`](super::DeviceLimits) keeps beyond that.
    pub fn certificate(&self, serial: &str) -> Option<CertificateDer> {
        let issued = self.issued.find(serial)?;
        let held = self.credential(&issued.credential).ok();
        held.map(|one| one.chain.end_entity().clone()).or(issued.certificate)
    }

    /// The terms of a live credential.
    pub(crate) fn terms_of(&self, id: &CredentialId) -> Option<LiveTerms> {
        let slot = self.keys.get(&KeyNumber::parse(id)?)?;
        let super::slot::Terms { profile, deadline, requester, .. } = &slot.terms;
        let (profile, requester) = (profile.clone(), Arc::clone(requester));
        Some(LiveTerms { profile, deadline: *deadline, requester })
    }

    /// Lets an authorisation's time run out: a tester's fault.
    pub(crate) fn expire_authorisation(&self, sad: &Sad) {
        self.ending.ledger.expire(HandleHash::of(sad));
    }

    /// Exchanges the hashes of an authorisation for others: a tester's fault.
    pub(crate) fn exchange_authorised(&self, sad: &Sad) {
        self.ending.ledger.exchange(HandleHash::of(sad));
    }

    /// Spends an authorisation without signing: a tester's fault.
    pub(crate) fn spend_authorisation(&self, sad: &Sad) {
        self.ending.ledger.spend(HandleHash::of(sad));
    }

    /// The newest certificates that were issued.
    pub fn issued(&self) -> &crate::IssuedCertificates {
        &self.issued
    }
}

fn as_name<S: Serializer>(id: &CredentialId, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(id.as_str())
}
