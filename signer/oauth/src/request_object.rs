//! Signed requests (JWT-Secured Authorization Request, RFC 9101), by value.
//!
//! The audience is the issuer, as a string and alone, and the object says by `typ` what it is for: one that
//! was signed for another purpose is good for nothing here (RFC 9101 section 10.8).

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value};

use crate::{
    ClientKeys, ErrorCode, Form, OauthError,
    jws::{self, JwsError},
};

/// The `typ`, with or without `application/` before it.
const TYPE: &str = "oauth-authz-req+jwt";

/// How far in the future an object's end may lie.
const MAXIMUM_AGE: Duration = Duration::from_secs(600);

/// The clock difference that is forgiven.
const LEEWAY: Duration = Duration::from_secs(30);

/// The longest object that is looked at, in bytes: a hundred labelled hashes have half of it.
const MAXIMUM_LENGTH: usize = 64 << 10;

/// The longest `jti`, in bytes.
const MAXIMUM_NAME: usize = 256;

/// What an object says of itself, and not of what is asked.
const OF_THE_OBJECT: [&str; 6] = ["iss", "aud", "exp", "nbf", "iat", "jti"];

/// What stands beside a pushed object (RFC 9126 section 3): who asks, and how they prove it.
const BESIDE: [&str; 5] =
    ["request", "client_id", "client_secret", "client_assertion", "client_assertion_type"];

/// A signed request that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestObject {
    /// What is asked: the parameters of the object, and none from elsewhere (RFC 9101 section 6.3).
    pub form: Form,
    /// Its name, if it has one: it is then good once, and whoever takes it remembers that until this time.
    pub jti: Option<(String, SystemTime)>,
}

impl RequestObject {
    /// Verifies the `request` of a form, by the keys of `client`. `issuer` is this server's own.
    ///
    /// # Errors
    /// `invalid_request_object`.
    pub fn of(
        request: &str,
        keys: &ClientKeys,
        (client, issuer): (&str, &str),
        now: SystemTime,
    ) -> Result<Self, OauthError> {
        if request.len() > MAXIMUM_LENGTH {
            return Err(refused("the request object is longer than 64 KiB"));
        }
        let header = jws::header(request).map_err(unsigned)?;
        let kind = header.typ.as_deref().map(str::to_ascii_lowercase).unwrap_or_default();
        if kind.strip_prefix("application/").unwrap_or(&kind) != TYPE {
            return Err(refused("typ of the request object is not oauth-authz-req+jwt"));
        }
        // Once more by a reader that takes no member twice.
        jws::claims_of::<Value>(request, &header, keys).map_err(unsigned)?;
        let claims = jws::raw_claims(request)
            .ok_or_else(|| refused("the request object is no object, or has a member twice"))?;
        let ends = judged(&claims, client, issuer, now)?;
        let jti = match claims.get("jti") {
            None => None,
            Some(Value::String(jti)) if (1..=MAXIMUM_NAME).contains(&jti.len()) => {
                Some((jti.clone(), ends))
            }
            Some(_) => return Err(refused("jti of the request object is no text of 256 bytes")),
        };
        Ok(Self { form: asked(claims)?, jti })
    }

    /// That nothing stands beside a pushed object but who pushes it (RFC 9126 section 3).
    ///
    /// # Errors
    /// `invalid_request`.
    pub fn stands_alone(form: &Form) -> Result<(), OauthError> {
        match form.all_names().all(|name| BESIDE.contains(&name)) {
            true => Ok(()),
            false => Err(OauthError::request("what is asked stands in the request object alone")),
        }
    }
}

/// When the object ends, if it is this client's, for this server, and good now.
fn judged(
    claims: &Map<String, Value>,
    client: &str,
    issuer: &str,
    now: SystemTime,
) -> Result<SystemTime, OauthError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(client) || text("client_id") != Some(client) {
        return Err(refused("iss and client_id of the request object are not both the client_id"));
    }
    if text("aud") != Some(issuer) {
        return Err(refused("aud of the request object is not the issuer, as a string"));
    }
    let time = || {
        refused(
            "the request object has expired, is not valid yet, or is good for more than ten minutes",
        )
    };
    let moment = |value: &Value| {
        let since = Duration::from_secs(value.as_u64()?);
        SystemTime::UNIX_EPOCH.checked_add(since)
    };
    let ends = claims.get("exp").and_then(moment).ok_or_else(time)?;
    // The later bound first: what is at the end of time cannot be added to.
    if ends > now + MAXIMUM_AGE + LEEWAY || now > ends + LEEWAY {
        return Err(time());
    }
    for begins in ["nbf", "iat"].into_iter().filter_map(|name| claims.get(name)) {
        if moment(begins).is_none_or(|begins| begins > now + LEEWAY) {
            return Err(time());
        }
    }
    Ok(ends + LEEWAY + Duration::from_secs(1))
}

/// The parameters: texts as they are, numbers and structures (RFC 9396 section 3) as a form has them.
fn asked(claims: Map<String, Value>) -> Result<Form, OauthError> {
    let mut all = BTreeMap::new();
    for (name, value) in claims {
        match (&*name, value) {
            ("request" | "request_uri", _) => {
                return Err(refused("a request object holds no other request"));
            }
            (name, _) if OF_THE_OBJECT.contains(&name) => {}
            (_, Value::Null) => {}
            (_, Value::String(text)) => drop(all.insert(name, text)),
            (
                _,
                other @ (Value::Number(_) | Value::Bool(_) | Value::Array(_) | Value::Object(_)),
            ) => {
                drop(all.insert(name, other.to_string()));
            }
        }
    }
    Form::of(all)
}

fn unsigned(error: JwsError) -> OauthError {
    refused(match error {
        JwsError::Malformed => "the request object is no signed JWT",
        JwsError::Critical => "the request object names an extension that is not known here (crit)",
        JwsError::Algorithm => "the request object is signed in a way that is not accepted",
        JwsError::Key => "the client has no key that the request object is signed with",
        JwsError::Signature => "the signature of the request object does not hold",
    })
}

fn refused(why: &'static str) -> OauthError {
    OauthError::new(ErrorCode::InvalidRequestObject, why)
}

#[cfg(test)]
mod tests;
