//! One act, step by step. Each step gives the value that the next one needs.

use std::{sync::Arc, time::SystemTime};

use bytes::Bytes;
use cades::{Reservation, Signature, ToBeSigned};
use pades::PrefixHash;
use seal::{
    Act, ActRequest, ActivationEvidence, CertificateProfile, Credential, Digest, Effort, Format,
    Level, QscdError, TimeStampTokenDer, ToSign, policy::Approval,
};

use super::{
    ActOptions, AppearanceOptions, Completed, Document, FileName, SMALL, Service,
    TIME_STAMP_DIGEST, Warning,
    evidence::{evidence, spend},
    flight::StopOnDrop,
    intent::{abandonment, judge, refuse},
    target::{Output, Prepared, Room, Target, signature_kind},
};
use crate::{
    Error,
    administration::Snapshot,
    audit::{ActivatedBy, AuditEvent, Done, Intent, hex},
    authentication::Authenticated,
};

/// Documents from this length on are hashed and updated on the blocking pool, in bytes.
pub(super) const LONG_DOCUMENT: usize = 1 << 20;

/// The work on a document.
pub(super) struct Work {
    /// What it is charged to.
    pub(super) effort: Effort,
    /// Whether it is known to be more than small.
    pub(super) long: bool,
    /// What the organisation said when it was begun: a named appearance is this one's.
    pub(super) snapshot: Arc<Snapshot>,
}

/// How far an act has come that makes a key.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The number of the record that announced it.
    pub(super) intent: Option<u64>,
    /// Whether the device gave a signature value, or may have given one.
    pub(super) signed: bool,
}

/// An act that may be done, and of which all that can fail on the document's side has not failed.
pub(super) struct Ready<'a> {
    pub(super) caller: &'a Authenticated,
    pub(super) snapshot: &'a Arc<Snapshot>,
    pub(super) intent: Intent<'a>,
    pub(super) approval: Approval,
    pub(super) profile: &'a CertificateProfile,
    pub(super) file_name: FileName,
    /// Whether the signature is shown in a field of its own.
    pub(super) visible: bool,
}

/// A signature and what it was put into.
pub(super) struct Signed {
    signature: Signature,
    pub(super) output: Output,
    /// The level that was reached.
    level: Level,
}

impl Service {
    /// Signs or seals a document. The act runs to its recorded end, whether or not the caller
    /// waits.
    ///
    /// # Errors
    /// [`Error`]; a lower level than asked for is answered only where the profile degrades, and
    /// [`Completed::degraded`] then says so.
    pub async fn perform(
        self: &Arc<Self>,
        act: Act,
        caller: Authenticated,
        options: ActOptions,
        document: Document,
    ) -> Result<Completed, Error> {
        let service = Arc::clone(self);
        let (place, budget) = (self.place_of(&caller)?, self.budget_of(&caller));
        let snapshot = caller.organisation.snapshot();
        let named = options.named(&snapshot);
        if named.is_err() {
            // The profile may say something else by now, and the act be done.
            self.is_asked_first(&caller).await?;
        }
        let options = named?;
        let sha256 = document.sha256();
        let effort = self.effort(&document);
        let _stop = StopOnDrop::new(&effort);
        let task = async move {
            let _place = place;
            let original = document.bytes().clone();
            // An image is decoded, and its pixels compressed.
            let mut long = document.bytes().len() >= LONG_DOCUMENT || options.image.is_some();
            let open = {
                let effort = effort.clone();
                move |options: &ActOptions| Target::open(&document, options, &effort)
            };
            let at_once = (!long).then(|| effort.at_once(SMALL, || open(&options))).flatten();
            long = at_once.is_none();
            let (target, options) = match at_once {
                Some(target) => (target?, options),
                None => {
                    let open = move || open(&options).map(|target| (target, options));
                    service.flights.elsewhere(open).await?
                }
            };
            let work = Work { effort, long, snapshot };
            // In a box of its own, as are the act's own steps below: a future is copied each time
            // that it is handed on, and these are large.
            let act = service.clone().act(act, caller, options, target, sha256, work);
            let mut completed = Box::pin(act).await?;
            budget.count(&mut completed.parts, &original);
            Ok(completed)
        };
        self.flights.run(task).await
    }

