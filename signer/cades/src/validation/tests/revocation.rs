//! What revocation lists and OCSP responses of every shape come to, read or not.

mod held;
mod unread;

use super::*;
use crate::{
    Certificate,
    asn1::tag,
    pki::{
        Answer, Responder,
        list::{CERTIFICATE_ISSUER, DELTA, ListExtension, ListParts, REASON, SCOPE, element, uri},
    },
};

pub(super) const PASSED: (Indication, Option<SubIndication>) = (TotalPassed, None);
pub(super) const REVOKED: (Indication, Option<SubIndication>) =
    (Indeterminate, Some(SubIndication::RevokedNoPoe));
/// Also when there are no data.
pub(super) const UNJUDGED: (Indication, Option<SubIndication>) =
    (Indeterminate, Some(SubIndication::CertificateChainGeneralFailure));

const PLACE: &str = "http://crl.example/part7.crl";

/// A signer whose certificate says where its list is.
pub(super) struct Scene {
    pub(super) pki: Pki,
    container: Vec<u8>,
    pub(super) leaf: Certificate,
    pub(super) ca: Certificate,
    pub(super) responder: Responder,
}

impl Scene {
    pub(super) fn new() -> Self {
        Self::with_points(points(&[&place(PLACE)]))
    }

    fn with_points(points: Vec<u8>) -> Self {
        Self::with(Pki::new(), points)
    }

    fn with(pki: Pki, points: Vec<u8>) -> Self {
        Self::of(pki, vec![CustomExtension::from_oid_content(&[2, 5, 29, 31], points)])
    }

    pub(super) fn of(pki: Pki, extensions: Vec<CustomExtension>) -> Self {
        let signer = pki.end_entity(ES256, |params| params.custom_extensions = extensions);
        let leaf = Certificate::parse(signer.chain.end_entity().clone()).unwrap();
        let ca = Certificate::parse(pki.ca.clone()).unwrap();
        let responder = pki.responder(noon() + 60 * MINUTE);
        let container = detached(&signer.sign(CONTENT, cades()));
        Self { pki, container, leaf, ca, responder }
    }

    pub(super) fn ocsp(&self, answer: &Answer) -> OcspResponse {
        OcspResponse::parse(self.responder.answer(&self.leaf, &self.ca, answer)).unwrap()
    }

    pub(super) fn validate(
        &self,
        lists: Vec<RevocationList>,
        answers: Vec<OcspResponse>,
    ) -> SignatureReport {
        let mut trust = trust(&self.pki);
        trust.revocation_lists = lists;
        trust.ocsp_responses = answers;
        self.validate_with(&trust)
    }

    fn validate_with(&self, trust: &TrustMaterial) -> SignatureReport {
        let (expectation, now) = (Expectation::Cades, noon() + 2 * MINUTE);
        Validation { trust, expectation, now, proven_time: None }
            .validate(&self.container, SignedContent::Bytes(CONTENT))
    }

    /// By one list of the issuing CA.
    pub(super) fn conclude(&self, parts: &ListParts) -> (Indication, Option<SubIndication>) {
        conclusion(&self.validate(vec![self.pki.ca_list(parts)], vec![]))
    }

    pub(super) fn named(&self) -> ListParts {
        ListParts::default().naming(&self.leaf, vec![])
    }
}

/// A DistributionPointName with one address, in its explicit tag.
pub(super) fn place(address: &str) -> Vec<u8> {
    element(0xa0, &[&element(0xa0, &[&uri(address)])])
}

/// cRLDistributionPoints, each by its fields.
fn points(points: &[&[u8]]) -> Vec<u8> {
    let points: Vec<u8> =
        points.iter().flat_map(|fields| element(tag::SEQUENCE, &[fields])).collect();
    element(tag::SEQUENCE, &[&points])
}

/// issuingDistributionPoint of these fields.
pub(super) fn scope(fields: &[&[u8]]) -> Vec<u8> {
    element(tag::SEQUENCE, fields)
}

pub(super) fn flag(number: u8) -> Vec<u8> {
    vec![0x80 | number, 1, 0xff]
}

