//! The intent on record, of an act that the register still permits.

use std::{
    sync::{Arc, atomic::Ordering},
    time::SystemTime,
};

use registry::Version;
use seal::{
    ActRequest, CertificateProfile, Counted,
    policy::{Approval, Refusal, Refusals, Rule},
};

use super::{ProblemType, Service};
use crate::{
    Error,
    administration::Snapshot,
    audit::{Abandonment, Intent, OpenAct},
    authentication::Authenticated,
    store::AuditError,
};

/// How often an act is judged anew because another node changed the register meanwhile.
const JUDGEMENTS: usize = 8;

/// Records a refusal in the log of the caller's organisation, if it is served; answers what the caller
/// is told.
pub(super) async fn refuse(
    caller: &Authenticated,
    intent: Intent<'_>,
    refusals: Refusals,
    now: SystemTime,
) -> Error {
    match caller.log() {
        Some(log) => match log.refuse(intent, &refusals.names(), now).await {
            Ok(_) => refusals.into(),
            Err(error) => error.into(),
        },
        None => refusals.into(),
    }
}

/// Why an act was given up after its intent.
pub(super) fn abandonment(error: &Error) -> Abandonment {
    match error {
        Error::Refused(refusals) => {
            let rules = refusals.iter().map(|refusal| Rule::name(refusal.rule).to_owned());
            Abandonment::Refused { rules: rules.collect() }
        }
        error => Abandonment::Failed { cause: ProblemType::from(error).name().to_owned() },
    }
}

/// Judges an act. Where nothing but mandates that have given all stands against it, the store says what
/// they have given: of a seal that another node gave back nobody heard here.
///
/// # Errors
/// [`Error::Audit`] when the store does not say.
pub(super) async fn judge(
    snapshot: &Snapshot,
    caller: &Authenticated,
    request: &ActRequest,
    profile: &CertificateProfile,
    now: SystemTime,
) -> Result<Result<Approval, Refusals>, Error> {
    let policy = snapshot.policy();
    let judged = policy.evaluate(request, profile, &caller.caller, now);
    if !judged.as_ref().is_err_and(|refusals| refusals.are_of(Rule::MandateNotExhausted)) {
        return Ok(judged);
    }
    recount(caller, &policy.counted(request, &caller.caller, now)).await?;
    Ok(policy.evaluate(request, profile, &caller.caller, now))
}

/// Learns what mandates have given where other nodes give of them, too: with one question for all of
/// them, which is asked again where an act of this node has changed a count meanwhile.
///
/// # Errors
/// [`Error::Audit`] when the store does not say.
async fn recount(caller: &Authenticated, mandates: &[&Counted]) -> Result<(), Error> {
    let names: Vec<&str> = mandates.iter().map(|counted| counted.mandate.as_ref()).collect();
    for _ in 0..JUDGEMENTS {
        let known: Vec<u64> =
            mandates.iter().map(|counted| counted.given.load(Ordering::Relaxed)).collect();
        let Some(given) = caller.organisation.tenant().given(&names).await? else { break };
        let mut is_settled = true;
        for (counted, known) in mandates.iter().zip(known) {
            let given = given.get(&*counted.mandate).copied().unwrap_or(0);
            // No step of an act is lost, which may be one that the store did not know of yet.
            let count = &counted.given;
            let held = count.compare_exchange(known, given, Ordering::Relaxed, Ordering::Relaxed);
            is_settled &= held.is_ok() || held == Err(given);
        }
        if is_settled {
            break;
        }
    }
    Ok(())
}

impl Service {
    /// Records the intent of an act that `judged` permits. Where another node has changed the register
    /// since, or given the last seal of the mandate, the act is judged by what that left, before there
    /// is an intent.
    ///
    /// # Errors
    /// [`Error::Refused`], and it is on record; [`Error::Audit`].
    pub(super) async fn intend(
        &self,
        asked: Intent<'_>,
        judged: &Arc<Snapshot>,
        caller: &Authenticated,
        now: SystemTime,
    ) -> Result<OpenAct, Error> {
        let Intent { request, mut revision, .. } = asked;
        let mut counted = asked.counted.cloned();
        let (mut changes, mut exhausted) = (0, 0);
        loop {
            let intent = Intent { counted: counted.as_ref(), revision, ..asked };
            let again = match caller.organisation.tenant().intend(intent, now).await {
                Ok(open) => return Ok(open),
                Err(AuditError::MandateExhausted) => {
                    exhausted += 1;
                    self.still_given(intent, exhausted, caller, now).await
                }
                Err(AuditError::RegisterChanged) if changes < JUDGEMENTS => {
                    changes += 1;
                    let revision = caller.organisation.renewed().await?.revision();
                    let mandate = intent.counted.map(|counted| counted.mandate.as_ref());
                    let permitted = self.still_permitted(judged, caller, request, mandate, now);
                    permitted.await.map(|()| (revision, counted.clone()))
                }
                Err(error) => return Err(error.into()),
            };
            (revision, counted) = match again {
                Ok(again) => again,
                Err(Error::Refused(refusals)) => {
                    return Err(refuse(caller, intent, refusals, now).await);
                }
                Err(error) => return Err(error),
            };
        }
    }

    /// Judges an act anew whose mandate had given all when the seal was to be taken, by what the store
    /// says that the caller's mandates have left: answers the register's number, and the mandate that gives
    /// the seal instead, if that gives only so many. `exhausted` is how often that has happened to it.
    async fn still_given(
        &self,
        intent: Intent<'_>,
        exhausted: usize,
        caller: &Authenticated,
        now: SystemTime,
    ) -> Result<(Version, Option<Counted>), Error> {
        let request = intent.request;
        let present = caller.organisation.settled().await?;
        caller.holds(&present, self.clock.now())?;
        let policy = present.policy();
        let profile = policy.profile(&request.profile);
        let profile = profile.ok_or_else(|| Error::ProfileUnknown(request.profile.clone()))?;
        let mandates = policy.counted(request, &caller.caller, now);
        if let Some(counted) = intent.counted
            // Each gives its last seal once, but for those that are given back meanwhile.
            && exhausted > mandates.len() + JUDGEMENTS
        {
            return Err(Refusals::from(Refusal::exhausted(counted, request.seals)).into());
        }
        recount(caller, &mandates).await?;
        let approval = policy.evaluate(request, profile, &caller.caller, now)?;
        Ok((present.revision(), approval.counted().cloned()))
    }

    /// Judges an act once more if anything has changed since `judged`. It stands on the right that
    /// its intent names, the mandate that it is counted against or one that counts nothing.
    pub(super) async fn still_permitted(
        &self,
        judged: &Arc<Snapshot>,
        caller: &Authenticated,
        request: &ActRequest,
        mandate: Option<&str>,
        now: SystemTime,
    ) -> Result<(), Error> {
        let present = caller.organisation.settled().await?;
        if Arc::ptr_eq(&present, judged) {
            return Ok(());
        }
        caller.holds(&present, self.clock.now())?;
        let policy = present.policy();
        let profile = policy.profile(&request.profile);
        let profile = profile.ok_or_else(|| Error::ProfileUnknown(request.profile.clone()))?;
        match policy.evaluate(request, profile, &caller.caller, now) {
            // The act itself may have taken the last seal of its mandate.
            Err(refusals) if !refusals.are_of(Rule::MandateNotExhausted) => Err(refusals.into()),
            Ok(_) | Err(_) if policy.still_covers(request, &caller.caller, mandate, now) => Ok(()),
            Ok(_) | Err(_) => Err(Refusals::from(Refusal::revoked_meanwhile()).into()),
        }
    }
}
