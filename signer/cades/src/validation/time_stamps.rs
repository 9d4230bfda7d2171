//! The time-stamps on a signature: what they prove, and what of it (EN 319 102-1 clauses 5.4 and
//! 5.6.2.1).

use std::time::SystemTime;

use super::{
    Validation,
    authority::{self, AuthorityChecked},
    integrity::Intact,
    known::Known,
};
use crate::{
    HashAlgorithm, HashValue, MAXIMUM_TIME_STAMPS, SignedContent, Unverified,
    asn1::{Element, identifiers},
    report::{EveryCheck, Indication, SignatureReport, SubIndication, TimeStampReport, code},
    signed_data::{Covered, HashIndex, PresentHashes, SignedData, Signer, archive_v2},
    time_stamp::{Token, TokenRefusal, VerifiedToken},
};

/// What the time-stamps on a signature come to.
#[derive(Debug)]
pub(super) struct Proof {
    /// The earliest time at which the signature is known to have existed.
    pub(super) time: Option<SystemTime>,
    /// The same, but by time-stamps as well that prove nothing any more.
    pub(super) claimed_time: Option<SystemTime>,
    /// The signature is younger than this: a content-time-stamp that it signed says so.
    pub(super) made_after: Option<SystemTime>,
    /// The validation data of the signature-time-stamps stand in the document.
    pub(super) is_long_term: bool,
    _checked: (),
}

/// That what a time-stamp covers was held against what it says.
#[derive(Debug)]
pub(super) struct ImprintChecked(());

/// That everything was looked at of a time-stamp (clause 5.4): what it covers, and whose it is.
#[derive(Debug)]
pub(super) struct TimeStampChecks(());

impl EveryCheck for TimeStampChecks {}

impl TimeStampChecks {
    pub(super) fn of(_imprint: &ImprintChecked, _authority: &AuthorityChecked) -> Self {
        Self(())
    }
}

/// Holds a time-stamp against the data that `hash` gives the digest of; without, they are not there.
pub(super) fn check_imprint(
    token: &Token<'_>,
    hash: Option<&dyn Fn(HashAlgorithm) -> HashValue>,
    report: &mut SignatureReport,
) -> ImprintChecked {
    match hash {
        None => {
            let explanation = "the data that the time-stamp covers are not there";
            let reason = SubIndication::SignedDataNotFound;
            report.undecided(reason, code::CONTENT_NOT_FOUND, explanation);
        }
        Some(hash) if hash(token.imprint().algorithm()) != *token.imprint() => {
            let explanation = "the time-stamp does not cover this data";
            report.failed(SubIndication::HashFailure, code::CONTENT_CHANGED, explanation);
        }
        Some(_) => {}
    }
    ImprintChecked(())
}

/// An archive-time-stamp that passed.
struct Archive<'a> {
    time: SystemTime,
    covered: Covered<'a>,
}

/// An archive-time-stamp that was read.
struct ArchiveToken<'a> {
    value: Element<'a>,
    token: Token<'a>,
    /// `None` of an archive-time-stamp-v2, which covers the container as a whole.
    index: Option<HashIndex<'a>>,
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
        if !are_few_enough(read, report) {
            return Proof {
                time: self.proven_time,
                claimed_time: self.proven_time,
                made_after: None,
                is_long_term: false,
                _checked: (),
            };
        }
        let archives = self.check_archive_time_stamps(read, signature, content, known, report);
        let signed_at = archives.iter().map(|archive| archive.time);
        let time = self.proven_time.into_iter().chain(signed_at).min();
        let mut proof = Proof {
            time,
            claimed_time: time,
            made_after: self.check_content_time_stamp(read, signature, content, known, report),
            is_long_term: true,
            _checked: (),
        };
        let tokens = signature.signer.unsigned_values(identifiers::SIGNATURE_TIME_STAMP);
        for token in tokens {
            let covering =
                archives.iter().filter(|one| one.covered.holds_unsigned_value(token.raw));
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
            let imprint = content_hash(read, content, token);
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
        let imprint = read.imprint().algorithm().hash(&signature.signer.signature);
        match self.verify_token(&read, &imprint, known) {
            Ok(verified) => self.judge_token(&read, &verified, known, since, report),
            Err(refusal) => (authority::refused(Some(&read), &refusal, report), false),
        }
    }

    fn verify_token(
        &self,
        token: &Token<'_>,
        imprint: &HashValue,
        known: &Known<'_>,
    ) -> Result<(VerifiedToken, ImprintChecked), TokenRefusal> {
        if imprint != token.imprint() {
            return Err(TokenRefusal::OtherImprint);
        }
        let verified =
            token.verify_path(&self.trust.anchors, &known.certificates, &self.trust.account())?;
        Ok((verified, ImprintChecked(())))
    }

    /// Also answers whether the token's own validation data stand in the document.
    fn judge_token(
        &self,
        token: &Token<'_>,
        (verified, imprint): &(VerifiedToken, ImprintChecked),
        known: &Known<'_>,
        since: Option<SystemTime>,
        report: &mut SignatureReport,
    ) -> (TimeStampReport, bool) {
        let mut own = SignatureReport::new(self.now);
        let authority = self.check_authority(token, verified, known, since, &mut own);
        own.pass(TimeStampChecks::of(imprint, &authority));
        report.findings.append(&mut own.findings);
        let time_stamp = authority::describe(token, own.indication, own.sub_indication);
        (time_stamp, authority.is_embedded)
    }

    fn check_archive_time_stamps<'a>(
        &self,
        read: &SignedData<'a>,
        signature: &Intact<'a>,
        content: SignedContent<'_>,
        known: &mut Known<'_>,
        report: &mut SignatureReport,
    ) -> Vec<Archive<'a>> {
        let mut tokens = Vec::new();
        for (oid, value) in archive_time_stamps(signature.signer) {
            match ArchiveToken::read(oid, value) {
                Ok(token) => tokens.push(token),
                Err(refusal) => {
                    let refused = authority::refused(None, &refusal, report);
                    report.archive_time_stamps.push(refused);
                }
            }
        }
        tokens.sort_by_key(|one| std::cmp::Reverse(one.token.gen_time()));
        let mut archives: Vec<Archive<'a>> = Vec::new();
        let mut present = PresentHashes::default();
        let mut later = Vec::new();
        for ArchiveToken { value, token, index } in &tokens {
            later.push(value.raw);
            let covering =
                archives.iter().filter(|one| one.covered.holds_unsigned_value(value.raw));
            let since = self.proven_time.into_iter().chain(covering.map(|one| one.time)).min();
            let imprint = match index {
                Some(index) => {
                    indexed_imprint(read, signature, content, index, token, &mut present)
                }
                None => whole_imprint(read, signature, content, token, &later),
            };
            let verified = imprint.and_then(|(imprint, covered)| {
                Ok((self.verify_token(token, &imprint, known)?, covered))
            });
            let time_stamp = match verified {
                Ok((verified, covered)) => {
                    let (stamp, _) = self.judge_token(token, &verified, known, since, report);
                    if stamp.indication == Indication::TotalPassed {
                        let time = token.gen_time();
                        known.prove(&covered, time);
                        archives.push(Archive { time, covered });
                    }
                    stamp
                }
                Err(refusal) => authority::refused(Some(token), &refusal, report),
            };
            report.archive_time_stamps.push(time_stamp);
        }
        archives
    }
}

