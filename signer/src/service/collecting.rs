//! Collecting certificates: of orders, and as successors of others. The certificate, what becomes of its order,
//! and the record of it are one transaction.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use est::CertificationRequest;
use mail::Notice;
use registry::{
    CertificateAct, CertificateAuthority, CertificateContent, Collector, EmailConfirmed, HolderKey,
    IssuedCertificate, Kept, Moment, Order, OrderAct, OrderId, OrderReference, OrderRefusal,
    Version,
};
use seal::{CertificateDer, Digest, DigestAlgorithm};

use super::{
    Error, Service,
    issued::{certificate_row, is_of_kind, issued, issuing, told},
    muting::place_taken,
    ordered::{asker, entry_of, keep, moment, record, row, seconds, settled},
    policies::POLICY_VERSION,
};
use crate::{
    administration::{Administration, Snapshot},
    audit::{
        CertificateRecord, CertificateRow, CertificateStep, ChangedBy, IssuedRow, hex, random,
    },
    authentication::{Authenticated, AuthenticationError},
    certificate_authority::Collected,
    secret::Secret,
    store::FoundCertificate,
};

/// How whoever collects shows who they are.
#[derive(Clone, Debug)]
pub(crate) enum CollectedBy {
    /// They know the order's one-time code.
    Code(Secret),
    /// They have logged in.
    Person(Box<Authenticated>),
}

/// An order that whoever asks may collect now.
#[derive(Debug)]
pub(crate) struct Collectable {
    /// It.
    pub(crate) order: Kept<Order>,
    /// What its certificate will say.
    pub(crate) content: CertificateContent,
    /// What kind of key it will be of.
    pub(crate) key: HolderKey,
    overlap_days: u16,
    organisation: Arc<Administration>,
    /// The number of the register's last change by which all that was judged.
    judged_by: Version,
}

impl Service {
    /// What would be issued to whoever asks.
    ///
    /// # Errors
    /// [`Error`]. A wrong code counts.
    pub(crate) async fn collectable(
        self: &Arc<Self>,
        reference: OrderReference,
        by: CollectedBy,
    ) -> Result<Collectable, Error> {
        let service = Arc::clone(self);
        let judging =
            async move { settled!(service.judged(&reference, &by, service.clock.now()).await) };
        self.flights.run(judging).await
    }

    /// Keeps that whoever has the one-time code has accepted the policies in force, with their version: of an order
    /// once.
    ///
    /// # Errors
    /// [`Error`].
    pub(crate) async fn accept_by_code(&self, open: &Collectable) -> Result<(), Error> {
        let (order, tenant) = (&open.order.value, open.organisation.tenant());
        let asker = format!("order {}", order.id.0);
        if tenant.has_accepted(&asker, POLICY_VERSION).await? {
            return Ok(());
        }
        let time = self.clock.now();
        let record = CertificateRecord {
            order: Some(&order.id.0),
            profile: Some(order.profile.as_str()),
            policy: Some(POLICY_VERSION),
            ..CertificateRecord::of(CertificateStep::PolicyAccepted, ChangedBy::Link)
        };
        let (policy, at) = (POLICY_VERSION.to_owned(), seconds(time));
        let rows = vec![CertificateRow::Accepted { asker, policy, at }];
        keep(&open.organisation, &record, rows, time).await
    }

    /// Issues what was ordered; it goes on to its end when nobody waits for it.
    ///
    /// # Errors
    /// [`Error`]; nothing is issued then.
    pub(crate) async fn collect(
        self: &Arc<Self>,
        authority: Arc<dyn CertificateAuthority>,
        reference: OrderReference,
        by: CollectedBy,
        request: CertificationRequest,
    ) -> Result<Collected, Error> {
        let service = Arc::clone(self);
        let collecting =
            async move { settled!(service.collected(&authority, &reference, &by, &request).await) };
        self.flights.run(collecting).await
    }

