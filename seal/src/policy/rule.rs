//! The rules by name, and what a broken one says.

use std::fmt;

use serde::Serialize;

use crate::Counted;

/// Every rule that an act must keep. One doc line a rule says where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The organisation allows seals (MitID Erhverv: "allow seal formation").
    OrganisationAllowsSeals,
    /// The organisation's name is there (MitID Erhverv base data; EN 319 412-3 clause 4.2.1).
    OrganisationNamePresent,
    /// The CVR number is there and well-formed (MitID Erhverv base data).
    CvrNumberWellFormed,
    /// The profile is in use.
    ProfileActive,
    /// The profile may be used for signing or sealing (MitID Erhverv: the profile's switch).
    ProfileAllowsSigning,
    /// A user profile signs, an organisation or system profile seals (eIDAS articles 26 and 36).
    KindFitsAct,
    /// This caller was granted this act (MitID Erhverv: the separate grants of a user).
    CallerHasGrant,
    /// The application's mandate has seals left to give.
    MandateNotExhausted,
    /// A signature needs a person, under sole control (ETSI TS 119 431-1 SIG-A.6-07).
    SignatureNeedsPerson,
    /// The person acts for this organisation: the token's CVR number is the organisation's.
    PersonOfOrganisation,
    /// The token names this document and is at most five minutes old (sole control, SCAL2).
    TokenNamesDocument,
    /// The certificate's life fits its assurance (EN 319 411-1 REV-6.2.4-03A: 24 hours).
    LifetimeWithinAssurance,
    /// The suite is allowed (ETSI TS 119 312).
    AlgorithmAllowed,
    /// The profile may make this format.
    FormatAllowed,
    /// The profile may make this level.
    LevelAllowed,
    /// The act certifies no further than the profile does.
    CertificationAllowed,
    /// A certification that permits no change is complete in one revision: B-T at most.
    CertificationComplete,
    /// One credential makes no more signatures than allowed.
    SignaturesPerCredential,
    /// An e-mail address is shown only when it was validated (MitID Erhverv).
    EmailValidated,
    /// No person's name stands in a seal, in its certificate or its texts (eIDAS article 3(25)).
    NoPersonInSeal,
    /// The document is not longer than allowed.
    DocumentSize,
    /// The document does not hold more signatures than allowed.
    DocumentSignatures,
    /// The document holds nothing unseen that the profile refuses: a signer answers for what he saw.
    DocumentSeen,
    /// The document's certification allows another signature (ISO 32000-1 clause 12.8.2.2).
    DocumentCertification,
    /// Only the first signature of a document certifies it (ISO 32000-1 clause 12.8.1).
    CertificationFirst,
}

impl Rule {
    /// Every rule, in the order in which refusals are listed.
    pub const ALL: [Self; 25] = [
        Self::OrganisationAllowsSeals,
        Self::OrganisationNamePresent,
        Self::CvrNumberWellFormed,
        Self::ProfileActive,
        Self::ProfileAllowsSigning,
        Self::KindFitsAct,
        Self::CallerHasGrant,
        Self::MandateNotExhausted,
        Self::SignatureNeedsPerson,
        Self::PersonOfOrganisation,
        Self::TokenNamesDocument,
        Self::LifetimeWithinAssurance,
        Self::AlgorithmAllowed,
        Self::FormatAllowed,
        Self::LevelAllowed,
        Self::CertificationAllowed,
        Self::CertificationComplete,
        Self::SignaturesPerCredential,
        Self::EmailValidated,
        Self::NoPersonInSeal,
        Self::DocumentSize,
        Self::DocumentSignatures,
        Self::DocumentSeen,
        Self::DocumentCertification,
        Self::CertificationFirst,
    ];

    /// The rule's stable name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::OrganisationAllowsSeals => "organisation-allows-seals",
            Self::OrganisationNamePresent => "organisation-name-present",
            Self::CvrNumberWellFormed => "cvr-number-well-formed",
            Self::ProfileActive => "profile-active",
            Self::ProfileAllowsSigning => "profile-allows-signing",
            Self::KindFitsAct => "kind-fits-act",
            Self::CallerHasGrant => "caller-has-grant",
            Self::MandateNotExhausted => "mandate-not-exhausted",
            Self::SignatureNeedsPerson => "signature-needs-person",
            Self::PersonOfOrganisation => "person-of-organisation",
            Self::TokenNamesDocument => "token-names-document",
            Self::LifetimeWithinAssurance => "lifetime-within-assurance",
            Self::AlgorithmAllowed => "algorithm-allowed",
            Self::FormatAllowed => "format-allowed",
            Self::LevelAllowed => "level-allowed",
            Self::CertificationAllowed => "certification-allowed",
            Self::CertificationComplete => "certification-complete",
            Self::SignaturesPerCredential => "signatures-per-credential",
            Self::EmailValidated => "email-validated",
            Self::NoPersonInSeal => "no-person-in-seal",
            Self::DocumentSize => "document-size",
            Self::DocumentSignatures => "document-signatures",
            Self::DocumentSeen => "document-seen",
            Self::DocumentCertification => "document-certification",
            Self::CertificationFirst => "certification-first",
        }
    }
}

/// One broken rule. It names no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The rule.
    pub rule: Rule,
    /// What is wrong and what would be right.
    pub explanation: String,
}

impl Refusal {
    /// The refusal of an act whose right was revoked before its intent was on record.
    pub fn revoked_meanwhile() -> Self {
        let explanation =
            "what allowed the act was revoked meanwhile: ask again, another right may";
        Self { rule: Rule::CallerHasGrant, explanation: explanation.to_owned() }
    }

    /// The refusal of an act that was let pass, and did not find so many seals of its mandate left.
    pub fn exhausted(counted: &Counted, seals: u64) -> Self {
        Self { rule: Rule::MandateNotExhausted, explanation: exhausted(counted, seals) }
    }
}

/// What is said of a mandate that gives no more, or not so many at once.
pub(super) fn exhausted(counted: &Counted, seals: u64) -> String {
    let Counted { mandate, maximum, .. } = counted;
    match counted.left() {
        left if (1..seals).contains(&left) => format!(
            "{seals} seals are asked for at once; the mandate {mandate} has {left} left of the \
             {maximum} that it gives"
        ),
        _ => format!("the mandate {mandate} has given the {maximum} seals that it gives"),
    }
}

/// Every rule that an act breaks: at least one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(transparent)]
pub struct Refusals(Vec<Refusal>);

impl Refusals {
    pub(super) fn new(refusals: Vec<Refusal>) -> Option<Self> {
        (!refusals.is_empty()).then_some(Self(refusals))
    }

    /// The names of the broken rules.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|refusal| refusal.rule.name()).collect()
    }

    /// Whether `rule` is the only broken one.
    pub fn are_of(&self, rule: Rule) -> bool {
        self.0.iter().all(|refusal| refusal.rule == rule)
    }

    /// The broken rules.
    pub fn iter(&self) -> impl Iterator<Item = &Refusal> {
        self.0.iter()
    }
}

impl From<Refusal> for Refusals {
    /// A rule that is found broken where it is counted.
    fn from(refusal: Refusal) -> Self {
        Self(vec![refusal])
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the seal policy refuses")?;
        self.0.iter().enumerate().try_for_each(|(at, refusal)| {
            write!(f, "{} {}", if at == 0 { ":" } else { ";" }, refusal.explanation)
        })
    }
}
