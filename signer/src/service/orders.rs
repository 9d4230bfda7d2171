//! Orders of certificates, and the certificates themselves: read, judged by package `registry`, recorded
//! and kept in one transaction.

use std::{sync::Arc, time::SystemTime};

use mail::Notice;
use registry::{
    Asker, BlockingReason, CertificateAct, Kept, OneTimeCode, Order, OrderAct, OrderId,
    OrderRefusal,
};

use super::{
    Error, Service,
    acting::{Acting, blank},
    ordered::{
        OrderChange, Ordered, asker, entry_of, is_confirmed, keep, moment, record, row, seconds,
        settled,
    },
    policies::POLICY_VERSION,
};
use crate::{
    administration::Snapshot,
    audit::{CertificateRecord, CertificateRow, CertificateStep, random},
    authentication::Authenticated,
    store::FoundCertificate,
};

impl Service {
    /// Does something with an order.
    ///
    /// # Errors
    /// [`Error`]; nothing has changed then.
    pub(crate) async fn change_order(
        self: &Arc<Self>,
        caller: Authenticated,
        id: OrderId,
        change: OrderChange,
    ) -> Result<Ordered, Error> {
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let changing = async move {
            let _place = place;
            settled!(service.changed_order(&caller, &id, change).await)
        };
        self.flights.run(changing).await
    }

    async fn changed_order(
        &self,
        caller: &Authenticated,
        id: &OrderId,
        change: OrderChange,
    ) -> Result<Ordered, Error> {
        self.is_asked_first(caller).await?;
        let (time, tenant) = (self.clock.now(), caller.organisation.tenant());
        let (now, seconds) = (moment(time)?, seconds(time));
        let (act, step) = match change {
            OrderChange::Approve => (CertificateAct::Approve, CertificateStep::Approved),
            OrderChange::Cancel => (CertificateAct::Cancel, CertificateStep::Cancelled),
            OrderChange::MakeCode => (CertificateAct::MakeCode, CertificateStep::CodeMade),
            OrderChange::CheckEmail => (CertificateAct::CheckEmail, CertificateStep::CheckAsked),
        };
        let snapshot = caller.organisation.snapshot();
        let asker = self.asking(caller, &snapshot, act)?;
        let kept = tenant.order(id).await?.ok_or(OrderRefusal::Unknown)?;
        let email = kept.value.email.as_deref();
        let confirmed = is_confirmed(tenant, email, seconds).await?;
        let (order, code, letters) = match change {
            OrderChange::Approve => {
                let order = kept.value.approved(&asker, confirmed, now)?;
                let letters = self.letters_of_order(&snapshot, &order, seconds)?;
                (order, None, letters)
            }
            OrderChange::Cancel => (kept.value.after(OrderAct::Cancel, now)?, None, Vec::new()),
            OrderChange::MakeCode => {
                let code = OneTimeCode::of(random().map_err(record)?);
                (kept.value.with_code(code.hash(), now)?, Some(code), Vec::new())
            }
            OrderChange::CheckEmail => {
                let (organisation, order) = (&caller.organisation, &kept.value);
                let (order, letters) =
                    self.asked_again(organisation, &snapshot, order, time).await?;
                (order, None, letters)
            }
        };
        let mut rows = vec![row(&order, kept.version.0.cast_signed())?];
        rows.extend(letters);
        let record = of_order(step, caller, &order);
        let record = CertificateRecord { judged_by: Some(snapshot.revision()), ..record };
        keep(&caller.organisation, &record, rows, time).await?;
        let version = registry::Version(kept.version.0 + 1);
        Ok((Kept { value: order, version }, code))
    }

    /// Has a certificate blocked, at once and for ever.
    ///
    /// # Errors
    /// [`Error`]; nothing has changed then.
    pub(crate) async fn block(
        self: &Arc<Self>,
        caller: Authenticated,
        id: String,
        reason: BlockingReason,
    ) -> Result<FoundCertificate, Error> {
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let blocking = async move {
            let _place = place;
            settled!(service.blocked(Acting::Caller(&caller), &id, reason.name()).await)
        };
        self.flights.run(blocking).await
    }