    async fn collected(
        &self,
        authority: &Arc<dyn CertificateAuthority>,
        reference: &OrderReference,
        by: &CollectedBy,
        request: &CertificationRequest,
    ) -> Result<Collected, Error> {
        let time = self.clock.now();
        let open = self.judged(reference, by, time).await?;
        is_of_kind(open.key, request.key)?;
        let issued = issued(authority, &open.content, request, time).await?;
        let order = open.order.value.after(OrderAct::Issue, moment(time)?)?;
        let id = hex(&random::<16>().map_err(record)?);
        let certificate = certificate_row(&id, &order, &open.content, open.overlap_days, &issued);
        let mut rows = vec![row(&order, open.order.version.0.cast_signed())?];
        if let Some(id) = &order.replaces {
            rows.splice(0..0, place_taken(id, seconds(time)));
            rows.extend(self.letters_of_successor(&open, &certificate, time)?);
        }
        rows.push(CertificateRow::Certificate(Box::new(certificate)));
        let changed_by = match by {
            CollectedBy::Code(_) => ChangedBy::Link,
            CollectedBy::Person(caller) => ChangedBy::Caller(&caller.caller),
        };
        let record = issuing(changed_by, &id, &order);
        keep_issued(&open, record, rows, (&issued, time)).await?;
        told(authority, issued)
    }

    /// Issues the successor of a certificate to whoever has shown its key; it goes on to its end when
    /// nobody waits for it.
    ///
    /// # Errors
    /// [`Error`]; nothing is issued then.
    pub(crate) async fn follow(
        self: &Arc<Self>,
        authority: Arc<dyn CertificateAuthority>,
        certificate: Vec<u8>,
        request: CertificationRequest,
    ) -> Result<Collected, Error> {
        let service = Arc::clone(self);
        let following =
            async move { settled!(service.followed(&authority, &certificate, &request).await) };
        self.flights.run(following).await
    }

    async fn followed(
        &self,
        authority: &Arc<dyn CertificateAuthority>,
        certificate: &[u8],
        request: &CertificationRequest,
    ) -> Result<Collected, Error> {
        let unknown = || Error::from(OrderRefusal::CertificateUnknown);
        let read = cades::Certificate::parse(CertificateDer::new(certificate.to_vec()));
        let read = read.map_err(|_| unknown())?;
        let found = self.store.certificate_of(read.serial_number()).await?;
        let (number, found) =
            found.filter(|(_, found)| found.der == certificate).ok_or_else(unknown)?;
        let organisation =
            self.organisations.serving(&number).map_err(AuthenticationError::from)?;
        let organisation = organisation.ok_or_else(unknown)?;
        let ground = (Arc::clone(&organisation), organisation.snapshot(), found);
        self.succeeded(authority, ground, ChangedBy::Link, request).await
    }

    /// Issues the successor of the caller's own certificate; it goes on to its end when nobody waits for it.
    ///
    /// # Errors
    /// [`Error`]; nothing is issued then.
    pub(crate) async fn renew(
        self: &Arc<Self>,
        authority: Arc<dyn CertificateAuthority>,
        caller: Authenticated,
        id: String,
        request: CertificationRequest,
    ) -> Result<Collected, Error> {
        let service = Arc::clone(self);
        let renewing =
            async move { settled!(service.renewed(&authority, &caller, &id, &request).await) };
        self.flights.run(renewing).await
    }

    async fn renewed(
        &self,
        authority: &Arc<dyn CertificateAuthority>,
        caller: &Authenticated,
        id: &str,
        request: &CertificationRequest,
    ) -> Result<Collected, Error> {
        let found = self.certificate(caller, id, CertificateAct::Read).await?;
        let snapshot = caller.organisation.snapshot();
        // Whoever administers orders another one; a key is the holder's to make.
        let entry = entry_of(caller, &snapshot).filter(|_| caller.access.is_none());
        if entry.is_none() || entry.map(|entry| &entry.0) != found.holder.as_ref() {
            return Err(OrderRefusal::NotPermitted("renew somebody else's certificate").into());
        }
        let asker = asker(caller, &snapshot);
        if !caller.organisation.tenant().has_accepted(&asker.0, POLICY_VERSION).await? {
            return Err(OrderRefusal::PolicyNotAccepted(POLICY_VERSION.to_owned()).into());
        }
        // Whoever was barred meanwhile is found out by the register's revision.
        let ground = (Arc::clone(&caller.organisation), Arc::clone(&snapshot), found);
        self.succeeded(authority, ground, ChangedBy::Caller(&caller.caller), request).await
    }

