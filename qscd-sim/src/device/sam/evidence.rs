//! The check of activation evidence: the device trusts nobody's word for it.

use std::{
    collections::HashSet,
    sync::{PoisonError, RwLock},
    time::SystemTime,
};

use seal::{
    ActivationEvidence, Digest, EvidenceRefusal, IdentityToken, MandateId, OrganisationSubject,
    PersonName, PersonSubject, ProfileId, Subject,
    identity::{self, IdentityClaims, IdentityVerifier},
};

use super::{
    activations::{Activations, Item},
    mandate::{KnownOrganisation, Mandate},
    spent_tokens::{SpentTokens, Unspent},
};

/// Judges activation evidence.
#[derive(Debug)]
pub(in crate::device) struct EvidenceCheck {
    /// Those that the device was started with: nobody withdraws them.
    mandates: HashSet<Mandate>,
    /// Those that were registered since.
    registered: RwLock<HashSet<Mandate>>,
    verifier: IdentityVerifier,
    spent: SpentTokens,
    activations: Activations,
    /// Names of organisations, beside those in the mandates that the device was started with.
    organisations: Vec<KnownOrganisation>,
}

/// Why evidence does not activate a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::device) enum EvidenceFailure {
    /// It is not good enough.
    Refused(EvidenceRefusal),
    /// There is no room to remember that a token was spent.
    NoRoom,
}

impl EvidenceCheck {
    /// Accepts these mandates and these issuers' tokens.
    pub(in crate::device) fn new(
        mandates: Vec<Mandate>,
        verifier: IdentityVerifier,
        activations: Activations,
        organisations: Vec<KnownOrganisation>,
    ) -> Self {
        let mandates = mandates.into_iter().collect();
        let (registered, spent) = (RwLock::default(), SpentTokens::default());
        Self { mandates, registered, verifier, spent, activations, organisations }
    }

    /// What persons activate, and by what.
    pub(in crate::device) fn activations(&self) -> &Activations {
        &self.activations
    }

    /// Whether the settings know an organisation by this name.
    pub(in crate::device) fn names(&self, organization_identifier: &str, name: &str) -> bool {
        let same =
            |identifier: &str, known: &str| identifier == organization_identifier && known == name;
        self.mandates.iter().any(|one| same(&one.organization_identifier, &one.organization_name))
            || self
                .organisations
                .iter()
                .any(|one| same(&one.organization_identifier, &one.organization_name))
    }

    /// A name by which the settings know an organisation.
    pub(in crate::device) fn name_of(&self, organization_identifier: &str) -> Option<&str> {
        let mandates = self.mandates.iter();
        let mandates = mandates.map(|one| (&one.organization_identifier, &one.organization_name));
        let others = self.organisations.iter();
        let others = others.map(|one| (&one.organization_identifier, &one.organization_name));
        let mut known = others.chain(mandates);
        known.find(|(known, _)| *known == organization_identifier).map(|(_, name)| name.as_str())
    }

    /// Lets a registered mandate activate keys from now on, in the place of another one.
    pub(in crate::device) fn stand(&self, before: Option<&Mandate>, after: Option<&Mandate>) {
        let mut registered = self.registered.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = before {
            registered.remove(before);
        }
        registered.extend(after.cloned());
    }

    fn stands(&self, mandate: &Mandate) -> bool {
        let registered = || self.registered.read().unwrap_or_else(PoisonError::into_inner);
        self.mandates.contains(mandate) || registered().contains(mandate)
    }

    /// Checks that `evidence` activates a credential of this subject and profile for `items`, and
    /// spends what can be spent once. Answers when it ends, where it does.
    pub(in crate::device) fn check(
        &self,
        subject: &Subject,
        profile: &ProfileId,
        items: &[Item],
        evidence: &ActivationEvidence,
        now: SystemTime,
    ) -> Result<Option<SystemTime>, EvidenceFailure> {
        match (subject, evidence) {
            // ETSI TS 119 431-1 SIG-A.6-07A: a legal person's control.
            (Subject::Organisation(subject), ActivationEvidence::Mandate(id)) => {
                self.check_mandate(subject, profile, id).map(|()| None)
            }
            // SIG-A.6-07: a natural person's sole control.
            (Subject::Person(subject), ActivationEvidence::Person { token, documents }) => {
                self.check_person(subject, items.len(), token, documents, now).map(|()| None)
            }
            (Subject::Person(subject), ActivationEvidence::Activation(id)) => {
                Ok(Some(self.activations.spend(id, subject, profile, items, now)?))
            }
            (
                Subject::Organisation(_),
                ActivationEvidence::Person { .. } | ActivationEvidence::Activation(_),
            )
            | (Subject::Person(_), ActivationEvidence::Mandate(_)) => {
                Err(EvidenceRefusal::WrongKind.into())
            }
        }
    }

    fn check_mandate(
        &self,
        subject: &OrganisationSubject,
        profile: &ProfileId,
        id: &MandateId,
    ) -> Result<(), EvidenceFailure> {
        let needed = Mandate {
            id: id.clone(),
            organization_name: subject.organization_name.clone(),
            organization_identifier: subject.organization_identifier.clone(),
            profile: profile.clone(),
        };
        if self.stands(&needed) { Ok(()) } else { Err(EvidenceRefusal::NoMandate.into()) }
    }

    fn check_person(
        &self,
        subject: &PersonSubject,
        hashes: usize,
        token: &IdentityToken,
        documents: &[Digest],
        now: SystemTime,
    ) -> Result<(), EvidenceFailure> {
        let claims = self.verifier.verify(token, now).map_err(|_| EvidenceRefusal::TokenInvalid)?;
        if !claims.may_activate_at(now) {
            return Err(EvidenceRefusal::TokenInvalid.into());
        }
        if !names(&claims, subject) {
            return Err(EvidenceRefusal::OtherSubject.into());
        }
        let named = documents.iter().all(|document| claims.documents.contains(document));
        if documents.len() != hashes || !named {
            return Err(EvidenceRefusal::OtherDocument.into());
        }
        let until = claims.expires_at + identity::LEEWAY;
        self.spent.spend(&claims.person.issuer, &claims.token_id, documents, until, now).map_err(
            |unspent| match unspent {
                Unspent::Replayed => EvidenceRefusal::TokenReplayed.into(),
                Unspent::NoRoom => EvidenceFailure::NoRoom,
            },
        )
    }
}

/// Whether the token is the person's whom the certificate names: the same account, the same name
/// where the certificate shows one, the same organisation where it names one.
fn names(claims: &IdentityClaims, subject: &PersonSubject) -> bool {
    let name = match &subject.name {
        PersonName::Named { given_name, surname } => {
            claims.given_name == *given_name && claims.family_name == *surname
        }
        PersonName::Pseudonym(_) => true,
    };
    let organisation = subject
        .organization_identifier
        .as_ref()
        .is_none_or(|identifier| claims.acts_for(identifier));
    claims.person == subject.holder && name && organisation
}

impl From<EvidenceRefusal> for EvidenceFailure {
    fn from(refusal: EvidenceRefusal) -> Self {
        Self::Refused(refusal)
    }
}
