//! The seal policy: whether this caller may do this act with this profile to this document.
//!
//! [`SealPolicy::evaluate`] answers with an [`Approval`], which nobody else can make, or with
//! every broken rule. [`Approval::confirm`] holds the certificate that was issued against what
//! the approval promised.

mod approval;
mod augmentation;
mod confirm;
mod grants;
mod judge;
mod likeness;
mod objections;
mod rule;

use std::{collections::BTreeSet, time::SystemTime};

pub use self::{
    approval::{Approval, employee_serial_number},
    augmentation::AugmentationApproval,
    confirm::CertificateMismatch,
    rule::{Refusal, Refusals, Rule},
};
use self::{grants::Grants, judge::Case};
use crate::{
    ActRequest, Caller, CertificateProfile, Counted, Grant, Organisation, ProfileId,
    SignatureAlgorithm,
};

/// What the organisation decided once and for all.
#[derive(Clone, Debug)]
pub struct SealPolicy {
    organisation: Organisation,
    profiles: Vec<CertificateProfile>,
    grants: Grants,
    settings: PolicySettings,
}

/// The policy's numbers and sets.
#[derive(Clone, Debug)]
pub struct PolicySettings {
    /// The suites that may be used.
    pub algorithms: BTreeSet<SignatureAlgorithm>,
    /// The longest document, in bytes.
    pub maximum_document_size: u64,
    /// How many signatures a document may hold already.
    pub maximum_signatures_in_document: u32,
    /// How many signatures one credential may make.
    pub maximum_signatures_per_credential: u32,
}

impl Default for PolicySettings {
    fn default() -> Self {
        Self {
            algorithms: SignatureAlgorithm::ALL.into(),
            maximum_document_size: 128 << 20,
            maximum_signatures_in_document: 100,
            maximum_signatures_per_credential: 100,
        }
    }
}

impl SealPolicy {
    /// Brings the organisation's decisions together; they are judged at each act.
    pub fn new(
        organisation: Organisation,
        profiles: Vec<CertificateProfile>,
        grants: Vec<Grant>,
        settings: PolicySettings,
    ) -> Self {
        Self { organisation, profiles, grants: grants.into_iter().collect(), settings }
    }

    /// The organisation.
    pub fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// Every profile, in the order of the configuration.
    pub fn profiles(&self) -> &[CertificateProfile] {
        &self.profiles
    }

    /// The profile of this name.
    pub fn profile(&self, id: &ProfileId) -> Option<&CertificateProfile> {
        self.profiles.iter().find(|profile| profile.id == *id)
    }

    /// Whether the right that an act was approved by is still there: the mandate of this name, or one
    /// that counts nothing. How many seals it has left is not asked: the act has taken its own.
    pub fn still_covers(
        &self,
        request: &ActRequest,
        caller: &Caller,
        mandate: Option<&str>,
        now: SystemTime,
    ) -> bool {
        self.grants.of(caller).iter().any(|grant| {
            grant.counted.as_ref().map(|counted| counted.mandate.as_ref()) == mandate
                && grant.covers(request.act, &request.profile, now)
        })
    }

    /// The mandates that give only so many seals and that permit an act while they have any left.
    pub fn counted(&self, request: &ActRequest, caller: &Caller, now: SystemTime) -> Vec<&Counted> {
        let covering = self.grants.of(caller).iter();
        let covering = covering.filter(|grant| grant.covers(request.act, &request.profile, now));
        covering.filter_map(|grant| grant.counted.as_ref()).collect()
    }

    /// Judges an act. `profile` is the one that the request names.
    ///
    /// # Errors
    /// Every broken rule, not only the first.
    pub fn evaluate(
        &self,
        request: &ActRequest,
        profile: &CertificateProfile,
        caller: &Caller,
        now: SystemTime,
    ) -> Result<Approval, Refusals> {
        let case = Case { policy: self, request, profile, caller, now };
        let refusals: Vec<Refusal> =
            Rule::ALL.into_iter().filter_map(|rule| case.refusal(rule)).collect();
        match Refusals::new(refusals) {
            Some(refusals) => Err(refusals),
            None => Ok(Approval::new(&case)),
        }
    }
}

#[cfg(test)]
mod tests;
