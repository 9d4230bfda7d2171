//! By what the device knows persons: passkeys and linked logins, and on whose word.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use seal::{
    ActivationRefusal, AuthenticatorOrder, Challenge, EvidenceKind, GivenEvidence,
    MAXIMUM_ATTRIBUTE_LENGTH, MAXIMUM_CREDENTIAL_ID_LENGTH, Means, NewPasskeyOrder,
    PasskeyAssertion, PersonId, PersonalEvidence, QscdError,
};

use super::{
    id_token::{Login, Logins},
    known::{self, Account, Key, Known, MAXIMUM_REMOVED_OF_ORGANISATION, Row, Shown, key},
    passkey::{Passkey, refusal},
};
use webauthn::{Credential, PublicKey, Registration, RelyingParty};

/// The longest user handle (Web Authentication Level 3, clause 5.4.3), in bytes.
const MAXIMUM_USER_HANDLE_LENGTH: usize = 64;
/// The longest text, in bytes.
const MAXIMUM_TEXT_LENGTH: usize = 1024;

/// Every means that the device knows.
#[derive(Debug)]
pub(super) struct Authenticators {
    relying_party: Option<RelyingParty>,
    logins: Logins,
    known: Mutex<Known>,
}

/// Whose evidence is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whose<'a> {
    /// This person's, and nobody else's.
    Of(&'a PersonId),
    /// Anybody's; of an account that is several persons', as this person.
    Anybodys {
        /// The person.
        rather: &'a PersonId,
    },
}

impl<'a> Whose<'a> {
    fn of(self) -> Option<&'a PersonId> {
        match self {
            Self::Of(person) => Some(person),
            Self::Anybodys { .. } => None,
        }
    }
}

/// What evidence has to be over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) organisation: &'a str,
    pub(super) challenge: &'a Challenge,
    pub(super) began: SystemTime,
    pub(super) now: SystemTime,
}

impl Authenticators {
    pub(super) fn new(
        relying_party: Option<RelyingParty>,
        logins: Vec<super::SigningLogin>,
    ) -> Self {
        Self { relying_party, logins: Logins::new(logins), known: Mutex::default() }
    }

    pub(super) fn logins(&self) -> &Logins {
        &self.logins
    }

    /// Judges evidence.
    pub(super) fn judge(
        &self,
        evidence: &PersonalEvidence,
        asked: Asked<'_>,
        whose: Whose<'_>,
    ) -> Result<Shown, ActivationRefusal> {
        match evidence {
            PersonalEvidence::Passkey(assertion) => {
                self.judge_passkey(assertion, asked, whose.of())
            }
            PersonalEvidence::IdToken(token) => {
                let login = self.logins.judge(token, asked.challenge, asked.began, asked.now)?;
                self.find_login(login, asked.organisation, whose)
            }
        }
    }

    fn judge_passkey(
        &self,
        assertion: &PasskeyAssertion,
        asked: Asked<'_>,
        person: Option<&PersonId>,
    ) -> Result<Shown, ActivationRefusal> {
        let relying_party = self.relying_party.as_ref().ok_or(ActivationRefusal::NoOrigin)?;
        let mut known = self.known();
        let key = Key::Passkey(asked.organisation.to_owned(), assertion.credential_id.clone());
        let Some(row) = known.means.get_mut(&key) else {
            let of_another = known.has_credential(&assertion.credential_id);
            return Err(if of_another {
                ActivationRefusal::PasskeyOfAnother
            } else {
                ActivationRefusal::PasskeyUnknown
            });
        };
        if person.is_some_and(|person| *person != row.person) {
            return Err(ActivationRefusal::PasskeyOfAnother);
        }
        let passkey = row.passkey.as_mut().ok_or(ActivationRefusal::PasskeyUnknown)?;
        let backup = Some(passkey.judge(assertion, asked.challenge, relying_party)?);
        let evidence = GivenEvidence { kind: EvidenceKind::Passkey, backup };
        Ok(row.shown(evidence))
    }

