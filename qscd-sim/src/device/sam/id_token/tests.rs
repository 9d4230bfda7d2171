use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::json;

use super::*;

const BEGAN: u64 = 1_800_000_000;

struct Provider {
    key: EcdsaKeyPair,
}

impl Provider {
    fn new() -> Self {
        let (rng, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &rng).unwrap();
        Self { key: EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &rng).unwrap() }
    }

    fn login(&self) -> SigningLogin {
        let point = self.key.public_key().as_ref();
        let coordinate = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let keys = json!({"keys": [{
            "kty": "EC", "crv": "P-256", "kid": "one", "alg": "ES256",
            "x": coordinate(&point[1..33]), "y": coordinate(&point[33..]),
        }]});
        SigningLogin {
            issuer: "https://op.example".into(),
            client_id: "segl-signing".into(),
            keys: serde_json::from_value(keys).unwrap(),
            acr_values: vec!["substantial".into(), "high".into()],
            cvr_claim: "cvr".into(),
        }
    }

    fn sign(&self, header: &str, claims: &str) -> IdentityToken {
        let mut token = URL_SAFE_NO_PAD.encode(header);
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(claims));
        let value = self.key.sign(&SystemRandom::new(), token.as_bytes()).unwrap();
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(value));
        IdentityToken::new(token)
    }
}

fn challenge() -> Challenge {
    Challenge::from_bytes([7; 32])
}

fn claims() -> Value {
    json!({
        "iss": "https://op.example", "sub": "k-1", "aud": "segl-signing",
        "exp": BEGAN + 310, "iat": BEGAN + 10, "auth_time": BEGAN + 10,
        "nonce": challenge().base64url(), "acr": "substantial",
    })
}

const HEADER: &str = r#"{"alg":"ES256","kid":"one","typ":"JWT"}"#;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn judge(provider: &Provider, token: &IdentityToken, now: u64) -> Result<Login, ActivationRefusal> {
    Logins::new(vec![provider.login()]).judge(token, &challenge(), at(BEGAN), at(now))
}

#[test]
fn a_fresh_login_names_its_person_and_its_organisation() {
    let provider = Provider::new();
    let mut claims = claims();
    let judge = |claims: &Value| {
        judge(&provider, &provider.sign(HEADER, &claims.to_string()), BEGAN + 20).unwrap()
    };
    let login = judge(&claims);
    assert_eq!((login.issuer.as_str(), login.subject.as_str()), ("https://op.example", "k-1"));
    assert_eq!((login.cvr, login.name), (None, None));
    claims["aud"] = json!(["segl-signing"]);
    claims["iat"] = json!(BEGAN as f64 + 10.25);
    claims["nbf"] = json!(BEGAN + 10);
    claims["azp"] = json!("segl-signing");
    claims["cvr"] = json!("12345674");
    claims["given_name"] = json!("Karen");
    claims["family_name"] = json!("Ågård");
    let login = judge(&claims);
    assert_eq!(login.cvr.as_deref(), Some("12345674"));
    assert_eq!(login.name, Some(("Karen".into(), "Ågård".into())));
}

#[test]
fn each_claim_that_is_wrong_has_its_name() {
    use ActivationRefusal as R;
    let provider = Provider::new();
    for (name, value, refusal) in [
        ("iss", json!("https://other.example"), R::IssuerUnknown),
        ("iss", Value::Null, R::IssuerUnknown),
        ("aud", json!("segl"), R::OtherAudience),
        ("aud", json!(["segl-signing", "segl"]), R::OtherAudience),
        ("aud", json!([]), R::OtherAudience),
        ("aud", Value::Null, R::OtherAudience),
        ("azp", json!("segl"), R::OtherParty),
        ("azp", json!(1), R::OtherParty),
        ("nonce", json!(Challenge::from_bytes([8; 32]).base64url()), R::OtherChallenge),
        ("nonce", Value::Null, R::OtherChallenge),
        ("exp", json!(BEGAN - 41), R::TokenExpired),
        ("exp", Value::Null, R::TokenMalformed),
        ("exp", json!(u64::MAX), R::TokenMalformed),
        ("exp", json!(-1.5), R::TokenMalformed),
        ("nbf", json!(BEGAN + 81), R::TokenNotYetValid),
        ("nbf", json!("now"), R::TokenMalformed),
        ("iat", json!(BEGAN + 81), R::TokenNotYetValid),
        ("iat", Value::Null, R::TokenMalformed),
        ("auth_time", json!(BEGAN - 61), R::LoginTooOld),
        ("auth_time", json!(BEGAN + 81), R::TokenNotYetValid),
        ("auth_time", Value::Null, R::TokenMalformed),
        ("auth_time", json!("1800000000"), R::TokenMalformed),
        ("acr", json!("low"), R::AssuranceTooLow),
        ("acr", Value::Null, R::AssuranceTooLow),
        ("sub", json!(""), R::TokenMalformed),
        ("sub", Value::Null, R::TokenMalformed),
        ("cvr", json!(12_345_674), R::TokenMalformed),
    ] {
        let mut claims = claims();
        match &value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
        let token = provider.sign(HEADER, &claims.to_string());
        assert_eq!(judge(&provider, &token, BEGAN + 20), Err(refusal), "{name} = {value}");
    }
}

