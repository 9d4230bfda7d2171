//! What an ID token claims, beside what its signature shows.

use serde_json::{Map, Value};
use subtle::ConstantTimeEq;
use time::{Duration, OffsetDateTime};

use super::ProviderError;

/// Nonce, party and level of assurance.
pub(super) fn judged(
    claims: &Map<String, Value>,
    told: &crate::config::Provider,
    nonce: &str,
) -> Result<(), ProviderError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let answered = text("nonce").unwrap_or_default();
    if !bool::from(answered.as_bytes().ct_eq(nonce.as_bytes())) {
        return Err(ProviderError::Nonce);
    }
    // Section 3.1.3.7, steps 3 to 5: one that is for others as well says for whom it is.
    let several = claims.get("aud").and_then(Value::as_array).is_some_and(|all| all.len() > 1);
    match claims.get("azp").map(|party| party == told.client_id.as_str()) {
        Some(true) => {}
        None if !several => {}
        Some(false) | None => return Err(ProviderError::Party),
    }
    let acr = text("acr");
    let required = &told.acr_values;
    if !required.is_empty() && !required.iter().any(|one| Some(one.as_str()) == acr) {
        return Err(ProviderError::Assurance);
    }
    Ok(())
}

/// The longest ago that somebody logged in who was sent to log in anew.
const RECENT: Duration = Duration::minutes(5);
/// How far the provider's clock may be ahead.
const AHEAD: Duration = Duration::minutes(1);

/// Fails unless `auth_time` is of this login (OpenID Connect Core 1.0 section 3.1.3.7, step 13).
pub(super) fn demand_recent(
    claims: &Map<String, Value>,
    now: OffsetDateTime,
) -> Result<(), ProviderError> {
    let at = claims.get("auth_time").and_then(Value::as_i64);
    let at = at.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    let ago = now - at.ok_or(ProviderError::Older)?;
    if ago <= RECENT && ago >= -AHEAD { Ok(()) } else { Err(ProviderError::Older) }
}

/// The CVR number at a path, as text or as a number of JSON's; none where nothing is claimed there. One that
/// cannot be read is no login without one: who claims it would act for whom a link names.
pub(super) fn organisation(
    claims: &Map<String, Value>,
    path: &str,
) -> Result<Option<String>, ProviderError> {
    match at(claims, path) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(number)) => Ok(Some(number.clone())),
        Some(Value::Number(number)) if number.is_u64() => Ok(Some(number.to_string())),
        Some(_) => Err(ProviderError::Organisation),
    }
}

/// The claim at a path: of this name, or into what is nested.
pub(super) fn at<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    at(claims.get(first)?.as_object()?, rest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told() -> crate::config::Provider {
        serde_json::from_value(json!({
            "id": "mitid", "name": "MitID", "issuer": "https://id.example", "client_id": "segl",
            "acr_values": ["substantial", "high"],
        }))
        .unwrap()
    }

    fn judge(changed: &Value) -> Result<(), ProviderError> {
        let mut claims = json!({ "nonce": "n", "aud": "segl", "acr": "high" });
        let changes = changed.as_object().unwrap().clone();
        claims.as_object_mut().unwrap().extend(changes);
        judged(claims.as_object().unwrap(), &told(), "n")
    }

    #[test]
    fn a_number_is_read_however_it_is_written_and_what_is_none_is_refused() {
        let read =
            |claimed: Value| organisation(json!({ "cvr": claimed }).as_object().unwrap(), "cvr");
        for written in [json!("12345674"), json!(12_345_674)] {
            assert_eq!(read(written).unwrap().as_deref(), Some("12345674"));
        }
        assert_eq!(read(Value::Null).unwrap(), None);
        assert_eq!(organisation(&Map::new(), "cvr").unwrap(), None);
        for unread in [json!(1.5), json!(-1), json!(true), json!(["12345674"]), json!({})] {
            assert_eq!(read(unread.clone()).unwrap_err().name(), "organisation-claim", "{unread}");
        }
    }

    #[test]
    fn a_login_of_before_and_one_without_its_time_are_none_of_now() {
        let now = OffsetDateTime::from_unix_timestamp(1_000_000).unwrap();
        let judge = |at: Value| demand_recent(json!({ "auth_time": at }).as_object().unwrap(), now);
        for good in [999_700, 1_000_000, 1_000_060] {
            judge(json!(good)).unwrap();
        }
        for bad in [json!(999_699), json!(1_000_061), json!("1000000"), Value::Null] {
            assert_eq!(judge(bad.clone()).unwrap_err().name(), "older-login", "{bad}");
        }
    }

    #[test]
    fn a_token_of_another_login_party_or_level_is_refused_by_its_name() {
        for good in [json!({}), json!({ "azp": "segl", "aud": ["segl", "other"] })] {
            judge(&good).unwrap();
        }
        for (bad, name) in [
            (json!({ "nonce": "m" }), "nonce"),
            (json!({ "nonce": null }), "nonce"),
            (json!({ "aud": ["segl", "other"] }), "other-party"),
            (json!({ "azp": "other" }), "other-party"),
            (json!({ "acr": "low" }), "assurance"),
            (json!({ "acr": null }), "assurance"),
        ] {
            assert_eq!(judge(&bad).unwrap_err().name(), name, "{bad}");
        }
    }

    #[test]
    fn a_claim_is_found_by_its_name_and_by_the_way_to_it() {
        let claims = json!({ "nemlogin.cvr": "1", "nemlogin": { "cvr": "2", "name": "A" } });
        let claims = claims.as_object().unwrap();
        assert_eq!(at(claims, "nemlogin.cvr"), Some(&json!("1")));
        assert_eq!(at(claims, "nemlogin.name"), Some(&json!("A")));
        assert_eq!((at(claims, "nemlogin.none"), at(claims, "none")), (None, None));
    }
}
