//! What the policy holds against a profile itself, before any act.

use std::time::SystemTime;

use super::{Refusal, Refusals, Rule, SealPolicy};
use crate::{
    ActRequest, ApplicationId, Caller, CertificateProfile, Digest, DigestAlgorithm, DocumentFacts,
    Format,
};

impl SealPolicy {
    /// What it says of an act that asks for nothing but the profile's own defaults: what whoever made
    /// the profile, or the organisation, can mend.
    pub fn objections(&self, profile: &CertificateProfile) -> Vec<Refusal> {
        self.objections_with(profile, Vec::new())
    }

    fn objections_with(&self, profile: &CertificateProfile, texts: Vec<String>) -> Vec<Refusal> {
        let request = ActRequest {
            appearance: None,
            act: profile.kind.act(),
            profile: profile.id.clone(),
            format: profile.formats.first().copied().unwrap_or(Format::Pades),
            level: profile.default_level,
            certification: profile.certify,
            texts,
            document: Digest::of(DigestAlgorithm::Sha256, b""),
            facts: DocumentFacts::default(),
            activated: false,
            seals: 1,
        };
        let caller = Caller::Application(ApplicationId::new("configuration"));
        match self.evaluate(&request, profile, &caller, SystemTime::UNIX_EPOCH) {
            Ok(_) => Vec::new(),
            Err(refusals) => {
                let mend = |refusal: &&Refusal| judges(refusal.rule) != Judged::CallerOrDocument;
                refusals.iter().filter(mend).cloned().collect()
            }
        }
    }

    /// The objections to what the profile itself says. That it is not in use, or that the organisation
    /// allows nothing, makes no profile wrong. What its appearances write counts as what it says.
    pub fn objections_to_profile(&self, profile: &CertificateProfile) -> Option<Refusals> {
        let texts = profile.appearances.texts().cloned().collect();
        let mut objections = self.objections_with(profile, texts);
        objections.retain(|refusal| judges(refusal.rule) == Judged::Profile);
        Refusals::new(objections)
    }
}

/// What a rule judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    Organisation,
    /// A switch of the profile.
    Switch,
    /// What the profile says of its certificates and signatures.
    Profile,
    CallerOrDocument,
}

fn judges(rule: Rule) -> Judged {
    match rule {
        Rule::OrganisationAllowsSeals
        | Rule::OrganisationNamePresent
        | Rule::CvrNumberWellFormed => Judged::Organisation,
        Rule::ProfileActive | Rule::ProfileAllowsSigning => Judged::Switch,
        Rule::KindFitsAct
        | Rule::LifetimeWithinAssurance
        | Rule::AlgorithmAllowed
        | Rule::FormatAllowed
        | Rule::LevelAllowed
        | Rule::CertificationAllowed
        | Rule::CertificationComplete
        | Rule::SignaturesPerCredential
        | Rule::EmailValidated
        | Rule::NoPersonInSeal => Judged::Profile,
        Rule::CallerHasGrant
        | Rule::MandateNotExhausted
        | Rule::SignatureNeedsPerson
        | Rule::PersonOfOrganisation
        | Rule::TokenNamesDocument
        | Rule::DocumentSize
        | Rule::DocumentSignatures
        | Rule::DocumentSeen
        | Rule::DocumentCertification
        | Rule::CertificationFirst => Judged::CallerOrDocument,
    }
}
