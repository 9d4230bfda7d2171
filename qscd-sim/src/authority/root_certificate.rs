//! The root's certificate profile: `docs/certificate-profiles.md`, "Root CA".

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyUsagePurpose, SerialNumber};

use super::{SIMULATOR, name::NameBuilder, validity::Validity};
use crate::Error;

/// The self-signed certificate of the root CA.
pub(super) struct RootCertificate<'a> {
    /// Tells the roots of several starts apart.
    pub(super) run_id: &'a str,
    /// From when until when.
    pub(super) validity: Validity,
    /// The serial number, big-endian.
    pub(super) serial_number: &'a [u8],
}

impl RootCertificate<'_> {
    /// The certificate's fields and extensions.
    pub(super) fn parameters(&self) -> Result<CertificateParams, Error> {
        let mut parameters = CertificateParams::default();
        parameters.serial_number = Some(SerialNumber::from_slice(self.serial_number));
        parameters.not_before = self.validity.not_before;
        parameters.not_after = self.validity.not_after;
        // EN 319 412-2 clause 4.2.3.1: an issuer has C, O and CN.
        parameters.distinguished_name = NameBuilder::in_denmark()?
            .organization(SIMULATOR)?
            .common_name(&format!("{SIMULATOR} Root CA {}", self.run_id))?
            .build();
        // RFC 5280 section 4.2.1.9: critical, cA, no path length; with it goes the
        // subjectKeyIdentifier of section 4.2.1.2.
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // RFC 5280 section 4.2.1.3: critical; certificates and revocation lists, nothing else.
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ok(parameters)
    }
}
