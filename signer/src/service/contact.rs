//! Links by which contact persons come to the certificates of their profile: each is made when its letter is sent, kept
//! by its hash alone, and good for 90 days while they are the contact person.

use std::{sync::Arc, time::Duration};

use mail::{CONTACT_LINK_DAYS, Content};
use registry::{BlockingReason, CertificateAct, OrderRefusal};
use seal::ProfileId;

use super::{
    Error, Muting, Service,
    acting::Acting,
    contact_person::{ContactPerson, KeptContact, of_profile},
    one_time_link::unkept,
    ordered::{keep, record, settled},
    seconds,
};
use crate::{
    administration::Snapshot,
    audit::{CertificateRecord, CertificateStep, ChangedBy},
    random_secret::{self, sha256},
    store::{CertificateSearch, FoundCertificate, HeldLetter, KeptSecret, SecretKind},
};

/// How many certificates are shown.
const MOST: usize = 200;

/// What a contact person does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ContactAct {
    /// Has a certificate blocked, at once and for ever.
    Block(BlockingReason),
    /// Says that it is in use.
    Install,
    /// Has nobody reminded of its end, or has them reminded again.
    Mute(Muting),
}

/// What a contact person sees.
#[derive(Debug)]
pub(crate) struct ContactSight {
    /// The organisation's registered name.
    pub(crate) organisation: String,
    /// What the certificates are called.
    pub(crate) profile: String,
    /// Those that end last come first.
    pub(crate) certificates: Vec<FoundCertificate>,
    /// Whether there are more.
    pub(crate) more: bool,
    /// Until when the link is good, in seconds since 1970.
    pub(crate) ends: i64,
}

impl Service {
    /// The link that a letter brings to a contact person; nothing where whoever gets it is not, or no more.
    pub(super) async fn link_of_contact(
        &self,
        letter: &HeldLetter,
        content: &Content,
    ) -> Result<Option<String>, Error> {
        let Some(profile) = content.contact_of() else { return Ok(None) };
        let Some(organisation) = self.served(&letter.organisation)? else { return Ok(None) };
        let contact = KeptContact::of(&ProfileId::new(profile), &letter.address);
        let snapshot = organisation.renewed().await?;
        if !contact.is_contact(&snapshot) {
            return Ok(None);
        }
        let now = self.clock.now();
        // A letter that is tried again leaves one link, whatever became of those of before.
        let mut family = [0; 16];
        family.copy_from_slice(&sha256(letter.message_id.as_bytes())[..16]);
        self.store.end_family(&family).await?;
        let (code, hash) = random_secret::new().map_err(record)?;
        let days = u64::from(CONTACT_LINK_DAYS);
        let kept = KeptSecret {
            kind: SecretKind::ContactLink,
            hash,
            organisation: letter.organisation.clone(),
            subject: contact.subject(),
            person: None,
            family,
            ends: now + Duration::from_secs(days * 24 * 60 * 60),
            content: serde_json::to_string(&contact).map_err(|_| Error::Interrupted)?,
        };
        let made = CertificateRecord {
            profile: Some(profile),
            ..CertificateRecord::of(CertificateStep::ContactLinkMade, ChangedBy::Link)
        };
        keep(&organisation, &made, Vec::new(), now).await?;
        self.store.keep_secret(&kept, None, now).await.map_err(unkept)?;
        Ok(Some(format!("{}/contact/{}", self.pages, code.expose())))
    }

    /// Whoever bears this code; nobody where it is not good, whatever the reason.
    ///
    /// # Errors
    /// [`Error`].
    pub(crate) async fn contact_person(&self, code: &str) -> Result<Option<ContactPerson>, Error> {
        let Some(hash) = random_secret::hash_of(code) else { return Ok(None) };
        let now = self.clock.now();
        let found = self.store.secret(SecretKind::ContactLink, &hash, now).await?;
        let Some(found) = found else { return Ok(None) };
        let Ok(kept) = serde_json::from_str::<KeptContact>(&found.content) else { return Ok(None) };
        let Some(organisation) = self.served(&found.organisation)? else { return Ok(None) };
        let good = kept.is_contact(&*organisation.present().await?);
        Ok(good.then(|| ContactPerson { organisation, kept, ends: seconds(found.ends) }))
    }

