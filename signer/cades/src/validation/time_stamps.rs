//! The time-stamps on a signature: what they prove, and what of it (EN 319 102-1 clauses 5.4 and
//! 5.6.2.1).

use std::time::SystemTime;

use seal::Digest;

use super::{Validation, authority, integrity::Intact, known::Known};
use crate::{
    SignedContent,
    asn1::identifiers,
    report::{Indication, SignatureReport, SubIndication, TimeStampReport, code},
    signed_data::{SignedData, hash_index::HashIndex},
    time_stamp::{Token, TokenRefusal, VerifiedToken},
};

/// The most signature-time-stamps that are verified on one signature, and the most
/// archive-time-stamps.
const MAXIMUM_TIME_STAMPS: usize = 8;

/// What the time-stamps on a signature come to.
#[derive(Debug, Default)]
pub(super) struct Proof {
    /// The earliest time at which the signature is known to have existed.
    pub(super) time: Option<SystemTime>,
    /// The same, but by time-stamps as well that prove nothing any more.
    pub(super) claimed_time: Option<SystemTime>,
    /// The signature is younger than this: a content-time-stamp that it signed says so.
    pub(super) made_after: Option<SystemTime>,
    /// The validation data of the signature-time-stamps stand in the document.
    pub(super) is_long_term: bool,
}

/// An archive-time-stamp that passed.
struct Archive<'a> {
    time: SystemTime,
    index: HashIndex<'a>,
}

