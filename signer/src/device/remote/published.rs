//! What a device elsewhere publishes, where its certificates point: lists, issuers, OCSP.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::http::{Method, StatusCode};
use bytes::Bytes;
use cades::Certificate;
use qscd_protocol::MAXIMUM_GENERATIONS;
use seal::CertificateDer;

use super::{Connection, ConnectionError, Credentials, answer::Answer};

/// How long a file or an OCSP response may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest certificate of an issuing CA, in bytes.
const MAXIMUM_CERTIFICATE_LENGTH: usize = 16 * 1024;

/// The public address of one run, and the issuing CAs that it has told of.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) connection: Connection,
    issuers: Mutex<Vec<Arc<Certificate>>>,
}

impl Published {
    /// Nothing is sent yet.
    pub(super) fn at(url: &str) -> Result<Self, ConnectionError> {
        let connection = Connection::new(url, &Credentials::default(), TIMEOUT)?;
        Ok(Self { connection, issuers: Mutex::default() })
    }

    /// The issuing CA with this name. They are numbered without a gap, so that those that came
    /// later are found behind those that are known.
    pub(super) async fn issuer(
        &self,
        name: &[u8],
    ) -> Result<Option<Arc<Certificate>>, ConnectionError> {
        let mut generation = 0;
        loop {
            let known = self.known(generation);
            let issuer = match known {
                Some(known) => known,
                None if generation == MAXIMUM_GENERATIONS => return Ok(None),
                None => match self.fetch(generation).await? {
                    Some(fetched) => fetched,
                    None => return Ok(None),
                },
            };
            if issuer.subject() == name {
                return Ok(Some(issuer));
            }
            generation += 1;
        }
    }

    fn known(&self, generation: usize) -> Option<Arc<Certificate>> {
        self.issuers.lock().unwrap_or_else(PoisonError::into_inner).get(generation).cloned()
    }

    async fn fetch(&self, generation: usize) -> Result<Option<Arc<Certificate>>, ConnectionError> {
        let path = match generation {
            0 => "/pki/issuing-ca.cer".to_owned(),
            later => format!("/pki/issuing-ca-{}.cer", later + 1),
        };
        let answer = self.get(&path, MAXIMUM_CERTIFICATE_LENGTH).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let der = CertificateDer::new(succeeded(answer)?.to_vec());
        let malformed = |error: cades::Error| ConnectionError::Malformed(error.to_string());
        let fetched = Arc::new(Certificate::parse(der).map_err(malformed)?);
        let mut issuers = self.issuers.lock().unwrap_or_else(PoisonError::into_inner);
        if issuers.len() == generation {
            issuers.push(Arc::clone(&fetched));
        }
        Ok(Some(fetched))
    }

    pub(super) async fn get(&self, path: &str, limit: usize) -> Result<Answer, ConnectionError> {
        self.connection.ask(Method::GET, path, "application/octet-stream", Vec::new(), limit).await
    }
}

/// The body of an answer that is a success.
pub(super) fn succeeded(answer: Answer) -> Result<Bytes, ConnectionError> {
    if answer.status.is_success() {
        Ok(answer.body)
    } else {
        Err(ConnectionError::Malformed(format!("status {}", answer.status)))
    }
}
