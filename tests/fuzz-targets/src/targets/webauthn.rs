//! What authenticators answer: keys, registrations, assertions. What holds is held against a check of its own,
//! which looks at bytes where they must stand and shares no code with what it checks.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use webauthn::{Assertion, KnownCredential, PublicKey, Registration, answered_challenge};

use super::{Bench, Outcome, sha256};
use crate::passkeys::{ASSERTION, CHALLENGE, KEY, REGISTRATION, part, party};

pub(super) fn run(bench: &Bench, input: &[u8]) -> Outcome {
    match input.split_first() {
        Some((&KEY, cose)) => key(cose),
        Some((&REGISTRATION, rest)) => {
            let (client_data, object) = part(rest);
            registration(client_data, object)
        }
        Some((&ASSERTION, rest)) => {
            let (client_data, rest) = part(rest);
            let (data, signature) = part(rest);
            assertion(bench, client_data, data, signature)
        }
        _ => Outcome::Refused,
    }
}

/// A key is kept as it came, with nothing behind it.
fn key(cose: &[u8]) -> Outcome {
    let Ok(key) = PublicKey::from_cose(cose) else { return Outcome::Refused };
    assert_eq!(key.cose(), cose, "another key is kept");
    let more = [cose, &[0]].concat();
    assert!(PublicKey::from_cose(&more).is_err(), "something stands behind a key");
    Outcome::Read
}

fn registration(client_data_json: &[u8], attestation_object: &[u8]) -> Outcome {
    let registration = Registration { client_data_json, attestation_object };
    let Ok(credential) = registration.judge(&party(), CHALLENGE) else { return Outcome::Refused };
    assert!(is_said(client_data_json, "webauthn.create"), "the client data are of something else");
    // The authenticator data, in one piece: party, flags, count, authenticator, id, key.
    let (id, cose) = (&credential.id, credential.public_key.cose());
    let length = u16::try_from(id.len()).unwrap().to_be_bytes();
    let named = [&length[..], id, cose].concat();
    let party = sha256(party().id.as_bytes());
    let stands = attestation_object.windows(32 + 1 + 4 + 16 + named.len()).any(|window| {
        let (hash, rest) = window.split_at(32);
        let count = u32::from_be_bytes([rest[1], rest[2], rest[3], rest[4]]);
        hash == party.as_bytes()
            && rest[0] & 0x45 == 0x45
            && (rest[0] & 0x08 != 0) == credential.backup_eligible
            && (rest[0] & 0x10 != 0) == credential.backed_up
            && (credential.backup_eligible || !credential.backed_up)
            && count == credential.sign_count
            && rest[21..] == named
    });
    assert!(stands, "a credential that nobody attested");
    Outcome::Passed
}

fn assertion(bench: &Bench, client_data_json: &[u8], data: &[u8], signature: &[u8]) -> Outcome {
    let answer = Assertion { client_data_json, authenticator_data: data, signature };
    let (party, mut passed) = (party(), false);
    for (_, cose) in bench.world.folder("passkeys") {
        let public_key = &PublicKey::from_cose(cose).unwrap();
        let known = KnownCredential { public_key, sign_count: 0, backup_eligible: None };
        let Ok(asserted) = answer.judge(&party, CHALLENGE, &known) else { continue };
        passed = true;
        assert!(is_said(client_data_json, "webauthn.get"), "the client data are of something else");
        assert_eq!(data[..32], *sha256(party.id.as_bytes()).as_bytes(), "another party");
        assert_eq!(data[32] & 0x45, 0x05, "absent, not verified, or a credential is attested");
        let count = u32::from_be_bytes([data[33], data[34], data[35], data[36]]);
        assert_eq!(count, asserted.sign_count);
        assert!(answer.judge(&party, b"another", &known).is_err(), "a challenge is not looked at");
        let beyond = KnownCredential { sign_count: u32::MAX, ..known };
        assert!(answer.judge(&party, CHALLENGE, &beyond).is_err(), "a clone is not seen");
        // Nobody signed anything but what is genuine.
        let genuine = bench.world.folder("assertions").any(|(_, genuine)| {
            let (client, rest) = part(&genuine[1..]);
            (client, part(rest).0) == (client_data_json, data)
        });
        assert!(genuine, "a forged assertion is accepted");
    }
    match (passed, answered_challenge(client_data_json)) {
        (true, _) => Outcome::Passed,
        (false, Ok(_)) => Outcome::Read,
        (false, Err(_)) => Outcome::Refused,
    }
}

/// Whether a browser said this of our challenge, on our own page alone.
fn is_said(client_data: &[u8], ceremony: &str) -> bool {
    let said: Value = serde_json::from_slice(client_data).expect("what is accepted is JSON");
    said["type"] == ceremony
        && said["challenge"] == URL_SAFE_NO_PAD.encode(CHALLENGE).as_str()
        && said["origin"] == party().origin.as_str()
        && matches!(said["crossOrigin"], Value::Null | Value::Bool(false))
        && said["topOrigin"].is_null()
}
