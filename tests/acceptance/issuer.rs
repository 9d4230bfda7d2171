//! An identity issuer of our own, for the tokens that the demo's issuer would never make.

use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::{SecureRandom, SystemRandom},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use crate::server::sha256_hex;

/// The `iss` of its tokens.
pub const ISSUER: &str = "https://login.example";
/// The `aud` of its tokens.
pub const AUDIENCE: &str = "segl-acceptance";
/// The `sub` of its only person.
pub const SUBJECT: &str = "2f6f2f0a-1b1c-4a57-8a43-6d6ef6f0c111";

/// An issuer with a new key.
pub struct Issuer {
    key: EcdsaKeyPair,
}

/// What a token says, where tests differ.
pub struct Claims<'a> {
    /// The organisation's CVR number.
    pub cvr: &'a str,
    /// How long ago it was issued.
    pub age: Duration,
    /// The documents that it is for.
    pub documents: &'a [&'a [u8]],
}

impl Issuer {
    /// Makes the key.
    pub fn new() -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random);
        Self { key: key.expect("the key just made") }
    }

    /// The public key as a JWK set.
    pub fn key_set(&self) -> String {
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        let encode = |coordinate| URL_SAFE_NO_PAD.encode(coordinate);
        json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "kid": "one", "alg": "ES256", "use": "sig",
            "x": encode(x), "y": encode(y),
        }]})
        .to_string()
    }

    /// A token.
    pub fn token(&self, claims: &Claims<'_>) -> String {
        let mut id = [0; 16];
        SystemRandom::new().fill(&mut id).expect("randomness");
        self.token_named(claims, &hex::encode(id))
    }

    /// A token with this `jti`.
    pub fn token_named(&self, claims: &Claims<'_>, id: &str) -> String {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
        let issued = (now - claims.age).as_secs();
        let documents: Vec<String> = claims.documents.iter().map(|d| sha256_hex(d)).collect();
        let payload = json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": SUBJECT, "jti": id,
            "iat": issued, "auth_time": issued, "exp": now.as_secs() + 300,
            "name": "Ingeborg Prøvesen", "given_name": "Ingeborg", "family_name": "Prøvesen",
            "email": "ingeborg@havnsted.example", "cvr": claims.cvr,
            "org_name": "Havnsted Kommune", "documents": documents,
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": "one" });
        let signed = format!("{}.{}", encode(&header), encode(&payload));
        let signature =
            self.key.sign(&SystemRandom::new(), signed.as_bytes()).expect("a signature");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
