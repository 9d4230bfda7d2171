//! What authenticators answer: passkeys made anew, what they answered to one challenge, and no private key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use webauthn::RelyingParty;

use crate::world::World;

/// What everything answers.
pub(crate) const CHALLENGE: &[u8] = b"thirty-two bytes that say a lot.";

/// A kind of answer: the first byte of an input.
pub(crate) const KEY: u8 = 0;
pub(crate) const REGISTRATION: u8 = 1;
pub(crate) const ASSERTION: u8 = 2;

/// Whom the authenticators answer.
pub(crate) fn party() -> RelyingParty {
    RelyingParty { id: "segl.example".into(), origin: "https://segl.example".into() }
}

/// Parts, each but the last with its length before it in two bytes.
fn input(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut input = vec![kind];
    let (last, before) = parts.split_last().unwrap();
    for part in before {
        input.extend(u16::try_from(part.len()).unwrap().to_be_bytes());
        input.extend(*part);
    }
    input.extend(*last);
    input
}

/// The first part, and what follows it; of what is too short all.
pub(crate) fn part(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.split_first_chunk::<2>() {
        Some((length, rest)) => {
            rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()))
        }
        None => (bytes, &[]),
    }
}

fn client_data(ceremony: &str) -> Vec<u8> {
    let challenge = URL_SAFE_NO_PAD.encode(CHALLENGE);
    let text = format!(
        r#"{{"type":"webauthn.{ceremony}","challenge":"{challenge}","origin":"https://segl.example","crossOrigin":false}}"#
    );
    text.into_bytes()
}

fn data(flags: u8, count: u32, more: &[&[u8]]) -> Vec<u8> {
    let party = digest(&SHA256, party().id.as_bytes());
    [party.as_ref(), &[flags], &count.to_be_bytes(), &more.concat()].concat()
}

/// A passkey of each kind that ring makes: its key in public, and how it signs.
type Passkey = (&'static str, Vec<u8>, Box<dyn Fn(&[u8]) -> Vec<u8>>);

fn passkeys() -> [Passkey; 2] {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let p256 = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
    let (x, y) = p256.public_key().as_ref()[1..].split_at(32);
    let es256 = [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", x, b"\x22\x58\x20", y].concat();
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
    let ed25519 = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
    let point = ed25519.public_key().as_ref();
    let eddsa = [b"\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", point].concat();
    [
        ("es256", es256, Box::new(move |text| p256.sign(&random, text).unwrap().as_ref().into())),
        ("eddsa", eddsa, Box::new(move |text| ed25519.sign(text).as_ref().into())),
    ]
}

/// Adds keys, registrations and assertions.
pub(crate) fn add(world: &mut World) {
    for (name, cose, sign) in passkeys() {
        world.add("passkeys", name, cose.clone());
        world.add("webauthn", &format!("{name}-key"), input(KEY, &[&cose]));
        let credential: [&[u8]; 3] = [&[0; 16], b"\x00\x04\xca\xfe\xba\xbe", &cose];
        let registered = data(0x45, 0, &credential);
        let length = u8::try_from(registered.len()).unwrap();
        let head = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58";
        let object = [&head[..], &[length], &registered].concat();
        let registration = input(REGISTRATION, &[&client_data("create"), &object]);
        world.add("webauthn", &format!("{name}-registration"), registration);
        // One that counts, and one with extensions that is on several devices.
        for (kind, data) in [("plain", data(0x05, 7, &[])), ("synced", data(0x9d, 0, &[b"\xa0"]))] {
            let client_data = client_data("get");
            let signed = [&data[..], digest(&SHA256, &client_data).as_ref()].concat();
            let assertion = input(ASSERTION, &[&client_data, &data, &sign(&signed)]);
            world.add("webauthn", &format!("{name}-{kind}"), assertion.clone());
            world.add("assertions", &format!("{name}-{kind}"), assertion);
        }
    }
    let modulus = [0x91; 256];
    let rsa =
        [&b"\xa4\x01\x03\x03\x39\x01\x00\x20\x59\x01\x00"[..], &modulus, b"\x21\x43\x01\x00\x01"];
    world.add("webauthn", "rs256-key", input(KEY, &[&rsa.concat()]));
}
