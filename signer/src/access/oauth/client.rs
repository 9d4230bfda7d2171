//! Who a client is: by its secret, by what it signed, or by its certificate.

use std::{collections::BTreeSet, net::IpAddr, sync::Arc, time::SystemTime};

use oauth::{AssertionError, Credential, ErrorCode, OauthError, SecretHash, VerifiedAssertion};
use registry::{Client, ClientId, ClientProof, Scope};
use ring::digest::{Context, SHA256};

use super::{AuthorizationServer, Refusal};
use crate::{
    administration::{Administration, KeyEnd},
    authentication::{Holder, holder, thumbprint},
    store::{KeptSecret, SecretError, SecretKind},
};

/// A client that proved who it is, in the organisation that it reaches.
#[derive(Debug)]
pub(crate) struct AuthenticatedClient {
    pub(super) organisation: Arc<Administration>,
    pub(super) id: ClientId,
    pub(super) scopes: BTreeSet<Scope>,
    /// Whether it proved it by nothing: a public client.
    pub(super) is_public: bool,
    /// The certificate by which it proved it: its tokens are good with that alone (RFC 8705 section 3).
    pub(super) certificate: Option<String>,
    /// The certificate with whose key it signed, by its serial number in base64url: its tokens end with that.
    pub(super) signer: Option<String>,
}

impl AuthorizationServer {
    /// Lets a client prove who it is. `certificate` (DER) is what it has shown in TLS, and `from` its address.
    ///
    /// # Errors
    /// [`Refusal`]; of one that fails it does not say whether there is such a client.
    pub(crate) async fn authenticated(
        &self,
        credential: &Credential,
        (certificate, from): (Option<&[u8]>, IpAddr),
    ) -> Result<AuthenticatedClient, Refusal> {
        let id = ClientId(credential.client().to_owned());
        let (organisation, client) = self.present(&id)?.ok_or_else(Refusal::unproven)?;
        let now = self.service.clock().now();
        let Client { proof, scopes, .. } = client;
        let (mut bound, mut signer) = (None, None);
        let assertion = match (&proof, credential) {
            (ClientProof::Secret(hash), Credential::Secret { secret, .. }) => {
                if !SecretHash(hash.0).is_of(secret) {
                    return Err(Refusal::unproven());
                }
                None
            }
            (
                ClientProof::Keys(_) | ClientProof::Certificate(_),
                Credential::Assertion { assertion, .. },
            ) => {
                let known = self.keys(&organisation, &proof, now).await?;
                let known = known.ok_or_else(Refusal::unproven)?;
                let issuer = &self.issuer;
                let verified = VerifiedAssertion::of(assertion, &known.keys, &id.0, issuer, now);
                let verified = verified.map_err(unaccepted)?;
                signer = known.certificate(verified.key.as_deref());
                Some(verified)
            }
            (ClientProof::Certificate(uuid), Credential::Name(_)) => {
                let shown = certificate.ok_or_else(Refusal::unproven)?;
                let holder = holder(self.service.store(), shown, now).await?;
                let own = Holder {
                    organisation: organisation.organisation().clone(),
                    uuid: uuid.clone(),
                };
                if holder != Some(own) {
                    return Err(Refusal::unproven());
                }
                bound = Some(thumbprint(shown));
                None
            }
            (ClientProof::Public, Credential::Name(_)) => None,
            (ClientProof::Secret(_), Credential::Assertion { .. } | Credential::Name(_))
            | (ClientProof::Keys(_), Credential::Secret { .. } | Credential::Name(_))
            | (ClientProof::Certificate(_), Credential::Secret { .. })
            | (ClientProof::Public, Credential::Secret { .. } | Credential::Assertion { .. }) => {
                return Err(Refusal::unproven());
            }
        };
        let is_public = match proof {
            ClientProof::Public => true,
            ClientProof::Secret(_) | ClientProof::Keys(_) | ClientProof::Certificate(_) => false,
        };
        // What is asked by whoever is not the client takes nothing from it.
        let may_pass = match is_public {
            true => self.public_rates.pass((id.clone(), from)),
            false => self.rates.pass(id.clone()),
        };
        if !may_pass {
            return Err(Refusal::TooMany);
        }
        // One that was too much may be shown again.
        if let Some(assertion) = assertion {
            let VerifiedAssertion { jti, ends, .. } = assertion;
            let name = [&*id.0, &*jti];
            if !self.is_new(&organisation, &id, (&name, ends), now).await? {
                let why = "the client assertion was used before";
                return Err(OauthError::new(ErrorCode::InvalidClient, why).into());
            }
        }
        let certificate = bound;
        Ok(AuthenticatedClient { organisation, id, scopes, is_public, certificate, signer })
    }

    /// A client that has not ended.
    pub(super) fn present(
        &self,
        id: &ClientId,
    ) -> Result<Option<(Arc<Administration>, Client)>, Refusal> {
        let organisation = self.service.organisations().with_client(id)?;
        let Some(organisation) = organisation else { return Ok(None) };
        let (snapshot, now) = (organisation.snapshot(), self.service.clock().now());
        let Some(held) = snapshot.client(id) else { return Ok(None) };
        let client = match held.end {
            Some(KeyEnd::Revoked | KeyEnd::Inactive) => None,
            Some(KeyEnd::At(end)) if end <= now => None,
            Some(KeyEnd::At(_)) | None => Some(held.client.clone()),
        };
        Ok(client.map(|client| (organisation, client)))
    }

    /// Remembers what a client has signed, by its name until its end: it is good once over all nodes. Whether
    /// it was new.
    pub(super) async fn is_new(
        &self,
        organisation: &Administration,
        client: &ClientId,
        (parts, ends): (&[&str], SystemTime),
        now: SystemTime,
    ) -> Result<bool, Refusal> {
        let mut name = Context::new(&SHA256);
        for part in parts {
            name.update(&(part.len() as u64).to_be_bytes());
            name.update(part.as_bytes());
        }
        let mut hash = [0; 32];
        hash.copy_from_slice(name.finish().as_ref());
        let kept = KeptSecret {
            kind: SecretKind::ClientAssertion,
            hash,
            organisation: organisation.organisation().clone(),
            subject: client.0.clone(),
            person: None,
            family: [0; 16],
            ends,
            content: String::new(),
        };
        match self.service.store().keep_secret(&kept, None, now).await {
            Err(SecretError::AlreadyKept) => Ok(false),
            kept => Ok(kept.map(|()| true)?),
        }
    }
}

impl AuthenticatedClient {
    /// Whether it is what this was given to.
    pub(super) fn has(&self, kept: &KeptSecret) -> bool {
        kept.subject == self.id.0 && kept.organisation == *self.organisation.organisation()
    }
}

/// What is wrong is told to the client alone, which has signed it: to anybody else there is no such client.
fn unaccepted(error: AssertionError) -> Refusal {
    match error {
        AssertionError::Malformed
        | AssertionError::Critical
        | AssertionError::Algorithm
        | AssertionError::Key
        | AssertionError::Signature => Refusal::unproven(),
        AssertionError::Client | AssertionError::Audience | AssertionError::Time => {
            OauthError::new(ErrorCode::InvalidClient, error.to_string()).into()
        }
    }
}
