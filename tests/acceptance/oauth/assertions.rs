//! Clients that prove who they are by what they sign (`private_key_jwt`).

use std::time::SystemTime;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    rand::{SecureRandom, SystemRandom},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use super::{Client, GRANT, House, error, programs::assert_went};
use crate::{
    oracle::OauthJob,
    server::{Answer, send},
};

/// A client's key.
pub(super) struct Key {
    pkcs8: Vec<u8>,
    pair: EcdsaKeyPair,
}

impl Key {
    pub(super) fn new() -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random);
        Self { pkcs8: document.as_ref().into(), pair: pair.expect("the key just made") }
    }

    /// The public half, as a JWK.
    pub(super) fn public(&self) -> Value {
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(32);
        let [x, y] = [x, y].map(|coordinate| URL_SAFE_NO_PAD.encode(coordinate));
        json!({ "kty": "EC", "crv": "P-256", "kid": "one", "x": x, "y": y })
    }

    /// With the private member, which stands at a fixed place of PKCS#8 as ring writes it.
    pub(super) fn private(&self) -> String {
        let mut key = self.public();
        key["d"] = json!(URL_SAFE_NO_PAD.encode(&self.pkcs8[36..68]));
        key.to_string()
    }

    fn pem(&self) -> String {
        let text = STANDARD.encode(&self.pkcs8);
        format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
    }

    pub(super) fn signed(&self, claims: &Value) -> String {
        self.signed_as(&json!({ "alg": "ES256", "kid": "one" }), claims)
    }

    /// Under this header, whatever it says.
    pub(super) fn signed_as(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature =
            self.pair.sign(&SystemRandom::new(), signed.as_bytes()).expect("a signature");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// A client of `archive` with a key, which may ask persons.
pub(super) async fn keyed(house: &House) -> (Client, Key) {
    keyed_with(house, json!({})).await
}

/// The same with these members besides.
pub(super) async fn keyed_with(house: &House, more: Value) -> (Client, Key) {
    let key = Key::new();
    let mut wanted = json!({
        "scopes": ["service"], "jwks": { "keys": [key.public()] },
        "redirect_uris": ["http://127.0.0.1/cb"],
    });
    for (name, value) in more.as_object().expect("an object") {
        wanted[name] = value.clone();
    }
    (house.client("archive", wanted).await, key)
}

/// The claims of an honest assertion, with this one otherwise.
pub(super) fn claims(house: &House, client: &Client, name: &str, value: Value) -> Value {
    let mut id = [0; 16];
    SystemRandom::new().fill(&mut id).expect("randomness");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    let mut claims = json!({
        "iss": client.id, "sub": client.id, "aud": house.server.address, "jti": hex::encode(id),
        "exp": now.as_secs() + 60,
    });
    if !name.is_empty() {
        claims[name] = value;
    }
    claims
}

async fn ask(house: &House, assertion: &str) -> Answer {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let parameters = [GRANT, ("client_assertion_type", kind), ("client_assertion", assertion)];
    send(house.form("/oauth2/token", &parameters)).await
}

#[tokio::test]
async fn an_assertion_is_good_once_and_for_this_server_alone() {
    let house = House::open().await;
    let (client, key) = keyed(&house).await;
    assert!(client.secret.is_empty(), "who has keys has no secret beside them");
    let assertion = key.signed(&claims(&house, &client, "", Value::Null));
    let token = ask(&house, &assertion).await.ok().json();
    house.seal(token["access_token"].as_str().unwrap()).await.ok();
    assert_eq!(error(&ask(&house, &assertion).await), "invalid_client", "a second time");
    let token_endpoint = format!("{}/oauth2/token", house.server.address);
    for (name, value) in [
        ("aud", json!(token_endpoint)),
        ("aud", json!([house.server.address])),
        ("aud", json!("https://other.example")),
        ("sub", json!("somebody-else")),
        ("iss", json!("somebody-else")),
        ("exp", json!(1)),
        ("exp", json!(9_999_999_999_u64)),
    ] {
        let assertion = key.signed(&claims(&house, &client, name, value.clone()));
        assert_eq!(error(&ask(&house, &assertion).await), "invalid_client", "{name}: {value}");
    }
    let stolen = Key::new().signed(&claims(&house, &client, "", Value::Null));
    assert_eq!(error(&ask(&house, &stolen).await), "invalid_client", "another's key");
    // Nor is a client with a key one with an empty secret, or none.
    let named = [GRANT, ("client_id", &*client.id)];
    assert_eq!(error(&send(house.form("/oauth2/token", &named)).await), "invalid_client");
}

#[tokio::test]
async fn who_cannot_sign_is_not_told_whether_there_is_such_a_client() {
    let house = House::open().await;
    let (client, _) = keyed(&house).await;
    let mut nobody = claims(&house, &client, "", Value::Null);
    (nobody["iss"], nobody["sub"]) = (json!("nobody"), json!("nobody"));
    let stranger = Key::new();
    let known = ask(&house, &stranger.signed(&claims(&house, &client, "", Value::Null))).await;
    let unknown = ask(&house, &stranger.signed(&nobody)).await;
    assert_eq!((known.status, known.text()), (unknown.status, unknown.text()));
}

#[tokio::test]
async fn oauth4webapi_proves_who_it_is_by_a_key() {
    let house = House::open().await;
    let (client, key) = keyed(&house).await;
    let (issuer, proof) = (&*house.server.address, key.private());
    let job = OauthJob { issuer, client: &client.id, proof: &proof, path: "/v1/profiles" };
    let Some(told) = job.through_node("oauth4webapi.mjs") else { return };
    assert_went(&told, &["jwt"]);
}

#[tokio::test]
async fn authlib_proves_who_it_is_by_a_key() {
    let house = House::open().await;
    let (client, key) = keyed(&house).await;
    let (issuer, proof) = (&*house.server.address, key.pem());
    let job = OauthJob { issuer, client: &client.id, proof: &proof, path: "/v1/profiles" };
    assert_went(&job.through_python("authlib_client.py"), &["private_key_jwt"]);
}
