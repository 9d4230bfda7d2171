//! The public keys by which what a client signed is verified: those that it registered, or those of the
//! certificates by which it is known. No certificate is taken from what is signed.

use std::time::SystemTime;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cades::{Certificate, KeyNumbers};
use oauth::ClientKeys;
use registry::ClientProof;
use seal::CertificateDer;
use serde_json::{Value, json};

use super::{AuthorizationServer, Refusal};
use crate::{
    administration::Administration,
    authentication::{AUTHENTICATION, seconds, speaks, thumbprint},
    store::{AuditError, CertificateSearch, CertificateState},
};

/// How many certificates of one holder are looked at, of those that are due to be renewed and of the others.
const MAXIMUM_CERTIFICATES: u32 = 50;

/// A client's keys, and of which certificates they are.
#[derive(Debug)]
pub(super) struct KnownKeys {
    pub(super) keys: ClientKeys,
    /// What each is called, and the serial number of its certificate in base64url.
    certificates: Vec<(String, String)>,
}

impl KnownKeys {
    /// The serial number of the certificate whose key is called so.
    pub(super) fn certificate(&self, key: Option<&str>) -> Option<String> {
        let found = self.certificates.iter().find(|(called, _)| Some(&**called) == key);
        found.map(|(_, serial)| serial.clone())
    }
}

impl AuthorizationServer {
    /// The keys of a client of this organisation that proves so who it is; nothing for one that does not sign.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub(super) async fn keys(
        &self,
        organisation: &Administration,
        proof: &ClientProof,
        now: SystemTime,
    ) -> Result<Option<KnownKeys>, Refusal> {
        match proof {
            ClientProof::Secret(_) | ClientProof::Public => Ok(None),
            ClientProof::Keys(keys) => {
                let keys = ClientKeys::read(keys);
                let keys = keys.map_err(|error| Refusal::Unavailable(error.to_string()))?;
                Ok(Some(KnownKeys { keys, certificates: Vec::new() }))
            }
            ClientProof::Certificate(uuid) => Ok(Some(certified(organisation, uuid, now).await?)),
        }
    }
}

/// The keys of the certificates with this UUID that speak for a client now, those that end last before the others.
async fn certified(
    organisation: &Administration,
    uuid: &str,
    now: SystemTime,
) -> Result<KnownKeys, AuditError> {
    let mut found = Vec::new();
    for state in [CertificateState::Valid, CertificateState::RenewalDue] {
        let search = CertificateSearch {
            uuid: Some(uuid.to_owned()),
            purpose: Some(AUTHENTICATION),
            state: Some(state),
            now: seconds(now),
            latest_first: true,
            limit: MAXIMUM_CERTIFICATES,
            ..CertificateSearch::default()
        };
        found.extend(organisation.tenant().certificates(&search).await?);
    }
    found.retain(|one| speaks(one, now));
    let named = found.iter().map(|one| (thumbprint(&one.der), one));
    let (keys, certificates): (Vec<_>, Vec<_>) = named
        .map(|(kid, one)| (key(&one.der, &kid), (kid, URL_SAFE_NO_PAD.encode(&one.serial))))
        .unzip();
    Ok(KnownKeys { keys: ClientKeys::of_certificates(keys.into_iter().flatten()), certificates })
}

/// The public key of a certificate (DER) as a JWK (RFC 7518 sections 6.2.1 and 6.3.1).
fn key(der: &[u8], kid: &str) -> Option<Value> {
    let certificate = Certificate::parse(CertificateDer::new(der.to_vec())).ok()?;
    let written = |number: &[u8]| URL_SAFE_NO_PAD.encode(number);
    Some(match certificate.key_numbers()? {
        KeyNumbers::P256 { x, y } => {
            json!({ "kty": "EC", "crv": "P-256", "x": written(x), "y": written(y), "kid": kid })
        }
        KeyNumbers::Rsa { modulus, exponent } => {
            json!({ "kty": "RSA", "n": written(modulus), "e": written(exponent), "kid": kid })
        }
    })
}
