//! Curves and points as PKCS#11 and certificates write them.

use authority::Curve;
use der::{
    Decode, Encode,
    asn1::{ObjectIdentifier, OctetString, OctetStringRef, UintRef},
};

const PRIME_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const SECP_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// What begins an uncompressed point (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// `CKA_EC_PARAMS`: the curve's name in DER (RFC 5480 section 2.1.1).
pub(crate) fn parameters(curve: Curve) -> der::Result<Vec<u8>> {
    match curve {
        Curve::P256 => PRIME_256.to_der(),
        Curve::P384 => SECP_384.to_der(),
    }
}

/// The curve of an uncompressed point, by its length.
pub(crate) fn curve(point: &[u8]) -> Option<Curve> {
    match (point.first(), point.len()) {
        (Some(&UNCOMPRESSED), 65) => Some(Curve::P256),
        (Some(&UNCOMPRESSED), 97) => Some(Curve::P384),
        _ => None,
    }
}

/// `CKA_EC_POINT` of an uncompressed point: in an OCTET STRING, as PKCS #11 v2.40 says, and bare, as some tokens
/// have it.
pub(crate) fn written(point: &[u8]) -> der::Result<[Vec<u8>; 2]> {
    Ok([OctetString::new(point)?.to_der()?, point.to_vec()])
}

/// The uncompressed point of `CKA_EC_POINT`.
pub(crate) fn read(value: &[u8]) -> Option<Vec<u8>> {
    let inner = <&OctetStringRef>::from_der(value).ok().map(OctetStringRef::as_bytes);
    let point = inner.filter(|inner| curve(inner).is_some()).unwrap_or(value);
    curve(point).map(|_| point.to_vec())
}

/// The DER `Ecdsa-Sig-Value` (RFC 3279 section 2.2.3) of what `CKM_ECDSA` answers: both numbers, each as long as
/// the curve's order.
pub(crate) fn signature(value: &[u8], curve: Curve) -> Option<Vec<u8>> {
    let length = match curve {
        Curve::P256 => 32,
        Curve::P384 => 48,
    };
    let (r, s) = value.split_at_checked(length).filter(|(_, s)| s.len() == length)?;
    let numbers = [UintRef::new(r).ok()?, UintRef::new(s).ok()?];
    numbers.to_der().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_in_both_spellings_and_nothing_else_is() {
        for (length, is) in [(65, Curve::P256), (97, Curve::P384)] {
            let mut point = vec![7; length];
            point[0] = UNCOMPRESSED;
            assert_eq!(curve(&point), Some(is));
            for spelling in written(&point).unwrap() {
                assert_eq!(read(&spelling).as_ref(), Some(&point));
            }
        }
        for other in [&[][..], &[4; 64], &[2; 33], &[4, 3, 4, 1, 2], &[3; 65]] {
            assert_eq!(read(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_signature_is_written_as_two_positive_numbers() {
        let mut value = [0; 64];
        (value[0], value[63]) = (0x80, 1);
        let written = signature(&value, Curve::P256).unwrap();
        let mut expected = vec![0x30, 38, 2, 33, 0, 0x80];
        expected.extend([0; 31]);
        expected.extend([2, 1, 1]);
        assert_eq!(written, expected);
        for length in [0, 63, 65, 96] {
            assert_eq!(signature(&vec![1; length], Curve::P256), None);
        }
        assert_eq!(signature(&[1; 64], Curve::P384), None);
    }
}
