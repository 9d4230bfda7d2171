//! The signed attributes of a CMS signature, as far as the device must understand what it signs.

use std::time::{Duration, SystemTime};

use cades::{SignatureKind, ToBeSigned};
use der::{
    Decode,
    asn1::{ObjectIdentifier, OctetStringRef},
};
use seal::{CertificateDer, Chain, Digest, SignatureAlgorithm};
use x509_cert::{attr::Attributes, time::Time};

/// The longest that are read, in bytes; a signature's take some hundreds, and a long name of the issuer.
const MAXIMUM_LENGTH: usize = 4 * 1024;

/// message-digest and signing-time (RFC 5652 sections 11.2 and 11.3).
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");

/// With what the attributes are signed.
#[derive(Clone, Debug)]
pub(in crate::device) struct Signer {
    /// The credential's certificate.
    pub(in crate::device) certificate: CertificateDer,
    /// Its suite.
    pub(in crate::device) suite: SignatureAlgorithm,
    /// Its notBefore, and the end of the key.
    pub(in crate::device) validity: (SystemTime, SystemTime),
}

impl Signer {
    /// The message digest of signed attributes in DER; `None` unless they are, byte for byte, those of a
    /// signature with this certificate: content-type (id-data), message-digest,
    /// signing-certificate-v2 and, for CAdES, signing-time within the certificate's validity.
    ///
    /// Any other attribute could hold a second document: whoever leaves the signed attributes out of the
    /// container has a signature over their own encoding (RFC 5652 section 5.4). So nothing is read and
    /// judged: what is signed is written again from the few values that may differ, and compared.
    pub(in crate::device) fn message_digest(&self, der: &[u8]) -> Option<Digest> {
        if der.len() > MAXIMUM_LENGTH {
            return None;
        }
        let attributes = Attributes::from_der(der).ok()?;
        let value = |oid: ObjectIdentifier| {
            let found = attributes.iter().find(|one| one.oid.as_bytes() == oid.as_bytes());
            found.map(|attribute| attribute.values.get(0))
        };
        let digest = value(MESSAGE_DIGEST)??.decode_as::<&OctetStringRef>().ok()?;
        let algorithm = self.suite.digest_algorithm();
        let digest = Digest::from_bytes(algorithm, digest.as_bytes()).ok()?;
        let kind = match value(SIGNING_TIME) {
            None => SignatureKind::Pades,
            Some(time) => {
                let signing_time = time?.decode_as::<Time>().ok()?.to_system_time();
                if !self.is_valid_at(signing_time) {
                    return None;
                }
                SignatureKind::Cades { signing_time }
            }
        };
        let chain = Chain::new(self.certificate.clone(), Vec::new());
        let usual = ToBeSigned::new(&digest, chain, self.suite, kind).ok()?;
        (usual.message() == der).then_some(digest)
    }

    /// Both ends may be between two seconds, and a signing-time is not.
    fn is_valid_at(&self, signing_time: SystemTime) -> bool {
        let (begins, ends) = self.validity;
        begins < signing_time + Duration::from_secs(1) && signing_time < ends
    }
}
