//! An operator's own root: its certificate and key, from files.

use std::{fmt, time::SystemTime};

use ::authority::{AuthorityKey, SerialNumbers, Validity, key_identifier};
use der::Decode;
use rcgen::{
    BasicConstraints as CaConstraints, CertificateParams, IsCa, KeyIdMethod, PublicKeyData,
};
use seal::CertificateDer;
use x509_cert::{
    Certificate,
    ext::pkix::{BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier},
};
use zeroize::Zeroizing;

use super::certification_authority::{CertificationAuthority, ResponderTerms};
use crate::{Error, randomness::Randomness};

/// A CA's certificate and its private key. The issuing CA and the time-stamping units are then
/// certified by it; `Debug` prints nothing of the key.
#[derive(Clone)]
pub struct ImportedCa {
    certificate: CertificateDer,
    /// In DER.
    key: Zeroizing<Vec<u8>>,
}

impl ImportedCa {
    /// Takes a certificate and its key in DER: P-256, P-384 or RSA, as PKCS#8, SEC1 or PKCS#1.
    /// Whether they can be used, [`ImportedCa::check`] tells.
    pub fn new(certificate: CertificateDer, key: Vec<u8>) -> Self {
        Self { certificate, key: Zeroizing::new(key) }
    }

    /// Whether it can be taken up, as the start does.
    ///
    /// # Errors
    /// [`Error::ImportedCa`] says what is wrong with certificate or key.
    pub fn check(&self, now: SystemTime) -> Result<(), Error> {
        self.read(now).map(drop)
    }

    fn read(&self, now: SystemTime) -> Result<(AuthorityKey, Certificate, Validity), Error> {
        let unusable = Error::ImportedCa;
        let key = AuthorityKey::read(&self.key).ok_or_else(|| {
            unusable("its key is none of P-256, P-384 or RSA, as PKCS#8, SEC1 or PKCS#1")
        })?;
        let certificate = Certificate::from_der(self.certificate.as_bytes())
            .map_err(|_| unusable("its certificate cannot be read"))?;
        let fields = certificate.tbs_certificate();
        let public_key = fields.subject_public_key_info().subject_public_key.raw_bytes();
        if public_key != key.der_bytes() {
            return Err(unusable("its key is not its certificate's"));
        }
        match fields.get_extension::<BasicConstraints>() {
            Ok(Some((_, BasicConstraints { ca: true, path_len_constraint: None | Some(1..) }))) => {
            }
            _ => return Err(unusable("its certificate is not one of a CA with CAs below it")),
        }
        let may = |usage: &KeyUsage| {
            usage.0.contains(KeyUsages::KeyCertSign) && usage.0.contains(KeyUsages::CRLSign)
        };
        match fields.get_extension::<KeyUsage>() {
            Ok(Some((_, usage))) if may(&usage) => {}
            _ => return Err(unusable("its key usage is not keyCertSign and cRLSign")),
        }
        let validity = Validity {
            not_before: fields.validity().not_before.to_system_time().into(),
            not_after: fields.validity().not_after.to_system_time().into(),
        };
        if !validity.includes(now) {
            return Err(unusable("its certificate is not valid now"));
        }
        Ok((key, certificate, validity))
    }

    /// Makes it a CA that issues.
    pub(super) fn take_up(
        self,
        responder_terms: ResponderTerms,
        randomness: &Randomness,
        now: SystemTime,
    ) -> Result<CertificationAuthority, Error> {
        let (key, certificate, validity) = self.read(now)?;
        let fields = certificate.tbs_certificate();
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(CaConstraints::Unconstrained);
        let identifier = match fields.get_extension::<SubjectKeyIdentifier>() {
            Ok(Some((_, identifier))) => identifier.0.as_bytes().to_vec(),
            _ => key_identifier(&key).to_vec(),
        };
        parameters.key_identifier_method = KeyIdMethod::PreSpecified(identifier);
        let authority = CertificationAuthority::existing(
            parameters,
            key,
            self.certificate,
            validity,
            responder_terms,
            SerialNumbers::new(&randomness.bytes()?),
        )?;
        // Whether it can certify shows here, and not at the first request.
        authority.responder(now, randomness)?;
        Ok(authority)
    }
}

impl fmt::Debug for ImportedCa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportedCa").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}
