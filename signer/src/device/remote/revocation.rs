//! Revocation data, from where the device publishes them.

use axum::http::Method;
use bytes::Bytes;
use cades::{Certificate, MAXIMUM_OCSP_RESPONSE_LENGTH, MAXIMUM_REVOCATION_LIST_LENGTH};

use super::{ConnectionError, RemoteDevice, published::succeeded};

impl RemoteDevice {
    /// The root's revocation list, from where the device publishes it.
    ///
    /// # Errors
    /// [`ConnectionError`].
    pub async fn revocation_list(&self) -> Result<Bytes, ConnectionError> {
        let published = self.published()?;
        succeeded(published.get("/pki/root.crl", MAXIMUM_REVOCATION_LIST_LENGTH).await?)
    }

    /// What the device's responder says of a leaf (RFC 6960 appendix A, `POST`), unverified:
    /// an `OCSPResponse` in DER. `None` when none of its CAs has issued the certificate.
    ///
    /// # Errors
    /// [`ConnectionError`].
    pub async fn ocsp_response(
        &self,
        certificate: &Certificate,
    ) -> Result<Option<Bytes>, ConnectionError> {
        let published = self.published()?;
        let Some(issuer) = published.issuer(certificate.issuer()).await? else { return Ok(None) };
        let request = cades::ocsp_request(certificate, &issuer);
        let (media_type, limit) = ("application/ocsp-request", MAXIMUM_OCSP_RESPONSE_LENGTH);
        let connection = &published.connection;
        let answer = connection.ask(Method::POST, "/pki/ocsp", media_type, request, limit).await?;
        if !answer.media_type.eq_ignore_ascii_case("application/ocsp-response") {
            let why = "its content type is not that of an OCSP response";
            return Err(ConnectionError::Malformed(why.to_owned()));
        }
        succeeded(answer).map(Some)
    }
}
