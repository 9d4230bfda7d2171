//! Letters that acts on orders and certificates leave: who is told what. They are written in the transaction of
//! the act.

use std::collections::BTreeSet;

use mail::{Content, Notice};
use registry::{Change, Entry, Identification, Order, OrderState, RegisteredId, Responsible, Role};
use seal::{CertificateProfile, ProfileId};

use super::{Error, Service, digests::next_digest, ordered::record};
use crate::{
    administration::Snapshot,
    audit::{CertificateRow, IssuedRow, RecordError, hex, random},
    post::{Post, gathered, whatever_was},
    store::FoundCertificate,
};

/// How many administrators are told of one certificate at most.
const MAXIMUM_ADMINISTRATORS: usize = 20;

/// Whoever writes letters of one organisation now.
pub(super) struct Writer<'a> {
    post: &'a Post,
    snapshot: &'a Snapshot,
    /// In seconds since 1970.
    now: i64,
}

/// A certificate that letters are about.
pub(super) struct About<'a> {
    /// By what its letters are told from others of their kind.
    subject: &'a str,
    serial: &'a [u8],
    name: &'a str,
    kind: &'a str,
    profile: &'a str,
    holder: Option<&'a str>,
    contact: Option<&'a str>,
    not_after: i64,
}

impl<'a> About<'a> {
    /// The same, told of once for each subject.
    pub(super) fn with_subject(self, subject: &'a str) -> Self {
        Self { subject, ..self }
    }
}

impl<'a> From<&'a FoundCertificate> for About<'a> {
    fn from(found: &'a FoundCertificate) -> Self {
        Self {
            subject: &found.id,
            serial: &found.serial,
            name: &found.name,
            kind: &found.kind,
            profile: &found.profile,
            holder: found.holder.as_deref(),
            contact: found.contact_email.as_deref(),
            not_after: found.not_after,
        }
    }
}

impl<'a> From<&'a IssuedRow> for About<'a> {
    fn from(row: &'a IssuedRow) -> Self {
        Self {
            subject: &row.id,
            serial: &row.serial,
            name: &row.name,
            kind: &row.kind,
            profile: &row.profile,
            holder: row.holder.as_deref(),
            contact: row.contact_email.as_deref(),
            not_after: row.not_after,
        }
    }
}

impl Service {
    /// Who writes letters by what counts in an organisation; nobody where there is no mail server.
    pub(super) fn writer<'a>(&'a self, snapshot: &'a Snapshot, now: i64) -> Option<Writer<'a>> {
        self.post.as_deref().map(|post| Writer { post, snapshot, now })
    }

    /// The letters that an order leaves as it stands: its address is to be confirmed, or it can be collected.
    pub(super) fn letters_of_order(
        &self,
        snapshot: &Snapshot,
        order: &Order,
        now: i64,
    ) -> Result<Vec<CertificateRow>, Error> {
        let writer = self.writer(snapshot, now);
        writer.map_or_else(|| Ok(Vec::new()), |writer| writer.of_order(order))
    }

    /// The letters that a change of the register leaves: to whoever was the contact person of a profile, and to
    /// whoever is it now.
    pub(super) fn letters_of_change(
        &self,
        (before, after): (&Snapshot, &Snapshot),
        change: &Change,
        now: i64,
    ) -> Result<Vec<CertificateRow>, RecordError> {
        let Some(writer) = self.writer(after, now) else { return Ok(Vec::new()) };
        match change.after() {
            Entry::Profile(made) => writer.of_contact(before, &made.profile),
            Entry::Application(_)
            | Entry::Grant(_)
            | Entry::Mandate(_)
            | Entry::Organisation(_)
            | Entry::Role(_)
            | Entry::Person(_)
            | Entry::CertificateTerms(_)
            | Entry::CertificateSettings(_) => Ok(Vec::new()),
        }
    }

