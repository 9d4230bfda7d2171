//! The device over its HTTP protocol: `docs/simulator.md`.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use axum::http::Method;
use futures_util::future::BoxFuture;
use qscd_protocol::{
    Acknowledgement, Authorisation, AuthorisationOrder, DestructionPage, DeviceDescription,
    EnrolledCredential, EnrolmentOrder, MAXIMUM_BODY_LENGTH, Refusal, SecretText, SignatureOrder,
    Signatures, SignedInput,
};
use ring::rand::{SecureRandom, SystemRandom};
use seal::{
    ActivationEvidence, CertificateDer, Credential, CredentialId, EnrolmentRequest, Qscd,
    QscdError, Registered, Registrar, Registration, Sad, SignatureValue, ToSign,
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;

use super::{
    Connection, ConnectionError,
    answer::Answer,
    credential_name::path_segment,
    published::Published,
    registrations::{Registrations, acknowledged},
};
use crate::audit::hex;

const JSON: &str = "application/json";
const CREDENTIALS: &str = "/qscd/v1/credentials";
const REGISTRATIONS: &str = "/qscd/v1/registrations";
/// Room for most orders, in bytes.
const ORDER_ROOM: usize = 1024;

/// How long a run that could not be adopted is not asked for again.
const SECOND_THOUGHTS: Duration = Duration::from_secs(1);

/// Told of the description of a new run before anything of that run is used; what it refuses is
/// not used. What it has to write, it writes where it stops nobody.
type Adopt = dyn Fn(Arc<DeviceDescription>) -> BoxFuture<'static, Result<(), String>> + Send + Sync;

/// A device that is asked over HTTP.
pub struct RemoteDevice {
    connection: Connection,
    description: RwLock<Arc<DeviceDescription>>,
    adopt: RwLock<Arc<Adopt>>,
    /// One adoption at a time: the last run that could not be adopted, and when.
    adopting: tokio::sync::Mutex<Option<(String, Instant)>>,
    /// The run and its public address.
    published: Mutex<Option<(String, Arc<Published>)>>,
    randomness: SystemRandom,
    registrations: Registrations,
}

impl RemoteDevice {
    /// Asks the device what it is.
    ///
    /// # Errors
    /// [`ConnectionError`] when it does not answer, or answers nonsense.
    pub async fn connect(connection: Connection) -> Result<Self, ConnectionError> {
        let description = Arc::new(describe(&connection).await?);
        Ok(Self::described(connection, description))
    }

    fn described(connection: Connection, description: Arc<DeviceDescription>) -> Self {
        let description = RwLock::new(description);
        let adopt: RwLock<Arc<Adopt>> = RwLock::new(Arc::new(|_| Box::pin(async { Ok(()) })));
        let (published, randomness) = (Mutex::default(), SystemRandom::new());
        let adopting = tokio::sync::Mutex::default();
        let registrations = Registrations::default();
        Self { connection, description, adopt, adopting, published, randomness, registrations }
    }

    /// The same device behind another address, for tests.
    #[cfg(test)]
    pub(crate) fn behind(&self, connection: Connection) -> Self {
        Self::described(connection, self.description())
    }

    /// What the device says of itself, in its present run.
    pub fn description(&self) -> Arc<DeviceDescription> {
        Arc::clone(&self.description.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The root certificate of the device's present run.
    pub fn trust_anchor(&self) -> CertificateDer {
        CertificateDer::new(self.description().trust_anchor.as_bytes().to_vec())
    }

    /// Where the present run publishes its certificates and revocation data.
    pub(super) fn published(&self) -> Result<Arc<Published>, ConnectionError> {
        let description = self.description();
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((run, known)) = &*published
            && *run == description.run_id
        {
            return Ok(Arc::clone(known));
        }
        let new = Arc::new(Published::at(&description.public_url)?);
        *published = Some((description.run_id.clone(), Arc::clone(&new)));
        Ok(new)
    }

    /// Has `adopt` told of every further run: a device that was started again has other keys.
    pub fn on_new_run(
        &self,
        adopt: impl Fn(Arc<DeviceDescription>) -> BoxFuture<'static, Result<(), String>>
        + Send
        + Sync
        + 'static,
    ) {
        *self.adopt.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(adopt);
    }

    async fn enrol_remotely(&self, enrolment: EnrolmentRequest) -> Result<Credential, QscdError> {
        let order = EnrolmentOrder { request_id: self.request_id()?, enrolment };
        let mut answer = self.post(CREDENTIALS, &order).await;
        // The same name gives the same credential, so asking again is safe.
        if matches!(answer, Err(Failure::Lost(_))) {
            answer = self.post(CREDENTIALS, &order).await;
        }
        let enrolled: EnrolledCredential = answer?;
        let nothing = || unavailable("a credential without certificate");
        let unusable = match self.adopt_run(&enrolled.run_id).await {
            Ok(()) => enrolled.certificates.is_empty().then(nothing),
            Err(why) => Some(why),
        };
        if let Some(why) = unusable {
            // A key that is not used is not left to its time.
            if let Err(error) = self.destroy_remotely(&CredentialId::new(enrolled.id)).await {
                tracing::warn!(%error, "a key that is not used could not be destroyed");
            }
            return Err(why);
        }
        enrolled.into_credential().ok_or_else(nothing)
    }

    /// The destructions after number `after`, unverified.
    ///
    /// # Errors
    /// [`PullError`].
    pub async fn destructions(&self, after: u64) -> Result<DestructionPage, PullError> {
        let path = format!("/qscd/v1/destructions?after={after}");
        let answer = self.ask(Method::GET, &path, Vec::new()).await?;
        serde_json::from_slice(&answer.body).map_err(|error| PullError::Nonsense(error.to_string()))
    }

    /// Makes the run with this name the present one, as the device describes it, unless it is.
    ///
    /// # Errors
    /// [`QscdError::Unavailable`] when the device does not tell of it, or it cannot be adopted.
    pub async fn adopt_run(&self, run_id: &str) -> Result<(), QscdError> {
        if self.description().run_id == run_id {
            return Ok(());
        }
        let mut failed = self.adopting.lock().await;
        // Somebody else may have adopted it meanwhile, or failed to.
        if self.description().run_id == run_id {
            return Ok(());
        }
        if let Some((run, at)) = &*failed
            && run == run_id
            && at.elapsed() < SECOND_THOUGHTS
        {
            return Err(unavailable("its new run could not be adopted a moment ago"));
        }
        let adopted = self.adopt_new_run(run_id).await;
        *failed = adopted.is_err().then(|| (run_id.to_owned(), Instant::now()));
        adopted
    }

    async fn adopt_new_run(&self, run_id: &str) -> Result<(), QscdError> {
        let description =
            describe(&self.connection).await.map_err(|error| unavailable(error.to_string()))?;
        if description.run_id != run_id {
            return Err(unavailable("the device was started again meanwhile"));
        }
        let description = Arc::new(description);
        let adopt = Arc::clone(&self.adopt.read().unwrap_or_else(PoisonError::into_inner));
        adopt(Arc::clone(&description)).await.map_err(unavailable)?;
        for registration in self.registrations.all() {
            self.register_once(&registration).await?;
        }
        tracing::warn!(
            run_id,
            "the device was started again: its new trust anchor and its issuer's keys are trusted"
        );
        *self.description.write().unwrap_or_else(PoisonError::into_inner) = description;
        Ok(())
    }

    /// Registers with whatever run of the device answers.
    async fn register_once(&self, registration: &Registration) -> Result<Registered, QscdError> {
        let mut answer = self.post(REGISTRATIONS, registration).await;
        // What is registered already may be registered again.
        if matches!(answer, Err(Failure::Lost(_))) {
            answer = self.post(REGISTRATIONS, registration).await;
        }
        let acknowledgement: Acknowledgement = answer?;
        acknowledged(acknowledgement, registration)
    }

    async fn register_remotely(&self, registration: Registration) -> Result<Registered, QscdError> {
        // What is to end is not registered again, even if this run is not there to hear of it.
        if registration.withdrawn {
            self.registrations.forget(&registration);
        }
        let registered = self.register_once(&registration).await?;
        self.registrations.remember(registration);
        Ok(registered)
    }

    async fn destroy_remotely(&self, id: &CredentialId) -> Result<(), QscdError> {
        let path = format!("{CREDENTIALS}/{}", path_segment(id)?);
        let mut answer = self.delete(&path).await;
        // What was destroyed by the first attempt is gone: that is what was asked for.
        if matches!(answer, Err(Failure::Lost(_))) {
            answer = self.delete(&path).await;
        }
        Ok(answer?)
    }

    async fn delete(&self, path: &str) -> Result<(), Failure> {
        self.ask(Method::DELETE, path, Vec::new()).await.map(drop)
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        order: &impl Serialize,
    ) -> Result<T, Failure> {
        let mut body = Vec::with_capacity(ORDER_ROOM);
        serde_json::to_writer(&mut body, order)
            .map_err(|error| Failure::Nonsense(error.to_string()))?;
        let answer = self.ask(Method::POST, path, body).await?;
        // The position alone: the answer may hold activation data.
        serde_json::from_slice(&answer.body)
            .map_err(|error| Failure::Nonsense(format!("at {}:{}", error.line(), error.column())))
    }

    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Answer, Failure> {
        let answer = self
            .connection
            .ask(method, path, JSON, body, MAXIMUM_BODY_LENGTH)
            .await
            .map_err(|error| Failure::Lost(error.to_string()))?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        match serde_json::from_slice::<Refusal>(&answer.body) {
            Ok(refusal) => Err(Failure::Refused(refusal.into_error())),
            Err(_) => Err(Failure::Nonsense(format!("status {}", answer.status))),
        }
    }

    /// A new name for an enrolment.
    fn request_id(&self) -> Result<String, QscdError> {
        let mut bytes = [0; 16];
        self.randomness.fill(&mut bytes).map_err(|_| unavailable("no randomness"))?;
        Ok(hex(&bytes))
    }
}

/// Why a call gave nothing.
pub(super) enum Failure {
    /// The device said so.
    Refused(QscdError),
    /// No answer, or not the whole: whether the device acted is not known.
    Lost(String),
    /// An answer that the protocol does not know.
    Nonsense(String),
}

/// Why the device's destructions could not be had.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PullError {
    /// No answer, or a refusal.
    #[error("{0}")]
    Unavailable(QscdError),
    /// An answer that the protocol does not know.
    #[error("the device answers nonsense: {0}")]
    Nonsense(String),
}

impl From<Failure> for PullError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Nonsense(what) => Self::Nonsense(what),
            failure @ (Failure::Refused(_) | Failure::Lost(_)) => Self::Unavailable(failure.into()),
        }
    }
}