    pub(super) async fn act(
        self: Arc<Self>,
        act: Act,
        caller: Authenticated,
        options: ActOptions,
        target: Target,
        document: Digest,
        Work { effort, long, snapshot }: Work,
    ) -> Result<Completed, Error> {
        let now = self.clock.now();
        caller.holds(&snapshot, now)?;
        self.is_asked_first(&caller).await?;
        let policy = snapshot.policy();
        let profile = policy
            .profile(&options.profile)
            .ok_or_else(|| Error::ProfileUnknown(options.profile.clone()))?;
        let request = ActRequest {
            appearance: options.appearance_name(),
            act,
            profile: profile.id.clone(),
            format: target.format(),
            level: options.level.unwrap_or(profile.default_level),
            certification: target.certification(&options, profile),
            texts: options.texts(profile),
            document,
            facts: target.facts(),
            activated: false,
            seals: 1,
        };
        let activated_by = (act == Act::Sign).then(ActivatedBy::token);
        let spend = spend(act, &caller.caller, document)?;
        let intent = Intent {
            caller: &caller.caller,
            request: &request,
            organisation: policy.organisation(),
            spend: spend.as_ref(),
            counted: None,
            keyed: caller.keyed.as_ref(),
            hashes: None,
            activated_by: activated_by.as_ref(),
            revision: snapshot.revision(),
            profile_version: snapshot.profile_version(&profile.id),
        };
        let approval = match judge(&snapshot, &caller, &request, profile, now).await? {
            Ok(approval) => approval,
            Err(refusals) => {
                return Err(refuse(&caller, intent, refusals, now).await);
            }
        };
        let counted = approval.counted().cloned();
        let intent = Intent { counted: counted.as_ref(), ..intent };
        if request.level > Level::BT
            && matches!(target, Target::Digest { format: Format::Pades, .. })
        {
            // What lies beyond B-T stands in the PDF itself, which its owner has.
            return Err(Error::LevelNotOffered(request.level));
        }
        let file_name = match &target {
            // Whatever it will be put into: what is answered is the container.
            Target::Digest { .. } => FileName::DetachedCms,
            _ => FileName::of(act, request.format, target.packaging()),
        };
        let evidence = evidence(act, approval.profile(), &caller, document)?;
        let maximum_token_length = self.time_stamping.maximum_token_length();
        let room = Room { reserved: self.reserve(&approval, now), maximum_token_length };
        let visible = options.appearance.as_ref().is_some_and(AppearanceOptions::is_new);
        let shown = self.names(profile);
        let prepare =
            move |approval: &Approval| target.prepare(approval, &shown, &options, now, room);
        let at_once = (!long).then(|| effort.at_once(SMALL, || prepare(&approval))).flatten();
        let (prepared, approval) = match at_once {
            Some(prepared) => (prepared?, approval),
            None => {
                let prepare = move || prepare(&approval).map(|prepared| (prepared, approval));
                self.flights.elsewhere(prepare).await?
            }
        };
        // All that can fail on the document's side has not failed; from here on a key exists, and
        // the act is not stopped any more.
        effort.commit().map_err(pades::Error::from)?;
        let (caller, snapshot) = (&caller, &snapshot);
        let ready = Ready { caller, snapshot, intent, approval, profile, file_name, visible };
        self.carry_out(ready, || Ok(prepared), &evidence, now).await
    }

    /// From the intent on record to the outcome on record. What was prepared is taken once there is an intent.
    pub(super) async fn carry_out(
        &self,
        ready: Ready<'_>,
        prepared: impl FnOnce() -> Result<Prepared, Error>,
        evidence: &ActivationEvidence,
        now: SystemTime,
    ) -> Result<Completed, Error> {
        let Ready { caller, snapshot, intent, approval, profile, file_name, visible } = ready;
        let (tenant, request) = (caller.organisation.tenant(), intent.request);
        let open = self.intend(intent, snapshot, caller, now).await?;
        // What was revoked before the intent was on disk counts; what is revoked later comes too late.
        let mandate = open.mandate();
        let permitted = self.still_permitted(snapshot, caller, request, mandate, now).await;
        let prepared = match permitted.and_then(|()| prepared()) {
            Ok(prepared) => prepared,
            Err(error) => {
                tenant.abandon(open, &abandonment(&error), false, self.clock.now()).await?;
                return Err(error);
            }
        };
        let mut progress = Progress { intent: Some(open.intent().sequence), signed: false };
        let reference = prepared.reference();
        match self.sign(&approval, prepared, evidence, now, &mut progress).await {
            Ok(signed) => {
                let Signed { signature, output: Output { parts, sha256 }, level } = signed;
                let warnings = Warning::of(request, profile, visible);
                let done = done(&signature, &parts, sha256, request.level, level, &warnings);
                let done = Done { reference, ..done };
                let receipt = tenant.conclude(open, done, self.clock.now()).await?;
                let degraded = (level < request.level).then_some(level);
                Ok(Completed { parts, file_name, receipt, degraded, warnings })
            }
            Err(error) => {
                let why = abandonment(&error);
                tenant.abandon(open, &why, progress.signed, self.clock.now()).await?;
                Err(error)
            }
        }
    }

    /// From the approval to the finished container, with a key of its own. Whatever happens, the
    /// key is gone afterwards. What came of it until then is told in `progress`.
    pub(super) async fn sign(
        &self,
        approval: &Approval,
        prepared: Prepared,
        evidence: &ActivationEvidence,
        now: SystemTime,
        progress: &mut Progress,
    ) -> Result<Signed, Error> {
        let credential = self.qscd.enrol(approval.enrolment().clone()).await?;
        let id = credential.id.clone();
        let more_uses = credential.signatures > 1;
        let signing = self.sign_with(credential, approval, prepared, evidence, now, progress);
        let result = Box::pin(signing).await;
        if result.is_err() || more_uses {
            match self.qscd.destroy(&id).await {
                Ok(()) | Err(QscdError::CredentialEnded(_)) => {}
                Err(error) => tracing::error!(%error, "a key could not be destroyed on demand"),
            }
        }
        result
    }

