//! Reading an OCSPRequest (RFC 6960 section 4.1).

use der::{
    Decode,
    asn1::{Any, Null, OctetString},
};
use ring::digest;
use x509_cert::{serial_number::SerialNumber, spki::AlgorithmIdentifierOwned};

use super::message::{CertId, OcspRequest, ResponseStatus};
use crate::{Error, oid};

/// The longest request in bytes.
const MAXIMUM_LENGTH: usize = 64 * 1024;
/// The most certificates that one request asks about: as many as our own reader takes in one
/// answer.
const MAXIMUM_CERTIFICATES: usize = 64;
/// The lengths of a nonce in bytes (RFC 9654 section 2.1).
const NONCE_LENGTHS: std::ops::RangeInclusive<usize> = 1..=128;

/// What is asked.
#[derive(Debug)]
pub struct Request {
    /// The certificates; at least one.
    pub certificates: Vec<CertificateId>,
    /// The nonce, if one was sent.
    pub nonce: Option<Vec<u8>>,
}

/// A certificate, as a CertID names it.
#[derive(Clone, Debug)]
pub struct CertificateId(pub(super) CertId);

impl Request {
    /// Reads a request. Its signature and its requestor's name change nothing and are not looked
    /// at (EN 319 411-2: unsigned requests are answered).
    ///
    /// # Errors
    /// The status that refuses it.
    pub fn parse(bytes: &[u8]) -> Result<Self, ResponseStatus> {
        let malformed = ResponseStatus::MalformedRequest;
        if bytes.len() > MAXIMUM_LENGTH {
            return Err(malformed);
        }
        let request = OcspRequest::from_der(bytes).map_err(|_| malformed)?.tbs_request;
        let count = request.request_list.len();
        if request.version.is_some_and(|version| version != 0)
            || !(1..=MAXIMUM_CERTIFICATES).contains(&count)
        {
            return Err(malformed);
        }
        let mut nonce = None;
        for extension in request.request_extensions.iter().flatten() {
            if extension.extn_id == oid::OCSP_NONCE {
                let value = OctetString::from_der(extension.extn_value.as_bytes())
                    .map_err(|_| malformed)?;
                if nonce.is_some() || !NONCE_LENGTHS.contains(&value.as_bytes().len()) {
                    return Err(malformed);
                }
                nonce = Some(value.as_bytes().to_vec());
            } else if extension.critical {
                // RFC 6960 section 4.4: one that is critical must be understood.
                return Err(malformed);
            }
        }
        let singles = request.request_list.into_iter().map(|single| {
            let mut extensions = single.single_request_extensions.iter().flatten();
            match extensions.any(|extension| extension.critical) {
                true => Err(malformed),
                false => Ok(CertificateId(single.req_cert)),
            }
        });
        Ok(Self { certificates: singles.collect::<Result<_, _>>()?, nonce })
    }
}

impl CertificateId {
    /// Names a certificate as most clients do.
    ///
    /// # Errors
    /// [`Error::Der`] when the serial number is none.
    pub fn sha_1(issuer: &[u8], issuer_key: &[u8], serial_number: &[u8]) -> Result<Self, Error> {
        let hash = |of: &[u8]| {
            let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, of);
            OctetString::new(hash.as_ref())
        };
        Ok(Self(CertId {
            hash_algorithm: AlgorithmIdentifierOwned {
                oid: oid::SHA_1,
                parameters: Some(Any::from(Null)),
            },
            issuer_name_hash: hash(issuer)?,
            issuer_key_hash: hash(issuer_key)?,
            serial_number: SerialNumber::new(serial_number)?,
        }))
    }

    /// Whether the certificate's issuer has this name (DER) and this public key (the contents of
    /// its BIT STRING).
    pub fn is_issued_by(&self, name: &[u8], public_key: &[u8]) -> bool {
        let Some(algorithm) = hash_algorithm(&self.0) else { return false };
        let is = |hash: &OctetString, of: &[u8]| {
            digest::digest(algorithm, of).as_ref() == hash.as_bytes()
        };
        is(&self.0.issuer_name_hash, name) && is(&self.0.issuer_key_hash, public_key)
    }

    /// The serial number, big-endian.
    pub fn serial_number(&self) -> &[u8] {
        self.0.serial_number.as_bytes()
    }
}

/// The hashes that name an issuer: SHA-1, which every client sends, and SHA-2.
fn hash_algorithm(id: &CertId) -> Option<&'static digest::Algorithm> {
    match id.hash_algorithm.oid {
        oid::SHA_1 => Some(&digest::SHA1_FOR_LEGACY_USE_ONLY),
        oid::SHA_256 => Some(&digest::SHA256),
        oid::SHA_384 => Some(&digest::SHA384),
        oid::SHA_512 => Some(&digest::SHA512),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use der::Encode;

    use super::{
        super::message::{SingleRequest, TbsRequest},
        *,
    };

    fn request(certificates: usize) -> Vec<u8> {
        let single = |_| SingleRequest {
            req_cert: CertificateId::sha_1(b"name", b"key", &[7]).unwrap().0,
            single_request_extensions: None,
        };
        let tbs_request = TbsRequest {
            version: None,
            requestor_name: None,
            request_list: (0..certificates).map(single).collect(),
            request_extensions: None,
        };
        OcspRequest { tbs_request, optional_signature: None }.to_der().unwrap()
    }

    #[test]
    fn sixty_four_certificates_are_asked_about_and_no_more() {
        assert_eq!(Request::parse(&request(64)).unwrap().certificates.len(), 64);
        for count in [0, 65] {
            let refused = Request::parse(&request(count)).unwrap_err();
            assert_eq!(refused, ResponseStatus::MalformedRequest, "{count}");
        }
    }
}