#[test]
fn a_list_of_one_part_revokes_and_clears_the_certificates_of_its_part() {
    let scene = Scene::new();
    let part = |address| scope(&[&place(address)]);
    assert_eq!(scene.conclude(&ListParts::default().with(SCOPE, part(PLACE))), PASSED);
    assert_eq!(scene.conclude(&scene.named().with(SCOPE, part(PLACE))), REVOKED);
    let other = "http://crl.example/part8.crl";
    assert_eq!(scene.conclude(&ListParts::default().with(SCOPE, part(other))), UNJUDGED);
    // A serial number is its issuer's once: what names it names it.
    assert_eq!(scene.conclude(&scene.named().with(SCOPE, part(other))), REVOKED);
}

#[test]
fn a_part_may_be_named_relative_to_the_issuer() {
    let common_name = element(tag::OBJECT_IDENTIFIER, &[&[0x55, 4, 3]]);
    let relative = |name: &[u8]| {
        let name = element(tag::UTF8_STRING, &[name]);
        element(0xa0, &[&element(0xa1, &[&element(tag::SEQUENCE, &[&common_name, &name])])])
    };
    let scene = Scene::with_points(points(&[&relative(b"Part 7")]));
    let clear = |name| scene.conclude(&ListParts::default().with(SCOPE, scope(&[&relative(name)])));
    assert_eq!(clear(b"PART  7"), PASSED);
    assert_eq!(clear(b"Part 8"), UNJUDGED);
}

#[test]
fn a_certificate_without_a_place_is_in_its_issuers_own_entry() {
    let scene = Scene::with_points(points(&[]));
    let entry = element(0xa0, &[&element(0xa0, &[&element(0xa4, &[scene.ca.subject()])])]);
    assert_eq!(scene.conclude(&ListParts::default().with(SCOPE, scope(&[&entry]))), PASSED);
    assert_eq!(
        scene.conclude(&ListParts::default().with(SCOPE, scope(&[&place(PLACE)]))),
        UNJUDGED
    );
}

#[test]
fn a_list_of_one_kind_of_certificates_clears_those() {
    let scene = Scene::new();
    for (number, expected) in [(1, PASSED), (2, UNJUDGED), (4, PASSED), (5, UNJUDGED)] {
        let clear = ListParts::default().with(SCOPE, scope(&[&flag(number)]));
        assert_eq!(scene.conclude(&clear), expected, "{number}");
        let revoke = scene.named().with(SCOPE, scope(&[&flag(number)]));
        assert_eq!(scene.conclude(&revoke), REVOKED, "{number}");
    }
}

#[test]
fn lists_of_some_reasons_clear_together_and_revoke_alone() {
    let scene = Scene::new();
    // keyCompromise and cACompromise; and all the others.
    let (some, others) = ([0x83, 2, 5, 0x60], [0x83, 3, 7, 0x1f, 0x80]);
    let list =
        |reasons: &[u8]| scene.pki.ca_list(&ListParts::default().with(SCOPE, scope(&[reasons])));
    let conclude = |lists| conclusion(&scene.validate(lists, vec![]));
    assert_eq!(conclude(vec![list(&some)]), UNJUDGED);
    assert_eq!(conclude(vec![list(&others)]), UNJUDGED);
    assert_eq!(conclude(vec![list(&some), list(&others)]), PASSED);
    assert_eq!(scene.conclude(&scene.named().with(SCOPE, scope(&[&some]))), REVOKED);
}

#[test]
fn a_list_with_what_is_not_understood_clears_nobody_and_still_revokes() {
    const PRIVATE: &[u8] = &[0x88, 0x37, 9];
    let scene = Scene::new();
    assert_eq!(scene.conclude(&ListParts::default().with(PRIVATE, vec![5, 0])), UNJUDGED);
    assert_eq!(scene.conclude(&scene.named().with(PRIVATE, vec![5, 0])), REVOKED);
    // A scope that cannot be read is none that is understood.
    assert_eq!(scene.conclude(&ListParts::default().with(SCOPE, vec![0x30, 1])), UNJUDGED);
    assert_eq!(scene.conclude(&scene.named().with(SCOPE, vec![0x30, 1])), REVOKED);
    // An entry of another certificate with a critical extension: section 5.3.
    let private: ListExtension = (PRIVATE, true, vec![5, 0]);
    let other = ListParts::default().naming(&scene.ca, vec![private]);
    assert_eq!(scene.conclude(&other), UNJUDGED);
}

