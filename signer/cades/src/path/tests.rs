mod constraints;

use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{BasicConstraints, IsCa, Issuer, KeyUsagePurpose};
use seal::{CertificateDer, Effort, EffortLimits, SignatureAlgorithm};

use super::*;
use crate::{
    Certificate, Error, Unverified,
    algorithm::VERIFICATION_STEPS,
    pki::{self, MINUTE, Pki, noon},
};

fn certificate(der: &CertificateDer) -> Certificate {
    Certificate::parse(der.clone()).unwrap()
}

fn leaf(pki: &Pki) -> Certificate {
    certificate(pki.seal(SignatureAlgorithm::default()).chain.end_entity())
}

fn pem(der: &CertificateDer) -> String {
    let base64 = STANDARD.encode(der.as_bytes());
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
    format!("{begin}\n{}\n{end}\n", lines.join("\n"))
}

#[test]
fn a_path_goes_from_the_end_entity_to_the_anchor() {
    let pki = Pki::new();
    let (leaf, ca, anchors) = (leaf(&pki), certificate(&pki.ca), pki.anchors());
    let candidates = [leaf.clone(), ca.clone(), certificate(&pki.root)];
    let path = Path::build(&leaf, &candidates, &anchors, noon(), &Effort::default()).unwrap();
    assert_eq!(path.certificates(), [&leaf, &ca, &certificate(&pki.root)]);
}

#[test]
fn an_end_entity_that_is_an_anchor_is_trusted_itself() {
    let pki = Pki::new();
    let leaf = leaf(&pki);
    let anchors = TrustAnchors::new([leaf.der().clone()]).unwrap();
    assert_eq!(
        Path::build(&leaf, &[], &anchors, noon(), &Effort::default()).unwrap().certificates(),
        [&leaf]
    );
}

#[test]
fn without_an_issuer_there_is_no_path() {
    let pki = Pki::new();
    let failure =
        Path::build(&leaf(&pki), &[], &pki.anchors(), noon(), &Effort::default()).unwrap_err();
    assert_eq!(failure, PathFailure::NoPath("Ørsted Møbler ApS".into()));
}

#[test]
fn an_expired_issuer_is_refused_and_an_expired_anchor_is_not() {
    let pki = Pki::new();
    let (leaf, ca) = (leaf(&pki), [certificate(&pki.ca)]);
    let late = noon() + 2000 * 60 * MINUTE;
    let failure = Path::build(&leaf, &ca, &pki.anchors(), late, &Effort::default()).unwrap_err();
    assert_eq!(failure, PathFailure::OutOfValidity { subject: "Test Issuing CA".into() });
    let anchors = TrustAnchors::new([pki.ca]).unwrap();
    assert!(Path::build(&leaf, &[], &anchors, late, &Effort::default()).is_ok());
}

#[test]
fn an_issuer_must_be_an_authority_that_may_issue_here() {
    let pki = Pki::new();
    let may_issue = vec![KeyUsagePurpose::KeyCertSign];
    let unconstrained = IsCa::Ca(BasicConstraints::Unconstrained);
    for (is_ca, key_usages, cause) in [
        (IsCa::NoCa, may_issue.clone(), NotAnIssuer::NotACertificationAuthority),
        (unconstrained, vec![KeyUsagePurpose::CrlSign], NotAnIssuer::KeyUsage),
        // The issuing CA above it has a path length of zero.
        (unconstrained, may_issue, NotAnIssuer::PathLength),
    ] {
        let mut intermediate_params = None;
        let intermediate = pki.end_entity(SignatureAlgorithm::default(), |params| {
            params.is_ca = is_ca;
            params.key_usages = key_usages;
            params.distinguished_name.push(rcgen::DnType::CommonName, "Intermediate");
            intermediate_params = Some(params.clone());
        });
        let intermediate_der = certificate(intermediate.chain.end_entity());
        let issuer = Issuer::new(intermediate_params.unwrap(), intermediate.key);
        let below = pki::issued_by(&issuer);
        let candidates = [intermediate_der, certificate(&pki.ca)];
        let failure = Path::build(&below, &candidates, &pki.anchors(), noon(), &Effort::default())
            .unwrap_err();
        assert!(
            matches!(failure, PathFailure::NotAnIssuer { cause: found, .. } if found == cause),
            "{failure}"
        );
    }
}

#[test]
fn a_signer_that_is_trusted_itself_is_no_authority() {
    let pki = Pki::new();
    let mut params = None;
    let signer = pki.end_entity(SignatureAlgorithm::default(), |given| {
        given.distinguished_name.push(rcgen::DnType::CommonName, "Signer");
        params = Some(given.clone());
    });
    let anchors = TrustAnchors::new([signer.chain.end_entity().clone()]).unwrap();
    let below = pki::issued_by(&Issuer::new(params.unwrap(), signer.key));
    let failure = Path::build(&below, &[], &anchors, noon(), &Effort::default()).unwrap_err();
    assert!(
        matches!(
            failure,
            PathFailure::NotAnIssuer { cause: NotAnIssuer::NotACertificationAuthority, .. }
        ),
        "{failure}"
    );
}

