//! Who asks the device, as TLS proved it, and for whom it may act.

use listener::TlsClient;
use qscd_protocol::{Refusal, RefusalCode};
use seal::{EnrolmentRequest, QscdError, Registration, Subject};

use super::error::Answer;
use crate::{allowed_client::AllowedClient, device::Device};

/// The clients that may come in; whoever has a certificate, if none is named.
#[derive(Debug, Default)]
pub(super) struct Clients(Vec<AllowedClient>);

impl Clients {
    pub(super) fn new(allowed: Vec<AllowedClient>) -> Self {
        Self(allowed)
    }

    /// Lets in who may come in.
    pub(super) fn admit(&self, client: Option<&TlsClient>) -> Result<(), Answer> {
        if self.0.is_empty() || client.is_some_and(|client| self.find(client).is_some()) {
            return Ok(());
        }
        let why = match client {
            Some(client) => format!("the TLS client with the key {} is not known", client.as_str()),
            None => "a client shows its certificate".to_owned(),
        };
        Err(Refusal { error: RefusalCode::ClientRefused, description: why }.into())
    }

    /// Whether a client may have a credential that names this subject. A person who acts for no
    /// organisation is nobody's: the person's own token decides.
    pub(super) fn may_enrol(
        &self,
        client: Option<&TlsClient>,
        request: &EnrolmentRequest,
        device: &Device,
    ) -> Result<(), QscdError> {
        let Some(allowed) = client.and_then(|client| self.find(client)) else { return Ok(()) };
        let organisation = match &request.subject {
            Subject::Organisation(subject) => Some(&subject.organization_identifier),
            Subject::Person(subject) => subject.organization_identifier.as_ref(),
        };
        let acts_for = |organisation: &String| {
            allowed.organizations.contains(organisation)
                || (allowed.registers && device.has_registered(organisation))
        };
        match organisation {
            Some(other) if !acts_for(other) => {
                let why = "this client does not act for that organisation";
                Err(QscdError::EnrolmentRefused(why.to_owned()))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether a client may register an organisation: one of its own, or any if it registers.
    pub(super) fn may_register(
        &self,
        client: Option<&TlsClient>,
        registration: &Registration,
    ) -> Result<(), Answer> {
        let Some(allowed) = client.and_then(|client| self.find(client)) else { return Ok(()) };
        if allowed.registers
            || allowed.organizations.contains(&registration.organization_identifier)
        {
            return Ok(());
        }
        let description = "this client registers no such organisation".to_owned();
        Err(Refusal { error: RefusalCode::ClientRefused, description }.into())
    }

    fn find(&self, client: &TlsClient) -> Option<&AllowedClient> {
        self.0.iter().find(|allowed| allowed.key_sha256 == client.as_str())
    }
}
