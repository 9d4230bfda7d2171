//! `/me/certificates`: the certificates of whoever is logged in, and the orders that wait for them.

use std::time::{Duration, UNIX_EPOCH};

use axum::{extract::State, http::StatusCode, response::Response};
use registry::{CertificateAct, CertificateKind, Moment, OrderState, RegisteredId};
use seal::{CertificateDer, ProfileId};
use serde::Deserialize;

use super::{
    answer::{self, WebError, frame, see, see_at},
    documents::Reader,
    sent::Sent,
};
use crate::{
    Error,
    audit::hex,
    danish_time::danish_time,
    http::{AppState, path::Path},
    problem::Problem,
    service::{Muting, seconds},
    store::{CertificateSearch, CertificateState, FoundCertificate, OrderSearch},
    web::{
        BlockOwnPage, CertificateTexts, OwnCertificate, OwnPage, RefusedPage, WaitingOrder,
        certificate_texts, purposes_of, reason_of_word, refusal,
    },
};

/// Where the page is.
pub(super) const AT: &str = "/me/certificates";

/// How many are shown.
const MOST: usize = 200;

/// The page.
pub(super) async fn page(State(state): State<AppState>, reader: Reader) -> Response {
    match shown(&state, &reader).await {
        Ok(page) => answer::page(StatusCode::OK, &reader.spoken, &page),
        Err(error) => refused(&reader, &error),
    }
}

async fn shown(state: &AppState, reader: &Reader) -> Result<OwnPage, Error> {
    let c = certificate_texts(reader.spoken.language);
    let time = state.service.clock().now();
    let now = Moment::try_from(time).map_err(|_| Error::Interrupted)?;
    let mut page = OwnPage {
        frame: frame(&reader.spoken, AT),
        c,
        csrf: reader.session.csrf().to_owned(),
        waiting: Vec::new(),
        certificates: Vec::new(),
        more: false,
    };
    // Who has no entry has none.
    let Some(own) = reader.session.registered_or_linked() else { return Ok(page) };
    let tenant = reader.session.organisation.tenant();
    let limit = u32::try_from(MOST + 1).unwrap_or(u32::MAX);
    let search = OrderSearch {
        state: Some(OrderState::Ready),
        holder: Some(own.0.clone()),
        now: seconds(time),
        limit,
        ..OrderSearch::default()
    };
    let snapshot = reader.session.organisation.snapshot();
    for order in tenant.orders(&search).await?.into_iter().map(|kept| kept.value) {
        // One that is collected with a code is collected elsewhere.
        if order.identification == registry::Identification::OneTimeCode {
            continue;
        }
        let terms = snapshot.register().certificate_terms().get(&order.profile);
        let person = snapshot.register().people().get(&own).map(|kept| &kept.value);
        let name = match (order.kind, person, terms) {
            (CertificateKind::User, Some(one), _) => {
                format!("{} {}", one.given_name, one.family_name)
            }
            (_, _, Some(terms)) => terms.value.name.clone(),
            (_, _, None) => order.profile.to_string(),
        };
        page.waiting.push(WaitingOrder {
            reference: order.reference.0.clone(),
            kind: c.kind(order.kind),
            name,
            until: said(seconds(order.expires.into())),
        });
    }
    let mut found = own_certificates(reader, &own, seconds(now.into())).await?;
    page.more = found.len() > MOST;
    found.truncate(MOST);
    let terms = snapshot.register().certificate_terms();
    let row = |one: &FoundCertificate| {
        let terms = terms.get(&ProfileId::new(one.profile.clone()));
        let services = terms.map(|kept| kept.value.relying_services.clone()).unwrap_or_default();
        OwnCertificate { services, ..own_row(c, one, &found, seconds(time)) }
    };
    page.certificates = found.iter().map(row).collect();
    Ok(page)
}

async fn own_certificates(
    reader: &Reader,
    own: &RegisteredId,
    now: i64,
) -> Result<Vec<FoundCertificate>, Error> {
    let search = CertificateSearch {
        holder: Some(own.0.clone()),
        now,
        // What follows another ends later, and so is never cut off before it.
        latest_first: true,
        limit: u32::try_from(MOST + 1).unwrap_or(u32::MAX),
        ..CertificateSearch::default()
    };
    Ok(reader.session.organisation.tenant().certificates(&search).await?)
}

/// Whether another one, which is not blocked, has taken its place.
fn is_followed(one: &FoundCertificate, all: &[FoundCertificate]) -> bool {
    all.iter().any(|other| other.replaces.as_ref() == Some(&one.id) && other.blocked.is_none())
}

pub(super) fn own_row(
    c: &'static CertificateTexts,
    one: &FoundCertificate,
    all: &[FoundCertificate],
    now: i64,
) -> OwnCertificate {
    let state = one.state(now);
    let followed = is_followed(one, all);
    let (mut said_of, mut mark) = c.state(state);
    if followed && state == CertificateState::RenewalDue {
        (said_of, mark) = (c.renewed_by, "open");
    }
    let good = matches!(state, CertificateState::Valid | CertificateState::RenewalDue);
    OwnCertificate {
        id: one.id.clone(),
        name: one.name.clone(),
        kind: c.kind_of_word(&one.kind),
        state: said_of,
        mark,
        facts: facts(c, one, now),
        renews: state == CertificateState::RenewalDue && !followed,
        blocks: one.blocked.is_none(),
        installs: good && one.installed.is_none(),
        services: Vec::new(),
        mutes: (good && one.muted.is_none()).then_some(true).or(one.muted.map(|_| false)),
        pem: seal::pem(&[CertificateDer::new(one.der.clone())]),
    }
}

