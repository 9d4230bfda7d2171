//! Activations: a document is prepared, the device makes the challenge, the person gives evidence of
//! their act at that moment, and only then is there a key.

mod held;

use std::sync::Arc;

use audit::ActivatedBy;
use seal::{
    Act, ActRequest, ActivationEntry, ActivationEvidence, ActivationOrder, ActivationRefusal,
    EvidenceRefusal, PersonalEvidence, QscdError,
    policy::{Refusal, Refusals},
};

pub(crate) use self::held::{Activations, Held};
use super::{
    ActOptions, AppearanceOptions, Completed, Document, FileName, Service,
    act::Ready,
    flight::StopOnDrop,
    intent::{judge, refuse},
    target::{Room, Target},
};
use crate::{
    Error,
    audit::{Intent, TokenSpend},
    authentication::{Authenticated, AuthenticationError},
};

impl Service {
    /// Prepares a document that a person is to sign, and has the device make a challenge over it. It
    /// waits for ten minutes, on this node and in memory.
    ///
    /// # Errors
    /// [`Error`]; [`RequestError::Busy`](super::RequestError::Busy) when the person, or all together,
    /// have as many as they may.
    pub(crate) async fn begin_activation(
        self: &Arc<Self>,
        caller: Authenticated,
        options: ActOptions,
        document: Document,
    ) -> Result<Arc<Held>, Error> {
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let effort = self.effort(&document);
        let _stop = StopOnDrop::new(&effort);
        let task = async move {
            let _place = place;
            let (sha256, original) = (document.sha256(), document.bytes().clone());
            let opening = effort.clone();
            let open =
                move || Target::open(&document, &options, &opening).map(|target| (target, options));
            let (target, options) = service.flights.elsewhere(open).await?;
            let (snapshot, now) = (caller.organisation.snapshot(), service.clock.now());
            caller.holds(&snapshot, now)?;
            let policy = snapshot.policy();
            let profile = policy
                .profile(&options.profile)
                .ok_or_else(|| Error::ProfileUnknown(options.profile.clone()))?;
            let request = ActRequest {
                act: Act::Sign,
                profile: profile.id.clone(),
                format: target.format(),
                level: options.level.unwrap_or(profile.default_level),
                certification: target.certification(&options, profile),
                texts: options.texts(profile),
                document: sha256,
                facts: target.facts(),
                activated: true,
                seals: 1,
            };
            let intent = Intent {
                caller: &caller.caller,
                request: &request,
                organisation: policy.organisation(),
                spend: None,
                counted: None,
                keyed: None,
                hashes: None,
                activated_by: None,
                revision: snapshot.revision(),
                profile_version: snapshot.profile_version(&profile.id),
            };
            let approval = match judge(&snapshot, &caller, &request, profile, now).await? {
                Ok(approval) => approval,
                Err(refusals) => return Err(refuse(&caller, intent, refusals, now).await),
            };
            let person = caller.caller.person().ok_or(AuthenticationError::Missing)?;
            let person = person.person.clone();
            let owner = (caller.organisation.organisation().clone(), person.clone());
            let file_name = FileName::of(Act::Sign, request.format, target.packaging());
            let visible = options.appearance.as_ref().is_some_and(AppearanceOptions::is_new);
            let maximum_token_length = service.time_stamping.maximum_token_length();
            let room = Room { reserved: service.reserve(&approval, now), maximum_token_length };
            let shown = service.names(profile);
            let prepare = move || {
                let prepared = target.prepare(&approval, &shown, &options, now, room);
                prepared.map(|prepared| (prepared, approval))
            };
            let (prepared, approval) = service.flights.elsewhere(prepare).await?;
            effort.commit().map_err(pades::Error::from)?;
            let free = service.activations.room(&owner, now)?;
            let order = ActivationOrder {
                organization_identifier: policy.organisation().organization_identifier(),
                person,
                profile: request.profile.clone(),
                act: Act::Sign,
                entries: vec![ActivationEntry::of_document(&sha256, &prepared.digest())],
                requester: approval.enrolment().requester.clone(),
            };
            let activation = service.activator.begin_activation(order).await?;
            let imprint = prepared.digest();
            Ok(free.keep(Held::new(
                owner,
                activation,
                request,
                (approval.algorithm(), approval.certification()),
                (file_name, visible, imprint, original),
                prepared,
            )))
        };
        self.flights.run(task).await
    }

