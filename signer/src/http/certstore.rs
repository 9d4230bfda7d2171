//! `/certstore`: certificates that are published, for whoever knows the address in them (RFC 4387).

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderName, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use registry::{PersonState, RegisteredId};
use seal::{OrganisationId, ProfileId};
use utoipa_axum::router::OpenApiRouter;

use super::{
    AppState, administration::random, caller::peer, handled::routes, openapi::answers::LookedUp,
};
use crate::{
    Error,
    administration::Snapshot,
    audit::hex,
    authentication::{AuthenticationError, seconds},
    problem::Problem,
    service::RequestError,
    store::FoundCertificate,
};

/// RFC 2585 section 3.
const CERTIFICATE: &str = "application/pkix-cert";

/// The attributes that are searched by: the RFC's name for an address (section 2.2), and the plain one.
const ATTRIBUTES: [&str; 2] = ["uri", "email"];

/// The longest address that is looked for, in bytes (RFC 5321 section 4.5.3.1.3).
const MAXIMUM_ADDRESS: usize = 254;

/// How many certificates are given at once: there are rarely more than the old one and the new one.
const MAXIMUM_CERTIFICATES: usize = 20;

/// How many are looked at: people may have left whose certificates are not blocked yet.
const MAXIMUM_LOOKED_AT: u32 = 200;

/// The routes, each with its description.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(find))
}

