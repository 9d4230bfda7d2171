//! The time-stamping unit's certificate profile: `docs/certificate-profiles.md`, "TSA".

use rcgen::{CertificateParams, CrlDistributionPoint, IsCa, KeyUsagePurpose, SerialNumber};

use crate::{Error, IssuerName, addresses::Addresses, extension, oid, validity::Validity};

/// The certificate of a time-stamping unit, issued by the root itself.
#[derive(Debug)]
pub struct TsaCertificate<'a> {
    /// Its subject.
    pub name: IssuerName<'a>,
    /// From when until when.
    pub validity: Validity,
    /// The serial number, big-endian.
    pub serial_number: &'a [u8],
    /// Where its issuer's certificate and revocation list are.
    pub addresses: &'a Addresses,
}

impl TsaCertificate<'_> {
    /// The certificate's fields and extensions.
    ///
    /// # Errors
    /// [`Error`] when a name or an address cannot stand in a certificate.
    pub fn parameters(&self) -> Result<CertificateParams, Error> {
        let mut parameters = CertificateParams::default();
        parameters.serial_number = Some(SerialNumber::from_slice(self.serial_number));
        parameters.not_before = self.validity.not_before;
        parameters.not_after = self.validity.not_after;
        // EN 319 422 clause 6.3: C, O, organizationIdentifier and CN.
        parameters.distinguished_name = self.name.to_name()?;
        // RFC 5280 section 4.2.1.9: critical, not a CA.
        parameters.is_ca = IsCa::ExplicitNoCa;
        // EN 319 422 clause 6.3: critical, digitalSignature only.
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        // RFC 5280 section 4.2.1.1.
        parameters.use_authority_key_identifier_extension = true;
        // RFC 5280 section 4.2.1.13.
        parameters.crl_distribution_points =
            vec![CrlDistributionPoint { uris: vec![self.addresses.root_crl.clone()] }];
        parameters.custom_extensions = vec![
            // RFC 3161 section 2.3: critical, id-kp-timeStamping and nothing else.
            extension::time_stamping_only()?,
            // RFC 5280 section 4.2.1.4.
            extension::certificate_policy(oid::POLICY_TIME_STAMP)?,
            // RFC 5280 section 4.2.2.1: the issuer's certificate and its OCSP responder.
            extension::authority_information(
                &self.addresses.root_certificate,
                Some(&self.addresses.ocsp),
            )?,
        ];
        Ok(parameters)
    }
}
