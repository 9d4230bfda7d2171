use std::time::Duration;

use cms::{
    content_info::{CmsVersion, ContentInfo},
    signed_data::SignedData as CmsSignedData,
};
use der::{Decode, Encode};
use proptest::prelude::*;
use seal::SignatureAlgorithm;

use super::*;
use crate::{
    Content, SignedContent, TrustMaterial, Validation,
    pki::{CONTENT, Evidence, MINUTE, Pki, archived_at, noon, only, stamped_at},
    report::Indication,
};

const ES256: SignatureAlgorithm = SignatureAlgorithm::EcdsaP256Sha256;
const SHA_256: DigestAlgorithm = DigestAlgorithm::Sha256;

/// Everything that must stay as it is.
fn members(container: &[u8]) -> Vec<Vec<u8>> {
    let read = SignedData::read(container).unwrap();
    let signer = &read.signers[0];
    let unsigned = signer.all_unsigned_values().map(|(_, value)| value.raw);
    let choices = read.certificate_choices.iter().chain(&read.revocation_choices).copied();
    choices.chain([signer.fields]).chain(unsigned).map(<[u8]>::to_vec).collect()
}

#[test]
fn what_stands_in_a_container_stays_byte_for_byte() {
    for algorithm in SignatureAlgorithm::ALL {
        let evidence = Evidence::new(algorithm, true);
        for content in [Content::Detached, Content::Attached(CONTENT)] {
            let levels = evidence.levels(content);
            for pair in levels.windows(2) {
                let after = members(pair[1].as_der());
                assert!(members(pair[0].as_der()).iter().all(|one| after.contains(one)));
                assert!(after.len() > members(pair[0].as_der()).len());
            }
        }
    }
}

#[test]
fn the_container_stays_der() {
    let evidence = Evidence::new(ES256, false);
    for content in [Content::Detached, Content::Attached(CONTENT)] {
        for level in evidence.levels(content) {
            let read = SignedData::read(level.as_der()).unwrap();
            assert!(read.certificate_choices.is_sorted() && read.revocation_choices.is_sorted());
            let content_info = ContentInfo::from_der(level.as_der()).unwrap();
            let signed_data: CmsSignedData = content_info.content.decode_as().unwrap();
            // The cms crate puts several lists into another order than that of their encodings.
            if read.revocation_choices.len() < 2 {
                assert_eq!(signed_data.to_der().unwrap(), content_info.content.to_der().unwrap());
            }
            assert_eq!(signed_data.version, CmsVersion::V1);
        }
    }
}

#[test]
fn an_ocsp_response_makes_it_version_5_and_stands_there_as_rfc_5940_says() {
    let evidence = Evidence::new(ES256, true);
    let version = |container: &Augmentation| {
        let content_info = ContentInfo::from_der(container.as_der()).unwrap();
        content_info.content.value()[2]
    };
    let levels = evidence.levels(Content::Detached);
    assert_eq!(levels.each_ref().map(version), [1, 1, 5, 5, 5]);
    let read = SignedData::read(levels[2].as_der()).unwrap();
    let other = read.revocation_choices.iter().find(|one| one[0] == 0xa1).unwrap();
    // [1] IMPLICIT SEQUENCE { id-ri-ocsp-response, OCSPResponse }
    let oid = [6, 8, 0x2b, 6, 1, 5, 5, 7, 16, 2];
    assert_eq!(other[4..14], oid);
    assert_eq!(other[14..], evidence_answer(&levels[2]));
}

fn evidence_answer(container: &Augmentation) -> Vec<u8> {
    let read = SignedData::read(container.as_der()).unwrap();
    let mut data = ValidationData::default();
    read.revocation_choices.iter().for_each(|one| data.read_choice(one));
    data.ocsp_responses[0].der().to_vec()
}

#[test]
fn what_is_there_can_be_asked() {
    let levels = Evidence::new(ES256, false).levels(Content::Detached);
    let has = levels.each_ref().map(|one| (one.has_time_stamp(), one.has_archive_time_stamp()));
    assert_eq!(has, [(false, false), (true, false), (true, false), (true, true), (true, true)]);
}

