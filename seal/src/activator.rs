//! The port by which a person activates a key: activations, the evidence for them, and the means by
//! which a device knows a person.
//!
//! What an activation allows is signed by [`Qscd::activate`](crate::Qscd::activate) with
//! [`ActivationEvidence::Activation`](crate::ActivationEvidence::Activation) and
//! [`ToSign::Attributes`](crate::ToSign::Attributes).

use std::fmt::Debug;

use futures_core::future::BoxFuture;

use crate::{
    Activation, ActivationId, ActivationOrder, AuthenticatorOrder, DevicePage, GivenEvidence,
    MadePasskey, NewPasskeyOrder, PendingRegistration, PersonalEvidence, QscdError,
    RegistrationGround,
};

/// Where a device takes activations and registrations.
pub trait Activator: Debug + Send + Sync {
    /// Begins an activation: the device makes the challenge that the person's evidence has to be over.
    ///
    /// # Errors
    /// [`QscdError::ActivationRefused`], [`QscdError::AtCapacity`], [`QscdError::Unavailable`].
    fn begin_activation(
        &self,
        order: ActivationOrder,
    ) -> BoxFuture<'_, Result<Activation, QscdError>>;

    /// Gives the evidence for an activation, once. Evidence that is refused leaves it open, but for
    /// some tries only.
    ///
    /// # Errors
    /// [`QscdError::ActivationRefused`], [`QscdError::Unavailable`].
    fn give_evidence<'a>(
        &'a self,
        id: &'a ActivationId,
        evidence: PersonalEvidence,
    ) -> BoxFuture<'a, Result<GivenEvidence, QscdError>>;

    /// The evidence that the device accepted for an activation, whoever gave it: nothing yet, where it
    /// still waits.
    ///
    /// # Errors
    /// [`QscdError::ActivationRefused`], [`QscdError::Unavailable`].
    fn given_evidence<'a>(
        &'a self,
        id: &'a ActivationId,
    ) -> BoxFuture<'a, Result<Option<GivenEvidence>, QscdError>>;

    /// The device's own page, where it has one: passkeys are then taken from there alone.
    fn page(&self) -> Option<DevicePage> {
        None
    }

    /// Has a passkey made on the device's own page. It signs nothing before it is registered.
    ///
    /// # Errors
    /// [`QscdError::ActivationRefused`], as where there is no page; [`QscdError::AtCapacity`],
    /// [`QscdError::Unavailable`].
    fn begin_passkey(
        &self,
        order: NewPasskeyOrder,
    ) -> BoxFuture<'_, Result<ActivationId, QscdError>>;

    /// The passkey that was made there; nothing yet, where the person has not made it.
    ///
    /// # Errors
    /// [`QscdError::ActivationRefused`], [`QscdError::Unavailable`].
    fn made_passkey<'a>(
        &'a self,
        id: &'a ActivationId,
    ) -> BoxFuture<'a, Result<Option<MadePasskey>, QscdError>>;

    /// Begins to register a passkey or a linked login.
    ///
    /// # Errors
    /// [`QscdError::ActivationRefused`], [`QscdError::AtCapacity`], [`QscdError::Unavailable`].
    fn begin_registration(
        &self,
        order: AuthenticatorOrder,
    ) -> BoxFuture<'_, Result<PendingRegistration, QscdError>>;

    /// Registers it, if `evidence` over the challenge is the person's or an administrator's; without
    /// any only an organisation's first.
    ///
    /// # Errors
    /// [`QscdError::ActivationRefused`], [`QscdError::AtCapacity`], [`QscdError::Unavailable`].
    fn register_authenticator<'a>(
        &'a self,
        id: &'a ActivationId,
        evidence: Option<PersonalEvidence>,
    ) -> BoxFuture<'a, Result<RegistrationGround, QscdError>>;

    /// Whether a passkey or a linked login is registered for this person and organisation.
    ///
    /// # Errors
    /// [`QscdError::Unavailable`].
    fn is_registered(&self, order: AuthenticatorOrder) -> BoxFuture<'_, Result<bool, QscdError>>;

    /// Removes a passkey or a linked login: it gives no evidence any more.
    ///
    /// # Errors
    /// [`QscdError::ActivationRefused`] for one that is not registered so, [`QscdError::Unavailable`].
    fn remove_authenticator(
        &self,
        order: AuthenticatorOrder,
    ) -> BoxFuture<'_, Result<(), QscdError>>;
}
