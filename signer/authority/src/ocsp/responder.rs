//! A delegated responder: its key and the certificate that one CA issued for it.

use std::time::{Duration, SystemTime};

use rcgen::PublicKeyData;
use ring::digest;
use seal::CertificateDer;

use crate::{AuthorityKey, Validity};

/// Who signs for one CA. Its certificate cannot be revoked (id-pkix-ocsp-nocheck), so it lives
/// for a while only and is renewed at half its life.
#[derive(Debug)]
pub struct Responder {
    key: AuthorityKey,
    key_hash: [u8; digest::SHA1_OUTPUT_LEN],
    certificate: CertificateDer,
    renewal: SystemTime,
    validity: Validity,
}

impl Responder {
    /// Takes the key and what was issued for it at `now`, for `lifetime`.
    pub fn new(
        key: AuthorityKey,
        certificate: CertificateDer,
        validity: Validity,
        now: SystemTime,
        lifetime: Duration,
    ) -> Self {
        let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, key.der_bytes());
        let mut key_hash = [0; digest::SHA1_OUTPUT_LEN];
        key_hash.copy_from_slice(hash.as_ref());
        let renewal = now.checked_add(lifetime / 2).unwrap_or(now);
        Self { key, key_hash, certificate, renewal, validity }
    }

    /// Whether another one is due at `now`.
    pub fn is_due(&self, now: SystemTime) -> bool {
        now >= self.renewal || !self.validity.includes(now)
    }

    /// Whether what it answers at `now` counts.
    pub fn answers_at(&self, now: SystemTime) -> bool {
        self.validity.includes(now)
    }

    /// The key.
    pub(crate) fn key(&self) -> &AuthorityKey {
        &self.key
    }

    /// `KeyHash` of RFC 6960 section 4.2.1: SHA-1 of the public key.
    pub(crate) fn key_hash(&self) -> &[u8] {
        &self.key_hash
    }

    /// The certificate.
    pub fn certificate(&self) -> &CertificateDer {
        &self.certificate
    }
}