#[test]
fn evidence_that_is_there_already_is_not_added_again() {
    let evidence = Evidence::new(ES256, true);
    let (stamped, data) = (evidence.stamped(evidence.baseline(Content::Detached)), evidence.data());
    let once = stamped.with_validation_data(&data).unwrap();
    let twice = once.clone().with_validation_data(&data).unwrap();
    assert_eq!(once.as_der(), twice.as_der());
}

#[test]
fn a_time_stamp_is_verified_before_it_is_added() {
    let evidence = Evidence::new(ES256, false);
    let baseline = evidence.baseline(Content::Detached);
    let anchors = evidence.pki.anchors();
    let trust = TimeStampTrust::Anchors(&anchors);
    let unit = &evidence.units[0];
    let signature = only(&baseline);
    let imprint = baseline.imprint(&signature, SHA_256).unwrap();
    let add = |imprint, at| {
        let token = unit.token(imprint, at);
        baseline.clone().with_time_stamp(&signature, &token, None, trust).unwrap_err().to_string()
    };
    let other = Digest::of(SHA_256, b"");
    for (error, expected) in [
        (add(other, noon()), "its imprint is another one"),
        (add(imprint, noon() - 6 * MINUTE), "it was made before the signer's certificate"),
        (add(imprint, noon() + 16 * MINUTE), "it was made after the signer's certificate expired"),
    ] {
        assert!(error.contains(expected), "{error}");
    }
    let nonce = Nonce::from_random(&[7; 16]);
    let token = unit.token(imprint, noon());
    let refused = baseline.clone().with_time_stamp(&signature, &token, Some(&nonce), trust);
    assert!(matches!(refused, Err(Error::TokenRefused(TokenRefusal::OtherNonce))));
    let strangers = Pki::new().anchors();
    let refused = baseline.with_time_stamp(
        &signature,
        &unit.token(imprint, noon()),
        None,
        TimeStampTrust::Anchors(&strangers),
    );
    assert!(matches!(refused, Err(Error::TokenRefused(TokenRefusal::Untrusted(_)))));
}

#[test]
fn an_archive_time_stamp_is_over_the_content_that_was_signed() {
    let evidence = Evidence::new(ES256, false);
    let stamped = evidence.stamped(evidence.baseline(Content::Detached));
    let signature = only(&stamped);
    let prepare = |content| stamped.clone().archive_time_stamp(&signature, content, SHA_256);
    let refused = prepare(SignedContent::Bytes(b"decision 18"));
    assert!(matches!(refused, Err(Error::OtherContent)));
    let refused = prepare(SignedContent::Attached);
    assert!(matches!(refused, Err(Error::NotAugmentable(AugmentationRefusal::NoContent))));
    let hash = |algorithm: crate::HashAlgorithm| algorithm.hash(CONTENT);
    let hashed = prepare(SignedContent::Hashed(&hash)).unwrap();
    let given = prepare(SignedContent::Bytes(CONTENT)).unwrap();
    assert_eq!(hashed.imprint(), given.imprint());
    let anchors = evidence.pki.anchors();
    let other = evidence.units[1].token(Digest::of(SHA_256, b""), archived_at());
    let refused = hashed.assemble(&other, None, TimeStampTrust::Anchors(&anchors));
    assert!(matches!(refused, Err(Error::TokenRefused(TokenRefusal::OtherImprint))));
}

#[test]
fn what_cannot_be_augmented_is_refused_with_its_cause() {
    let evidence = Evidence::new(ES256, false);
    let baseline = evidence.baseline(Content::Detached);
    let trailing = [baseline.as_der(), &[0; 3]].concat();
    let refused = Augmentation::parse(trailing);
    let expected = AugmentationRefusal::TrailingBytes { bytes: 3 };
    assert!(matches!(refused, Err(Error::NotAugmentable(cause)) if cause == expected));

    let read = SignedData::read(baseline.as_der()).unwrap();
    let signer = read.signers[0].fields;
    let at = baseline.as_der().windows(signer.len()).position(|one| one == signer).unwrap();
    let refused = Augmentation::parse(baseline.as_der()[..at].to_vec());
    assert!(matches!(refused, Err(Error::Malformed { .. })));

    for oid in [identifiers::ARCHIVE_TIME_STAMP, identifiers::ARCHIVE_TIME_STAMP_V2] {
        let older = attribute(oid, crate::asn1::Part::Raw(&[0x30, 0]));
        let additions = Additions::to_signer(&only(&baseline), older);
        let container = splice::splice(baseline.as_der(), &additions).unwrap();
        let refused = Augmentation::parse(container);
        let expected = AugmentationRefusal::OlderArchiveTimeStamp;
        assert!(matches!(refused, Err(Error::NotAugmentable(cause)) if cause == expected));
    }
}

