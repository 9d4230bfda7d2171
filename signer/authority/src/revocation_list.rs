//! A CA's certificate revocation list (RFC 5280 section 5).

use std::time::{Duration, SystemTime};

use der::{
    Encode,
    asn1::{BitString, GeneralizedTime, OctetString, Uint},
};
use x509_cert::{
    Version,
    crl::{CertificateList, RevokedCert, TbsCertList},
    ext::pkix::{AuthorityKeyIdentifier, CrlReason},
    name::Name,
    serial_number::SerialNumber,
    time::Time,
};

use crate::{
    AuthorityKey, Error, Revocation, extension,
    moment::{after, date_time},
    oid,
};

/// From thisUpdate to nextUpdate.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Who issues a list.
#[derive(Clone, Copy, Debug)]
pub struct ListIssuer<'a> {
    /// Its key.
    pub key: &'a AuthorityKey,
    /// Its name.
    pub name: &'a Name,
    /// Its subjectKeyIdentifier.
    pub key_identifier: &'a [u8],
}

/// What a list says.
#[derive(Clone, Copy, Debug)]
pub struct RevocationList<'a> {
    /// cRLNumber.
    pub number: u64,
    /// What was revoked, by serial number (big-endian).
    pub revoked: &'a [(Vec<u8>, Revocation)],
    /// Since when no revocation is missing, of expired certificates either.
    pub complete_since: SystemTime,
}

impl RevocationList<'_> {
    /// The list in DER, signed at `now`.
    ///
    /// # Errors
    /// [`Error::Signature`], [`Error::Validity`] or [`Error::Der`].
    pub fn sign(&self, issuer: ListIssuer<'_>, now: SystemTime) -> Result<Vec<u8>, Error> {
        let revoked = self.revoked.iter().map(|(serial, one)| entry(serial, one));
        let revoked: Vec<_> = revoked.collect::<Result<_, _>>()?;
        let list = TbsCertList {
            version: Version::V2,
            signature: issuer.key.algorithm_identifier(),
            issuer: issuer.name.clone(),
            this_update: date_time(now)?.into(),
            next_update: Some(Time::from(date_time(after(now, LIFETIME)?)?)),
            // RFC 5280 section 5.1.2.6: absent when nothing is revoked.
            revoked_certificates: (!revoked.is_empty()).then_some(revoked),
            crl_extensions: Some(vec![
                // RFC 5280 sections 5.2.1 and 5.2.3: what every list must carry.
                extension::plain(
                    oid::AUTHORITY_KEY_IDENTIFIER,
                    &AuthorityKeyIdentifier {
                        key_identifier: Some(OctetString::new(issuer.key_identifier)?),
                        authority_cert_issuer: None,
                        authority_cert_serial_number: None,
                    },
                )?,
                extension::plain(oid::CRL_NUMBER, &Uint::new(&self.number.to_be_bytes())?)?,
                // X.509 clause 9.5.2.6, EN 319 411-2 clause 6.3.10: entries stay after notAfter.
                extension::plain(
                    oid::EXPIRED_CERTIFICATES_ON_CRL,
                    &GeneralizedTime::from_date_time(date_time(self.complete_since)?),
                )?,
            ]),
        };
        let signature = issuer.key.sign_message(&list.to_der()?)?;
        let list: CertificateList = CertificateList {
            signature_algorithm: list.signature.clone(),
            signature: BitString::from_bytes(&signature)?,
            tbs_cert_list: list,
        };
        Ok(list.to_der()?)
    }
}

fn entry(serial: &[u8], revocation: &Revocation) -> Result<RevokedCert, Error> {
    let reason = |code: CrlReason| extension::plain(oid::REASON_CODE, &code);
    Ok(RevokedCert {
        serial_number: SerialNumber::new(serial)?,
        revocation_date: date_time(revocation.at)?.into(),
        crl_entry_extensions: revocation
            .reason
            .code()
            .map(|code| reason(code).map(|one| vec![one]))
            .transpose()?,
    })
}
