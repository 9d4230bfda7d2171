//! Orders of certificates, and the certificates themselves: read, judged by package `registry`, recorded
//! and kept in one transaction.

use std::{sync::Arc, time::SystemTime};

use mail::Notice;
use registry::{
    Asker, BlockingReason, CertificateAct, Ground, Identification, Kept, OneTimeCode, Order,
    OrderAct, OrderId, OrderReference, OrderRefusal, Placing, WantedKind,
};

use super::{
    Error, Service,
    ordered::{
        OrderChange, Ordered, WantedOrder, asker, entry_of, is_confirmed, keep, moment, record,
        row, seconds, settled,
    },
    policies::POLICY_VERSION,
};
use crate::{
    administration::Snapshot,
    audit::{CertificateRecord, CertificateRow, CertificateStep, ChangedBy, hex, random},
    authentication::Authenticated,
    store::FoundCertificate,
};

/// How many orders an organisation has open at most.
const MAXIMUM_OPEN_ORDERS: u32 = 10_000;

impl Service {
    /// Places an order.
    ///
    /// # Errors
    /// [`Error`]; nothing is ordered then.
    pub(crate) async fn order(
        self: &Arc<Self>,
        caller: Authenticated,
        wanted: WantedOrder,
    ) -> Result<Ordered, Error> {
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let placing = async move {
            let _place = place;
            settled!(service.place_order(&caller, &wanted).await)
        };
        self.flights.run(placing).await
    }

    async fn place_order(
        &self,
        caller: &Authenticated,
        wanted: &WantedOrder,
    ) -> Result<Ordered, Error> {
        let (time, tenant) = (self.clock.now(), caller.organisation.tenant());
        let (now, seconds) = (moment(time)?, seconds(time));
        let snapshot = caller.organisation.snapshot();
        let asker = self.asking(caller, &snapshot, CertificateAct::Order)?;
        let register = snapshot.register();
        let profile = snapshot.policy().profile(&wanted.profile);
        if profile.is_none() && wanted.kind != Some(WantedKind::Qualified) {
            return Err(Error::ProfileUnknown(wanted.profile.clone()));
        }
        let terms = register.certificate_terms().get(&wanted.profile);
        let holder = wanted.holder.as_ref();
        let holder = holder.and_then(|id| register.people().get(id)).map(|kept| &kept.value);
        let accepted = tenant.has_accepted(&asker.0, POLICY_VERSION).await?;
        let code = match wanted.identification {
            Identification::Login => None,
            Identification::OneTimeCode => Some(OneTimeCode::of(random().map_err(record)?)),
        };
        let ground = Ground {
            organisation: snapshot.policy().organisation(),
            settings: register.certificate_settings().value,
            profile,
            terms,
            holder,
            policy: POLICY_VERSION,
            accepted: accepted.then_some(POLICY_VERSION),
        };
        let shown = match (terms.and_then(|terms| terms.value.email.as_ref()), holder) {
            (Some(email), _) => Some(email),
            (None, Some(person)) => person.email.as_ref(),
            (None, None) => None,
        };
        let email_confirmed = is_confirmed(tenant, shown.map(String::as_str), seconds).await?;
        let placing = Placing {
            id: OrderId(hex(&random::<16>().map_err(record)?)),
            reference: OrderReference::of(u64::from_be_bytes(random().map_err(record)?)),
            kind: wanted.kind,
            names_holder: wanted.holder.is_some(),
            identification: wanted.identification,
            issuing: wanted.issuing,
            replaces: None,
            email_confirmed,
            code: code.as_ref().map(OneTimeCode::hash),
            by: asker,
        };
        let order = Order::place(ground, placing, now)?;
        // It would wait for ever: nobody can be asked whether the address is theirs.
        if order.email.is_some() && !email_confirmed && self.post.is_none() {
            return Err(OrderRefusal::AddressNotValidated.into());
        }
        if tenant.open_orders(seconds).await? >= i64::from(MAXIMUM_OPEN_ORDERS) {
            return Err(OrderRefusal::Full { most: MAXIMUM_OPEN_ORDERS }.into());
        }
        let mut rows = vec![row(&order, 0)?];
        rows.extend(self.letters_of_order(&snapshot, &order, seconds)?);
        let record = of_order(CertificateStep::Ordered, caller, &order);
        let record = CertificateRecord { judged_by: Some(snapshot.revision()), ..record };
        keep(&caller.organisation, &record, rows, time).await?;
        let version = registry::Version(1);
        Ok((Kept { value: order, version }, code))
    }

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
            settled!(service.blocked(&caller, &id, reason_name(reason)).await)
        };
        self.flights.run(blocking).await
    }

    async fn blocked(
        &self,
        caller: &Authenticated,
        id: &str,
        reason: &'static str,
    ) -> Result<FoundCertificate, Error> {
        let (time, snapshot) = (self.clock.now(), caller.organisation.snapshot());
        let found = self.certificate_by(&snapshot, caller, id, CertificateAct::Block).await?;
        if found.blocked.is_some() {
            return Err(OrderRefusal::Blocked.into());
        }
        let record = CertificateRecord {
            certificate: Some(id),
            reason: Some(reason),
            profile: Some(&found.profile),
            judged_by: Some(snapshot.revision()),
            ..blank(CertificateStep::Blocked, caller)
        };
        let at = seconds(time);
        let mut rows = vec![CertificateRow::Blocked { id: id.to_owned(), reason, at }];
        rows.extend(self.letters_of_certificate(&snapshot, &found, Notice::Blocked, at)?);
        keep(&caller.organisation, &record, rows, time).await?;
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
            settled!(service.installed(&caller, &id).await)
        };
        self.flights.run(installing).await
    }

    async fn installed(&self, caller: &Authenticated, id: &str) -> Result<FoundCertificate, Error> {
        let (time, snapshot) = (self.clock.now(), caller.organisation.snapshot());
        let found = self.certificate_by(&snapshot, caller, id, CertificateAct::Install).await?;
        let record = CertificateRecord {
            certificate: Some(id),
            profile: Some(&found.profile),
            judged_by: Some(snapshot.revision()),
            ..blank(CertificateStep::Installed, caller)
        };
        let at = seconds(time);
        let rows = vec![CertificateRow::Installed { id: id.to_owned(), at }];
        keep(&caller.organisation, &record, rows, time).await?;
        Ok(FoundCertificate { installed: found.installed.or(Some(at)), ..found })
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
    fn asking(
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

fn blank<'a>(what: CertificateStep, caller: &'a Authenticated) -> CertificateRecord<'a> {
    let by = ChangedBy::Caller(&caller.caller);
    CertificateRecord { keyed: caller.keyed.as_ref(), ..CertificateRecord::of(what, by) }
}

fn of_order<'a>(
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

/// A reason's word.
fn reason_name(reason: BlockingReason) -> &'static str {
    match reason {
        BlockingReason::ContentWrong => "content-wrong",
        BlockingReason::LeftOrganisation => "left-organisation",
        BlockingReason::CompromiseSuspected => "compromise-suspected",
        BlockingReason::KeyLostOrDestroyed => "key-lost-or-destroyed",
        BlockingReason::PolicyBroken => "policy-broken",
        BlockingReason::NotGiven => "not-given",
    }
}