#[test]
fn a_container_with_indefinite_lengths_is_augmented() {
    let container = include_bytes!("../validation/tests/foreign/indefinite-length.p7m");
    let later = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let read = SignedData::read(container).unwrap();
    let own = seal::CertificateDer::new(read.certificates[0].to_vec());
    let evidence = Evidence::new(ES256, true);
    let anchors = [own, evidence.pki.root.clone()];
    let anchors = crate::TrustAnchors::new(anchors).unwrap();
    let unit = evidence.pki.unit_until("Late TSU", later + 60 * MINUTE);

    let baseline = Augmentation::parse(container.to_vec()).unwrap();
    let signature = only(&baseline);
    let imprint = baseline.imprint(&signature, SHA_256).unwrap();
    let trust = TimeStampTrust::Anchors(&anchors);
    let token = unit.token(imprint, later);
    let stamped = baseline.with_time_stamp(&signature, &token, None, trust).unwrap();
    let data = ValidationData { certificates: vec![], ..evidence.data() };
    let long_term = stamped.with_validation_data(&data).unwrap();
    let to_be_made =
        long_term.archive_time_stamp(&signature, SignedContent::Attached, SHA_256).unwrap();
    let token = unit.token(*to_be_made.imprint(), later);
    let archived = to_be_made.assemble(&token, None, trust).unwrap();

    let after = members(archived.as_der());
    assert!(members(container).iter().all(|one| after.contains(one)));
    let trust = TrustMaterial { anchors, ..TrustMaterial::default() };
    let (expectation, now) = (crate::Expectation::Cades, later + MINUTE);
    let report = Validation { trust: &trust, expectation, now, proven_time: None }
        .validate(archived.as_der(), SignedContent::Attached);
    assert_eq!(report.indication, Indication::TotalPassed, "{:#?}", report.findings);
    assert_eq!(report.archive_time_stamps[0].indication, Indication::TotalPassed);
    assert_eq!(report.best_signature_time, later);
}

mod signers;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hostile_containers_do_not_panic(
        at in any::<prop::sample::Index>(),
        bytes in proptest::collection::vec(any::<u8>(), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        thread_local!(static SCENE: (Evidence, Vec<u8>) = {
            let evidence = Evidence::new(ES256, true);
            let container = evidence.levels(Content::Attached(CONTENT))[4].as_der().to_vec();
            (evidence, container)
        });
        SCENE.with(|(evidence, container)| {
            let mut container = container.clone();
            let start = at.index(container.len());
            let end = (start + bytes.len()).min(container.len());
            container[start..end].copy_from_slice(&bytes[..end - start]);
            if cut.index(4) == 0 {
                container.truncate(cut.index(container.len()).max(start));
            }
            let trust =
                TrustMaterial { anchors: evidence.pki.anchors(), ..TrustMaterial::default() };
            let (expectation, now) = (crate::Expectation::Cades, stamped_at());
            let validation = Validation { trust: &trust, expectation, now, proven_time: None };
            let _ = validation.validate(&container, SignedContent::Attached);
            let _ = validation.needs(&container);
            if let Ok(augmentation) = Augmentation::parse(container) {
                let _ = augmentation.clone().with_validation_data(&evidence.data());
                for signature in augmentation.signatures().unwrap() {
                    augmentation.imprint(&signature, SHA_256).unwrap();
                    let content = SignedContent::Attached;
                    let _ = augmentation.clone().archive_time_stamp(&signature, content, SHA_256);
                }
            }
        });
    }
}