    /// Has certificates blocked, or only says what would become of each. What one does not allow is told of
    /// that one, and hinders no other.
    pub(crate) async fn block_each(
        self: &Arc<Self>,
        caller: &Authenticated,
        ids: Vec<String>,
        (reason, dry_run): (BlockingReason, bool),
    ) -> Vec<(String, Result<FoundCertificate, Error>)> {
        let mut told = Vec::with_capacity(ids.len());
        for id in ids {
            let done = match dry_run {
                true => self.blockable(caller, &id).await,
                false => {
                    // The key of a request is for the whole, and cannot stand for each.
                    let caller = Authenticated { keyed: None, ..caller.clone() };
                    self.block(caller, id.clone(), reason).await
                }
            };
            told.push((id, done));
        }
        told
    }

    /// A certificate that the caller may have blocked now.
    async fn blockable(&self, caller: &Authenticated, id: &str) -> Result<FoundCertificate, Error> {
        let found = self.certificate(caller, id, CertificateAct::Block).await?;
        match found.blocked {
            None => Ok(found),
            Some(_) => Err(OrderRefusal::Blocked.into()),
        }
    }

    pub(super) async fn blocked(
        &self,
        acting: Acting<'_>,
        id: &str,
        reason: &'static str,
    ) -> Result<FoundCertificate, Error> {
        let (time, snapshot) = (self.clock.now(), acting.organisation().snapshot());
        let found = self.certificate_for(&snapshot, acting, id, CertificateAct::Block).await?;
        if found.blocked.is_some() {
            // Whoever was told that the anchor could not be written may ask again until it is.
            self.store.settle_anchor().await?;
            if let Acting::Caller(caller) = acting {
                self.is_asked_first(caller).await?;
            }
            return Err(OrderRefusal::Blocked.into());
        }
        let record = CertificateRecord {
            certificate: Some(id),
            reason: Some(reason),
            profile: Some(&found.profile),
            judged_by: Some(snapshot.revision()),
            ..acting.record(CertificateStep::Blocked)
        };
        let at = seconds(time);
        let mut rows = vec![CertificateRow::Blocked { id: id.to_owned(), reason, at }];
        rows.extend(self.letters_of_certificate(&snapshot, &found, Notice::Blocked, at)?);
        keep(acting.organisation(), &record, rows, time).await?;
        Ok(FoundCertificate { reason: Some(reason.to_owned()), blocked: Some(at), ..found })
    }

    /// Keeps that a certificate is in use.
    ///
    /// # Errors
    /// [`Error`]; nothing has changed then.
    pub(crate) async fn install(
        self: &Arc<Self>,
        caller: Authenticated,
        id: String,
    ) -> Result<FoundCertificate, Error> {
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let installing = async move {
            let _place = place;
            settled!(service.installed(Acting::Caller(&caller), &id).await)
        };
        self.flights.run(installing).await
    }

    pub(super) async fn installed(
        &self,
        acting: Acting<'_>,
        id: &str,
    ) -> Result<FoundCertificate, Error> {
        let (time, snapshot) = (self.clock.now(), acting.organisation().snapshot());
        let found = self.certificate_for(&snapshot, acting, id, CertificateAct::Install).await?;
        if found.installed.is_some() {
            return Ok(found);
        }
        let record = CertificateRecord {
            certificate: Some(id),
            profile: Some(&found.profile),
            judged_by: Some(snapshot.revision()),
            ..acting.record(CertificateStep::Installed)
        };
        let at = seconds(time);
        let rows = vec![CertificateRow::Installed { id: id.to_owned(), at }];
        keep(acting.organisation(), &record, rows, time).await?;
        Ok(FoundCertificate { installed: Some(at), ..found })
    }

    /// A certificate of the caller's organisation, if they may do this with it: as one with a role, or as
    /// its holder. Of one that is another person's nobody learns that it is there.
    ///
    /// # Errors
    /// [`Error`].
    pub(crate) async fn certificate(
        &self,
        caller: &Authenticated,
        id: &str,
        act: CertificateAct,
    ) -> Result<FoundCertificate, Error> {
        self.certificate_by(&caller.organisation.snapshot(), caller, id, act).await
    }

