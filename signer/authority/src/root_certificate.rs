//! The root's certificate profile: `docs/certificate-profiles.md`, "Root CA".

use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, IsCa, KeyUsagePurpose, SerialNumber,
};

use crate::{Error, IssuerName, addresses::Addresses, extension, oid, validity::Validity};

/// The self-signed certificate of the root CA.
#[derive(Debug)]
pub struct RootCertificate<'a> {
    /// Its subject.
    pub name: IssuerName<'a>,
    /// From when until when.
    pub validity: Validity,
    /// The serial number, big-endian.
    pub serial_number: &'a [u8],
    /// Where it and its revocation list are.
    pub addresses: &'a Addresses,
}

impl RootCertificate<'_> {
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
        // RFC 5280 section 4.2.1.9: critical, cA, no path length; with it goes the
        // subjectKeyIdentifier of section 4.2.1.2.
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // RFC 5280 section 4.2.1.3: critical; certificates and revocation lists, nothing else.
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        // A trust anchor needs none of what follows. The Danish root carries addresses, too.
        // RFC 5280 section 4.2.1.1: may be omitted in a self-signed certificate.
        parameters.use_authority_key_identifier_extension = true;
        // RFC 5280 section 4.2.1.13.
        parameters.crl_distribution_points =
            vec![CrlDistributionPoint { uris: vec![self.addresses.root_crl.clone()] }];
        parameters.custom_extensions = vec![
            // RFC 5280 section 4.2.1.4: any policy.
            extension::certificate_policy(oid::ANY_POLICY)?,
            // RFC 5280 section 4.2.2.1.
            extension::authority_information(&self.addresses.root_certificate, None)?,
        ];
        Ok(parameters)
    }
}
