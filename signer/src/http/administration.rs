//! The interface of administration: what the organisation decides while the service runs.
//!
//! Who asks must be permitted, and the type of a handler's [`May`] says what for: a handler that
//! forgets to ask has nothing to decide with.

mod applications;
mod audit_records;
mod certificate_orders;
mod certificate_settings;
mod certificate_terms;
mod certificates;
mod clients;
mod described_appearance;
mod described_profile;
mod email_checks;
mod grants;
mod keys;
mod logins;
mod mandates;
mod new_client;
mod organisation;
mod people;
mod policies;
mod profiles;
mod statistics;
mod version;

pub(super) use self::{
    audit_records::exported,
    certificates::certificate_table,
    keys::new_key,
    new_client::NewClient,
    profiles::{judge, merged},
};

use std::{borrow::Cow, marker::PhantomData, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::{FromRef, FromRequestParts, Query},
    http::{HeaderMap, Method, Uri, request::Parts},
    response::{IntoResponse, Response},
};
use registry::{AdministrativeAct, Command, Version};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, schema::Type},
};
use utoipa_axum::router::OpenApiRouter;

use super::{AppState, caller, handled::routes, idempotency, json, part};
use crate::{
    Error,
    administration::{Administration, Changed, Snapshot},
    audit::{RecordError, hex},
    authentication::Authenticated,
    problem::Problem,
    service::{RequestError, Service},
    store::AuditError,
};

/// The routes, each with its description.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(organisation::one, organisation::change))
        .routes(routes!(applications::list, applications::make))
        .routes(routes!(applications::one, applications::change))
        .routes(routes!(keys::make))
        .routes(routes!(keys::rotate))
        .routes(routes!(keys::revoke))
        .routes(routes!(clients::list, clients::make))
        .routes(routes!(clients::revoke))
        .routes(routes!(profiles::list, profiles::make))
        .routes(routes!(profiles::one, profiles::change))
        .routes(routes!(profiles::retire))
        .routes(routes!(grants::list, grants::make))
        .routes(routes!(grants::one))
        .routes(routes!(grants::revoke))
        .routes(routes!(mandates::list, mandates::make))
        .routes(routes!(mandates::one))
        .routes(routes!(mandates::revoke))
        .routes(routes!(people::list, people::make))
        .routes(routes!(people::one, people::change))
        .routes(routes!(people::give_role, people::take_role))
        .routes(routes!(people::erase))
        .routes(routes!(logins::invite))
        .routes(routes!(logins::take_passkey))
        .merge(certificate_routes())
        .routes(routes!(audit_records::list))
        .routes(routes!(statistics::list))
}

/// The routes of what is about certificates that live for years.
fn certificate_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(certificate_settings::one, certificate_settings::change))
        .routes(routes!(certificate_terms::one, certificate_terms::set))
        .routes(routes!(policies::list))
        .routes(routes!(policies::accept))
        .routes(routes!(certificate_orders::list, certificate_orders::make))
        .routes(routes!(certificate_orders::one, certificate_orders::cancel))
        .routes(routes!(certificate_orders::approve))
        .routes(routes!(certificate_orders::code))
        .routes(routes!(email_checks::make))
        .routes(routes!(certificates::list))
        .routes(routes!(certificates::one))
        .routes(routes!(certificates::block))
        .routes(routes!(certificates::install))
        .routes(routes!(certificates::mute, certificates::unmute))
        .routes(routes!(certificates::batch))
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
    ChangeRoles,
    ReadCertificates,
    ChangeCertificates
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
        let caller = caller::recognised(parts, &service).await?;
        let snapshot = caller.organisation.snapshot();
        caller.permit::<Error>(&snapshot, A::ACT)?;
        // A body, if there is one, is added when it is read.
        let caller = match parts.method {
            Method::POST => caller.asking(&parts.headers, idempotency::Asked::at(&parts.uri))?,
            _ => caller,
        };
        let (address, headers) = (parts.uri.clone(), parts.headers.clone());
        Ok(Self { service, caller, snapshot, address, headers, asked: PhantomData })
    }
}

/// Whoever is recognised: what they may do is asked later, of what they name.
#[derive(Debug)]
pub(super) struct Asks {
    service: Arc<Service>,
    caller: Authenticated,
    address: Uri,
    headers: HeaderMap,
}

impl FromRequestParts<AppState> for Asks {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        if parts.method != Method::GET {
            part::without_parameters(&parts.uri)?;
        }
        let service = Arc::<Service>::from_ref(state);
        let caller = caller::recognised(parts, &service).await?;
        let caller = match parts.method {
            Method::POST => caller.asking(&parts.headers, idempotency::Asked::at(&parts.uri))?,
            _ => caller,
        };
        Ok(Self { service, caller, address: parts.uri.clone(), headers: parts.headers.clone() })
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
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// How many at most.
    #[serde(default = "hundred")]
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: usize,
    /// The `next` of the part before.
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

impl<T: ToSchema> PartialSchema for List<T> {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new().items(Ref::from_schema_name(T::name()));
        let next = ObjectBuilder::new().schema_type(Type::String);
        let next = next.description(Some(
            "What to ask for with `after`; nothing at the end of the list. There may be fewer items than \
             asked for, or none, and more to come.",
        ));
        let list = ObjectBuilder::new().property("items", items.description(Some("The items.")));
        list.required("items").property("next", next).into()
    }
}

impl<T: ToSchema> ToSchema for List<T> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}List", T::name()))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
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
pub(super) fn random_name() -> Result<String, Error> {
    Ok(hex(&random::<16>()?))
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], Error> {
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
