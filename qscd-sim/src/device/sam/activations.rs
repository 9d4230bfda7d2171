//! Activations and registrations that wait: each of them once, for ten minutes, and gone at a restart.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use ring::rand::SystemRandom;
use seal::{
    ACTIVATION_LIFETIME, Activation, ActivationEntry, ActivationId, ActivationOrder,
    ActivationRefusal, AuthenticatorOrder, Challenge, Digest, EvidenceRefusal, GivenEvidence,
    MAXIMUM_ACTIVATION_ENTRIES, PendingRegistration, PersonSubject, PersonalEvidence, ProfileId,
    QscdError, RegistrationGround, identity::IdentityIssuer,
};

use super::{
    authenticators::{Asked, Authenticators, Shown, Whose},
    id_token::SigningLogin,
    passkey::RelyingParty,
    subject::is_of,
};
use crate::{Error, randomness::random};

/// How many wait at a time.
const CAPACITY: usize = 10_000;
/// How many of one client elsewhere, which asks for many.
const CAPACITY_OF_CLIENT: usize = 5_000;
/// How many of one requester.
const CAPACITY_OF_REQUESTER: usize = 100;
/// How often evidence may be refused before what it was for ends.
const TRIES: u8 = 10;
/// The longest text, in bytes.
const MAXIMUM_TEXT_LENGTH: usize = 1024;

/// All that waits for a person, and by what persons are known.
#[derive(Debug)]
pub(in crate::device) struct Activations {
    /// The device's name in challenges.
    device: String,
    authenticators: Authenticators,
    waiting: Mutex<HashMap<String, Waiting>>,
}

#[derive(Debug)]
struct Waiting {
    what: What,
    /// The client elsewhere that began it.
    client: Option<String>,
    requester: String,
    challenge: Challenge,
    began: SystemTime,
    ends: SystemTime,
    tries: u8,
}

#[derive(Debug)]
enum What {
    Activation {
        order: ActivationOrder,
        /// Who gave evidence for it.
        shown: Option<Shown>,
        /// The entries that are not signed.
        left: Vec<ActivationEntry>,
    },
    Registration(AuthenticatorOrder),
}

/// What is to be signed by an activation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::device) enum Item {
    /// A document's signature: the imprint that its signed attributes hold.
    Imprint(Digest),
    /// A hash that nobody explains.
    Hash(Digest),
}

impl Waiting {
    /// A clock that was set back before its beginning ends it, too.
    fn lives_at(&self, now: SystemTime) -> bool {
        self.began <= now && now < self.ends && self.tries < TRIES
    }

