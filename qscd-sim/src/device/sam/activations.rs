//! Activations and registrations that wait: each of them once, for ten minutes, and gone at a restart.

use std::{
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use ring::rand::SystemRandom;
use seal::{
    Act, Activation, ActivationId, ActivationOrder, ActivationRefusal, AuthenticatorOrder,
    Challenge, Digest, EvidenceRefusal, GivenEvidence, MAXIMUM_ACTIVATION_ENTRIES,
    PendingRegistration, PersonId, PersonSubject, PersonalEvidence, ProfileId, QscdError,
    RegistrationGround, identity::IdentityIssuer,
};

use super::{
    authenticators::{Asked, Authenticators, Whose},
    id_token::SigningLogin,
    known::Shown,
    subject::is_of,
    waiting::{AllWaiting, Waiting, What},
};
use crate::{Error, randomness::random};
use webauthn::RelyingParty;

/// The longest text, in bytes.
const MAXIMUM_TEXT_LENGTH: usize = 1024;

/// The longest name of a profile, in bytes.
const MAXIMUM_PROFILE_LENGTH: usize = 200;

/// All that waits for a person, and by what persons are known.
#[derive(Debug)]
pub(in crate::device) struct Activations {
    /// The device's name in challenges.
    device: String,
    pub(super) authenticators: Authenticators,
    waiting: Mutex<AllWaiting>,
}

/// What is to be signed by an activation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::device) enum Item {
    /// A document's signature: the imprint that its signed attributes hold.
    Imprint(Digest),
    /// A hash that nobody explains.
    Hash(Digest),
}

impl Activations {
    pub(in crate::device) fn new(
        device: String,
        relying_party: Option<RelyingParty>,
        logins: Vec<SigningLogin>,
    ) -> Self {
        let authenticators = Authenticators::new(relying_party, logins);
        Self { device, authenticators, waiting: Mutex::default() }
    }

    /// Puts the keys of these issuers in place of those that they had.
    pub(in crate::device) fn renew(&self, issuers: &[IdentityIssuer]) {
        self.authenticators.logins().renew(issuers);
    }

    /// Begins an activation.
    pub(in crate::device) fn begin(
        &self,
        client: Option<&str>,
        mut order: ActivationOrder,
        now: SystemTime,
        rng: &SystemRandom,
    ) -> Result<Activation, QscdError> {
        examine(&order)?;
        let nonce = random(rng).map_err(unavailable)?;
        let challenge = Challenge::of_activation(&order, &self.device, &nonce);
        let requester = order.requester.clone();
        let left = mem::take(&mut order.entries);
        let what = What::Activation { order, shown: None, left };
        let new = Waiting::new(what, client, requester, challenge, now);
        let (id, ends) = self.wait(new, rng)?;
        Ok(Activation { id, device: self.device.clone(), nonce, challenge, ends })
    }

    /// Begins a registration. Less than is registered counts at once.
    pub(in crate::device) fn begin_registration(
        &self,
        client: Option<&str>,
        order: AuthenticatorOrder,
        now: SystemTime,
        rng: &SystemRandom,
    ) -> Result<PendingRegistration, QscdError> {
        self.authenticators.lower(&order);
        self.authenticators.examine(&order)?;
        let nonce = random(rng).map_err(unavailable)?;
        let challenge = Challenge::of_registration(&order, &nonce);
        let requester = of_person(&order.organization_identifier, &order.person);
        let what = What::Registration(order);
        let new = Waiting::new(what, client, requester, challenge, now);
        let (id, ends) = self.wait(new, rng)?;
        Ok(PendingRegistration { id, nonce, challenge, ends })
    }

    pub(super) fn wait(
        &self,
        new: Waiting,
        rng: &SystemRandom,
    ) -> Result<(ActivationId, SystemTime), QscdError> {
        let id = ActivationId::new(hex::encode(random::<16>(rng).map_err(unavailable)?));
        let ends = new.ends;
        self.waiting().keep(&id, new)?;
        Ok((id, ends))
    }

