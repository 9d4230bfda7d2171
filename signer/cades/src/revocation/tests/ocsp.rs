//! OCSP responses: who may answer, and what an answer says.

use proptest::prelude::*;
use rcgen::ExtendedKeyUsagePurpose;

use super::*;
use crate::pki::{Answer, Responder};

struct Scene {
    pki: Pki,
    leaf: Certificate,
    ca: Certificate,
    responder: Responder,
}

impl Scene {
    fn new() -> Self {
        let pki = Pki::new();
        let (leaf, ca) = (leaf(&pki), certificate(&pki.ca));
        let responder = pki.responder(noon() + 60 * MINUTE);
        Self { pki, leaf, ca, responder }
    }

    fn ask(&self, answer: &Answer) -> Result<VerifiedOcspResponse, Unverified> {
        let der = self.responder.answer(&self.leaf, &self.ca, answer);
        OcspResponse::parse(der).unwrap().verify(&self.leaf, &self.ca, &[])
    }
}

#[test]
fn a_delegated_responder_answers_by_name_or_key_and_by_either_hash() {
    let scene = Scene::new();
    for (sha_256, by_key) in [(false, false), (false, true), (true, false), (true, true)] {
        let verified = scene.ask(&Answer { sha_256, by_key, ..Answer::good(noon()) }).unwrap();
        assert_eq!(verified.status, RevocationStatus::NotRevoked);
        assert_eq!(verified.responder.as_ref(), Some(&scene.responder.certificate));
        assert_eq!(verified.this_update, noon());
    }
}

#[test]
fn an_answer_is_good_revoked_with_time_and_reason_or_unknown() {
    let scene = Scene::new();
    let status = |answer: &Answer| scene.ask(answer).unwrap().status;
    let at = noon() - MINUTE;
    let reason = Some(RevocationReason::KeyCompromise);
    let revoked = RevocationStatus::Revoked { at, reason };
    assert_eq!(status(&Answer::revoked(at, noon())), revoked);
    assert_eq!(status(&Answer::unknown(noon())), RevocationStatus::Unknown);
}

#[test]
fn an_answer_covers_its_time_until_the_next_update_or_a_day() {
    let scene = Scene::new();
    let verified = scene.ask(&Answer::good(noon())).unwrap();
    let hour = 60 * MINUTE;
    assert!(verified.covers(noon() + hour, noon() + hour));
    assert!(!verified.covers(noon() + hour + MINUTE, noon() + 2 * hour));
    assert!(!verified.covers(noon(), noon() - MINUTE));
    let open = scene.ask(&Answer { next_update: None, ..Answer::good(noon()) }).unwrap();
    assert!(open.covers(noon() + 24 * hour, noon() + 24 * hour));
    assert!(!open.covers(noon() + 25 * hour, noon() + 25 * hour));
}

#[test]
fn an_answer_from_after_the_expiry_counts_with_an_archive_cutoff_alone() {
    let scene = Scene::new();
    let late = noon() + 20 * MINUTE;
    let without = scene.ask(&Answer::good(late)).unwrap();
    assert!(!without.is_about(&scene.leaf));
    let cutoff = Some(noon() - 60 * MINUTE);
    let with = scene.ask(&Answer { archive_cutoff: cutoff, ..Answer::good(late) }).unwrap();
    assert!(with.is_about(&scene.leaf));
    let before_issuance = scene.ask(&Answer::good(noon() - 6 * MINUTE)).unwrap();
    assert!(!before_issuance.is_about(&scene.leaf));
}

#[test]
fn who_is_no_responder_for_the_issuer_is_refused() {
    let scene = Scene::new();
    let (pki, leaf, ca) = (&scene.pki, &scene.leaf, &scene.ca);
    let verify = |responder: &Responder, answer: &Answer| {
        let der = responder.answer(leaf, ca, answer);
        OcspResponse::parse(der).unwrap().verify(leaf, ca, &[]).map(|one| one.status)
    };
    let good = Answer::good(noon());
    let other_purpose = pki.responder_for(noon() + MINUTE, ExtendedKeyUsagePurpose::ServerAuth);
    assert_eq!(verify(&other_purpose, &good), Err(Unverified::Wrong));
    let expired = pki.responder(noon() - MINUTE);
    assert_eq!(verify(&expired, &good), Err(Unverified::Wrong));
    let stranger = Pki::new().responder(noon() + MINUTE);
    assert_eq!(verify(&stranger, &good), Err(Unverified::Wrong));
}

