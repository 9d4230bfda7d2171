//! A person with a software authenticator, who logs in without a browser.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use super::person::Browser;

/// Somebody with a passkey for `localhost`.
pub struct Person {
    key: EcdsaKeyPair,
    /// The name of the one passkey.
    id: Vec<u8>,
    origin: String,
    user: String,
}

impl Person {
    /// Follows a link that is good for one passkey.
    pub async fn invited(browser: &mut Browser<'_>, origin: &str, link: &str) -> Self {
        let (rng, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &rng).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &rng).expect("a key");
        let names = json!({ "given_name": "Karen", "family_name": "Krogh" });
        let asked = format!("{link}/passkey/options");
        let options = browser.script(&asked, json!({ "names": names })).await.ok().json();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let user = text(&options["user"]["id"]);
        let id = digest(&SHA256, key.public_key().as_ref()).as_ref()[..16].to_vec();
        let person = Self { key, id, origin: origin.to_owned(), user: user.clone() };
        let made = json!({
            "client_data_json": encode(&person.said("webauthn.create", &text(&options["challenge"]))),
            "attestation_object": encode(&person.attested()),
            "name": "The test", "user": user, "names": names,
        });
        browser.script(&format!("{link}/passkey"), made).await.ok();
        person
    }

    /// Logs in.
    pub async fn log_in(&self, browser: &mut Browser<'_>) {
        let options = browser.script("/login/passkey/options", json!({})).await.ok().json();
        let said = self.said("webauthn.get", options["challenge"].as_str().expect("a challenge"));
        let data = [party().as_slice(), &[0x05], &[0; 4]].concat();
        let message = [data.as_slice(), digest(&SHA256, &said).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &message).expect("a signature");
        let answer = json!({
            "id": encode(&self.id), "client_data_json": encode(&said),
            "authenticator_data": encode(&data), "signature": encode(signature.as_ref()),
            "user_handle": self.user,
        });
        browser.script("/login/passkey", answer).await.ok();
    }

    fn said(&self, kind: &str, challenge: &str) -> Vec<u8> {
        let origin = &self.origin;
        let text = format!(
            r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#
        );
        text.into_bytes()
    }

    /// An attestation of nothing (WebAuthn section 8.7), in CBOR.
    fn attested(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let key = [
            &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32],
            &point[1..33],
            &[0x22, 0x58, 32],
            &point[33..],
        ]
        .concat();
        let id_length = [0, u8::try_from(self.id.len()).expect("a short name")];
        let data =
            [party().as_slice(), &[0x45], &[0; 4], &[0; 16], &id_length, &self.id, &key].concat();
        let length = u8::try_from(data.len()).expect("a short attestation");
        [&b"\xa3cfmtdnonegattStmt\xa0hauthData\x58"[..], &[length], &data].concat()
    }
}

/// The hash of the relying party's name.
fn party() -> Vec<u8> {
    digest(&SHA256, b"localhost").as_ref().to_vec()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
