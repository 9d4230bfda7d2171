//! Revocation lists that were published, read back: what a database lost stands on them.

use std::time::{Duration, SystemTime};

use registry::{BlockingReason, LIFETIME_DAYS};
use x509_cert::{
    crl::CertificateList,
    der::{
        Decode,
        asn1::{ObjectIdentifier, Uint},
    },
    ext::pkix::{CrlNumber, CrlReason},
};

use super::{RegistryAuthority, statuses::Blocking};

/// What a list says.
#[derive(Debug)]
pub struct PublishedList {
    /// Which issuing key signed it, from 1.
    pub generation: u32,
    /// Its number (RFC 5280 section 5.2.3).
    pub number: u64,
    /// What it names, by serial number (the content octets of the INTEGER).
    pub blocked: Vec<(Vec<u8>, Blocking)>,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// Why a list is none of the registry's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishedListError {
    /// It cannot be read.
    #[error("is no revocation list that can be read")]
    Unreadable,
    /// Its signature is of no issuing key.
    #[error("is signed by no issuing key of the registry")]
    Foreign,
}

impl RegistryAuthority {
    /// What a list says that one of the issuing keys signed.
    ///
    /// # Errors
    /// [`PublishedListError`].
    pub fn published_list(&self, der: &[u8]) -> Result<PublishedList, PublishedListError> {
        let unreadable = PublishedListError::Unreadable;
        let signed = cades::RevocationList::parse(der.to_vec()).map_err(|_| unreadable)?;
        // The root stands first.
        let issuers = self.made().into_iter().skip(1).map(cades::Certificate::parse);
        let mut numbered = (1..).zip(issuers);
        let signs = |issuer: &cades::Certificate| signed.verify(issuer).is_ok();
        let signer = numbered.find(|(_, issuer)| issuer.as_ref().is_ok_and(signs));
        let (generation, _) = signer.ok_or(PublishedListError::Foreign)?;
        let list: CertificateList = CertificateList::from_der(der).map_err(|_| unreadable)?;
        let list = list.tbs_cert_list;
        let mut extensions = list.crl_extensions.iter().flatten();
        let number = extensions.find(|extension| extension.extn_id == CRL_NUMBER);
        let number = number.ok_or(unreadable)?.extn_value.as_bytes();
        let CrlNumber(number) = CrlNumber::from_der(number).map_err(|_| unreadable)?;
        let mut blocked = Vec::new();
        for entry in list.revoked_certificates.unwrap_or_default() {
            let mut extensions = entry.crl_entry_extensions.iter().flatten();
            let reason = extensions.find(|extension| extension.extn_id == CRL_REASON);
            let reason =
                reason.map(|extension| CrlReason::from_der(extension.extn_value.as_bytes()));
            let at = SystemTime::UNIX_EPOCH + entry.revocation_date.to_unix_duration();
            let longest = Duration::from_secs(24 * 3600) * u32::from(LIFETIME_DAYS);
            let reason = reason_of(reason.transpose().map_err(|_| unreadable)?);
            // It was issued before.
            let not_after = at + longest;
            blocked.push((
                entry.serial_number.as_bytes().to_vec(),
                Blocking { at, reason, not_after },
            ));
        }
        Ok(PublishedList { generation, number: small(&number)?, blocked, sha256: String::new() })
    }
}

/// RFC 5280 section 5.2.3.
const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");

/// RFC 5280 section 5.3.1.
const CRL_REASON: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");

/// The reason as people know it.
fn reason_of(reason: Option<CrlReason>) -> BlockingReason {
    match reason {
        Some(CrlReason::Superseded) => BlockingReason::ContentWrong,
        Some(CrlReason::AffiliationChanged) => BlockingReason::LeftOrganisation,
        Some(CrlReason::KeyCompromise) => BlockingReason::CompromiseSuspected,
        Some(CrlReason::CessationOfOperation) => BlockingReason::KeyLostOrDestroyed,
        Some(CrlReason::PrivilegeWithdrawn) => BlockingReason::PolicyBroken,
        Some(
            CrlReason::Unspecified
            | CrlReason::CaCompromise
            | CrlReason::CertificateHold
            | CrlReason::RemoveFromCRL
            | CrlReason::AaCompromise,
        )
        | None => BlockingReason::NotGiven,
    }
}

fn small(number: &Uint) -> Result<u64, PublishedListError> {
    let bytes = number.as_bytes();
    let mut all = [0; 8];
    let start = all.len().checked_sub(bytes.len()).ok_or(PublishedListError::Unreadable)?;
    all[start..].copy_from_slice(bytes);
    Ok(u64::from_be_bytes(all))
}