/// Certificates that are published, by the address in them (RFC 4387).
///
/// One comes as `application/pkix-cert`, several as parts of `multipart/mixed`. The address must be the very one,
/// letter by letter. Certificates that are blocked, not valid or not published are found by nobody, and there is no
/// list of those that are.
#[utoipa::path(
    get, path = "/certstore", operation_id = "findPublishedCertificates",
    params(
        ("uri" = Option<String>, Query, description = "The address; this or `email`, once."),
        ("email" = Option<String>, Query, description = "The same by its plain name."),
    ),
    responses(
        (
            status = 200, description = "The certificate, or several, those that end last first.",
            content((String = "application/pkix-cert"), (String = "multipart/mixed")),
        ),
        (status = 404, description = "There is none; the body is empty."),
        LookedUp,
    ),
)]
async fn find(
    State(state): State<AppState>,
    parts: Parts,
    asked: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Response, Problem> {
    let (from, strangers) = (peer(&parts), state.service.strangers());
    strangers.pass(from)?;
    let _place = strangers.small_place(from)?;
    let address = address(asked.map(|Query(asked)| asked).unwrap_or_default())?;
    let now = seconds(state.service.clock().now());
    let (published, limit) = (published(&state), MAXIMUM_LOOKED_AT);
    let store = state.service.store();
    let found = store.certificates_showing(&published, &address, (now, limit)).await;
    let (mut snapshots, mut given) = (HashMap::new(), Vec::new());
    for (number, one) in found.map_err(Error::from)? {
        let snapshot = match snapshots.get(&number) {
            Some(known) => Option::clone(known),
            None => {
                let snapshot = present(&state, &number).await?;
                snapshots.insert(number, snapshot.clone());
                snapshot
            }
        };
        if snapshot.is_some_and(|snapshot| is_given(&snapshot, &one)) {
            given.push(one);
        }
    }
    given.truncate(MAXIMUM_CERTIFICATES);
    match given.as_slice() {
        [] => Ok((StatusCode::NOT_FOUND, [NOT_KEPT]).into_response()),
        [one] => Ok(typed(CERTIFICATE.to_owned(), one.der.clone())),
        several => mixed(several),
    }
}

/// What counts in an organisation now, whichever node has changed it; nothing where it is not served.
async fn present(
    state: &AppState,
    organisation: &OrganisationId,
) -> Result<Option<Arc<Snapshot>>, Error> {
    let organisation = state.service.organisations().serving(organisation);
    match organisation.map_err(AuthenticationError::from)? {
        Some(organisation) => Ok(Some(organisation.present().await?)),
        None => Ok(None),
    }
}

/// Whether a certificate that was found is published still, and the person whom it names is there.
fn is_given(snapshot: &Snapshot, found: &FoundCertificate) -> bool {
    let register = snapshot.register();
    let terms = register.certificate_terms().get(&ProfileId::new(found.profile.clone()));
    let person = |id: &String| register.people().get(&RegisteredId(id.clone()));
    let is_there = match &found.holder {
        None => true,
        Some(id) => person(id).is_some_and(|kept| kept.value.state == PersonState::Active),
    };
    is_there && terms.is_some_and(|kept| kept.value.published)
}

/// The address that is asked for, by one attribute.
fn address(asked: Vec<(String, String)>) -> Result<String, RequestError> {
    let malformed = |why: &str| RequestError::Malformed(why.to_owned());
    let Ok([(attribute, address)]) = <[_; 1]>::try_from(asked) else {
        return Err(malformed("name one attribute, once: uri or email, with the address"));
    };
    match &*attribute {
        name if ATTRIBUTES.contains(&name) => {}
        "name" => {
            return Err(malformed(
                "nobody is looked up by name here: name the address in uri or email",
            ));
        }
        "certHash" | "iHash" | "iAndSHash" | "sHash" | "sKIDHash" => {
            return Err(malformed(
                "there is no search by a hash here: name the address in uri or email",
            ));
        }
        _ => return Err(malformed("the attribute is not known: uri or email, with the address")),
    }
    if address.is_empty() || address.len() > MAXIMUM_ADDRESS {
        return Err(malformed("an address has 1 to 254 bytes"));
    }
    Ok(address)
}

/// The profiles whose certificates are published, as their organisations have it now.
fn published(state: &AppState) -> Vec<(OrganisationId, ProfileId)> {
    let mut all = Vec::new();
    for organisation in state.service.organisations().all() {
        let snapshot = organisation.snapshot();
        let terms = snapshot.register().certificate_terms().values();
        let published = terms.filter(|kept| kept.value.published);
        let number = organisation.organisation();
        all.extend(published.map(|kept| (number.clone(), kept.value.profile.clone())));
    }
    all
}

/// Several certificates, each a part of its own (RFC 2046 section 5.1.3).
fn mixed(several: &[FoundCertificate]) -> Result<Response, Problem> {
    // Nobody who asks for a certificate to be issued knows what parts will be told apart by.
    let boundary = hex(&random::<16>()?);
    let mut body = Vec::new();
    for one in several {
        body.extend(format!("--{boundary}\r\nContent-Type: {CERTIFICATE}\r\n").bytes());
        body.extend(b"Content-Transfer-Encoding: binary\r\n\r\n");
        body.extend(&one.der);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").bytes());
    Ok(typed(format!("multipart/mixed; boundary={boundary}"), body))
}

/// Nobody keeps it: what is blocked is not given any more, and an address stands in what was asked.
const NOT_KEPT: (HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

fn typed(media_type: String, body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, media_type)], [NOT_KEPT], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_asked_for_by_one_attribute() {
        let asked = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            address(pairs.collect()).ok()
        };
        for attribute in ATTRIBUTES {
            assert_eq!(asked(&[(attribute, "a@b.example")]).as_deref(), Some("a@b.example"));
        }
        let long = "a".repeat(MAXIMUM_ADDRESS + 1);
        for refused in [
            &[][..],
            &[("email", "a@b.example"), ("email", "a@b.example")],
            &[("email", "a@b.example"), ("uri", "a@b.example")],
            &[("email", "a@b.example"), ("more", "")],
            &[("name", "Mads")],
            &[("sHash", "AAAA")],
            &[("EMAIL", "a@b.example")],
            &[("email", "")],
            &[("email", &long)],
        ] {
            assert_eq!(asked(refused), None, "{refused:?}");
        }
    }
}
