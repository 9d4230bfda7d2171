use std::time::Duration;

use qscd_protocol::{
    Destruction, DestructionCause, DestructionHead, DestructionReason, EventProofError,
    verify_destructions,
};
use ring::{
    digest::{SHA256, digest},
    signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey},
};
use seal::{Qscd, SadRefusal};

use super::fixture::{Bench, hash, organisation};
use crate::{DeviceLimits, Event};

fn destructions(bench: &Bench) -> Vec<Destruction> {
    let events = bench.recorder.events().into_iter();
    events
        .filter_map(|event| match event {
            Event::Destroyed(destruction) => Some(destruction),
            _ => None,
        })
        .collect()
}

fn heads(bench: &Bench) -> Vec<DestructionHead> {
    let events = bench.recorder.events().into_iter();
    events
        .filter_map(|event| match event {
            Event::DestructionsSigned(head) => Some(head),
            _ => None,
        })
        .collect()
}

/// One of each end, and shutdown for the rest.
async fn one_of_each() -> Bench {
    let bench = Bench::with(DeviceLimits { cache_capacity: 3, ..DeviceLimits::default() });
    let consumed = bench.session_credential(2).await;
    let to_sign = [hash("a"), hash("b")];
    let sad = bench.authorise(&consumed, &to_sign).await.unwrap();
    bench.sign(&consumed, sad, &to_sign).await.unwrap();
    let refused = bench.seal_credential().await;
    let sad = bench.authorise(&refused, &[hash("a")]).await.unwrap();
    bench.sign(&refused, sad, &[hash("b")]).await.unwrap_err();
    let demanded = bench.seal_credential().await;
    bench.device.destroy(&demanded.id).await.unwrap();
    let expired = bench.seal_credential().await;
    bench.clock.set(expired.deadline);
    bench.device.tick();
    for _ in 0..4 {
        bench.seal_credential().await;
        bench.device.tick();
    }
    bench.device.shutdown();
    bench
}

#[tokio::test]
async fn each_destruction_has_its_event_and_its_reason() {
    let bench = one_of_each().await;
    let destructions = destructions(&bench);
    let reasons: Vec<_> = destructions.iter().map(|one| (one.reason, one.uses)).collect();
    let refused = DestructionCause::SadRefused(SadRefusal::OtherHashes);
    assert_eq!(
        reasons,
        [
            (DestructionReason::Consumed, 2),
            (DestructionReason::Destroyed(refused), 0),
            (DestructionReason::Destroyed(DestructionCause::OnDemand), 0),
            (DestructionReason::Expired, 0),
            (DestructionReason::Evicted, 0),
            (DestructionReason::Shutdown, 0),
            (DestructionReason::Shutdown, 0),
            (DestructionReason::Shutdown, 0),
        ]
    );
    let counters = bench.device.counters();
    assert_eq!((counters.created, counters.ended(), counters.live), (8, 8, 0));
    assert!(destructions.iter().zip(1..).all(|(one, sequence)| one.sequence == sequence));
}

#[tokio::test]
async fn the_chain_of_destructions_is_proved_by_its_signed_heads() {
    let bench = one_of_each().await;
    let (all, heads) = (destructions(&bench), heads(&bench));
    let key = bench.device.event_public_key();
    let mut from = 0;
    for head in &heads {
        let to = usize::try_from(head.sequence).unwrap();
        verify_destructions(&all[..to], head, &key).unwrap();
        verify_destructions(&all[from..to], head, &key).unwrap();
        from = to;
    }
    assert_eq!(from, all.len(), "the last head covers the last destruction");
}

#[tokio::test]
async fn a_changed_removed_or_reordered_destruction_is_found() {
    let bench = one_of_each().await;
    let (all, heads) = (destructions(&bench), heads(&bench));
    let (key, head) = (bench.device.event_public_key(), heads.last().unwrap());
    let check = |destructions: &[Destruction], head: &DestructionHead| {
        verify_destructions(destructions, head, &key).unwrap_err()
    };
    let mut changed = all.clone();
    changed[2].uses += 1;
    assert_eq!(check(&changed, head), EventProofError::ChainBroken { sequence: 4 });
    let mut removed = all.clone();
    removed.remove(3);
    assert_eq!(check(&removed, head), EventProofError::ChainBroken { sequence: 5 });
    let mut swapped = all.clone();
    swapped.swap(1, 2);
    assert_eq!(check(&swapped, head), EventProofError::ChainBroken { sequence: 3 });
    assert_eq!(check(&all[..7], head), EventProofError::OtherHead { sequence: 7 });
    assert_eq!(check(&[], head), EventProofError::Empty);
    let mut last = all.clone();
    last[7].reason = DestructionReason::Consumed;
    assert_eq!(check(&last, head), EventProofError::OtherHead { sequence: 8 });
    let forged = DestructionHead { signature: heads[0].signature.clone(), ..head.clone() };
    assert_eq!(check(&all, &forged), EventProofError::SignatureInvalid);
}

