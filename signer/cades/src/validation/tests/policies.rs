//! What missing revocation data come to by each policy.

use rcgen::CrlDistributionPoint;

use super::*;
use crate::pki::list::ListParts;

const PASSED: (Indication, Option<SubIndication>) = (TotalPassed, None);

#[test]
fn missing_revocation_data_count_by_the_policy_and_by_what_the_certificate_promises() {
    use RevocationPolicy::{Promised, Required, Signer, WhenAvailable};
    let pki = Pki::new();
    let promising = pki.end_entity(ES256, |params| {
        let uris = vec!["http://crl.example/".to_owned()];
        params.crl_distribution_points = vec![CrlDistributionPoint { uris }];
    });
    let answered = pki.end_entity(ES256, |params| {
        // authorityInfoAccess with an OCSP responder.
        let value =
            [&[0x30, 20, 0x30, 18, 6, 8][..], &[0x2b, 6, 1, 5, 5, 7, 48, 1], &[0x86, 6], b"http:/"];
        let access =
            CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], value.concat());
        params.custom_extensions = vec![access];
    });
    let silent = pki.end_entity(ES256, |_| {});
    let general = (Indeterminate, Some(SubIndication::CertificateChainGeneralFailure));
    let assured = pki.seal(ES256);
    for (policy, signer, expected) in [
        (WhenAvailable, &promising, PASSED),
        (Signer, &promising, general),
        (Signer, &answered, general),
        (Signer, &silent, PASSED),
        (Signer, &assured, PASSED),
        (Promised, &promising, general),
        (Promised, &silent, PASSED),
        // The authorities above it have no data either.
        (Required, &silent, general),
        (Required, &assured, general),
    ] {
        let mut trust = trust(&pki);
        trust.revocation_policy = policy;
        let container = detached(&signer.sign(CONTENT, cades()));
        let (expectation, now) = (Expectation::Cades, noon() + MINUTE);
        let report = Validation { trust: &trust, expectation, now, proven_time: None }
            .validate(&container, SignedContent::Bytes(CONTENT));
        assert_eq!(conclusion(&report), expected, "{policy:?}");
        assert_eq!(report.revocation_policy, policy);
    }
    assert_eq!(RevocationPolicy::default(), Signer);
}

#[test]
fn data_of_another_time_are_a_reason_to_try_later() {
    let pki = Pki::new();
    let signer = pki.end_entity(ES256, |params| {
        let uris = vec!["http://crl.example/".to_owned()];
        params.crl_distribution_points = vec![CrlDistributionPoint { uris }];
    });
    let container = detached(&signer.sign(CONTENT, cades()));
    // From the future, as the verifier sees it.
    let at = noon() + 10 * MINUTE;
    let mut trust = trust(&pki);
    trust.revocation_lists =
        vec![pki.ca_list(&ListParts { this_update: at, ..ListParts::default() })];
    let (expectation, now) = (Expectation::Cades, noon() + MINUTE);
    let report = Validation { trust: &trust, expectation, now, proven_time: None }
        .validate(&container, SignedContent::Bytes(CONTENT));
    assert_eq!(conclusion(&report), (Indeterminate, Some(SubIndication::TryLater)));
}

#[test]
fn who_is_certified_for_something_else_does_not_sign_documents() {
    let pki = Pki::new();
    let (time_stamping, server, ocsp) = (8, 1, 9);
    let (client, mail, documents) = (2, 4, 36);
    let constraints = (Indeterminate, Some(SubIndication::ChainConstraintsFailure));
    for (purposes, expected, findings) in [
        (&[time_stamping][..], constraints, 1),
        (&[server], constraints, 1),
        (&[ocsp, server], constraints, 1),
        (&[client], PASSED, 1),
        (&[server, client], PASSED, 1),
        (&[mail], PASSED, 0),
        (&[server, documents], PASSED, 0),
        (&[], PASSED, 0),
    ] {
        let signer = pki.end_entity(ES256, |params| {
            let purposes: Vec<u8> =
                purposes.iter().flat_map(|of| [6, 8, 0x2b, 6, 1, 5, 5, 7, 3, *of]).collect();
            if !purposes.is_empty() {
                let value = [&[0x30, purposes.len() as u8], &purposes[..]].concat();
                params.custom_extensions =
                    vec![CustomExtension::from_oid_content(&[2, 5, 29, 37], value)];
            }
        });
        let report = validate_at(&pki, &detached(&signer.sign(CONTENT, cades())), noon());
        assert_eq!(conclusion(&report), expected, "{purposes:?}");
        let about = codes(&report).iter().filter(|one| **one == code::KEY_USAGE).count();
        assert_eq!(about, findings, "{purposes:?}");
    }
}
