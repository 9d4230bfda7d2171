//! Certificates that show something which is not so any more: whoever looks after them is told, once of each
//! change.
//!
//! They are looked for, and not told of by whoever makes the change: the name of the configuration file's
//! organisation changes while no service runs. They are looked through when the service starts, and when
//! something that stands in certificates was changed.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use cades::DistinguishedName;
use mail::Notice;
use registry::{RegisteredId, Responsible, Version};
use seal::{CertificateDer, OrganisationId, ProfileId};

use super::{Error, Service, letters::About, seconds};
use crate::{
    administration::{Administration, Snapshot},
    audit::{CertificateRecord, CertificateStep, ChangedBy, hex},
    random_secret::sha256,
    store::{AuditError, FoundCertificate},
};

/// How many certificates of an organisation are looked at in one go.
const AT_ONCE: u32 = 200;

/// How far the certificates of each organisation were looked through.
#[derive(Debug, Default)]
pub(super) struct Outdated(Mutex<HashMap<OrganisationId, Looked>>);

#[derive(Clone, Debug)]
struct Looked {
    /// The last change of the register that was seen.
    revision: Version,
    /// SHA-256 over all that may stand in certificates.
    shown: String,
    /// After which one it goes on; nothing when they were all looked at.
    after: Option<String>,
    /// Whether something changed on the way: those before are looked at once more after the last. Who waited for
    /// no change would never come to the last of many.
    again: bool,
}

impl Outdated {
    /// How far they were looked through by what counts now.
    fn so_far(&self, whose: &OrganisationId, snapshot: &Snapshot) -> Looked {
        let mut looked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (revision, before) = (snapshot.revision(), looked.get(whose));
        if let Some(before) = before.filter(|before| before.revision == revision) {
            return before.clone();
        }
        let shown = all_shown(snapshot);
        let now = match before {
            Some(before) if before.shown == shown => Looked { revision, ..before.clone() },
            Some(Looked { after: Some(after), .. }) => {
                let again = !after.is_empty();
                Looked { revision, shown, after: Some(after.clone()), again }
            }
            Some(Looked { after: None, .. }) | None => {
                Looked { revision, shown, after: Some(String::new()), again: false }
            }
        };
        looked.insert(whose.clone(), now.clone());
        now
    }

    fn keep(&self, whose: &OrganisationId, so_far: Looked) {
        let mut looked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looked.insert(whose.clone(), so_far);
    }
}

impl Service {
    /// Writes letters about certificates that show something which has changed since; of each organisation's it
    /// looks at some, and goes on the next time.
    ///
    /// # Errors
    /// [`Error`] when the store fails.
    pub(crate) async fn tell_of_changes(&self) -> Result<(), Error> {
        if self.post.is_none() {
            return Ok(());
        }
        let mut told = Ok(());
        for organisation in self.organisations.all() {
            // One that is not served, or cannot be read now, is told when it is.
            if let Ok(Some(_)) = self.organisations.serving(organisation.organisation())
                && let Err(error) = self.tell_of_changes_in(&organisation).await
            {
                told = Err(error);
            }
        }
        told
    }

    async fn tell_of_changes_in(&self, organisation: &Administration) -> Result<(), Error> {
        let (snapshot, now) = (organisation.snapshot(), seconds(self.clock.now()));
        let so_far = self.outdated.so_far(organisation.organisation(), &snapshot);
        let Some(after) = &so_far.after else { return Ok(()) };
        let tenant = organisation.tenant();
        let found = tenant.standing_certificates(now, after, AT_ONCE).await?;
        for certificate in &found {
            match self.tell_of_change(organisation, &snapshot, certificate, now).await {
                Err(Error::Audit(AuditError::RegisterChanged)) => {
                    // It is looked at anew, by what counts now.
                    organisation.renewed().await?;
                    return Ok(());
                }
                told => told?,
            }
        }
        let looked = match found.last() {
            Some(last) => Looked { after: Some(last.id.clone()), ..so_far },
            None if so_far.again => Looked { after: Some(String::new()), again: false, ..so_far },
            None => Looked { after: None, ..so_far },
        };
        self.outdated.keep(organisation.organisation(), looked);
        Ok(())
    }

