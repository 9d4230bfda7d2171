use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use super::*;
use crate::PersonId;

struct TestIssuer {
    key: EcdsaKeyPair,
    keys: JwkSet,
}

const NOW_S: u64 = 1_800_000_000;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW_S)
}

impl TestIssuer {
    fn new() -> Self {
        let rng = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &rng).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &rng).unwrap();
        let point = key.public_key().as_ref();
        let keys = serde_json::from_value(json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "one", "use": "sig",
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]),
        }]}))
        .unwrap();
        Self { key, keys }
    }

    fn verifier(&self) -> IdentityVerifier {
        IdentityVerifier::new(vec![IdentityIssuer {
            issuer: "https://id.example".into(),
            audience: "segl".into(),
            keys: self.keys.clone(),
        }])
    }

    fn token(&self, header: &Value, claims: &Value) -> IdentityToken {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        IdentityToken::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn header() -> Value {
    json!({ "alg": "ES256", "kid": "one" })
}

fn claims() -> Value {
    json!({
        "iss": "https://id.example", "aud": "segl", "sub": "karen", "jti": "t-1",
        "iat": NOW_S, "exp": NOW_S + 300, "auth_time": NOW_S - 10,
        "name": "Karen Ørsted", "given_name": "Karen", "family_name": "Ørsted", "cvr": "12345674",
        "documents": ["ab".repeat(32)],
    })
}

fn changed(claim: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[claim] = value;
    claims
}

#[test]
fn a_good_token_tells_who_and_what_for() {
    let issuer = TestIssuer::new();
    let claims = issuer.verifier().verify(&issuer.token(&header(), &claims()), now()).unwrap();
    assert_eq!(claims.person.subject, "karen");
    assert_eq!(claims.documents[0].to_string(), "ab".repeat(32));
    assert_eq!(format!("{claims:?}"), "IdentityClaims { .. }");
}

#[test]
fn each_defect_has_its_own_refusal() {
    let issuer = TestIssuer::new();
    let other = TestIssuer::new();
    let cases = [
        (other.token(&header(), &claims()), IdentityError::SignatureInvalid),
        (
            issuer.token(&json!({ "alg": "ES256", "kid": "two" }), &claims()),
            IdentityError::KeyUnknown,
        ),
        (
            issuer.token(&json!({ "alg": "HS256", "kid": "one" }), &claims()),
            IdentityError::AlgorithmRefused,
        ),
        (issuer.token(&json!({ "alg": "none" }), &claims()), IdentityError::Malformed),
        (
            issuer.token(&json!({ "alg": "ES384", "kid": "one" }), &claims()),
            IdentityError::AlgorithmRefused,
        ),
        (
            issuer.token(&header(), &changed("aud", json!("elsewhere"))),
            IdentityError::OtherAudience,
        ),
        (
            issuer.token(&header(), &changed("iss", json!("https://evil.example"))),
            IdentityError::KeyUnknown,
        ),
        (issuer.token(&header(), &changed("exp", json!(NOW_S - 61))), IdentityError::Expired),
        (issuer.token(&header(), &changed("iat", json!(NOW_S + 61))), IdentityError::NotYetValid),
        (issuer.token(&header(), &changed("nbf", json!(NOW_S + 61))), IdentityError::NotYetValid),
        (issuer.token(&header(), &changed("jti", Value::Null)), IdentityError::Malformed),
        (issuer.token(&header(), &changed("exp", json!(u64::MAX))), IdentityError::Malformed),
        (issuer.token(&header(), &changed("documents", json!(["zz"]))), IdentityError::Malformed),
        (
            issuer.token(&json!({ "alg": "ES256", "kid": "one", "crit": ["b64"] }), &claims()),
            IdentityError::Critical,
        ),
        (
            issuer.token(&header(), &{
                let mut thirty_years = changed("exp", json!(NOW_S + 30 * 365 * 86_400));
                thirty_years["iat"] = json!(NOW_S - 3661);
                thirty_years
            }),
            IdentityError::TooOld,
        ),
        (IdentityToken::new("a.b.c".into()), IdentityError::Malformed),
        (IdentityToken::new("a".repeat(20_000)), IdentityError::TooLong),
    ];
    for (token, expected) in cases {
        assert_eq!(issuer.verifier().verify(&token, now()), Err(expected));
    }
}

#[test]
fn a_minute_of_clock_difference_is_forgiven() {
    let issuer = TestIssuer::new();
    for claims in [changed("exp", json!(NOW_S - 60)), changed("iat", json!(NOW_S + 60))] {
        assert!(issuer.verifier().verify(&issuer.token(&header(), &claims), now()).is_ok());
    }
}

#[test]
fn a_person_whose_issuer_and_subject_no_store_takes_is_refused_where_the_token_is_read() {
    let issuer = TestIssuer::new();
    let verify = |claims: Value| issuer.verifier().verify(&issuer.token(&header(), &claims), now());
    let longest = PersonId::MAXIMUM_LENGTH - "https://id.example".len();
    assert!(verify(changed("sub", json!("x".repeat(longest)))).is_ok());
    for subject in
        ["x".repeat(longest + 1), "ø".repeat(longest / 2 + 1), "a\0".into(), String::new()]
    {
        assert_eq!(verify(changed("sub", json!(subject))), Err(IdentityError::Person), "{subject}");
    }
    for claim in ["jti", "cvr", "email", "org_name"] {
        assert_eq!(verify(changed(claim, json!("a\0"))), Err(IdentityError::Malformed), "{claim}");
    }
}

#[test]
fn a_person_whom_no_certificate_can_name_is_refused_where_the_token_is_read() {
    let issuer = TestIssuer::new();
    let verify = |claims: Value| issuer.verifier().verify(&issuer.token(&header(), &claims), now());
    let (longest, longer) = ("ø".repeat(100), "x".repeat(201));
    for claim in ["name", "given_name", "family_name"] {
        for name in [
            "",
            " ",
            "\n",
            "\x7f",
            "a\0",
            "Ka\tren",
            &longer,
            "\u{200b}",
            "\u{fdd0}",
            "\u{301}",
            "Karen\u{202e}negaK",
            "\u{2066}Karen",
            "Karen\u{200f}",
        ] {
            assert_eq!(verify(changed(claim, json!(name))), Err(IdentityError::Name), "{name:?}");
        }
        for name in [longest.as_str(), "-", "X Æ A-12", "علی\u{200c}رضا", "न\u{94d}", "e\u{301}"]
        {
            assert!(verify(changed(claim, json!(name))).is_ok(), "{name:?}");
        }
    }
}
