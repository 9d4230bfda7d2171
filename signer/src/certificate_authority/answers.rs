//! Revocation lists and OCSP answers.

use std::{sync::Arc, time::SystemTime};

use authority::{
    Answer, Request, ResponseStatus, Revocation, RevocationList, RevocationReason, Status,
};
use bytes::Bytes;
use registry::BlockingReason;

use super::{
    error::AuthorityError,
    generations::Generations,
    issuer::Issuer,
    registry_authority::RegistryAuthority,
    statuses::{Blocking, CertificateStatus, CertificateStatuses, StatusesError},
};

/// Where the root's list is kept among those of issuing keys, which count from one.
const ROOTS: u32 = 0;

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum NoList {
    /// What was blocked cannot be read.
    #[error(transparent)]
    Statuses(#[from] StatusesError),
    /// It cannot be signed.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
}

impl RegistryAuthority {
    /// The revocation list of an issuing key; `None` for one that there is not.
    ///
    /// # Errors
    /// [`NoList`].
    pub async fn revocation_list(
        self: &Arc<Self>,
        generation: u32,
        statuses: &dyn CertificateStatuses,
        now: SystemTime,
    ) -> Result<Option<Bytes>, NoList> {
        let Some(issuer) = self.issuer(generation, now).await? else { return Ok(None) };
        let revision = statuses.revision(generation).await?;
        if let Some(list) = self.lists.of(generation, revision, now) {
            return Ok(Some(list));
        }
        let turn = self.lists.turn(generation);
        let Ok(mut turn) = turn.take().await else {
            return Ok(Some(self.still(generation, revision, now, AuthorityError::NotSigned)?));
        };
        // Whoever had the turn before may have made it.
        let revision = statuses.revision(generation).await?;
        if let Some(list) = self.lists.of(generation, revision, now) {
            return Ok(Some(list));
        }
        // The number before the state: one with a larger number never says less.
        let number = statuses.next_list_number(generation).await?;
        let blocked = statuses.blocked(generation).await?;
        let revision = blocked.revision;
        let signed = turn.apart(move || {
            let revoked = blocked.certificates.iter();
            let revoked: Vec<_> =
                revoked.map(|(serial, blocking)| (serial.clone(), revocation(*blocking))).collect();
            signed(&issuer, (number, &revoked), now)
        });
        match signed.await {
            Ok(der) => {
                self.lists.keep(generation, (revision, number), now, der.clone());
                Ok(Some(der))
            }
            Err(error) => Ok(Some(self.still(generation, revision, now, error)?)),
        }
    }

    /// The last list, where none can be signed now: it says the same for as long as nothing was blocked since.
    fn still(
        &self,
        generation: u32,
        revision: u64,
        now: SystemTime,
        error: AuthorityError,
    ) -> Result<Bytes, AuthorityError> {
        let still = self.lists.still(generation, revision, now).ok_or(error)?;
        tracing::warn!(generation, "a list of before is handed out: no new one could be signed");
        Ok(still)
    }

    /// The root's own revocation list, on which nothing stands; `None` where its key is kept elsewhere.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub async fn root_revocation_list(
        self: &Arc<Self>,
        now: SystemTime,
    ) -> Result<Option<Bytes>, AuthorityError> {
        let generations = self.opened(now).await?;
        let Some(root) = generations.root_issuer.clone() else { return Ok(None) };
        if let Some(list) = self.lists.of(ROOTS, 0, now) {
            return Ok(Some(list));
        }
        let turn = self.lists.turn(ROOTS);
        let Ok(mut turn) = turn.take().await else {
            return self.still(ROOTS, 0, now, AuthorityError::NotSigned).map(Some);
        };
        if let Some(list) = self.lists.of(ROOTS, 0, now) {
            return Ok(Some(list));
        }
        // Nothing is counted of a list on which nothing ever stands: its moment grows as a number must.
        let number = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        match turn.apart(move || signed(&root, (number, &[]), now)).await {
            Ok(der) => {
                self.lists.keep(ROOTS, (0, number), now, der.clone());
                Ok(Some(der))
            }
            Err(error) => self.still(ROOTS, 0, now, error).map(Some),
        }
    }

    /// Makes the responders that are due, of the authorities that there are.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub async fn keep_responders(&self, now: SystemTime) -> Result<(), AuthorityError> {
        let Some(made) = self.known() else { return Ok(()) };
        for issuer in made.root_issuer.iter().chain(&made.issuing) {
            // Past its authority's end nobody can answer.
            if issuer.validity.includes(now) {
                issuer.keep_responder(now).await?;
            }
        }
        Ok(())
    }

    /// The answer to an OCSP request (RFC 6960), whatever it is.
    pub async fn ocsp(
        self: &Arc<Self>,
        request: &[u8],
        statuses: &dyn CertificateStatuses,
        now: SystemTime,
    ) -> Vec<u8> {
        match self.answer(request, statuses, now).await {
            Ok(answer) => answer,
            Err(status) => status.to_der(),
        }
    }

    async fn answer(
        self: &Arc<Self>,
        request: &[u8],
        statuses: &dyn CertificateStatuses,
        now: SystemTime,
    ) -> Result<Vec<u8>, ResponseStatus> {
        let request = Request::parse(request)?;
        let failed = |error: AuthorityError| {
            tracing::error!(%error, "the status of a certificate cannot be told");
            ResponseStatus::InternalError
        };
        let mut generations = self.opened(now).await.map_err(failed)?;
        let first = request.certificates.first().ok_or(ResponseStatus::MalformedRequest)?;
        // Another node may have made what is not known here.
        if !is_known(&generations, &request) {
            self.look().await.map_err(failed)?;
            generations = self.opened(now).await.map_err(failed)?;
        }
        let asked = Asked::of(&generations, |issuer| issuer.is_asked(first));
        let (asked, issuer) = asked.ok_or(ResponseStatus::Unauthorized)?;
        let mut answered = Vec::with_capacity(request.certificates.len());
        for id in &request.certificates {
            if !issuer.is_asked(id) {
                return Err(ResponseStatus::Unauthorized);
            }
            let status = match asked {
                Asked::Root => root_status(&generations, id.serial_number()),
                Asked::Issuing(generation) => {
                    let status = statuses.status(generation, id.serial_number()).await;
                    match status.map_err(|StatusesError| ResponseStatus::InternalError)? {
                        CertificateStatus::Issued => Status::Good,
                        CertificateStatus::Blocked(blocking) => {
                            Status::Revoked(revocation(blocking))
                        }
                        CertificateStatus::Unknown => Status::Unknown,
                    }
                }
            };
            answered.push((id.clone(), status));
        }
        let answer = Answer {
            statuses: &answered,
            complete_since: issuer.validity.not_before.into(),
            nonce: request.nonce.as_deref(),
            untruth: None,
        };
        let responder = issuer.responder(now).await.map_err(failed)?;
        answer.sign(&responder, now).map_err(|error| failed(AuthorityError::Make(error)))
    }
}

