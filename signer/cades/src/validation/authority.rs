//! Judging a time-stamp's authority (EN 319 102-1 clauses 5.4 and 5.6.2.2).

use std::time::{Duration, SystemTime};

use super::{
    RevocationPolicy, Validation,
    known::{Known, NOT_PROVEN, Revocation},
};
use crate::{
    Certificate, Unverified,
    report::{Finding, Indication, SignatureReport, SubIndication, TimeStampReport, code},
    time_stamp::{Token, TokenRefusal, VerifiedToken},
};

/// How far an authority's clock may be ahead of ours, or of another authority's.
pub(super) const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// That a time-stamping authority was judged.
#[derive(Debug)]
pub(super) struct AuthorityChecked {
    /// The revocation data of its path stand in the document.
    pub(super) is_embedded: bool,
    _checked: (),
}

impl Validation<'_> {
    /// What the token's own signature does not show: that it does not come from the future, that
    /// it is older than the end of the authority's certificates and algorithms, and that these
    /// certificates are not revoked. `since` is when the token is known to have existed.
    pub(super) fn check_authority(
        &self,
        token: &Token<'_>,
        verified: &VerifiedToken,
        known: &Known<'_>,
        since: Option<SystemTime>,
        report: &mut SignatureReport,
    ) -> AuthorityChecked {
        let gen_time = verified.gen_time();
        let ahead = gen_time.duration_since(self.now).unwrap_or_default();
        if ahead > CLOCK_TOLERANCE {
            let explanation = "the time-stamp's time lies in the future";
            let finding = Finding::new(code::TIME_STAMP_REFUSED, "time-stamp", explanation);
            let reason = SubIndication::SigConstraintsFailure;
            report.conclude(Indication::Indeterminate, reason, finding);
        }
        // Whoever holds the key of an expired certificate may date as they like: the token itself
        // needs a proof that it is older.
        let known_since = since.unwrap_or(self.now);
        // An anchor is trusted as it is.
        let anchors = self.trust.anchors.certificates();
        let is_anchor = verified.path().first().is_some_and(|first| anchors.contains(first));
        if !is_anchor && verified.below_anchor().iter().any(|one| one.not_after() < known_since) {
            let explanation = "the certificate of the time-stamping authority has expired";
            let finding = Finding::new(code::CERTIFICATE_EXPIRED, "time-stamp", explanation);
            let reason = SubIndication::OutOfBoundsNoPoe;
            report.conclude(Indication::Indeterminate, reason, finding);
        }
        let path: Vec<_> = verified.path().iter().collect();
        self.check_algorithms(token.algorithm(), &path, since, report);
        let is_embedded = self.check_path_revocation(token, verified, known, since, report);
        AuthorityChecked { is_embedded, _checked: () }
    }

    fn check_path_revocation(
        &self,
        token: &Token<'_>,
        verified: &VerifiedToken,
        known: &Known<'_>,
        since: Option<SystemTime>,
        report: &mut SignatureReport,
    ) -> bool {
        let own = token.validation_data();
        let mut is_embedded = true;
        for pair in verified.path().windows(2) {
            let [certificate, issuer] = pair else { continue };
            let revocation =
                known.revocation(certificate, issuer, verified.gen_time(), &own, since);
            let holds = || known.holds(certificate, issuer, verified.gen_time(), &own);
            is_embedded &= revocation.is_embedded() || holds();
            let subject = certificate.subject_name().to_string();
            match revocation {
                Revocation::NotNeeded => {}
                Revocation::NotRevoked { contested, .. } => {
                    contested_by(&subject, contested, report);
                }
                Revocation::Unjudged(why) => unjudged(&subject, why, report),
                Revocation::Revoked { at, .. } if since.is_some_and(|since| since < at) => {
                    let explanation = "the time-stamping authority's path holds a certificate \
                                       that was revoked after the time-stamp was made";
                    let finding = Finding::new(code::CERTIFICATE_REVOKED, subject, explanation);
                    report.findings.push(finding);
                }
                Revocation::Revoked { on_hold, .. } => {
                    let (reason, explanation) = match on_hold {
                        true => (
                            SubIndication::TryLater,
                            "the time-stamping authority's path holds a certificate that is on hold",
                        ),
                        false => (
                            SubIndication::RevokedNoPoe,
                            "the time-stamping authority's path holds a revoked certificate",
                        ),
                    };
                    let finding = Finding::new(code::CERTIFICATE_REVOKED, subject, explanation);
                    report.conclude(Indication::Indeterminate, reason, finding);
                }
                Revocation::Missing { why, out_of_date } => {
                    let is_signer = false;
                    let missing = MissingRevocation { certificate, is_signer, why, out_of_date };
                    self.missing_revocation(&missing, report);
                }
            }
        }
        is_embedded
    }

    /// What it means that no usable revocation data are at hand.
    pub(super) fn missing_revocation(
        &self,
        missing: &MissingRevocation<'_>,
        report: &mut SignatureReport,
    ) {
        let MissingRevocation { certificate, is_signer, why, out_of_date } = *missing;
        let promised = certificate.promises_revocation_data();
        let policy = self.trust.revocation_policy;
        let demanded = match policy {
            RevocationPolicy::WhenAvailable => false,
            RevocationPolicy::Signer => is_signer && promised,
            RevocationPolicy::Promised => promised,
            RevocationPolicy::Required => true,
        };
        let promise = if promised { ", though it says where such data are" } else { "" };
        let explanation =
            format!("{why}; revocation was not checked{promise} (policy `{}`)", policy.name());
        let subject = certificate.subject_name().to_string();
        let finding = Finding::new(code::REVOCATION_NOT_CHECKED, subject, explanation);
        let has_expired = certificate.not_after() < self.now;
        let reason = match (demanded, has_expired) {
            (false, false) => return report.findings.push(finding),
            // Data of another time tell that it was not revoked while they spoke.
            (_, true) if out_of_date && is_signer => SubIndication::OutOfBoundsNotRevoked,
            // Past certificate validation needs them: without, the basic outcome stands.
            (false, true) => SubIndication::OutOfBoundsNoPoe,
            _ if why == NOT_PROVEN => SubIndication::RevocationOutOfBoundsNoPoe,
            // Clause 5.2.6.4: newer data will decide.
            (true, false) if out_of_date => SubIndication::TryLater,
            (true, _) => SubIndication::CertificateChainGeneralFailure,
        };
        report.conclude(Indication::Indeterminate, reason, finding);
    }
}

