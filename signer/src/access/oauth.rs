//! The authorisation server: which clients there are says the register, and what was given the store.

mod authorization;
mod client;
mod consent;
mod exchange;
mod keys;
mod refusal;
mod revocation;
mod signed;
mod token;

use std::{net::IpAddr, sync::Arc, time::Duration};

use oauth::{CREDENTIAL_TYPES, ResourceMetadata, ServerMetadata};
use registry::{ClientId, Scope};

pub(crate) use self::{
    authorization::{Asked, PUSHED_LIFETIME, Unasked},
    client::AuthenticatedClient,
    consent::Decision,
    refusal::Refusal,
};
use super::waiting::Waiting;
use crate::service::{Rates, Service};

/// How long an access token is good for.
const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_secs(3600);

/// How many access tokens of one client may be good at once: one that fetches a new one for each of its
/// requests is told so, and fills no database.
const MAXIMUM_ACCESS_TOKENS: u32 = 10_000;

/// How many tokens of a kind one person may have of one client at once; with more those go that end first. Whoever agrees
/// again and again takes the client's from nobody else.
const MAXIMUM_OF_ONE_PERSON: u32 = 100;

/// How many requests of one client are answered in a second, of a public one from one address, and of all.
const REQUESTS_PER_SECOND_OF_ONE: u32 = 50;
const REQUESTS_PER_SECOND: u32 = 2000;

/// What is guarded, under the issuer.
const RESOURCES: [&str; 3] = ["", "/v1", "/csc"];

/// The authorisation server of one installation.
#[derive(Debug)]
pub struct AuthorizationServer {
    service: Arc<Service>,
    issuer: String,
    rates: Rates<ClientId>,
    /// Of public clients: whoever knows the name of one asks for it, and takes nothing from it elsewhere.
    public_rates: Rates<(ClientId, IpAddr)>,
    certificates: bool,
    waiting: Waiting,
}

impl AuthorizationServer {
    /// The server with this issuer, without a `/` at its end, before `service`. `certificates` says whether
    /// clients can show the registry's certificates in TLS, and `behind_proxy` whether everybody comes from
    /// one address.
    pub fn new(
        service: Arc<Service>,
        issuer: String,
        certificates: bool,
        behind_proxy: bool,
    ) -> Self {
        let of_address =
            if behind_proxy { REQUESTS_PER_SECOND } else { REQUESTS_PER_SECOND_OF_ONE };
        Self {
            service,
            issuer,
            rates: Rates::new(REQUESTS_PER_SECOND, REQUESTS_PER_SECOND_OF_ONE),
            public_rates: Rates::new(REQUESTS_PER_SECOND, of_address),
            certificates,
            waiting: Waiting::new(behind_proxy),
        }
    }

    /// What a client can learn of the server (RFC 8414).
    pub(crate) fn metadata(&self) -> ServerMetadata {
        let resources = RESOURCES.map(|resource| format!("{}{resource}", self.issuer));
        ServerMetadata::new(&self.issuer, scopes(), resources.into(), self.certificates)
    }

    /// What a client can learn of what is guarded at this path: that of the address, as RFC 9728 section
    /// 3.1 has it, or that under the issuer.
    pub(crate) fn resource(&self, path: &str) -> Option<ResourceMetadata> {
        let under = path.strip_prefix(self.path()).unwrap_or(path);
        let guarded = RESOURCES.into_iter().find(|one| *one == under || *one == path)?;
        // What a person agreed to is good at the one API alone.
        let is_known = |scope: &String| guarded != "/v1" || scope != CREDENTIAL_TYPES[0];
        let scopes = scopes().into_iter().filter(is_known).collect();
        let resource = format!("{}{guarded}", self.issuer);
        Some(ResourceMetadata::new(resource, &self.issuer, scopes, self.certificates))
    }

    /// Where the metadata of all that is guarded stand (RFC 9728 section 3.1): the path comes last.
    pub(crate) fn resource_metadata(&self) -> String {
        let path = self.path();
        let origin = self.issuer.strip_suffix(path).unwrap_or(&self.issuer);
        format!("{origin}/.well-known/oauth-protected-resource{path}")
    }

    /// The issuer's path: empty, or beginning with a `/`.
    pub(crate) fn path(&self) -> &str {
        let authority = self.issuer.split_once("://").map_or("", |(_, rest)| rest);
        authority.find('/').map_or("", |at| &authority[at..])
    }
}

fn scopes() -> Vec<String> {
    Scope::all().map(String::from).chain([CREDENTIAL_TYPES[0].to_owned()]).collect()
}