/// A list of this number with these certificates on it, in DER.
fn signed(
    issuer: &Issuer,
    (number, revoked): (u64, &[(Vec<u8>, Revocation)]),
    now: SystemTime,
) -> Result<Bytes, AuthorityError> {
    let complete_since = issuer.validity.not_before.into();
    let list = RevocationList { number, revoked, complete_since };
    Ok(list.sign(issuer.list_issuer(), now)?.into())
}

/// Which authority a request is for.
#[derive(Clone, Copy)]
enum Asked {
    Root,
    Issuing(u32),
}

impl Asked {
    fn of(
        generations: &Generations,
        is_asked: impl Fn(&Issuer) -> bool,
    ) -> Option<(Self, &Arc<Issuer>)> {
        let root = generations.root_issuer.iter().map(|issuer| (Self::Root, issuer));
        let issuing = (1..).zip(&generations.issuing);
        let issuing = issuing.map(|(generation, issuer)| (Self::Issuing(generation), issuer));
        root.chain(issuing).find(|(_, issuer)| is_asked(issuer))
    }
}

/// Whether an authority that is here is asked, and of its authorities none that is not.
fn is_known(generations: &Generations, request: &Request) -> bool {
    request.certificates.iter().all(|id| {
        match Asked::of(generations, |issuer| issuer.is_asked(id)) {
            None => false,
            Some((Asked::Root, _)) => {
                matches!(root_status(generations, id.serial_number()), Status::Good)
            }
            Some((Asked::Issuing(_), _)) => true,
        }
    })
}

/// Of the root's certificates, its issuing authorities', none is revoked.
fn root_status(generations: &Generations, serial_number: &[u8]) -> Status {
    let known = generations.issuing.iter().any(|issuer| issuer.serial_number() == serial_number);
    if known { Status::Good } else { Status::Unknown }
}

fn revocation(blocking: Blocking) -> Revocation {
    let reason = match blocking.reason {
        BlockingReason::ContentWrong => RevocationReason::Superseded,
        BlockingReason::LeftOrganisation => RevocationReason::AffiliationChanged,
        BlockingReason::CompromiseSuspected => RevocationReason::KeyCompromise,
        BlockingReason::KeyLostOrDestroyed => RevocationReason::CessationOfOperation,
        BlockingReason::PolicyBroken => RevocationReason::PrivilegeWithdrawn,
        BlockingReason::NotGiven => RevocationReason::Unspecified,
    };
    Revocation { at: blocking.at, reason, not_after: blocking.not_after }
}