    /// Issues the successor of a certificate to its holder.
    async fn succeeded(
        &self,
        authority: &Arc<dyn CertificateAuthority>,
        (organisation, snapshot, found): (Arc<Administration>, Arc<Snapshot>, FoundCertificate),
        by: ChangedBy<'_>,
        request: &CertificationRequest,
    ) -> Result<Collected, Error> {
        let time = self.clock.now();
        if found.blocked.is_some() {
            return Err(OrderRefusal::Blocked.into());
        }
        if found.not_after <= seconds(time) {
            return Err(OrderRefusal::NotRenewable.into());
        }
        if found.renewal > seconds(time) {
            return Err(OrderRefusal::RenewalNotDue.into());
        }
        let order = organisation.tenant().order(&OrderId(found.order.clone())).await?;
        let mut order = order.ok_or(OrderRefusal::CertificateUnknown)?;
        // A successor is issued under the terms that count now.
        let terms = snapshot.register().certificate_terms().get(&order.value.profile);
        order.value.terms = terms.ok_or(OrderRefusal::ProfileNotOrderable)?.version;
        let open = content((organisation, &snapshot), order, time).await?;
        if hex(&open.content.uuid) != found.uuid || open.content.common_name != found.name {
            let renamed = "the holder has another name now: order a new certificate";
            return Err(OrderRefusal::Holder(renamed).into());
        }
        is_of_kind(open.key, request.key)?;
        let issued = issued(authority, &open.content, request, time).await?;
        let order = Order { replaces: Some(found.id.clone()), ..open.order.value.clone() };
        let id = hex(&random::<16>().map_err(record)?);
        let successor = certificate_row(&id, &order, &open.content, open.overlap_days, &issued);
        let mut rows = place_taken(&found.id, seconds(time)).to_vec();
        rows.extend(self.letters_of_successor(&open, &successor, time)?);
        rows.push(CertificateRow::Certificate(Box::new(successor)));
        let record = issuing(by, &id, &order);
        keep_issued(&open, record, rows, (&issued, time)).await?;
        told(authority, issued)
    }

    /// What whoever looks after a certificate is told of its successor.
    fn letters_of_successor(
        &self,
        open: &Collectable,
        successor: &IssuedRow,
        time: SystemTime,
    ) -> Result<Vec<CertificateRow>, Error> {
        let snapshot = open.organisation.snapshot();
        self.letters_of_certificate(&snapshot, successor, Notice::Renewed, seconds(time))
    }

    /// The order of this reference, if whoever asks may collect it now. A wrong code is kept before it is
    /// refused: where somebody else tried at the same moment, each of them counts.
    async fn judged(
        &self,
        reference: &OrderReference,
        by: &CollectedBy,
        time: SystemTime,
    ) -> Result<Collectable, Error> {
        let unknown = || {
            Error::from(match by {
                CollectedBy::Code(_) => OrderRefusal::CodeRefused,
                CollectedBy::Person(_) => OrderRefusal::Unknown,
            })
        };
        let now = moment(time)?;
        let found = self.store.order_referred_to(reference).await?;
        let (number, id) = found.ok_or_else(unknown)?;
        let organisation = match by {
            CollectedBy::Code(_) => {
                let serving = self.organisations.serving(&number);
                serving.map_err(AuthenticationError::from)?.ok_or_else(unknown)?
            }
            // Of another organisation's orders nobody learns that they are there.
            CollectedBy::Person(caller) => match *caller.organisation.organisation() == number {
                true if caller.is_of_organisation() => Arc::clone(&caller.organisation),
                true | false => return Err(unknown()),
            },
        };
        let order = organisation.tenant().order(&id).await?.ok_or_else(unknown)?;
        let snapshot = organisation.snapshot();
        let judged = match by {
            CollectedBy::Code(code) => {
                order.value.collected_by(Collector::Code(code.expose()), now)
            }
            CollectedBy::Person(caller) => {
                caller.holds(&snapshot, time)?;
                let entry = entry_of(caller, &snapshot).filter(|_| caller.access.is_none());
                let entry = entry.ok_or_else(unknown)?;
                order.value.collected_by(Collector::Person(entry), now)
            }
        };
        match judged {
            Ok(()) => {
                accepted((&organisation, &snapshot), &order.value, by).await?;
                content((organisation, &snapshot), order, time).await
            }
            Err((refusal, None)) => Err(refusal.into()),
            // It is wrong whatever the register says.
            Err((refusal, Some(counted))) => {
                let record = CertificateRecord {
                    order: Some(&counted.id.0),
                    profile: Some(counted.profile.as_str()),
                    ..CertificateRecord::of(CertificateStep::CodeRefused, ChangedBy::Link)
                };
                let rows = vec![row(&counted, order.version.0.cast_signed())?];
                keep(&organisation, &record, rows, time).await?;
                Err(refusal.into())
            }
        }
    }
}

