//! Several signatures beside each other in one container (RFC 5652 section 5.1).

use super::*;
use crate::{MAXIMUM_SIGNERS, pki::MINUTE, report::SignatureReport};

/// The first container with the signers, certificates and revocation data of all, in DER.
fn together(containers: &[&Augmentation]) -> Vec<u8> {
    let read = |container: &Augmentation| -> CmsSignedData {
        let content_info = ContentInfo::from_der(container.as_der()).unwrap();
        content_info.content.decode_as().unwrap()
    };
    let mut content_info = ContentInfo::from_der(containers[0].as_der()).unwrap();
    let mut signed_data = read(containers[0]);
    let signers = containers.iter().flat_map(|one| read(one).signer_infos.0.into_vec());
    signed_data.signer_infos = signers.collect::<Vec<_>>().try_into().unwrap();
    content_info.content = der::Any::encode_from(&signed_data).unwrap();
    let mut all = Augmentation { container: content_info.to_der().unwrap().into() };
    for container in containers {
        let read = SignedData::read(container.as_der()).unwrap();
        let owned = |members: &[&[u8]]| members.iter().map(|one| one.to_vec()).collect();
        let additions = Additions {
            certificates: owned(&read.certificate_choices),
            revocation_choices: owned(&read.revocation_choices),
            ..Additions::default()
        };
        all.container = splice::splice(&all.container, &additions).unwrap().into();
    }
    all.into_der().to_vec()
}

/// Two seals of different certificates, at these levels as [`Evidence::levels`] counts them.
fn pair(evidence: &mut Evidence, levels: [usize; 2]) -> Augmentation {
    let content = Content::Attached(CONTENT);
    let both = levels.map(|level| {
        evidence.signer = evidence.pki.seal(SignatureAlgorithm::EcdsaP384Sha384);
        evidence.levels(content)[level].clone()
    });
    Augmentation::parse(together(&both.each_ref())).unwrap()
}

fn judged(evidence: &Evidence, container: &Augmentation) -> Vec<SignatureReport> {
    let trust = TrustMaterial { anchors: evidence.pki.anchors(), ..TrustMaterial::default() };
    let (expectation, now) = (crate::Expectation::Cades, archived_at() + MINUTE);
    let validation = Validation { trust: &trust, expectation, now, proven_time: None };
    validation.validate_all(container.as_der(), SignedContent::Attached)
}

fn levels_of(reports: &[SignatureReport]) -> Vec<&str> {
    let passed = |one: &SignatureReport| one.indication == Indication::TotalPassed;
    assert!(reports.iter().all(passed), "{reports:#?}");
    let mut levels: Vec<_> = reports.iter().map(|one| one.level_name().unwrap()).collect();
    levels.sort_unstable();
    levels
}

fn all_members(container: &[u8]) -> Vec<Vec<u8>> {
    let read = SignedData::read(container).unwrap();
    let own = read.signers.iter().flat_map(|signer| {
        let values = signer.all_unsigned_values().map(|(_, value)| value.raw);
        [signer.fields].into_iter().chain(values)
    });
    let choices = read.certificate_choices.iter().chain(&read.revocation_choices).copied();
    choices.chain(own).map(<[u8]>::to_vec).collect()
}

#[test]
fn every_signer_is_raised_from_wherever_it_stands() {
    let mut evidence = Evidence::new(ES256, false);
    let names = ["CAdES-B-B", "CAdES-B-T", "CAdES-B-LT", "CAdES-B-LTA"];
    for levels in [[0, 0], [0, 1], [2, 0], [1, 3], [3, 0], [3, 3]] {
        let before = pair(&mut evidence, levels);
        let reports = judged(&evidence, &before);
        let found = levels_of(&reports);
        // The data of one may be all that the other needs as well.
        let mut expected = levels.map(|level| names[level]);
        expected.sort_unstable();
        if levels == [1, 3] {
            expected = [names[2], names[3]];
        }
        assert_eq!(found, expected, "{levels:?}");

        let anchors = evidence.pki.anchors();
        let trust = TimeStampTrust::Anchors(&anchors);
        let mut after = before.clone();
        for (signature, report) in before.signatures().unwrap().iter().zip(&reports) {
            if report.level_name() == Some("CAdES-B-B") {
                let imprint = after.imprint(signature, SHA_256).unwrap();
                let token = evidence.units[0].token(imprint, stamped_at());
                after = after.with_time_stamp(signature, &token, None, trust).unwrap();
            }
        }
        after = after.with_validation_data(&evidence.data()).unwrap();
        for signature in before.signatures().unwrap() {
            let content = SignedContent::Attached;
            let archive = after.archive_time_stamp(&signature, content, SHA_256).unwrap();
            let token = evidence.units[1].token(*archive.imprint(), archived_at());
            after = archive.assemble(&token, None, trust).unwrap();
        }
        let reports = judged(&evidence, &after);
        assert_eq!(levels_of(&reports), [names[3]; 2], "{levels:?}");
        let (old, new) = (all_members(before.as_der()), all_members(after.as_der()));
        assert!(old.iter().all(|one| new.contains(one)) && new.len() > old.len());
        let content_info = ContentInfo::from_der(after.as_der()).unwrap();
        let signed_data: CmsSignedData = content_info.content.decode_as().unwrap();
        let signers: Vec<_> =
            signed_data.signer_infos.0.iter().map(|one| one.to_der().unwrap()).collect();
        assert!(signers.is_sorted(), "{levels:?}: the container is not DER any more");
    }
}