/// What a certificate says, and how it stands.
pub(super) fn facts(
    c: &'static CertificateTexts,
    one: &FoundCertificate,
    now: i64,
) -> Vec<(&'static str, String)> {
    let purposes = purposes_of(one.purposes).into_iter().map(|purpose| c.purpose(purpose));
    let mut facts = vec![
        (c.type_, c.kind_of_word(&one.kind).to_owned()),
        (c.name, one.name.clone()),
        (c.purposes, purposes.collect::<Vec<_>>().join("; ")),
    ];
    facts.extend(one.email.clone().map(|email| (c.email, email)));
    facts.push((c.begins, said(one.not_before)));
    facts.push((c.renewal, said(one.renewal)));
    facts.push((c.ends, said(one.not_after)));
    if one.blocked.is_none() && one.not_after > now {
        facts.push((c.days_left, ((one.not_after - now) / 86_400).to_string()));
    }
    facts.extend(one.installed.map(|at| (c.installed, said(at))));
    facts.extend(one.muted.map(|at| (c.muted, said(at))));
    if let Some(at) = one.blocked {
        let reason = one.reason.as_deref().and_then(reason_of_word);
        let reason = reason.map_or(c.not_given, |reason| c.reason(reason));
        facts.push((c.blocked_on, format!("{}: {reason}", said(at))));
    }
    facts.push((c.serial, hex(&one.serial)));
    facts.push((c.uuid, one.uuid.clone()));
    facts
}

/// A moment as people in Denmark read it, in seconds since 1970.
pub(super) fn said(at: i64) -> String {
    let since = Duration::from_secs(u64::try_from(at).unwrap_or_default());
    danish_time(UNIX_EPOCH + since).chars().take("2026-11-22 15:34".len()).collect()
}

/// Why something is not done.
pub(super) fn refused(reader: &Reader, error: &Error) -> Response {
    let status = Problem::from(error).kind().status();
    if status.is_server_error() {
        tracing::error!(?error, "a page of certificates could not be shown");
    }
    let c = certificate_texts(reader.spoken.language);
    let page = RefusedPage {
        frame: frame(&reader.spoken, AT),
        title: c.not_done,
        text: refusal(reader.spoken.language, error),
        next: (AT.to_owned(), c.back_to_own),
    };
    answer::page(status, &reader.spoken, &page)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    csrf: String,
}

/// Says that one is in use.
pub(super) async fn install(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    let shown = sent.form().await.and_then(|Plain { csrf }| reader.shows(&csrf));
    if let Err(error) = shown {
        return reader.told(&error);
    }
    match state.service.install(reader.session.authenticated(), id).await {
        Ok(_) => see(AT, None),
        Err(error) => refused(&reader, &error),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    csrf: String,
    muted: bool,
}

/// Has nobody reminded of one's end, or has them reminded again.
pub(super) async fn mute(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    let read = async {
        let Wanted { csrf, muted } = sent.form().await?;
        reader.shows(&csrf)?;
        Ok::<_, WebError>(if muted { Muting::Mute } else { Muting::Unmute })
    };
    let wanted = match read.await {
        Ok(wanted) => wanted,
        Err(error) => return reader.told(&error),
    };
    match state.service.mute(reader.session.authenticated(), id.clone(), wanted).await {
        Ok(_) => see_at(&format!("{AT}#certificate-{id}"), None),
        Err(error) => refused(&reader, &error),
    }
}

/// Asks why one shall be blocked.
pub(super) async fn blocking(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    let caller = reader.session.authenticated();
    match state.service.certificate(&caller, &id, CertificateAct::Block).await {
        Ok(found) => {
            let c = certificate_texts(reader.spoken.language);
            let now = seconds(state.service.clock().now());
            let page = BlockOwnPage {
                frame: frame(&reader.spoken, &format!("{AT}/{id}/blocking")),
                c,
                csrf: reader.session.csrf().to_owned(),
                facts: facts(c, &found, now),
                reasons: c.reasons(),
            };
            answer::page(StatusCode::OK, &reader.spoken, &page)
        }
        Err(error) => refused(&reader, &error),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    csrf: String,
    reason: registry::BlockingReason,
}

/// Blocks it.
pub(super) async fn block(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    let read = async {
        let Reason { csrf, reason } = sent.form().await?;
        reader.shows(&csrf)?;
        Ok::<_, WebError>(reason)
    };
    let reason = match read.await {
        Ok(reason) => reason,
        Err(error) => return reader.told(&error),
    };
    match state.service.block(reader.session.authenticated(), id.clone(), reason).await {
        Ok(_) => see_at(&format!("{AT}#certificate-{id}"), None),
        Err(error) => refused(&reader, &error),
    }
}

/// One of the caller's own that can be followed now.
pub(super) async fn renewable(
    state: &AppState,
    reader: &Reader,
    id: &str,
) -> Result<FoundCertificate, Error> {
    use registry::OrderRefusal::{
        Blocked, CertificateUnknown, Followed, NotRenewable, RenewalNotDue,
    };
    let caller = reader.session.authenticated();
    let found = state.service.certificate(&caller, id, CertificateAct::Read).await?;
    let own = reader.session.registered_or_linked().ok_or(CertificateUnknown)?;
    if found.holder.as_ref() != Some(&own.0) {
        return Err(CertificateUnknown.into());
    }
    let now = seconds(state.service.clock().now());
    match found.state(now) {
        CertificateState::Blocked => Err(Blocked.into()),
        CertificateState::Expired => Err(NotRenewable.into()),
        CertificateState::Valid => Err(RenewalNotDue.into()),
        CertificateState::RenewalDue => {
            let all = own_certificates(reader, &own, now).await?;
            if is_followed(&found, &all) { Err(Followed.into()) } else { Ok(found) }
        }
    }
}
