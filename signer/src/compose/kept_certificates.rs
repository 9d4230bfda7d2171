//! Orders and certificates as the store keeps them, for the authority that issues.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use est::CertificationRequest;
use futures_util::future::BoxFuture;
use registry::{BlockingReason, CertificateAuthority, OrderReference, OrderRefusal};

use crate::{
    Error,
    certificate_authority::{
        BlockedCertificates, Blocking, CertificateStatus, CertificateStatuses, Collected,
        Collecting, CollectingError, StatusesError,
    },
    secret::Secret,
    service::{CollectedBy, RequestError, Service},
    store::{AuditError, Store},
};

/// What is kept.
#[derive(Debug)]
pub(super) struct KeptCertificates {
    pub(super) service: Arc<Service>,
    pub(super) authority: Arc<dyn CertificateAuthority>,
    pub(super) store: Store,
}

impl CertificateStatuses for KeptCertificates {
    fn status<'a>(
        &'a self,
        generation: u32,
        serial_number: &'a [u8],
    ) -> BoxFuture<'a, Result<CertificateStatus, StatusesError>> {
        Box::pin(async move {
            let found =
                self.store.certificate_of(serial_number).await.map_err(|error| unread(&error))?;
            let issued = found.map(|(_, found)| found);
            let Some(found) = issued.filter(|found| found.generation == i64::from(generation))
            else {
                let lost = self.store.lost_block(generation.into(), serial_number).await;
                let lost = lost.map_err(|error| unread(&error))?;
                let lost = lost.map(|(at, reason, not_after)| blocking(at, &reason, not_after));
                return Ok(lost
                    .transpose()?
                    .map_or(CertificateStatus::Unknown, CertificateStatus::Blocked));
            };
            let Some((at, reason)) = found.blocked.zip(found.reason.as_deref()) else {
                return Ok(CertificateStatus::Issued);
            };
            Ok(CertificateStatus::Blocked(blocking(at, reason, found.not_after)?))
        })
    }

    fn revision(&self, generation: u32) -> BoxFuture<'_, Result<u64, StatusesError>> {
        Box::pin(async move {
            let count = self
                .store
                .blocked_count(generation.into())
                .await
                .map_err(|error| unread(&error))?;
            Ok(count.unsigned_abs())
        })
    }

    fn blocked(
        &self,
        generation: u32,
    ) -> BoxFuture<'_, Result<BlockedCertificates, StatusesError>> {
        Box::pin(async move {
            let found =
                self.store.blocked(generation.into()).await.map_err(|error| unread(&error))?;
            let all = found
                .into_iter()
                .map(|one| Ok((one.serial, blocking(one.at, &one.reason, one.not_after)?)));
            let certificates: Vec<_> = all.collect::<Result<_, StatusesError>>()?;
            Ok(BlockedCertificates { revision: certificates.len() as u64, certificates })
        })
    }

    fn next_list_number(&self, generation: u32) -> BoxFuture<'_, Result<u64, StatusesError>> {
        Box::pin(async move {
            let number = self
                .store
                .next_list_number(generation.into())
                .await
                .map_err(|error| unread(&error))?;
            Ok(number.unsigned_abs())
        })
    }
}

impl Collecting for KeptCertificates {
    fn enrol<'a>(
        &'a self,
        (reference, code): (&'a str, &'a str),
        from: IpAddr,
        request: &'a CertificationRequest,
    ) -> BoxFuture<'a, Result<Collected, CollectingError>> {
        let by = CollectedBy::Code(Secret::new(code));
        let reference = OrderReference(reference.to_owned());
        let authority = Arc::clone(&self.authority);
        Box::pin(async move {
            let strangers = self.service.strangers();
            strangers.pass(from).map_err(|_| CollectingError::TooMany)?;
            let collected = self.service.collect(authority, reference, by, request.clone()).await;
            strangers.shown(collected, from).map_err(|error| told(error, CollectingError::NotYet))
        })
    }

    fn reenrol<'a>(
        &'a self,
        certificate: &'a [u8],
        request: &'a CertificationRequest,
    ) -> BoxFuture<'a, Result<Collected, CollectingError>> {
        let authority = Arc::clone(&self.authority);
        Box::pin(async move {
            let certificate = certificate.to_vec();
            let collected = self.service.follow(authority, certificate, request.clone()).await;
            collected.map_err(|error| told(error, CollectingError::NotRenewable))
        })
    }
}

/// What a client of EST is told. `otherwise` is what everything is that stands in the way for now.
fn told(error: Error, otherwise: fn(String) -> CollectingError) -> CollectingError {
    let refusal = match error {
        Error::Order(refusal) => refusal,
        Error::Issuing(cause) => return cause.into(),
        Error::Request(RequestError::TooMany) => return CollectingError::TooMany,
        error => {
            tracing::error!(%error, "a certificate is not issued");
            return CollectingError::Unavailable;
        }
    };
    match refusal {
        // Which of them it is nobody is told who has not the code.
        OrderRefusal::CodeRefused
        | OrderRefusal::Unknown
        | OrderRefusal::OtherIdentification(_) => CollectingError::NotAuthenticated,
        OrderRefusal::State { .. } => CollectingError::Closed,
        OrderRefusal::TermsChanged => CollectingError::TermsChanged,
        OrderRefusal::PolicyNotAccepted(_) => CollectingError::PoliciesNotAccepted,
        OrderRefusal::KeyKnown => CollectingError::KeySeen,
        OrderRefusal::KeyKind(kind) => CollectingError::KeyKind(kind.to_owned()),
        OrderRefusal::Blocked => CollectingError::Blocked,
        OrderRefusal::NotRenewable
        | OrderRefusal::RenewalNotDue
        | OrderRefusal::Followed
        | OrderRefusal::CertificateUnknown => CollectingError::NotRenewable(refusal.to_string()),
        OrderRefusal::Changed => CollectingError::Unavailable,
        OrderRefusal::NotPermitted(_)
        | OrderRefusal::QualifiedLongLived
        | OrderRefusal::UserCertificatesNotAllowed
        | OrderRefusal::ProfileNotOrderable
        | OrderRefusal::KindMismatch
        | OrderRefusal::ContactMissing
        | OrderRefusal::Holder(_)
        | OrderRefusal::OrganisationIncomplete
        | OrderRefusal::OwnOrder
        | OrderRefusal::EmailNotConfirmed
        | OrderRefusal::AddressNotValidated
        | OrderRefusal::ChecksSpent { .. }
        | OrderRefusal::AddressLettersSpent
        | OrderRefusal::OrganisationLettersSpent
        | OrderRefusal::Full { .. } => otherwise(refusal.to_string()),
    }
}

fn unread(error: &AuditError) -> StatusesError {
    tracing::error!(%error, "the status of certificates cannot be read");
    StatusesError
}

fn blocking(at: i64, reason: &str, not_after: i64) -> Result<Blocking, StatusesError> {
    // A word that is not known says less than it should, and must not be told as another.
    let reason: BlockingReason =
        serde_json::from_value(reason.into()).map_err(|_| StatusesError)?;
    Ok(Blocking { at: time(at), reason, not_after: time(not_after) })
}

fn time(seconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}
