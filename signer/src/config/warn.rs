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
        config.policy_grants().collect(),
        config.limits.policy_settings(),
    );
    let mut warnings = Vec::new();
    if config.profiles.is_empty() {
        warnings.push("`profile`: there is none: every act will be refused".to_owned());
    }
    if config.grants.is_empty() {
        warnings.push("`grant`: there is no grant: every act will be refused".to_owned());
    }
    if config.simulator.seed.is_some() {
        warnings.push(
            "`simulator.seed`: THE SIMULATOR'S KEYS FOLLOW FROM A SEED: whoever knows it can sign as anybody here. \
             For tests alone."
                .to_owned(),
        );
    }
    // A device elsewhere publishes under an address of its own.
    let publishes = config.device.remote().is_none();
    if publishes && config.server.public_url().starts_with("https:") {
        warnings.push(
            "`server.public_url`: public_url is https, and certificates point there: verifiers fetch revocation lists \
             and issuers over http (ETSI EN 319 412-2, GEN-4.3.11-4)"
                .to_owned(),
        );
    }
    for (at, profile) in config.profiles.iter().enumerate() {
        if let Some(caution) = profile.algorithm.caution() {
            let (id, algorithm) = (&profile.id, profile.algorithm.name());
            let key = format!("`profile[{at}].algorithm`");
            warnings.push(format!("{key}: {id} signs with {algorithm}: {caution}"));
        }
    }
    let mut told = BTreeSet::new();
    for (at, profile) in config.profiles.iter().enumerate() {
        for refusal in refusals(&policy, profile) {
            if told.insert((refusal.rule, refusal.explanation.clone())) {
                let (acts, key) = (acts(refusal.rule, profile), key(refusal.rule, at));
                let why = &refusal.explanation;
                warnings.push(format!("`{key}`: {acts} will be refused: {why}"));
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

/// Which acts a rule refuses: what it dislikes of the organisation, it dislikes with every profile.
fn acts(rule: Rule, profile: &CertificateProfile) -> String {
    if [Rule::OrganisationNamePresent, Rule::CvrNumberWellFormed].contains(&rule) {
        "every act".to_owned()
    } else if rule == Rule::OrganisationAllowsSeals {
        "every seal".to_owned()
    } else {
        format!("acts with {}", profile.id)
    }
}

/// Where the setting stands that a rule dislikes; `at` is the profile's place.
fn key(rule: Rule, at: usize) -> String {
    let of_profile = match rule {
        Rule::OrganisationAllowsSeals => return "organisation.allow_seals".to_owned(),
        Rule::OrganisationNamePresent => return "organisation.registered_name".to_owned(),
        Rule::CvrNumberWellFormed => return "organisation.cvr".to_owned(),
        Rule::ProfileActive => "active",
        Rule::ProfileAllowsSigning => "allow_signing",
        Rule::LifetimeWithinAssurance => "lifetime_s",
        Rule::AlgorithmAllowed => "algorithm",
        Rule::FormatAllowed => "formats",
        Rule::LevelAllowed => "default_level",
        Rule::CertificationAllowed | Rule::CertificationComplete => "certify",
        Rule::SignaturesPerCredential => "signatures_per_credential",
        Rule::EmailValidated => "email_validated",
        Rule::NoPersonInSeal => "display_name",
        Rule::KindFitsAct
        | Rule::CallerHasGrant
        | Rule::MandateNotExhausted
        | Rule::SignatureNeedsPerson
        | Rule::PersonOfOrganisation
        | Rule::TokenNamesDocument
        | Rule::DocumentSize
        | Rule::DocumentSignatures
        | Rule::DocumentSeen
        | Rule::DocumentCertification
        | Rule::CertificationFirst => "kind",
    };
    format!("profile[{at}].{of_profile}")
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
        | Rule::MandateNotExhausted
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
