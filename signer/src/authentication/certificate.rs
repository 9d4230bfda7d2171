//! Certificates that are shown in TLS: those that the registry has issued, and no others.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use seal::{CertificateDer, OrganisationId};

use super::AuthenticationError;
use crate::store::{AuditError, Store};

/// That a certificate is for authentication, among the purposes that the store keeps.
const AUTHENTICATION: i64 = 1;

/// Whose a certificate is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    /// The organisation that ordered it.
    pub(crate) organisation: OrganisationId,
    /// The holder's UUID, in lower-case hexadecimal.
    pub(crate) uuid: String,
}

/// Whose this certificate is (DER), which somebody has shown the key of; nobody's if the registry has not
/// issued it, if it is blocked or not good now, or if it is for something else than authentication.
///
/// # Errors
/// [`AuditError::Database`].
pub(crate) async fn holder(
    store: &Store,
    certificate: &[u8],
    now: SystemTime,
) -> Result<Option<Holder>, AuditError> {
    let Ok(read) = cades::Certificate::parse(CertificateDer::new(certificate.to_vec())) else {
        return Ok(None);
    };
    // Where all clients must show one, TLS asks for those of other authorities.
    let found = store.certificate_of(read.serial_number()).await?;
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    Ok(found.and_then(|(organisation, found)| {
        let is_good = found.der == certificate
            && found.blocked.is_none()
            && found.not_before <= now
            && now < found.not_after
            && found.purposes & AUTHENTICATION != 0;
        is_good.then_some(Holder { organisation, uuid: found.uuid })
    }))
}

/// That the certificate (DER) that somebody has shown is the one that their token is bound to, and is good
/// still.
///
/// # Errors
/// [`AuthenticationError::CertificateMissing`]; [`AuthenticationError::Unread`].
pub(super) async fn is_shown(
    store: &Store,
    bound: &str,
    shown: Option<&[u8]>,
    now: SystemTime,
) -> Result<(), AuthenticationError> {
    let shown = shown.filter(|shown| thumbprint(shown) == bound);
    let shown = shown.ok_or(AuthenticationError::CertificateMissing)?;
    let holder = holder(store, shown, now).await.map_err(|error| {
        tracing::error!(%error, "a certificate cannot be looked up");
        AuthenticationError::Unread
    })?;
    holder.map(drop).ok_or(AuthenticationError::CertificateMissing)
}

/// What a token that is bound to a certificate (DER) says of it: `x5t#S256` (RFC 8705 section 3.1).
pub(crate) fn thumbprint(certificate: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, certificate))
}
