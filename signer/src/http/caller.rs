//! The extractors that tell who asks: a caller by `Authorization: Bearer`, or a stranger.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use axum::{
    extract::{FromRef, FromRequestParts, OriginalUri},
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use listener::{ClientCertificate, Peer, Place, Seldom};

use super::{same_origin, upload::Intake};
use crate::{
    access::session::Session,
    authentication::{Authenticated, AuthenticationError, ShownProof, is_costly},
    problem::Problem,
    service::{ProblemType, RequestError, Service},
};

/// Who asks by a session's cookie: a page of this service, which shows what no other site knows.
async fn of_session(
    service: &Service,
    cookie: &str,
    parts: &Parts,
) -> Result<Authenticated, Problem> {
    let session = Session::of(service, cookie).await?;
    let Some(session) = session else {
        let refused = |()| refusal(AuthenticationError::SessionEnded, parts);
        return Err(service.strangers().failed(peer(parts)).map_or_else(turned_away, refused));
    };
    let shown = parts.headers.get(same_origin::CSRF_HEADER).and_then(|value| value.to_str().ok());
    if !same_origin::is_same_origin(&parts.headers)
        || !shown.is_some_and(|one| session.is_shown(one))
    {
        return Err(refusal(AuthenticationError::SessionFromElsewhere, parts));
    }
    Ok(session.authenticated())
}

/// Who may ask without showing a key, and on whose account.
#[derive(Debug)]
pub(super) struct Visitor {
    /// How its body is read.
    pub(super) intake: Intake,
    /// Whether it showed a key.
    pub(super) standing: Standing,
}

/// On whose places a visitor's request is worked on.
#[derive(Debug)]
pub(super) enum Standing {
    /// Those of its organisation.
    Known(Box<Authenticated>),
    /// The strangers'; it has one of them.
    Stranger { _place: Place },
}

impl<S> FromRequestParts<S> for Authenticated
where
    Arc<Service>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let service = Arc::<Service>::from_ref(state);
        let caller = recognised(parts, &service).await?;
        caller.may_act().map_err(|error| Problem::from(crate::Error::from(error)))
    }
}

/// Who asks, whatever the access token is for that they bear: whoever takes this asks that.
pub(super) async fn recognised(parts: &Parts, service: &Service) -> Result<Authenticated, Problem> {
    if !parts.headers.contains_key(AUTHORIZATION)
        && let Some(cookie) = same_origin::session_of(&parts.headers)
    {
        return of_session(service, cookie, parts).await;
    }
    let bearer = parts
        .headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .map(|(scheme, bearer)| (scheme.to_ascii_lowercase(), bearer.trim()))
        .filter(|(scheme, _)| matches!(scheme.as_str(), "bearer" | "dpop"))
        .ok_or(AuthenticationError::Missing);
    let (scheme, bearer) = bearer.map_err(|error| refusal(error, parts))?;
    // A key is looked up for nothing; a token costs the verification of a signature, or a look into the
    // database.
    if is_costly(bearer) && !service.strangers().may_fail(peer(parts)) {
        return Err(turned_away(RequestError::TooMany));
    }
    let certificate = parts.extensions.get::<ClientCertificate>();
    let certificate = certificate.map(ClientCertificate::as_bytes);
    let known = match scheme.as_str() {
        "dpop" => match proof(&parts.headers) {
            Some(proof) => {
                // What is nested has an address of its own beside the one that was asked.
                let asked =
                    parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |asked| &asked.0);
                let (method, path) = (parts.method.as_str(), asked.path());
                let proof = ShownProof { proof, method, path };
                service.authenticator().authenticate_with(bearer, &proof, certificate).await
            }
            None => Err(AuthenticationError::ProofMissing),
        },
        _ => service.authenticator().authenticate_on(bearer, certificate).await,
    };
    known.map_err(|error| counted(error, parts, service))
}

/// Somebody is not recognised whom it cost something to look for: it counts as a failure of their address.
pub(super) fn counted(error: AuthenticationError, parts: &Parts, service: &Service) -> Problem {
    if matches!(error, AuthenticationError::Register(_) | AuthenticationError::Unread) {
        // It is not the caller's failure.
        return refusal(error, parts);
    }
    let failed = service.strangers().failed(peer(parts));
    failed.map_or_else(turned_away, |()| refusal(error, parts))
}

