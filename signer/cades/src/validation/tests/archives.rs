//! Archive-time-stamps: many of them, and those of older forms.

use seal::{Effort, EffortError};

use super::*;
use crate::{
    Augmentation, AugmentationRefusal, Error, HashAlgorithm, MAXIMUM_TIME_STAMPS,
    algorithm::HASH_STEPS,
    asn1::Part,
    pki::{DAY, Evidence, archived_at, only},
    signed_data::attribute,
};

const DIGEST: DigestAlgorithm = DigestAlgorithm::Sha256;

fn octets(bytes: &[u8]) -> Vec<u8> {
    Part::Element(tag::OCTET_STRING, &[Part::Raw(bytes)]).to_vec()
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    let parts: Vec<_> = parts.iter().map(|one| Part::Raw(one)).collect();
    Part::Element(tag::SEQUENCE, &parts).to_vec()
}

/// A token with one more element at the end of its SignerInfo.
fn with_unsigned(token: &[u8], attribute: &[u8]) -> Vec<u8> {
    let read = SignedData::parse(token).unwrap();
    let fields = read.signers[0].fields;
    let at = fields.as_ptr().addr() - token.as_ptr().addr() + fields.len();
    assert_eq!(at, token.len(), "the SignerInfo is the last in a token");
    let attributes = Part::Element(tag::context(1), &[Part::Raw(attribute)]).to_vec();
    lengthened(token, &attributes)
}

/// The element with `more` at the end of its last member, and that one's, down to a SignerInfo.
fn lengthened(der: &[u8], more: &[u8]) -> Vec<u8> {
    let element = crate::asn1::Elements::der(der).unwrap().any().unwrap();
    let members: Vec<_> = element.elements().unwrap().map(Result::unwrap).collect();
    let (last, before) = members.split_last().unwrap();
    let contents = if last.tag == tag::OCTET_STRING {
        [element.contents, more].concat()
    } else {
        let before: Vec<u8> = before.iter().flat_map(|one| one.raw.to_vec()).collect();
        [before, lengthened(last.raw, more)].concat()
    };
    Part::Element(element.tag, &[Part::Raw(&contents)]).to_vec()
}

/// The signature at B-LT, whose first unit expires soon: later only an archive carries it.
fn long_term() -> (Evidence, Augmentation) {
    let evidence = Evidence::new(ES256, true);
    let [_, _, long_term, ..] = evidence.levels(Content::Detached);
    (evidence, long_term)
}

fn archived_with(evidence: &Evidence, oid: &[u8], container: &Augmentation) -> SignatureReport {
    let report = validate_at(&evidence.pki, container.as_der(), noon() + 2 * DAY);
    assert_eq!(report.archive_time_stamps.len(), 1, "{oid:02x?}");
    report
}

#[test]
fn an_archive_time_stamp_v2_is_validated() {
    let (evidence, long_term) = long_term();
    let read = SignedData::read(long_term.as_der()).unwrap();
    let signer = &read.signers[0];
    // Every field of SignedData and SignerInfo but for the outermost lengths, and the content.
    let attributes: Vec<u8> =
        signer.unsigned_attributes().iter().flat_map(|one| one.raw.to_vec()).collect();
    let unsigned = Part::Element(tag::context(1), &[Part::Raw(&attributes)]).to_vec();
    let [encapsulated, certificates, lists] = read.archived;
    let message = [encapsulated, CONTENT, certificates, lists, signer.fields, &unsigned].concat();
    let token = evidence.units[1].token(Digest::of(DIGEST, &message), archived_at());
    let oid = identifiers::ARCHIVE_TIME_STAMP_V2;
    let of = |token: &[u8]| attribute(oid, Part::Raw(token));
    let archived = long_term.clone().with_attribute_of_older_kind(of(token.as_bytes()));
    let report = validate_at(&evidence.pki, &archived, noon() + 2 * DAY);
    assert_eq!(conclusion(&report), (TotalPassed, None), "{:#?}", report.findings);
    assert_eq!(report.level_name(), Some("CAdES-B-LTA"));
    // Over something else it proves nothing.
    let other = evidence.units[1].token(Digest::of(DIGEST, &message[1..]), archived_at());
    let forged = long_term.with_attribute_of_older_kind(of(other.as_bytes()));
    let report = validate_at(&evidence.pki, &forged, noon() + 2 * DAY);
    assert_eq!(report.indication, Indeterminate);
    let failed = Some(SubIndication::HashFailure);
    assert_eq!(report.archive_time_stamps[0].sub_indication, failed);
}

