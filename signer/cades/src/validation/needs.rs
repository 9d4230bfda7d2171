//! What a signature still needs for level LT (EN 319 122-1 clause 6.3, EN 319 142-1 clause 6.3).

use std::time::SystemTime;

use super::{
    Validation,
    known::{Known, Revocation},
};
use crate::{
    AugmentationRefusal, Certificate, Error, MAXIMUM_SIGNERS, MAXIMUM_TIME_STAMPS, Path,
    ValidationData,
    algorithm::VERIFICATION_STEPS,
    asn1::identifiers,
    signed_data::{Covered, PresentHashes, SignedData, Signer},
    time_stamp::Token,
    validation_data::certificates,
};

/// What is missing in a document, for its signature and time-stamps to be validated without
/// anything else than trust anchors.
#[derive(Clone, Debug, Default)]
pub struct ValidationNeeds {
    /// Certificates of paths, trust anchors left out.
    pub certificates: Vec<Certificate>,
    /// Certificates whose revocation data are missing: those of issuing CAs and time-stamping
    /// authorities, and of a signer that may be revoked.
    pub revocation: Vec<RevocationNeed>,
}

/// A certificate whose revocation data are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationNeed {
    /// The certificate.
    pub certificate: Certificate,
    /// Who issued it, and knows whether it was revoked.
    pub issuer: Certificate,
}

impl ValidationNeeds {
    fn without(mut self, inside: &[Certificate], embedded: &[Certificate]) -> Self {
        self.certificates.retain(|one| !inside.contains(one) && !embedded.contains(one));
        self
    }
}

/// A time-stamp and when it is known to have existed.
type DatedToken<'a> = (&'a [u8], Option<SystemTime>);

impl Validation<'_> {
    /// What `container`, a signature or a time-stamp token, still needs. What stands in it, and
    /// in [`TrustMaterial::embedded`](super::TrustMaterial::embedded), is there already; the other
    /// certificates of the trust material serve to find paths.
    ///
    /// Time-stamps are taken at their word: what they cover counts as old as they say, and
    /// [`Validation::proven_time`] too. Whether they hold is for [`Validation::validate`] to say.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLong`], [`Error::NotAugmentable`] for more time-stamps than
    /// are looked at, and [`Error::Untrusted`] when no path leads to a trust anchor.
    pub fn needs(&self, container: &[u8]) -> Result<ValidationNeeds, Error> {
        let cost = VERIFICATION_STEPS + 8 * container.len() as u64;
        let _ = self.trust.step(cost);
        let read = SignedData::read(container)?;
        // Whoever gave the account asks it whether this may be held.
        let _held = self.trust.hold(&read);
        let inside = certificates(&read, &mut Vec::new());
        let known = Known::of_container(self.trust, self.now, &read, &inside, &mut Vec::new());
        if read.content_type == identifiers::TST_INFO {
            let mut needs = Needs { known: &known, found: ValidationNeeds::default() };
            let token = &container[..container.len() - read.trailing.len()];
            needs.add_token(self, token, self.proven_time)?;
            return Ok(needs.found.without(&[], &self.trust.embedded.certificates));
        }
        if read.count_time_stamps() > MAXIMUM_TIME_STAMPS {
            return Err(AugmentationRefusal::TooManyTimeStamps.into());
        }
        let mut found = ValidationNeeds::default();
        let signers = &read.signers[..read.signers.len().min(MAXIMUM_SIGNERS)];
        // What stands in the attributes of one signer, or is dated by them, is its own.
        for (signer, mut known) in signers.iter().zip(std::iter::repeat_n(known, signers.len())) {
            known.add_attributes(signer);
            let stamps = self.date(&read, signer, &mut known);
            let mut needs = Needs { known: &known, found };
            let named = signer.signing_certificate().ok().flatten();
            let certificate = known.certificates.iter().find(|one| {
                signer.identifies(one) && named.as_ref().is_none_or(|named| named.identifies(one))
            });
            let mut time = self.proven_time.map_or(self.now, |proven| proven.min(self.now));
            for (stamp, since) in stamps {
                // One that is refused is left out of account by the validation as well.
                if let Ok(stated) = needs.add_token(self, stamp, since) {
                    time = time.min(stated);
                }
            }
            if let Some(certificate) = certificate {
                let candidates = &known.certificates;
                let path = Path::build(
                    certificate,
                    candidates,
                    &self.trust.anchors,
                    time,
                    &self.trust.account(),
                )?;
                needs.add_path(path.certificates(), time, &ValidationData::default(), None);
            }
            found = needs.found;
        }
        Ok(found.without(&inside, &self.trust.embedded.certificates))
    }

    /// The time-stamps of a signer, each with the earliest time of those that cover it. What an
    /// archive-time-stamp covers is dated in `known`.
    fn date<'a>(
        &self,
        read: &SignedData<'a>,
        signer: &Signer<'a>,
        known: &mut Known<'_>,
    ) -> Vec<DatedToken<'a>> {
        let mut present = PresentHashes::default();
        let mut archives: Vec<(SystemTime, Covered<'a>)> = Vec::new();
        for value in signer.unsigned_values(identifiers::ARCHIVE_TIME_STAMP_V3) {
            let Ok(token) = Token::parse(value.raw) else { continue };
            let Ok(index) = token.hash_index() else { continue };
            let covered = index.covered(&mut present, read, signer).unwrap_or_default();
            archives.push((token.gen_time(), covered));
        }
        for (time, covered) in &archives {
            known.prove(covered, *time);
        }
        let since = |value: &[u8]| {
            let covering = archives.iter().filter(|one| one.1.holds_unsigned_value(value));
            self.proven_time.into_iter().chain(covering.map(|one| one.0)).min()
        };
        let mut dated = Vec::new();
        for oid in [identifiers::SIGNATURE_TIME_STAMP, identifiers::ARCHIVE_TIME_STAMP_V3] {
            let values = signer.unsigned_values(oid);
            dated.extend(values.map(|value| (value.raw, since(value.raw))));
        }
        dated
    }
}

struct Needs<'a> {
    known: &'a Known<'a>,
    found: ValidationNeeds,
}

impl Needs<'_> {
    /// Adds what a token needs that existed at `since`, and answers its time.
    fn add_token(
        &mut self,
        of: &Validation<'_>,
        token: &[u8],
        since: Option<SystemTime>,
    ) -> Result<SystemTime, Error> {
        let token = Token::parse(token)?;
        let verified =
            token.verify_path(&of.trust.anchors, &self.known.certificates, &of.trust.account())?;
        let path: Vec<_> = verified.path().iter().collect();
        let own = token.validation_data();
        self.add_path(&path, token.gen_time(), &own, since);
        Ok(token.gen_time())
    }

    fn add_path(
        &mut self,
        path: &[&Certificate],
        time: SystemTime,
        beside: &ValidationData,
        since: Option<SystemTime>,
    ) {
        for pair in path.windows(2) {
            let [certificate, issuer] = *pair else { continue };
            let is_known = beside.certificates.contains(certificate);
            if !is_known && !self.found.certificates.contains(certificate) {
                self.found.certificates.push(certificate.clone());
            }
            let revocation = self.known.revocation(certificate, issuer, time, beside, since);
            let need = RevocationNeed { certificate: certificate.clone(), issuer: issuer.clone() };
            if !revocation.is_embedded()
                && revocation != Revocation::NotNeeded
                && !self.found.revocation.contains(&need)
            {
                self.found.revocation.push(need);
            }
        }
    }
}
