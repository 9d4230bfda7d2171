//! Whether a caller may have a signature's level raised. No key is used, no certificate issued and
//! nothing signed, so of the rules only those about the caller and the document's size apply.

use std::time::SystemTime;

use super::{Refusal, Refusals, Rule, SealPolicy};
use crate::Caller;

/// The permission to raise the level of a document's signatures, which only the policy gives.
#[derive(Debug)]
#[must_use = "a permission that is not used permits nothing"]
pub struct AugmentationApproval(());

impl SealPolicy {
    /// Judges whether `caller` may have the signatures of a document of `size` bytes raised:
    /// whoever may sign or seal with any profile may.
    ///
    /// # Errors
    /// Every broken rule, not only the first.
    pub fn evaluate_augmentation(
        &self,
        caller: &Caller,
        size: u64,
        now: SystemTime,
    ) -> Result<AugmentationApproval, Refusals> {
        let refusal = |rule| {
            self.broken_by_augmentation(rule, caller, size, now)
                .map(|explanation| Refusal { rule, explanation })
        };
        match Refusals::new(Rule::ALL.into_iter().filter_map(refusal).collect()) {
            Some(refusals) => Err(refusals),
            None => Ok(AugmentationApproval(())),
        }
    }

    fn broken_by_augmentation(
        &self,
        rule: Rule,
        caller: &Caller,
        size: u64,
        now: SystemTime,
    ) -> Option<String> {
        match rule {
            Rule::CallerHasGrant => {
                let granted = self.grants.of(caller).iter().any(|grant| grant.counts(now));
                (!granted).then(|| "the caller has no grant to sign or to seal".into())
            }
            // An application whose mandate gives no more seals may still have them preserved.
            Rule::MandateNotExhausted => None,
            Rule::PersonOfOrganisation => {
                let other = !caller.acts_for(&self.organisation);
                other.then(|| "the person's token is for another organisation".into())
            }
            Rule::DocumentSize => {
                let most = self.settings.maximum_document_size;
                (size > most)
                    .then(|| format!("the document has {size} bytes; {most} are allowed"))
            }
            // About a profile and its certificate.
            Rule::ProfileActive
            | Rule::ProfileAllowsSigning
            | Rule::KindFitsAct
            | Rule::LifetimeWithinAssurance
            | Rule::AlgorithmAllowed
            | Rule::FormatAllowed
            | Rule::LevelAllowed
            | Rule::SignaturesPerCredential
            | Rule::EmailValidated
            | Rule::NoPersonInSeal
            // About what is said in the organisation's or a person's name.
            | Rule::OrganisationAllowsSeals
            | Rule::OrganisationNamePresent
            | Rule::CvrNumberWellFormed
            | Rule::SignatureNeedsPerson
            | Rule::TokenNamesDocument
            // About one more signature; what a certification forbids the document itself refuses.
            | Rule::CertificationAllowed
            | Rule::CertificationComplete
            | Rule::CertificationFirst
            | Rule::DocumentSignatures
            | Rule::DocumentSeen
            | Rule::DocumentCertification => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Act, ApplicationId, CountryCode, CvrCheck, Grant, Grantee, Organisation,
        policy::PolicySettings,
    };

    fn policy(acts: Vec<Act>) -> SealPolicy {
        let organisation = Organisation {
            registered_name: "Havnsted Kommune".into(),
            cvr: "12345674".into(),
            country: CountryCode::DENMARK,
            cvr_check: CvrCheck::Modulo11,
            allow_seals: false,
        };
        let to = Grantee::Application(ApplicationId::new("archive"));
        let grants = vec![Grant::new(to, acts, None)];
        let settings = PolicySettings { maximum_document_size: 10, ..PolicySettings::default() };
        SealPolicy::new(organisation, Vec::new(), grants, settings)
    }

    fn broken(policy: &SealPolicy, application: &str, size: u64) -> Vec<Rule> {
        let caller = Caller::Application(ApplicationId::new(application));
        match policy.evaluate_augmentation(&caller, size, SystemTime::UNIX_EPOCH) {
            Ok(_) => Vec::new(),
            Err(refusals) => refusals.iter().map(|refusal| refusal.rule).collect(),
        }
    }

    #[test]
    fn whoever_may_sign_or_seal_may_raise_and_nobody_else() {
        for act in [Act::Sign, Act::Seal] {
            assert_eq!(broken(&policy(vec![act]), "archive", 10), []);
            assert_eq!(broken(&policy(vec![act]), "stranger", 10), [Rule::CallerHasGrant]);
        }
        assert_eq!(broken(&policy(Vec::new()), "archive", 10), [Rule::CallerHasGrant]);
    }

    #[test]
    fn every_broken_rule_is_told() {
        let expected = [Rule::CallerHasGrant, Rule::DocumentSize];
        assert_eq!(broken(&policy(vec![Act::Seal]), "stranger", 11), expected);
    }
}
