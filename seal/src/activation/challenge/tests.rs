use std::collections::BTreeSet;

use super::*;
use crate::{Act, ActivationEntry, Digest, DigestAlgorithm, PersonId, ProfileId};

fn digest(text: &str) -> Digest {
    Digest::of(DigestAlgorithm::Sha256, text.as_bytes())
}

fn entry(document: &str, imprint: &str) -> ActivationEntry {
    ActivationEntry::of_document(&digest(document), &digest(imprint))
}

fn order() -> ActivationOrder {
    ActivationOrder {
        organization_identifier: "NTRDK-12345674".into(),
        person: PersonId { issuer: "https://id.example".into(), subject: "karen".into() },
        profile: ProfileId::new("staff"),
        act: Act::Sign,
        entries: vec![entry("document", "prepared"), entry("another", "as it is")],
        requester: "whoever".into(),
    }
}

const NONCE: [u8; 32] = [7; 32];

/// The vector stands in docs/security-model.md.
#[test]
fn the_challenge_is_the_documented_one() {
    let challenge = Challenge::of_activation(&order(), "device-1", &NONCE);
    let page = include_str!("../../../../docs/security-model.md");
    let hex = challenge.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let code = challenge.reference_code().to_string();
    for shown in [hex, challenge.base64url(), code] {
        assert!(page.contains(&format!("`{shown}`")), "docs/security-model.md lacks {shown}");
    }
}

#[test]
fn the_challenge_is_the_hash_of_fields_with_their_lengths() {
    let (order, mut written) = (order(), Vec::new());
    let mut entries = order.entries.clone();
    entries.sort();
    let mut fields: Vec<Vec<u8>> =
        ["segl-activation-v1", "device-1", "NTRDK-12345674", "https://id.example", "karen"]
            .into_iter()
            .chain(["staff", "signature"])
            .map(|text| text.as_bytes().to_vec())
            .collect();
    for entry in entries {
        fields.extend([entry.document.unwrap(), entry.imprint]);
    }
    fields.push(NONCE.to_vec());
    for field in fields {
        written.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
        written.extend(field);
    }
    let hash = Digest::of(DigestAlgorithm::Sha256, &written);
    assert_eq!(Challenge::of_activation(&order, "device-1", &NONCE).as_bytes(), hash.as_bytes());
}

#[test]
fn whatever_a_person_agrees_to_changes_the_challenge_and_the_order_of_entries_does_not() {
    let of = |order: &ActivationOrder| Challenge::of_activation(order, "device-1", &NONCE);
    let same = order();
    let turned =
        ActivationOrder { entries: same.entries.iter().rev().cloned().collect(), ..order() };
    assert_eq!(of(&turned), of(&same));
    let person =
        |issuer: &str, subject: &str| PersonId { issuer: issuer.into(), subject: subject.into() };
    let with =
        |entries: &[ActivationEntry]| ActivationOrder { entries: entries.to_vec(), ..order() };
    let [first, second] = [&same.entries[0], &same.entries[1]];
    let hash = ActivationEntry::of_hash(&digest("prepared"));
    let challenges = BTreeSet::from([
        *of(&same).as_bytes(),
        *of(&ActivationOrder { organization_identifier: "NTRDK-34051178".into(), ..order() })
            .as_bytes(),
        *of(&ActivationOrder { person: person("https://id.example", "mads"), ..order() })
            .as_bytes(),
        *of(&ActivationOrder { person: person("https://id.examplek", "aren"), ..order() })
            .as_bytes(),
        *of(&ActivationOrder { profile: ProfileId::new("board"), ..order() }).as_bytes(),
        *of(&ActivationOrder { act: Act::Seal, ..order() }).as_bytes(),
        *of(&with(std::slice::from_ref(first))).as_bytes(),
        *of(&with(&[first.clone(), first.clone(), second.clone()])).as_bytes(),
        *of(&with(&[entry("document", "otherwise"), second.clone()])).as_bytes(),
        *of(&with(&[hash, second.clone()])).as_bytes(),
        *Challenge::of_activation(&same, "device-2", &NONCE).as_bytes(),
        *Challenge::of_activation(&same, "device-1", &[8; 32]).as_bytes(),
    ]);
    assert_eq!(challenges.len(), 12);
}

#[test]
fn whatever_is_registered_changes_the_challenge() {
    let order = AuthenticatorOrder {
        organization_identifier: "NTRDK-12345674".into(),
        person: PersonId { issuer: "https://id.example".into(), subject: "karen".into() },
        given_name: "Karen".into(),
        surname: "Ågård".into(),
        administrator: false,
        means: Means::Passkey {
            credential_id: b"id".to_vec(),
            cose_key: b"key".to_vec(),
            user_handle: vec![],
        },
    };
    let passkey = |id: &[u8], key: &[u8]| Means::Passkey {
        credential_id: id.to_vec(),
        cose_key: key.to_vec(),
        user_handle: Vec::new(),
    };
    let login = Means::Login { issuer: "id".into(), subject: "key".into() };
    let orders = [
        order.clone(),
        AuthenticatorOrder { administrator: true, ..order.clone() },
        AuthenticatorOrder { given_name: "Mads".into(), ..order.clone() },
        AuthenticatorOrder { surname: "Bæk".into(), ..order.clone() },
        AuthenticatorOrder { organization_identifier: "NTRDK-1".into(), ..order.clone() },
        AuthenticatorOrder { means: passkey(b"i", b"dkey"), ..order.clone() },
        AuthenticatorOrder { means: passkey(b"id", b"keY"), ..order.clone() },
        AuthenticatorOrder { means: login, ..order.clone() },
    ];
    let challenges: BTreeSet<_> =
        orders.iter().map(|one| *Challenge::of_registration(one, &NONCE).as_bytes()).collect();
    assert_eq!(challenges.len(), orders.len());
    assert_ne!(
        Challenge::of_registration(&order, &NONCE),
        Challenge::of_registration(&order, &[8; 32])
    );
}

#[test]
fn the_reference_code_is_forty_bits_in_crockfords_letters() {
    let code = |first: [u8; 5]| {
        let mut bytes = [0; 32];
        bytes[..5].copy_from_slice(&first);
        Challenge(bytes).reference_code().to_string()
    };
    assert_eq!(code([0; 5]), "00000000");
    assert_eq!(code([0xff; 5]), "ZZZZZZZZ");
    assert_eq!(code([0x00, 0x44, 0x32, 0x14, 0xc7]), "01234567");
}
