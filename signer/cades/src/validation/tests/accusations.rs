//! Revocation data that name the signer in a way that strict readers do not expect, or that is not
//! where they look: nothing passes.

use super::revocation::{PASSED, REVOKED, Scene, UNJUDGED, flag, place, scope};
use super::*;
use crate::pki::{
    Answer,
    list::{CERTIFICATE_ISSUER, ListParts, SCOPE, element, time},
};

/// A signer whose certificate promises no revocation data, so that nothing is missed without them.
fn silent() -> Scene {
    Scene::of(Pki::new(), vec![])
}

fn next_update() -> Vec<u8> {
    time(noon() + 24 * 60 * MINUTE)
}

#[test]
fn a_serial_number_with_octets_that_it_need_not_have_is_the_same_number() {
    let scene = silent();
    let serial_number = scene.leaf.serial_number();
    for octets in [1, 2, 9] {
        let mut named = ListParts::default();
        named.entries.push(([&vec![0; octets], serial_number].concat(), vec![]));
        assert_eq!(scene.conclude(&named), REVOKED, "{octets}");
    }
    let mut another = ListParts::default();
    another.entries.push(([&[1][..], serial_number].concat(), vec![]));
    assert_eq!(scene.conclude(&another), PASSED);
    let revoked = Answer::revoked(noon() - MINUTE, noon());
    let spelt = Answer { before_serial_number: &[0, 0], ..revoked.clone() };
    assert_eq!(conclusion(&scene.validate(vec![], vec![scene.ocsp(&spelt)])), REVOKED);
    let another = Answer { before_serial_number: &[1], ..revoked };
    assert_eq!(conclusion(&scene.validate(vec![], vec![scene.ocsp(&another)])), PASSED);
}

#[test]
fn entries_that_stand_where_none_are_looked_for_accuse() {
    let scene = silent();
    let decoy = element(tag::SEQUENCE, &[]);
    for (what, parts) in [
        ("in a set", ListParts { entries_tag: tag::SET, ..scene.named() }),
        (
            "behind an unknown field",
            ListParts {
                next_update_der: Some([next_update(), vec![0xa5, 2, 5, 0]].concat()),
                ..scene.named()
            },
        ),
        (
            "behind a time that is none",
            ListParts { next_update_der: Some(vec![0x13, 1, b'x']), ..scene.named() },
        ),
        (
            "behind other entries",
            ListParts { next_update_der: Some([next_update(), decoy].concat()), ..scene.named() },
        ),
    ] {
        let report = scene.validate(vec![scene.pki.ca_list(&parts)], vec![]);
        assert_eq!(conclusion(&report), UNJUDGED, "{what}");
        assert!(codes(&report).contains(&code::REVOCATION_UNJUDGED), "{what}");
    }
    assert_eq!(
        scene.conclude(&ListParts { next_update_der: Some(vec![]), ..scene.named() }),
        REVOKED
    );
    assert_eq!(scene.conclude(&ListParts::default()), PASSED);
}

#[test]
fn an_entry_about_another_issuer_accuses_where_the_list_has_no_place_for_it() {
    let scene = silent();
    let stranger = scene.pki.authority("Another authority");
    let of = |name: &[u8]| {
        let names = element(tag::SEQUENCE, &[&element(0xa4, &[name])]);
        vec![(CERTIFICATE_ISSUER, true, names)]
    };
    let others = of(stranger.certificate.subject());
    let named = || ListParts::default().naming(&scene.leaf, others.clone());
    assert_eq!(scene.conclude(&named()), UNJUDGED);
    let indirect = scope(&[&place("http://crl.example/"), &flag(4)]);
    assert_eq!(scene.conclude(&named().with(SCOPE, indirect)), PASSED);
    let own = ListParts::default().naming(&scene.leaf, of(scene.ca.subject()));
    assert_eq!(scene.conclude(&own), REVOKED);
}

#[test]
fn an_answer_with_half_of_the_issuer_accuses() {
    let scene = silent();
    let revoked = Answer::revoked(noon() - MINUTE, noon());
    let der = scene.responder.answer(&scene.leaf, &scene.ca, &revoked);
    let sha_1 = |bytes: &[u8]| {
        ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec()
    };
    let (name, key) = (sha_1(scene.ca.subject()), sha_1(scene.ca.public_key_octets()));
    let with_other = |hashes: &[&Vec<u8>]| {
        let mut der = der.clone();
        for hash in hashes {
            let at = der.windows(20).position(|one| one == &hash[..]).unwrap();
            der[at] ^= 1;
        }
        let report = scene.validate(vec![], vec![OcspResponse::parse(der).unwrap()]);
        conclusion(&report)
    };
    assert_eq!(with_other(&[]), REVOKED);
    assert_eq!(with_other(&[&name]), UNJUDGED);
    assert_eq!(with_other(&[&key]), UNJUDGED);
    // The same number of another issuer is another certificate.
    assert_eq!(with_other(&[&name, &key]), PASSED);
}

#[test]
fn null_parameters_on_one_side_alone_are_no_other_algorithm() {
    let scene = silent();
    let null = || ListParts { outer_parameters: &[tag::NULL, 0], ..scene.named() };
    assert_eq!(scene.conclude(&null()), REVOKED);
    let other = || ListParts { outer_parameters: &[2, 1, 1], ..scene.named() };
    assert_eq!(scene.conclude(&other()), UNJUDGED);
}
