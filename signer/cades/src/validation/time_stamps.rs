//! Signature-time-stamps: what they prove, and why they do not (EN 319 102-1 clause 5.4).

use std::time::{Duration, SystemTime};

use super::{Validation, integrity::Intact};
use crate::{
    RevocationList, RevocationStatus, Unverified,
    asn1::identifiers,
    report::{Finding, Indication, SignatureReport, SubIndication, TimeStampReport, code},
    time_stamp::{TimeStampTrust, Token, TokenRefusal, VerifiedToken},
};

/// The most signature-time-stamps that are verified on one signature.
const MAXIMUM_TIME_STAMPS: usize = 8;

/// How far an authority's clock may be ahead of ours.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

impl Validation<'_> {
    /// Verifies the signature-time-stamps and gives the earliest time that is proven; that is the
    /// best-signature-time.
    pub(super) fn check_time_stamps(
        &self,
        signature: &Intact<'_>,
        lists: &[RevocationList],
        report: &mut SignatureReport,
    ) -> Option<SystemTime> {
        let mut proof = self.proven_time;
        let tokens = signature.signer.unsigned_values(identifiers::SIGNATURE_TIME_STAMP);
        for token in tokens.take(MAXIMUM_TIME_STAMPS) {
            let time_stamp = self.check_time_stamp(token.raw, signature, lists, report);
            if time_stamp.indication == Indication::TotalPassed {
                proof = proof.into_iter().chain(time_stamp.gen_time).min();
            }
            report.time_stamps.push(time_stamp);
        }
        report.best_signature_time = proof.unwrap_or(self.now);
        proof
    }

    fn check_time_stamp(
        &self,
        token: &[u8],
        signature: &Intact<'_>,
        lists: &[RevocationList],
        report: &mut SignatureReport,
    ) -> TimeStampReport {
        let read = match Token::parse(token) {
            Ok(read) => read,
            Err(refusal) => return refused(None, &refusal, report),
        };
        let value = signature.signer.signature;
        let imprint = seal::Digest::of(read.imprint().algorithm(), value);
        let verified = if imprint == *read.imprint() {
            read.verify(TimeStampTrust::Material(self.trust))
        } else {
            Err(TokenRefusal::OtherImprint)
        };
        match verified {
            Ok(verified) => {
                let mut own = SignatureReport::new(self.now);
                self.check_authority(&verified, lists, &mut own);
                report.findings.append(&mut own.findings);
                let mut time_stamp = describe(&read);
                time_stamp.indication = own.indication;
                time_stamp.sub_indication = own.sub_indication;
                time_stamp
            }
            Err(refusal) => refused(Some(&read), &refusal, report),
        }
    }

    /// What the token's own signature does not show: that it does not come from the future, and
    /// that the authority's certificates are not revoked.
    pub(super) fn check_authority(
        &self,
        verified: &VerifiedToken,
        lists: &[RevocationList],
        report: &mut SignatureReport,
    ) {
        let time_stamp = |code, explanation| Finding::new(code, "time-stamp", explanation);
        let ahead = verified.gen_time().duration_since(self.now).unwrap_or_default();
        if ahead > CLOCK_TOLERANCE {
            let explanation = "the time-stamp's time lies in the future";
            let finding = time_stamp(code::TIME_STAMP_REFUSED, explanation);
            let reason = SubIndication::SigConstraintsFailure;
            report.conclude(Indication::Indeterminate, reason, finding);
        }
        // Whoever holds the key of an expired certificate may date as they like: the token itself
        // needs a proof that it is older.
        let known_since = self.proven_time.unwrap_or(self.now);
        if verified.below_anchor().iter().any(|one| one.not_after() < known_since) {
            let explanation = "the certificate of the time-stamping authority has expired";
            let finding = time_stamp(code::CERTIFICATE_EXPIRED, explanation);
            let reason = SubIndication::OutOfBoundsNoPoe;
            report.conclude(Indication::Indeterminate, reason, finding);
        }
        for pair in verified.path().windows(2) {
            let [certificate, issuer] = pair else { continue };
            if let Some(RevocationStatus::Revoked { .. }) =
                self.revocation(certificate, issuer, verified.gen_time(), lists, report)
            {
                let explanation = "the time-stamping authority's path holds a revoked certificate";
                let subject = certificate.subject_name().to_string();
                let finding = Finding::new(code::CERTIFICATE_REVOKED, subject, explanation);
                let reason = SubIndication::RevokedNoPoe;
                report.conclude(Indication::Indeterminate, reason, finding);
            }
        }
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
        TokenRefusal::Unverified(Unverified::Unsupported | Unverified::Legacy) => {
            (Indeterminate, SubIndication::CryptoConstraintsFailure)
        }
        TokenRefusal::NoCertificate | TokenRefusal::OtherAuthority => {
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

fn describe(token: &Token<'_>) -> TimeStampReport {
    let authority = token.signer_certificate();
    TimeStampReport {
        indication: Indication::TotalPassed,
        sub_indication: None,
        gen_time: Some(token.gen_time()),
        authority: authority.map(|certificate| certificate.subject_name().to_string()),
        policy: Some(token.policy().clone()),
        algorithm: token.algorithm().map(|algorithm| algorithm.name()),
    }
}

/// A time-stamp that is refused is a finding, and is left out of account.
fn refused(
    token: Option<&Token<'_>>,
    refusal: &TokenRefusal,
    report: &mut SignatureReport,
) -> TimeStampReport {
    let code = code::TIME_STAMP_REFUSED;
    report.findings.push(Finding::new(code, "signature-time-stamp", refusal.to_string()));
    let (indication, sub_indication) = outcome(refusal);
    let (indication, sub_indication) = (indication, Some(sub_indication));
    match token {
        Some(token) => TimeStampReport { indication, sub_indication, ..describe(token) },
        None => TimeStampReport {
            indication,
            sub_indication,
            gen_time: None,
            authority: None,
            policy: None,
            algorithm: None,
        },
    }
}
