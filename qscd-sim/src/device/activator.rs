//! The device's side of activations and registrations: each is told.

use std::time::SystemTime;

use futures_core::future::BoxFuture;
use seal::{
    Activation, ActivationId, ActivationOrder, ActivationRefusal, Activator, AuthenticatorOrder,
    GivenEvidence, MadePasskey, Means, NewPasskeyOrder, PendingRegistration, PersonalEvidence,
    QscdError, RegistrationGround, identity::IdentityIssuer,
};
use webauthn::Registration;

use super::{Device, sam::Question};
use crate::event::Event;

impl Device {
    /// Begins an activation for a client elsewhere, or for this process.
    pub(crate) fn begin_activation_of(
        &self,
        client: Option<&str>,
        order: ActivationOrder,
    ) -> Result<Activation, QscdError> {
        let (now, entries) = (self.ending.clock.now(), order.entries.len());
        let begun = self.evidence.activations().begin(client, order, now, &self.rng);
        let activation = self.refused(None, begun)?;
        self.ending.journal.record(&Event::ActivationBegun {
            activation: activation.id.clone(),
            reference_code: activation.reference_code(),
            entries,
            at: now,
        });
        Ok(activation)
    }

    /// Begins a registration for a client elsewhere, or for this process.
    pub(crate) fn begin_registration_of(
        &self,
        client: Option<&str>,
        order: AuthenticatorOrder,
    ) -> Result<PendingRegistration, QscdError> {
        let now = self.ending.clock.now();
        let activations = self.evidence.activations();
        self.refused(None, activations.begin_registration(client, order, now, &self.rng))
    }

    /// Begins to have a passkey made, for a client elsewhere or for this process; answers its name, and when
    /// it ends.
    pub(crate) fn begin_passkey_of(
        &self,
        client: Option<&str>,
        order: NewPasskeyOrder,
    ) -> Result<(ActivationId, SystemTime), QscdError> {
        let now = self.ending.clock.now();
        let activations = self.evidence.activations();
        self.refused(None, activations.begin_passkey(client, order, now, &self.rng))
    }

    /// Takes a passkey that was made on the page. It signs nothing before it is registered.
    pub(crate) fn make_passkey(
        &self,
        id: &ActivationId,
        answer: &Registration<'_>,
    ) -> Result<(), QscdError> {
        let now = self.ending.clock.now();
        let made = self.evidence.activations().make_passkey(id, answer, now);
        self.refused(None, made.map_err(QscdError::from))
    }

    /// For which organisation a passkey is to be made, and what was made.
    pub(crate) fn made(
        &self,
        id: &ActivationId,
    ) -> Result<(String, Option<MadePasskey>), QscdError> {
        Ok(self.evidence.activations().made_passkey(id, self.ending.clock.now())?)
    }

    /// Whether an activation, a registration or a passkey that is to be made is another client's.
    pub(crate) fn activation_is_of_another(&self, id: &ActivationId, client: &str) -> bool {
        self.evidence.activations().is_of_another(id, client)
    }

    /// What a person is asked by this name; nothing once it is answered or over.
    pub(crate) fn question(&self, id: &ActivationId) -> Option<Question> {
        let mut question = self.evidence.activations().question(id, self.ending.clock.now())?;
        question.organisation_name = self.name_of(&question.organization_identifier);
        Some(question)
    }

    /// Registers a passkey or a linked login on the operator's word.
    ///
    /// # Errors
    /// [`QscdError::ActivationRefused`], [`QscdError::AtCapacity`].
    pub fn register_by_operator(&self, order: &AuthenticatorOrder) -> Result<(), QscdError> {
        let registered = self.evidence.activations().register_by_operator(order);
        self.refused(None, registered)?;
        self.tell_registered(order, RegistrationGround::Operator);
        Ok(())
    }

    /// Every means that is registered, by organisation and person.
    pub fn authenticators(&self) -> Vec<AuthenticatorOrder> {
        self.evidence.activations().orders()
    }

    /// Whether an order's means is registered for its person and organisation.
    pub fn knows(&self, order: &AuthenticatorOrder) -> bool {
        self.evidence.activations().knows(order)
    }

    /// Takes from a means that is registered that it speaks for others, where an order of it does not say so.
    pub fn lower(&self, order: &AuthenticatorOrder) {
        self.evidence.activations().lower(order);
    }

    /// Puts the keys of these issuers in place of those that they had.
    pub(crate) fn renew_issuers(&self, issuers: &[IdentityIssuer]) {
        self.evidence.activations().renew(issuers);
    }