#[tokio::test]
async fn a_destruction_names_the_key_and_the_certificate() {
    let bench = Bench::new();
    let credential = bench.device.enrol(bench.request(organisation())).await.unwrap();
    let to_sign = [hash("message")];
    let sad = bench.authorise(&credential, &to_sign).await.unwrap();
    let values = bench.sign(&credential, sad, &to_sign).await.unwrap();

    let certificate = cades::Certificate::parse(credential.chain.end_entity().clone()).unwrap();
    let der = certificate.der().as_bytes();
    // SubjectPublicKeyInfo of P-256: 26 fixed bytes, then the point of 65.
    let at = der.windows(4).position(|w| w == [0x03, 0x42, 0x00, 0x04]).unwrap();
    let (spki, point) = (&der[at - 23..at + 68], &der[at + 3..at + 68]);
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
        .verify(b"message", values[0].as_bytes())
        .unwrap();

    let destruction = destructions(&bench).remove(0);
    assert_eq!(destruction.public_key_sha256, hex::encode(digest(&SHA256, spki)));
    assert_eq!(destruction.certificate_serial, hex::encode(certificate.serial_number()));
    assert_eq!(destruction.credential, credential.id.as_str());
    assert_eq!(destruction.time_unix_ms, 1_800_000_000_000);
    assert_eq!(destruction.previous, "0".repeat(64));
}

#[tokio::test]
async fn sixty_four_destructions_are_signed_without_a_tick() {
    let bench = Bench::new();
    for _ in 0..64 {
        assert!(heads(&bench).is_empty());
        let credential = bench.seal_credential().await;
        bench.device.destroy(&credential.id).await.unwrap();
    }
    assert_eq!(heads(&bench).len(), 1);
    bench.device.tick();
    assert_eq!(heads(&bench).len(), 1, "nothing new to sign for");
}

#[tokio::test]
async fn each_act_and_each_refusal_is_reported_and_names_nobody() {
    let bench = Bench::new();
    let credential = bench.person_credential().await;
    bench.authorise(&credential, &[hash("a")]).await.unwrap_err();
    let credential = bench.seal_credential().await;
    let sad = bench.authorise(&credential, &[hash("a")]).await.unwrap();
    let handle = sad.expose().to_owned();
    bench.sign(&credential, sad, &[hash("a")]).await.unwrap();
    let events = bench.recorder.events();
    let kinds: Vec<_> = events
        .iter()
        .map(|event| match event {
            Event::Enrolled { .. } => "enrolled",
            Event::Authorised { .. } => "authorised",
            Event::Signed { .. } => "signed",
            Event::Refused { .. } => "refused",
            Event::Destroyed(_) => "destroyed",
            Event::DestructionsSigned(_) => "signed for",
            Event::FaultStruck { .. } => "fault struck",
            Event::ActivationBegun { .. } => "activation begun",
            Event::EvidenceGiven { .. } => "evidence given",
            Event::PossibleClone { .. } => "possible clone",
            Event::AuthenticatorRegistered { .. } => "authenticator registered",
            Event::AuthenticatorRemoved { .. } => "authenticator removed",
            Event::Registered { .. } => "registered",
            Event::Reset { .. } => "reset",
        })
        .collect();
    assert_eq!(
        kinds,
        ["enrolled", "destroyed", "refused", "enrolled", "authorised", "signed", "destroyed"]
    );
    let printed = format!("{events:?} {:?}", bench.device);
    for secret in ["Karen", "gård", "karen", &handle] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

#[tokio::test]
async fn the_device_that_goes_destroys_its_keys_with_an_event_for_each() {
    let bench = Bench::new();
    for _ in 0..5 {
        bench.seal_credential().await;
    }
    bench.clock.advance(Duration::from_secs(1));
    let recorder = bench.recorder.clone();
    drop(bench);
    let destroyed = recorder
        .events()
        .into_iter()
        .filter(|event| {
            matches!(event, Event::Destroyed(one) if one.reason == DestructionReason::Shutdown)
        })
        .count();
    assert_eq!(destroyed, 5);
}
