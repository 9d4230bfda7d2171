//! What a signature still needs for level LT (EN 319 122-1 clause 6.3, EN 319 142-1 clause 6.3).

use std::time::SystemTime;

use super::{
    Validation,
    known::{Known, Revocation},
};
use crate::{
    Certificate, Error, Path, ValidationData, asn1::identifiers, signed_data::SignedData,
    time_stamp::Token, validation_data::certificates,
};

/// The most time-stamps of one kind whose needs are looked at.
const MAXIMUM_TIME_STAMPS: usize = 8;

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

impl Validation<'_> {
    /// What `container`, a signature or a time-stamp token, still needs. What stands in it, and
    /// in [`TrustMaterial::embedded`](super::TrustMaterial::embedded), is there already; the other
    /// certificates of the trust material serve to find paths.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLong`], and [`Error::Untrusted`] when no path leads to
    /// a trust anchor.
    pub fn needs(&self, container: &[u8]) -> Result<ValidationNeeds, Error> {
        let read = SignedData::read(container)?;
        let inside = certificates(&read, &mut Vec::new());
        let mut known = Known::of_container(self.trust, self.now, &read, &inside, &mut Vec::new());
        let mut needs = Needs { known: &known, found: ValidationNeeds::default() };
        if read.content_type == identifiers::TST_INFO {
            needs.add_token(self, &container[..container.len() - read.trailing.len()])?;
            return Ok(needs.without(&[], &self.trust.embedded.certificates));
        }
        for signer in &read.signers {
            known.add_attributes(signer);
        }
        let mut needs = Needs { known: &known, found: ValidationNeeds::default() };
        for signer in &read.signers {
            let named = signer.signing_certificate().ok().flatten();
            let certificate = known.certificates.iter().find(|one| {
                signer.identifies(one) && named.is_none_or(|named| named.identifies(one))
            });
            let mut time = self.now;
            for oid in [identifiers::SIGNATURE_TIME_STAMP, identifiers::ARCHIVE_TIME_STAMP_V3] {
                for value in signer.unsigned_values(oid).take(MAXIMUM_TIME_STAMPS) {
                    time = time.min(needs.add_token(self, value.raw)?);
                }
            }
            if let Some(certificate) = certificate {
                let candidates = &known.certificates;
                let path = Path::build(certificate, candidates, &self.trust.anchors, time)?;
                needs.add_path(path.certificates(), time, &ValidationData::default());
            }
        }
        Ok(needs.without(&inside, &self.trust.embedded.certificates))
    }
}

struct Needs<'a> {
    known: &'a Known<'a>,
    found: ValidationNeeds,
}

impl Needs<'_> {
    /// Adds what a token needs, and answers its time.
    fn add_token(&mut self, of: &Validation<'_>, token: &[u8]) -> Result<SystemTime, Error> {
        let token = Token::parse(token)?;
        let verified = token.verify_path(&of.trust.anchors, &self.known.certificates)?;
        let path: Vec<_> = verified.path().iter().collect();
        let own = token.validation_data();
        self.add_path(&path, token.gen_time(), &own);
        self.found.certificates.retain(|one| !own.certificates.contains(one));
        Ok(token.gen_time())
    }

    fn add_path(&mut self, path: &[&Certificate], time: SystemTime, beside: &ValidationData) {
        for pair in path.windows(2) {
            let [certificate, issuer] = *pair else { continue };
            if !self.found.certificates.contains(certificate) {
                self.found.certificates.push(certificate.clone());
            }
            let revocation = self.known.revocation(certificate, issuer, time, beside, None);
            let need = RevocationNeed { certificate: certificate.clone(), issuer: issuer.clone() };
            if !revocation.is_embedded()
                && revocation != Revocation::NotNeeded
                && !self.found.revocation.contains(&need)
            {
                self.found.revocation.push(need);
            }
        }
    }

    fn without(mut self, inside: &[Certificate], embedded: &[Certificate]) -> ValidationNeeds {
        self.found.certificates.retain(|one| !inside.contains(one) && !embedded.contains(one));
        self.found
    }
}