    async fn sign_with(
        &self,
        credential: Credential,
        approval: &Approval,
        prepared: Prepared,
        evidence: &ActivationEvidence,
        now: SystemTime,
        progress: &mut Progress,
    ) -> Result<Signed, Error> {
        approval.confirm(credential.chain.end_entity())?;
        let chain = credential.chain.clone();
        let kind = signature_kind(approval.format(), now);
        let to_be_signed =
            ToBeSigned::new(&prepared.digest(), credential.chain, credential.algorithm, kind)?;
        if let Some(intent) = progress.intent {
            let issued = AuditEvent::Issued {
                intent,
                certificate_serial: hex(to_be_signed.certificate().serial_number()),
                certificate_not_after: to_be_signed.certificate().not_after(),
            };
            self.store.note(&issued, now)?;
        }
        let to_sign = match evidence {
            // What a person agreed to, the device wants to see.
            ActivationEvidence::Activation(_) => {
                [ToSign::Attributes(to_be_signed.message().to_vec())]
            }
            ActivationEvidence::Person { .. } | ActivationEvidence::Mandate(_) => {
                [to_be_signed.to_sign()]
            }
        };
        let activated = self.qscd.activate(&credential.id, &to_sign, evidence).await;
        progress.signed = activated.as_ref().err().is_none_or(QscdError::may_have_signed);
        let values = activated?;
        let value = one(values)?;
        let mut signature = to_be_signed.assemble(value)?;
        if approval.level() == Level::BB {
            let output = prepared.embed(&signature)?.into();
            return Ok(Signed { signature, output, level: Level::BB });
        }
        let (token, level) = match self.time_stamp(&signature).await {
            Ok((stamped, token)) => {
                signature = stamped;
                (Some(token), approval.level())
            }
            Err(error) => (None, self.degrade(approval, &signature, error)?),
        };
        let mut embedded = prepared.embed(&signature)?;
        if let Some(token) = token.filter(|_| level > Level::BT) {
            embedded = Box::pin(self.lengthen(embedded, &chain, &token, level)).await?;
        }
        Ok(Signed { signature, output: embedded.into(), level })
    }

    /// The signature with a time-stamp that holds, and the time-stamp.
    async fn time_stamp(
        &self,
        signature: &Signature,
    ) -> Result<(Signature, TimeStampTokenDer), Error> {
        let imprint = signature.imprint(TIME_STAMP_DIGEST);
        let token = self.time_stamping.time_stamp(imprint).await?;
        Ok((self.trust.with_time_stamp(signature.clone(), token.clone())?, token))
    }

    /// B-B, if the profile allows that and our own validator would accept it now; else the reason
    /// why there is no time-stamp.
    fn degrade(
        &self,
        approval: &Approval,
        signature: &Signature,
        error: Error,
    ) -> Result<Level, Error> {
        if !approval.degrades() || self.clock.now() > signature.certificate().not_after() {
            return Err(error);
        }
        tracing::warn!(cause = %error, "no time-stamp: the profile degrades to B-B");
        Ok(Level::BB)
    }

    /// The exact upper bound of the container: a key that has signed cannot sign a larger hole.
    pub(super) fn reserve(&self, approval: &Approval, now: SystemTime) -> usize {
        let token = self.time_stamping.maximum_token_length();
        Reservation {
            maximum_chain_length: self.qscd.maximum_chain_length(approval.enrolment()),
            maximum_issuer_name_length: cades::MAXIMUM_ISSUER_NAME_LENGTH,
            algorithm: approval.algorithm(),
            kind: signature_kind(approval.format(), now),
            maximum_token_length: (approval.level() >= Level::BT).then_some(token),
        }
        .maximum_length()
    }
}

/// One hash was authorised, so one value comes back.
fn one(values: Vec<seal::SignatureValue>) -> Result<seal::SignatureValue, QscdError> {
    let [value] = <[_; 1]>::try_from(values).map_err(|values: Vec<_>| {
        QscdError::Unavailable(format!("{} signature values for one hash", values.len()))
    })?;
    Ok(value)
}

fn done(
    signature: &Signature,
    parts: &[Bytes],
    sha256: PrefixHash,
    asked: Level,
    level: Level,
    warnings: &[Warning],
) -> Done {
    let certificate = signature.certificate();
    Done {
        certificate_serial: hex(certificate.serial_number()),
        certificate_not_after: certificate.not_after(),
        output: sha256.finish(),
        size: parts.iter().map(|part| part.len() as u64).sum(),
        level,
        time_stamp_time: signature.time_stamp_time(),
        degraded: level < asked,
        warnings: warnings.iter().map(|warning| warning.name()).collect(),
        reference: None,
    }
}
