//! What cannot be read of revocation data, or of the promise of them.

use super::*;
use crate::{
    asn1::{Part, identifiers},
    pki::Evidence,
    signed_data::{SignedData, attribute},
    validation_data::RevocationChoice,
};

/// A time that is none.
fn yesterday() -> Vec<u8> {
    element(tag::GENERALIZED_TIME, &[b"yesterday"])
}

#[test]
fn what_accuses_at_a_time_that_cannot_be_read_is_settled_by_nothing_newer() {
    let scene = Scene::new();
    let good = || scene.ocsp(&Answer::good(noon()));
    let this_update_der = Some(yesterday());
    let forged = ListParts { broken_signature: true, this_update_der, ..scene.named() };
    let report = scene.validate(vec![scene.pki.ca_list(&forged)], vec![good()]);
    assert_eq!(conclusion(&report), UNJUDGED);
    assert!(codes(&report).contains(&code::REVOCATION_UNJUDGED));
    // The same of an answer: producedAt is the first time in it.
    let revoked = Answer::revoked(noon() - MINUTE, noon());
    let mut der = scene.responder.answer(&scene.leaf, &scene.ca, &revoked);
    let at = der.windows(6).position(|window| window == b"202607").unwrap();
    der[at] = b'x';
    let report = scene.validate(vec![], vec![OcspResponse::parse(der).unwrap(), good()]);
    assert_eq!(conclusion(&report), UNJUDGED);
}

#[test]
fn an_answer_without_a_time_that_can_be_read_revokes_and_clears_nobody() {
    let scene = Scene::new();
    let undated = |answer: &Answer| {
        let der = scene.responder.undated(&scene.leaf, &scene.ca, answer);
        scene.validate(vec![], vec![OcspResponse::parse(der).unwrap()])
    };
    let revoked = Answer::revoked(noon() - MINUTE, noon());
    assert_eq!(conclusion(&undated(&revoked)), REVOKED);
    assert_eq!(conclusion(&undated(&Answer::good(noon()))), UNJUDGED);
}

#[test]
fn a_list_for_others_whose_scope_cannot_be_read_accuses_and_clears_nobody() {
    let pki = Pki::new();
    let lists = pki.authority("Lists of all");
    let issuer = element(0xa2, &[&element(0xa4, &[lists.certificate.subject()])]);
    let named_for_it = Scene::with(pki, points(&[&[place(PLACE), issuer].concat()]));
    let conclude = |scene: &Scene, parts: &ListParts| {
        let mut trust = trust(&named_for_it.pki);
        trust.certificates = vec![lists.certificate.clone()];
        trust.revocation_lists = vec![lists.list(parts)];
        conclusion(&scene.validate_with(&trust))
    };
    let unreadable = || ListParts::default().with(SCOPE, vec![0x30, 1]);
    let names = element(tag::SEQUENCE, &[&element(0xa4, &[named_for_it.ca.subject()])]);
    let of_ca = vec![(CERTIFICATE_ISSUER, true, names)];
    let naming = unreadable().naming(&named_for_it.leaf, of_ca);
    assert_eq!(conclude(&named_for_it, &unreadable()), UNJUDGED);
    assert_eq!(conclude(&named_for_it, &naming), REVOKED);
    // Of the same serial number, but of the list's own issuer.
    let own = unreadable().naming(&named_for_it.leaf, vec![]);
    assert_eq!(conclude(&named_for_it, &own), UNJUDGED);
}

#[test]
fn a_promise_that_cannot_be_read_is_one_still() {
    const ACCESS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
    const POINTS: &[u64] = &[2, 5, 29, 31];
    let pki = Pki::new();
    let conclude = |extensions: Vec<CustomExtension>| {
        let signer = pki.end_entity(ES256, |params| params.custom_extensions = extensions);
        conclusion(&validate_at(&pki, &detached(&signer.sign(CONTENT, cades())), noon()))
    };
    let unreadable = |oid| CustomExtension::from_oid_content(oid, vec![0x30, 1]);
    assert_eq!(conclude(vec![]), PASSED);
    assert_eq!(conclude(vec![unreadable(ACCESS)]), UNJUDGED);
    assert_eq!(conclude(vec![unreadable(POINTS)]), UNJUDGED);
}

#[test]
fn an_answer_in_a_choice_that_is_written_in_ber_is_read_and_one_that_cannot_be_is_told() {
    let scene = Scene::new();
    let answer = scene.responder.answer(&scene.leaf, &scene.ca, &Answer::good(noon()));
    let format = element(tag::OBJECT_IDENTIFIER, &[identifiers::OCSP_RESPONSE_IN_CMS]);
    let fields = [&format[..], &answer].concat();
    let length = (fields.len() as u32).to_be_bytes();
    let is_answer = |raw: &[u8]| matches!(RevocationChoice::read(raw), Some(Ok(RevocationChoice::Ocsp(one))) if one.der() == &answer);
    assert!(is_answer(&element(0xa1, &[&fields])));
    assert!(is_answer(&[&[0xa1, 0x84][..], &length, &fields].concat()));
    assert!(is_answer(&[&[0xa1, 0x80][..], &fields, &[0, 0]].concat()));
    let is_told = |raw: &[u8]| matches!(RevocationChoice::read(raw), Some(Err(_)));
    assert!(is_told(&element(0xa1, &[&fields[1..]])));
    assert!(is_told(&element(0xa1, &[&fields[..fields.len() - 1]])));
    // Another format than these is nothing that anybody here could read.
    let other = element(tag::OBJECT_IDENTIFIER, &[identifiers::DATA]);
    assert!(RevocationChoice::read(&element(0xa1, &[&other, &answer])).is_none());
}

#[test]
fn values_beyond_those_that_are_read_are_told() {
    let evidence = Evidence::new(ES256, true);
    let [baseline, ..] = evidence.levels(Content::Detached);
    let list = evidence.list(noon());
    let findings = |count: usize| {
        let lists: Vec<_> = std::iter::repeat_n(Part::Raw(list.der()), count).collect();
        let lists = [Part::Element(tag::SEQUENCE, &lists)];
        let values = [Part::Element(0xa0, &lists)];
        let values = Part::Element(tag::SEQUENCE, &values);
        let values = attribute(identifiers::REVOCATION_VALUES, values);
        let container = baseline.clone().with_attribute_of_older_kind(values);
        let read = SignedData::read(&container).unwrap();
        let mut data = ValidationData::default();
        data.read_attributes(&read.signers[0]);
        assert_eq!(data.revocation_lists.len(), count.min(64));
        data.unreadable.iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert!(findings(64).is_empty());
    assert_eq!(findings(65), [code::REVOCATION_DATA_UNREADABLE]);
}
