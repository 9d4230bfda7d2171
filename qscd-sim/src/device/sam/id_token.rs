//! An ID token of a fresh login (OpenID Connect Core 1.0 section 3.1.3.7), judged by the device itself.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{Jwk, JwkSet, PublicKeyUse},
};
use seal::{
    ActivationRefusal, Challenge, IdentityToken,
    identity::{IdentityIssuer, LEEWAY},
};
use serde_json::{Map, Value};

/// How long ago a login may be.
const MAXIMUM_LOGIN_AGE: Duration = Duration::from_secs(300);
/// The longest token that is looked at, in bytes.
const MAXIMUM_LENGTH: usize = 16 * 1024;

/// What a token may be signed with: never `none`, never a symmetric key.
const ALGORITHMS: [Algorithm; 7] = [
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::RS256,
];

/// A provider at which persons log in to sign, of the device's own configuration.
#[derive(Clone, Debug)]
pub struct SigningLogin {
    /// `iss` of its ID tokens.
    pub issuer: String,
    /// The one client that is kept for signing: another than that of any login.
    pub client_id: String,
    /// Its keys (RFC 7517 section 5).
    pub keys: JwkSet,
    /// The levels of assurance (`acr`) that sign; any, if none is named.
    pub acr_values: Vec<String>,
    /// The claim that holds the CVR number for which the person acts, where there is one.
    pub cvr_claim: String,
}

/// Whom an ID token names, and for whom they act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Login {
    pub(super) issuer: String,
    pub(super) subject: String,
    /// The CVR number, where one is claimed.
    pub(super) cvr: Option<String>,
    /// given_name and family_name, where both are claimed.
    pub(super) name: Option<(String, String)>,
}

/// Judges ID tokens.
#[derive(Debug)]
pub(super) struct Logins(RwLock<Arc<[SigningLogin]>>);

impl Logins {
    pub(super) fn new(logins: Vec<SigningLogin>) -> Self {
        Self(RwLock::new(logins.into()))
    }

    /// Puts the keys of `renewed` in place of those that the same issuers had.
    pub(super) fn renew(&self, renewed: &[IdentityIssuer]) {
        let mut logins = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let keys = |old: &SigningLogin| {
            let new = renewed.iter().find(|new| new.issuer == old.issuer);
            new.map_or_else(|| old.keys.clone(), |new| new.keys.clone())
        };
        *logins =
            logins.iter().map(|old| SigningLogin { keys: keys(old), ..old.clone() }).collect();
    }

    /// Judges a token whose `nonce` has to be the challenge of what began at `began`.
    pub(super) fn judge(
        &self,
        token: &IdentityToken,
        challenge: &Challenge,
        began: SystemTime,
        now: SystemTime,
    ) -> Result<Login, ActivationRefusal> {
        let logins = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        let (login, claims) = verified(&logins, token.expose())?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        if audience(&claims) != Some(login.client_id.as_str()) {
            return Err(ActivationRefusal::OtherAudience);
        }
        match claims.get("azp") {
            None => {}
            Some(Value::String(party)) if *party == login.client_id => {}
            Some(_) => return Err(ActivationRefusal::OtherParty),
        }
        let expires = moment(&claims, "exp")?;
        let issued = moment(&claims, "iat")?;
        let authenticated = moment(&claims, "auth_time")?;
        if now > expires + LEEWAY {
            return Err(ActivationRefusal::TokenExpired);
        }
        let begins = claims.get("nbf").map(|_| moment(&claims, "nbf")).transpose()?;
        if [Some(issued), Some(authenticated), begins]
            .into_iter()
            .flatten()
            .any(|at| now + LEEWAY < at)
        {
            return Err(ActivationRefusal::TokenNotYetValid);
        }
        if text("nonce") != Some(challenge.base64url().as_str()) {
            return Err(ActivationRefusal::OtherChallenge);
        }
        if authenticated + LEEWAY < began || now > authenticated + MAXIMUM_LOGIN_AGE {
            return Err(ActivationRefusal::LoginTooOld);
        }
        let level = text("acr");
        let high = |wanted: &String| level == Some(wanted.as_str());
        if !login.acr_values.is_empty() && !login.acr_values.iter().any(high) {
            return Err(ActivationRefusal::AssuranceTooLow);
        }
        let subject = text("sub").filter(|subject| !subject.is_empty());
        let cvr = match claims.get(&login.cvr_claim) {
            None | Some(Value::Null) => None,
            Some(Value::String(number)) => Some(number.clone()),
            Some(_) => return Err(ActivationRefusal::TokenMalformed),
        };
        Ok(Login {
            issuer: login.issuer.clone(),
            subject: subject.ok_or(ActivationRefusal::TokenMalformed)?.to_owned(),
            cvr,
            name: text("given_name")
                .zip(text("family_name"))
                .map(|(given, family)| (given.to_owned(), family.to_owned())),
        })
    }
}

