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

    fn signed(&self, claims: &Value) -> String {
        encode(&Header::new(Algorithm::ES256), claims, &self.signing).unwrap()
    }

    fn verify(&self, assertion: &str) -> Result<VerifiedAssertion, AssertionError> {
        VerifiedAssertion::of(assertion, &self.keys, CLIENT, ISSUER, now())
    }
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

/// The claims of an honest assertion, with this one otherwise; `null` leaves it out.
fn claims(name: &str, value: Value) -> Value {
    let mut claims = json!({
        "iss": CLIENT, "sub": CLIENT, "aud": ISSUER, "jti": "one", "exp": 1_800_000_060_u64,
    });
    let all = claims.as_object_mut().unwrap();
    if value.is_null() {
        all.remove(name);
    } else {
        all.insert(name.to_owned(), value);
    }
    claims
}

#[test]
fn an_assertion_that_holds_has_a_name_and_an_end() {
    let client = Client::new();
    let assertion = client.signed(&claims("iat", json!(1_800_000_000_u64)));
    assert_eq!(client_of(&assertion).unwrap(), CLIENT);
    let verified = client.verify(&assertion).unwrap();
    assert_eq!(verified.jti, "one");
    assert!(verified.ends > now() + Duration::from_secs(60 + 30), "it is remembered longer");
}

#[test]
fn each_claim_that_does_not_fit_is_refused_by_name() {
    let client = Client::new();
    let cases = [
        ("iss", json!("client-2"), AssertionError::Client),
        ("sub", json!("client-2"), AssertionError::Client),
        ("aud", json!("https://seal.example/oauth2/token"), AssertionError::Audience),
        ("aud", json!([ISSUER]), AssertionError::Audience),
        ("aud", json!([ISSUER, "https://other.example"]), AssertionError::Audience),
        ("exp", json!(1_799_999_900_u64), AssertionError::Time),
        ("exp", json!(1_800_000_600_u64), AssertionError::Time),
        ("exp", json!(u64::MAX), AssertionError::Time),
        ("nbf", json!(1_800_000_100_u64), AssertionError::Time),
        ("iat", json!(1_800_000_100_u64), AssertionError::Time),
        ("jti", json!(""), AssertionError::Malformed),
        ("jti", json!("j".repeat(257)), AssertionError::Malformed),
        ("jti", Value::Null, AssertionError::Malformed),
        ("exp", Value::Null, AssertionError::Malformed),
        ("aud", Value::Null, AssertionError::Malformed),
    ];
    for (name, value, expected) in cases {
        let assertion = client.signed(&claims(name, value.clone()));
        assert_eq!(client.verify(&assertion), Err(expected), "{name}: {value}");
    }
}

#[test]
fn another_key_a_symmetric_one_and_none_at_all_prove_nothing() {
    let client = Client::new();
    let honest = claims("iat", json!(1_800_000_000_u64));
    let other = Client::new().signed(&honest);
    assert_eq!(client.verify(&other), Err(AssertionError::Signature));
    let secret = EncodingKey::from_secret(b"secret");
    let symmetric = encode(&Header::new(Algorithm::HS256), &honest, &secret).unwrap();
    assert_eq!(client.verify(&symmetric), Err(AssertionError::Algorithm));
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let none = format!("{}.{}.", part(&json!({ "alg": "none" })), part(&honest));
    assert_eq!(client.verify(&none), Err(AssertionError::Malformed));
    let critical = json!({ "alg": "ES256", "crit": ["b64"], "b64": true });
    let critical = format!("{}.{}.AA", part(&critical), part(&honest));
    assert_eq!(client.verify(&critical), Err(AssertionError::Critical));
    assert_eq!(client.verify(&"a".repeat(9000)), Err(AssertionError::Malformed));
    assert_eq!(client_of("a.b.c"), Err(AssertionError::Malformed));
}
