//! Revocation data of the simulator's certificates, and from lists that the operator provides.

mod list_file;

use std::{path::PathBuf, sync::Arc, time::SystemTime};

use bytes::Bytes;
use cades::{Certificate, RevocationList};
use futures_util::future::BoxFuture;
use qscd_sim::{NoAnswer, Simulator};
use seal::{CertificateDer, Clock};

use self::list_file::ListFile;
use crate::{
    device::remote::{ConnectionError, RemoteDevice},
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

/// Our own authority first; for certificates of earlier runs their last lists, and for those of
/// others the operator's.
#[derive(Debug)]
pub(super) struct KnownRevocation {
    own: Arc<dyn RevocationSource>,
    past: Arc<[RevocationList]>,
    files: Arc<[ListFile]>,
}

impl KnownRevocation {
    /// `past` are the last lists of earlier runs, and `lists` files with lists in DER or PEM.
    pub(super) fn new(
        own: Arc<dyn RevocationSource>,
        past: &Arc<[RevocationList]>,
        lists: Vec<PathBuf>,
    ) -> Self {
        let files = lists.into_iter().map(ListFile::new).collect();
        Self { own, past: Arc::clone(past), files }
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
        let Err(RevocationError::Unknown | RevocationError::Unavailable(_)) = &own else {
            return own;
        };
        let (past, files) = (Arc::clone(&self.past), Arc::clone(&self.files));
        // A list is looked through to its end once, and may be long.
        let best = tokio::task::spawn_blocking(move || best(&past, &files, &parsed)).await;
        match best {
            Ok(Some(list)) => Ok(RevocationData::List(list.der().clone())),
            Ok(None) | Err(_) => own,
        }
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

/// The list that says most of the certificate.
fn best(
    past: &[RevocationList],
    files: &[ListFile],
    certificate: &Certificate,
) -> Option<RevocationList> {
    let best = past.iter().fold(None, |best, list| better(best, list, certificate));
    files.iter().fold(best, |best, file| match file.list() {
        Ok(list) => better(best, &list, certificate),
        Err(cause) => {
            let file = file.path().display();
            tracing::warn!(%file, %cause, "a revocation list cannot be read");
            best
        }
    })
}

/// `best`, or `list` when it says more of the certificate: it comes from its issuer, by the key
/// that signed it or else by one that may have, and is newer. A CA that changes its key keeps its
/// name, and lists by both.
fn better(
    best: Option<RevocationList>,
    list: &RevocationList,
    certificate: &Certificate,
) -> Option<RevocationList> {
    let list = Some(list).filter(|list| list.concerns(certificate)).cloned();
    best.into_iter().chain(list).max_by_key(|list| rank(list, certificate))
}

fn rank(list: &RevocationList, certificate: &Certificate) -> (u8, Option<SystemTime>) {
    let key = certificate.authority_key_identifier();
    let fits = match (list.authority_key_identifier(), key) {
        (Some(by), Some(key)) if by == key => 2,
        (Some(_), Some(_)) => 0,
        _ => 1,
    };
    (fits, list.this_update())
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

#[cfg(test)]
mod tests {
    use rcgen::{
        BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, IsCa, Issuer,
        KeyIdMethod, KeyPair, KeyUsagePurpose, SerialNumber,
    };
    use time::{OffsetDateTime, macros::datetime};

    use super::*;

    const NOON: OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

    /// A CA that has this name, and a key of its own.
    fn authority(name: &str) -> Issuer<'static, KeyPair> {
        let mut params = named(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Issuer::new(params, KeyPair::generate().unwrap())
    }

    fn named(name: &str) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::OrganizationName, name);
        params.use_authority_key_identifier_extension = true;
        params
    }

    fn issued(by: &Issuer<'_, KeyPair>) -> Certificate {
        let key = KeyPair::generate().unwrap();
        let der = named("Below").signed_by(&key, by).unwrap().der().to_vec();
        Certificate::parse(CertificateDer::new(der)).unwrap()
    }

    fn list(by: &Issuer<'_, KeyPair>, at: OffsetDateTime) -> Bytes {
        let params = CertificateRevocationListParams {
            this_update: at,
            next_update: at + time::Duration::DAY,
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(by).unwrap().der().to_vec().into()
    }

    #[test]
    fn a_list_by_the_key_that_issued_goes_before_newer_ones_by_the_issuers_other_key() {
        let (before, after) = (authority("CA"), authority("CA"));
        let hour = time::Duration::HOUR;
        let lists = [
            list(&authority("Another CA"), NOON + 9 * hour),
            list(&before, NOON),
            list(&before, NOON + hour),
            list(&after, NOON + 2 * hour),
        ];
        let best = |lists: &[Bytes], issuer| {
            let certificate = issued(issuer);
            let take = |best, list: &Bytes| {
                better(best, &RevocationList::parse(list.clone()).unwrap(), &certificate)
            };
            lists.iter().fold(None, take).map(|best: RevocationList| best.der().clone())
        };
        for (issuer, expected) in [(&before, 2), (&after, 3)] {
            assert_eq!(best(&lists, issuer).as_ref(), Some(&lists[expected]));
            let backwards: Vec<Bytes> = lists.iter().rev().cloned().collect();
            assert_eq!(best(&backwards, issuer).as_ref(), Some(&lists[expected]));
        }
        assert_eq!(best(&lists[3..], &before).as_ref(), Some(&lists[3]), "its name may do");
        assert_eq!(best(&lists[..1], &before), None);
    }

    #[test]
    fn a_file_is_read_again_only_when_it_has_changed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("list.crl");
        let file = ListFile::new(path.clone());
        assert_eq!(file.list().unwrap_err().kind(), std::io::ErrorKind::NotFound);
        let by = authority("CA");
        std::fs::write(&path, list(&by, NOON)).unwrap();
        let first = file.list().unwrap();
        let same = file.list().unwrap();
        assert_eq!(first.der().as_ptr(), same.der().as_ptr(), "it is not read twice");
        let newer = list(&by, NOON + time::Duration::HOUR);
        std::fs::write(&path, &newer).unwrap();
        let written = std::fs::File::options().write(true).open(&path).unwrap();
        written.set_modified(SystemTime::from(NOON)).unwrap();
        assert_eq!(*file.list().unwrap().der(), newer);
        std::fs::write(&path, "words").unwrap();
        assert_eq!(file.list().unwrap_err().kind(), std::io::ErrorKind::InvalidData);
    }
}
