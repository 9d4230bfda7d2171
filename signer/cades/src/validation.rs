//! Validating signatures (EN 319 102-1 clauses 5.3 and 5.5) and time-stamps (clause 5.4).

mod integrity;
mod level;
mod time_stamps;
mod trust;

use std::{fmt::Display, time::SystemTime};

use seal::{CertificateDer, Digest, DigestAlgorithm};

use crate::{
    Certificate, RevocationList, TrustAnchors,
    report::{Finding, Indication, Kind, SignatureReport, SubIndication, code},
    signed_data::SignedData,
    time_stamp::{TimeStampTrust, Token},
};

/// What a validation trusts and knows.
#[derive(Clone, Debug, Default)]
pub struct TrustMaterial {
    /// Where paths may end.
    pub anchors: TrustAnchors,
    /// Certificates for the path beside those in the signature, such as those of a PDF's DSS.
    pub certificates: Vec<Certificate>,
    /// Revocation lists beside those in the signature.
    pub revocation_lists: Vec<RevocationList>,
}

/// The format that a container was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// By itself: nothing may follow it.
    Cades,
    /// In the `/Contents` of a PDF signature: zeros may follow it.
    Pades,
}

/// The content that a signature is over.
#[derive(Clone, Copy)]
pub enum SignedContent<'a> {
    /// Inside the container.
    Attached,
    /// These bytes. If the container has its content inside too, both must be the same.
    Bytes(&'a [u8]),
    /// Known by its digests, whichever the signature needs.
    Hashed(&'a dyn Fn(DigestAlgorithm) -> Digest),
}

/// One validation: the trust, the format and the time.
#[derive(Clone, Copy, Debug)]
pub struct Validation<'a> {
    /// What is trusted.
    pub trust: &'a TrustMaterial,
    /// The format.
    pub expectation: Expectation,
    /// The time of validation.
    pub now: SystemTime,
    /// A time at which the signature existed, proven otherwise: by a later document time-stamp.
    pub proven_time: Option<SystemTime>,
}

impl Validation<'_> {
    /// Validates the signature in `container` over `content`.
    pub fn validate(&self, container: &[u8], content: SignedContent<'_>) -> SignatureReport {
        let mut report = SignatureReport::new(self.now);
        let read = match SignedData::read(container) {
            Ok(read) => read,
            Err(error) => {
                report.failed(SubIndication::FormatFailure, code::MALFORMED, &error);
                return report;
            }
        };
        let certificates = readable_certificates(&read, &mut report);
        let lists = readable_revocation_lists(&read, &mut report);
        let Some(signature) = self.check_integrity(&read, &certificates, content, &mut report)
        else {
            return report;
        };
        let proof = self.check_time_stamps(&signature, &lists, &mut report);
        let candidates = [&certificates[..], &self.trust.certificates[..]].concat();
        self.check_trust(signature.certificate, &candidates, &lists, proof, &mut report);
        report.level = self.level(&signature, &mut report);
        report
    }

    /// Validates a time-stamp over the data that `hash` gives the digest of.
    pub fn validate_time_stamp(
        &self,
        token: &[u8],
        hash: &dyn Fn(DigestAlgorithm) -> Digest,
    ) -> SignatureReport {
        let mut report = SignatureReport::new(self.now);
        report.kind = Some(Kind::TimeStamp);
        let read = match self.expectation {
            Expectation::Cades => Token::parse(token),
            Expectation::Pades => Token::parse_padded(token),
        };
        match read {
            Ok(token) => self.check_token(&token, hash, &mut report),
            Err(error) => report.failed(SubIndication::FormatFailure, code::MALFORMED, &error),
        }
        report
    }

    fn check_token(
        &self,
        token: &Token<'_>,
        hash: &dyn Fn(DigestAlgorithm) -> Digest,
        report: &mut SignatureReport,
    ) {
        report.algorithm = token.algorithm().map(|algorithm| algorithm.name());
        if let Some(certificate) = token.signer_certificate() {
            report.describe(certificate);
            report.kind = Some(Kind::TimeStamp);
        }
        if hash(token.imprint().algorithm()) != *token.imprint() {
            let explanation = "the time-stamp does not cover this data";
            report.failed(SubIndication::HashFailure, code::CONTENT_CHANGED, explanation);
        }
        match token.verify(TimeStampTrust::Material(self.trust)) {
            Ok(verified) => {
                report.certificates = verified.path().iter().map(Into::into).collect();
                self.check_authority(&verified, &[], report);
            }
            Err(refusal) => {
                let (indication, sub_indication) = time_stamps::outcome(&refusal);
                let finding =
                    Finding::new(code::TIME_STAMP_REFUSED, "time-stamp", refusal.to_string());
                report.conclude(indication, sub_indication, finding);
            }
        }
        if report.indication == Indication::TotalPassed {
            report.best_signature_time = token.gen_time();
        }
    }
}

impl SignatureReport {
    fn failed(
        &mut self,
        reason: SubIndication,
        code: &'static str,
        explanation: &(impl Display + ?Sized),
    ) {
        let finding = Finding::new(code, "signature", explanation.to_string());
        self.conclude(Indication::TotalFailed, reason, finding);
    }

    fn undecided(
        &mut self,
        reason: SubIndication,
        code: &'static str,
        explanation: &(impl Display + ?Sized),
    ) {
        let finding = Finding::new(code, "signature", explanation.to_string());
        self.conclude(Indication::Indeterminate, reason, finding);
    }
}

impl std::fmt::Debug for SignedContent<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Attached => "Attached",
            Self::Bytes(_) => "Bytes(..)",
            Self::Hashed(_) => "Hashed(..)",
        })
    }
}

fn readable_certificates(read: &SignedData<'_>, report: &mut SignatureReport) -> Vec<Certificate> {
    let mut readable = Vec::new();
    for der in &read.certificates {
        match Certificate::parse(CertificateDer::new(der.to_vec())) {
            Ok(certificate) => readable.push(certificate),
            Err(error) => {
                let code = code::CERTIFICATE_UNREADABLE;
                report.findings.push(Finding::new(code, "certificate", error.to_string()));
            }
        }
    }
    readable
}

fn readable_revocation_lists(
    read: &SignedData<'_>,
    report: &mut SignatureReport,
) -> Vec<RevocationList> {
    let mut readable = Vec::new();
    for der in &read.revocation_lists {
        match RevocationList::parse(der.to_vec()) {
            Ok(list) => readable.push(list),
            Err(error) => {
                let code = code::REVOCATION_LIST_UNREADABLE;
                report.findings.push(Finding::new(code, "revocation list", error.to_string()));
            }
        }
    }
    readable
}

#[cfg(test)]
mod tests;
