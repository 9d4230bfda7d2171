//! The judgement: one exhaustive `match` over the rules.

use std::time::SystemTime;

use super::{Refusal, Rule, SealPolicy, likeness::Likeness, rule::exhausted};
use crate::{
    Act, ActRequest, Caller, CertificateProfile, Certification, Grant, Level, ProfileKind,
    Reaction, Unseen, profile::ContactPerson,
};

/// Everything that a judgement rests on.
pub(super) struct Case<'a> {
    pub(super) policy: &'a SealPolicy,
    pub(super) request: &'a ActRequest,
    pub(super) profile: &'a CertificateProfile,
    pub(super) caller: &'a Caller,
    pub(super) now: SystemTime,
}

impl Case<'_> {
    /// `None` when the rule is kept.
    pub(super) fn refusal(&self, rule: Rule) -> Option<Refusal> {
        self.broken(rule).map(|explanation| Refusal { rule, explanation })
    }

    fn broken(&self, rule: Rule) -> Option<String> {
        let Self { policy, request, profile, caller, .. } = self;
        let organisation = &policy.organisation;
        let settings = &policy.settings;
        let facts = &request.facts;
        match rule {
            // The organisation.
            Rule::OrganisationAllowsSeals => {
                unless(request.act == Act::Sign || organisation.allow_seals, || {
                    "the organisation does not allow seals".into()
                })
            }
            Rule::OrganisationNamePresent => {
                unless(!organisation.registered_name.trim().is_empty(), || {
                    "the organisation's name is missing".into()
                })
            }
            Rule::CvrNumberWellFormed => {
                let defect = organisation.number_defect();
                defect.map(|defect| format!("the CVR number \"{}\" {defect}", organisation.cvr))
            }
            // The profile, and what it may be used for.
            Rule::ProfileActive => {
                unless(profile.active, || format!("the profile {} is not in use", profile.id))
            }
            Rule::ProfileAllowsSigning => unless(profile.allow_signing, || {
                format!("the profile {} does not allow signing or sealing", profile.id)
            }),
            Rule::KindFitsAct => unless(profile.kind.act() == request.act, || {
                format!("a {} cannot be made with the profile {}", request.act, profile.id)
            }),
            Rule::LifetimeWithinAssurance => self.lifetime(),
            Rule::AlgorithmAllowed => {
                unless(settings.algorithms.contains(&profile.algorithm), || {
                    format!("the algorithm {} is not allowed", profile.algorithm.name())
                })
            }
            Rule::FormatAllowed => unless(profile.formats.contains(&request.format), || {
                format!("the profile {} does not make {}", profile.id, request.format)
            }),
            Rule::LevelAllowed => unless(profile.levels.contains(&request.level), || {
                format!("the profile {} does not make level {}", profile.id, request.level)
            }),
            Rule::CertificationAllowed => unless(request.certification <= profile.certify, || {
                let (asked, most) = (request.certification, profile.certify);
                format!("certify = {asked} is asked for; {} allows {most}", profile.id)
            }),
            Rule::CertificationComplete => unless(
                request.certification != Certification::NoChanges || request.level <= Level::BT,
                || {
                    let level = request.level;
                    format!("{level} adds to a document that certify = 1 lets nobody add to")
                },
            ),
            Rule::SignaturesPerCredential => {
                let most = settings.maximum_signatures_per_credential;
                let asked = profile.signatures_per_credential;
                unless((1..=most).contains(&asked), || {
                    format!("{asked} signatures per credential; 1 to {most} are allowed")
                })
            }
            Rule::EmailValidated => unless(!profile.show_email || profile.email_validated, || {
                format!("the profile {} shows an e-mail address nobody validated", profile.id)
            }),
            Rule::NoPersonInSeal => {
                unless(self.names_nobody(), || "a seal would name a person".into())
            }
            // The caller.
            Rule::CallerHasGrant => unless(self.grant().is_some(), || {
                let none = "the caller has no grant to make a";
                format!("{none} {} with this profile{}", request.act, self.hindrance())
            }),
            Rule::MandateNotExhausted => {
                let spent = self.grant().filter(|grant| grant.left() < request.seals);
                let spent = spent.and_then(|grant| grant.counted.as_ref());
                spent.map(|counted| exhausted(counted, request.seals))
            }
            Rule::SignatureNeedsPerson => {
                unless(request.act == Act::Seal || caller.person().is_some(), || {
                    "a signature needs a person's token".into()
                })
            }
            Rule::PersonOfOrganisation => unless(caller.acts_for(organisation), || {
                "the person's token is for another organisation".into()
            }),
            Rule::TokenNamesDocument => self.token(),
            // The document.
            Rule::DocumentSize => {
                let most = settings.maximum_document_size;
                let size = facts.size.unwrap_or(0);
                unless(size <= most, || {
                    format!("the document has {size} bytes; {most} are allowed")
                })
            }
            Rule::DocumentSignatures => {
                let most = settings.maximum_signatures_in_document;
                unless(facts.signatures < most, || {
                    format!(
                        "the document holds {} signatures; {most} is the most",
                        facts.signatures
                    )
                })
            }
            Rule::DocumentSeen => {
                let refused = profile.unseen.with(&facts.unseen, Reaction::Refuse);
                unless(refused.is_empty(), || {
                    let told: Vec<_> = refused.iter().map(|unseen| unseen.explanation()).collect();
                    format!("{} ({})", told.join("; "), names(&refused))
                })
            }
            Rule::DocumentCertification => unless(facts.certification != Some(1), || {
                "the document is certified with permission 1: nothing may be added".into()
            }),
            Rule::CertificationFirst => unless(
                request.certification == Certification::None || facts.signatures == 0,
                || "the document is signed already: only its first signature certifies".into(),
            ),
        }
    }

    /// The grant that the act is done by.
    pub(super) fn grant(&self) -> Option<&Grant> {
        let Self { policy, request, caller, now, .. } = self;
        policy.grants.covering(caller, request, *now)
    }

    /// What became of grants of the caller that would do, of a few; nothing where there is none.
    fn hindrance(&self) -> String {
        const TOLD: usize = 3;
        let Self { policy, request, caller, now, .. } = self;
        let grants = policy.grants.revoked_of(caller).iter().chain(policy.grants.of(caller));
        let hindered =
            grants.filter_map(|grant| grant.hindrance(request.act, &request.profile, *now));
        let told: Vec<String> = hindered.take(TOLD).collect();
        if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) }
    }

    fn lifetime(&self) -> Option<String> {
        let lifetime = self.profile.lifetime_from_not_before();
        let most = self.profile.assurance.maximum_lifetime();
        unless(self.profile.lifetime_s > 0 && lifetime <= most, || {
            let (lifetime, most) = (lifetime.as_secs(), most.as_secs());
            format!("a certificate of {lifetime} s from notBefore; 1 to {most} s are allowed")
        })
    }

    /// Only a signature needs it: a seal is the organisation's act, whoever asks.
    fn token(&self) -> Option<String> {
        let person = self.caller.person().filter(|_| self.request.act == Act::Sign)?;
        if self.request.activated {
            return None;
        }
        if !self.caller.names(&self.request.document) {
            return Some("the person's token does not name this document".into());
        }
        unless(person.may_activate_at(self.now), || {
            "the person's token is older than five minutes".into()
        })
    }

    fn names_nobody(&self) -> bool {
        if self.profile.kind == ProfileKind::User {
            return true;
        }
        let contact = self.profile.contact_person.iter();
        let contact = contact.map(|ContactPerson { name, email }| (name, email));
        let person = self.caller.person();
        let caller = person.into_iter().map(|person| (&person.name, &person.email));
        let people: Vec<_> = contact.chain(caller).collect();
        if people.is_empty() {
            return true;
        }
        let organisation = self.policy.organisation();
        let common_name = self.profile.common_name_for(organisation);
        let texts = self.request.texts.iter().map(String::as_str).chain([common_name.as_ref()]);
        let texts: Vec<Likeness> = texts.map(Likeness::of).collect();
        let named = |text: &Likeness, (name, email): &(&String, &Option<String>)| {
            text.names(name) || email.as_deref().is_some_and(|email| text.has_address(email))
        };
        if texts.iter().any(|text| people.iter().any(|one| named(text, one))) {
            return false;
        }
        // The caller knows better, and can find another word; the contact person may be anybody's.
        let own = person.map(|person| [&person.name, &person.given_name, &person.family_name]);
        let (registered, profile) = (&organisation.registered_name, &self.profile.display_name);
        let usual = Likeness::of(&format!("{registered} {profile}"));
        let mut own = own.into_iter().flatten();
        !own.any(|name| texts.iter().any(|text| text.has_a_name_of(name, &usual)))
    }
}

fn names(unseen: &[Unseen]) -> String {
    unseen.iter().map(|unseen| unseen.name()).collect::<Vec<_>>().join(", ")
}

fn unless(kept: bool, explanation: impl FnOnce() -> String) -> Option<String> {
    (!kept).then(explanation)
}
