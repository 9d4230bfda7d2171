//! Certificates that are shown in TLS or signed with: those that the registry has issued, and no others.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use seal::{CertificateDer, OrganisationId};

use super::AuthenticationError;
use crate::store::{AuditError, FoundCertificate, Store};

/// That a certificate is for authentication, among the purposes that the store keeps.
pub(crate) const AUTHENTICATION: i64 = 1;

/// Whom a person's certificate names, as the store keeps it: no client is known by one.
const USER: &str = "user";

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
    Ok(found.and_then(|(organisation, found)| {
        let is_good = found.der == certificate && speaks(&found, now);
        is_good.then_some(Holder { organisation, uuid: found.uuid })
    }))
}

/// Whether a certificate that the registry has issued speaks for a client now: it is good, for authentication, and
/// names no person.
pub(crate) fn speaks(found: &FoundCertificate, now: SystemTime) -> bool {
    let now = seconds(now);
    found.blocked.is_none()
        && found.not_before <= now
        && now < found.not_after
        && found.purposes & AUTHENTICATION != 0
        && found.kind != USER
}

/// A time as the store has it.
pub(crate) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    i64::try_from(since).unwrap_or(i64::MAX)
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
    let holder = holder(store, shown, now).await.map_err(unread)?;
    holder.map(drop).ok_or(AuthenticationError::CertificateMissing)
}

/// That the certificate with whose key the client proved who it is, by its serial number, is good still.
///
/// # Errors
/// [`AuthenticationError::CertificateEnded`]; [`AuthenticationError::Unread`].
pub(super) async fn is_good(
    store: &Store,
    serial: &str,
    now: SystemTime,
) -> Result<(), AuthenticationError> {
    let serial = URL_SAFE_NO_PAD.decode(serial).map_err(|_| AuthenticationError::Unread)?;
    let found = store.certificate_of(&serial).await.map_err(unread)?;
    let is_good = found.is_some_and(|(_, found)| speaks(&found, now));
    if is_good { Ok(()) } else { Err(AuthenticationError::CertificateEnded) }
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` is given")]
fn unread(error: AuditError) -> AuthenticationError {
    tracing::error!(%error, "a certificate cannot be looked up");
    AuthenticationError::Unread
}

/// What a token that is bound to a certificate (DER) says of it: `x5t#S256` (RFC 8705 section 3.1).
pub(crate) fn thumbprint(certificate: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, certificate))
}
