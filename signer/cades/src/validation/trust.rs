//! Path, key usage, validity, algorithms and revocation, now and in the past (EN 319 102-1 clauses
//! 5.2.6 and 5.6.2.2).

use std::time::SystemTime;

use super::{
    Validation,
    authority::{MissingRevocation, contested_by, unjudged},
    known::{Known, Revocation, needs_no_revocation_check},
    time_stamps::Proof,
};
use crate::{
    Certificate, Path, PathFailure, Unverified, ValidationData, VerificationAlgorithm,
    algorithm::Suitability,
    certificate::Purpose,
    report::{Finding, Indication, SignatureReport, SubIndication, code},
};

/// The most trust anchors that cannot be read of which one report tells.
const TOLD: usize = 16;

/// That path, validity, algorithms and revocation were checked.
#[derive(Debug)]
pub(super) struct TrustChecked {
    /// The revocation data of the whole path stand in the document, as far as any are needed: of a
    /// trust anchor none are, nor of a certificate whose validity is assured.
    pub(super) has_evidence: bool,
    _checked: (),
}

impl Validation<'_> {
    /// `proof.time` is the earliest time at which the signature is known to have existed.
    pub(super) fn check_trust(
        &self,
        certificate: &Certificate,
        known: &Known<'_>,
        algorithm: Option<VerificationAlgorithm>,
        proof: &Proof,
        report: &mut SignatureReport,
    ) -> TrustChecked {
        let Proof { time: proof, claimed_time: claimed, made_after, .. } = *proof;
        if !certificate.may_sign_content() {
            let explanation = "the certificate's key usage does not allow to sign content";
            let reason = SubIndication::ChainConstraintsFailure;
            report.undecided(reason, code::KEY_USAGE, explanation);
        }
        match certificate.purpose() {
            Purpose::Documents => {}
            Purpose::Doubtful => {
                let explanation = "the certificate's extended key usage does not name documents";
                report.findings.push(Finding::new(code::KEY_USAGE, "signature", explanation));
            }
            Purpose::Other => {
                let explanation =
                    "the certificate's extended key usage is for something else than documents";
                let reason = SubIndication::ChainConstraintsFailure;
                report.undecided(reason, code::KEY_USAGE, explanation);
            }
        }
        let time = proof.unwrap_or(self.now);
        let path = Path::build(
            certificate,
            &known.certificates,
            &self.trust.anchors,
            time,
            &self.trust.account(),
        );
        let path = match path {
            Ok(path) => path,
            Err(failure) => {
                let (reason, code) = outcome(&failure);
                report.undecided(reason, code, &failure);
                // It may have led to one of those.
                report.findings.extend(self.trust.anchors.unreadable().take(TOLD).map(|error| {
                    let explanation = error.to_string();
                    Finding::new(code::CERTIFICATE_UNREADABLE, "trust anchor", explanation)
                }));
                self.check_validity(certificate, proof, false, report);
                return TrustChecked { has_evidence: false, _checked: () };
            }
        };
        let path = path.certificates();
        // A trust anchor is trusted as it is (RFC 5280 section 6.1.1 (d)): its validity and its
        // revocation are not what a path tells.
        let is_anchor = path.len() == 1;
        report.certificates = path.iter().map(|one| (*one).into()).collect();
        let nothing_beside = ValidationData::default();
        let revocations: Vec<_> = path
            .windows(2)
            .map(|pair| known.revocation(pair[0], pair[1], time, &nothing_beside, None))
            .collect();
        // Data of another time tell that it was not revoked while they spoke.
        let is_good = revocations.first().is_some_and(|one| {
            matches!(
                one,
                Revocation::NotNeeded
                    | Revocation::NotRevoked { .. }
                    | Revocation::Missing { out_of_date: true, .. }
            )
        });
        if let Some(made_after) = made_after {
            check_not_made_after(certificate, made_after, revocations.first(), report);
        }
        self.check_algorithms(algorithm, path, proof, report);
        // What is not known of revocation goes before what time alone says (EN 319 102-1 clause
        // 5.2.6.4: the path is judged first).
        for (position, (certificate, revocation)) in path.iter().zip(&revocations).enumerate() {
            self.check_revocation(certificate, *revocation, proof, position == 0, report);
        }
        if !is_anchor {
            self.check_validity(certificate, proof, is_good, report);
        }
        let claimed = claimed.unwrap_or(time);
        let has_evidence = path.windows(2).zip(&revocations).all(|(pair, one)| {
            one.is_embedded() || known.holds(pair[0], pair[1], claimed, &nothing_beside)
        });
        TrustChecked { has_evidence, _checked: () }
    }

    /// `is_good`: that the certificate is not revoked is known, or need not be.
    fn check_validity(
        &self,
        certificate: &Certificate,
        proof: Option<SystemTime>,
        is_good: bool,
        report: &mut SignatureReport,
    ) {
        let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
        let expired = (code::CERTIFICATE_EXPIRED, "the signer's certificate has expired");
        let early = (code::CERTIFICATE_NOT_YET_VALID, "the signer's certificate is not yet valid");
        // A time-stamp proves that the signature is not younger, never that it is not older: one
        // from after the end proves as little as none.
        let out_of_bounds = if is_good || needs_no_revocation_check(certificate) {
            SubIndication::OutOfBoundsNotRevoked
        } else {
            SubIndication::OutOfBoundsNoPoe
        };
        match proof {
            Some(time) if time > not_after => {
                let explanation = "it was time-stamped after the signer's certificate expired";
                report.undecided(out_of_bounds, expired.0, explanation);
            }
            Some(time) if time < not_before => {
                let explanation = "it existed before the signer's certificate became valid";
                report.failed(SubIndication::NotYetValid, early.0, explanation);
            }
            None if self.now > not_after => {
                report.undecided(out_of_bounds, expired.0, expired.1);
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
        revocation: Revocation,
        proof: Option<SystemTime>,
        is_signer: bool,
        report: &mut SignatureReport,
    ) {
        let subject = certificate.subject_name().to_string();
        let is_authority = certificate.is_authority();
        if is_authority && certificate.has_no_revocation_available() {
            let explanation = "a certification authority's certificate must not have noRevAvail";
            let finding = Finding::new(code::PATH_INVALID, subject, explanation);
            let reason = SubIndication::CertificateChainGeneralFailure;
            report.conclude(Indication::Indeterminate, reason, finding);
            return;
        }
        let (at, on_hold) = match revocation {
            Revocation::NotNeeded => return,
            Revocation::NotRevoked { contested, .. } => {
                return contested_by(&subject, contested, report);
            }
            Revocation::Missing { why, out_of_date } => {
                let missing = MissingRevocation { certificate, is_signer, why, out_of_date };
                self.missing_revocation(&missing, report);
                return;
            }
            Revocation::Unjudged(why) => return unjudged(&subject, why, report),
            Revocation::Revoked { at, on_hold, .. } => (at, on_hold),
        };
        if proof.is_some_and(|proof| proof < at) {
            let explanation = "the certificate was revoked after the signature was time-stamped";
            report.findings.push(Finding::new(code::CERTIFICATE_REVOKED, subject, explanation));
            return;
        }
        let (reason, explanation) = match (on_hold, is_authority) {
            // Newer data will say whether it was released or revoked (clause 5.2.6.4).
            (true, _) => (
                SubIndication::TryLater,
                "the certificate is on hold, and no time-stamp is older than that",
            ),
            (false, true) => (SubIndication::RevokedCaNoPoe, REVOKED),
            (false, false) => (SubIndication::RevokedNoPoe, REVOKED),
        };
        let finding = Finding::new(code::CERTIFICATE_REVOKED, subject, explanation);
        report.conclude(Indication::Indeterminate, reason, finding);
    }

    /// Judges the algorithms of the signature and of the path by TS 119 312, as of the time that
    /// is proven. The anchor's own signature does not matter.
    pub(super) fn check_algorithms(
        &self,
        algorithm: Option<VerificationAlgorithm>,
        path: &[&Certificate],
        proof: Option<SystemTime>,
        report: &mut SignatureReport,
    ) {
        let signer = path.first().map(|signer| (*signer, algorithm));
        let issued = path.windows(2).map(|pair| (pair[1], pair[0].signature_algorithm()));
        let time = proof.unwrap_or(self.now);
        for (position, (key_holder, algorithm)) in signer.into_iter().chain(issued).enumerate() {
            let Some(algorithm) = algorithm else { continue };
            let suitability = algorithm.suitability(key_holder.public_key());
            let subject = key_holder.subject_name().to_string();
            if suitability.ended_by(time).is_some() {
                let explanation = format!(
                    "{} with the key of `{subject}` was not to be relied upon any more by ETSI \
                     TS 119 312 at the time that is proven",
                    algorithm.name()
                );
                let reason = match proof {
                    Some(_) => SubIndication::CryptoConstraintsFailure,
                    None => SubIndication::CryptoConstraintsFailureNoPoe,
                };
                let finding = Finding::new(code::ALGORITHM, subject, explanation);
                report.conclude(Indication::Indeterminate, reason, finding);
            } else if position == 0 && suitability == Suitability::NotListed {
                let explanation = format!("ETSI TS 119 312 does not list {}", algorithm.name());
                report.findings.push(Finding::new(code::ALGORITHM, subject, explanation));
            }
        }
    }
}

const REVOKED: &str = "the certificate is revoked, and no time-stamp is older than that";

/// A content-time-stamp shows that the signature is younger than itself, and so perhaps than the
/// end of the certificate (EN 319 102-1 clause 5.3.4).
fn check_not_made_after(
    certificate: &Certificate,
    made_after: SystemTime,
    revocation: Option<&Revocation>,
    report: &mut SignatureReport,
) {
    if made_after > certificate.not_after() {
        let explanation = "a content-time-stamp shows that the certificate had expired before";
        report.failed(SubIndication::Expired, code::CERTIFICATE_EXPIRED, explanation);
    }
    if let Some(Revocation::Revoked { at, on_hold: false, .. }) = revocation
        && made_after >= *at
    {
        let explanation = "a content-time-stamp shows that the certificate was revoked before";
        report.failed(SubIndication::Revoked, code::CERTIFICATE_REVOKED, explanation);
    }
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
        PathFailure::NotAnIssuer { .. }
        | PathFailure::UnknownCriticalExtension { .. }
        | PathFailure::NameNotPermitted { .. }
        | PathFailure::NoPolicy(_) => (SubIndication::ChainConstraintsFailure, code::PATH_INVALID),
        PathFailure::OutOfValidity { .. } => {
            (SubIndication::OutOfBoundsNoPoe, code::CERTIFICATE_EXPIRED)
        }
    }
}
