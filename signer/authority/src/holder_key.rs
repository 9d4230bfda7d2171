//! The keys that holders of certificates bring.

use der::{Decode, Encode};
use rcgen::PublicKeyData;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::{Error, oid};

const REFUSED: Error = Error::Name {
    attribute: "subjectPublicKeyInfo",
    problem: "the key is neither RSA nor on the curve P-256",
};

/// A public key that somebody else made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderKey {
    info: Vec<u8>,
    contents: Vec<u8>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
}

impl HolderKey {
    /// Takes a SubjectPublicKeyInfo in DER: RSA, or a point of P-256. Whether it is a good key was judged
    /// before.
    ///
    /// # Errors
    /// [`Error::Name`] for a key of another kind, or no key.
    pub fn read(info: &[u8]) -> Result<Self, Error> {
        let read = SubjectPublicKeyInfoOwned::from_der(info).map_err(|_| REFUSED)?;
        let kind = match read.algorithm.oid {
            oid::RSA_ENCRYPTION => Kind::Rsa,
            oid::EC_PUBLIC_KEY => {
                let curve = read.algorithm.parameters.as_ref().and_then(|any| any.decode_as().ok());
                if curve != Some(oid::P_256) {
                    return Err(REFUSED);
                }
                Kind::P256
            }
            _ => return Err(REFUSED),
        };
        let contents = read.subject_public_key.as_bytes().ok_or(REFUSED)?.to_vec();
        Ok(Self { info: read.to_der()?, contents, kind })
    }

    /// Whether it encrypts keys (RSA), or agrees on them.
    pub(crate) fn is_rsa(&self) -> bool {
        self.kind == Kind::Rsa
    }
}

impl PublicKeyData for HolderKey {
    fn subject_public_key_info(&self) -> Vec<u8> {
        self.info.clone()
    }

    fn der_bytes(&self) -> &[u8] {
        &self.contents
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        match self.kind {
            Kind::Rsa => &rcgen::PKCS_RSA_SHA256,
            Kind::P256 => &rcgen::PKCS_ECDSA_P256_SHA256,
        }
    }
}
