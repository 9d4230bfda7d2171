//! A small authenticator in software, and what is refused of it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use serde_json::json;

use super::*;

const CHALLENGE: &[u8] = b"thirty-two bytes that say a lot.";

/// Present, verified, a credential in it.
const REGISTERED: u8 = 0x45;
/// Present, verified.
const PRESENT_AND_VERIFIED: u8 = 0x05;

fn party() -> RelyingParty {
    RelyingParty { id: "segl.example".into(), origin: "https://segl.example".into() }
}

struct Authenticator(EcdsaKeyPair);

impl Authenticator {
    fn new() -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).unwrap())
    }

    fn cose(&self) -> Vec<u8> {
        let point = self.0.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", x, b"\x22\x58\x20", y].concat()
    }

    fn registered(&self, flags: u8) -> Vec<u8> {
        let id = b"\x00\x04\xca\xfe\xba\xbe";
        let credential = [&[0; 16][..], id, &self.cose()].concat();
        attestation(&[&data(flags, 0)[..], &credential].concat())
    }

    fn sign(&self, client_data: &[u8], data: &[u8]) -> Vec<u8> {
        let hash = digest(&SHA256, client_data);
        let signed = [data, hash.as_ref()].concat();
        self.0.sign(&SystemRandom::new(), &signed).unwrap().as_ref().to_vec()
    }
}

fn attestation(data: &[u8]) -> Vec<u8> {
    let length = u8::try_from(data.len()).unwrap();
    let head = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58";
    [&head[..], &[length], data].concat()
}

fn data(flags: u8, count: u32) -> Vec<u8> {
    let party = digest(&SHA256, b"segl.example");
    [party.as_ref(), &[flags], &count.to_be_bytes()].concat()
}

fn client_data(ceremony: &str) -> serde_json::Value {
    let challenge = URL_SAFE_NO_PAD.encode(CHALLENGE);
    json!({ "type": ceremony, "challenge": challenge, "origin": "https://segl.example", "crossOrigin": false })
}

fn register(client_data: &str, attestation_object: &[u8]) -> Result<Credential, WebauthnError> {
    let client_data_json = client_data.as_bytes();
    Registration { client_data_json, attestation_object }.judge(&party(), CHALLENGE)
}

#[test]
fn a_passkey_is_registered_and_shown() {
    let authenticator = Authenticator::new();
    let created = client_data("webauthn.create").to_string();
    let credential = register(&created, &authenticator.registered(REGISTERED)).unwrap();
    assert_eq!(credential.id, b"\xca\xfe\xba\xbe");
    assert_eq!(credential.public_key.cose(), authenticator.cose());
    assert_eq!(credential.public_key.algorithm(), Algorithm::Es256);
    let (got, data) = (client_data("webauthn.get").to_string(), data(PRESENT_AND_VERIFIED, 7));
    let assertion = Assertion {
        client_data_json: got.as_bytes(),
        authenticator_data: &data,
        signature: &authenticator.sign(got.as_bytes(), &data),
    };
    let judge = |sign_count, backup_eligible| {
        let public_key = &credential.public_key;
        let backup_eligible = Some(backup_eligible);
        let known = KnownCredential { public_key, sign_count, backup_eligible };
        assertion.judge(&party(), CHALLENGE, &known)
    };
    let asserted = Asserted { sign_count: 7, backup_eligible: false, backed_up: false };
    assert_eq!(judge(6, false), Ok(asserted));
    assert_eq!(judge(7, false), Err(WebauthnError::PossibleClone));
    assert_eq!(judge(6, true), Err(WebauthnError::BackupEligibility));
    let other = Authenticator::new();
    let public_key = &PublicKey::from_cose(&other.cose()).unwrap();
    let known = KnownCredential { public_key, sign_count: 0, backup_eligible: None };
    assert_eq!(assertion.judge(&party(), CHALLENGE, &known), Err(WebauthnError::Signature));
    let another = assertion.judge(&party(), b"another", &known);
    assert_eq!(another, Err(WebauthnError::OtherChallenge));
    assert_eq!(assertion.judge(&party(), b"", &known), Err(WebauthnError::OtherChallenge));
}