    fn give_now(
        &self,
        id: &ActivationId,
        evidence: &PersonalEvidence,
    ) -> Result<GivenEvidence, QscdError> {
        let now = self.ending.clock.now();
        let given = self.evidence.activations().give(id, evidence, now).map_err(QscdError::from);
        self.tell_clone(id, &given);
        let evidence = self.refused(None, given)?;
        let activation = id.clone();
        self.ending.journal.record(&Event::EvidenceGiven { activation, evidence, at: now });
        Ok(evidence)
    }

    fn register_means_now(
        &self,
        id: &ActivationId,
        evidence: Option<&PersonalEvidence>,
    ) -> Result<RegistrationGround, QscdError> {
        let now = self.ending.clock.now();
        let registered = self.evidence.activations().register(id, evidence, now);
        self.tell_clone(id, &registered);
        let (ground, order) = self.refused(None, registered)?;
        self.tell_registered(&order, ground);
        Ok(ground)
    }

    fn remove_now(&self, order: &AuthenticatorOrder) -> Result<(), QscdError> {
        let removed = self.evidence.activations().remove(order);
        self.refused(None, removed)?;
        self.ending.journal.record(&Event::AuthenticatorRemoved {
            organization_identifier: order.organization_identifier.clone(),
            means: kind(&order.means),
            at: self.ending.clock.now(),
        });
        Ok(())
    }

    fn tell_registered(&self, order: &AuthenticatorOrder, ground: RegistrationGround) {
        self.ending.journal.record(&Event::AuthenticatorRegistered {
            organization_identifier: order.organization_identifier.clone(),
            means: kind(&order.means),
            administrator: order.administrator,
            ground,
            at: self.ending.clock.now(),
        });
    }

    fn tell_clone<T>(&self, id: &ActivationId, result: &Result<T, QscdError>) {
        if let Err(QscdError::ActivationRefused(ActivationRefusal::PossibleClone)) = result {
            let (activation, at) = (id.clone(), self.ending.clock.now());
            self.ending.journal.record(&Event::PossibleClone { activation, at });
        }
    }
}

impl Activator for Device {
    fn begin_activation(
        &self,
        order: ActivationOrder,
    ) -> BoxFuture<'_, Result<Activation, QscdError>> {
        Box::pin(async move { self.begin_activation_of(None, order) })
    }

    fn give_evidence<'a>(
        &'a self,
        id: &'a ActivationId,
        evidence: PersonalEvidence,
    ) -> BoxFuture<'a, Result<GivenEvidence, QscdError>> {
        Box::pin(async move { self.give_now(id, &evidence) })
    }

    fn given_evidence<'a>(
        &'a self,
        id: &'a ActivationId,
    ) -> BoxFuture<'a, Result<Option<GivenEvidence>, QscdError>> {
        let given = self.evidence.activations().given(id, self.ending.clock.now());
        Box::pin(async move { Ok(given?) })
    }

    /// In the same process there is no page.
    fn begin_passkey(&self, _: NewPasskeyOrder) -> BoxFuture<'_, Result<ActivationId, QscdError>> {
        Box::pin(async { Err(ActivationRefusal::NoPage.into()) })
    }

    fn made_passkey<'a>(
        &'a self,
        id: &'a ActivationId,
    ) -> BoxFuture<'a, Result<Option<MadePasskey>, QscdError>> {
        let made = self.made(id);
        Box::pin(async move { Ok(made?.1) })
    }

    fn is_registered(&self, order: AuthenticatorOrder) -> BoxFuture<'_, Result<bool, QscdError>> {
        Box::pin(async move { Ok(self.knows(&order)) })
    }

    fn begin_registration(
        &self,
        order: AuthenticatorOrder,
    ) -> BoxFuture<'_, Result<PendingRegistration, QscdError>> {
        Box::pin(async move { self.begin_registration_of(None, order) })
    }

    fn register_authenticator<'a>(
        &'a self,
        id: &'a ActivationId,
        evidence: Option<PersonalEvidence>,
    ) -> BoxFuture<'a, Result<RegistrationGround, QscdError>> {
        Box::pin(async move { self.register_means_now(id, evidence.as_ref()) })
    }

    fn remove_authenticator(
        &self,
        order: AuthenticatorOrder,
    ) -> BoxFuture<'_, Result<(), QscdError>> {
        Box::pin(async move { self.remove_now(&order) })
    }
}

fn kind(means: &Means) -> &'static str {
    match means {
        Means::Passkey { .. } => "passkey",
        Means::Login { .. } => "login",
    }
}
