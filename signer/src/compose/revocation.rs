//! Revocation data of the simulator's certificates, and from lists that the operator provides.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use cades::{Certificate, MAXIMUM_REVOCATION_LIST_LENGTH, RevocationList};
use futures_util::future::BoxFuture;
use qscd_sim::{NoAnswer, Simulator};
use seal::{CertificateDer, Clock};

use crate::{
    remote::{ConnectionError, RemoteDevice},
    service::{RevocationData, RevocationError, RevocationSource},
};

/// The authority in this process.
#[derive(Debug)]
pub(super) struct EmbeddedRevocation(pub(super) Arc<Simulator>);

impl RevocationSource for EmbeddedRevocation {
    fn revocation_data<'a>(
        &'a self,
        certificate: &'a CertificateDer,
    ) -> BoxFuture<'a, Result<RevocationData, RevocationError>> {
        Box::pin(async move {
            let (authority, now) = (self.0.authority(), self.0.clock().now());
            let failed = |error: qscd_sim::Error| RevocationError::Unavailable(error.to_string());
            let silent = |_: NoAnswer| {
                RevocationError::Unavailable("the responder does not answer".to_owned())
            };
            match need(certificate)? {
                Need::Nothing => Ok(RevocationData::NotNeeded),
                Need::List => authority
                    .revocation_list_for(certificate, now)
                    .map_err(failed)?
                    .map(RevocationData::List)
                    .ok_or(RevocationError::Unknown),
                Need::OcspResponse => self
                    .0
                    .ocsp_response_for(certificate)
                    .map_err(failed)?
                    .map_err(silent)?
                    .map(RevocationData::OcspResponse)
                    .ok_or(RevocationError::Unknown),
            }
        })
    }
}

/// The authority of a device elsewhere: its root's revocation list, and its responder.
#[derive(Debug)]
pub(super) struct RemoteRevocation(pub(super) Arc<RemoteDevice>);

impl RevocationSource for RemoteRevocation {
    fn revocation_data<'a>(
        &'a self,
        certificate: &'a CertificateDer,
    ) -> BoxFuture<'a, Result<RevocationData, RevocationError>> {
        Box::pin(async move {
            let failed = |error: ConnectionError| RevocationError::Unavailable(error.to_string());
            match need(certificate)? {
                Need::Nothing => Ok(RevocationData::NotNeeded),
                Need::List => {
                    Ok(RevocationData::List(self.0.revocation_list().await.map_err(failed)?))
                }
                Need::OcspResponse => {
                    let certificate = Certificate::parse(certificate.clone())
                        .map_err(|_| RevocationError::Unknown)?;
                    let response = self.0.ocsp_response(&certificate).await.map_err(failed)?;
                    response.map(RevocationData::OcspResponse).ok_or(RevocationError::Unknown)
                }
            }
        })
    }
}

/// Our own authority first; for certificates of others the operator's lists.
#[derive(Debug)]
pub(super) struct KnownRevocation {
    own: Arc<dyn RevocationSource>,
    lists: Vec<PathBuf>,
}

impl KnownRevocation {
    /// `lists` are files with revocation lists in DER.
    pub(super) fn new(own: Arc<dyn RevocationSource>, lists: Vec<PathBuf>) -> Self {
        Self { own, lists }
    }

    async fn ask(&self, certificate: &CertificateDer) -> Result<RevocationData, RevocationError> {
        let parsed =
            Certificate::parse(certificate.clone()).map_err(|_| RevocationError::Unknown)?;
        let concerns =
            |list: &Bytes| RevocationList::parse(list.clone()).is_ok_and(|l| l.concerns(&parsed));
        let own = match self.own.revocation_data(certificate).await {
            Ok(RevocationData::List(list)) if !concerns(&list) => Err(RevocationError::Unknown),
            own => own,
        };
        let (Err(RevocationError::Unknown | RevocationError::Unavailable(_)), false) =
            (&own, self.lists.is_empty())
        else {
            return own;
        };
        for file in &self.lists {
            match read(file).await {
                Ok(list) if concerns(&list) => return Ok(RevocationData::List(list)),
                Ok(_) => {}
                Err(cause) => {
                    let file = file.display();
                    tracing::warn!(%file, %cause, "a revocation list cannot be read");
                }
            }
        }
        own
    }
}

impl RevocationSource for KnownRevocation {
    fn revocation_data<'a>(
        &'a self,
        certificate: &'a CertificateDer,
    ) -> BoxFuture<'a, Result<RevocationData, RevocationError>> {
        Box::pin(self.ask(certificate))
    }
}

/// A file that is not longer than a list may be.
async fn read(file: &Path) -> std::io::Result<Bytes> {
    if tokio::fs::metadata(file).await?.len() > MAXIMUM_REVOCATION_LIST_LENGTH as u64 {
        return Err(std::io::ErrorKind::FileTooLarge.into());
    }
    Ok(tokio::fs::read(file).await?.into())
}

enum Need {
    Nothing,
    List,
    OcspResponse,
}

/// A root's revocation list covers its CAs and time-stamping units; signers have OCSP, unless
/// their certificates are validity-assured.
fn need(certificate: &CertificateDer) -> Result<Need, RevocationError> {
    let certificate =
        Certificate::parse(certificate.clone()).map_err(|_| RevocationError::Unknown)?;
    if certificate.has_no_revocation_available() || certificate.is_validity_assured() {
        return Ok(Need::Nothing);
    }
    let listed = certificate.may_sign_certificates() || certificate.is_for_time_stamping();
    Ok(if listed { Need::List } else { Need::OcspResponse })
}
