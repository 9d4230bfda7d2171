//! Validating signatures (EN 319 102-1 clauses 5.3 and 5.5) and time-stamps (clause 5.4).

mod authority;
mod checks;
mod integrity;
mod known;
mod level;
mod needs;
mod time_stamps;
mod trust;

use std::{fmt::Display, time::SystemTime};

use crate::{
    Certificate, HashAlgorithm, HashValue, MAXIMUM_SIGNERS, Oid, RevocationPolicy, SignedContent,
    TrustMaterial,
    algorithm::VERIFICATION_STEPS,
    asn1::{identifiers, tag},
    report::{Finding, Indication, Kind, SignatureReport, SubIndication, code},
    signed_data::{SignedData, Signer},
    time_stamp::{Token, TokenRefusal},
    validation_data::certificates,
};
use checks::Checks;
use known::Known;
pub use needs::{RevocationNeed, ValidationNeeds};
use time_stamps::{TimeStampChecks, check_imprint};

/// The format that a container was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// By itself: nothing may follow it.
    Cades,
    /// In the `/Contents` of a PDF signature: zeros may follow it.
    Pades,
    /// The same, of the SubFilter `adbe.pkcs7.detached` (ISO 32000-1 clause 12.8.3.3): it need not
    /// be an AdES signature, and has no level of the baseline.
    Pkcs7,
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
    /// Validates the only signature in `container` over `content`: several fail.
    pub fn validate(&self, container: &[u8], content: SignedContent<'_>) -> SignatureReport {
        let mut reports = self.validate_signers(container, content, 1);
        reports.pop().unwrap_or_else(|| {
            let mut report = SignatureReport::new(self.now);
            let explanation = "there is no report on any signer";
            report.failed(SubIndication::FormatFailure, code::SIGNER_COUNT, &explanation);
            report
        })
    }

    /// Validates the only signature in `container` over the SHA-1 hash of a document, which stands
    /// inside as its content: the SubFilter `adbe.pkcs7.sha1` (ISO 32000-1 clause 12.8.3.3.1).
    /// Whatever the signature is made with, SHA-1 binds it to the document, and is not trusted any
    /// more.
    pub fn validate_over_sha1(&self, container: &[u8], hash: &HashValue) -> SignatureReport {
        let mut report = self.validate(container, SignedContent::Bytes(hash.as_bytes()));
        let explanation = "the document is signed by its SHA-1 hash, which is no longer trusted \
                           (ETSI TS 119 312)";
        let reason = SubIndication::CryptoConstraintsFailure;
        report.undecided(reason, code::ALGORITHM, explanation);
        report
    }

    /// Validates every signature in `container` over `content`, each by itself, in the order of
    /// the container. One report tells of a container that cannot be read, that holds none, or
    /// that holds more than [`MAXIMUM_SIGNERS`].
    pub fn validate_all(
        &self,
        container: &[u8],
        content: SignedContent<'_>,
    ) -> Vec<SignatureReport> {
        self.validate_signers(container, content, MAXIMUM_SIGNERS)
    }

    /// Never answers nothing.
    fn validate_signers(
        &self,
        container: &[u8],
        content: SignedContent<'_>,
        maximum: usize,
    ) -> Vec<SignatureReport> {
        let mut report = self.report();
        // Reading is done in a few passes; who could not pay for them is told so at the end.
        let _ = self.trust.step(8 * container.len() as u64);
        let read = match SignedData::read(container) {
            Ok(read) => read.charged_to(self.trust.effort.as_ref()),
            Err(error) => {
                report.failed(SubIndication::FormatFailure, code::MALFORMED, &error);
                return vec![report];
            }
        };
        // Whoever gave the account says that it may not be held; no report is worth anything then.
        let held = self.trust.hold(&read);
        if let Err(exhausted) = &held {
            report.undecided(SubIndication::SigConstraintsFailure, code::MALFORMED, exhausted);
            return vec![report];
        }
        if read.content_type == identifiers::TST_INFO {
            return vec![self.validate_bare_token(&read, container, content, report)];
        }
        let certificates = certificates(&read, &mut report.findings);
        let findings = &mut report.findings;
        findings.extend_from_slice(&self.trust.embedded.unreadable);
        let known = Known::of_container(self.trust, self.now, &read, &certificates, findings);
        let Some(signers) = self.signers(&read, maximum, &mut report) else {
            return vec![report];
        };
        // Each hashes the container, as does each of its time-stamps.
        let once = VERIFICATION_STEPS + 2 * container.len() as u64;
        let cost = once.saturating_mul(1 + read.count_time_stamps() as u64);
        // Each has its own of both; the last one takes what is there.
        let each = signers.iter().zip(std::iter::repeat_n((known, report), signers.len()));
        each.map(|(signer, (known, mut report))| {
            if let Err(exhausted) = self.trust.step(cost) {
                // Whoever gave the account says so; but no report may look as if it had passed.
                let reason = SubIndication::SigConstraintsFailure;
                report.undecided(reason, code::MALFORMED, &exhausted);
                return report;
            }
            self.validate_signer(&read, signer, &certificates, content, known, report)
        })
        .collect()
    }

    fn validate_signer<'a>(
        &'a self,
        read: &'a SignedData<'a>,
        signer: &'a Signer<'a>,
        certificates: &'a [Certificate],
        content: SignedContent<'_>,
        mut known: Known<'a>,
        mut report: SignatureReport,
    ) -> SignatureReport {
        mention(signer, &mut report);
        let Some(signature) =
            self.check_integrity(read, signer, certificates, content, &mut report)
        else {
            return report;
        };
        report.is_intact = true;
        known.add_attributes(signature.signer);
        report.findings.extend_from_slice(known.unreadable_attributes());
        let proof = self.check_time_stamps(read, &signature, content, &mut known, &mut report);
        let algorithm = signature.signer.algorithm().ok();
        let certificate = signature.certificate;
        let trust = self.check_trust(certificate, &known, algorithm, &proof, &mut report);
        let has_evidence = trust.has_evidence && proof.is_long_term;
        let level = self.level(&signature, has_evidence, &mut report);
        report.level = level.stated;
        report.pass(Checks::of_signature(&signature, &proof, &trust, &level));
        report
    }

    /// Validates a time-stamp over the data that `hash` gives the digest of.
    pub fn validate_time_stamp(
        &self,
        token: &[u8],
        hash: &dyn Fn(HashAlgorithm) -> HashValue,
    ) -> SignatureReport {
        let mut report = self.report();
        report.kind = Some(Kind::TimeStamp);
        let read = match self.expectation {
            Expectation::Cades => Token::parse(token),
            Expectation::Pades | Expectation::Pkcs7 => Token::parse_padded(token),
        };
        match read {
            Ok(token) => self.check_token(&token, Some(hash), &mut report),
            Err(error) => unreadable_token(&error, &mut report),
        }
        report
    }

    /// A time-stamp token where a signature was expected. By itself it is judged as what it is: a
    /// time-stamp over `content`. In a PDF the SubFilter says that it must be a signature.
    fn validate_bare_token(
        &self,
        read: &SignedData<'_>,
        token: &[u8],
        content: SignedContent<'_>,
        mut report: SignatureReport,
    ) -> SignatureReport {
        report.kind = Some(Kind::TimeStamp);
        if self.expectation != Expectation::Cades {
            let explanation = "a time-stamp token stands where a signature has to be";
            report.failed(SubIndication::FormatFailure, code::NOT_A_SIGNATURE, explanation);
            return report;
        }
        let token = match Token::parse(token) {
            Ok(token) => token,
            Err(error) => {
                unreadable_token(&error, &mut report);
                return report;
            }
        };
        let is_given = !matches!(content, SignedContent::Attached);
        let imprint = || read.content_hash(content, token.imprint().algorithm());
        let hash = is_given.then(imprint).flatten();
        match hash {
            Some(hash) => self.check_token(&token, Some(&|_| hash), &mut report),
            None => self.check_token(&token, None, &mut report),
        }
        report
    }

    fn report(&self) -> SignatureReport {
        let mut report = SignatureReport::new(self.now);
        report.revocation_policy = self.trust.revocation_policy;
        report
    }

    fn check_token(
        &self,
        token: &Token<'_>,
        hash: Option<&dyn Fn(HashAlgorithm) -> HashValue>,
        report: &mut SignatureReport,
    ) {
        report.algorithm = token.algorithm().map(|algorithm| algorithm.name());
        if let Some(certificate) = token.signer_certificate() {
            report.describe(certificate);
            report.kind = Some(Kind::TimeStamp);
        }
        let imprint = check_imprint(token, hash, report);
        let known = Known::new(self.trust, self.now);
        match token.verify_path(&self.trust.anchors, &known.certificates, &self.trust.account()) {
            Ok(verified) => {
                report.certificates = verified.path().iter().map(Into::into).collect();
                let authority =
                    self.check_authority(token, &verified, &known, self.proven_time, report);
                report.holds_validation_data = authority.is_embedded;
                report.pass(TimeStampChecks::of(&imprint, &authority));
            }
            Err(refusal) => {
                let (indication, sub_indication) = authority::outcome(&refusal);
                let explanation = authority::explanation(&refusal, Some(token));
                let finding = Finding::new(code::TIME_STAMP_REFUSED, "time-stamp", explanation);
                report.conclude(indication, sub_indication, finding);
            }
        }
        if report.indication == Indication::TotalPassed {
            report.best_signature_time = token.gen_time();
        }
    }
}