#[test]
fn a_login_may_be_five_minutes_old() {
    let provider = Provider::new();
    let mut claims = claims();
    claims["exp"] = json!(BEGAN + 3600);
    let token = provider.sign(HEADER, &claims.to_string());
    assert!(judge(&provider, &token, BEGAN + 310).is_ok());
    assert_eq!(judge(&provider, &token, BEGAN + 311), Err(ActivationRefusal::LoginTooOld));
}

#[test]
fn what_is_signed_otherwise_or_has_two_readings_is_refused() {
    use ActivationRefusal as R;
    let (provider, forger) = (Provider::new(), Provider::new());
    let claims = claims().to_string();
    let twice = claims.replacen('{', r#"{"nonce":"x","#, 1);
    let header = |header: &str| provider.sign(header, &claims);
    let good = provider.sign(HEADER, &claims);
    let (signed, _) = good.expose().rsplit_once('.').unwrap();
    let unsigned = IdentityToken::new(format!("{signed}."));
    let token = |text: &str| IdentityToken::new(text.to_owned());
    for (token, refusal) in [
        (forger.sign(HEADER, &claims), R::SignatureInvalid),
        (unsigned, R::SignatureInvalid),
        (provider.sign(HEADER, &twice), R::TokenMalformed),
        (header(r#"{"alg":"none","kid":"one"}"#), R::TokenAlgorithm),
        (header(r#"{"alg":"HS256","kid":"one"}"#), R::TokenAlgorithm),
        (header(r#"{"alg":"RS256","kid":"one"}"#), R::TokenAlgorithm),
        (header(r#"{"alg":"ES256","kid":"two"}"#), R::IssuerUnknown),
        (header(r#"{"alg":"ES256","kid":"one","crit":["x"]}"#), R::TokenMalformed),
        (header(r#"{"alg":"ES256","kid":"one","typ":"at+jwt"}"#), R::TokenMalformed),
        (header(r#"{"alg":"none","alg":"ES256","kid":"one"}"#), R::TokenMalformed),
        (token("a.b"), R::TokenMalformed),
        (token("a.b.c"), R::TokenMalformed),
        (token(&"a".repeat(20_000)), R::TokenMalformed),
    ] {
        assert_eq!(judge(&provider, &token, BEGAN + 20), Err(refusal), "{}", token.expose());
    }
}

#[test]
fn a_key_for_encryption_signs_nothing() {
    let provider = Provider::new();
    let with_use = |of: &str| {
        let mut login = provider.login();
        login.keys.keys[0].common.public_key_use = serde_json::from_value(json!(of)).unwrap();
        let token = provider.sign(HEADER, &claims().to_string());
        Logins::new(vec![login]).judge(&token, &challenge(), at(BEGAN), at(BEGAN + 20)).map(drop)
    };
    assert_eq!(with_use("sig"), Ok(()));
    assert_eq!(with_use("enc"), Err(ActivationRefusal::IssuerUnknown));
}

#[test]
fn an_issuers_keys_are_renewed_and_another_ones_are_not() {
    let (old, new) = (Provider::new(), Provider::new());
    let logins = Logins::new(vec![old.login()]);
    let token = new.sign(HEADER, &claims().to_string());
    let judge = || logins.judge(&token, &challenge(), at(BEGAN), at(BEGAN + 20)).map(drop);
    assert_eq!(judge(), Err(ActivationRefusal::SignatureInvalid));
    let renewed = |issuer: &str| IdentityIssuer {
        issuer: issuer.into(),
        audience: "segl".into(),
        keys: new.login().keys,
    };
    logins.renew(&[renewed("https://other.example")]);
    assert_eq!(judge(), Err(ActivationRefusal::SignatureInvalid));
    logins.renew(&[renewed("https://op.example")]);
    assert_eq!(judge(), Ok(()));
}
