//! Signatures at every level, with the evidence that each needs.

use std::time::{Duration, SystemTime};

use rcgen::CustomExtension;
use seal::{DigestAlgorithm, SignatureAlgorithm};

use super::{Answer, CONTENT, EndEntity, MINUTE, Pki, Responder, Unit, noon};
use crate::{
    Augmentation, Certificate, Content, OcspResponse, RevocationList, SignatureId, SignatureKind,
    SignedContent, ValidationData, time_stamp::TimeStampTrust,
};

/// A day.
pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An infrastructure whose parts expire one after another: the signer after a quarter of an hour,
/// the responder after an hour, the first unit after a day, the second after ten, the third after
/// twenty.
pub(crate) struct Evidence {
    pub(crate) pki: Pki,
    pub(crate) signer: EndEntity,
    pub(crate) responder: Responder,
    pub(crate) units: [Unit; 3],
}

/// When the signature-time-stamp is made.
pub(crate) fn stamped_at() -> SystemTime {
    noon() + MINUTE
}

/// When the first archive-time-stamp is made.
pub(crate) fn archived_at() -> SystemTime {
    noon() + 3 * MINUTE
}

/// When the second is made.
pub(crate) fn renewed_at() -> SystemTime {
    noon() + 9 * DAY
}

/// The signature of a container with one.
pub(crate) fn only(container: &Augmentation) -> SignatureId {
    let mut signatures = container.signatures().unwrap();
    assert_eq!(signatures.len(), 1);
    signatures.remove(0)
}

impl Evidence {
    pub(crate) fn new(algorithm: SignatureAlgorithm, revocable: bool) -> Self {
        let pki = Pki::new();
        let access = || {
            let value = [0x30, 0];
            CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], value.to_vec())
        };
        let signer = if revocable {
            pki.end_entity(algorithm, |params| params.custom_extensions = vec![access()])
        } else {
            pki.seal(algorithm)
        };
        let responder = pki.responder(noon() + 60 * MINUTE);
        let units = [("First TSU", 1), ("Second TSU", 10), ("Third TSU", 20)]
            .map(|(name, days)| pki.unit_until(name, noon() + days * DAY));
        Self { pki, signer, responder, units }
    }

    pub(crate) fn leaf(&self) -> Certificate {
        Certificate::parse(self.signer.chain.end_entity().clone()).unwrap()
    }

    pub(crate) fn ca(&self) -> Certificate {
        Certificate::parse(self.pki.ca.clone()).unwrap()
    }

    /// The root's list, which says nothing against anyone.
    pub(crate) fn list(&self, at: SystemTime) -> RevocationList {
        RevocationList::parse(self.pki.revocation_list(&[], at)).unwrap()
    }

    /// The responder's answer about the signer.
    pub(crate) fn answer(&self, answer: &Answer) -> OcspResponse {
        OcspResponse::parse(self.responder.answer(&self.leaf(), &self.ca(), answer)).unwrap()
    }

    /// What the signature needs, of two minutes past noon.
    pub(crate) fn data(&self) -> ValidationData {
        let at = noon() + 2 * MINUTE;
        let needs_answer = !self.leaf().is_validity_assured();
        let answer = needs_answer.then(|| self.answer(&Answer::good(at)));
        ValidationData {
            certificates: vec![self.units[0].certificate.clone()],
            revocation_lists: vec![self.list(at)],
            ocsp_responses: answer.into_iter().collect(),
            unreadable: Vec::new(),
        }
    }

    pub(crate) fn baseline(&self, content: Content<'_>) -> Augmentation {
        let kind = SignatureKind::Cades { signing_time: noon() };
        let signature = self.signer.sign(CONTENT, kind);
        Augmentation::parse(signature.to_der(content).unwrap()).unwrap()
    }

    pub(crate) fn stamped(&self, baseline: Augmentation) -> Augmentation {
        let signature = only(&baseline);
        let imprint = baseline.imprint(&signature, DigestAlgorithm::Sha256).unwrap();
        let token = self.units[0].token(imprint, stamped_at());
        let anchors = self.pki.anchors();
        baseline
            .with_time_stamp(&signature, &token, None, TimeStampTrust::Anchors(&anchors))
            .unwrap()
    }

    pub(crate) fn archived(
        &self,
        augmentation: Augmentation,
        unit: &Unit,
        at: SystemTime,
    ) -> Augmentation {
        let content = SignedContent::Bytes(CONTENT);
        let signature = only(&augmentation);
        let algorithm = DigestAlgorithm::Sha512;
        let to_be_made = augmentation.archive_time_stamp(&signature, content, algorithm).unwrap();
        let token = unit.token(*to_be_made.imprint(), at);
        let anchors = self.pki.anchors();
        to_be_made.assemble(&token, None, TimeStampTrust::Anchors(&anchors)).unwrap()
    }

    /// The signature at B-B, B-T, B-LT, B-LTA, and B-LTA renewed.
    pub(crate) fn levels(&self, content: Content<'_>) -> [Augmentation; 5] {
        let baseline = self.baseline(content);
        let stamped = self.stamped(baseline.clone());
        let long_term = stamped.clone().with_validation_data(&self.data()).unwrap();
        let archived = self.archived(long_term.clone(), &self.units[1], archived_at());
        let fresh = ValidationData {
            certificates: vec![self.units[1].certificate.clone()],
            revocation_lists: vec![self.list(renewed_at())],
            ocsp_responses: vec![],
            unreadable: vec![],
        };
        let renewed = archived.clone().with_validation_data(&fresh).unwrap();
        let renewed = self.archived(renewed, &self.units[2], renewed_at());
        [baseline, stamped, long_term, archived, renewed]
    }
}
