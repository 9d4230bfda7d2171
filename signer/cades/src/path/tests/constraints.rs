//! Names and policies along a path (RFC 5280 section 6.1).

use rcgen::{CertificateParams, CustomExtension, DistinguishedName, DnType, KeyPair, SigningKey};

use super::*;
use crate::pki::list::element;

const NAME_CONSTRAINTS: &[u64] = &[2, 5, 29, 30];
const ALTERNATIVE_NAMES: &[u64] = &[2, 5, 29, 17];
const POLICIES: &[u64] = &[2, 5, 29, 32];
const MAPPINGS: &[u64] = &[2, 5, 29, 33];
const POLICY_CONSTRAINTS: &[u64] = &[2, 5, 29, 36];
const INHIBIT_ANY_POLICY: &[u64] = &[2, 5, 29, 54];

const ANY: &[u8] = &[0x55, 29, 32, 0];

type Extensions = Vec<(&'static [u64], Vec<u8>)>;

/// A trust anchor, CAs below one another with these extensions, critical, and an end entity.
struct Chain {
    anchors: TrustAnchors,
    authorities: Vec<Certificate>,
    leaf: Certificate,
}

impl Chain {
    fn new(authorities: Vec<Extensions>, leaf: Extensions) -> Self {
        let (root, mut issuer) = issue(None, "Root", true, Vec::new());
        let mut issued = Vec::new();
        for (number, extensions) in authorities.into_iter().enumerate() {
            let name = format!("CA {number}");
            let (certificate, next) = issue(Some(&issuer), &name, true, extensions);
            issued.push(certificate);
            issuer = next;
        }
        let (leaf, _) = issue(Some(&issuer), "Leaf", false, leaf);
        let anchors = TrustAnchors::new([root.der().clone()]).unwrap();
        Self { anchors, authorities: issued, leaf }
    }

    fn judge(&self) -> Result<(), PathFailure> {
        Path::build(&self.leaf, &self.authorities, &self.anchors, noon(), &Effort::default())
            .map(|_| ())
    }
}

fn issue(
    issuer: Option<&Issuer<'_, KeyPair>>,
    name: &str,
    is_ca: bool,
    extensions: Extensions,
) -> (Certificate, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "DK");
    params.distinguished_name.push(DnType::CommonName, name);
    params.use_authority_key_identifier_extension = true;
    if is_ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    }
    let critical = |(oid, value): (&[u64], Vec<u8>)| {
        let mut extension = CustomExtension::from_oid_content(oid, value);
        extension.set_criticality(true);
        extension
    };
    params.custom_extensions = extensions.into_iter().map(critical).collect();
    let key = KeyPair::generate().unwrap();
    let certificate = match issuer {
        Some(issuer) => params.signed_by(&key, issuer),
        None => params.self_signed(&key),
    };
    let der = CertificateDer::new(certificate.unwrap().der().to_vec());
    (certificate_of(&der), Issuer::new(params, key))
}

fn certificate_of(der: &CertificateDer) -> Certificate {
    Certificate::parse(der.clone()).unwrap()
}

fn sequence(pieces: &[&[u8]]) -> Vec<u8> {
    element(0x30, pieces)
}

