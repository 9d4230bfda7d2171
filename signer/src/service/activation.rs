//! Activations: a document is prepared, the device makes the challenge, the person gives evidence of
//! their act at that moment, and only then is there a key.

mod held;
mod means;
mod new_passkey;

use std::{sync::Arc, time::SystemTime};

use audit::ActivatedBy;
use seal::{
    Act, ActRequest, ActivationEntry, ActivationEvidence, ActivationOrder, ActivationRefusal,
    Effort, EvidenceRefusal, MAXIMUM_ACTIVATION_ENTRIES, PersonalEvidence, QscdError,
    policy::{Refusal, Refusals},
};

pub(crate) use self::{
    held::{Activations, Held, HeldDocument},
    means::{MeansBegun, all_of, orders_of},
};
use super::{
    ActOptions, AppearanceOptions, Completed, Document, FileName, RequestError, Service,
    act::Ready,
    flight::StopOnDrop,
    intent::{judge, refuse},
    target::{Room, Target},
};
use crate::{
    Error,
    administration::Snapshot,
    audit::{AccessBy, DeclineRecord, Intent, TokenSpend},
    authentication::{Authenticated, AuthenticationError},
};

impl Service {
    /// Prepares documents that a person is to sign, and has the device make one challenge over all of
    /// them. They wait for ten minutes, on this node and in memory.
    ///
    /// # Errors
    /// [`Error`]; [`RequestError::Busy`] when the person, or all together, have as many as they may;
    /// [`RequestError::Malformed`] for no document, too many, or several profiles.
    pub(crate) async fn begin_activation(
        self: &Arc<Self>,
        caller: Authenticated,
        documents: Vec<(ActOptions, Document)>,
    ) -> Result<Arc<Held>, Error> {
        let profile = documents.first().map(|(options, _)| options.profile.clone());
        let profile = profile.ok_or_else(|| malformed("no document"))?;
        if documents.len() > MAXIMUM_ACTIVATION_ENTRIES {
            return Err(malformed("more than 100 documents").into());
        }
        if documents.iter().any(|(options, _)| options.profile != profile) {
            return Err(malformed("one activation is for one profile").into());
        }
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let efforts: Vec<Effort> =
            documents.iter().map(|(_, document)| self.effort(document)).collect();
        let _stops: Vec<StopOnDrop> = efforts.iter().map(StopOnDrop::new).collect();
        let task = async move {
            let _place = place;
            let (snapshot, now) = (caller.organisation.snapshot(), service.clock.now());
            caller.holds(&snapshot, now)?;
            let mut asked = None;
            let mut prepared = Vec::with_capacity(documents.len());
            for ((options, document), effort) in documents.into_iter().zip(efforts) {
                let seen = (&snapshot, now);
                let one = service.prepare_one(&caller, seen, options, document, effort);
                let (one, requester) = Box::pin(one).await?;
                asked.get_or_insert(requester);
                prepared.push(one);
            }
            let person = caller.caller.person().ok_or(AuthenticationError::Missing)?;
            let person = person.person.clone();
            let owner = (caller.organisation.organisation().clone(), person.clone());
            let free = service.activations.room(&owner, now)?;
            let entry = |one: &HeldDocument| {
                ActivationEntry::of_document(&one.request().document, one.imprint())
            };
            let order = ActivationOrder {
                organization_identifier: snapshot.policy().organisation().organization_identifier(),
                person,
                profile,
                act: Act::Sign,
                entries: prepared.iter().map(entry).collect(),
                requester: asked.unwrap_or_default(),
            };
            let activation = service.activator.begin_activation(order).await?;
            Ok(free.keep(Held::new(owner, activation, prepared)))
        };
        self.flights.run(task).await
    }