/// The container with `signers` times its only signer, as `change` makes it.
fn with_signers(
    container: &[u8],
    signers: usize,
    change: fn(Vec<Vec<u8>>) -> Vec<Vec<u8>>,
) -> Vec<u8> {
    let read = |der: &[u8]| -> Vec<Vec<u8>> {
        let element = crate::asn1::Elements::der(der).unwrap().any().unwrap();
        element.elements().unwrap().map(|one| one.unwrap().raw.to_vec()).collect()
    };
    let outer = read(container);
    let mut fields = read(&read(&outer[1])[0]);
    let signer = sequence(&change(read(&read(&fields.pop().unwrap())[0])));
    fields.push(Part::Element(tag::SET, &vec![Part::Raw(&signer); signers]).to_vec());
    let signed_data = sequence(&fields);
    let explicit = Part::Element(tag::context(0), &[Part::Raw(&signed_data)]).to_vec();
    sequence(&[outer[0].clone(), explicit])
}

#[test]
fn content_outside_is_hashed_once_for_all_archive_time_stamps_v2() {
    let pki = Pki::new();
    let token = pki.token(Digest::of(DIGEST, CONTENT), noon(), None);
    let of_older_kind = attribute(identifiers::ARCHIVE_TIME_STAMP_V2, Part::Raw(token.as_bytes()));
    let steps = |count: usize, content: &[u8]| {
        let signed = detached(&pki.seal(ES256).sign(content, cades()));
        let stamps = of_older_kind.repeat(count);
        let container = Augmentation::parse(signed).unwrap().with_attribute_of_older_kind(stamps);
        assert_eq!(SignedData::read(&container).unwrap().count_time_stamps(), count);
        steps_of(&pki, &container, content).unwrap()
    };
    // What the content costs is the same for one time-stamp and for fifteen; signatures differ by
    // a few bytes.
    let long = vec![b' '; 1 << 20];
    let of_content = |count| steps(count, &long) - steps(count, CONTENT);
    let (one, fifteen) = (of_content(1), of_content(15));
    assert!(fifteen < one + 10_000, "{one} {fifteen}");
    let twice = 2 * HASH_STEPS * long.len() as u64;
    assert!(fifteen < twice + 10_000, "once as it is, and once after its header: {fifteen}");
}

/// A SignerInfo without its signed attributes.
fn without_signed(fields: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    fields.into_iter().filter(|field| field[0] != tag::context(0)).collect()
}

fn steps_of(pki: &Pki, container: &[u8], content: &[u8]) -> Result<u64, EffortError> {
    let effort = Effort::default();
    let trust = TrustMaterial { effort: Some(effort.clone()), ..trust(pki) };
    Validation { trust: &trust, expectation: Expectation::Cades, now: noon(), proven_time: None }
        .validate_all(container, SignedContent::Bytes(content));
    effort.check().map(|()| effort.steps())
}

#[test]
fn long_content_that_every_signer_signs_itself_runs_over_before_it_is_hashed_for_all() {
    let pki = Pki::new();
    let container = detached(&pki.seal(ES256).sign(CONTENT, cades()));
    let one = with_signers(&container, 1, without_signed);
    let many = with_signers(&container, 16, without_signed);
    let long = vec![b' '; 48 << 20];
    assert!(steps_of(&pki, &one, &long).is_ok());
    assert!(matches!(steps_of(&pki, &many, &long), Err(EffortError::Steps { .. })));
    assert!(steps_of(&pki, &many, CONTENT).is_ok());
}

#[test]
fn an_archive_time_stamp_with_an_older_index_is_validated() {
    for (oid, names_algorithm) in [
        (identifiers::ATS_HASH_INDEX, false),
        (identifiers::ATS_HASH_INDEX, true),
        (identifiers::ATS_HASH_INDEX_V2, true),
    ] {
        let (evidence, long_term) = long_term();
        let read = SignedData::read(long_term.as_der()).unwrap();
        let signer = &read.signers[0];
        let hashes = |all: &[&[u8]]| {
            let hashed = all.iter().map(|one| octets(Digest::of(DIGEST, one).as_bytes()));
            sequence(&hashed.collect::<Vec<_>>())
        };
        let attributes: Vec<&[u8]> =
            signer.unsigned_attributes().iter().map(|one| one.raw).collect();
        let algorithm = crate::signed_data::digest_identifier(DIGEST);
        let mut fields = vec![
            hashes(&read.certificate_choices),
            hashes(&read.revocation_choices),
            hashes(&attributes),
        ];
        if names_algorithm {
            fields.insert(0, algorithm);
        }
        let index = sequence(&fields);
        let content = Digest::of(DIGEST, CONTENT);
        let content_type = [Part::Raw(read.content_type)];
        let content_type = Part::Element(tag::OBJECT_IDENTIFIER, &content_type).to_vec();
        let message = [&content_type, content.as_bytes(), signer.fields, &index].concat();
        let token = evidence.units[1].token(Digest::of(DIGEST, &message), archived_at());
        let token = with_unsigned(token.as_bytes(), &attribute(oid, Part::Raw(&index)));
        let archive = attribute(identifiers::ARCHIVE_TIME_STAMP_V3, Part::Raw(&token));
        let archived = long_term.with_attribute(archive);
        let report = archived_with(&evidence, oid, &archived);
        assert_eq!(conclusion(&report), (TotalPassed, None), "{:#?}", report.findings);
        assert_eq!(report.level_name(), Some("CAdES-B-LTA"));
    }
}

