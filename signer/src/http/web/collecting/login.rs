//! By whoever has logged in: what was ordered for them, and the successor of what is theirs.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use registry::{Issuing, OrderReference, OrderRefusal};
use serde::Deserialize;

use super::{Collecting, Told, content_facts, file, issuing, shown, told, uploaded};
use crate::{
    Error,
    http::{
        AppState,
        path::Path,
        web::{
            answer::{self, WebError, frame, see_at},
            documents::Reader,
            own_certificates::{self, facts, refused, renewable},
            sent::Sent,
        },
    },
    service::{CollectedBy, POLICY_VERSION, documents, seconds},
    web::{AcceptPage, Prose, certificate_texts, texts},
};

fn by_session(reader: &Reader) -> CollectedBy {
    CollectedBy::Person(Box::new(reader.session.authenticated()))
}

/// The policy, where it is to be accepted first.
fn policy(reader: &Reader, path: &str, missing: bool) -> Response {
    let tag = texts(reader.spoken.language).tag;
    let mut policies = documents().into_iter();
    let policy = policies.find(|one| one.id == "certificate-policy" && one.language == tag);
    let page = AcceptPage {
        frame: frame(&reader.spoken, path),
        c: certificate_texts(reader.spoken.language),
        csrf: reader.session.csrf().to_owned(),
        version: POLICY_VERSION,
        prose: Prose::of(policy.as_ref().map_or("", |policy| &policy.text)),
        action: format!("{path}/policy"),
        missing,
    };
    let status = if missing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    answer::page(status, &reader.spoken, &page)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepting {
    csrf: String,
    version: String,
    accepted: Option<String>,
}

async fn accept(state: &AppState, reader: &Reader, path: &str, sent: Sent) -> Response {
    let read = async {
        let read: Accepting = sent.form().await?;
        reader.shows(&read.csrf)?;
        Ok::<_, WebError>(read)
    };
    let Accepting { version, accepted, .. } = match read.await {
        Ok(read) => read,
        Err(error) => return reader.told(&error),
    };
    if accepted.is_none() {
        return policy(reader, path, true);
    }
    match state.service.accept_policies(&reader.session.authenticated(), &version).await {
        Ok(_) => see_at(path, None),
        Err(error) => refused(reader, &error),
    }
}

/// `/me/certificates/collect/{reference}`
pub(in crate::http::web) async fn by_login(
    State(state): State<AppState>,
    reader: Reader,
    Path(reference): Path<String>,
) -> Response {
    login_page(&state, &reader, &reference, None).await
}

async fn login_page(
    state: &AppState,
    reader: &Reader,
    reference: &str,
    problem: Option<Told>,
) -> Response {
    let path = format!("{}/collect/{reference}", own_certificates::AT);
    let order = OrderReference(reference.to_owned());
    let found = match state.service.collectable(order, by_session(reader)).await {
        Ok(found) => found,
        Err(Error::Order(OrderRefusal::PolicyNotAccepted(_))) => {
            return policy(reader, &path, false);
        }
        Err(error) => return refused(reader, &error),
    };
    let c = certificate_texts(reader.spoken.language);
    let until = seconds(found.order.value.expires.into());
    let collecting = Collecting {
        path: &path,
        at: format!("/v1/issuances/{reference}"),
        csrf: Some(reader.session.csrf().to_owned()),
        code: None,
        title: c.collect_title,
        lead: c.collect_lead,
        problem,
    };
    let facts = content_facts(c, &found.content, found.key, until);
    let other_way = found.order.value.issuing != Issuing::Browser;
    let of = (facts, found.content.common_name);
    shown(c, &reader.spoken, collecting, of, (found.key, other_way))
}

/// Accepts the policy on the way there.
pub(in crate::http::web) async fn accept_by_login(
    State(state): State<AppState>,
    reader: Reader,
    Path(reference): Path<String>,
    sent: Sent,
) -> Response {
    let path = format!("{}/collect/{reference}", own_certificates::AT);
    accept(&state, &reader, &path, sent).await
}

/// Collects with a request that was made elsewhere.
pub(in crate::http::web) async fn request_by_login(
    State(state): State<AppState>,
    reader: Reader,
    Path(reference): Path<String>,
    request: Request,
) -> Response {
    let uploaded = match uploaded(&state, request).await {
        Ok(uploaded) => uploaded,
        Err(error) => return refused(&reader, &error),
    };
    if let Err(error) = reader.shows(uploaded.csrf.as_deref().unwrap_or_default()) {
        return reader.told(&error);
    }
    let collected = async {
        let (issuing, request) = (issuing(&state)?, uploaded.request?);
        let order = OrderReference(reference.clone());
        state.service.collect(issuing, order, by_session(&reader), request).await
    };
    match collected.await {
        Ok(collected) => file(&collected),
        Err(error) => {
            let problem = Some(told(&reader.spoken, &error));
            login_page(&state, &reader, &reference, problem).await
        }
    }
}

/// `/me/certificates/{id}/renewal`
pub(in crate::http::web) async fn renewal(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    renewal_page(&state, &reader, &id, None).await
}

async fn renewal_page(
    state: &AppState,
    reader: &Reader,
    id: &str,
    problem: Option<Told>,
) -> Response {
    let path = format!("{}/{id}/renewal", own_certificates::AT);
    let judged = async {
        let found = renewable(state, reader, id).await?;
        let snapshot = reader.session.organisation.snapshot();
        let terms = snapshot.register().certificate_terms();
        let terms = terms.get(&seal::ProfileId::new(found.profile.as_str()));
        let key = terms.ok_or(OrderRefusal::ProfileNotOrderable)?.value.key;
        let caller = reader.session.authenticated();
        let accepted = state.service.has_accepted_policies(&caller).await?;
        Ok::<_, Error>((found, key, accepted))
    };
    let (found, key, accepted) = match judged.await {
        Ok(judged) => judged,
        Err(error) => return refused(reader, &error),
    };
    if !accepted {
        return policy(reader, &path, false);
    }
    let c = certificate_texts(reader.spoken.language);
    let collecting = Collecting {
        path: &path,
        at: format!("/v1/certificates/{id}/renewal"),
        csrf: Some(reader.session.csrf().to_owned()),
        code: None,
        title: c.renew_title,
        lead: c.renew_lead,
        problem,
    };
    let facts = facts(c, &found, seconds(state.service.clock().now()));
    shown(c, &reader.spoken, collecting, (facts, found.name), (key, false))
}

/// Accepts the policy on the way there.
pub(in crate::http::web) async fn accept_renewal(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    accept(&state, &reader, &format!("{}/{id}/renewal", own_certificates::AT), sent).await
}

/// Renews with a request that was made elsewhere.
pub(in crate::http::web) async fn request_renewal(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let uploaded = match uploaded(&state, request).await {
        Ok(uploaded) => uploaded,
        Err(error) => return refused(&reader, &error),
    };
    if let Err(error) = reader.shows(uploaded.csrf.as_deref().unwrap_or_default()) {
        return reader.told(&error);
    }
    let renewed = async {
        let (issuing, request) = (issuing(&state)?, uploaded.request?);
        let caller = reader.session.authenticated();
        state.service.renew(issuing, caller, id.clone(), request).await
    };
    match renewed.await {
        Ok(collected) => file(&collected),
        Err(error) => renewal_page(&state, &reader, &id, Some(told(&reader.spoken, &error))).await,
    }
}