    /// Whose a login is: of whom it is linked to, under the name that was registered. An account that is
    /// linked to nobody is its own person's, under the name that its issuer says, if it claims the
    /// organisation, of which the issuer knows who acts for it; never an administrator's, and not after it
    /// was removed.
    fn find_login(
        &self,
        login: Login,
        organisation: &str,
        whose: Whose<'_>,
    ) -> Result<Shown, ActivationRefusal> {
        let number = organisation.strip_prefix("NTRDK-");
        if login.cvr.as_deref().is_some_and(|claimed| Some(claimed) != number) {
            return Err(ActivationRefusal::OtherOrganisation);
        }
        let evidence = GivenEvidence { kind: EvidenceKind::IdToken, backup: None };
        let known = self.known();
        let Login { issuer, subject, cvr, name } = login;
        let own = PersonId { issuer: issuer.clone(), subject: subject.clone() };
        let account = Account { organisation: organisation.to_owned(), issuer, subject };
        let row = |person: &PersonId| known.means.get(&Key::Login(account.clone(), person.clone()));
        let row = match whose {
            Whose::Of(person) => row(person),
            Whose::Anybodys { rather } => row(rather).or_else(|| known.best_of(&account)),
        };
        if let Some(row) = row {
            return Ok(row.shown(evidence));
        }
        let removed = known.removed.contains(&account);
        if cvr.is_none() || removed || whose.of().is_some_and(|person| *person != own) {
            return Err(ActivationRefusal::LoginOfAnother);
        }
        Ok(Shown { person: own, name, administrator: false, evidence })
    }

    /// What an order for a new passkey lacks.
    pub(super) fn examine_new(&self, order: &NewPasskeyOrder) -> Result<(), ActivationRefusal> {
        self.relying_party.as_ref().ok_or(ActivationRefusal::NoOrigin)?;
        let texts = [&order.organization_identifier, &order.given_name, &order.surname];
        let names = is_name(&order.given_name) && is_name(&order.surname);
        if !texts.into_iter().all(|text| fits(text)) || !names || order.person.defect().is_some() {
            return Err(ActivationRefusal::Texts);
        }
        Ok(())
    }

    /// Judges what an authenticator answered when it was to make a passkey.
    pub(super) fn judge_new(
        &self,
        answer: &Registration<'_>,
        challenge: &Challenge,
    ) -> Result<Credential, ActivationRefusal> {
        let relying_party = self.relying_party.as_ref().ok_or(ActivationRefusal::NoOrigin)?;
        answer.judge(relying_party, challenge.as_bytes()).map_err(refusal)
    }

    /// What an order lacks to be registered at all.
    pub(super) fn examine(&self, order: &AuthenticatorOrder) -> Result<(), ActivationRefusal> {
        let AuthenticatorOrder {
            organization_identifier, person, given_name, surname, means, ..
        } = order;
        let (issuer, subject) = match means {
            Means::Passkey { credential_id, cose_key, user_handle } => {
                self.relying_party.as_ref().ok_or(ActivationRefusal::NoOrigin)?;
                let length = credential_id.len();
                if !(1..=MAXIMUM_CREDENTIAL_ID_LENGTH).contains(&length)
                    || user_handle.len() > MAXIMUM_USER_HANDLE_LENGTH
                {
                    return Err(ActivationRefusal::Texts);
                }
                PublicKey::from_cose(cose_key).map_err(|_| ActivationRefusal::KeyMalformed)?;
                ("-", "-")
            }
            Means::Login { issuer, subject } => (issuer.as_str(), subject.as_str()),
        };
        let texts = [organization_identifier, given_name, surname, issuer, subject];
        let names = is_name(given_name) && is_name(surname);
        if !texts.into_iter().all(fits) || !names || person.defect().is_some() {
            return Err(ActivationRefusal::Texts);
        }
        match self.known().means.get(&key(order)) {
            Some(row) if !row.is_raised_by(order) => Err(ActivationRefusal::AlreadyRegistered),
            Some(_) | None => Ok(()),
        }
    }

    /// Takes from a means that is registered that it speaks for everybody, where an order says that its person
    /// administers no more. Of such an order nothing else is taken.
    pub(super) fn lower(&self, order: &AuthenticatorOrder) {
        let mut known = self.known();
        let row = known.means.get_mut(&key(order));
        if let Some(row) = row.filter(|row| row.person == order.person) {
            row.administrator &= order.administrator;
        }
    }