impl From<Failure> for QscdError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) => error,
            Failure::Lost(why) => unavailable(why),
            Failure::Nonsense(what) => unavailable(format!("it answers nonsense: {what}")),
        }
    }
}

impl Qscd for RemoteDevice {
    fn maximum_chain_length(&self, request: &EnrolmentRequest) -> usize {
        // A suite that the device does not name is refused at enrolment.
        self.description().maximum_chain_length(request).unwrap_or_default()
    }

    fn enrol(&self, request: EnrolmentRequest) -> BoxFuture<'_, Result<Credential, QscdError>> {
        Box::pin(self.enrol_remotely(request))
    }

    fn authorise<'a>(
        &'a self,
        id: &'a CredentialId,
        to_sign: &'a [ToSign],
        evidence: &'a ActivationEvidence,
    ) -> BoxFuture<'a, Result<Sad, QscdError>> {
        Box::pin(async move {
            let path = format!("{CREDENTIALS}/{}/authorisations", path_segment(id)?);
            let order = AuthorisationOrder::new(to_sign, evidence);
            let Authorisation { sad } = self.post(&path, &order).await?;
            Ok(Sad::new(sad.expose().to_owned()))
        })
    }

    fn sign<'a>(
        &'a self,
        id: &'a CredentialId,
        sad: Sad,
        to_sign: &'a [ToSign],
    ) -> BoxFuture<'a, Result<Vec<SignatureValue>, QscdError>> {
        Box::pin(async move {
            let path = format!("{CREDENTIALS}/{}/signatures", path_segment(id)?);
            let order = SignatureOrder {
                sad: SecretText::new(sad.expose()),
                to_sign: to_sign.iter().map(SignedInput::from).collect(),
            };
            Ok(self.post::<Signatures>(&path, &order).await?.into_values())
        })
    }

    fn activate<'a>(
        &'a self,
        id: &'a CredentialId,
        to_sign: &'a [ToSign],
        evidence: &'a ActivationEvidence,
    ) -> BoxFuture<'a, Result<Vec<SignatureValue>, QscdError>> {
        Box::pin(async move {
            let path = format!("{CREDENTIALS}/{}/activations", path_segment(id)?);
            let order = AuthorisationOrder::new(to_sign, evidence);
            Ok(self.post::<Signatures>(&path, &order).await?.into_values())
        })
    }

    fn destroy<'a>(&'a self, id: &'a CredentialId) -> BoxFuture<'a, Result<(), QscdError>> {
        Box::pin(self.destroy_remotely(id))
    }
}

impl Registrar for RemoteDevice {
    fn register(&self, registration: Registration) -> BoxFuture<'_, Result<Registered, QscdError>> {
        Box::pin(self.register_remotely(registration))
    }
}

impl fmt::Debug for RemoteDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run_id = self.description().run_id.clone();
        f.debug_struct("RemoteDevice").field("run_id", &run_id).finish_non_exhaustive()
    }
}

async fn describe(connection: &Connection) -> Result<DeviceDescription, ConnectionError> {
    let path = "/qscd/v1/device";
    let answer = connection.ask(Method::GET, path, JSON, Vec::new(), MAXIMUM_BODY_LENGTH).await?;
    let malformed = |why: String| ConnectionError::Malformed(why);
    if !answer.status.is_success() {
        return Err(malformed(format!("status {}", answer.status)));
    }
    serde_json::from_slice(&answer.body).map_err(|error| malformed(error.to_string()))
}

fn unavailable(why: impl Into<String>) -> QscdError {
    QscdError::Unavailable(why.into())
}
