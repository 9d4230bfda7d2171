//! The key of whoever collects or renews.

use der::Decode;
use rcgen::{
    CertificateParams, DistinguishedName, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256,
    RsaKeySize,
};
use registry::HolderKey;
use x509_cert::Certificate;
use zeroize::Zeroizing;

use super::Failure;

/// A key of this machine; its memory is wiped.
pub(super) struct OwnKey(Zeroizing<KeyPair>);

impl OwnKey {
    /// Makes one of this kind.
    ///
    /// # Errors
    /// [`Failure::NoKey`].
    pub(super) fn make(kind: HolderKey) -> Result<Self, Failure> {
        let made = match kind {
            HolderKey::Rsa3072 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072)?,
            HolderKey::P256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?,
        };
        Ok(Self(Zeroizing::new(made)))
    }

    /// Takes one that was made before, PKCS#8 in DER; `None` when it is of no kind that is made here.
    pub(super) fn read(pkcs8: &[u8]) -> Option<Self> {
        let key = Self(Zeroizing::new(KeyPair::try_from(pkcs8).ok()?));
        let known = [&PKCS_ECDSA_P256_SHA256, &PKCS_RSA_SHA256];
        known.contains(&key.0.algorithm()).then_some(key)
    }

    /// Which kind it is of.
    pub(super) fn kind(&self) -> HolderKey {
        match self.0.algorithm() == &PKCS_ECDSA_P256_SHA256 {
            true => HolderKey::P256,
            false => HolderKey::Rsa3072,
        }
    }

    /// A certification request (PKCS#10, RFC 2986) in DER. It asks for no name: the order says what is issued.
    ///
    /// # Errors
    /// [`Failure::NoKey`].
    pub(super) fn request(&self) -> Result<Vec<u8>, Failure> {
        let mut asked = CertificateParams::default();
        asked.distinguished_name = DistinguishedName::new();
        Ok(asked.serialize_request(&*self.0)?.der().to_vec())
    }

    /// Whether a certificate, in DER, is this key's.
    pub(super) fn is_of(&self, certificate: &[u8]) -> bool {
        let read = Certificate::from_der(certificate);
        read.is_ok_and(|read| {
            let key = &read.tbs_certificate().subject_public_key_info().subject_public_key;
            key.raw_bytes() == self.0.public_key_raw()
        })
    }

    /// PKCS#8 in DER, for the one place that protects it.
    pub(super) fn expose(&self) -> &[u8] {
        self.0.serialized_der()
    }
}

impl std::fmt::Debug for OwnKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use est::CertificationRequest;

    use super::*;

    #[test]
    fn a_request_shows_that_its_sender_has_the_key() {
        for kind in [HolderKey::P256, HolderKey::Rsa3072] {
            let key = OwnKey::make(kind).unwrap();
            // The proof of possession is verified where it is read.
            CertificationRequest::read(&key.request().unwrap()).unwrap();
            let certificate = CertificateParams::default().self_signed(&*key.0).unwrap();
            assert!(key.is_of(certificate.der()));
            let other = OwnKey::make(HolderKey::P256).unwrap();
            assert!(!other.is_of(certificate.der()) && !key.is_of(b"nonsense"));
            let again = OwnKey::read(key.expose()).unwrap();
            assert!(again.is_of(certificate.der()) && again.kind() == kind);
        }
        let other = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
        assert!(OwnKey::read(other.serialized_der()).is_none() && OwnKey::read(&[]).is_none());
    }
}