#[test]
fn a_list_that_names_the_signer_and_cannot_be_judged_lets_nothing_pass() {
    let scene = Scene::new();
    for parts in [
        ListParts { unknown_algorithm: true, ..scene.named() },
        ListParts { broken_signature: true, ..scene.named() },
    ] {
        let list = scene.pki.ca_list(&parts);
        let report = scene.validate(vec![list.clone()], vec![]);
        assert_eq!(conclusion(&report), UNJUDGED);
        assert!(codes(&report).contains(&code::REVOCATION_UNJUDGED), "{:?}", report.findings);
        // Whether it stands in the container or in the document is the same.
        let mut trust = trust(&scene.pki);
        trust.embedded.revocation_lists = vec![list];
        assert_eq!(conclusion(&scene.validate_with(&trust)), UNJUDGED);
    }
    // One whose entries cannot be read may name anybody of its issuer.
    let mut unreadable = ListParts::default();
    unreadable.entries.push((vec![0x7f; 3], vec![(REASON, false, vec![10, 1, 1])]));
    let good = scene.pki.ca_list(&unreadable);
    let mut der = good.der().to_vec();
    let at = der.windows(5).position(|window| window == [2, 3, 0x7f, 0x7f, 0x7f]).unwrap();
    der[at] = 4;
    let report = scene.validate(vec![RevocationList::parse(der).unwrap()], vec![]);
    assert_eq!(conclusion(&report), UNJUDGED);
    assert!(codes(&report).contains(&code::REVOCATION_UNJUDGED));
}

#[test]
fn what_nobody_signed_is_told_and_settled_by_newer_data_alone() {
    let scene = Scene::new();
    let forged = |at| {
        let parts = ListParts { broken_signature: true, this_update: at, ..scene.named() };
        scene.pki.ca_list(&parts)
    };
    let good = || scene.ocsp(&Answer::good(noon()));
    let report = scene.validate(vec![forged(noon() - MINUTE)], vec![good()]);
    assert_eq!(conclusion(&report), PASSED);
    assert!(codes(&report).contains(&code::REVOCATION_UNJUDGED));
    let report = scene.validate(vec![forged(noon() + MINUTE)], vec![good()]);
    assert_eq!(conclusion(&report), UNJUDGED);
    // What may be signed, but by an algorithm that is not known, nothing settles.
    let unknown =
        ListParts { unknown_algorithm: true, this_update: noon() - MINUTE, ..scene.named() };
    let report = scene.validate(vec![scene.pki.ca_list(&unknown)], vec![good()]);
    assert_eq!(conclusion(&report), UNJUDGED);
}

#[test]
fn a_delta_list_revokes_and_clears_nobody() {
    let scene = Scene::new();
    let delta = |parts: ListParts| parts.with(DELTA, vec![2, 1, 7]);
    assert_eq!(scene.conclude(&delta(scene.named())), REVOKED);
    assert_eq!(scene.conclude(&delta(ListParts::default())), UNJUDGED);
    let removed = || vec![(REASON, false, vec![10, 1, 8])];
    let removing = || ListParts::default().naming(&scene.leaf, removed());
    assert_eq!(scene.conclude(&delta(removing())), UNJUDGED);
    let complete = scene.pki.ca_list(&ListParts::default());
    let report = scene.validate(vec![scene.pki.ca_list(&delta(removing())), complete], vec![]);
    assert_eq!(conclusion(&report), PASSED);
    // A complete list takes nothing back (section 5.3.1).
    assert_eq!(scene.conclude(&removing()), REVOKED);
}

