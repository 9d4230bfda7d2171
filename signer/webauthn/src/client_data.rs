//! The client data: what the browser says of the ceremony (section 5.8.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq;

use crate::{MAXIMUM_CLIENT_DATA, Part, RelyingParty, WebauthnError};

const PART: Part = Part::ClientData;

/// What a browser was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ceremony {
    /// A new credential.
    Create,
    /// An assertion.
    Get,
}

/// The members that are judged. Others may be there (section 5.8.1.1).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    /// Anything but `false` says that the page stands inside another one.
    #[serde(default)]
    cross_origin: Value,
    #[serde(default)]
    top_origin: Option<Value>,
}

/// The challenge that client data say they answer, before anything is judged: good for finding what was
/// asked, and for nothing else.
///
/// # Errors
/// [`WebauthnError::TooLong`]; [`WebauthnError::Malformed`].
pub fn answered_challenge(json: &[u8]) -> Result<Vec<u8>, WebauthnError> {
    let data = read(json)?;
    URL_SAFE_NO_PAD.decode(&data.challenge).map_err(|_| WebauthnError::Malformed(PART))
}

fn read(json: &[u8]) -> Result<ClientData, WebauthnError> {
    if json.len() > MAXIMUM_CLIENT_DATA {
        return Err(WebauthnError::TooLong(PART));
    }
    let members = strict_json::object(json).map_err(|_| WebauthnError::Malformed(PART))?;
    serde_json::from_value(Value::Object(members)).map_err(|_| WebauthnError::Malformed(PART))
}

/// Judges what the browser says.
///
/// # Errors
/// [`WebauthnError`] names the cause.
pub(crate) fn judge(
    json: &[u8],
    ceremony: Ceremony,
    party: &RelyingParty,
    challenge: &[u8],
) -> Result<(), WebauthnError> {
    let data = read(json)?;
    let expected = match ceremony {
        Ceremony::Create => "webauthn.create",
        Ceremony::Get => "webauthn.get",
    };
    if data.r#type != expected {
        return Err(WebauthnError::OtherCeremony);
    }
    let answered = URL_SAFE_NO_PAD.decode(&data.challenge);
    let answered = answered.map_err(|_| WebauthnError::Malformed(PART))?;
    if challenge.is_empty() || !bool::from(answered.ct_eq(challenge)) {
        return Err(WebauthnError::OtherChallenge);
    }
    if data.origin != party.origin {
        return Err(WebauthnError::OtherOrigin);
    }
    let alone = matches!(data.cross_origin, Value::Null | Value::Bool(false));
    if !alone || data.top_origin.is_some() {
        return Err(WebauthnError::CrossOrigin);
    }
    Ok(())
}
