//! Verifying tokens (RFC 3161 section 2.4.2, RFC 5816).

use std::time::SystemTime;

use seal::Effort;

use super::Token;
use crate::{
    Certificate, Path, TrustAnchors, TrustMaterial, Unverified, asn1::identifiers,
    time_stamp::TokenRefusal,
};

/// Whom a token may come from.
#[derive(Clone, Copy, Debug)]
pub enum TimeStampTrust<'a> {
    /// From this authority's certificate, which the caller trusts already: for an authority that
    /// was looked at once, so that a token costs one verification.
    Certificate(&'a Certificate),
    /// From the unit with this certificate, which made the token in this very process. All is
    /// compared but the signature's arithmetic: who could forge that could sign our documents,
    /// and it would cost as much again as the verification of the document's own signature.
    InProcess(&'a Certificate),
    /// From any authority with a path to one of these, at the token's time.
    Anchors(&'a TrustAnchors),
    /// The same; the authority's certificate and those above it may stand in the material too.
    Material(&'a TrustMaterial),
}

/// A token whose signature and signer have been verified. What it covers is the caller's to
/// compare.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    gen_time: SystemTime,
    path: Vec<Certificate>,
}

impl Token<'_> {
    /// Verifies the signature, the signed attributes, and the signer's certificate at the time of
    /// the token.
    ///
    /// # Errors
    /// [`TokenRefusal`].
    pub fn verify(&self, trust: TimeStampTrust<'_>) -> Result<VerifiedToken, TokenRefusal> {
        match trust {
            TimeStampTrust::Certificate(given) => {
                self.verify_statement(self.expect_signer(given)?)?;
                self.signer.verify_attributes(given).1?;
                Ok(self.verified(vec![given.clone()]))
            }
            TimeStampTrust::InProcess(given) => {
                self.verify_statement(self.expect_signer(given)?)?;
                Ok(self.verified(vec![given.clone()]))
            }
            TimeStampTrust::Anchors(anchors) => self.verify_path(anchors, &[], &Effort::default()),
            TimeStampTrust::Material(material) => {
                self.verify_path(&material.anchors, &material.certificates, &material.account())
            }
        }
    }

    /// The signer's certificate among `certificates`: of several with its name and serial number
    /// the one that the signing-certificate attribute names.
    pub(super) fn find_signer<'c>(
        &self,
        certificates: &'c [Certificate],
    ) -> Option<&'c Certificate> {
        let named = self.signer.signing_certificate().ok().flatten();
        let mut found = certificates.iter().filter(|one| self.signer.identifies(one));
        let is_named =
            |one: &&Certificate| named.as_ref().is_some_and(|named| named.identifies(one));
        found.clone().find(is_named).or(found.next())
    }

    fn expect_signer<'c>(&self, given: &'c Certificate) -> Result<&'c Certificate, TokenRefusal> {
        self.signer.identifies(given).then_some(given).ok_or(TokenRefusal::OtherAuthority)
    }

    /// The same as [`Token::verify`] against anchors, with candidates for the path.
    pub(crate) fn verify_path(
        &self,
        anchors: &TrustAnchors,
        certificates: &[Certificate],
        effort: &Effort,
    ) -> Result<VerifiedToken, TokenRefusal> {
        let certificate = self
            .signer_certificate()
            .or_else(|| self.find_signer(certificates))
            .or_else(|| self.find_signer(anchors.certificates()))
            .ok_or(TokenRefusal::NoCertificate)?;
        self.verify_statement(certificate)?;
        self.signer.verify_attributes(certificate).1?;
        let candidates = [self.certificates(), certificates].concat();
        let path = Path::build(certificate, &candidates, anchors, self.gen_time, effort)?;
        if let Some(hash) = self.broken_hash() {
            return Err(TokenRefusal::BrokenHash(hash));
        }
        Ok(self.verified(path.to_vec()))
    }

    /// Holds certificate and signed attributes against the statement.
    fn verify_statement(&self, certificate: &Certificate) -> Result<(), TokenRefusal> {
        if !certificate.is_for_time_stamping() {
            return Err(TokenRefusal::NotForTimeStamping);
        }
        if !certificate.is_valid_at(self.gen_time) {
            return Err(TokenRefusal::OutOfValidity);
        }
        let signer = &self.signer;
        if !signer.has_signed_attributes() {
            return Err(TokenRefusal::Malformed("it has no signed attributes"));
        }
        if !signer.keeps_algorithm_protection() {
            return Err(TokenRefusal::Malformed(
                "its CMSAlgorithmProtection names other algorithms (RFC 6211)",
            ));
        }
        if signer.hash_algorithm().is_none() {
            return Err(Unverified::Unsupported.into());
        }
        if signer.content_type()? != Some(identifiers::TST_INFO) {
            return Err(TokenRefusal::Malformed(
                "its content-type attribute is not that of a TSTInfo",
            ));
        }
        if !signer.signs(&self.statement) {
            return Err(TokenRefusal::OtherDigest);
        }
        match signer.signing_certificate()? {
            Some(named) if named.identifies(certificate) => Ok(()),
            Some(_) => Err(TokenRefusal::OtherCertificateNamed),
            None => Err(TokenRefusal::Malformed("it has no signing-certificate attribute")),
        }
    }

    fn verified(&self, path: Vec<Certificate>) -> VerifiedToken {
        VerifiedToken { gen_time: self.gen_time, path }
    }
}

impl VerifiedToken {
    /// The time.
    pub fn gen_time(&self) -> SystemTime {
        self.gen_time
    }

    /// The authority's certificate, and those above it to the trust anchor unless the
    /// certificate itself was trusted.
    pub fn path(&self) -> &[Certificate] {
        &self.path
    }

    /// The same without the trust anchor, whose validity does not matter; the authority's
    /// certificate is there in any case.
    pub fn below_anchor(&self) -> &[Certificate] {
        match &self.path[..] {
            [below @ .., _anchor] if !below.is_empty() => below,
            path => path,
        }
    }
}