#[test]
fn a_forged_signature_ends_the_path() {
    let pki = Pki::new();
    let leaf = leaf(&pki);
    let mut forged = leaf.der().as_bytes().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    let forged = certificate(&CertificateDer::new(forged));
    let ca = [certificate(&pki.ca)];
    let failure =
        Path::build(&forged, &ca, &pki.anchors(), noon(), &Effort::default()).unwrap_err();
    let subject = "Ørsted Møbler ApS".into();
    assert_eq!(failure, PathFailure::Unverified { subject, cause: Unverified::Wrong });
}

#[test]
fn a_search_among_too_many_issuers_is_given_up() {
    let pki = Pki::new();
    let leaf = leaf(&pki);
    // Each has the right name and key identifier, and the wrong key.
    let impostors: Vec<_> = (0..40).map(|serial| pki::impostor(&pki, serial)).collect();
    let failure =
        Path::build(&leaf, &impostors, &TrustAnchors::default(), noon(), &Effort::default())
            .unwrap_err();
    assert!(matches!(failure, PathFailure::TooManySteps), "{failure}");
}

#[test]
fn a_search_among_authorities_that_certify_one_another_ends_on_its_account() {
    let count = 24;
    let params = |name: usize| {
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.distinguished_name.push(rcgen::DnType::CommonName, format!("CA {name}"));
        params
    };
    let keys: Vec<_> = (0..count).map(|_| rcgen::KeyPair::generate().unwrap()).collect();
    let issuers: Vec<_> =
        keys.iter().enumerate().map(|(n, key)| Issuer::new(params(n), key)).collect();
    let mut clique = Vec::new();
    for (by, issuer) in issuers.iter().enumerate() {
        for (of, key) in keys.iter().enumerate().filter(|(of, _)| *of != by) {
            let der = params(of).signed_by(key, issuer).unwrap().der().to_vec();
            clique.push(certificate(&CertificateDer::new(der)));
        }
    }
    let (below, key) = (params(count), rcgen::KeyPair::generate().unwrap());
    let below = below.signed_by(&key, &issuers[0]).unwrap().der().to_vec();
    let below = certificate(&CertificateDer::new(below));
    let (effort, none) = (Effort::default(), TrustAnchors::default());
    let failure = Path::build(&below, &clique, &none, noon(), &effort);
    assert_eq!(failure.unwrap_err(), PathFailure::TooManySteps);
    let verified = effort.steps() / VERIFICATION_STEPS;
    assert!((1..=64).contains(&verified), "as many as {verified}");
    // What is left of an account ends it earlier.
    let limits = EffortLimits { steps: VERIFICATION_STEPS, ..EffortLimits::default() };
    let small = Effort::new(limits, 0);
    let failure = Path::build(&below, &clique, &none, noon(), &small);
    assert_eq!(failure.unwrap_err(), PathFailure::TooManySteps);
    assert!(small.check().is_err());
}

#[test]
fn anchors_are_read_from_der_and_from_pem_with_text_around() {
    let pki = Pki::new();
    let text = format!("Root:\n{}\nCA:\n{}", pem(&pki.root), pem(&pki.ca).replace('\n', "\r\n"));
    let anchors = TrustAnchors::parse(text.as_bytes()).unwrap();
    assert_eq!(anchors.certificates(), [certificate(&pki.root), certificate(&pki.ca)]);
    let anchors = TrustAnchors::parse(pki.root.as_bytes()).unwrap();
    assert_eq!(anchors.certificates(), [certificate(&pki.root)]);
}

#[test]
fn an_anchor_that_cannot_be_read_is_told_and_leaves_the_others_trusted() {
    let pki = Pki::new();
    let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----";
    let none = pem(&CertificateDer::new(vec![0x30, 0]));
    let text = format!("{broken}\n{}\n{none}\n{}", pem(&pki.root), pem(&pki.ca));
    let anchors = TrustAnchors::parse(text.as_bytes()).unwrap();
    assert_eq!(anchors.certificates(), [certificate(&pki.root), certificate(&pki.ca)]);
    let told: Vec<_> = anchors.unreadable().collect();
    assert!(matches!(told[..], [Error::NoCertificate, Error::Malformed { .. }]), "{told:?}");
}

#[test]
fn what_holds_no_certificate_is_no_trust_anchor() {
    let truncated = "-----BEGIN CERTIFICATE-----\nMIIB";
    let not_base64 = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----";
    for text in ["", "hello", truncated, not_base64, "\u{ff}"] {
        assert!(matches!(TrustAnchors::parse(text.as_bytes()), Err(Error::NoCertificate)));
    }
    assert!(matches!(TrustAnchors::parse(&[0x30, 0]), Err(Error::Malformed { .. })));
    let root = Pki::new().root;
    let many = vec![root; MAXIMUM_TRUST_ANCHORS + 1];
    assert!(matches!(TrustAnchors::new(many), Err(Error::TooLong { .. })));
}
