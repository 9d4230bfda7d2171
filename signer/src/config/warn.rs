//! What loads but will not work: the seal policy itself is asked, before any act.

use std::{collections::BTreeSet, time::SystemTime};

use seal::{
    Act, ActRequest, ApplicationId, Caller, CertificateProfile, Digest, DigestAlgorithm,
    DocumentFacts, Format, ProfileKind,
    policy::{Refusal, Rule, SealPolicy},
};

use super::Config;

pub(super) fn warnings(config: &Config) -> Vec<String> {
    let policy = SealPolicy::new(
        config.organisation.clone(),
        config.profiles.clone(),
        config.grants.clone(),
        config.limits.policy_settings(),
    );
    let mut warnings = Vec::new();
    if config.profiles.is_empty() {
        warnings.push("there is no profile: every act will be refused".to_owned());
    }
    if config.grants.is_empty() {
        warnings.push("there is no grant: every act will be refused".to_owned());
    }
    if config.simulator.seed.is_some() {
        warnings.push(
            "THE SIMULATOR'S KEYS FOLLOW FROM A SEED: whoever knows it can sign as anybody here. \
             For tests alone."
                .to_owned(),
        );
    }
    // A device elsewhere publishes under an address of its own.
    let publishes = config.device.remote().is_none();
    if publishes && config.server.public_url().starts_with("https:") {
        warnings.push(
            "public_url is https, and certificates point there: verifiers fetch revocation lists \
             and issuers over http (ETSI EN 319 412-2, GEN-4.3.11-4)"
                .to_owned(),
        );
    }
    for profile in &config.profiles {
        if let Some(caution) = profile.algorithm.caution() {
            let (id, algorithm) = (&profile.id, profile.algorithm.name());
            warnings.push(format!("{id} signs with {algorithm}: {caution}"));
        }
    }
    let mut told = BTreeSet::new();
    for profile in &config.profiles {
        for refusal in refusals(&policy, profile) {
            if told.insert((refusal.rule, refusal.explanation.clone())) {
                let id = &profile.id;
                warnings.push(format!("acts with {id} will be refused: {}", refusal.explanation));
            }
        }
    }
    warnings
}

/// What the policy says of an act that asks for nothing but the profile's own defaults.
fn refusals(policy: &SealPolicy, profile: &CertificateProfile) -> Vec<Refusal> {
    let request = ActRequest {
        act: match profile.kind {
            ProfileKind::User => Act::Sign,
            ProfileKind::Organisation | ProfileKind::System => Act::Seal,
        },
        profile: profile.id.clone(),
        format: profile.formats.first().copied().unwrap_or(Format::Pades),
        level: profile.default_level,
        certification: profile.certify,
        texts: Vec::new(),
        document: Digest::of(DigestAlgorithm::Sha256, b""),
        facts: DocumentFacts::default(),
    };
    let caller = Caller::Application(ApplicationId::new("configuration"));
    match policy.evaluate(&request, profile, &caller, SystemTime::UNIX_EPOCH) {
        Ok(_) => Vec::new(),
        Err(refusals) => {
            refusals.iter().filter(|refusal| is_configured(refusal.rule)).cloned().collect()
        }
    }
}

/// Whether a rule judges the configuration rather than the caller or the document.
fn is_configured(rule: Rule) -> bool {
    match rule {
        Rule::OrganisationAllowsSeals
        | Rule::OrganisationNamePresent
        | Rule::CvrNumberWellFormed
        | Rule::ProfileActive
        | Rule::ProfileAllowsSigning
        | Rule::KindFitsAct
        | Rule::LifetimeWithinAssurance
        | Rule::AlgorithmAllowed
        | Rule::FormatAllowed
        | Rule::LevelAllowed
        | Rule::CertificationAllowed
        | Rule::CertificationComplete
        | Rule::SignaturesPerCredential
        | Rule::EmailValidated
        | Rule::NoPersonInSeal => true,
        Rule::CallerHasGrant
        | Rule::SignatureNeedsPerson
        | Rule::PersonOfOrganisation
        | Rule::TokenNamesDocument
        | Rule::DocumentSize
        | Rule::DocumentSignatures
        | Rule::DocumentSeen
        | Rule::DocumentCertification
        | Rule::CertificationFirst => false,
    }
}