    fn organisation(&self) -> &str {
        match &self.what {
            What::Activation { order, .. } => &order.organization_identifier,
            What::Registration(order) => &order.organization_identifier,
        }
    }
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
        order: ActivationOrder,
        now: SystemTime,
        rng: &SystemRandom,
    ) -> Result<Activation, QscdError> {
        examine(&order)?;
        let nonce = random(rng).map_err(unavailable)?;
        let challenge = Challenge::of_activation(&order, &self.device, &nonce);
        let requester = order.requester.clone();
        let left = order.entries.clone();
        let what = What::Activation { order, shown: None, left };
        let (id, ends) = self.wait(what, client, requester, challenge, now, rng)?;
        Ok(Activation { id, device: self.device.clone(), nonce, challenge, ends })
    }

    /// Begins a registration.
    pub(in crate::device) fn begin_registration(
        &self,
        client: Option<&str>,
        order: AuthenticatorOrder,
        now: SystemTime,
        rng: &SystemRandom,
    ) -> Result<PendingRegistration, QscdError> {
        self.authenticators.examine(&order)?;
        let nonce = random(rng).map_err(unavailable)?;
        let challenge = Challenge::of_registration(&order, &nonce);
        let requester = format!("{}\0registration", order.organization_identifier);
        let what = What::Registration(order);
        let (id, ends) = self.wait(what, client, requester, challenge, now, rng)?;
        Ok(PendingRegistration { id, nonce, challenge, ends })
    }

    fn wait(
        &self,
        what: What,
        client: Option<&str>,
        requester: String,
        challenge: Challenge,
        now: SystemTime,
        rng: &SystemRandom,
    ) -> Result<(ActivationId, SystemTime), QscdError> {
        let name = random::<16>(rng).map_err(unavailable)?;
        let name = hex::encode(name);
        let client = client.map(str::to_owned);
        let mut waiting = self.waiting();
        waiting.retain(|_, one| one.lives_at(now));
        let same_client = waiting.values().filter(|one| one.client == client);
        let of_client = same_client.clone().count();
        let of_requester = same_client.filter(|one| one.requester == requester).count();
        if waiting.len() >= CAPACITY
            || (client.is_some() && of_client >= CAPACITY_OF_CLIENT)
            || of_requester >= CAPACITY_OF_REQUESTER
        {
            return Err(QscdError::AtCapacity);
        }
        let ends = now.checked_add(ACTIVATION_LIFETIME).unwrap_or(now);
        let one = Waiting { what, client, requester, challenge, began: now, ends, tries: 0 };
        waiting.insert(name.clone(), one);
        Ok((ActivationId::new(name), ends))
    }

    /// Whether something waits that another client began.
    pub(in crate::device) fn is_of_another(&self, id: &ActivationId, client: &str) -> bool {
        let waiting = self.waiting();
        waiting.get(id.as_str()).is_some_and(|one| one.client.as_deref() != Some(client))
    }

    /// Takes the evidence for an activation, once.
    pub(in crate::device) fn give(
        &self,
        id: &ActivationId,
        evidence: &PersonalEvidence,
        now: SystemTime,
    ) -> Result<GivenEvidence, ActivationRefusal> {
        let mut waiting = self.waiting();
        let one = waiting.get_mut(id.as_str()).filter(|one| one.lives_at(now));
        let one = one.ok_or(ActivationRefusal::Unknown)?;
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
                one.tries = one.tries.saturating_add(1);
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
        let one = waiting.get_mut(id.as_str()).filter(|one| one.lives_at(now));
        let one = one.ok_or(ActivationRefusal::Unknown)?;
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
                    organisation: one.organisation(),
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
                one.tries = one.tries.saturating_add(1);
                return Err(refusal.into());
            }
        };
        let order = order.clone();
        self.authenticators.register(&order, ground == RegistrationGround::FirstUse)?;
        waiting.remove(id.as_str());
        Ok((ground, order))
    }

    /// Registers on the operator's word.
    pub(in crate::device) fn register_by_operator(
        &self,
        order: &AuthenticatorOrder,
    ) -> Result<(), QscdError> {
        self.authenticators.examine(order)?;
        self.authenticators.register(order, false)
    }

    /// Forgets a means of login, and what it gave evidence for.
    pub(in crate::device) fn remove(&self, order: &AuthenticatorOrder) -> Result<(), QscdError> {
        self.authenticators.remove(order)?;
        self.waiting().retain(|_, one| match &one.what {
            What::Activation { order: of, shown, .. } => {
                shown.is_none()
                    || of.person != order.person
                    || of.organization_identifier != order.organization_identifier
            }
            What::Registration(_) => true,
        });
        Ok(())
    }

    /// Spends entries of an activation for a certificate of this subject and profile: all of `items`, or
    /// none.
    pub(in crate::device) fn spend(
        &self,
        id: &ActivationId,
        subject: &PersonSubject,
        profile: &ProfileId,
        items: &[Item],
        now: SystemTime,
    ) -> Result<(), EvidenceRefusal> {
        let mut waiting = self.waiting();
        let one = waiting.get_mut(id.as_str()).filter(|one| one.lives_at(now));
        let Some(Waiting { what: What::Activation { order, shown, left }, .. }) = one else {
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
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<String, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a cause that is mapped is taken")]
fn unavailable(error: Error) -> QscdError {
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

/// What an order lacks to be an activation at all.
fn examine(order: &ActivationOrder) -> Result<(), ActivationRefusal> {
    let texts = [&order.organization_identifier, order.profile.as_str(), &order.requester];
    let fits = |text: &str| (1..=MAXIMUM_TEXT_LENGTH).contains(&text.len());
    if !texts.into_iter().all(fits) || order.person.defect().is_some() {
        return Err(ActivationRefusal::Texts);
    }
    let count = (1..=MAXIMUM_ACTIVATION_ENTRIES).contains(&order.entries.len());
    let hashes = order.entries.iter().all(|entry| {
        matches!(entry.imprint.len(), 32 | 48 | 64)
            && entry.document.as_ref().is_none_or(|document| document.len() == 32)
    });
    if count && hashes { Ok(()) } else { Err(ActivationRefusal::Entries) }
}