#[test]
fn an_assertion_attests_no_credential_and_is_no_longer_than_one_is() {
    let authenticator = Authenticator::new();
    let public_key = &PublicKey::from_cose(&authenticator.cose()).unwrap();
    let known = KnownCredential { public_key, sign_count: 0, backup_eligible: None };
    let got = client_data("webauthn.get").to_string();
    let judge = |data: &[u8]| {
        let signature = &authenticator.sign(got.as_bytes(), data);
        let client_data_json = got.as_bytes();
        let answer = Assertion { client_data_json, authenticator_data: data, signature };
        answer.judge(&party(), CHALLENGE, &known).map(drop)
    };
    let credential = [&[0; 16][..], b"\x00\x01i", &authenticator.cose()].concat();
    let attested = [&data(REGISTERED, 0)[..], &credential].concat();
    assert_eq!(judge(&attested), Err(WebauthnError::Malformed(Part::AuthenticatorData)));
    let extended = |extensions: &[u8]| judge(&[&data(0x85, 0)[..], extensions].concat());
    assert_eq!(extended(b"\xa0"), Ok(()));
    assert_eq!(extended(&[0; 1000]), Err(WebauthnError::TooLong(Part::AuthenticatorData)));
    // Each entry of a map is held against those before it.
    let many: Vec<u8> = (0..65).flat_map(|entry| [0x18, 0x20 + entry, 0]).collect();
    let many = [&[0xb8, 65][..], &many].concat();
    assert_eq!(extended(&many), Err(WebauthnError::Malformed(Part::Cbor)));
}

#[test]
fn an_rsa_key_that_is_weak_or_not_in_its_shortest_form_is_refused() {
    let rsa = |modulus: &[u8], exponent: &[u8]| {
        let mut key = vec![0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59];
        key.extend(u16::try_from(modulus.len()).unwrap().to_be_bytes());
        key.extend(modulus);
        key.extend([0x21, 0x40 + u8::try_from(exponent.len()).unwrap()]);
        key.extend(exponent);
        PublicKey::from_cose(&key)
    };
    let good = rsa(&[0x91; 256], &[1, 0, 1]).unwrap();
    assert_eq!(good.algorithm(), Algorithm::Rs256);
    for weak in [
        rsa(&[0x11; 256], &[1, 0, 1]),
        rsa(&[0x91; 256], &[3]),
        rsa(&[0x91; 256], &[1, 0, 2]),
        rsa(&[0x91; 256], &[0, 1, 0, 1]),
    ] {
        assert_eq!(weak, Err(WebauthnError::Malformed(Part::PublicKey)));
    }
    assert!(rsa(&[0x91; 255], &[1, 0, 1]).is_err());
    let long = rsa(&[0x91; 1100], &[1, 0, 1]);
    assert_eq!(long, Err(WebauthnError::TooLong(Part::PublicKey)));
}