    /// An activation of the caller's own.
    ///
    /// # Errors
    /// [`ActivationRefusal::Unknown`] for any other, and for one that has ended.
    pub(crate) fn activation(&self, caller: &Authenticated, id: &str) -> Result<Arc<Held>, Error> {
        let held = self.activations.find(id, self.clock.now()).filter(|held| {
            let person = caller.caller.person().map(|claims| &claims.person);
            held.is_of(caller.organisation.organisation(), person)
        });
        held.ok_or_else(|| QscdError::from(ActivationRefusal::Unknown).into())
    }

    /// Gives the device the person's evidence.
    ///
    /// # Errors
    /// [`Error::Device`]: what the device has against it.
    pub(crate) async fn give_evidence(
        self: &Arc<Self>,
        caller: Authenticated,
        id: &str,
        evidence: PersonalEvidence,
    ) -> Result<Arc<Held>, Error> {
        caller.holds(&caller.organisation.snapshot(), self.clock.now())?;
        let held = self.activation(&caller, id)?;
        let service = Arc::clone(self);
        // What the device accepted is known here, too, whoever waits for it.
        let give = async move {
            let given = service.activator.give_evidence(&held.activation().id, evidence).await?;
            held.give(given);
            Ok(held)
        };
        self.flights.run(give).await
    }

    /// Signs what an activation prepared.
    ///
    /// # Errors
    /// [`Error`], as [`Service::perform`].
    pub(crate) async fn perform_activated(
        self: &Arc<Self>,
        caller: Authenticated,
        id: &str,
    ) -> Result<Completed, Error> {
        if let Some(keyed) = &caller.keyed {
            // Before anything is judged: whoever asks again is told what came of it.
            caller.organisation.tenant().is_free(keyed).await?;
        }
        let held = self.activation(&caller, id)?;
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let budget = self.budget_of(&caller);
        let task = async move {
            let _place = place;
            let mut completed = Box::pin(service.sign_activated(&caller, &held)).await?;
            budget.count(&mut completed.parts, held.original());
            Ok(completed)
        };
        self.flights.run(task).await
    }

    async fn sign_activated(
        &self,
        caller: &Authenticated,
        held: &Held,
    ) -> Result<Completed, Error> {
        let given = held.given();
        let given = given.ok_or(QscdError::from(EvidenceRefusal::ActivationWithoutEvidence))?;
        let (snapshot, now) = (caller.organisation.snapshot(), self.clock.now());
        caller.holds(&snapshot, now)?;
        let request = held.request();
        let policy = snapshot.policy();
        let profile = policy.profile(&request.profile);
        let profile = profile.ok_or_else(|| Error::ProfileUnknown(request.profile.clone()))?;
        let (activation, document) = (held.activation(), request.document);
        let spend = TokenSpend {
            issuer: format!("activation of {}", activation.device),
            token_id: activation.id.as_str().to_owned(),
            document,
        };
        let activated_by = ActivatedBy {
            evidence: given.kind,
            hash_only: false,
            reference_code: Some(activation.reference_code().to_string()),
        };
        let intent = Intent {
            caller: &caller.caller,
            request,
            organisation: policy.organisation(),
            spend: Some(&spend),
            counted: None,
            keyed: caller.keyed.as_ref(),
            hashes: None,
            activated_by: Some(&activated_by),
            revision: snapshot.revision(),
            profile_version: snapshot.profile_version(&profile.id),
        };
        // Once more: what was allowed when the document was prepared may not be any more.
        let approval = match judge(&snapshot, caller, request, profile, now).await? {
            Ok(approval) => approval,
            Err(refusals) => return Err(refuse(caller, intent, refusals, now).await),
        };
        if !held.was_prepared_for(approval.algorithm(), approval.certification()) {
            let refusals = Refusals::from(Refusal::revoked_meanwhile());
            return Err(refuse(caller, intent, refusals, now).await);
        }
        let prepared = self.activations.take(held);
        let prepared = prepared.ok_or(QscdError::from(EvidenceRefusal::ImprintNotApproved))?;
        let (file_name, visible) = held.shape();
        let snapshot = &snapshot;
        let ready = Ready { caller, snapshot, intent, approval, profile, file_name, visible };
        let evidence = ActivationEvidence::Activation(activation.id.clone());
        self.carry_out(ready, prepared, &evidence, now).await
    }
}
