//! The interface of administration: what the organisation decides while the service runs.
//!
//! Who asks must be permitted, and the type of a handler's [`May`] says what for: a handler that
//! forgets to ask has nothing to decide with.

mod applications;
mod audit_records;
mod grants;
mod mandates;
mod organisation;
mod people;
mod profiles;
mod statistics;
mod version;

use std::{marker::PhantomData, sync::Arc};

use axum::{
    Json, Router,
    body::Body,
    extract::{FromRef, FromRequestParts, Query},
    http::{HeaderMap, Method, Uri, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use registry::{AdministrativeAct, Command, Version};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{AppState, idempotency, json, part};
use crate::{
    Error,
    administration::{Administration, Changed, Snapshot},
    audit::{RecordError, hex},
    authentication::Authenticated,
    problem::Problem,
    service::{RequestError, Service},
    store::AuditError,
};

/// The routes.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/organisation", get(organisation::one).patch(organisation::change))
        .route("/v1/applications", get(applications::list).post(applications::make))
        .route("/v1/applications/{id}", get(applications::one).patch(applications::change))
        .route("/v1/applications/{id}/keys", post(applications::make_key))
        .route("/v1/applications/{id}/keys/{key}/rotation", post(applications::rotate_key))
        .route("/v1/applications/{id}/keys/{key}/revocation", post(applications::revoke_key))
        .route("/v1/certificate-profiles", get(profiles::list).post(profiles::make))
        .route("/v1/certificate-profiles/{id}", get(profiles::one).patch(profiles::change))
        .route("/v1/certificate-profiles/{id}/retirement", post(profiles::retire))
        .route("/v1/grants", get(grants::list).post(grants::make))
        .route("/v1/grants/{id}", get(grants::one))
        .route("/v1/grants/{id}/revocation", post(grants::revoke))
        .route("/v1/mandates", get(mandates::list).post(mandates::make))
        .route("/v1/mandates/{id}", get(mandates::one))
        .route("/v1/mandates/{id}/revocation", post(mandates::revoke))
        .route("/v1/people", get(people::list).post(people::make))
        .route("/v1/people/{id}", get(people::one).patch(people::change))
        .route("/v1/people/{id}/roles/{role}", put(people::give_role).delete(people::take_role))
        .route("/v1/people/{id}/erasure", post(people::erase))
        .route("/v1/audit-records", get(audit_records::list))
        .route("/v1/statistics", get(statistics::list))
}

/// An act of administration as a type.
pub(super) trait Asked {
    /// Which.
    const ACT: AdministrativeAct;
}

macro_rules! asked {
    ($($act:ident),*) => {$(
        #[derive(Debug)]
        pub(super) struct $act;

        impl Asked for $act {
            const ACT: AdministrativeAct = AdministrativeAct::$act;
        }
    )*};
}

asked!(
    ReadOrganisation,
    ChangeOrganisation,
    ReadApplications,
    ChangeApplications,
    ReadRights,
    ChangeRights,
    ReadAuditLog,
    ReadProfiles,
    ChangeProfiles,
    ReadPeople,
    ChangePeople,
    ChangeRoles
);

/// A caller who may do `A`, and what counted when that was asked.
#[derive(Debug)]
pub(super) struct May<A> {
    service: Arc<Service>,
    caller: Authenticated,
    snapshot: Arc<Snapshot>,
    address: Uri,
    headers: HeaderMap,
    asked: PhantomData<A>,
}

impl<A: Asked> FromRequestParts<AppState> for May<A> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        if parts.method != Method::GET {
            part::without_parameters(&parts.uri)?;
        }
        let service = Arc::<Service>::from_ref(state);
        let caller = Authenticated::from_request_parts(parts, state).await?;
        let snapshot = caller.organisation.snapshot();
        snapshot.permit(&caller.caller, A::ACT).map_err(Error::from)?;
        // A body, if there is one, is added when it is read.
        let caller = match parts.method {
            Method::POST => caller.asking(&parts.headers, idempotency::Asked::at(&parts.uri))?,
            _ => caller,
        };
        let (address, headers) = (parts.uri.clone(), parts.headers.clone());
        Ok(Self { service, caller, snapshot, address, headers, asked: PhantomData })
    }
}

/// What was changed, by which service and of which organisation.
type Made = (Arc<Service>, Changed, Arc<Administration>);

impl<A: Asked> May<A> {
    /// The version that the change is made on. From here on counts what was there when it was made,
    /// on whichever node.
    async fn expected(&mut self) -> Result<Version, Problem> {
        let expected = version::if_match(&self.headers)?;
        let snapshot = self.caller.organisation.since(expected).await;
        self.snapshot = snapshot.map_err(Error::from)?;
        Ok(expected)
    }

    /// Reads the body.
    async fn read<T: DeserializeOwned>(self, body: Body) -> Result<(Self, T), Problem> {
        let at = (&self.address, &self.headers);
        let (value, caller) = json::read(&self.service, self.caller, at, body).await?;
        Ok((Self { caller, ..self }, value))
    }

    /// Has a command decided, by what counts when its turn has come.
    async fn change(self, command: Command) -> Result<Made, Problem> {
        let Self { service, caller, .. } = self;
        let organisation = Arc::clone(&caller.organisation);
        let changed = service.administer(caller, A::ACT, command).await?;
        Ok((service, changed, organisation))
    }
}

/// Which part of a list is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    /// How many at most, 1 to 1,000.
    #[serde(default = "hundred")]
    limit: usize,
    /// The name after which the list goes on.
    after: Option<String>,
}

fn hundred() -> usize {
    100
}

/// Part of a list.
#[derive(Debug, Serialize)]
pub(super) struct List<T> {
    items: Vec<T>,
    /// What to ask for next; nothing when this was the last part.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let page = Query::<Self>::from_request_parts(parts, state).await;
        let Query(page) = page.map_err(|error| RequestError::Malformed(error.body_text()))?;
        if (1..=1000).contains(&page.limit) {
            Ok(page)
        } else {
            Err(RequestError::Malformed("limit: 1 to 1000".into()).into())
        }
    }
}

impl Page {
    /// Cuts this part out of what comes in the order of its names, and shows it.
    fn of<'a, T, V>(
        &self,
        named: impl Iterator<Item = (&'a str, T)>,
        view: impl Fn(T) -> V,
    ) -> Json<List<V>> {
        let after = self.after.as_deref();
        let mut named = named.skip_while(|(name, _)| after.is_some_and(|after| *name <= after));
        let (mut items, mut last) = (Vec::new(), None);
        for (name, item) in named.by_ref().take(self.limit) {
            items.push(view(item));
            last = Some(name);
        }
        let next = named.next().and(last).map(str::to_owned);
        Json(List { items, next })
    }
}

/// 128 random bits in hexadecimal: a name that nobody can guess and everybody may see.
fn random_name() -> Result<String, Error> {
    Ok(hex(&random::<16>()?))
}

fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| AuditError::from(RecordError::NoRandomness))?;
    Ok(bytes)
}

/// An answer that nobody keeps, with the version of what it shows.
fn versioned(version: Version, view: impl Serialize) -> Response {
    (version::etag(version), Json(view)).into_response()
}