#[test]
fn an_archive_time_stamp_beyond_the_eighth_is_looked_at() {
    let evidence = Evidence::new(ES256, true);
    let [_, _, _, archived, _] = evidence.levels(Content::Detached);
    let fresh = || ValidationData {
        certificates: evidence.units.iter().map(|one| one.certificate.clone()).collect(),
        revocation_lists: vec![evidence.list(noon() + 9 * DAY)],
        ..ValidationData::default()
    };
    // Nine by the second unit, then one by the third, which carries all when the second is over.
    let mut container = archived.with_validation_data(&fresh()).unwrap();
    for hour in 0..9 {
        let at = archived_at() + (hour + 1) * 60 * MINUTE;
        container = evidence.archived(container, &evidence.units[1], at);
    }
    container = evidence.archived(container, &evidence.units[2], noon() + 9 * DAY);
    let report = validate_at(&evidence.pki, container.as_der(), noon() + 12 * DAY);
    assert_eq!(report.archive_time_stamps.len(), 11);
    assert_eq!(conclusion(&report), (TotalPassed, None), "{:#?}", report.findings);
    assert_eq!(report.level_name(), Some("CAdES-B-LTA"));
}

#[test]
fn beyond_the_most_time_stamps_none_counts_and_none_is_added() {
    let evidence = Evidence::new(ES256, false);
    let stamped = evidence.stamped(evidence.baseline(Content::Detached));
    let signature = only(&stamped);
    let read = SignedData::read(stamped.as_der()).unwrap();
    let token = read.signers[0].unsigned_values(identifiers::SIGNATURE_TIME_STAMP).next().unwrap();
    let with = |count: usize| {
        let values = Part::Element(tag::SET, &vec![Part::Raw(token.raw); count - 1]).to_vec();
        let oid = [Part::Raw(identifiers::SIGNATURE_TIME_STAMP)];
        let oid = Part::Element(tag::OBJECT_IDENTIFIER, &oid);
        let attribute = Part::Element(tag::SEQUENCE, &[oid, Part::Raw(&values)]).to_vec();
        stamped.clone().with_attribute_of_older_kind(attribute)
    };
    let most = with(MAXIMUM_TIME_STAMPS);
    let now = noon() + 30 * MINUTE;
    assert_eq!(validate_at(&evidence.pki, &most, now).indication, TotalPassed);
    let full = Augmentation::parse(most).unwrap();
    let too_many = |refused: Error| {
        matches!(refused, Error::NotAugmentable(AugmentationRefusal::TooManyTimeStamps))
    };
    assert!(too_many(full.imprint(&signature, DIGEST).unwrap_err()));
    let content = SignedContent::Bytes(CONTENT);
    assert!(too_many(full.archive_time_stamp(&signature, content, DIGEST).unwrap_err()));
    let more = with(MAXIMUM_TIME_STAMPS + 1);
    let report = validate_at(&evidence.pki, &more, now);
    assert_eq!(report.indication, Indeterminate);
    assert!(codes(&report).contains(&code::TIME_STAMP_COUNT));
    assert!(report.time_stamps.is_empty());
    assert!(too_many(Augmentation::parse(more).unwrap_err()));
}

#[test]
fn a_container_full_of_archive_time_stamps_costs_what_it_is_long() {
    // Each index names everything, so that hashing it all for each would be quadratic.
    let evidence = Evidence::new(ES256, false);
    let [.., archived, _] = evidence.levels(Content::Detached);
    let read = SignedData::read(archived.as_der()).unwrap();
    let signer = &read.signers[0];
    let value = signer.unsigned_values(identifiers::ARCHIVE_TIME_STAMP_V3).next().unwrap();
    let token = Token::parse(value.raw).unwrap();
    let index = token.hash_index().unwrap();
    assert_eq!(index.algorithm, Some(HashAlgorithm::Sha512));
    let mut present = crate::signed_data::PresentHashes::default();
    let covered = index.covered(&mut present, &read, signer).unwrap();
    assert!(!covered.holds_unsigned_value(value.raw), "not itself");
    for _ in 0..100 {
        index.covered(&mut present, &read, signer).unwrap();
    }
    assert_eq!(present.count(), 1, "one set of hashes for all");
}

