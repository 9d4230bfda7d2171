//! Requests for a person's consent: whatever they came as, each becomes one transaction in the store.

use std::{
    collections::BTreeSet,
    net::IpAddr,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use oauth::{
    Addressed, AuthorizationRequest, CREDENTIAL_TYPES, ErrorCode, Form, OauthError, REQUEST_URI,
    RedirectUri, RequestObject, requested,
};
use registry::{Client, ClientId, ClientProof, Scope};
use serde::{Deserialize, Serialize};

use super::{AuthenticatedClient, AuthorizationServer, Refusal};
use crate::{
    access::random_secret,
    administration::Administration,
    secret::Secret,
    store::{AuditError, KeptSecret, SecretKind, Spent},
};

/// How long a pushed request waits for its person's browser.
pub(crate) const PUSHED_LIFETIME: Duration = Duration::from_secs(90);

/// How long a person has to log in and to decide.
pub(crate) const LIFETIME: Duration = Duration::from_secs(600);

/// How many requests wait at once that one client pushed, having proved who it is.
const MAXIMUM_REQUESTS: u32 = 10_000;

/// The longest request of whoever proved nothing, as it is kept, in bytes.
const MAXIMUM_UNPROVEN: usize = 16 << 10;

/// What a person is asked, and where the answer goes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transaction {
    /// Where the answer goes: the client has registered it.
    pub(crate) redirect: String,
    /// Whether the request named it; the token request then names it again (RFC 6749 section 4.1.3).
    pub(super) named: bool,
    /// What is asked.
    pub(crate) request: AuthorizationRequest,
    /// When it was asked, in seconds since 1970.
    begun: u64,
    /// The session that there was then, by the hash of what its forms show.
    before: Option<[u8; 32]>,
}

/// A transaction, and whose it is.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) organisation: Arc<Administration>,
    pub(crate) client: ClientId,
    /// What people call it.
    pub(crate) client_name: String,
    pub(crate) transaction: Transaction,
    /// By what the store finds it.
    pub(crate) hash: [u8; 32],
}

/// In whose place a request waits.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// The client's, which proved who it is.
    Client,
    /// The address's: anybody asks in the name of a client who knows it.
    Address(IpAddr),
}

/// Why nobody is asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unasked {
    /// It is not known who asks, or whether the answer may go where it says: a page says so, and the
    /// browser goes nowhere (RFC 9700 section 4.11.2).
    #[error("{0}")]
    Page(OauthError),
    /// The client is told, where it registered that it is.
    #[error("{error}")]
    Client {
        /// Where.
        redirect: String,
        /// What comes back with it.
        state: Option<String>,
        /// What.
        error: OauthError,
    },
    /// Anything else.
    #[error(transparent)]
    Refusal(#[from] Refusal),
}

/// A client by its name, unproven, and the address that it registered.
struct Known {
    organisation: Arc<Administration>,
    client: Client,
    redirect: String,
    named: bool,
}