#[test]
fn the_responder_may_stand_beside_its_answer() {
    let scene = Scene::new();
    let (leaf, ca) = (&scene.leaf, &scene.ca);
    let bare = Answer { with_certificate: false, ..Answer::good(noon()) };
    let response = OcspResponse::parse(scene.responder.answer(leaf, ca, &bare)).unwrap();
    assert!(response.verify(leaf, ca, &[]).is_err());
    assert!(response.verify(leaf, ca, std::slice::from_ref(&scene.responder.certificate)).is_ok());
}

#[test]
fn an_answer_about_another_certificate_says_nothing() {
    let scene = Scene::new();
    let other = certificate(&scene.pki.unit);
    let der = scene.responder.answer(&other, &scene.ca, &Answer::good(noon()));
    let response = OcspResponse::parse(der).unwrap();
    assert!(!response.concerns(&scene.leaf, &scene.ca));
    assert!(response.verify(&scene.leaf, &scene.ca, &[]).is_err());
}

#[test]
fn a_basic_response_by_itself_is_read_and_completed() {
    let scene = Scene::new();
    let (leaf, ca, answer) = (&scene.leaf, &scene.ca, Answer::good(noon()));
    let basic = OcspResponse::parse(scene.responder.basic(leaf, ca, &answer)).unwrap();
    assert!(basic.verify(leaf, ca, &[]).is_ok());
    assert_eq!(basic.der().as_ref(), OcspResponse::parse(basic.der().clone()).unwrap().der());
}

#[test]
fn responses_that_are_not_successful_or_too_long_are_refused() {
    // tryLater, without responseBytes.
    let refused = OcspResponse::parse(&[0x30, 3, 0x0a, 1, 3][..]);
    assert!(matches!(refused, Err(Error::Malformed { .. })));
    let refused = OcspResponse::parse(vec![0; MAXIMUM_OCSP_RESPONSE_LENGTH + 1]);
    assert!(matches!(refused, Err(Error::TooLong { .. })));
}

#[test]
fn no_byte_of_an_answer_can_change() {
    let scene = Scene::new();
    let (leaf, ca) = (&scene.leaf, &scene.ca);
    let answer = Answer::revoked(noon() - MINUTE, noon());
    let der = scene.responder.answer(leaf, ca, &answer);
    let expected = RevocationStatus::Revoked {
        at: noon() - MINUTE,
        reason: Some(RevocationReason::KeyCompromise),
    };
    for index in 0..der.len() {
        let mut mutated = der.clone();
        mutated[index] ^= 1;
        let status = OcspResponse::parse(mutated)
            .ok()
            .and_then(|response| response.verify(leaf, ca, &[]).ok())
            .map(|verified| verified.status);
        assert!(status.is_none() || status == Some(expected), "byte {index}: {status:?}");
    }
}

proptest! {
    #[test]
    fn hostile_responses_do_not_panic(
        at in any::<prop::sample::Index>(),
        bytes in proptest::collection::vec(any::<u8>(), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        thread_local!(static SCENE: Scene = Scene::new());
        SCENE.with(|scene| {
            let (leaf, ca) = (&scene.leaf, &scene.ca);
            let mut der = scene.responder.answer(leaf, ca, &Answer::good(noon()));
            let start = at.index(der.len());
            let end = (start + bytes.len()).min(der.len());
            der[start..end].copy_from_slice(&bytes[..end - start]);
            der.truncate(cut.index(der.len()).max(start));
            if let Ok(response) = OcspResponse::parse(der) {
                let _ = response.verify(leaf, ca, &[]);
                let _ = response.certificates();
            }
        });
    }
}
