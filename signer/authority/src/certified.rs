//! Certificates of authorities, in the name of whoever issues them.

use der::{
    Decode, Encode,
    asn1::{Any, BitString},
};
use rcgen::{CertificateParams, Issuer, KeyIdMethod, PublicKeyData};
use seal::CertificateDer;

use crate::{Error, LeafIssuer};

/// Certifies a key of an authority in the issuer's name, octet for octet. That name may have what the library
/// that writes certificates does not: attributes twice, several in one RDN, any kind of string.
///
/// # Errors
/// [`Error::Issue`], [`Error::Der`] or [`Error::Signature`].
pub fn certify(
    parameters: &CertificateParams,
    key: &impl PublicKeyData,
    issuer: LeafIssuer<'_>,
) -> Result<CertificateDer, Error> {
    /// Of a TBSCertificate: version, serial number, algorithm, issuer (RFC 5280 section 4.1).
    const ISSUER: usize = 3;
    let mut own = CertificateParams::default();
    own.key_identifier_method = KeyIdMethod::PreSpecified(issuer.key_identifier.to_vec());
    let certificate = parameters.signed_by(key, &Issuer::from_params(&own, issuer.key))?;
    let parts = Vec::<Any>::from_der(certificate.der())?;
    let tbs = parts.first().ok_or(Error::Validity)?.to_der()?;
    let mut fields = Vec::<Any>::from_der(&tbs)?;
    *fields.get_mut(ISSUER).ok_or(Error::Validity)? = Any::from_der(issuer.name)?;
    let tbs = fields.to_der()?;
    let signature = issuer.key.sign_message(&tbs)?;
    let parts = vec![
        Any::from_der(&tbs)?,
        Any::encode_from(&issuer.key.algorithm_identifier())?,
        Any::encode_from(&BitString::from_bytes(&signature)?)?,
    ];
    Ok(CertificateDer::new(parts.to_der()?))
}
