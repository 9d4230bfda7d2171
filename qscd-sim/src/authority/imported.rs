//! An operator's own root: its certificate and key, from files.

use std::{fmt, time::SystemTime};

use der::{Decode, Tag, Tagged};
use rcgen::{
    BasicConstraints as CaConstraints, CertificateParams, DistinguishedName, DnType, DnValue, IsCa,
    KeyIdMethod, PublicKeyData,
};
use seal::CertificateDer;
use x509_cert::{
    Certificate,
    ext::pkix::{BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier},
    name::Name,
};
use zeroize::Zeroizing;

use super::{
    certification_authority::{CertificationAuthority, ResponderTerms, key_identifier},
    key::AuthorityKey,
    serial_number::SerialNumbers,
    validity::Validity,
};
use crate::{Error, randomness::Randomness};

/// A CA's certificate and its private key. The issuing CA and the time-stamping units are then
/// certified by it; `Debug` prints nothing of the key.
#[derive(Clone)]
pub struct ImportedCa {
    certificate: CertificateDer,
    /// PKCS#8 in DER.
    key: Zeroizing<Vec<u8>>,
}

impl ImportedCa {
    /// Takes a certificate in DER and its key as PKCS#8 in DER (P-256). Whether they can be used
    /// shows at the start.
    pub fn new(certificate: CertificateDer, key: Vec<u8>) -> Self {
        Self { certificate, key: Zeroizing::new(key) }
    }

    /// Makes it a CA that issues.
    pub(super) fn take_up(
        self,
        responder_terms: ResponderTerms,
        randomness: &Randomness,
        now: SystemTime,
    ) -> Result<CertificationAuthority, Error> {
        let unusable = Error::ImportedCa;
        let key = AuthorityKey::from_pkcs8(&self.key)
            .map_err(|_| unusable("its key is no PKCS#8 key of P-256"))?;
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
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(CaConstraints::Unconstrained);
        parameters.distinguished_name = distinguished_name(fields.subject())?;
        let identifier = match fields.get_extension::<SubjectKeyIdentifier>() {
            Ok(Some((_, identifier))) => identifier.0.as_bytes().to_vec(),
            _ => key_identifier(&key).to_vec(),
        };
        parameters.key_identifier_method = KeyIdMethod::PreSpecified(identifier);
        let subject = fields.subject().clone();
        let authority = CertificationAuthority::existing(
            parameters,
            key,
            self.certificate,
            validity,
            responder_terms,
            SerialNumbers::new(randomness)?,
        )?;
        // rcgen writes the issuer's name anew: it must come out octet for octet, or no verifier
        // finds the way up.
        let responder = authority.responder(now, randomness)?;
        let issued = Certificate::from_der(responder.certificate().as_bytes())?;
        if *issued.tbs_certificate().issuer() != subject {
            return Err(unusable("its name cannot be written again as it stands"));
        }
        Ok(authority)
    }
}

impl fmt::Debug for ImportedCa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportedCa").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

fn distinguished_name(name: &Name) -> Result<DistinguishedName, Error> {
    let unusable = || Error::ImportedCa("its name has an attribute of another kind than text");
    let mut distinguished_name = DistinguishedName::new();
    for attribute in name.iter() {
        let text = std::str::from_utf8(attribute.value.value()).map_err(|_| unusable())?;
        let value = match attribute.value.tag() {
            Tag::Utf8String => DnValue::Utf8String(text.to_owned()),
            Tag::PrintableString => {
                DnValue::PrintableString(text.try_into().map_err(|_| unusable())?)
            }
            Tag::Ia5String => DnValue::Ia5String(text.try_into().map_err(|_| unusable())?),
            _ => return Err(unusable()),
        };
        let arcs: Vec<u64> = attribute.oid.arcs().map(u64::from).collect();
        distinguished_name.push(DnType::from_oid(&arcs), value);
    }
    Ok(distinguished_name)
}