impl<S> FromRequestParts<S> for Visitor
where
    Arc<Service>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    /// Who shows something that is not accepted is refused, and not taken for a stranger.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let service = Arc::<Service>::from_ref(state);
        if parts.headers.contains_key(AUTHORIZATION) {
            let caller = Authenticated::from_request_parts(parts, state).await?;
            let intake = Intake::of(&service, &caller);
            return Ok(Self { intake, standing: Standing::Known(Box::new(caller)) });
        }
        let strangers = service.strangers();
        let place = strangers.place(peer(parts)).inspect_err(|_| {
            metrics::counter!("segl_strangers_refused_total").increment(1);
        })?;
        let intake = Intake::of_strangers(&service);
        Ok(Self { intake, standing: Standing::Stranger { _place: place } })
    }
}

/// The address of whoever asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Address(pub(super) IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(peer(parts)))
    }
}

/// The proof of possession in the header `DPoP`: one, or none (RFC 9449 section 4.3).
pub(super) fn proof(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all("dpop").iter();
    let proof = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(proof)
}

/// The address of whoever asks. Without a listener there is none.
pub(super) fn peer(parts: &Parts) -> IpAddr {
    parts.extensions.get::<Peer>().map_or(Ipv4Addr::LOCALHOST.into(), |peer| peer.0)
}

/// One that sends too much which is not accepted.
pub(super) fn turned_away(error: RequestError) -> Problem {
    metrics::counter!("segl_strangers_refused_total").increment(1);
    Problem::from(error)
}

/// Counts a refusal, and tells the log of it now and then: never what was shown.
fn refusal(error: AuthenticationError, parts: &Parts) -> Problem {
    static REFUSED: Seldom = Seldom::new();
    let problem = crate::Error::from(error);
    let cause = ProblemType::from(&problem).name();
    metrics::counter!("segl_authentication_refused_total", "problem" => cause).increment(1);
    if let Some(times) = REFUSED.count() {
        tracing::warn!(peer = %peer(parts), cause = %error, times, "nobody was recognised");
    }
    Problem::from(problem)
}

/// Turns an address away that sends too much without a key.
pub(super) async fn pass(
    axum::extract::State(service): axum::extract::State<Arc<Service>>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Result<axum::response::Response, Problem> {
    let (parts, body) = request.into_parts();
    let known = parts.headers.contains_key(AUTHORIZATION) && parts.uri.path().starts_with("/v1/");
    if !known {
        service.strangers().pass(peer(&parts)).map_err(|error: RequestError| {
            metrics::counter!("segl_strangers_refused_total").increment(1);
            Problem::from(error)
        })?;
    }
    Ok(next.run(axum::extract::Request::from_parts(parts, body)).await)
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        http::{Request, StatusCode, header},
        response::Response,
    };
    use tower::ServiceExt;

    use super::*;
    use crate::compose::{
        Application,
        sample::{API_KEY, demo},
    };

    const NEAR: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const FAR: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    async fn ask(application: &Application, from: IpAddr, bearer: &str) -> Response {
        let request = Request::get("/v1/receipts/1-0")
            .header(header::HOST, "localhost")
            .extension(Peer(from));
        let request = request.header(AUTHORIZATION, format!("Bearer {bearer}"));
        let request = request.body(Body::empty()).unwrap();
        application.public.clone().oneshot(request).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_shows_too_much_that_is_not_accepted_waits_and_who_is_known_does_not() {
        let limit = |limits: &mut crate::config::Limits| {
            limits.failed_authentications_per_s_and_address = 2;
        };
        let (application, _directory) = demo(limit).await;
        let mut refused = 0;
        let late = loop {
            let answer = ask(&application, NEAR, "wrong").await;
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                break answer;
            }
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
            refused += 1;
        };
        assert!(refused >= 2, "some are forgiven");
        assert_eq!(late.headers()[header::RETRY_AFTER], "1", "RFC 6585 clause 4");
        // Nor is a token looked at, sooner or later: another one may be forgiven meanwhile.
        while ask(&application, NEAR, "a.b.c").await.status() != StatusCode::TOO_MANY_REQUESTS {
            ask(&application, NEAR, "wrong").await;
        }
        let known = ask(&application, NEAR, API_KEY).await.status();
        assert_eq!(known, StatusCode::NOT_FOUND, "the receipt");
        let far = ask(&application, FAR, "a.b.c").await.status();
        assert_eq!(far, StatusCode::UNAUTHORIZED);
        application.shutdown().await.unwrap();
    }
}
