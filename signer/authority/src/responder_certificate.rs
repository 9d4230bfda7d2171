//! The OCSP responder's certificate profile: `docs/certificate-profiles.md`, "OCSP responder".

use rcgen::{CertificateParams, CustomExtension, IsCa, KeyUsagePurpose, SerialNumber};

use crate::{Error, IssuerName, extension, oid, validity::Validity};

/// The certificate of a delegated OCSP responder, issued by the CA that it answers for.
#[derive(Debug)]
pub struct ResponderCertificate<'a> {
    /// Its subject.
    pub name: IssuerName<'a>,
    /// From when until when.
    pub validity: Validity,
    /// The serial number, big-endian.
    pub serial_number: &'a [u8],
    /// Where its issuer's certificate is.
    pub ca_issuers: &'a str,
}

impl ResponderCertificate<'_> {
    /// The certificate's fields and extensions.
    ///
    /// # Errors
    /// [`Error`] when a name or an address cannot stand in a certificate.
    pub fn parameters(&self) -> Result<CertificateParams, Error> {
        let mut parameters = CertificateParams::default();
        parameters.serial_number = Some(SerialNumber::from_slice(self.serial_number));
        parameters.not_before = self.validity.not_before;
        parameters.not_after = self.validity.not_after;
        parameters.distinguished_name = self.name.to_name()?;
        // RFC 5280 section 4.2.1.9: critical, not a CA.
        parameters.is_ca = IsCa::ExplicitNoCa;
        // RFC 5280 section 4.2.1.12: what goes with OCSPSigning.
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        // RFC 5280 section 4.2.1.1.
        parameters.use_authority_key_identifier_extension = true;
        parameters.custom_extensions = vec![
            // RFC 6960 section 4.2.2.2: the CA's delegation.
            extension::ocsp_signing_only()?,
            // RFC 6960 section 4.2.2.2.1: not critical; trusted for its lifetime, so it has
            // neither an OCSP address nor a distribution point.
            CustomExtension::from_oid_content(oid::OCSP_NO_CHECK, extension::NULL.to_vec()),
            // RFC 5280 section 4.2.1.4.
            extension::certificate_policy(oid::POLICY_OCSP)?,
            // RFC 5280 section 4.2.2.1.
            extension::authority_information(self.ca_issuers, None)?,
        ];
        Ok(parameters)
    }
}