    /// The same, whoever it is.
    pub(super) async fn certificate_for(
        &self,
        snapshot: &Snapshot,
        acting: Acting<'_>,
        id: &str,
        act: CertificateAct,
    ) -> Result<FoundCertificate, Error> {
        match acting {
            Acting::Caller(caller) => self.certificate_by(snapshot, caller, id, act).await,
            Acting::Contact(contact) => contact.certificate(snapshot, id, act).await,
        }
    }

    async fn certificate_by(
        &self,
        snapshot: &Snapshot,
        caller: &Authenticated,
        id: &str,
        act: CertificateAct,
    ) -> Result<FoundCertificate, Error> {
        let found = caller.organisation.tenant().certificate(id).await?;
        let found = found.ok_or(OrderRefusal::CertificateUnknown)?;
        let holder = entry_of(caller, snapshot);
        if holder.is_some() && holder.map(|entry| &entry.0) == found.holder.as_ref() {
            caller.holds(snapshot, self.clock.now())?;
            if caller.access.is_none() && act.right().holder {
                return Ok(found);
            }
        }
        match self.asking(caller, snapshot, act) {
            Ok(_) => Ok(found),
            Err(Error::Registry(_)) if holder.is_some() => {
                Err(OrderRefusal::CertificateUnknown.into())
            }
            Err(error) => Err(error),
        }
    }

    /// Whether the caller has accepted the policies in force.
    ///
    /// # Errors
    /// [`Error`].
    pub(crate) async fn has_accepted_policies(
        &self,
        caller: &Authenticated,
    ) -> Result<bool, Error> {
        let asker = asker(caller, &caller.organisation.snapshot()).0;
        Ok(caller.organisation.tenant().has_accepted(&asker, POLICY_VERSION).await?)
    }

    /// Keeps that the caller has accepted the policies in force.
    ///
    /// # Errors
    /// [`OrderRefusal::PolicyNotAccepted`] for another version; [`Error`].
    pub(crate) async fn accept_policies(
        &self,
        caller: &Authenticated,
        version: &str,
    ) -> Result<SystemTime, Error> {
        if version != POLICY_VERSION {
            return Err(OrderRefusal::PolicyNotAccepted(POLICY_VERSION.to_owned()).into());
        }
        settled!(self.policies_accepted(caller, version).await)
    }

    async fn policies_accepted(
        &self,
        caller: &Authenticated,
        version: &str,
    ) -> Result<SystemTime, Error> {
        let (time, tenant) = (self.clock.now(), caller.organisation.tenant());
        let snapshot = caller.organisation.snapshot();
        caller.holds(&snapshot, time)?;
        // An application that somebody let act for them accepts nothing for them.
        if !caller.is_of_organisation() || caller.access.is_some() {
            return Err(OrderRefusal::NotPermitted("accept the policies").into());
        }
        let asker = asker(caller, &snapshot).0;
        if tenant.has_accepted(&asker, version).await? {
            return Ok(time);
        }
        let record = CertificateRecord {
            policy: Some(version),
            judged_by: Some(snapshot.revision()),
            ..blank(CertificateStep::PolicyAccepted, caller)
        };
        let (policy, at) = (version.to_owned(), seconds(time));
        let rows = vec![CertificateRow::Accepted { asker, policy, at }];
        keep(&caller.organisation, &record, rows, time).await?;
        Ok(time)
    }

    /// Who asks, if a role lets them do it by what counts now.
    pub(super) fn asking(
        &self,
        caller: &Authenticated,
        snapshot: &Snapshot,
        act: CertificateAct,
    ) -> Result<Asker, Error> {
        caller.holds(snapshot, self.clock.now())?;
        caller.permit::<Error>(snapshot, act.right().role)?;
        Ok(asker(caller, snapshot))
    }
}

pub(super) fn of_order<'a>(
    what: CertificateStep,
    caller: &'a Authenticated,
    order: &'a Order,
) -> CertificateRecord<'a> {
    CertificateRecord {
        order: Some(&order.id.0),
        profile: Some(order.profile.as_str()),
        ..blank(what, caller)
    }
}
