//! The issuing CA's certificate profile: `docs/certificate-profiles.md`, "Issuing CA".

use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, IsCa, KeyUsagePurpose, SerialNumber,
};

use crate::{Error, IssuerName, addresses::Addresses, extension, oid, validity::Validity};

/// The certificate of the CA that issues to signers and seal creators.
#[derive(Debug)]
pub struct IssuingCaCertificate<'a> {
    /// Its subject.
    pub name: IssuerName<'a>,
    /// From when until when.
    pub validity: Validity,
    /// The serial number, big-endian.
    pub serial_number: &'a [u8],
    /// Where its issuer's certificate and revocation list are.
    pub addresses: &'a Addresses,
}

impl IssuingCaCertificate<'_> {
    /// The certificate's fields and extensions.
    ///
    /// # Errors
    /// [`Error`] when a name or an address cannot stand in a certificate.
    pub fn parameters(&self) -> Result<CertificateParams, Error> {
        let mut parameters = CertificateParams::default();
        parameters.serial_number = Some(SerialNumber::from_slice(self.serial_number));
        parameters.not_before = self.validity.not_before;
        parameters.not_after = self.validity.not_after;
        // EN 319 412-2 clause 4.2.3.1: an issuer has C, O, organizationIdentifier and CN.
        parameters.distinguished_name = self.name.to_name()?;
        // RFC 5280 section 4.2.1.9: critical, cA, pathLenConstraint 0.
        parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        // RFC 5280 section 4.2.1.3: critical; certificates and revocation lists, nothing else.
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        // RFC 5280 section 4.2.1.1.
        parameters.use_authority_key_identifier_extension = true;
        // RFC 5280 section 4.2.1.13: the validity-assured extension of a leaf does not cover the
        // path above it (EN 319 412-1 clause 5.2.1 NOTE 2).
        parameters.crl_distribution_points =
            vec![CrlDistributionPoint { uris: vec![self.addresses.root_crl.clone()] }];
        parameters.custom_extensions = vec![
            // RFC 5280 section 4.2.1.4: without it no policy is valid below this CA.
            extension::certificate_policy(oid::ANY_POLICY)?,
            // RFC 5280 section 4.2.2.1: the issuer's certificate and its OCSP responder.
            extension::authority_information(
                &self.addresses.root_certificate,
                Some(&self.addresses.ocsp),
            )?,
        ];
        Ok(parameters)
    }
}