    /// The letters that something which befalls a certificate leaves to whoever looks after it.
    pub(super) fn letters_of_certificate<'a>(
        &self,
        snapshot: &Snapshot,
        about: impl Into<About<'a>>,
        notice: Notice,
        now: i64,
    ) -> Result<Vec<CertificateRow>, Error> {
        let writer = self.writer(snapshot, now);
        let told = &[Responsible::Holder];
        let write = |writer: Writer<'_>| writer.of_certificate(&about.into(), notice, told);
        writer.map_or_else(|| Ok(Vec::new()), write)
    }
}

impl Writer<'_> {
    fn of_order(&self, order: &Order) -> Result<Vec<CertificateRow>, Error> {
        let letter = match order.kept_state {
            OrderState::AwaitingEmail => self.check(order, 1)?,
            OrderState::Ready => self.collect(order)?,
            OrderState::AwaitingApproval
            | OrderState::Locked
            | OrderState::Issued
            | OrderState::Cancelled
            | OrderState::Expired => None,
        };
        Ok(letter.into_iter().collect())
    }

    /// The letter by which the address of an order is confirmed, the first or a later one.
    pub(super) fn check(
        &self,
        order: &Order,
        number: u32,
    ) -> Result<Option<CertificateRow>, Error> {
        let Some(address) = &order.email else { return Ok(None) };
        let content = Content::EmailCheck {
            organisation: self.organisation(),
            reference: order.reference.0.clone(),
        };
        self.letter(&content, &check_subject(order, number), address)
    }

    fn collect(&self, order: &Order) -> Result<Option<CertificateRow>, Error> {
        let address = match &order.holder {
            Some(holder) => self.email_of(holder),
            None => order.contact.as_ref().map(|contact| contact.email.as_str()),
        };
        let Some(address) = address else { return Ok(None) };
        let terms = self.snapshot.register().certificate_terms().get(&order.profile);
        let content = Content::Collect {
            organisation: self.organisation(),
            name: terms.map(|terms| terms.value.name.clone()),
            reference: order.reference.0.clone(),
            by_login: order.identification == Identification::Login,
            expires: super::seconds(order.expires.into()),
        };
        self.letter(&content, &order.id.0, address)
    }

    /// The letter that lets a person in. Each time that it is asked for it is another one.
    pub(super) fn invitation(
        &self,
        person: &RegisteredId,
        address: &str,
    ) -> Result<Option<CertificateRow>, Error> {
        let content =
            Content::Invitation { organisation: self.organisation(), person: person.0.clone() };
        let subject = format!("{}.{}", person.0, hex(&random::<8>().map_err(record)?));
        self.letter(&content, &subject, address)
    }

    /// The letters about the contact person of a profile that issues certificates, if it is another address.
    fn of_contact(
        &self,
        before: &Snapshot,
        profile: &CertificateProfile,
    ) -> Result<Vec<CertificateRow>, RecordError> {
        let terms = self.snapshot.register().certificate_terms().get(&profile.id);
        let Some(terms) = terms else { return Ok(Vec::new()) };
        let former = before.policy().profile(&profile.id).and_then(contact_of);
        let present = contact_of(profile);
        if former.map(str::to_lowercase) == present.map(str::to_lowercase) {
            return Ok(Vec::new());
        }
        // Each change has a number of its own.
        let subject = format!("{}.{}", profile.id, self.snapshot.revision().0);
        let mut letters = Vec::new();
        for (address, now) in [(former, false), (present, true)] {
            let Some(address) = address else { continue };
            let content = Content::Contact {
                organisation: self.organisation(),
                profile: terms.value.name.clone(),
                now,
                contact_of: now.then(|| profile.id.to_string()),
            };
            let organisation = self.snapshot.policy().organisation();
            let letter = self.post.letter(organisation, (&content, &subject), address, self.now)?;
            let letter = letter.into_iter().collect();
            // Nobody stays the contact person because they were written to often.
            letters.extend(if now { letter } else { whatever_was(letter) });
        }
        Ok(letters)
    }

    /// The letters about a certificate, one to each address.
    pub(super) fn of_certificate(
        &self,
        about: &About<'_>,
        notice: Notice,
        told: &[Responsible],
    ) -> Result<Vec<CertificateRow>, Error> {
        let of_person = about.kind == "user";
        let holder = self.holder(about, of_person);
        // Where nobody looks after it whose address is known, whoever may renew it is told from the first.
        let roles = told.iter().filter_map(|told| match told {
            Responsible::Holder => holder.is_none().then_some(Role::UserAdministrator),
            Responsible::UserAdministrators => Some(Role::UserAdministrator),
            Responsible::OrganisationAdministrators => Some(Role::OrganisationAdministrator),
        });
        let roles: Vec<Role> = roles.collect();
        let people = self.administrators(&roles);
        let (mut letters, mut seen) = (Vec::new(), BTreeSet::new());
        for (address, is_holder) in
            holder.into_iter().map(|address| (address, true)).chain(people.map(|one| (one, false)))
        {
            if !seen.insert(address.to_lowercase()) {
                continue;
            }
            let content = Content::Certificate {
                notice,
                organisation: self.organisation(),
                // A person's name is told to nobody else.
                name: (is_holder || !of_person).then(|| about.name.to_owned()),
                serial: hex(about.serial),
                not_after: about.not_after,
                contact_of: (is_holder && !of_person).then(|| about.profile.to_owned()),
            };
            let letter = self.letter(&content, about.subject, address)?;
            let settings = self.snapshot.register().certificate_settings().value;
            let waits = !is_holder && settings.digest_for_administrators;
            letters.extend(match next_digest(self.now).filter(|_| waits) {
                Some(at) => letter.map(|letter| gathered(letter, at)),
                None => letter,
            });
        }
        Ok(letters)
    }

    /// The address of whoever looks after a certificate: the person whom it names, or the contact person of its
    /// profile as they are now.
    fn holder<'b>(&'b self, about: &'b About<'_>, of_person: bool) -> Option<&'b str> {
        if of_person {
            return self.email_of(&RegisteredId(about.holder?.to_owned()));
        }
        let profile = self.snapshot.policy().profile(&ProfileId::new(about.profile));
        profile.and_then(contact_of).or(about.contact)
    }

    /// The addresses of all people who hold one of these roles.
    pub(super) fn holders(&self, roles: &[Role]) -> impl Iterator<Item = &str> {
        let people = self.snapshot.register().people().values().map(|kept| &kept.value);
        people
            .filter(|person| roles.iter().any(|role| person.holds(*role)))
            .filter_map(|person| person.email.as_deref())
    }

    /// The addresses of as many of them as are told of one thing.
    fn administrators(&self, roles: &[Role]) -> impl Iterator<Item = &str> {
        self.holders(roles).take(MAXIMUM_ADMINISTRATORS)
    }

    /// The letters that tell administrators of something, one to each address.
    pub(super) fn to_administrators(
        &self,
        roles: &[Role],
        content: &Content,
        subject: &str,
    ) -> Result<Vec<CertificateRow>, Error> {
        let (mut letters, mut seen) = (Vec::new(), BTreeSet::new());
        for address in self.administrators(roles) {
            if seen.insert(address.to_lowercase()) {
                letters.extend(self.letter(content, subject, address)?);
            }
        }
        Ok(letters)
    }

    fn email_of(&self, id: &RegisteredId) -> Option<&str> {
        let person = &self.snapshot.register().people().get(id)?.value;
        person.email.as_deref().filter(|_| !person.state.is_barred())
    }

    pub(super) fn organisation(&self) -> String {
        self.snapshot.policy().organisation().registered_name.clone()
    }

    pub(super) fn letter(
        &self,
        content: &Content,
        subject: &str,
        address: &str,
    ) -> Result<Option<CertificateRow>, Error> {
        let organisation = self.snapshot.policy().organisation();
        let letter = self.post.letter(organisation, (content, subject), address, self.now);
        letter.map_err(record)
    }
}

fn contact_of(profile: &CertificateProfile) -> Option<&str> {
    profile.contact_person.as_ref()?.email.as_deref()
}

/// What a letter is about by which an address is confirmed.
pub(super) fn check_subject(order: &Order, number: u32) -> String {
    format!("{}.{number}", order.id.0)
}