    /// Judges and prepares one document; answers by which name the device counts whoever asks.
    async fn prepare_one(
        &self,
        caller: &Authenticated,
        (snapshot, now): (&Arc<Snapshot>, SystemTime),
        options: ActOptions,
        document: Document,
        effort: Effort,
    ) -> Result<(HeldDocument, String), Error> {
        let options = options.named(snapshot)?;
        let (sha256, original) = (document.sha256(), document.bytes().clone());
        let opening = effort.clone();
        let open =
            move || Target::open(&document, &options, &opening).map(|target| (target, options));
        let (target, options) = self.flights.elsewhere(open).await?;
        let policy = snapshot.policy();
        let profile = policy
            .profile(&options.profile)
            .ok_or_else(|| Error::ProfileUnknown(options.profile.clone()))?;
        let request = ActRequest {
            appearance: options.appearance_name(),
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
        let approval = match judge(snapshot, caller, &request, profile, now).await? {
            Ok(approval) => approval,
            Err(refusals) => return Err(refuse(caller, intent, refusals, now).await),
        };
        let file_name = FileName::of(Act::Sign, request.format, target.packaging());
        let visible = options.appearance.as_ref().is_some_and(AppearanceOptions::is_new);
        let maximum_token_length = self.time_stamping.maximum_token_length();
        let room = Room { reserved: self.reserve(&approval, now), maximum_token_length };
        let shown = self.names(profile);
        let prepare = move || {
            let prepared = target.prepare(&approval, &shown, &options, now, room);
            prepared.map(|prepared| (prepared, approval))
        };
        let (prepared, approval) = self.flights.elsewhere(prepare).await?;
        effort.commit().map_err(pades::Error::from)?;
        let suite = (approval.algorithm(), approval.certification());
        let held = HeldDocument::new(request, suite, (file_name, visible), original, prepared);
        Ok((held, approval.enrolment().requester.clone()))
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

    /// An activation of the caller's own, with the evidence that the device has for it by now, where its own
    /// page took it.
    ///
    /// # Errors
    /// As [`Service::activation`]; [`Error::Device`].
    pub(crate) async fn answered_activation(
        &self,
        caller: &Authenticated,
        id: &str,
    ) -> Result<Arc<Held>, Error> {
        let held = self.activation(caller, id)?;
        if held.given().is_none()
            && self.device_asks()
            && let Some(given) = self.activator.given_evidence(&held.activation().id).await?
        {
            self.activations.give(&held, given).map_err(QscdError::from)?;
        }
        Ok(held)
    }

    /// Whether the device asks persons itself, on a page of its own.
    pub(crate) fn device_asks(&self) -> bool {
        self.activator.page().is_some()
    }

    /// The address on the device's own page for this path, where it has one: the browser is led back to
    /// `back`, a path of ours.
    pub(crate) fn device_page(&self, path: &str, back: &str) -> Option<String> {
        let origin = self.activator.page()?.origin;
        let back = format!("{}{back}", self.pages());
        let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
        Some(format!("{origin}{path}?return={back}"))
    }

    /// Forgets an activation that its person wants no more: nothing is signed by it, whatever evidence the
    /// device has for it.
    pub(crate) fn forget_activation(&self, id: &str) {
        self.activations.forget(id);
    }

    /// Ends an activation whose person does not sign, on record with their reason; `false` when they gave their
    /// evidence before. Nothing is signed by it from then on, whatever evidence the device is given.
    ///
    /// # Errors
    /// As [`Service::answered_activation`]; [`Error::Audit`] when it cannot be recorded: it waits on.
    pub(crate) async fn decline_activation(
        self: &Arc<Self>,
        caller: Authenticated,
        id: &str,
        reason: Option<&'static str>,
    ) -> Result<bool, Error> {
        let held = self.answered_activation(&caller, id).await?;
        let service = Arc::clone(self);
        // It is recorded, whoever waits for that.
        let record = async move {
            if !service.activations.withdraw(&held).map_err(QscdError::from)? {
                return Ok(false);
            }
            let record = DeclineRecord {
                by: AccessBy::Caller(&caller.caller),
                reference_code: &held.activation().reference_code().to_string(),
                documents: held.documents().len(),
                reason,
            };
            let now = service.clock.now();
            let noted = caller.organisation.tenant().note_decline(record, now).await;
            if noted.is_err() {
                service.activations.wait(held);
            }
            noted.map(|_| true).map_err(Error::from)
        };
        self.flights.run(record).await
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
        let snapshot = caller.organisation.snapshot();
        caller.holds(&snapshot, self.clock.now())?;
        let held = self.activation(&caller, id)?;
        if let Some(claims) = caller.caller.person() {
            self.remind_of(&snapshot, &claims.person)?;
        }
        let service = Arc::clone(self);
        // What the device accepted is known here, too, whoever waits for it.
        let give = async move {
            let given = service.activator.give_evidence(&held.activation().id, evidence).await?;
            service.activations.give(&held, given).map_err(QscdError::from)?;
            Ok(held)
        };
        self.flights.run(give).await
    }

    /// Signs what an activation prepared: the document of this number, from 1 on, or the only one.
    ///
    /// # Errors
    /// [`Error`], as [`Service::perform`].
    pub(crate) async fn perform_activated(
        self: &Arc<Self>,
        caller: Authenticated,
        id: &str,
        number: Option<usize>,
    ) -> Result<Completed, Error> {
        self.is_asked_first(&caller).await?;
        let held = self.answered_activation(&caller, id).await?;
        let (at, _) = held.numbered(number)?;
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let budget = self.budget_of(&caller);
        let task = async move {
            let _place = place;
            let (_, document) = held.numbered(Some(at + 1))?;
            let signing = service.sign_activated(&caller, &held, (at, document));
            let mut completed = Box::pin(signing).await?;
            budget.count(&mut completed.parts, &document.original);
            Ok(completed)
        };
        self.flights.run(task).await
    }

    async fn sign_activated(
        &self,
        caller: &Authenticated,
        held: &Held,
        (at, listed): (usize, &HeldDocument),
    ) -> Result<Completed, Error> {
        let given = held.given();
        let given = given.ok_or(QscdError::from(EvidenceRefusal::ActivationWithoutEvidence))?;
        let (snapshot, now) = (caller.organisation.snapshot(), self.clock.now());
        caller.holds(&snapshot, now)?;
        let request = listed.request();
        let policy = snapshot.policy();
        let profile = policy.profile(&request.profile);
        let profile = profile.ok_or_else(|| Error::ProfileUnknown(request.profile.clone()))?;
        let (activation, document) = (held.activation(), request.document);
        // A document that is listed twice is signed twice.
        let token_id = match at {
            0 => activation.id.as_str().to_owned(),
            at => format!("{}/{}", activation.id.as_str(), at + 1),
        };
        let issuer = format!("activation of {}", activation.device);
        let spend = TokenSpend { issuer, token_id, document };
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
        if !listed.was_prepared_for(approval.algorithm(), approval.certification()) {
            let refusals = Refusals::from(Refusal::revoked_meanwhile());
            return Err(refuse(caller, intent, refusals, now).await);
        }
        self.activations.offers(held, listed)?;
        let (file_name, visible) = (listed.file_name, listed.visible);
        let snapshot = &snapshot;
        let ready = Ready { caller, snapshot, intent, approval, profile, file_name, visible };
        let evidence = ActivationEvidence::Activation(activation.id.clone());
        let prepared = || Ok(self.activations.take(held, listed)?);
        self.carry_out(ready, prepared, &evidence, now).await
    }
}

fn malformed(cause: &str) -> RequestError {
    RequestError::Malformed(cause.to_owned())
}
