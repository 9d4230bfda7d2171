//! Who asks the device, as TLS proved it, and for whom it may act.

use std::collections::BTreeMap;

use listener::TlsClient;
use qscd_protocol::{Refusal, RefusalCode};
use seal::{EnrolmentRequest, QscdError, Registered, Registrar, Registration, Subject};
use tokio::sync::Mutex;

use super::error::Answer;
use crate::{allowed_client::AllowedClient, device::Device};

/// How many organisations are registered in a run by clients, whatever was withdrawn since.
const MAXIMUM_ORGANISATIONS: usize = 100_000;

/// The clients that may come in; whoever has a certificate, if none is named.
#[derive(Debug, Default)]
pub(super) struct Clients {
    allowed: Vec<AllowedClient>,
    /// Which service registered an organisation that the settings name for no client. It keeps it to
    /// the end of the run, also when it has withdrawn every profile: nobody takes it over.
    registered: Mutex<BTreeMap<String, Service>>,
}

/// Some clients that act together: the nodes of a service, or one by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Service {
    Named(String),
    /// A client's key.
    Alone(String),
}

impl Service {
    fn of(client: &AllowedClient) -> Self {
        match &client.service {
            Some(name) => Self::Named(name.clone()),
            None => Self::Alone(client.key_sha256.clone()),
        }
    }
}

impl Clients {
    pub(super) fn new(allowed: Vec<AllowedClient>) -> Self {
        Self { allowed, registered: Mutex::default() }
    }

    /// Lets in who may come in.
    pub(super) fn admit(&self, client: Option<&TlsClient>) -> Result<(), Answer> {
        if self.allowed.is_empty() || client.is_some_and(|client| self.find(client).is_some()) {
            return Ok(());
        }
        let why = match client {
            Some(client) => format!("the TLS client with the key {} is not known", client.as_str()),
            None => "a client shows its certificate".to_owned(),
        };
        Err(refused(why).into())
    }

    /// Whether a client may have a credential that names this subject. A person who acts for no
    /// organisation is nobody's: the person's own token decides.
    pub(super) async fn may_enrol(
        &self,
        client: Option<&TlsClient>,
        request: &EnrolmentRequest,
        device: &Device,
    ) -> Result<(), QscdError> {
        let organisation = match &request.subject {
            Subject::Organisation(subject) => Some(&subject.organization_identifier),
            Subject::Person(subject) => subject.organization_identifier.as_ref(),
        };
        let Some(organisation) = organisation else { return Ok(()) };
        self.may_act_for(client, organisation, device).await
    }

    /// Whether a client may have persons of this organisation asked, and their means registered.
    pub(super) async fn may_act_for(
        &self,
        client: Option<&TlsClient>,
        organisation: &String,
        device: &Device,
    ) -> Result<(), QscdError> {
        let Some(allowed) = client.and_then(|client| self.find(client)) else { return Ok(()) };
        if allowed.organizations.contains(organisation) {
            return Ok(());
        }
        let by = self.registered.lock().await.get(organisation).cloned();
        let registered = allowed.registers && by == Some(Service::of(allowed));
        if registered && device.has_registered(organisation) {
            return Ok(());
        }
        let why = "this client does not act for that organisation";
        Err(QscdError::EnrolmentRefused(why.to_owned()))
    }

    /// Registers what a client may: its own organisations and, if it registers, such as the settings
    /// name for nobody and no other service has registered.
    pub(super) async fn register(
        &self,
        client: Option<&TlsClient>,
        registration: Registration,
        device: &Device,
    ) -> Result<Registered, Answer> {
        let Some(allowed) = client.and_then(|client| self.find(client)) else {
            return Ok(device.register(registration).await?);
        };
        let organisation = registration.organization_identifier.clone();
        let is_of = |client: &AllowedClient| client.organizations.contains(&organisation);
        if is_of(allowed) {
            return Ok(device.register(registration).await?);
        }
        // Of two services that register the same at once, one was first.
        let mut registered = self.registered.lock().await;
        let service = Service::of(allowed);
        let is_others = match registered.get(&organisation) {
            Some(by) => *by != service,
            None => self.allowed.iter().any(is_of),
        };
        if !allowed.registers || is_others {
            return Err(refused("this client registers no such organisation".to_owned()).into());
        }
        if registered.len() >= MAXIMUM_ORGANISATIONS && !registered.contains_key(&organisation) {
            return Err(QscdError::AtCapacity.into());
        }
        let withdrawn = registration.withdrawn;
        let made = device.register(registration).await?;
        if !withdrawn {
            registered.insert(organisation, service);
        }
        Ok(made)
    }

    fn find(&self, client: &TlsClient) -> Option<&AllowedClient> {
        self.allowed.iter().find(|allowed| allowed.key_sha256 == client.as_str())
    }
}

fn refused(description: String) -> Refusal {
    Refusal { error: RefusalCode::ClientRefused, description, reason: None }
}