impl AuthorizationServer {
    /// Keeps what a client pushed (RFC 9126): the `request_uri`.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(crate) async fn push(
        &self,
        client: &AuthenticatedClient,
        address: IpAddr,
        form: &Form,
    ) -> Result<String, Refusal> {
        let from = match client.is_public {
            true => Place::Address(address),
            false => Place::Client,
        };
        if form.names("request_uri") {
            return Err(OauthError::request("a pushed request names no other").into());
        }
        if form.names("request") {
            RequestObject::stands_alone(form)?;
        }
        let (form, signed) = &self.opened(form.clone(), &client.id.0).await?;
        let told = |error| match error {
            Unasked::Page(error) | Unasked::Client { error, .. } => Refusal::from(error),
            Unasked::Refusal(refusal) => refusal,
        };
        let (known, transaction) = self.read((form, *signed), from, None).map_err(told)?;
        if known.client.id != client.id {
            return Err(Refusal::unproven());
        }
        let secret = self.keep(&known, from, &transaction, PUSHED_LIFETIME).await?;
        Ok(format!("{REQUEST_URI}{}", secret.expose()))
    }

    /// Takes a request that a browser brings: what its cookie keeps. `before` is the session that there
    /// is, by what its forms show, and `address` whose browser it is.
    ///
    /// # Errors
    /// [`Unasked`].
    pub(crate) async fn ask(
        &self,
        query: &[u8],
        address: IpAddr,
        before: Option<&str>,
    ) -> Result<Secret, Unasked> {
        let form = Form::parse(query).map_err(Unasked::Page)?;
        let before = before.map(|csrf| random_secret::sha256(csrf.as_bytes()));
        let Some(uri) = form.get("request_uri") else {
            let from = Place::Address(address);
            let named = form.need("client_id").map_err(Unasked::Page)?.to_owned();
            let (form, signed) = self.opened(form, &named).await?;
            let (known, transaction) = self.read((&form, signed), from, before)?;
            return Ok(self.keep(&known, from, &transaction, LIFETIME).await?);
        };
        // Whatever stands beside it does not count: some clients send `state` again.
        let gone = || Unasked::Page(OauthError::request("the request_uri is not known any more"));
        let hash = uri.strip_prefix(REQUEST_URI).and_then(random_secret::hash_of);
        let hash = hash.ok_or_else(gone)?;
        let named = form.need("client_id").map_err(Unasked::Page)?;
        let (store, now) = (self.service.store(), self.service.clock().now());
        let kept = self.waiting(&hash).await?;
        let kept = kept.filter(|kept| kept.subject == named).ok_or_else(gone)?;
        let kind = kept.kind;
        let from = match kind {
            SecretKind::AuthorizationRequest => Place::Client,
            _ => Place::Address(address),
        };
        let asked = self.found(kept).await?.ok_or_else(gone)?;
        // It is good once (RFC 9126 section 7.3).
        match store.spend_secret(kind, &hash, now).await.map_err(Refusal::from)? {
            Spent::Now(_) => self.waiting.end(&hash),
            Spent::Before(_) | Spent::Unknown => return Err(gone()),
        }
        let Asked { organisation, client, mut transaction, .. } = asked;
        (transaction.begun, transaction.before) = (seconds(now), before);
        Ok(self.keep_for((&organisation, &client), from, &transaction, LIFETIME).await?)
    }

    /// What a browser's cookie, or a form of ours, stands for; nothing once it is over.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(crate) async fn asked(&self, shown: &str) -> Result<Option<Asked>, Refusal> {
        let Some(hash) = random_secret::hash_of(shown) else { return Ok(None) };
        match self.waiting(&hash).await? {
            Some(kept) => self.found(kept).await,
            None => Ok(None),
        }
    }

    /// What waits, whether or not its client has proved who it is.
    async fn waiting(&self, hash: &[u8; 32]) -> Result<Option<KeptSecret>, Refusal> {
        let (store, now) = (self.service.store(), self.service.clock().now());
        match store.secret(SecretKind::AuthorizationRequest, hash, now).await? {
            Some(kept) => Ok(Some(kept)),
            None => Ok(store.secret(SecretKind::UnprovenRequest, hash, now).await?),
        }
    }

    async fn found(&self, kept: KeptSecret) -> Result<Option<Asked>, Refusal> {
        let transaction: Transaction = serde_json::from_str(&kept.content)?;
        let client = ClientId(kept.subject);
        let Some((organisation, held)) = self.present(&client)? else { return Ok(None) };
        if kept.organisation != *organisation.organisation()
            || !admitted(&held, &transaction.redirect)
        {
            return Ok(None);
        }
        let client_name = match held.display_name.is_empty() {
            true => client.0.clone(),
            false => held.display_name,
        };
        Ok(Some(Asked { organisation, client, client_name, transaction, hash: kept.hash }))
    }

    /// Reads a request, and whether its client signed it: first who asks and where the answer goes, and only
    /// then what is asked.
    fn read(
        &self,
        (form, signed): (&Form, bool),
        from: Place,
        before: Option<[u8; 32]>,
    ) -> Result<(Known, Transaction), Unasked> {
        let known = self.known(form)?;
        let told = |error| Unasked::Client {
            redirect: known.redirect.clone(),
            state: form.get("state").map(str::to_owned),
            error,
        };
        // RFC 9101 section 10.5: what anybody could have written is not the client's.
        if known.client.require_signed_request_object && !signed {
            let why = "request is missing: the client registered that it signs what it asks";
            return Err(told(OauthError::request(why)));
        }
        let without_pkce = known.client.without_pkce;
        let request = AuthorizationRequest::read(form, without_pkce).map_err(told)?;
        askable(&known.client, &request).map_err(told)?;
        let transaction = Transaction {
            redirect: known.redirect.clone(),
            named: known.named,
            request,
            begun: seconds(self.service.clock().now()),
            before,
        };
        let length = serde_json::to_string(&transaction).map_err(Refusal::from)?.len();
        match from {
            Place::Address(_) if length > MAXIMUM_UNPROVEN => {
                let why = "the request is too long: a client that proves who it is may push it";
                Err(told(OauthError::request(why)))
            }
            Place::Address(_) | Place::Client => Ok((known, transaction)),
        }
    }

    fn known(&self, form: &Form) -> Result<Known, Unasked> {
        let page = |why: &'static str| Unasked::Page(OauthError::request(why));
        let Addressed { client, redirect } = Addressed::read(form).map_err(Unasked::Page)?;
        let unknown = || {
            let why = "no client of this name asks persons here";
            Unasked::Page(OauthError::new(ErrorCode::InvalidClient, why))
        };
        let found = self.present(&ClientId(client))?;
        let (organisation, client) = found.ok_or_else(unknown)?;
        let (redirect, named) = match (redirect, client.redirect_uris.as_slice()) {
            (_, []) => return Err(unknown()),
            (Some(redirect), _) if admitted(&client, &redirect) => (redirect, true),
            (Some(_), _) => {
                return Err(page("the redirect_uri is none that the client registered"));
            }
            (None, [only]) => (only.clone(), false),
            (None, _) => return Err(page("redirect_uri is missing: the client has several")),
        };
        Ok(Known { organisation, client, redirect, named })
    }

    async fn keep(
        &self,
        known: &Known,
        from: Place,
        transaction: &Transaction,
        lifetime: Duration,
    ) -> Result<Secret, Refusal> {
        self.keep_for((&known.organisation, &known.client.id), from, transaction, lifetime).await
    }

    async fn keep_for(
        &self,
        (organisation, client): (&Administration, &ClientId),
        from: Place,
        transaction: &Transaction,
        lifetime: Duration,
    ) -> Result<Secret, Refusal> {
        let (secret, hash) = random_secret::new().map_err(AuditError::from)?;
        let content = serde_json::to_string(transaction)?;
        let (store, now) = (self.service.store(), self.service.clock().now());
        let kind = match from {
            Place::Client => SecretKind::AuthorizationRequest,
            Place::Address(_) => SecretKind::UnprovenRequest,
        };
        let kept = KeptSecret {
            kind,
            hash,
            organisation: organisation.organisation().clone(),
            subject: client.0.clone(),
            person: None,
            family: [0; 16],
            ends: now + lifetime,
            content,
        };
        match from {
            Place::Client => store.keep_secret(&kept, Some(MAXIMUM_REQUESTS), now).await?,
            Place::Address(address) => self.waiting.keep(store, &kept, (address, now)).await?,
        }
        Ok(secret)
    }
}

