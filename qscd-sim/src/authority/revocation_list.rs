//! The root's certificate revocation list, made anew when it is due.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use rcgen::{CertificateRevocationListParams, Issuer, KeyIdMethod, SerialNumber};

use super::{key::AuthorityKey, validity::Validity};
use crate::Error;

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
}

impl RevocationList {
    /// The list for `now`: the last one while it is fresh, else a new one.
    pub(super) fn at(
        &self,
        now: SystemTime,
        issuer: &Issuer<'static, AuthorityKey>,
        key_identifier: &[u8],
    ) -> Result<Bytes, Error> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes a new list, too: one from the future is of no use.
        if let Some(last) = last.as_ref()
            && now.duration_since(last.at).is_ok_and(|age| age < RENEWAL)
        {
            return Ok(last.der.clone());
        }
        let number = last.as_ref().map_or(1, |last| last.number.saturating_add(1));
        let Validity { not_before, not_after } = Validity::around(now, Duration::ZERO, LIFETIME)?;
        // RFC 5280 section 5.2: authorityKeyIdentifier and cRLNumber are what a list must carry.
        let list = CertificateRevocationListParams {
            this_update: not_before,
            next_update: not_after,
            crl_number: SerialNumber::from(number),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: KeyIdMethod::PreSpecified(key_identifier.to_vec()),
        };
        let der = Bytes::copy_from_slice(list.signed_by(issuer)?.der());
        *last = Some(Issued { der: der.clone(), number, at: now });
        Ok(der)
    }
}