impl Validation<'_> {
    /// Verifies the time-stamps, the newest first, so that each proves the age of those that it
    /// covers; the earliest proven time is the best-signature-time.
    pub(super) fn check_time_stamps<'a>(
        &self,
        read: &SignedData<'a>,
        signature: &Intact<'a>,
        content: SignedContent<'_>,
        known: &mut Known<'_>,
        report: &mut SignatureReport,
    ) -> Proof {
        let archives = self.check_archive_time_stamps(read, signature, content, known, report);
        let signed_at = archives.iter().map(|archive| archive.time);
        let time = self.proven_time.into_iter().chain(signed_at).min();
        let mut proof = Proof {
            time,
            claimed_time: time,
            made_after: self.check_content_time_stamp(read, signature, content, known, report),
            is_long_term: true,
        };
        let tokens = signature.signer.unsigned_values(identifiers::SIGNATURE_TIME_STAMP);
        for token in tokens.take(MAXIMUM_TIME_STAMPS) {
            let oid = identifiers::SIGNATURE_TIME_STAMP;
            let covering =
                archives.iter().filter(|one| one.index.covers_unsigned_value(oid, token.raw));
            let since = self.proven_time.into_iter().chain(covering.map(|one| one.time)).min();
            let (time_stamp, is_long_term) =
                self.check_signature_time_stamp(token.raw, signature, known, since, report);
            if let (Some(gen_time), Some(since)) = (time_stamp.gen_time, since)
                && since + authority::CLOCK_TOLERANCE < gen_time
            {
                let explanation = "a time-stamp covers one that says it is younger";
                let reason = SubIndication::TimestampOrderFailure;
                report.undecided(reason, code::TIME_STAMP_ORDER, explanation);
            }
            if time_stamp.indication == Indication::TotalPassed {
                proof.time = proof.time.into_iter().chain(time_stamp.gen_time).min();
            }
            if time_stamp.proved_once() {
                let claimed = proof.claimed_time.into_iter().chain(time_stamp.gen_time);
                proof.claimed_time = claimed.min();
                proof.is_long_term &= is_long_term;
            }
            report.time_stamps.push(time_stamp);
        }
        report.best_signature_time = proof.time.unwrap_or(self.now);
        proof
    }

    /// content-time-stamp (EN 319 122-1 clause 5.2.8), which is signed.
    fn check_content_time_stamp(
        &self,
        read: &SignedData<'_>,
        signature: &Intact<'_>,
        content: SignedContent<'_>,
        known: &Known<'_>,
        report: &mut SignatureReport,
    ) -> Option<SystemTime> {
        let value = signature.signer.signed_attribute(identifiers::CONTENT_TIME_STAMP);
        let value = value.ok().flatten()?;
        let token = Token::parse(value.raw);
        let verified = token.as_ref().map_err(Clone::clone).and_then(|token| {
            let imprint = read.content_digest(content, token.imprint().algorithm());
            self.verify_token(token, &imprint.ok_or(TokenRefusal::OtherImprint)?, known)
        });
        match (&token, verified) {
            (Ok(token), Ok(verified)) => {
                let (stamp, _) =
                    self.judge_token(token, &verified, known, self.proven_time, report);
                stamp.gen_time.filter(|_| stamp.indication == Indication::TotalPassed)
            }
            (token, Err(refusal)) => {
                authority::refused(token.as_ref().ok(), &refusal, report);
                None
            }
            (Err(_), Ok(_)) => None,
        }
    }

    fn check_signature_time_stamp(
        &self,
        token: &[u8],
        signature: &Intact<'_>,
        known: &Known<'_>,
        since: Option<SystemTime>,
        report: &mut SignatureReport,
    ) -> (TimeStampReport, bool) {
        let read = match Token::parse(token) {
            Ok(read) => read,
            Err(refusal) => return (authority::refused(None, &refusal, report), false),
        };
        let imprint = Digest::of(read.imprint().algorithm(), signature.signer.signature);
        match self.verify_token(&read, &imprint, known) {
            Ok(verified) => self.judge_token(&read, &verified, known, since, report),
            Err(refusal) => (authority::refused(Some(&read), &refusal, report), false),
        }
    }

    fn verify_token(
        &self,
        token: &Token<'_>,
        imprint: &Digest,
        known: &Known<'_>,
    ) -> Result<VerifiedToken, TokenRefusal> {
        if imprint != token.imprint() {
            return Err(TokenRefusal::OtherImprint);
        }
        token.verify_path(&self.trust.anchors, &known.certificates)
    }

    /// Also answers whether the token's own validation data stand in the document.
    fn judge_token(
        &self,
        token: &Token<'_>,
        verified: &VerifiedToken,
        known: &Known<'_>,
        since: Option<SystemTime>,
        report: &mut SignatureReport,
    ) -> (TimeStampReport, bool) {
        let mut own = SignatureReport::new(self.now);
        let is_long_term = self.check_authority(token, verified, known, since, &mut own);
        report.findings.append(&mut own.findings);
        let time_stamp = TimeStampReport {
            indication: own.indication,
            sub_indication: own.sub_indication,
            ..authority::describe(token)
        };
        (time_stamp, is_long_term)
    }

    fn check_archive_time_stamps<'a>(
        &self,
        read: &SignedData<'a>,
        signature: &Intact<'a>,
        content: SignedContent<'_>,
        known: &mut Known<'_>,
        report: &mut SignatureReport,
    ) -> Vec<Archive<'a>> {
        let oid = identifiers::ARCHIVE_TIME_STAMP_V3;
        let mut tokens = Vec::new();
        for value in signature.signer.unsigned_values(oid).take(MAXIMUM_TIME_STAMPS) {
            match Token::parse(value.raw).and_then(|token| Ok((token.hash_index()?, token))) {
                Ok((index, token)) => tokens.push((value, index, token)),
                Err(refusal) => {
                    let refused = authority::refused(None, &refusal, report);
                    report.archive_time_stamps.push(refused);
                }
            }
        }
        tokens.sort_by_key(|(_, _, token)| std::cmp::Reverse(token.gen_time()));
        let mut archives: Vec<Archive<'a>> = Vec::new();
        for (value, index, token) in tokens {
            let covering =
                archives.iter().filter(|one| one.index.covers_unsigned_value(oid, value.raw));
            let since = self.proven_time.into_iter().chain(covering.map(|one| one.time)).min();
            let imprint = archive_imprint(read, signature, content, &index, &token);
            let verified = imprint.and_then(|imprint| self.verify_token(&token, &imprint, known));
            let time_stamp = match verified {
                Ok(verified) => self.judge_token(&token, &verified, known, since, report).0,
                Err(refusal) => authority::refused(Some(&token), &refusal, report),
            };
            if time_stamp.indication == Indication::TotalPassed {
                let time = token.gen_time();
                known.prove(&index, time);
                archives.push(Archive { time, index });
            }
            report.archive_time_stamps.push(time_stamp);
        }
        archives
    }
}

/// What an archive-time-stamp must cover (EN 319 122-1 clause 5.5.3).
fn archive_imprint(
    read: &SignedData<'_>,
    signature: &Intact<'_>,
    content: SignedContent<'_>,
    index: &HashIndex<'_>,
    token: &Token<'_>,
) -> Result<Digest, TokenRefusal> {
    if index.algorithm.is_none() {
        return Err(TokenRefusal::Malformed("its ats-hash-index-v3 has an unknown algorithm"));
    }
    if !index.is_satisfied(read, signature.signer) {
        return Err(TokenRefusal::OtherImprint);
    }
    let algorithm = token.imprint().algorithm();
    let content = read.content_digest(content, algorithm).ok_or(TokenRefusal::OtherImprint)?;
    Ok(Digest::of(algorithm, &index.message(read, signature.signer, &content)))
}