impl<'a> ArchiveToken<'a> {
    fn read(oid: &[u8], value: Element<'a>) -> Result<Self, TokenRefusal> {
        let token = Token::parse(value.raw)?;
        let index = match oid {
            identifiers::ARCHIVE_TIME_STAMP_V3 => Some(token.hash_index()?),
            _ => None,
        };
        Ok(Self { value, token, index })
    }
}

/// The archive-time-stamps of a signer that can be verified: v3 and v2.
fn archive_time_stamps<'a>(signer: &Signer<'a>) -> impl Iterator<Item = (&'a [u8], Element<'a>)> {
    let is_archive = |oid: &[u8]| {
        [identifiers::ARCHIVE_TIME_STAMP_V3, identifiers::ARCHIVE_TIME_STAMP_V2].contains(&oid)
    };
    signer.all_unsigned_values().filter(move |(oid, _)| is_archive(oid))
}

/// Whether all time-stamps can be looked at. One that is passed over may be the one that the others
/// rely on, so that beyond the limit none counts.
fn are_few_enough(read: &SignedData<'_>, report: &mut SignatureReport) -> bool {
    let count = read.count_time_stamps();
    if count > MAXIMUM_TIME_STAMPS {
        let explanation = format!(
            "{count} time-stamps are more than the {MAXIMUM_TIME_STAMPS} that are looked at"
        );
        let reason = SubIndication::SigConstraintsFailure;
        report.undecided(reason, code::TIME_STAMP_COUNT, &explanation);
    }
    count <= MAXIMUM_TIME_STAMPS
}

/// The hash of the content that a token covers: of what is inside, or of what was given.
fn content_hash(
    read: &SignedData<'_>,
    content: SignedContent<'_>,
    token: &Token<'_>,
) -> Option<HashValue> {
    read.content_hash(content, token.imprint().algorithm())
}

/// What an archive-time-stamp-v3 must cover (EN 319 122-1 clause 5.5.3), and what it dates.
fn indexed_imprint<'a>(
    read: &SignedData<'a>,
    signature: &Intact<'a>,
    content: SignedContent<'_>,
    index: &HashIndex<'a>,
    token: &Token<'_>,
    present: &mut PresentHashes<'a>,
) -> Result<(HashValue, Covered<'a>), TokenRefusal> {
    if index.algorithm.is_none() {
        return Err(Unverified::Unsupported.into());
    }
    let covered = index.covered(present, read, signature.signer);
    let covered = covered.ok_or(TokenRefusal::OtherImprint)?;
    if let Some(hash) = index.algorithm.filter(|hash| hash.is_broken()) {
        return Err(TokenRefusal::BrokenHash(hash));
    }
    let content = content_hash(read, content, token).ok_or(TokenRefusal::OtherImprint)?;
    let message = index.message(read, signature.signer, content.as_bytes());
    Ok((token.imprint().algorithm().hash(&message), covered))
}

/// What an archive-time-stamp-v2 must cover, and what it dates.
fn whole_imprint<'a>(
    read: &SignedData<'a>,
    signature: &Intact<'a>,
    content: SignedContent<'_>,
    token: &Token<'_>,
    later: &[&[u8]],
) -> Result<(HashValue, Covered<'a>), TokenRefusal> {
    let algorithm = token.imprint().algorithm();
    archive_v2::imprint(read, signature.signer, content, algorithm, later)
        .ok_or(TokenRefusal::NoContent)
}
