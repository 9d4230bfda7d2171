//! Activations and registrations at a device elsewhere. Nothing is sent twice: a challenge whose answer
//! is lost is made anew, and evidence is given once.

use axum::http::Method;
use futures_util::future::BoxFuture;
use qscd_protocol::{
    Accepted, ActivationRequest, ActivationState, GivenByPerson, MeansEvidence, MeansRegistered,
    MeansRequest, MeansState, NewPasskeyRequest, NewPasskeyState, NewPasskeyWaiting, Waiting,
};
use seal::{
    Activation, ActivationId, ActivationOrder, ActivationRefusal, Activator, AuthenticatorOrder,
    DevicePage, GivenEvidence, MadePasskey, NewPasskeyOrder, PendingRegistration, PersonalEvidence,
    QscdError, RegistrationGround,
};
use serde::de::DeserializeOwned;

use super::{RemoteDevice, credential_name::is_credential_name};

const ACTIVATIONS: &str = "/qscd/v1/activations";
const AUTHENTICATORS: &str = "/qscd/v1/authenticators";
const PASSKEYS: &str = "/qscd/v1/passkeys";

impl Activator for RemoteDevice {
    fn begin_activation(
        &self,
        order: ActivationOrder,
    ) -> BoxFuture<'_, Result<Activation, QscdError>> {
        Box::pin(async move {
            let request = ActivationRequest::from(&order);
            let waiting = self.post::<Waiting>(ACTIVATIONS, &request).await?;
            waiting.into_activation(&order).ok_or_else(other_challenge)
        })
    }

    fn give_evidence<'a>(
        &'a self,
        id: &'a ActivationId,
        evidence: PersonalEvidence,
    ) -> BoxFuture<'a, Result<GivenEvidence, QscdError>> {
        Box::pin(async move {
            let path = format!("{ACTIVATIONS}/{}/evidence", segment(id)?);
            let given = GivenByPerson::from(&evidence);
            Ok(self.post::<Accepted>(&path, &given).await?.into())
        })
    }

    fn given_evidence<'a>(
        &'a self,
        id: &'a ActivationId,
    ) -> BoxFuture<'a, Result<Option<GivenEvidence>, QscdError>> {
        Box::pin(async move {
            let path = format!("{ACTIVATIONS}/{}", segment(id)?);
            let state = self.told::<ActivationState>(&path).await?;
            Ok(state.evidence.map(GivenEvidence::from))
        })
    }

    fn page(&self) -> Option<DevicePage> {
        self.description().activation_page.as_ref().map(DevicePage::from)
    }

    fn begin_passkey(
        &self,
        order: NewPasskeyOrder,
    ) -> BoxFuture<'_, Result<ActivationId, QscdError>> {
        Box::pin(async move {
            let request = NewPasskeyRequest::from(order);
            let waiting = self.post::<NewPasskeyWaiting>(PASSKEYS, &request).await?;
            Ok(ActivationId::new(waiting.id))
        })
    }

    fn made_passkey<'a>(
        &'a self,
        id: &'a ActivationId,
    ) -> BoxFuture<'a, Result<Option<MadePasskey>, QscdError>> {
        Box::pin(async move {
            let path = format!("{PASSKEYS}/{}", segment(id)?);
            let state = self.told::<NewPasskeyState>(&path).await?;
            Ok(state.made.map(MadePasskey::from))
        })
    }

    fn begin_registration(
        &self,
        order: AuthenticatorOrder,
    ) -> BoxFuture<'_, Result<PendingRegistration, QscdError>> {
        Box::pin(async move {
            let request = MeansRequest::from(&order);
            let waiting = self.post::<Waiting>(AUTHENTICATORS, &request).await?;
            waiting.into_registration(&order).ok_or_else(other_challenge)
        })
    }

    fn register_authenticator<'a>(
        &'a self,
        id: &'a ActivationId,
        evidence: Option<PersonalEvidence>,
    ) -> BoxFuture<'a, Result<RegistrationGround, QscdError>> {
        Box::pin(async move {
            let path = format!("{AUTHENTICATORS}/{}", segment(id)?);
            let evidence = MeansEvidence { evidence: evidence.as_ref().map(GivenByPerson::from) };
            Ok(self.post::<MeansRegistered>(&path, &evidence).await?.ground)
        })
    }

    fn is_registered(&self, order: AuthenticatorOrder) -> BoxFuture<'_, Result<bool, QscdError>> {
        Box::pin(async move {
            let path = format!("{AUTHENTICATORS}/queries");
            let request = MeansRequest::from(&order);
            Ok(self.post::<MeansState>(&path, &request).await?.registered)
        })
    }

    fn remove_authenticator(
        &self,
        order: AuthenticatorOrder,
    ) -> BoxFuture<'_, Result<(), QscdError>> {
        Box::pin(async move {
            let path = format!("{AUTHENTICATORS}/removals");
            let body = serde_json::to_vec(&MeansRequest::from(&order));
            let body = body.map_err(|error| QscdError::Unavailable(error.to_string()))?;
            Ok(self.ask(Method::POST, &path, body).await.map(drop)?)
        })
    }
}

impl RemoteDevice {
    /// What the device tells at this path.
    async fn told<T: DeserializeOwned>(&self, path: &str) -> Result<T, QscdError> {
        let answer = self.ask(Method::GET, path, Vec::new()).await?;
        let told = serde_json::from_slice(&answer.body);
        told.map_err(|error| QscdError::Unavailable(error.to_string()))
    }
}

/// A name that no device has given is not known to one.
fn segment(id: &ActivationId) -> Result<&str, QscdError> {
    let name = id.as_str();
    if is_credential_name(name) { Ok(name) } else { Err(ActivationRefusal::Unknown.into()) }
}

fn other_challenge() -> QscdError {
    QscdError::Unavailable("it answers the challenge of something else".to_owned())
}
