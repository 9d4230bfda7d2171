use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "https://seal.example";
const CLIENT: &str = "client-1";
const NOW: u64 = 1_800_000_000;

struct Client {
    signing: EncodingKey,
    keys: ClientKeys,
}

impl Client {
    fn new() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref();
        let [x, y] = [&point[1..33], &point[33..]].map(|half| URL_SAFE_NO_PAD.encode(half));
        let key = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y });
        let keys = ClientKeys::read(&json!({ "keys": [key] }).to_string()).unwrap();
        Self { signing: EncodingKey::from_ec_der(pkcs8.as_ref()), keys }
    }

    fn signed(&self, kind: &str, claims: &Value) -> String {
        let header = Header { typ: Some(kind.to_owned()), ..Header::new(Algorithm::ES256) };
        encode(&header, claims, &self.signing).unwrap()
    }

    fn verify(&self, request: &str) -> Result<RequestObject, OauthError> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        RequestObject::of(request, &self.keys, (CLIENT, ISSUER), now)
    }
}

/// The claims of an honest object, with these otherwise; `null` leaves one out.
fn claims(changed: &Value) -> Value {
    let mut claims = json!({
        "iss": CLIENT, "client_id": CLIENT, "aud": ISSUER, "exp": NOW + 60, "jti": "one",
        "response_type": "code", "numSignatures": 2, "authorization_details": [{ "type": "credential" }],
    });
    let all = claims.as_object_mut().unwrap();
    for (name, value) in changed.as_object().unwrap() {
        match value.is_null() {
            true => drop(all.remove(name)),
            false => drop(all.insert(name.clone(), value.clone())),
        }
    }
    claims
}

#[test]
fn an_object_that_holds_says_what_is_asked_and_nothing_of_itself() {
    let client = Client::new();
    for kind in [TYPE, "application/oauth-authz-req+JWT"] {
        let object = client.verify(&client.signed(kind, &claims(&json!({})))).unwrap();
        assert_eq!(object.form.get("response_type"), Some("code"));
        assert_eq!(object.form.get("numSignatures"), Some("2"));
        assert_eq!(object.form.get("authorization_details"), Some(r#"[{"type":"credential"}]"#));
        assert!(!OF_THE_OBJECT.iter().any(|name| object.form.names(name)));
        assert_eq!(object.jti.unwrap().0, "one");
    }
    let unnamed = client.verify(&client.signed(TYPE, &claims(&json!({ "jti": null })))).unwrap();
    assert_eq!(unnamed.jti, None);
}

#[test]
fn what_is_of_another_client_for_another_server_or_of_another_time_is_refused() {
    let client = Client::new();
    for changed in [
        json!({ "iss": "client-2" }),
        json!({ "iss": null }),
        json!({ "client_id": "client-2" }),
        json!({ "client_id": null }),
        json!({ "aud": "https://other.example" }),
        json!({ "aud": [ISSUER] }),
        json!({ "aud": null }),
        json!({ "exp": null }),
        json!({ "exp": NOW - 31 }),
        json!({ "exp": NOW + 631 }),
        json!({ "exp": "soon" }),
        json!({ "nbf": NOW + 31 }),
        json!({ "iat": NOW + 31 }),
        json!({ "jti": "" }),
        json!({ "jti": 1 }),
        json!({ "request": "a.b.c" }),
        json!({ "request_uri": "https://client.example/request" }),
    ] {
        let refused = client.verify(&client.signed(TYPE, &claims(&changed))).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidRequestObject, "{changed}");
    }
}

#[test]
fn what_the_client_has_not_signed_for_this_is_refused() {
    let client = Client::new();
    let honest = claims(&json!({}));
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let none = format!("{}.{}.", part(&json!({ "alg": "none", "typ": TYPE })), part(&honest));
    let symmetric = Header { typ: Some(TYPE.to_owned()), ..Header::new(Algorithm::HS256) };
    let symmetric = encode(&symmetric, &honest, &EncodingKey::from_secret(b"secret")).unwrap();
    let signed = client.signed(TYPE, &honest);
    let (rest, signature) = signed.rsplit_once('.').unwrap();
    let mut spoilt = URL_SAFE_NO_PAD.decode(signature).unwrap();
    spoilt[9] ^= 1;
    let spoilt = format!("{rest}.{}", URL_SAFE_NO_PAD.encode(spoilt));
    for request in [
        none,
        symmetric,
        spoilt,
        Client::new().signed(TYPE, &honest),
        client.signed("JWT", &honest),
        client.signed("dpop+jwt", &honest),
        "a.b".to_owned(),
        String::new(),
        "a".repeat(MAXIMUM_LENGTH + 1),
    ] {
        let refused = client.verify(&request).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidRequestObject, "{request:.80}");
    }
    let twice = r#"{"iss":"client-1","iss":"client-1"}"#;
    assert!(jws::raw_claims(&format!("a.{}.b", URL_SAFE_NO_PAD.encode(twice))).is_none());
}

#[test]
fn a_pushed_object_stands_alone() {
    let form = |text: &str| Form::parse(text.as_bytes()).unwrap();
    let alone = form("request=a.b.c&client_id=client-1&client_assertion=a&client_assertion_type=b");
    assert_eq!(RequestObject::stands_alone(&alone), Ok(()));
    let beside = RequestObject::stands_alone(&form("request=a.b.c&scope=service"));
    assert_eq!(beside.unwrap_err().code, ErrorCode::InvalidRequest);
}
