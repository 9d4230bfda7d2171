//! What a request should be made with (RFC 7030 section 4.5.2, as clarified by RFC 9908).

use der::{Any, Decode, Encode, asn1::ObjectIdentifier};

use crate::oid;

/// The CsrAttrs in DER: keys of P-256, or of RSA with 3,072 bits, and SHA-256 in the request's signature.
/// Which of the two kinds, the profile says that the order is of, and whoever ordered told it with the
/// code; the question carries neither.
///
/// # Errors
/// [`der::Error`] when it cannot be written, which does not happen.
pub fn requested_attributes() -> Result<Vec<u8>, der::Error> {
    const RSA_BITS: u16 = 3072;
    let attribute = |kind: ObjectIdentifier, value: Any| {
        let values = der::asn1::SetOfVec::try_from(vec![value])?;
        Any::encode_from(&x509_cert::attr::Attribute { oid: kind, values })
    };
    let named = |kind: ObjectIdentifier| Any::from_der(&kind.to_der()?);
    vec![
        attribute(oid::RSA_ENCRYPTION, Any::encode_from(&RSA_BITS)?)?,
        named(oid::SHA_256_WITH_RSA)?,
        attribute(oid::EC_PUBLIC_KEY, Any::encode_from(&oid::P_256)?)?,
        named(oid::ECDSA_WITH_SHA_256)?,
    ]
    .to_der()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Octet for octet, as RFC 7030 section 4.5.2 builds its example.
    #[test]
    fn attributes_are_written_as_the_standard_writes_its_example() {
        let der = requested_attributes().unwrap();
        let rsa: &[u8] =
            b"\x30\x11\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x31\x04\x02\x02\x0c\x00";
        let curve: &[u8] =
            b"\x30\x15\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x31\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
        for part in [rsa, curve] {
            assert!(der.windows(part.len()).any(|octets| octets == part));
        }
        assert_eq!(der.len(), 2 + 19 + 11 + 23 + 10);
    }
}