/// A certificate without usable revocation data.
pub(super) struct MissingRevocation<'a> {
    pub(super) certificate: &'a Certificate,
    /// It is the signer's own, and no authority's.
    pub(super) is_signer: bool,
    pub(super) why: &'static str,
    /// Its data are of another time.
    pub(super) out_of_date: bool,
}

/// Data name the certificate, or may, and cannot be judged: what accuses is never passed over.
pub(super) fn unjudged(subject: &str, why: &str, report: &mut SignatureReport) {
    let explanation = format!("revocation data may name the certificate, and what they say {why}");
    let finding = Finding::new(code::REVOCATION_UNJUDGED, subject, explanation);
    let reason = SubIndication::CertificateChainGeneralFailure;
    report.conclude(Indication::Indeterminate, reason, finding);
}

/// Data that nobody known has signed name the certificate, and newer data clear it.
pub(super) fn contested_by(
    subject: &str,
    contested: Option<&'static str>,
    report: &mut SignatureReport,
) {
    if let Some(why) = contested {
        let explanation = format!(
            "revocation data name the certificate, but what they say {why}, and newer data clear it"
        );
        report.findings.push(Finding::new(code::REVOCATION_UNJUDGED, subject, explanation));
    }
}

/// The outcome for a time-stamp that is refused.
pub(super) fn outcome(refusal: &TokenRefusal) -> (Indication, SubIndication) {
    use Indication::{Indeterminate, TotalFailed};
    match refusal {
        TokenRefusal::Unreadable(_) | TokenRefusal::Malformed(_) => {
            (TotalFailed, SubIndication::FormatFailure)
        }
        TokenRefusal::OtherImprint | TokenRefusal::OtherDigest => {
            (TotalFailed, SubIndication::HashFailure)
        }
        TokenRefusal::Unverified(Unverified::Wrong) => {
            (TotalFailed, SubIndication::SigCryptoFailure)
        }
        TokenRefusal::BrokenHash(_)
        | TokenRefusal::Unverified(Unverified::Unsupported | Unverified::Legacy) => {
            (Indeterminate, SubIndication::CryptoConstraintsFailure)
        }
        TokenRefusal::NoContent => (Indeterminate, SubIndication::SignedDataNotFound),
        // EN 319 102-1 clause 5.2.3.4: the certificate is not the one that was meant.
        TokenRefusal::NoCertificate
        | TokenRefusal::OtherAuthority
        | TokenRefusal::OtherCertificateNamed => {
            (Indeterminate, SubIndication::NoSigningCertificateFound)
        }
        TokenRefusal::NotForTimeStamping => (Indeterminate, SubIndication::ChainConstraintsFailure),
        TokenRefusal::OutOfValidity => (Indeterminate, SubIndication::OutOfBoundsNoPoe),
        TokenRefusal::Untrusted(_) => (Indeterminate, SubIndication::NoCertificateChainFound),
        TokenRefusal::OtherNonce | TokenRefusal::TooEarly { .. } | TokenRefusal::TooLate { .. } => {
            (Indeterminate, SubIndication::SigConstraintsFailure)
        }
    }
}

pub(super) fn describe(
    token: &Token<'_>,
    indication: Indication,
    sub_indication: Option<SubIndication>,
) -> TimeStampReport {
    let authority = token.signer_certificate();
    TimeStampReport {
        indication,
        sub_indication,
        gen_time: Some(token.gen_time()),
        authority: authority.map(|certificate| certificate.subject_name().to_string()),
        authority_not_after: authority.map(Certificate::not_after),
        policy: Some(token.policy().clone()),
        algorithm: token.algorithm().map(|algorithm| algorithm.name()),
    }
}

/// Why a token is refused, with the algorithm's name where that is why.
pub(super) fn explanation(refusal: &TokenRefusal, token: Option<&Token<'_>>) -> String {
    match (refusal, token) {
        (TokenRefusal::Unverified(Unverified::Unsupported | Unverified::Legacy), Some(token)) => {
            format!("{refusal}: {}", token.algorithm_name())
        }
        _ => refusal.to_string(),
    }
}

/// A time-stamp that is refused is a finding, and is left out of account.
pub(super) fn refused(
    token: Option<&Token<'_>>,
    refusal: &TokenRefusal,
    report: &mut SignatureReport,
) -> TimeStampReport {
    let code = code::TIME_STAMP_REFUSED;
    let explanation = explanation(refusal, token);
    report.findings.push(Finding::new(code, "signature-time-stamp", explanation));
    let (indication, sub_indication) = outcome(refusal);
    let (indication, sub_indication) = (indication, Some(sub_indication));
    match token {
        Some(token) => describe(token, indication, sub_indication),
        None => TimeStampReport {
            indication,
            sub_indication,
            gen_time: None,
            authority: None,
            authority_not_after: None,
            policy: None,
            algorithm: None,
        },
    }
}
