//! By whoever has the one-time code, without a login.

use std::{convert::Infallible, net::IpAddr};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use registry::{Issuing, OrderReference, OrderRefusal};
use serde::Deserialize;

use super::{Collecting, Told, content_facts, file, issuing, shown, told, uploaded};
use crate::{
    Error,
    http::{
        AppState,
        caller::Address,
        path::Path,
        web::{
            answer::{self, WebError, frame},
            sent::Sent,
            spoken::Spoken,
        },
    },
    secret::Secret,
    service::{Collectable, CollectedBy, POLICY_VERSION},
    web::{CodePage, certificate_texts, order_refusal},
};

/// `/collect/{reference}`: the page that the mail leads to.
pub(in crate::http::web) async fn code_page(
    spoken: Spoken,
    Path(reference): Path<String>,
) -> Response {
    asks_code(&spoken, &reference, None)
}

fn asks_code(spoken: &Spoken, reference: &str, problem: Option<&str>) -> Response {
    let page = CodePage {
        frame: frame(spoken, &format!("/collect/{reference}")),
        c: certificate_texts(spoken.language),
        reference: reference.to_owned(),
        version: POLICY_VERSION,
        problem: problem.map(str::to_owned),
    };
    let status = if page.problem.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
    answer::page(status, spoken, &page)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    code: String,
    accepted: Option<String>,
}

/// Shows what the code is for.
pub(in crate::http::web) async fn by_code(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(reference): Path<String>,
    Address(from): Address,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let Code { code, accepted } = match sent.form().await {
        Ok(read) => read,
        Err(error) => return error.shown(&headers, &spoken),
    };
    if accepted.as_deref() != Some(POLICY_VERSION) {
        let missing = certificate_texts(spoken.language).accept_missing;
        return asks_code(&spoken, &reference, Some(missing));
    }
    code_shown(&state, (&spoken, &headers, from), (reference, code), None).await
}

/// What the code is for, once it is kept that whoever has it accepted the policies.
async fn accepted(
    state: &AppState,
    reference: &str,
    by: CollectedBy,
) -> Result<Collectable, Error> {
    let found = state.service.collectable(OrderReference(reference.to_owned()), by).await?;
    state.service.accept_by_code(&found).await?;
    Ok(found)
}

async fn code_shown(
    state: &AppState,
    (spoken, headers, from): (&Spoken, &HeaderMap, IpAddr),
    (reference, code): (String, String),
    problem: Option<Told>,
) -> Response {
    let c = certificate_texts(spoken.language);
    let by = CollectedBy::Code(Secret::new(code.trim()));
    let found = accepted(state, &reference, by).await;
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            return match counted(state, error, from) {
                Error::Order(OrderRefusal::CodeRefused) => {
                    asks_code(spoken, &reference, Some(c.code_wrong))
                }
                // Whoever has the code may know why nothing comes of it.
                Error::Order(refused) => {
                    asks_code(spoken, &reference, Some(&order_refusal(spoken.language, &refused)))
                }
                error => WebError::from(error).shown(headers, spoken),
            };
        }
    };
    let path = format!("/collect/{reference}");
    let until = crate::service::seconds(found.order.value.expires.into());
    let collecting = Collecting {
        path: &path,
        at: format!("/v1/issuances/{reference}"),
        csrf: None,
        code: Some((reference, code.trim().to_owned())),
        title: c.collect_title,
        lead: c.collect_lead,
        problem,
    };
    let facts = content_facts(c, &found.content, found.key, until);
    let other_way = found.order.value.issuing != Issuing::Browser;
    shown(c, spoken, collecting, (facts, found.content.common_name), (found.key, other_way))
}

/// Collects with a request that was made elsewhere.
pub(in crate::http::web) async fn request_by_code(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(reference): Path<String>,
    Address(from): Address,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let place = state.service.strangers().small_place(from);
    let uploaded = match place {
        Ok(place) => {
            let read = uploaded(&state, request).await;
            drop(place);
            read
        }
        Err(error) => Err(error.into()),
    };
    let (uploaded, code) = match uploaded {
        Ok(mut uploaded) => {
            let code = uploaded.code.take().unwrap_or_default();
            (uploaded, code)
        }
        Err(error) => return WebError::from(error).shown(&headers, &spoken),
    };
    if uploaded.accepted.as_deref() != Some(POLICY_VERSION) {
        let missing = certificate_texts(spoken.language).accept_missing;
        return asks_code(&spoken, &reference, Some(missing));
    }
    let collected = async {
        let (issuing, request) = (issuing(&state)?, uploaded.request?);
        let by = CollectedBy::Code(Secret::new(code.trim()));
        accepted(&state, &reference, by.clone()).await?;
        state.service.collect(issuing, OrderReference(reference.clone()), by, request).await
    };
    match collected.await {
        Ok(collected) => file(&collected),
        Err(Error::Order(OrderRefusal::CodeRefused)) => {
            counted(&state, OrderRefusal::CodeRefused.into(), from);
            let wrong = certificate_texts(spoken.language).code_wrong;
            asks_code(&spoken, &reference, Some(wrong))
        }
        Err(error) => {
            let problem = Some(told(&spoken, &error));
            code_shown(&state, (&spoken, &headers, from), (reference, code), problem).await
        }
    }
}

/// What is told of an error. Who shows too many wrong codes waits.
fn counted(state: &AppState, error: Error, from: IpAddr) -> Error {
    match state.service.strangers().shown(Err::<Infallible, _>(error), from) {
        Err(error) => error,
    }
}
