//! What must be so before an order is placed, renewed or approved.

use seal::{CertificateProfile, Organisation};
use serde::{Deserialize, Serialize};

use super::{
    Asker, CodeHash, Identification, Issuing, Order, OrderAct, OrderContact, OrderId,
    OrderReference, OrderRefusal, OrderState,
};
use crate::{
    CertificateKind, CertificateSettings, CertificateTerms, Kept, Moment, PersonState,
    RegisteredPerson,
};

/// How long an order is open, in days.
pub const MAXIMUM_OPEN_DAYS: u64 = 30;

const DAY_S: u64 = 24 * 60 * 60;

/// What kind of certificate somebody asks for. One that does not exist is refused by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WantedKind {
    /// A person's.
    User,
    /// The organisation's.
    Organisation,
    /// A system's.
    System,
    /// A qualified one that lives for years, which nobody gets.
    Qualified,
}

/// What an order stands on: what counted when it was placed.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The organisation.
    pub organisation: &'a Organisation,
    /// What it allows.
    pub settings: CertificateSettings,
    /// The profile, if there is one.
    pub profile: Option<&'a CertificateProfile>,
    /// The terms beside it, if there are some.
    pub terms: Option<&'a Kept<CertificateTerms>>,
    /// The person who is to collect, if one is named and is there.
    pub holder: Option<&'a RegisteredPerson>,
    /// The version of the policies in force.
    pub policy: &'a str,
    /// The version that the caller has accepted.
    pub accepted: Option<&'a str>,
}

/// What is ordered.
#[derive(Clone, Debug)]
pub struct Placing {
    /// The order's name; random.
    pub id: OrderId,
    /// Its reference; random.
    pub reference: OrderReference,
    /// What kind, if the caller says so.
    pub kind: Option<WantedKind>,
    /// Whether a holder was named.
    pub names_holder: bool,
    /// How the collector shows who they are.
    pub identification: Identification,
    /// How it is collected.
    pub issuing: Issuing,
    /// The certificate whose place it takes.
    pub replaces: Option<String>,
    /// Whether the address to be shown was confirmed lately.
    pub email_confirmed: bool,
    /// The code's hash, if it is collected with one.
    pub code: Option<CodeHash>,
    /// Who orders.
    pub by: Asker,
}

impl Order {
    /// Places an order.
    ///
    /// # Errors
    /// [`OrderRefusal`] names the cause.
    pub fn place(ground: Ground<'_>, wanted: Placing, now: Moment) -> Result<Self, OrderRefusal> {
        if wanted.kind == Some(WantedKind::Qualified) {
            return Err(OrderRefusal::QualifiedLongLived);
        }
        let Some((profile, terms)) = ground.profile.zip(ground.terms).filter(|(one, _)| one.active)
        else {
            return Err(OrderRefusal::ProfileNotOrderable);
        };
        let Kept { value: terms, version } = terms;
        if wanted.kind.is_some_and(|kind| kind.certificate() != Some(terms.kind)) {
            return Err(OrderRefusal::KindMismatch);
        }
        let Organisation { registered_name, .. } = ground.organisation;
        if registered_name.trim().is_empty() || ground.organisation.number_defect().is_some() {
            return Err(OrderRefusal::OrganisationIncomplete);
        }
        if ground.accepted != Some(ground.policy) {
            return Err(OrderRefusal::PolicyNotAccepted(ground.policy.to_owned()));
        }
        let holder = holder(&ground, terms, &wanted)?;
        let contact = profile.contact_person.as_ref().and_then(|person| {
            let email = person.email.clone()?;
            Some(OrderContact { name: person.name.clone(), email })
        });
        let email = match terms.kind {
            CertificateKind::User => holder.filter(|_| terms.show_email).map(|person| {
                let without = "the person has no e-mail address, and the certificate would show it";
                person.email.clone().ok_or(OrderRefusal::Holder(without))
            }),
            CertificateKind::Organisation | CertificateKind::System => {
                if contact.is_none() {
                    return Err(OrderRefusal::ContactMissing);
                }
                terms.email.clone().map(Ok)
            }
        }
        .transpose()?;
        let state = match (ground.settings.four_eyes, &email) {
            (true, _) => OrderState::AwaitingApproval,
            (false, Some(_)) if !wanted.email_confirmed => OrderState::AwaitingEmail,
            (false, _) => OrderState::Ready,
        };
        let Placing { id, reference, identification, issuing, replaces, code, by, .. } = wanted;
        Ok(Self {
            id,
            reference,
            profile: profile.id.clone(),
            terms: *version,
            kind: terms.kind,
            holder: holder.map(|person| person.id.clone()),
            contact,
            email,
            identification,
            issuing,
            replaces,
            ordered_by: by,
            approved_by: None,
            policy: ground.policy.to_owned(),
            made: now,
            expires: now.after(MAXIMUM_OPEN_DAYS * DAY_S),
            kept_state: state,
            code: code.filter(|_| identification == Identification::OneTimeCode),
            attempts: 0,
        })
    }

