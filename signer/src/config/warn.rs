//! What loads but will not work: the seal policy itself is asked, before any act.

use std::collections::BTreeSet;

use seal::{
    CertificateProfile,
    policy::{Rule, SealPolicy},
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
        for refusal in policy.objections(profile) {
            if told.insert((refusal.rule, refusal.explanation.clone())) {
                let (acts, key) = (acts(refusal.rule, profile), key(refusal.rule, at));
                let why = &refusal.explanation;
                warnings.push(format!("`{key}`: {acts} will be refused: {why}"));
            }
        }
    }
    warnings
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