/// nameConstraints that permit, or exclude, these names.
fn subtrees(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Vec<u8> {
    let trees = |tag, names: &[Vec<u8>]| {
        let trees: Vec<u8> = names.iter().flat_map(|name| sequence(&[name])).collect();
        if trees.is_empty() { trees } else { element(tag, &[&trees]) }
    };
    sequence(&[&trees(0xa0, permitted), &trees(0xa1, excluded)])
}

/// A directoryName of one attribute, countryName.
fn country(code: &str) -> Vec<u8> {
    let name = sequence(&[&[6, 3, 0x55, 4, 6], &element(0x0c, &[code.as_bytes()])]);
    element(0xa4, &[&sequence(&[&element(0x31, &[&name])])])
}

fn dns(name: &str) -> Vec<u8> {
    element(0x82, &[name.as_bytes()])
}

fn mail(name: &str) -> Vec<u8> {
    element(0x81, &[name.as_bytes()])
}

fn uri(name: &str) -> Vec<u8> {
    element(0x86, &[name.as_bytes()])
}

fn address(bytes: &[u8]) -> Vec<u8> {
    element(0x87, &[bytes])
}

/// A certificate with these alternative names, below a CA with these constraints.
fn under(constraints: Vec<u8>, names: &[Vec<u8>]) -> Result<(), PathFailure> {
    let own = if names.is_empty() {
        vec![]
    } else {
        vec![(ALTERNATIVE_NAMES, sequence(&[&names.concat()]))]
    };
    Chain::new(vec![vec![(NAME_CONSTRAINTS, constraints)]], own).judge()
}

fn refused_for(outcome: &Result<(), PathFailure>) -> Option<NotPermitted> {
    match outcome {
        Err(PathFailure::NameNotPermitted { cause, .. }) => Some(*cause),
        _ => None,
    }
}

#[test]
fn names_of_every_kind_are_held_against_what_is_permitted_and_excluded() {
    use NotPermitted::{Excluded, Outside, Unreadable, Unsupported};
    for (constraints, names, expected) in [
        (subtrees(&[country("dk")], &[]), vec![], None),
        (subtrees(&[country("SE")], &[]), vec![], Some(Outside)),
        (subtrees(&[country("SE"), country("DK")], &[]), vec![], None),
        (subtrees(&[], &[country("DK")]), vec![], Some(Excluded)),
        (subtrees(&[country("DK")], &[country("DK")]), vec![], Some(Excluded)),
        (subtrees(&[dns("segl.example")], &[]), vec![dns("a.SEGL.example")], None),
        (subtrees(&[dns("segl.example")], &[]), vec![dns("asegl.example")], Some(Outside)),
        (subtrees(&[], &[dns("")]), vec![dns("a.example")], Some(Excluded)),
        // A kind that is not constrained is free.
        (subtrees(&[dns("segl.example")], &[]), vec![mail("a@b.example")], None),
        (subtrees(&[mail("b.example")], &[]), vec![mail("a@B.example")], None),
        (subtrees(&[mail("b.example")], &[]), vec![mail("a@c.b.example")], Some(Outside)),
        (subtrees(&[mail(".b.example")], &[]), vec![mail("a@c.b.example")], None),
        (subtrees(&[mail("a@b.example")], &[]), vec![mail("A@b.example")], Some(Outside)),
        (subtrees(&[uri("b.example")], &[]), vec![uri("https://u@b.example:1/x")], None),
        (subtrees(&[uri(".b.example")], &[]), vec![uri("https://b.example")], Some(Outside)),
        (subtrees(&[uri("b.example")], &[]), vec![uri("https://10.0.0.1/")], Some(Unsupported)),
        (
            subtrees(&[address(&[10, 0, 0, 0, 255, 0, 0, 0])], &[]),
            vec![address(&[10, 1, 2, 3])],
            None,
        ),
        (
            subtrees(&[address(&[10, 0, 0, 0, 255, 0, 0, 0])], &[]),
            vec![address(&[11, 1, 2, 3])],
            Some(Outside),
        ),
        // registeredID, which cannot be compared.
        (
            subtrees(&[element(0x88, &[&[42, 3]])], &[]),
            vec![element(0x88, &[&[42, 3]])],
            Some(Unsupported),
        ),
        (sequence(&[&[5, 0]]), vec![], Some(Unreadable)),
    ] {
        let outcome = under(constraints.clone(), &names);
        let found = refused_for(&outcome);
        assert_eq!(found, expected, "{constraints:02x?} {names:02x?}");
        assert_eq!(outcome.is_ok(), expected.is_none(), "{outcome:?}");
    }
}

#[test]
fn constraints_hold_for_the_certificates_between_too() {
    let between = vec![vec![(NAME_CONSTRAINTS, subtrees(&[country("SE")], &[]))], vec![]];
    assert!(refused_for(&Chain::new(between, vec![]).judge()).is_some());
}

#[test]
fn names_times_constraints_have_a_limit() {
    let names: Vec<_> = (0..400).map(|number| dns(&format!("a{number}.example"))).collect();
    let trees: Vec<_> = (0..400).map(|number| dns(&format!("b{number}.example"))).collect();
    let outcome = under(subtrees(&[], &trees), &names);
    assert_eq!(outcome, Err(PathFailure::TooManySteps));
    assert_eq!(under(subtrees(&[], &trees[..100]), &names), Ok(()));
}

fn policies(all: &[&[u8]]) -> Vec<u8> {
    let all: Vec<u8> = all.iter().flat_map(|oid| sequence(&[&element(6, &[oid])])).collect();
    sequence(&[&all])
}

fn mappings(all: &[(&[u8], &[u8])]) -> Vec<u8> {
    let pair = |(issuer, subject): &(&[u8], &[u8])| {
        sequence(&[&element(6, &[issuer]), &element(6, &[subject])])
    };
    let all: Vec<u8> = all.iter().flat_map(pair).collect();
    sequence(&[&all])
}

/// requireExplicitPolicy and inhibitPolicyMapping.
fn demand(explicit: u8, mapping: Option<u8>) -> (&'static [u64], Vec<u8>) {
    let mapping = mapping.map(|number| [0x81, 1, number].to_vec()).unwrap_or_default();
    (POLICY_CONSTRAINTS, sequence(&[&[0x80, 1, explicit], &mapping]))
}

#[test]
fn a_policy_must_hold_for_the_whole_path_where_one_is_demanded() {
    let (a, b): (&[u8], &[u8]) = (&[42, 3, 4], &[42, 3, 5]);
    let stated = |all: &[&[u8]]| (POLICIES, policies(all));
    let no_any = |after: u8| (INHIBIT_ANY_POLICY, vec![2, 1, after]);
    let map = |all: &[(&[u8], &[u8])]| (MAPPINGS, mappings(all));
    for (number, (authorities, leaf, holds)) in [
        // Nothing demands one.
        (vec![vec![]], vec![], true),
        (vec![vec![stated(&[a])]], vec![stated(&[b])], true),
        (vec![vec![demand(0, None), stated(&[a])]], vec![stated(&[a])], true),
        (vec![vec![demand(0, None), stated(&[a])]], vec![stated(&[b])], false),
        (vec![vec![demand(0, None), stated(&[a])]], vec![], false),
        (vec![vec![demand(0, None)]], vec![stated(&[a])], false),
        (vec![vec![demand(5, None), stated(&[a])]], vec![stated(&[b])], true),
        (vec![vec![demand(0, None), stated(&[ANY])]], vec![stated(&[a])], true),
        (vec![vec![demand(0, None), stated(&[a])]], vec![stated(&[ANY])], true),
        (vec![vec![demand(0, None), no_any(0), stated(&[a])]], vec![stated(&[ANY])], false),
        (vec![vec![demand(0, None), no_any(1), stated(&[a])]], vec![stated(&[ANY])], true),
        (vec![vec![demand(0, None), stated(&[a]), map(&[(a, b)])]], vec![stated(&[b])], true),
        (vec![vec![demand(0, None), stated(&[a]), map(&[(a, b)])]], vec![stated(&[a])], false),
        (vec![vec![demand(0, None), stated(&[ANY]), map(&[(a, b)])]], vec![stated(&[b])], true),
        (vec![vec![demand(0, None), stated(&[a]), map(&[(a, ANY)])]], vec![stated(&[a])], false),
        (
            vec![vec![demand(0, Some(0)), stated(&[a])], vec![stated(&[a]), map(&[(a, b)])]],
            vec![stated(&[b])],
            false,
        ),
        (
            vec![vec![stated(&[a])], vec![stated(&[b])], vec![demand(0, None), stated(&[b])]],
            vec![stated(&[b])],
            false,
        ),
        // The end entity's own demand.
        (vec![vec![stated(&[a])]], vec![demand(0, None), stated(&[b])], false),
        (vec![vec![stated(&[a])]], vec![demand(0, None), stated(&[a])], true),
    ]
    .into_iter()
    .enumerate()
    {
        let outcome = Chain::new(authorities, leaf).judge();
        let expected = if holds { Ok(()) } else { Err(PathFailure::NoPolicy("Leaf".into())) };
        assert_eq!(outcome, expected, "{number}");
    }
}

#[test]
fn mappings_of_everything_to_everything_do_not_multiply() {
    let oids: Vec<[u8; 3]> = (0..16).map(|number| [42, 3, number]).collect();
    let all: Vec<&[u8]> = oids.iter().map(|oid| &oid[..]).collect();
    let pairs: Vec<(&[u8], &[u8])> =
        all.iter().flat_map(|one| all.iter().map(|other| (*one, *other))).collect();
    // As a tree 16 to the power of six.
    let between = || vec![(POLICIES, policies(&all)), (MAPPINGS, mappings(&pairs))];
    let mut authorities: Vec<_> = (0..6).map(|_| between()).collect();
    authorities[0].push(demand(0, None));
    let chain = Chain::new(authorities, vec![(POLICIES, policies(&all))]);
    assert_eq!(chain.judge(), Ok(()));
}

#[test]
fn an_anchor_counts_by_name_and_key_alone() {
    // No CA by what it says, and not for certificates.
    let (root, issuer) = issue(None, "Root", false, vec![(NAME_CONSTRAINTS, sequence(&[]))]);
    let (leaf, _) = issue(Some(&issuer), "Leaf", false, Vec::new());
    let anchors = TrustAnchors::new([root.der().clone()]).unwrap();
    assert!(Path::build(&leaf, &[], &anchors, noon(), &Effort::default()).is_ok());
    let far = noon() + 3000 * 365 * 24 * 60 * MINUTE;
    assert!(Path::build(&leaf, &[], &anchors, far, &Effort::default()).is_ok());
}

/// The certificate without version and extensions, signed again by `key`.
fn of_version_1(certificate: &Certificate, key: &KeyPair) -> Certificate {
    let fields = |der: &[u8]| -> Vec<Vec<u8>> {
        let element = crate::asn1::Elements::der(der).unwrap().any().unwrap();
        element.elements().unwrap().map(|one| one.unwrap().raw.to_vec()).collect()
    };
    let outer = fields(certificate.der().as_bytes());
    let inside = fields(&outer[0]).into_iter().filter(|field| field[0] & 0x80 == 0);
    let signed = sequence(&[&inside.collect::<Vec<_>>().concat()]);
    let value = element(3, &[&[0], &key.sign(&signed).unwrap()]);
    certificate_of(&CertificateDer::new(sequence(&[&signed, &outer[1], &value])))
}

#[test]
fn a_certificate_of_version_1_may_be_an_anchor_and_is_no_authority_below_one() {
    let (root, issuer) = issue(None, "Root", true, Vec::new());
    let (between, next) = issue(Some(&issuer), "CA", true, Vec::new());
    let (leaf, _) = issue(Some(&issuer), "Leaf", false, Vec::new());
    let (below, _) = issue(Some(&next), "Below", false, Vec::new());
    let old = of_version_1(&root, issuer.key());
    assert_eq!(old.basic_constraints(), None);
    let anchors = TrustAnchors::new([old.der().clone()]).unwrap();
    let judge = |leaf: &Certificate, between: &Certificate| {
        let between = std::slice::from_ref(between);
        Path::build(leaf, between, &anchors, noon(), &Effort::default()).map(|_| ())
    };
    assert_eq!(judge(&leaf, &between), Ok(()));
    assert_eq!(judge(&below, &between), Ok(()));
    // Section 6.1.4 (k): nobody says of it that it is one.
    let failure = judge(&below, &of_version_1(&between, issuer.key())).unwrap_err();
    assert!(matches!(failure, PathFailure::NotAnIssuer { .. }), "{failure}");
    assert_eq!(judge(&of_version_1(&leaf, issuer.key()), &between), Ok(()));
}

#[test]
fn a_name_that_is_compared_by_its_bytes_is_not_taken_for_one_outside_of_what_is_excluded() {
    let attribute = |code: &[u8]| sequence(&[&[6, 3, 0x55, 4, 6], &element(0x0c, &[code])]);
    let name = |relatives: &[Vec<u8>]| {
        let relatives: Vec<u8> = relatives.iter().flat_map(|one| element(0x31, &[one])).collect();
        sequence(&[&element(0xa4, &[&sequence(&[&relatives])])])
    };
    let constraints = vec![(NAME_CONSTRAINTS, subtrees(&[], &[country("SE")]))];
    let judge = |alternative| {
        let leaf = vec![(ALTERNATIVE_NAMES, alternative)];
        Chain::new(vec![constraints.clone()], leaf).judge()
    };
    assert_eq!(judge(name(&[attribute(b"DK")])), Ok(()));
    for (alternative, cause) in [
        (name(&[attribute(b"SE")]), NotPermitted::Excluded),
        (name(&vec![attribute(b"SE"); 65]), NotPermitted::Unsupported),
        (name(&[attribute(&[&b"SE"[..], &[b' '; 5000]].concat())]), NotPermitted::Unsupported),
    ] {
        let failure = judge(alternative).unwrap_err();
        let subject = "CA 0".to_owned();
        assert_eq!(failure, PathFailure::NameNotPermitted { subject, cause });
    }
}

#[test]
fn an_anchor_counts_by_name_and_key_whatever_it_calls_its_key() {
    let (root, issuer) = issue(None, "Root", true, vec![]);
    let (leaf, _) = issue(Some(&issuer), "Leaf", false, vec![]);
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "DK");
    params.distinguished_name.push(DnType::CommonName, "Root");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.key_identifier_method = rcgen::KeyIdMethod::PreSpecified(vec![7; 20]);
    let reissued = params.self_signed(issuer.key()).unwrap();
    let reissued = CertificateDer::new(reissued.der().to_vec());
    assert_ne!(certificate_of(&reissued).subject_key_identifier(), root.subject_key_identifier());
    let anchors = TrustAnchors::new([reissued]).unwrap();
    let path = Path::build(&leaf, &[], &anchors, noon(), &Effort::default());
    assert!(path.is_ok(), "{path:?}");
}