/// What stands in a signature and is not judged, so that nobody thinks that it was.
fn mention(signer: &Signer<'_>, report: &mut SignatureReport) {
    let policy = signer.signed_attribute(identifiers::SIGNATURE_POLICY);
    if let Some(policy) = policy.ok().flatten() {
        // SignaturePolicyIdentifier (EN 319 122-1 clause 5.2.9): a policy's identifier, or NULL.
        let named = policy.elements().and_then(|mut fields| fields.expect(tag::OBJECT_IDENTIFIER));
        let named = named.ok().and_then(|oid| Oid::from_contents(oid.contents));
        let named = named.map_or_else(|| "that is implied".to_owned(), |oid| oid.to_string());
        let explanation = format!("the signature policy {named} is stated, and was not judged");
        report.findings.push(Finding::new(code::SIGNATURE_POLICY, "signature", explanation));
    }
    let count = signer.unsigned_values(identifiers::COUNTERSIGNATURE).count();
    if count > 0 {
        let noun = if count == 1 { "counter-signature stands" } else { "counter-signatures stand" };
        let explanation = format!("{count} {noun} in it, not judged");
        report.findings.push(Finding::new(code::COUNTER_SIGNATURE, "signature", explanation));
    }
}

/// A token that cannot be read, or not be verified with what is known of algorithms.
fn unreadable_token(refusal: &TokenRefusal, report: &mut SignatureReport) {
    let (indication, reason) = authority::outcome(refusal);
    let code = match indication {
        Indication::TotalFailed => code::MALFORMED,
        Indication::Indeterminate | Indication::TotalPassed => code::ALGORITHM,
    };
    report.conclude(indication, reason, Finding::new(code, "time-stamp", refusal.to_string()));
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

#[cfg(test)]
mod tests;