    /// Whether something waits that another client began.
    pub(in crate::device) fn is_of_another(&self, id: &ActivationId, client: &str) -> bool {
        self.waiting().is_of_another(id, client)
    }

    /// Whether an activation has not ended.
    pub(in crate::device) fn stands(&self, id: &ActivationId, now: SystemTime) -> bool {
        self.waiting().living(id, now).is_some()
    }

    /// Forgets what waits, and every means.
    pub(in crate::device) fn reset(&self) {
        self.waiting().clear();
        self.authenticators.reset();
    }

    /// Takes the evidence for an activation, once.
    pub(in crate::device) fn give(
        &self,
        id: &ActivationId,
        evidence: &PersonalEvidence,
        now: SystemTime,
    ) -> Result<GivenEvidence, ActivationRefusal> {
        let mut waiting = self.waiting();
        let one = waiting.living(id, now).ok_or(ActivationRefusal::Unknown)?;
        let What::Activation { order, shown, .. } = &mut one.what else {
            return Err(ActivationRefusal::Unknown);
        };
        if shown.is_some() {
            return Err(ActivationRefusal::EvidenceGiven);
        }
        let asked = Asked {
            organisation: &order.organization_identifier,
            challenge: &one.challenge,
            began: one.began,
            now,
        };
        match self.authenticators.judge(evidence, asked, Whose::Of(&order.person)) {
            Ok(person) => Ok(shown.insert(person).evidence),
            Err(refusal) => {
                one.count_try();
                Err(refusal)
            }
        }
    }

    /// Registers what waits for it; answers on whose word, and what.
    pub(in crate::device) fn register(
        &self,
        id: &ActivationId,
        evidence: Option<&PersonalEvidence>,
        now: SystemTime,
    ) -> Result<(RegistrationGround, AuthenticatorOrder), QscdError> {
        let mut waiting = self.waiting();
        let one = waiting.living(id, now).ok_or(ActivationRefusal::Unknown)?;
        let What::Registration(order) = &one.what else {
            return Err(ActivationRefusal::Unknown.into());
        };
        let ground = match evidence {
            None if self.authenticators.is_first(&order.organization_identifier) => {
                Ok(RegistrationGround::FirstUse)
            }
            None => Err(ActivationRefusal::EvidenceNeeded),
            Some(evidence) => {
                let asked = Asked {
                    organisation: &order.organization_identifier,
                    challenge: &one.challenge,
                    began: one.began,
                    now,
                };
                let whose = Whose::Anybodys { rather: &order.person };
                let shown = self.authenticators.judge(evidence, asked, whose);
                shown.and_then(|shown| ground(order, &shown))
            }
        };
        let ground = match ground {
            Ok(ground) => ground,
            Err(refusal) => {
                one.count_try();
                return Err(refusal.into());
            }
        };
        let (order, client) = (order.clone(), one.client.clone());
        let first = ground == RegistrationGround::FirstUse;
        self.authenticators.register(&order, client.as_deref(), first)?;
        waiting.end(id);
        Ok((ground, order))
    }

    /// Registers on the operator's word.
    pub(in crate::device) fn register_by_operator(
        &self,
        order: &AuthenticatorOrder,
    ) -> Result<(), QscdError> {
        self.authenticators.examine(order)?;
        self.authenticators.register(order, None, false)
    }

    /// Takes from a means that is registered that it speaks for others, where an order of it does not say so.
    pub(in crate::device) fn lower(&self, order: &AuthenticatorOrder) {
        self.authenticators.lower(order);
    }

    /// Every means that is registered, by organisation and person.
    pub(in crate::device) fn orders(&self) -> Vec<AuthenticatorOrder> {
        self.authenticators.orders()
    }

    /// Whether an order's means is registered for its person and organisation.
    pub(in crate::device) fn knows(&self, order: &AuthenticatorOrder) -> bool {
        self.authenticators.knows(order)
    }

    /// Forgets a means of login, and what it gave evidence for.
    pub(in crate::device) fn remove(&self, order: &AuthenticatorOrder) -> Result<(), QscdError> {
        let mut waiting = self.waiting();
        waiting.end_of_means(order);
        self.authenticators.remove(order)?;
        waiting.end_of_person(order);
        Ok(())
    }