    /// The order after its approval.
    ///
    /// # Errors
    /// [`OrderRefusal::OwnOrder`], [`OrderRefusal::State`].
    pub fn approved(
        &self,
        by: &Asker,
        email_confirmed: bool,
        now: Moment,
    ) -> Result<Self, OrderRefusal> {
        if *by == self.ordered_by {
            return Err(OrderRefusal::OwnOrder);
        }
        let mut approved = self.after(OrderAct::Approve, now)?;
        if approved.kept_state == OrderState::AwaitingEmail && email_confirmed {
            approved = approved.after(OrderAct::ConfirmEmail, now)?;
        }
        Ok(Self { approved_by: Some(by.clone()), ..approved })
    }

    /// The order with a new code; the one before counts no more.
    ///
    /// # Errors
    /// [`OrderRefusal::OtherIdentification`], [`OrderRefusal::State`].
    pub fn with_code(&self, code: CodeHash, now: Moment) -> Result<Self, OrderRefusal> {
        match self.identification {
            Identification::Login => Err(OrderRefusal::OtherIdentification("login")),
            Identification::OneTimeCode => {
                let after = self.after(OrderAct::MakeCode, now)?;
                Ok(Self { code: Some(code), attempts: 0, ..after })
            }
        }
    }
}

impl WantedKind {
    /// The kind of certificate, if there is one.
    fn certificate(self) -> Option<CertificateKind> {
        match self {
            Self::User => Some(CertificateKind::User),
            Self::Organisation => Some(CertificateKind::Organisation),
            Self::System => Some(CertificateKind::System),
            Self::Qualified => None,
        }
    }
}

/// Who collects: always a person where one logs in, and where the certificate names one.
fn holder<'a>(
    ground: &Ground<'a>,
    terms: &CertificateTerms,
    wanted: &Placing,
) -> Result<Option<&'a RegisteredPerson>, OrderRefusal> {
    let of_user = match terms.kind {
        CertificateKind::User if !ground.settings.allow_user_certificates => {
            return Err(OrderRefusal::UserCertificatesNotAllowed);
        }
        // Whoever orders sees reference and code, and would collect in the holder's name.
        CertificateKind::User if wanted.identification == Identification::OneTimeCode => {
            return Err(OrderRefusal::Holder("a user certificate is collected by login alone"));
        }
        CertificateKind::User => true,
        CertificateKind::Organisation | CertificateKind::System => false,
    };
    let Some(person) = ground.holder else {
        return match (wanted.names_holder, of_user, wanted.identification) {
            (true, _, _) => Err(OrderRefusal::Holder("the person named as holder is not there")),
            (false, true, _) => {
                Err(OrderRefusal::Holder("a user certificate needs a holder: name the person"))
            }
            (false, false, Identification::Login) => {
                Err(OrderRefusal::Holder("whoever collects by login is to be named as holder"))
            }
            (false, false, Identification::OneTimeCode) => Ok(None),
        };
    };
    match person.state {
        PersonState::Active => Ok(Some(person)),
        PersonState::Invited | PersonState::Blocked | PersonState::Left => {
            Err(OrderRefusal::Holder("the person named as holder is not active"))
        }
    }
}
