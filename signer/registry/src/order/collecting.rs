//! Collecting: who may, and what the certificate will say.

use seal::Organisation;

use super::{CodeHash, Identification, MAXIMUM_ATTEMPTS, Order, OrderAct, OrderRefusal};
use crate::{
    CertificateContent, CertificateKind, CertificateSettings, CertificateTerms, Kept, Moment,
    PersonState, RegisteredId, RegisteredPerson,
};

/// How old the check of an address may be when a certificate that shows it is issued, in days (CA/Browser
/// Forum, S/MIME Baseline Requirements, section 4.2.1).
pub const MAXIMUM_CHECK_AGE_DAYS: u64 = 30;

/// When an address was confirmed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmailConfirmed(pub Option<Moment>);

/// Who wants to collect.
#[derive(Clone, Copy, Debug)]
pub enum Collector<'a> {
    /// A person of the organisation who has logged in.
    Person(&'a RegisteredId),
    /// Whoever typed a code.
    Code(&'a str),
}

impl Order {
    /// Whether somebody may collect it. A wrong code gives the order as it is after that, too: whoever
    /// keeps orders keeps that before the refusal is told.
    ///
    /// # Errors
    /// The refusal, and what is to be kept before it is told.
    pub fn collected_by(
        &self,
        collector: Collector<'_>,
        now: Moment,
    ) -> Result<(), (OrderRefusal, Option<Box<Self>>)> {
        match (self.identification, collector) {
            (Identification::OneTimeCode, Collector::Person(_)) => {
                return Err((OrderRefusal::OtherIdentification("one-time code"), None));
            }
            // It is not said how somebody else's order is collected.
            (Identification::Login, Collector::Code(_)) => {
                return Err((OrderRefusal::CodeRefused, None));
            }
            (Identification::Login, Collector::Person(person)) => {
                if self.holder.as_ref() != Some(person) {
                    return Err((OrderRefusal::Unknown, None));
                }
            }
            (Identification::OneTimeCode, Collector::Code(typed)) => {
                // Locked, used and ended orders answer as a wrong code does: it is not told what they were.
                let counted = self.after(OrderAct::RefuseCode, now);
                let Ok(counted) = counted else { return Err((OrderRefusal::CodeRefused, None)) };
                if self.code.as_ref() != Some(&CodeHash::of(typed)) {
                    return Err((OrderRefusal::CodeRefused, Some(Box::new(counted.failed(now)))));
                }
            }
        }
        self.after(OrderAct::Issue, now).map(drop).map_err(|refusal| (refusal, None))
    }

    /// The same after one more wrong code.
    fn failed(self, now: Moment) -> Self {
        let attempts = self.attempts.saturating_add(1);
        let counted = Self { attempts, ..self };
        if attempts < MAXIMUM_ATTEMPTS {
            return counted;
        }
        counted.after(OrderAct::Lock, now).unwrap_or(counted)
    }

    /// What the certificate will say.
    ///
    /// # Errors
    /// [`OrderRefusal`] where what the order stands on is gone meanwhile.
    pub fn content(
        &self,
        terms: Option<&Kept<CertificateTerms>>,
        (organisation, settings): (&Organisation, CertificateSettings),
        holder: Option<&RegisteredPerson>,
        confirmed: EmailConfirmed,
        now: Moment,
    ) -> Result<CertificateContent, OrderRefusal> {
        let Kept { value: terms, version } = terms.ok_or(OrderRefusal::ProfileNotOrderable)?;
        if *version != self.terms {
            return Err(OrderRefusal::TermsChanged);
        }
        if let Some(email) = &self.email {
            let present = match self.kind {
                CertificateKind::User => holder.and_then(|person| person.email.as_ref()),
                CertificateKind::Organisation | CertificateKind::System => terms.email.as_ref(),
            };
            let lately = |at: Moment| at.after(MAXIMUM_CHECK_AGE_DAYS * 24 * 60 * 60) >= now;
            if present != Some(email) || !confirmed.0.is_some_and(lately) {
                return Err(OrderRefusal::EmailNotConfirmed);
            }
        }
        let gone = OrderRefusal::Holder("the holder is not there any more");
        let (common_name, names, uuid) = match self.kind {
            CertificateKind::User => {
                if !settings.allow_user_certificates {
                    return Err(OrderRefusal::UserCertificatesNotAllowed);
                }
                let person = holder.filter(|one| one.state == PersonState::Active).ok_or(gone)?;
                let (given, family) = (person.given_name.clone(), person.family_name.clone());
                (format!("{given} {family}"), Some((given, family)), person.holder_uuid())
            }
            CertificateKind::Organisation => {
                (organisation.registered_name.clone(), None, uuid(&terms.uuid)?)
            }
            CertificateKind::System => (terms.name.clone(), None, uuid(&terms.uuid)?),
        };
        let (given_name, surname) = names.unzip();
        Ok(CertificateContent {
            kind: self.kind,
            uuid,
            common_name,
            given_name,
            surname,
            organisation_name: organisation.registered_name.clone(),
            organisation_identifier: organisation.organization_identifier(),
            email: self.email.clone(),
            purposes: terms.purposes.clone(),
            lifetime_days: terms.lifetime_days,
        })
    }
}

fn uuid(text: &str) -> Result<[u8; 16], OrderRefusal> {
    let mut uuid = [0; 16];
    hex::decode_to_slice(text, &mut uuid).map_err(|_| OrderRefusal::ProfileNotOrderable)?;
    Ok(uuid)
}
