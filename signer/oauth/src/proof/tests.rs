use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use super::*;

const ADDRESS: &str = "https://seal.example/v1/seals";
const TOKEN: &str = "segl_at_token";

struct Holder {
    signing: EncodingKey,
    jwk: Value,
}

impl Holder {
    fn new() -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref();
        let [x, y] = [&point[1..33], &point[33..]].map(|half| URL_SAFE_NO_PAD.encode(half));
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y });
        Self { signing: EncodingKey::from_ec_der(pkcs8.as_ref()), jwk }
    }

    fn proof(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("dpop+jwt".into());
        header.jwk = Some(serde_json::from_value(self.jwk.clone()).unwrap());
        encode(&header, claims, &self.signing).unwrap()
    }
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

/// The claims of an honest proof, with this one otherwise; `null` leaves it out.
fn claims(name: &str, value: Value) -> Value {
    let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, TOKEN.as_bytes()));
    let mut claims = json!({
        "jti": "one", "htm": "POST", "htu": ADDRESS, "iat": 1_800_000_000_u64, "ath": hash,
    });
    let all = claims.as_object_mut().unwrap();
    if value.is_null() {
        all.remove(name);
    } else {
        all.insert(name.to_owned(), value);
    }
    claims
}

fn verify(proof: &str, token: Option<&str>) -> Result<ProofOfPossession, ProofError> {
    let address = "https://SEAL.example/v1/seals?profile=decisions";
    ProofOfPossession::of(proof, &Shown { method: "POST", address, token }, now())
}

#[test]
fn a_proof_that_holds_names_the_key_and_an_end() {
    let holder = Holder::new();
    let proof = verify(&holder.proof(&claims("", json!(0))), Some(TOKEN)).unwrap();
    let again = holder.proof(&claims("jti", json!("two")));
    assert_eq!(verify(&again, Some(TOKEN)).unwrap().thumbprint, proof.thumbprint);
    let other = Holder::new().proof(&claims("", json!(0)));
    assert_ne!(verify(&other, Some(TOKEN)).unwrap().thumbprint, proof.thumbprint);
    assert_eq!(proof.thumbprint.len(), 43);
    assert!(proof.ends > now() + PROOF_LIFETIME);
    let first = holder.proof(&claims("ath", Value::Null));
    assert!(verify(&first, None).is_ok(), "where a token is asked for there is none yet");
}

#[test]
fn a_proof_of_another_request_token_or_time_is_refused() {
    let holder = Holder::new();
    for (name, value, expected) in [
        ("htm", json!("GET"), ProofError::OtherRequest),
        ("htu", json!("https://seal.example/v1/digests"), ProofError::OtherRequest),
        ("htu", json!("http://seal.example/v1/seals"), ProofError::OtherRequest),
        ("htu", json!("https://other.example/v1/seals"), ProofError::OtherRequest),
        ("ath", Value::Null, ProofError::OtherToken),
        ("ath", json!("AAAA"), ProofError::OtherToken),
        ("iat", json!(1_799_999_900_u64), ProofError::Time),
        ("iat", json!(1_800_000_100_u64), ProofError::Time),
        ("iat", json!(u64::MAX), ProofError::Time),
        ("iat", Value::Null, ProofError::Malformed),
        ("jti", Value::Null, ProofError::Malformed),
        ("jti", json!(""), ProofError::Malformed),
    ] {
        let proof = holder.proof(&claims(name, value.clone()));
        assert_eq!(verify(&proof, Some(TOKEN)), Err(expected), "{name}: {value}");
    }
}

#[test]
fn a_proof_by_another_key_a_private_one_or_of_another_type_is_none() {
    let (holder, other) = (Holder::new(), Holder::new());
    let swapped = Holder { signing: other.signing, jwk: holder.jwk.clone() };
    let proof = swapped.proof(&claims("", json!(0)));
    assert_eq!(verify(&proof, Some(TOKEN)), Err(ProofError::Signature));
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut private = holder.jwk.clone();
    private["d"] = json!("AA");
    let key = holder.jwk;
    for (header, expected) in [
        (json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": private }), ProofError::Key),
        (json!({ "typ": "JWT", "alg": "ES256", "jwk": key }), ProofError::Malformed),
        (json!({ "typ": "dpop+jwt", "alg": "ES256" }), ProofError::Malformed),
        (json!({ "typ": "dpop+jwt", "alg": "HS256", "jwk": key }), ProofError::Key),
        (json!({ "typ": "dpop+jwt", "alg": "none", "jwk": key }), ProofError::Malformed),
    ] {
        let proof = format!("{}.{}.AA", part(&header), part(&claims("", json!(0))));
        assert_eq!(verify(&proof, Some(TOKEN)), Err(expected), "{header}");
    }
}