    async fn tell_of_change(
        &self,
        organisation: &Administration,
        snapshot: &Snapshot,
        certificate: &FoundCertificate,
        now: i64,
    ) -> Result<(), Error> {
        let Some(writer) = self.writer(snapshot, now) else { return Ok(()) };
        let Some(present) = outdated(snapshot, certificate) else { return Ok(()) };
        let subject = format!("{}.{}", certificate.id, hash(&present));
        let tenant = organisation.tenant();
        if tenant.letters_about(Notice::Outdated.kind(), std::slice::from_ref(&subject)).await? > 0
        {
            return Ok(());
        }
        let about = About::from(certificate).with_subject(&subject);
        let letters = writer.of_certificate(&about, Notice::Outdated, &[Responsible::Holder])?;
        // Nobody's address is known.
        if letters.is_empty() {
            return Ok(());
        }
        let noticed = CertificateRecord {
            certificate: Some(&certificate.id),
            profile: Some(&certificate.profile),
            // Another node may have changed it back, and issued the certificate since.
            judged_by: Some(snapshot.revision()),
            ..CertificateRecord::of(CertificateStep::Noticed, ChangedBy::Link)
        };
        tenant.certificates_changed(&noticed, letters, self.clock.now()).await?;
        Ok(())
    }
}

/// What is so now in the place of what a certificate shows, if that is something else.
fn outdated(snapshot: &Snapshot, certificate: &FoundCertificate) -> Option<String> {
    let email = match &certificate.holder {
        Some(holder) if certificate.kind == "user" => {
            let person = &snapshot.register().people().get(&RegisteredId(holder.clone()))?.value;
            // Of whoever is barred the certificates are blocked.
            Some(person).filter(|person| !person.state.is_barred())?.email.as_deref()
        }
        Some(_) | None => {
            let profile = ProfileId::new(&*certificate.profile);
            snapshot.register().certificate_terms().get(&profile)?.value.email.as_deref()
        }
    };
    let organisation = snapshot.policy().organisation();
    let identifier = organisation.organization_identifier();
    let present = (&*organisation.registered_name, &*identifier, email);
    let read = cades::Certificate::parse(CertificateDer::new(certificate.der.clone())).ok()?;
    differs(&read.subject_name(), certificate.email.as_deref(), present)
}

/// What is so now, if a certificate with this subject and address shows something else. One that shows no address
/// has none that could have changed.
fn differs(
    subject: &DistinguishedName,
    shown: Option<&str>,
    (name, identifier, email): (&str, &str, Option<&str>),
) -> Option<String> {
    let other_name = subject.organization.as_deref() != Some(name);
    let other_number = subject.organization_identifier.as_deref() != Some(identifier);
    let email = shown.map(|shown| (shown, email.unwrap_or_default()));
    let other_email = email.is_some_and(|(shown, present)| shown != present);
    let present = [name, identifier, email.map_or("", |(_, present)| present)].join("\0");
    (other_name || other_number || other_email).then_some(present)
}

/// SHA-256 over all that may stand in certificates.
fn all_shown(snapshot: &Snapshot) -> String {
    let (register, organisation) = (snapshot.register(), snapshot.policy().organisation());
    let terms = register.certificate_terms().values().map(|kept| &kept.value);
    let terms = terms.map(|terms| (terms.profile.as_str(), terms.email.as_deref()));
    let people = register.people().values().map(|kept| &kept.value);
    let people = people.map(|person| (&*person.id.0, person.email.as_deref()));
    let line = |(of, email): (&str, Option<&str>)| Some(format!("{of}\0{}", email?));
    let mut lines: Vec<String> = terms.chain(people).filter_map(line).collect();
    lines.push(organisation.registered_name.clone());
    lines.push(organisation.organization_identifier());
    hash(&lines.join("\n"))
}

fn hash(text: &str) -> String {
    hex(&sha256(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject() -> DistinguishedName {
        DistinguishedName {
            organization: Some("Havnsted Kommune".into()),
            organization_identifier: Some("NTRDK-25052943".into()),
            ..DistinguishedName::default()
        }
    }

    #[test]
    fn a_certificate_is_outdated_by_another_name_number_or_address_and_by_nothing_else() {
        let now = ("Havnsted Kommune", "NTRDK-25052943", Some("archive@example.com"));
        let shown = Some("archive@example.com");
        assert_eq!(differs(&subject(), shown, now), None);
        // One that shows no address has none that changes.
        assert_eq!(differs(&subject(), None, now), None);
        assert_eq!(differs(&subject(), None, (now.0, now.1, None)), None);
        for changed in [
            ("Havnsted", now.1, now.2),
            (now.0, "NTRDK-12345674", now.2),
            (now.0, now.1, Some("other@example.com")),
            (now.0, now.1, None),
        ] {
            assert!(differs(&subject(), shown, changed).is_some(), "{changed:?}");
        }
    }

    #[test]
    fn each_change_is_another_and_the_same_is_the_same() {
        let by = |email| differs(&subject(), Some("a@example.com"), ("New", "NTRDK-1", email));
        assert_eq!(by(Some("b@example.com")), by(Some("b@example.com")));
        assert_ne!(by(Some("b@example.com")), by(Some("c@example.com")));
    }
}