#[test]
fn a_time_with_a_fraction_is_a_time() {
    let scene = Scene::new();
    for text in ["20260701115959.5Z", "202607011159Z", "20260701135959+0200"] {
        let time = element(tag::GENERALIZED_TIME, &[text.as_bytes()]);
        let parts = || ListParts { this_update_der: Some(time.clone()), ..ListParts::default() };
        assert_eq!(scene.conclude(&parts()), PASSED, "{text}");
        assert_eq!(scene.conclude(&parts().naming(&scene.leaf, vec![])), REVOKED, "{text}");
    }
    // One that is none clears nobody.
    let time = element(tag::GENERALIZED_TIME, &[b"yesterday"]);
    let parts = || ListParts { this_update_der: Some(time.clone()), ..ListParts::default() };
    assert_eq!(scene.conclude(&parts()), UNJUDGED);
    assert_eq!(scene.conclude(&parts().naming(&scene.leaf, vec![])), REVOKED);
}

#[test]
fn a_list_about_others_certificates_counts_where_the_certificate_names_its_issuer() {
    let pki = Pki::new();
    let lists = pki.authority("Lists of all");
    let issuer = element(0xa2, &[&element(0xa4, &[lists.certificate.subject()])]);
    let scene = Scene::with(pki, points(&[&[place(PLACE), issuer].concat()]));
    let of_ca = || {
        let names = element(tag::SEQUENCE, &[&element(0xa4, &[scene.ca.subject()])]);
        (CERTIFICATE_ISSUER, true, names)
    };
    let indirect = || scope(&[&place(PLACE), &flag(4)]);
    let conclude = |scene: &Scene, parts: &ListParts| {
        let mut trust = trust(&scene.pki);
        trust.certificates = vec![lists.certificate.clone()];
        trust.revocation_lists = vec![lists.list(parts)];
        conclusion(&scene.validate_with(&trust))
    };
    let clear = ListParts::default().with(SCOPE, indirect());
    let named = ListParts::default().with(SCOPE, indirect()).naming(&scene.leaf, vec![of_ca()]);
    // The entry behind one of the CA's is of the CA, too (section 5.3.3).
    let behind = ListParts::default()
        .with(SCOPE, indirect())
        .naming(&scene.ca, vec![of_ca()])
        .naming(&scene.leaf, vec![]);
    // The same number of the list's own issuer is another certificate.
    let own = ListParts::default().with(SCOPE, indirect()).naming(&scene.leaf, vec![]);
    for (parts, expected) in
        [(&clear, PASSED), (&named, REVOKED), (&behind, REVOKED), (&own, PASSED)]
    {
        assert_eq!(conclude(&scene, parts), expected);
    }
    // Without the issuer's certificate it cannot be verified.
    let report = scene.validate(vec![lists.list(&named)], vec![]);
    assert_eq!(conclusion(&report), UNJUDGED);
    assert!(codes(&report).contains(&code::REVOCATION_UNJUDGED));
}

#[test]
fn a_list_about_others_certificates_that_nobody_asked_for_accuses_and_clears_nobody() {
    let scene = Scene::new();
    let stranger = scene.pki.authority("Lists of others");
    let names = element(tag::SEQUENCE, &[&element(0xa4, &[scene.ca.subject()])]);
    let parts = ListParts::default()
        .with(SCOPE, scope(&[&place(PLACE), &flag(4)]))
        .naming(&scene.leaf, vec![(CERTIFICATE_ISSUER, true, names)]);
    let mut trust = trust(&scene.pki);
    trust.certificates = vec![stranger.certificate.clone()];
    trust.revocation_lists = vec![stranger.list(&parts), scene.pki.ca_list(&ListParts::default())];
    let report = scene.validate_with(&trust);
    assert_eq!(conclusion(&report), UNJUDGED);
    assert!(codes(&report).contains(&code::REVOCATION_UNJUDGED));
    trust.revocation_lists =
        vec![stranger.list(&ListParts::default().with(SCOPE, scope(&[&flag(4)])))];
    let report = scene.validate_with(&trust);
    assert_eq!(conclusion(&report), UNJUDGED);
    assert!(codes(&report).contains(&code::REVOCATION_NOT_CHECKED));
}

