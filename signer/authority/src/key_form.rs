//! The forms in which a private key stands in a file.

use der::{
    AnyRef, Decode, Encode, Sequence, Tag, Tagged,
    asn1::{ObjectIdentifier, OctetStringRef},
};
use zeroize::Zeroizing;

/// id-ecPublicKey (RFC 5480 section 2.1.1).
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// A key that ring reads.
pub(crate) enum KeyForm {
    /// PrivateKeyInfo (RFC 5958 section 2); out of SEC1 as well.
    Pkcs8(Zeroizing<Vec<u8>>),
    /// RSAPrivateKey (RFC 8017 appendix A.1.2).
    Pkcs1(Zeroizing<Vec<u8>>),
}

/// ```text
/// PrivateKeyInfo ::= SEQUENCE {
///     version     INTEGER,
///     algorithm   SEQUENCE { OBJECT IDENTIFIER, OBJECT IDENTIFIER },
///     privateKey  OCTET STRING }
/// ```
#[derive(Sequence)]
struct PrivateKeyInfo<'a> {
    version: u8,
    algorithm: Algorithm,
    private_key: &'a OctetStringRef,
}

#[derive(Sequence)]
struct Algorithm {
    oid: ObjectIdentifier,
    curve: ObjectIdentifier,
}

impl KeyForm {
    /// What a key in DER is, by what stands behind its version: an algorithm (PKCS#8), an octet
    /// string (SEC1, RFC 5915 section 3) or an integer (PKCS#1).
    pub(crate) fn of(der: &[u8]) -> Option<Self> {
        let parts = Vec::<AnyRef<'_>>::from_der(der).ok()?;
        let owned = || Zeroizing::new(der.to_vec());
        match parts.get(1)?.tag() {
            Tag::Sequence => Some(Self::Pkcs8(owned())),
            Tag::Integer => Some(Self::Pkcs1(owned())),
            Tag::OctetString => {
                // A file of its own names its curve ([0] ECParameters).
                let curve = parts.iter().skip(2).find(|part| part.tag().number().value() == 0)?;
                let curve = ObjectIdentifier::from_der(curve.value()).ok()?;
                let info = PrivateKeyInfo {
                    version: 0,
                    algorithm: Algorithm { oid: EC_PUBLIC_KEY, curve },
                    private_key: OctetStringRef::new(der).ok()?,
                };
                info.to_der().ok().map(|pkcs8| Self::Pkcs8(Zeroizing::new(pkcs8)))
            }
            _ => None,
        }
    }
}