impl Asked {
    /// Of what the store finds it by.
    pub(crate) fn reference_code(&self) -> String {
        seal::ReferenceCode::of(&self.hash).to_string()
    }
}

impl Transaction {
    /// Whether somebody has logged in as the client wants it: anew, where it asked for that. They had
    /// logged in at this time, and their forms show `csrf`.
    pub(crate) fn admits(&self, logged_in: SystemTime, csrf: &str) -> bool {
        !self.request.login
            || (self.before != Some(random_secret::sha256(csrf.as_bytes()))
                && seconds(logged_in) >= self.begun)
    }
}

/// Whether a client has registered an address to which this one leads.
fn admitted(client: &Client, redirect: &str) -> bool {
    let admits = |one: &String| RedirectUri::read(one).is_ok_and(|one| one.admits(redirect));
    client.redirect_uris.iter().any(admits)
}

/// That a client may ask this: for the service, or for one credential, and for nothing else.
fn askable(client: &Client, request: &AuthorizationRequest) -> Result<(), OauthError> {
    let refused = |why: &'static str| Err(OauthError::new(ErrorCode::InvalidScope, why));
    let scopes = requested(request.scope.as_deref().unwrap_or_default())?;
    let of_credential = |scope: &&str| CREDENTIAL_TYPES.contains(scope);
    let (credential, others): (BTreeSet<&str>, BTreeSet<&str>) =
        scopes.iter().partition(|scope| of_credential(scope));
    let service = others.contains(Scope::Service.name());
    if others.len() > usize::from(service) {
        return refused("a person is asked for service or for credential");
    }
    if service && (!credential.is_empty() || request.credential.is_some()) {
        return refused("service and credential are asked for by themselves");
    }
    if !client.scopes.contains(&Scope::Service) {
        return refused("the client may not have the scope service");
    }
    match client.proof {
        // The registry lets none be.
        ClientProof::Public if request.challenge.is_none() => {
            Err(OauthError::request("code_challenge is missing: a public client has nothing else"))
        }
        ClientProof::Public
        | ClientProof::Secret(_)
        | ClientProof::Keys(_)
        | ClientProof::Certificate(_) => Ok(()),
    }
}

pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