/// A token is for one of them, and no other gets it.
#[test]
fn the_time_stamp_of_one_signer_is_none_of_the_other() {
    let mut evidence = Evidence::new(ES256, false);
    let before = pair(&mut evidence, [0, 0]);
    let anchors = evidence.pki.anchors();
    let trust = TimeStampTrust::Anchors(&anchors);
    let signatures = before.signatures().unwrap();
    let imprint = before.imprint(&signatures[0], SHA_256).unwrap();
    let token = evidence.units[0].token(imprint, stamped_at());
    let refused = before.clone().with_time_stamp(&signatures[1], &token, None, trust);
    assert!(matches!(refused, Err(Error::TokenRefused(TokenRefusal::OtherImprint))));
    let one = before.with_time_stamp(&signatures[0], &token, None, trust).unwrap();
    let reports = judged(&evidence, &one);
    assert_eq!(levels_of(&reports), ["CAdES-B-B", "CAdES-B-T"]);
    // What was made for one container is nothing for another.
    let other = evidence.baseline(Content::Detached);
    let refused = other.imprint(&signatures[0], SHA_256);
    let expected = AugmentationRefusal::OtherContainer;
    assert!(matches!(refused, Err(Error::NotAugmentable(cause)) if cause == expected));
}

/// One that does not hold takes nothing from the other, and the other nothing from it.
#[test]
fn each_signer_is_judged_by_itself() {
    let mut evidence = Evidence::new(ES256, false);
    let both = pair(&mut evidence, [1, 1]);
    let read = SignedData::read(both.as_der()).unwrap();
    let value = &read.signers[1].signature;
    let at = both.as_der().windows(value.len()).position(|one| one == &value[..]).unwrap();
    let mut spoilt = both.as_der().to_vec();
    spoilt[at + value.len() - 1] ^= 1;
    let reports = judged(&evidence, &Augmentation::parse(spoilt).unwrap());
    let indications: Vec<_> = reports.iter().map(|one| one.indication).collect();
    assert_eq!(indications, [Indication::TotalPassed, Indication::TotalFailed]);
}

#[test]
fn a_pdf_has_one_signer() {
    let mut evidence = Evidence::new(ES256, false);
    let both = pair(&mut evidence, [0, 0]);
    let trust = TrustMaterial { anchors: evidence.pki.anchors(), ..TrustMaterial::default() };
    let (expectation, now) = (crate::Expectation::Pades, stamped_at());
    let validation = Validation { trust: &trust, expectation, now, proven_time: None };
    let report = validation.validate(both.as_der(), SignedContent::Attached);
    assert_eq!(report.indication, Indication::TotalFailed);
    assert_eq!(report.findings[0].code, crate::report::code::SIGNER_COUNT);
}

#[test]
fn how_many_are_raised_is_bounded_and_none_stands_there_twice() {
    let mut evidence = Evidence::new(ES256, false);
    let mut many = Vec::new();
    for _ in 0..=MAXIMUM_SIGNERS {
        evidence.signer = evidence.pki.seal(ES256);
        many.push(evidence.baseline(Content::Detached));
    }
    let many: Vec<_> = many.iter().collect();
    let refused = Augmentation::parse(together(&many));
    let expected = AugmentationRefusal::SignerCount { signers: MAXIMUM_SIGNERS + 1 };
    assert!(matches!(refused, Err(Error::NotAugmentable(cause)) if cause == expected));
    let container = Augmentation { container: together(&many).into() };
    let reports = judged(&evidence, &container);
    assert_eq!((reports.len(), reports[0].indication), (1, Indication::TotalFailed));
    let most = Augmentation::parse(together(&many[1..])).unwrap();
    assert_eq!(most.signatures().unwrap().len(), MAXIMUM_SIGNERS);

    let stamped = evidence.stamped(many[0].clone());
    let refused = Augmentation::parse(together(&[many[0], &stamped]));
    let expected = AugmentationRefusal::SameSignatureTwice;
    assert!(matches!(refused, Err(Error::NotAugmentable(cause)) if cause == expected));
}
