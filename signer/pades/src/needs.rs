//! What a document's signatures and time-stamps still need for long-term validation
//! (ETSI EN 319 142-1 clause 6.3, levels LT and LTA).

use std::time::SystemTime;

use cades::{
    Error as CmsError, Expectation, TrustMaterial, Validation, ValidationData as CmsValidationData,
    ValidationNeeds,
};

use crate::document::Document;
use crate::embedded::EmbeddedSignature;
use crate::error::Error;
use crate::revision::Revision;
use crate::validate::Evidence;

/// What one signature or document time-stamp of a document needs.
#[derive(Debug)]
pub struct SignatureNeeds {
    /// The signature.
    pub signature: EmbeddedSignature,
    /// What it needs that does not stand in the document; the error says why nobody can tell.
    pub needs: Result<ValidationNeeds, CmsError>,
}

impl Document {
    /// What the document security store holds that can be read.
    pub fn security_store(&self) -> CmsValidationData {
        Evidence::read(self.reader()).into_data()
    }

    /// What each signature and document time-stamp needs that stands neither in itself nor in the
    /// document security store, the newest first. `trust` tells where paths end, and holds
    /// certificates that are known.
    ///
    /// Document time-stamps are taken at their word: what they cover counts as old as they say.
    /// Whether they hold is for [`validate`](crate::validate) to say.
    ///
    /// # Errors
    /// [`Error`] when an object that is needed cannot be read.
    pub fn validation_needs(
        &self,
        trust: &TrustMaterial,
        now: SystemTime,
    ) -> Result<Vec<SignatureNeeds>, Error> {
        self.reader().effort().settle(self.needs_of_all(trust, now))
    }

    fn needs_of_all(
        &self,
        trust: &TrustMaterial,
        now: SystemTime,
    ) -> Result<Vec<SignatureNeeds>, Error> {
        let reader = self.reader();
        let mut signatures = self.signatures()?;
        signatures.sort_by_key(|one| std::cmp::Reverse(one.end()));
        let revisions = reader.revisions();
        let evidence = Evidence::read(reader);
        let mut trust = evidence.beside(trust, reader.effort());
        let mut proven_time: Option<SystemTime> = None;
        let mut all = Vec::with_capacity(signatures.len());
        for signature in signatures {
            let validation =
                Validation { trust: &trust, expectation: Expectation::Pades, now, proven_time };
            let needs = validation.needs(&signature.cms);
            reader.effort().check()?;
            if signature.is_time_stamp()
                && let Ok(token) = cades::time_stamp::Token::parse(&signature.cms)
            {
                let time = token.gen_time();
                // One end of line more or less may stand between the two ends.
                let end = signature.end().saturating_add(2);
                let ended = |one: &&Revision| one.end.is_some_and(|at| at <= end);
                let covered = revisions.iter().rfind(ended);
                if let Some(revision) = covered {
                    trust = Evidence::read(&reader.at_revision(revision)).dated(&trust, time);
                }
                proven_time = proven_time.into_iter().chain([time]).min();
            }
            all.push(SignatureNeeds { signature, needs });
        }
        Ok(all)
    }
}