/// Whether the policies in force were accepted: by the holder, or where nobody logs in by whoever ordered.
async fn accepted(
    (organisation, snapshot): (&Administration, &Snapshot),
    order: &Order,
    by: &CollectedBy,
) -> Result<(), Error> {
    let accepted = match by {
        CollectedBy::Code(_) => order.policy == POLICY_VERSION,
        CollectedBy::Person(caller) => {
            let asker = asker(caller, snapshot);
            organisation.tenant().has_accepted(&asker.0, POLICY_VERSION).await?
        }
    };
    match accepted {
        true => Ok(()),
        false => Err(OrderRefusal::PolicyNotAccepted(POLICY_VERSION.to_owned()).into()),
    }
}

/// Keeps a certificate, if nothing has changed of what it was judged by.
async fn keep_issued(
    open: &Collectable,
    record: CertificateRecord<'_>,
    rows: Vec<CertificateRow>,
    (issued, time): (&IssuedCertificate, SystemTime),
) -> Result<(), Error> {
    let sha256 = Digest::of(DigestAlgorithm::Sha256, &issued.der);
    let (sha256, judged_by) = (hex(sha256.as_bytes()), Some(open.judged_by));
    let record = CertificateRecord { sha256: Some(&sha256), judged_by, ..record };
    keep(&open.organisation, &record, rows, time).await
}

/// What a certificate of this order says by what counts now.
async fn content(
    (organisation, snapshot): (Arc<Administration>, &Snapshot),
    order: Kept<Order>,
    time: SystemTime,
) -> Result<Collectable, Error> {
    let confirmed = match &order.value.email {
        Some(email) => organisation.tenant().email_confirmed(email).await?.map(of_seconds),
        None => None,
    };
    let (register, policy) = (snapshot.register(), snapshot.policy());
    let profile = policy.profile(&order.value.profile).filter(|profile| profile.active);
    let terms = register.certificate_terms().get(&order.value.profile);
    let terms = terms.filter(|terms| profile.is_some() && terms.value.kind == order.value.kind);
    let terms = terms.ok_or(OrderRefusal::ProfileNotOrderable)?;
    let holder = order.value.holder.as_ref();
    let holder = holder.and_then(|id| register.people().get(id)).map(|kept| &kept.value);
    let settings = register.certificate_settings().value;
    let confirmed = EmailConfirmed(confirmed.transpose()?);
    let ground = (policy.organisation(), settings);
    let content = order.value.content(Some(terms), ground, holder, confirmed, moment(time)?)?;
    let (key, overlap_days) = (terms.value.key, terms.value.overlap_days);
    let judged_by = snapshot.revision();
    Ok(Collectable { order, content, key, overlap_days, organisation, judged_by })
}

fn of_seconds(at: i64) -> Result<Moment, Error> {
    moment(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at).unwrap_or(0)))
}
