//! EncryptedPrivateKeyInfo (RFC 5958 section 3).

use std::num::NonZeroU32;

use cades::{Part, tag};
use der::{Any, Decode, Encode, Tag, Tagged};
use zeroize::Zeroizing;

use crate::{Error, pbes2};

/// Puts a key, PKCS#8 in DER, under a password. `iterations` is what each guess costs.
///
/// # Errors
/// [`Error::NoRandomness`].
pub fn protect_key(key: &[u8], password: &[u8], iterations: NonZeroU32) -> Result<Vec<u8>, Error> {
    let (algorithm, encrypted) = pbes2::encrypt(password, iterations, key)?;
    Ok(Part::Element(
        tag::SEQUENCE,
        &[Part::Raw(&algorithm), Part::Element(tag::OCTET_STRING, &[Part::Raw(&encrypted)])],
    )
    .to_vec())
}

/// Takes a key out, as PKCS#8 in DER.
///
/// # Errors
/// [`Error::Malformed`], [`Error::Algorithm`] or [`Error::Password`].
pub fn open_key(protected: &[u8], password: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let parts = Vec::<Any>::from_der(protected).map_err(|_| Error::Malformed)?;
    let [algorithm, encrypted] = &parts[..] else { return Err(Error::Malformed) };
    if encrypted.tag() != Tag::OctetString {
        return Err(Error::Malformed);
    }
    let algorithm = algorithm.to_der().map_err(|_| Error::Malformed)?;
    let key = pbes2::decrypt(&algorithm, password, encrypted.value())?;
    // Padding alone would let one wrong password of 256 through.
    Vec::<Any>::from_der(&key).map_err(|_| Error::Password)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITERATIONS: NonZeroU32 = NonZeroU32::new(10).unwrap();
    /// A SEQUENCE of three INTEGERs, in the place of a key.
    const KEY: &[u8] = &[0x30, 9, 2, 1, 1, 2, 1, 2, 2, 1, 3];

    #[test]
    fn a_key_comes_out_by_its_password_alone() {
        let protected = protect_key(KEY, b"correct horse", ITERATIONS).unwrap();
        assert_eq!(&open_key(&protected, b"correct horse").unwrap()[..], KEY);
        for wrong in (0_u16..300).map(|number| number.to_be_bytes()) {
            assert_eq!(open_key(&protected, &wrong), Err(Error::Password));
        }
        assert!(!protected.windows(KEY.len()).any(|octets| octets == KEY));
    }

    #[test]
    fn what_is_no_key_or_encrypted_in_another_way_is_told_apart() {
        let protected = protect_key(KEY, b"correct horse", ITERATIONS).unwrap();
        assert_eq!(open_key(KEY, b""), Err(Error::Malformed));
        assert_eq!(open_key(&protected[..40], b""), Err(Error::Malformed));
        let at = protected.windows(9).position(|octets| octets == crate::oid::PBES2).unwrap();
        let mut other = protected;
        other[at + 8] = 0x0a;
        assert_eq!(open_key(&other, b"correct horse"), Err(Error::Algorithm));
        let many = protect_key(KEY, b"", NonZeroU32::new(1).unwrap()).unwrap();
        let at = many.windows(3).position(|octets| octets == [2, 1, 1]).unwrap();
        let mut negative = many;
        negative[at + 2] = 0xff;
        assert_eq!(open_key(&negative, b""), Err(Error::Algorithm));
    }
}