    /// Whether an order's means is registered for its person and organisation, and speaks for as much.
    pub(super) fn knows(&self, order: &AuthenticatorOrder) -> bool {
        let known = self.known();
        let row = known.means.get(&key(order)).filter(|row| row.person == order.person);
        row.is_some_and(|row| !row.is_raised_by(order))
    }

    /// Every means that is registered, by organisation and person.
    pub(super) fn orders(&self) -> Vec<AuthenticatorOrder> {
        let mut orders: Vec<_> = self.known().means.iter().map(known::order).collect();
        orders.sort_by(|one, other| {
            let by = |order: &AuthenticatorOrder| {
                (order.organization_identifier.clone(), order.person.clone())
            };
            by(one).cmp(&by(other))
        });
        orders
    }

    /// Those of one person of an organisation.
    pub(super) fn orders_of(
        &self,
        organisation: &str,
        person: &PersonId,
    ) -> Vec<AuthenticatorOrder> {
        let known = self.known();
        let theirs = known
            .means
            .iter()
            .filter(|(key, row)| row.person == *person && key.organisation() == organisation);
        theirs.map(known::order).collect()
    }

    /// Whether the organisation has never had a means.
    pub(super) fn is_first(&self, organisation: &str) -> bool {
        !self.known().begun.contains(organisation)
    }

    /// Registers what was examined; with `first` only as the organisation's first.
    pub(super) fn register(
        &self,
        order: &AuthenticatorOrder,
        client: Option<&str>,
        first: bool,
    ) -> Result<(), QscdError> {
        let passkey = match &order.means {
            Means::Passkey { cose_key, user_handle, .. } => {
                Some(Passkey::new(cose_key, user_handle)?)
            }
            Means::Login { .. } => None,
        };
        let mut known = self.known();
        let key = key(order);
        if let Some(row) = known.means.get_mut(&key) {
            if !row.is_raised_by(order) {
                return Err(ActivationRefusal::AlreadyRegistered.into());
            }
            row.administrator = true;
            row.name = (order.given_name.clone(), order.surname.clone());
            return Ok(());
        }
        known.has_room(order, client)?;
        let fresh = known.begun.insert(order.organization_identifier.clone());
        if first && !fresh {
            return Err(ActivationRefusal::EvidenceNeeded.into());
        }
        let row = Row {
            person: order.person.clone(),
            client: client.map(str::to_owned),
            name: (order.given_name.clone(), order.surname.clone()),
            administrator: order.administrator,
            passkey,
        };
        if let Key::Login(account, person) = &key
            && account.is_own_of(person)
        {
            known.removed.remove(account);
        }
        known.keep(key, row);
        Ok(())
    }

    /// Forgets a means of the order's person and organisation; an account that needs no link may be
    /// removed without one.
    pub(super) fn remove(&self, order: &AuthenticatorOrder) -> Result<(), QscdError> {
        let (mut known, key) = (self.known(), key(order));
        let unknown = QscdError::from(ActivationRefusal::Unknown);
        match &key {
            Key::Passkey(..) => {
                if known.means.get(&key).is_none_or(|row| row.person != order.person) {
                    return Err(unknown);
                }
            }
            Key::Login(account, person) => {
                let removed = known.removed.contains(account);
                if !known.means.contains_key(&key) && (removed || !account.is_own_of(person)) {
                    return Err(unknown);
                }
                // Whose own the account is, it stays theirs: a link that ends takes nothing from them.
                if !removed && account.is_own_of(person) {
                    let of_same =
                        known.removed.iter().filter(|one| one.organisation == account.organisation);
                    if of_same.count() >= MAXIMUM_REMOVED_OF_ORGANISATION {
                        return Err(QscdError::AtCapacity);
                    }
                    known.removed.insert(account.clone());
                }
            }
        }
        known.forget(&key);
        Ok(())
    }

    /// Forgets every means, and which organisations had any.
    pub(super) fn reset(&self) {
        *self.known() = Known::default();
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fits(text: &str) -> bool {
    (1..=MAXIMUM_TEXT_LENGTH).contains(&text.len())
}

/// Whether a name is one that a certificate shows, on one line: the device's own page shows it, too.
fn is_name(text: &str) -> bool {
    text.chars().count() <= MAXIMUM_ATTRIBUTE_LENGTH && text.chars().all(seal::is_plain)
}
