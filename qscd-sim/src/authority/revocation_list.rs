//! A CA's certificate revocation list (RFC 5280 section 5), made anew when it is due.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use der::{
    Encode,
    asn1::{BitString, GeneralizedTime, OctetString, Uint},
};
use x509_cert::{
    Version,
    crl::{CertificateList, RevokedCert, TbsCertList},
    ext::{
        Extension,
        pkix::{AuthorityKeyIdentifier, CrlReason},
    },
    name::Name,
    serial_number::SerialNumber,
    time::Time,
};

use super::{
    key::AuthorityKey,
    oid,
    revocation::{Revocation, Revocations},
};
use crate::{
    Error,
    moment::{after, date_time},
};

/// From thisUpdate to nextUpdate.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// How old a list may be and still be handed out.
const RENEWAL: Duration = Duration::from_secs(3600);

/// The current list of one CA, and the number of the next.
#[derive(Debug, Default)]
pub(super) struct RevocationList(Mutex<Option<Issued>>);

#[derive(Debug)]
struct Issued {
    der: Bytes,
    number: u64,
    at: SystemTime,
    changes: u64,
}

/// Who issues a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListIssuer<'a> {
    pub(super) key: &'a AuthorityKey,
    pub(super) name: &'a Name,
    pub(super) key_identifier: &'a [u8],
}

impl RevocationList {
    /// The list for `now`: the last one while it is fresh and complete, else a new one.
    pub(super) fn at(
        &self,
        now: SystemTime,
        issuer: ListIssuer<'_>,
        revocations: &Revocations,
    ) -> Result<Bytes, Error> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = revocations.changes();
        // A clock that was set back makes a new list, too: one from the future is of no use.
        if let Some(last) = last.as_ref()
            && last.changes == changes
            && now.duration_since(last.at).is_ok_and(|age| age < RENEWAL)
        {
            return Ok(last.der.clone());
        }
        next(&mut last, now, issuer, revocations)
    }

    /// A new list, however fresh the last one is.
    pub(super) fn anew(
        &self,
        now: SystemTime,
        issuer: ListIssuer<'_>,
        revocations: &Revocations,
    ) -> Result<Bytes, Error> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        next(&mut last, now, issuer, revocations)
    }
}

fn next(
    last: &mut Option<Issued>,
    now: SystemTime,
    issuer: ListIssuer<'_>,
    revocations: &Revocations,
) -> Result<Bytes, Error> {
    let changes = revocations.changes();
    let number = last.as_ref().map_or(1, |last| last.number.saturating_add(1));
    let der = Bytes::from(issue(issuer, revocations, now, number)?);
    *last = Some(Issued { der: der.clone(), number, at: now, changes });
    Ok(der)
}

fn issue(
    issuer: ListIssuer<'_>,
    revocations: &Revocations,
    now: SystemTime,
    number: u64,
) -> Result<Vec<u8>, Error> {
    let revoked =
        revocations.all().iter().map(|(serial, one)| entry(serial, one)).collect::<Result<_, _>>();
    let revoked: Vec<_> = revoked?;
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
            extension(
                oid::AUTHORITY_KEY_IDENTIFIER,
                &AuthorityKeyIdentifier {
                    key_identifier: Some(OctetString::new(issuer.key_identifier)?),
                    authority_cert_issuer: None,
                    authority_cert_serial_number: None,
                },
            )?,
            extension(oid::CRL_NUMBER, &Uint::new(&number.to_be_bytes())?)?,
            // X.509 clause 9.5.2.6, EN 319 411-2 clause 6.3.10: entries stay after notAfter.
            extension(
                oid::EXPIRED_CERTIFICATES_ON_CRL,
                &GeneralizedTime::from_date_time(date_time(revocations.complete_since())?),
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

fn entry(serial: &[u8], revocation: &Revocation) -> Result<RevokedCert, Error> {
    let reason = |code: CrlReason| extension(oid::REASON_CODE, &code);
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

/// An extension that is not critical.
pub(super) fn extension(
    oid: der::asn1::ObjectIdentifier,
    value: &impl Encode,
) -> Result<Extension, Error> {
    let value = OctetString::new(value.to_der()?)?;
    Ok(Extension { extn_id: oid, critical: false, extn_value: value })
}