#[test]
fn a_token_by_itself_is_a_time_stamp_and_no_signature() {
    let pki = Pki::new();
    let token = pki.token(Digest::of(DIGEST, CONTENT), noon(), None);
    let material = trust(&pki);
    for (content, expectation, expected) in [
        (SignedContent::Bytes(CONTENT), Expectation::Cades, (TotalPassed, None)),
        (
            SignedContent::Bytes(b"decision 18"),
            Expectation::Cades,
            (TotalFailed, Some(SubIndication::HashFailure)),
        ),
        (
            SignedContent::Attached,
            Expectation::Cades,
            (Indeterminate, Some(SubIndication::SignedDataNotFound)),
        ),
        (
            SignedContent::Bytes(CONTENT),
            Expectation::Pades,
            (TotalFailed, Some(SubIndication::FormatFailure)),
        ),
    ] {
        let validation =
            Validation { trust: &material, expectation, now: noon(), proven_time: None };
        let reports = validation.validate_all(token.as_bytes(), content);
        assert_eq!(reports.len(), 1);
        assert_eq!(reports[0].kind, Some(Kind::TimeStamp));
        assert_eq!(reports[0].level, None);
        assert_eq!(conclusion(&reports[0]), expected, "{:?}", reports[0].findings);
    }
    let refused = Augmentation::parse(token.as_bytes().to_vec());
    let is_token = AugmentationRefusal::TimeStampToken;
    assert!(matches!(refused, Err(Error::NotAugmentable(why)) if why == is_token));
}

#[test]
fn algorithms_that_are_signed_must_be_those_that_are_used() {
    let pki = Pki::new();
    let end_entity = pki.seal(ES256);
    let algorithm = |oid: &[u8], tag| {
        let oid = [Part::Raw(oid)];
        let oid = [Part::Element(tag::OBJECT_IDENTIFIER, &oid)];
        Part::Element(tag, &oid).to_vec()
    };
    let digest = |oid| algorithm(oid, tag::SEQUENCE);
    let signature = |oid| algorithm(oid, tag::context(1));
    let same = [digest(identifiers::SHA_256), signature(identifiers::ECDSA_WITH_SHA_256)];
    let format = (TotalFailed, Some(SubIndication::FormatFailure));
    for (what, value, expected) in [
        ("the same", sequence(&same), (TotalPassed, None)),
        ("another digest", sequence(&[digest(identifiers::SHA_512), same[1].clone()]), format),
        (
            "another signature algorithm",
            sequence(&[same[0].clone(), signature(identifiers::ECDSA_WITH_SHA_512)]),
            format,
        ),
        ("a MAC", sequence(&[same[0].clone(), algorithm(&[1], tag::context(2))]), format),
        ("the digest alone", sequence(&same[..1]), format),
        ("nonsense", octets(&[1]), format),
    ] {
        let protection = attribute(identifiers::CMS_ALGORITHM_PROTECTION, Part::Raw(&value));
        let container = end_entity.sign_with(CONTENT, &protection);
        let report = validate_at(&pki, &container, noon());
        assert_eq!(conclusion(&report), expected, "{what}: {:?}", report.findings);
    }
}

#[test]
fn a_policy_and_counter_signatures_are_mentioned_and_not_judged() {
    let evidence = Evidence::new(ES256, false);
    let oid = [Part::Raw(&[0x2a, 3, 4])];
    let oid = Part::Element(tag::OBJECT_IDENTIFIER, &oid).to_vec();
    let policy = attribute(identifiers::SIGNATURE_POLICY, Part::Raw(&sequence(&[oid])));
    let container = evidence.signer.sign_with(CONTENT, &policy);
    let counter = attribute(identifiers::COUNTERSIGNATURE, Part::Raw(&sequence(&[])));
    let container = Augmentation::parse(container).unwrap().with_attribute(counter);
    let report = validate_at(&evidence.pki, container.as_der(), noon());
    assert_eq!(conclusion(&report), (TotalPassed, None), "{:?}", report.findings);
    let said = |code| report.findings.iter().find(|one| one.code == code).unwrap();
    assert!(said(code::SIGNATURE_POLICY).explanation.contains("1.2.3.4"));
    assert!(said(code::COUNTER_SIGNATURE).explanation.starts_with("1 counter-signature"));
}