#[test]
fn the_issuers_new_key_may_sign_its_lists() {
    let scene = Scene::new();
    let name = scene.ca.subject_name();
    let renewed = scene.pki.renewed_ca();
    assert!(renewed.certificate.subject_name() == name && renewed.certificate != scene.ca);
    let mut trust = trust(&scene.pki);
    trust.certificates = vec![renewed.certificate.clone()];
    trust.revocation_lists = vec![renewed.list(&ListParts::default())];
    assert_eq!(conclusion(&scene.validate_with(&trust)), PASSED);
    trust.revocation_lists = vec![renewed.list(&scene.named())];
    assert_eq!(conclusion(&scene.validate_with(&trust)), REVOKED);
    // The same key below an anchor of its own is another's.
    let strange = Pki::new().renewed_ca();
    trust.certificates = vec![strange.certificate.clone()];
    trust.revocation_lists = vec![strange.list(&ListParts::default())];
    let both = [trust.anchors.certificates()[0].der().clone(), strange.certificate.der().clone()];
    trust.anchors = TrustAnchors::new(both).unwrap();
    assert_eq!(conclusion(&scene.validate_with(&trust)), UNJUDGED);
}

#[test]
fn a_validity_assured_certificate_that_is_named_is_revoked() {
    let pki = Pki::new();
    let signer = pki.seal(ES256);
    let leaf = Certificate::parse(signer.chain.end_entity().clone()).unwrap();
    let container = detached(&signer.sign(CONTENT, cades()));
    let validate = |parts: &ListParts| {
        let mut trust = trust(&pki);
        trust.revocation_lists = vec![pki.ca_list(parts)];
        let expectation = Expectation::Cades;
        let report = Validation { trust: &trust, expectation, now: noon(), proven_time: None }
            .validate(&container, SignedContent::Bytes(CONTENT));
        conclusion(&report)
    };
    assert_eq!(validate(&ListParts::default()), PASSED);
    assert_eq!(validate(&ListParts::default().naming(&leaf, vec![])), REVOKED);
}

#[test]
fn an_answer_that_accuses_and_cannot_be_judged_lets_nothing_pass() {
    let scene = Scene::new();
    let revoked = Answer::revoked(noon() - MINUTE, noon());
    let conclude = |answer: OcspResponse| scene.validate(vec![], vec![answer]);
    assert_eq!(conclusion(&conclude(scene.ocsp(&Answer::good(noon())))), PASSED);
    assert_eq!(conclusion(&conclude(scene.ocsp(&revoked))), REVOKED);
    let stranger = Pki::new().responder(noon() + 60 * MINUTE);
    let answered = |answer: &Answer| scene.responder.answer(&scene.leaf, &scene.ca, answer);
    // A digest of the CertID that is not known here, SHA-1's last arc changed.
    let mut unknown_digest = answered(&revoked);
    let at = unknown_digest.windows(5).position(|window| window == [0x2b, 14, 3, 2, 26]).unwrap();
    unknown_digest[at + 4] = 99;
    let unknown_status = answered(&Answer { status: vec![0x85, 0], ..Answer::good(noon()) });
    let unknown_signer = stranger.answer(&scene.leaf, &scene.ca, &revoked);
    for der in [unknown_digest, unknown_status, unknown_signer] {
        let report = conclude(OcspResponse::parse(der).unwrap());
        assert_eq!(conclusion(&report), UNJUDGED);
        assert!(codes(&report).contains(&code::REVOCATION_UNJUDGED), "{:?}", report.findings);
    }
}

#[test]
fn revocation_data_that_cannot_be_read_are_told() {
    let scene = Scene::new();
    let mut trust = trust(&scene.pki);
    trust.revocation_lists = vec![scene.pki.ca_list(&ListParts::default())];
    trust.embedded.add_revocation_list(vec![0x30, 0]);
    trust.embedded.add_ocsp_response(vec![0x30, 3, 10, 1, 3]);
    let report = scene.validate_with(&trust);
    let unreadable = codes(&report);
    let unreadable = unreadable.iter().filter(|one| **one == code::REVOCATION_DATA_UNREADABLE);
    assert_eq!((unreadable.count(), conclusion(&report)), (2, PASSED));
}
