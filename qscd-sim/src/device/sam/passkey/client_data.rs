//! clientDataJSON (Web Authentication Level 3, clause 5.8.1).

use seal::{ActivationRefusal, Challenge};
use serde_json::Value;

use crate::device::sam::strict_json;

/// The longest that is looked at, in bytes.
const MAXIMUM_LENGTH: usize = 4096;

/// Judges the bytes as the browser made them.
pub(super) fn judge(
    bytes: &[u8],
    challenge: &Challenge,
    origin: &str,
) -> Result<(), ActivationRefusal> {
    let members = Some(bytes).filter(|bytes| bytes.len() <= MAXIMUM_LENGTH);
    let members =
        members.and_then(strict_json::object).ok_or(ActivationRefusal::ClientDataMalformed)?;
    let is = |name: &str, text: &str| members.get(name).and_then(Value::as_str) == Some(text);
    if !is("type", "webauthn.get") {
        return Err(ActivationRefusal::OtherType);
    }
    if !is("challenge", &challenge.base64url()) {
        return Err(ActivationRefusal::OtherChallenge);
    }
    if !is("origin", origin) {
        return Err(ActivationRefusal::OtherOrigin);
    }
    let framed = members.get("crossOrigin").is_some_and(|value| *value != Value::Bool(false));
    if framed || members.contains_key("topOrigin") {
        return Err(ActivationRefusal::CrossOrigin);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://segl.example";

    #[test]
    fn each_thing_that_is_wrong_has_its_name() {
        let challenge = Challenge::from_bytes([7; 32]);
        let encoded = challenge.base64url();
        let judge = |json: &str| {
            let json = json.replace("CHALLENGE", &encoded).replace("ORIGIN", ORIGIN);
            judge(json.as_bytes(), &challenge, ORIGIN)
        };
        let good = r#"{"type":"webauthn.get","challenge":"CHALLENGE","origin":"ORIGIN""#;
        for accepted in [
            format!("{good}}}"),
            format!(r#"{good},"crossOrigin":false}}"#),
            format!(r#"{good},"crossOrigin":false,"other_keys_can_be_added_here":"do not"}}"#),
        ] {
            assert_eq!(judge(&accepted), Ok(()), "{accepted}");
        }
        use ActivationRefusal as R;
        for (json, refusal) in [
            (format!(r#"{good},"type":"webauthn.get"}}"#), R::ClientDataMalformed),
            (format!(r#"{good},"challenge":"AAAA"}}"#), R::ClientDataMalformed),
            (good.to_owned(), R::ClientDataMalformed),
            (format!(r#"{good},"x":"{}"}}"#, "x".repeat(4096)), R::ClientDataMalformed),
            (format!("{good}}}").replace(".get", ".create"), R::OtherType),
            (format!("{good}}}").replace(r#""type""#, r#""Type""#), R::OtherType),
            (format!("{good}}}").replace("CHALLENGE", "CHALLENGE="), R::OtherChallenge),
            (format!("{good}}}").replace("CHALLENGE", "BwcHBwc"), R::OtherChallenge),
            (format!("{good}}}").replace("ORIGIN", "ORIGIN/"), R::OtherOrigin),
            (format!("{good}}}").replace("ORIGIN", "ORIGIN:443"), R::OtherOrigin),
            (format!("{good}}}").replace("ORIGIN", "https://segl.example.evil"), R::OtherOrigin),
            (format!("{good}}}").replace("ORIGIN", "http://segl.example"), R::OtherOrigin),
            (format!(r#"{good},"crossOrigin":true}}"#), R::CrossOrigin),
            (format!(r#"{good},"crossOrigin":"false"}}"#), R::CrossOrigin),
            (format!(r#"{good},"crossOrigin":false,"topOrigin":"ORIGIN"}}"#), R::CrossOrigin),
        ] {
            assert_eq!(judge(&json), Err(refusal), "{json}");
        }
    }
}