    /// Spends entries of an activation for a certificate of this subject and profile: all of `items`, or
    /// none. Answers when it ends.
    pub(in crate::device) fn spend(
        &self,
        id: &ActivationId,
        subject: &PersonSubject,
        profile: &ProfileId,
        items: &[Item],
        now: SystemTime,
    ) -> Result<SystemTime, EvidenceRefusal> {
        let mut waiting = self.waiting();
        let one = waiting.living(id, now);
        let Some(Waiting { what: What::Activation { order, shown, left }, ends, .. }) = one else {
            return Err(EvidenceRefusal::ActivationUnknown);
        };
        let shown = shown.as_ref().ok_or(EvidenceRefusal::ActivationWithoutEvidence)?;
        if order.profile != *profile {
            return Err(EvidenceRefusal::OtherProfile);
        }
        if !is_of(subject, shown, &order.organization_identifier) {
            return Err(EvidenceRefusal::OtherSubject);
        }
        let mut remaining = left.clone();
        for item in items {
            let (digest, of_document) = match item {
                Item::Imprint(digest) => (digest, true),
                Item::Hash(digest) => (digest, false),
            };
            let listed = remaining.iter().position(|entry| {
                entry.imprint == digest.as_bytes() && entry.document.is_some() == of_document
            });
            remaining.swap_remove(listed.ok_or(EvidenceRefusal::ImprintNotApproved)?);
        }
        *left = remaining;
        Ok(*ends)
    }

    pub(super) fn waiting(&self) -> MutexGuard<'_, AllWaiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a cause that is mapped is taken")]
pub(super) fn unavailable(error: Error) -> QscdError {
    QscdError::Unavailable(error.to_string())
}

/// On whose word a means is registered: the person's own, who thereby neither becomes an administrator
/// nor takes another name, or an administrator's.
fn ground(
    order: &AuthenticatorOrder,
    shown: &Shown,
) -> Result<RegistrationGround, ActivationRefusal> {
    let own_name = shown
        .name
        .as_ref()
        .is_some_and(|(given, surname)| *given == order.given_name && *surname == order.surname);
    if shown.administrator {
        Ok(RegistrationGround::Administrator)
    } else if shown.person == order.person && own_name && !order.administrator {
        Ok(RegistrationGround::Person)
    } else {
        Err(ActivationRefusal::NotEntitled)
    }
}

/// Whether a profile's name is a word, and no sentence: the device's own page shows it.
fn is_word(text: &str) -> bool {
    text.len() <= MAXIMUM_PROFILE_LENGTH
        && text.chars().all(|letter| seal::is_plain(letter) && !letter.is_whitespace())
}

/// By whose name registrations are counted: nobody takes others' room.
pub(super) fn of_person(organisation: &str, person: &PersonId) -> String {
    format!("{organisation}\0{}\0{}\0registration", person.issuer, person.subject)
}

/// What an order lacks to be an activation at all.
fn examine(order: &ActivationOrder) -> Result<(), ActivationRefusal> {
    let texts = [&order.organization_identifier, order.profile.as_str(), &order.requester];
    let fits = |text: &str| (1..=MAXIMUM_TEXT_LENGTH).contains(&text.len());
    let profile = is_word(order.profile.as_str());
    if !texts.into_iter().all(fits) || !profile || order.person.defect().is_some() {
        return Err(ActivationRefusal::Texts);
    }
    if order.act != Act::Sign {
        return Err(ActivationRefusal::OtherAct);
    }
    let count = (1..=MAXIMUM_ACTIVATION_ENTRIES).contains(&order.entries.len());
    let hashes = order.entries.iter().all(|entry| {
        matches!(entry.imprint.len(), 32 | 48 | 64)
            && entry.document.as_ref().is_none_or(|document| document.len() == 32)
    });
    if count && hashes { Ok(()) } else { Err(ActivationRefusal::Entries) }
}
