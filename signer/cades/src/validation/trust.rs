//! Path, key usage, validity and revocation (EN 319 102-1 clause 5.2.6).

use std::time::SystemTime;

use super::Validation;
use crate::{
    Certificate, Path, PathFailure, RevocationList, RevocationStatus, Unverified,
    report::{Finding, Indication, SignatureReport, SubIndication, code},
};

impl Validation<'_> {
    /// `proof` is the earliest time at which the signature is known to have existed.
    pub(super) fn check_trust(
        &self,
        certificate: &Certificate,
        candidates: &[Certificate],
        lists: &[RevocationList],
        proof: Option<SystemTime>,
        report: &mut SignatureReport,
    ) {
        if !certificate.may_sign_content() {
            let explanation = "the certificate's key usage does not allow to sign content";
            let reason = SubIndication::ChainConstraintsFailure;
            report.undecided(reason, code::KEY_USAGE, explanation);
        }
        self.check_validity(certificate, proof, report);
        let time = proof.unwrap_or(self.now);
        let path = match Path::build(certificate, candidates, &self.trust.anchors, time) {
            Ok(path) => path,
            Err(failure) => {
                let (reason, code) = outcome(&failure);
                report.undecided(reason, code, &failure);
                return;
            }
        };
        report.certificates = path.certificates().iter().map(|one| (*one).into()).collect();
        for pair in path.certificates().windows(2) {
            let [certificate, issuer] = pair else { continue };
            self.check_revocation(certificate, issuer, proof, lists, report);
        }
    }

    fn check_validity(
        &self,
        certificate: &Certificate,
        proof: Option<SystemTime>,
        report: &mut SignatureReport,
    ) {
        let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
        let expired = (code::CERTIFICATE_EXPIRED, "the signer's certificate has expired");
        let early = (code::CERTIFICATE_NOT_YET_VALID, "the signer's certificate is not yet valid");
        match proof {
            Some(time) if time > not_after => {
                let explanation = "it was time-stamped after the signer's certificate expired";
                report.failed(SubIndication::Expired, expired.0, explanation);
            }
            Some(time) if time < not_before => {
                let explanation = "it existed before the signer's certificate became valid";
                report.failed(SubIndication::NotYetValid, early.0, explanation);
            }
            None if self.now > not_after && needs_no_revocation_check(certificate) => {
                report.undecided(SubIndication::OutOfBoundsNotRevoked, expired.0, expired.1);
            }
            None if self.now > not_after => {
                report.undecided(SubIndication::OutOfBoundsNoPoe, expired.0, expired.1);
            }
            None if self.now < not_before => {
                report.undecided(SubIndication::OutOfBoundsNoPoe, early.0, early.1);
            }
            _ => {}
        }
    }

    fn check_revocation(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        proof: Option<SystemTime>,
        lists: &[RevocationList],
        report: &mut SignatureReport,
    ) {
        let subject = certificate.subject_name().to_string();
        let is_authority = certificate.basic_constraints().is_some_and(|one| one.is_ca);
        if is_authority && certificate.has_no_revocation_available() {
            let explanation = "a certification authority's certificate must not have noRevAvail";
            let finding = Finding::new(code::PATH_INVALID, subject, explanation);
            let reason = SubIndication::CertificateChainGeneralFailure;
            report.conclude(Indication::Indeterminate, reason, finding);
            return;
        }
        if !is_authority && needs_no_revocation_check(certificate) {
            return;
        }
        let time = proof.unwrap_or(self.now);
        let Some(RevocationStatus::Revoked { at, .. }) =
            self.revocation(certificate, issuer, time, lists, report)
        else {
            return;
        };
        if proof.is_some_and(|proof| proof < at) {
            let explanation = "the certificate was revoked after the signature was time-stamped";
            report.findings.push(Finding::new(code::CERTIFICATE_REVOKED, subject, explanation));
            return;
        }
        let reason =
            if is_authority { SubIndication::RevokedCaNoPoe } else { SubIndication::RevokedNoPoe };
        let explanation = "the certificate is revoked, and no time-stamp is older than that";
        let finding = Finding::new(code::CERTIFICATE_REVOKED, subject, explanation);
        report.conclude(Indication::Indeterminate, reason, finding);
    }

    /// What the revocation lists say of `certificate`; without a usable one there is a finding.
    pub(super) fn revocation(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        time: SystemTime,
        lists: &[RevocationList],
        report: &mut SignatureReport,
    ) -> Option<RevocationStatus> {
        let known = self.trust.revocation_lists.iter().chain(lists);
        let mut status = None;
        for list in known.filter(|list| list.concerns(certificate)) {
            // One that says revoked counts however old it is; one that says nothing must reach
            // up to the time in question and must not come from the future.
            match list.status(certificate, issuer) {
                Ok(revoked @ RevocationStatus::Revoked { .. }) => return Some(revoked),
                Ok(RevocationStatus::NotRevoked) if list.covers(time, self.now) => {
                    status = Some(RevocationStatus::NotRevoked);
                }
                Ok(RevocationStatus::NotRevoked | RevocationStatus::Unknown) | Err(_) => {}
            }
        }
        if status.is_none() {
            let subject = certificate.subject_name().to_string();
            let explanation = "no usable revocation list was there; revocation was not checked";
            report.findings.push(Finding::new(code::REVOCATION_NOT_CHECKED, subject, explanation));
        }
        status
    }
}

/// RFC 9608 section 4; EN 319 412-1 clause 5.2.1 note 1.
fn needs_no_revocation_check(certificate: &Certificate) -> bool {
    certificate.has_no_revocation_available() || certificate.is_validity_assured()
}

fn outcome(failure: &PathFailure) -> (SubIndication, &'static str) {
    match failure {
        PathFailure::NoPath(_)
        | PathFailure::TooManySteps
        | PathFailure::Unverified { cause: Unverified::Wrong, .. } => {
            (SubIndication::NoCertificateChainFound, code::PATH_NOT_FOUND)
        }
        PathFailure::Unverified { cause: Unverified::Unsupported | Unverified::Legacy, .. } => {
            (SubIndication::CryptoConstraintsFailure, code::ALGORITHM)
        }
        PathFailure::NotAnIssuer { .. } | PathFailure::UnknownCriticalExtension { .. } => {
            (SubIndication::ChainConstraintsFailure, code::PATH_INVALID)
        }
        PathFailure::OutOfValidity { .. } => {
            (SubIndication::OutOfBoundsNoPoe, code::CERTIFICATE_EXPIRED)
        }
    }
}
