//! Orders of certificates are placed: judged by package `registry`, recorded and kept in one transaction.

use std::{sync::Arc, time::SystemTime};

use registry::{
    CertificateAct, Ground, Identification, Kept, OneTimeCode, Order, OrderId, OrderReference,
    OrderRefusal, Placing, WantedKind,
};

use super::{
    Error, Service,
    ordered::{Ordered, WantedOrder, is_confirmed, keep, moment, record, row, seconds, settled},
    orders::of_order,
    policies::POLICY_VERSION,
};
use crate::{
    administration::Snapshot,
    audit::{CertificateRecord, CertificateStep, hex, random},
    authentication::Authenticated,
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

    /// Whether somebody's order would be placed now, and as what. Nothing is ordered.
    ///
    /// # Errors
    /// [`Error`], as [`Service::order`] gives it.
    pub(crate) async fn try_order(
        &self,
        caller: &Authenticated,
        wanted: &WantedOrder,
    ) -> Result<Order, Error> {
        let snapshot = caller.organisation.snapshot();
        let (order, _) = self.placed(caller, &snapshot, wanted, self.clock.now()).await?;
        Ok(order)
    }

    async fn place_order(
        &self,
        caller: &Authenticated,
        wanted: &WantedOrder,
    ) -> Result<Ordered, Error> {
        self.is_asked_first(caller).await?;
        let (time, snapshot) = (self.clock.now(), caller.organisation.snapshot());
        let (order, code) = self.placed(caller, &snapshot, wanted, time).await?;
        let mut rows = vec![row(&order, 0)?];
        rows.extend(self.letters_of_order(&snapshot, &order, seconds(time))?);
        let record = of_order(CertificateStep::Ordered, caller, &order);
        let record = CertificateRecord { judged_by: Some(snapshot.revision()), ..record };
        keep(&caller.organisation, &record, rows, time).await?;
        let version = registry::Version(1);
        Ok((Kept { value: order, version }, code))
    }

    /// The order as it is placed by what counts, and its code.
    async fn placed(
        &self,
        caller: &Authenticated,
        snapshot: &Snapshot,
        wanted: &WantedOrder,
        time: SystemTime,
    ) -> Result<(Order, Option<OneTimeCode>), Error> {
        let tenant = caller.organisation.tenant();
        let (now, seconds) = (moment(time)?, seconds(time));
        let asker = self.asking(caller, snapshot, CertificateAct::Order)?;
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
        Ok((order, code))
    }
}
