//! What is asked of orders, and what comes of it.

use std::time::SystemTime;

use registry::{
    Asker, Identification, Issuing, Kept, Moment, OneTimeCode, Order, OrderRefusal, RegisteredId,
    WantedKind,
};
use seal::{Caller, ProfileId};

use super::{Error, RequestError};
use crate::{
    administration::{Administration, Snapshot},
    audit::{CertificateRecord, CertificateRow, KeyedRequest, OrderRow, RecordError, hex},
    authentication::Authenticated,
    store::{AuditError, RowRefusal, Tenant},
};

/// How often an order is read anew that somebody else has changed, or the register.
pub(super) const ATTEMPTS: u32 = 8;

/// Does something with orders and certificates: anew where what it was judged by was changed meanwhile.
macro_rules! settled {
    ($attempt:expr) => {{
        let mut left = $crate::service::ordered::ATTEMPTS;
        loop {
            match $attempt {
                Err(Error::Order(OrderRefusal::Changed)) if left > 1 => left -= 1,
                done => break done,
            }
        }
    }};
}
pub(super) use settled;

/// A day, in seconds.
pub(super) const DAY_S: i64 = 24 * 60 * 60;

/// What somebody orders.
#[derive(Clone, Debug)]
pub(crate) struct WantedOrder {
    /// Under which terms.
    pub(crate) profile: ProfileId,
    /// What kind, if they say so.
    pub(crate) kind: Option<WantedKind>,
    /// Who collects by login.
    pub(crate) holder: Option<RegisteredId>,
    /// How the collector shows who they are.
    pub(crate) identification: Identification,
    /// How it is collected.
    pub(crate) issuing: Issuing,
}

/// What somebody does with an order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OrderChange {
    /// Approves it.
    Approve,
    /// Takes it back.
    Cancel,
    /// Has a new code made.
    MakeCode,
    /// Has its address asked anew.
    CheckEmail,
}

/// An order, and the code that was made of it: it is shown once.
pub(crate) type Ordered = (Kept<Order>, Option<OneTimeCode>);

/// The caller's own entry, if they are a person of the register.
pub(crate) fn entry_of<'a>(
    caller: &Authenticated,
    snapshot: &'a Snapshot,
) -> Option<&'a RegisteredId> {
    match &caller.caller {
        Caller::Application(_) => None,
        Caller::Person(claims) => {
            if !caller.caller.acts_for(snapshot.policy().organisation()) {
                return None;
            }
            let person = snapshot.register().linked(&claims.person)?;
            (!person.state.is_barred()).then_some(&person.id)
        }
    }
}

/// Seconds since 1970.
pub(crate) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

pub(super) fn asker(caller: &Authenticated, snapshot: &Snapshot) -> Asker {
    Asker(match (&caller.caller, entry_of(caller, snapshot)) {
        (Caller::Application(id), _) => format!("application {}", id.as_str()),
        (Caller::Person(_), Some(entry)) => format!("person {}", entry.0),
        (Caller::Person(claims), None) => {
            format!("login {}", hex(&KeyedRequest::person(&claims.person)))
        }
    })
}

/// Whether the address to be shown was confirmed within 30 days.
pub(super) async fn is_confirmed(
    tenant: &Tenant,
    email: Option<&str>,
    now: i64,
) -> Result<bool, Error> {
    let Some(email) = email else { return Ok(false) };
    let days = i64::try_from(registry::MAXIMUM_CHECK_AGE_DAYS).unwrap_or(0);
    let confirmed = tenant.email_confirmed(email).await?;
    Ok(confirmed.is_some_and(|at| at + days * DAY_S >= now))
}

pub(super) fn row(order: &Order, read: i64) -> Result<CertificateRow, Error> {
    let body = serde_json::to_string(order).map_err(|_| Error::Interrupted)?;
    Ok(CertificateRow::Order(Box::new(OrderRow {
        id: order.id.0.clone(),
        reference: order.reference.0.clone(),
        profile: order.profile.as_str().to_owned(),
        holder: order.holder.as_ref().map(|holder| holder.0.clone()),
        email: order.email.clone(),
        state: order.kept_state.name(),
        expires: seconds(order.expires.into()),
        read,
        body,
    })))
}

/// Records what was judged by what counts, and does it.
///
/// # Errors
/// [`OrderRefusal::Changed`] where that was changed meanwhile: it is to be judged anew, and what counts now is
/// known then; [`Error`]. Nothing has changed.
pub(super) async fn keep(
    organisation: &Administration,
    record: &CertificateRecord<'_>,
    rows: Vec<CertificateRow>,
    time: SystemTime,
) -> Result<(), Error> {
    match organisation.tenant().certificates_changed(record, rows, time).await {
        Ok(_) => Ok(()),
        Err(AuditError::RegisterChanged) => {
            organisation.renewed().await?;
            Err(OrderRefusal::Changed.into())
        }
        Err(error) => Err(refused(error)),
    }
}

pub(super) fn refused(error: AuditError) -> Error {
    match error {
        AuditError::RowRefused(RowRefusal::OrderChanged) => OrderRefusal::Changed.into(),
        AuditError::RowRefused(RowRefusal::KeyKnown) => OrderRefusal::KeyKnown.into(),
        AuditError::RowRefused(RowRefusal::CertificateBlocked) => OrderRefusal::Blocked.into(),
        AuditError::RowRefused(RowRefusal::CertificateNotGood) => OrderRefusal::NotRenewable.into(),
        AuditError::RowRefused(RowRefusal::CertificateFollowed) => OrderRefusal::Followed.into(),
        AuditError::RowRefused(RowRefusal::NotConfirmed) => OrderRefusal::EmailNotConfirmed.into(),
        AuditError::RowRefused(RowRefusal::AddressLettersSpent) => {
            OrderRefusal::AddressLettersSpent.into()
        }
        AuditError::RowRefused(RowRefusal::OrganisationLettersSpent) => {
            OrderRefusal::OrganisationLettersSpent.into()
        }
        // Of what a caller asks for nothing is refused so: it is told of what time brings.
        AuditError::RowRefused(RowRefusal::Noticed | RowRefusal::Muted | RowRefusal::Gathered) => {
            OrderRefusal::Changed.into()
        }
        AuditError::RowRefused(RowRefusal::NotText) => {
            RequestError::Malformed("a text holds a NUL character".to_owned()).into()
        }
        error => error.into(),
    }
}

pub(super) fn record(error: RecordError) -> Error {
    AuditError::from(error).into()
}

pub(super) fn moment(time: SystemTime) -> Result<Moment, Error> {
    Moment::try_from(time).map_err(|_| Error::Interrupted)
}