    /// What they see.
    ///
    /// # Errors
    /// [`Error`].
    pub(crate) async fn contact_sight(
        &self,
        contact: &ContactPerson,
    ) -> Result<ContactSight, Error> {
        let snapshot = contact.organisation.snapshot();
        let search = CertificateSearch {
            profile: Some(contact.kept.profile.to_string()),
            now: seconds(self.clock.now()),
            latest_first: true,
            limit: u32::try_from(MOST + 1).unwrap_or(u32::MAX),
            ..CertificateSearch::default()
        };
        let mut certificates = contact.organisation.tenant().certificates(&search).await?;
        let more = certificates.len() > MOST;
        certificates.truncate(MOST);
        certificates.retain(|one| one.kind != "user");
        let terms = snapshot.register().certificate_terms().get(&contact.kept.profile);
        Ok(ContactSight {
            organisation: snapshot.policy().organisation().registered_name.clone(),
            profile: terms.map(|terms| terms.value.name.clone()).unwrap_or_default(),
            certificates,
            more,
            ends: contact.ends,
        })
    }

    /// The services that know their certificates.
    pub(crate) fn contact_services(&self, contact: &ContactPerson) -> Vec<String> {
        let snapshot = contact.organisation.snapshot();
        let terms = snapshot.register().certificate_terms().get(&contact.kept.profile);
        terms.map(|terms| terms.value.relying_services.clone()).unwrap_or_default()
    }

    /// One of theirs.
    ///
    /// # Errors
    /// [`OrderRefusal::CertificateUnknown`]; [`Error`].
    pub(crate) async fn contact_certificate(
        &self,
        contact: &ContactPerson,
        id: &str,
        act: CertificateAct,
    ) -> Result<FoundCertificate, Error> {
        contact.certificate(&contact.organisation.snapshot(), id, act).await
    }

    /// Does something with one of theirs; it goes on to its end when nobody waits for it.
    ///
    /// # Errors
    /// [`Error`]; nothing has changed then.
    pub(crate) async fn act_as_contact(
        self: &Arc<Self>,
        contact: ContactPerson,
        id: String,
        act: ContactAct,
    ) -> Result<FoundCertificate, Error> {
        let (service, place) = (Arc::clone(self), self.place_in(&contact.organisation)?);
        let doing = async move {
            let _place = place;
            let acting = Acting::Contact(&contact);
            match act {
                ContactAct::Block(reason) => {
                    settled!(service.blocked(acting, &id, reason.name()).await)
                }
                ContactAct::Install => settled!(service.installed(acting, &id).await),
                ContactAct::Mute(wanted) => settled!(service.muted(acting, &id, wanted).await),
            }
        };
        self.flights.run(doing).await
    }

    /// Ends the links of whoever was the contact person of a profile and is not any more: they stay ended when the
    /// address comes back. The change counts whatever becomes of this: while another is the contact person no link of
    /// theirs is good anyway.
    pub(super) async fn end_contact_links(
        &self,
        (before, after): (&Snapshot, &Snapshot),
        profile: &ProfileId,
    ) {
        let former = of_profile(before, profile);
        if former == of_profile(after, profile) {
            return;
        }
        if let Some(former) = former {
            let organisation = after.policy().organisation().id();
            let kind = SecretKind::ContactLink;
            let ended = self.store.end_secrets_of(kind, &organisation, &former.subject()).await;
            if let Err(error) = ended {
                tracing::error!(%error, "the links of a former contact person were not ended");
            }
        }
    }
}