#[test]
fn each_thing_that_a_browser_may_say_wrongly_has_its_own_refusal() {
    let object = Authenticator::new().registered(REGISTERED);
    let with = |member: &str, value: serde_json::Value| {
        let mut said = client_data("webauthn.create");
        said[member] = value;
        said.to_string()
    };
    let good = with("more", json!({ "unknown": "members are ignored" }));
    assert!(register(&good, &object).is_ok());
    let twice = good.replacen('{', r#"{"origin":"https://segl.example","#, 1);
    let malformed = WebauthnError::Malformed(Part::ClientData);
    let cases = [
        (with("type", json!("webauthn.get")), WebauthnError::OtherCeremony),
        (with("challenge", json!("AAAA")), WebauthnError::OtherChallenge),
        (with("challenge", json!("A+/=")), malformed),
        (with("origin", json!("https://segl.example:8443")), WebauthnError::OtherOrigin),
        (with("origin", json!("https://evil.segl.example")), WebauthnError::OtherOrigin),
        (with("crossOrigin", json!(true)), WebauthnError::CrossOrigin),
        (with("topOrigin", json!("https://segl.example")), WebauthnError::CrossOrigin),
        (with("crossOrigin", json!("false")), WebauthnError::CrossOrigin),
        (twice, malformed),
        ("\u{feff}{}".to_owned(), malformed),
        (format!("{}{}", good, " ".repeat(5000)), WebauthnError::TooLong(Part::ClientData)),
    ];
    for (said, expected) in cases {
        assert_eq!(register(&said, &object), Err(expected), "{said}");
    }
}

#[test]
fn each_thing_that_an_authenticator_may_say_wrongly_has_its_own_refusal() {
    let authenticator = Authenticator::new();
    let created = client_data("webauthn.create").to_string();
    let malformed = WebauthnError::Malformed(Part::AuthenticatorData);
    for (flags, expected) in [
        (0x44, WebauthnError::UserAbsent),
        (0x41, WebauthnError::UserNotVerified),
        // Backed up, and not eligible for it.
        (0x55, malformed),
        // Extensions that are not there.
        (0xc5, WebauthnError::Malformed(Part::Cbor)),
    ] {
        assert_eq!(
            register(&created, &authenticator.registered(flags)),
            Err(expected),
            "{flags:x}"
        );
    }
    let nobody = register(&created, &attestation(&data(PRESENT_AND_VERIFIED, 0)));
    assert_eq!(nobody, Err(WebauthnError::NoCredential));
    let mut elsewhere = data(PRESENT_AND_VERIFIED, 0);
    elsewhere[0] ^= 1;
    let elsewhere = register(&created, &attestation(&elsewhere));
    assert_eq!(elsewhere, Err(WebauthnError::OtherRelyingParty));
    let more = [&data(PRESENT_AND_VERIFIED, 0)[..], b"more"].concat();
    assert_eq!(register(&created, &attestation(&more)), Err(malformed));
    // Cut off anywhere it is refused.
    let whole = authenticator.registered(REGISTERED);
    for length in 0..whole.len() {
        assert!(register(&created, &whole[..length]).is_err(), "{length}");
    }
}

#[test]
fn a_key_of_another_algorithm_curve_or_length_is_refused() {
    let cose = Authenticator::new().cose();
    assert!(PublicKey::from_cose(&cose).is_ok());
    let spoilt = |at: usize, to: u8| {
        let mut spoilt = cose.clone();
        spoilt[at] = to;
        PublicKey::from_cose(&spoilt)
    };
    let malformed = Err(WebauthnError::Malformed(Part::PublicKey));
    // ES384, the type OKP, the curve P-384.
    assert_eq!(spoilt(4, 0x38), Err(WebauthnError::Malformed(Part::Cbor)));
    assert_eq!(spoilt(4, 0x27), malformed, "EdDSA is no algorithm of a key on P-256");
    assert_eq!(spoilt(4, 0x28), Err(WebauthnError::Algorithm));
    assert_eq!(spoilt(2, 0x01), malformed);
    assert_eq!(spoilt(6, 0x02), malformed);
    let longer = [&cose[..], b"\x00"].concat();
    assert_eq!(PublicKey::from_cose(&longer), malformed);
}

#[test]
fn ed25519_verifies_and_so_does_no_other_message() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let head = b"\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20";
    let key = PublicKey::from_cose(&[head, pair.public_key().as_ref()].concat()).unwrap();
    assert_eq!(key.algorithm(), Algorithm::EdDsa);
    let signature = pair.sign(b"message");
    assert_eq!(key.verify(b"message", signature.as_ref()), Ok(()));
    assert_eq!(key.verify(b"another", signature.as_ref()), Err(WebauthnError::Signature));
}