/// The claims of a token that its issuer's key signed.
fn verified<'a>(
    logins: &'a [SigningLogin],
    token: &str,
) -> Result<(&'a SigningLogin, Map<String, Value>), ActivationRefusal> {
    let malformed = ActivationRefusal::TokenMalformed;
    let mut parts = token.split('.');
    let (Some(head), Some(body), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(malformed);
    };
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let read =
        |part| decoded(part).and_then(|json| strict_json::object(&json).ok()).ok_or(malformed);
    if token.len() > MAXIMUM_LENGTH {
        return Err(malformed);
    }
    // What is critical and not known makes the token nothing (RFC 7515 section 4.1.11), and a token of
    // another type is no ID token (RFC 8725 section 3.11).
    let members = read(head)?;
    let of_this_type = match members.get("typ") {
        None => true,
        Some(typ) => typ.as_str().is_some_and(|typ| typ.eq_ignore_ascii_case("JWT")),
    };
    if members.contains_key("crit") || !of_this_type {
        return Err(malformed);
    }
    let header = decode_header(token).map_err(|_| ActivationRefusal::TokenAlgorithm)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(ActivationRefusal::TokenAlgorithm);
    }
    let claims = read(body)?;
    // The unverified `iss` only chooses the key; the key then has to prove it.
    let issuer = claims.get("iss").and_then(Value::as_str);
    let (login, key) = logins
        .iter()
        .find(|login| Some(login.issuer.as_str()) == issuer)
        .and_then(|login| Some((login, key(&login.keys, header.kid.as_deref())?)))
        .ok_or(ActivationRefusal::IssuerUnknown)?;
    let named = key.common.key_algorithm.map(|named| named.to_string().parse::<Algorithm>());
    if named.is_some_and(|named| named != Ok(header.alg)) {
        return Err(ActivationRefusal::TokenAlgorithm);
    }
    let key = DecodingKey::from_jwk(key).map_err(|_| ActivationRefusal::IssuerUnknown)?;
    // The signature alone: what the claims say is judged here, by the device's clock.
    let mut validation = Validation::new(header.alg);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    match decode::<Value>(token, &key, &validation) {
        Ok(_) => Ok((login, claims)),
        Err(_) => Err(ActivationRefusal::SignatureInvalid),
    }
}

/// Without a `kid` only an issuer's single key can be meant; what it keeps for encryption signs nothing
/// (RFC 7517 section 4.2).
fn key<'a>(keys: &'a JwkSet, kid: Option<&str>) -> Option<&'a Jwk> {
    let signs = |key: &&Jwk| {
        key.common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature)
    };
    let mut keys = keys.keys.iter().filter(signs);
    match kid {
        Some(kid) => keys.find(|key| key.common.key_id.as_deref() == Some(kid)),
        None => keys.next().filter(|_| keys.next().is_none()),
    }
}

/// The one audience: a token for two is for somebody else, too.
fn audience(claims: &Map<String, Value>) -> Option<&str> {
    match claims.get("aud")? {
        Value::String(one) => Some(one),
        Value::Array(all) => match all.as_slice() {
            [Value::String(one)] => Some(one),
            _ => None,
        },
        _ => None,
    }
}

/// A NumericDate (RFC 7519 section 2), which may have a fraction; one beyond the year 9999 is nonsense and
/// would overflow.
fn moment(claims: &Map<String, Value>, name: &str) -> Result<SystemTime, ActivationRefusal> {
    const YEAR_10000: f64 = 253_402_300_800.0;
    let seconds = claims.get(name).and_then(Value::as_f64);
    let seconds = seconds.filter(|at| (0.0..YEAR_10000).contains(at));
    let seconds = seconds.ok_or(ActivationRefusal::TokenMalformed)?;
    Ok(SystemTime::UNIX_EPOCH + Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests;
