//! A passkey's public key: a COSE_Key (RFC 9052 section 7) of one of three algorithms.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};

use super::cbor::{Item, Reader};

/// The longest key that is looked at, in bytes: RSA of 8,192 bits takes some 1,050.
const MAXIMUM_LENGTH: usize = 1100;

/// A public key and the algorithm that it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::device::sam) enum CoseKey {
    /// ES256 (-7) on P-256: an uncompressed point.
    Es256([u8; 65]),
    /// EdDSA (-8) on Ed25519.
    EdDsa([u8; 32]),
    /// RS256 (-257): modulus and exponent.
    Rs256 { modulus: Vec<u8>, exponent: Vec<u8> },
}

impl CoseKey {
    /// Reads a key; `None` for any other algorithm, for a member that is missing, there twice or of the
    /// wrong length, and for anything after it.
    pub(in crate::device::sam) fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAXIMUM_LENGTH {
            return None;
        }
        let mut reader = Reader::new(bytes);
        let members = reader.map()?;
        reader.is_at_end().then_some(())?;
        let find = |label: i64| members.iter().find(|(key, _)| *key == label).map(|(_, item)| item);
        let number = |label| match find(label)? {
            Item::Integer(value) => Some(*value),
            Item::Bytes(_) => None,
        };
        let field = |label| match find(label)? {
            Item::Bytes(value) => Some(*value),
            Item::Integer(_) => None,
        };
        // RFC 9053: kty (1), alg (3), crv (-1), x (-2), y (-3); RFC 8230: n (-1), e (-2).
        match (number(1)?, number(3)?) {
            (2, -7) if number(-1)? == 1 => {
                let (x, y): ([u8; 32], [u8; 32]) =
                    (field(-2)?.try_into().ok()?, field(-3)?.try_into().ok()?);
                let mut point = [4; 65];
                point[1..33].copy_from_slice(&x);
                point[33..].copy_from_slice(&y);
                Some(Self::Es256(point))
            }
            (1, -8) if number(-1)? == 6 => Some(Self::EdDsa(field(-2)?.try_into().ok()?)),
            (3, -257) => {
                let (modulus, exponent) = (field(-1)?, field(-2)?);
                let number = |digits: &[u8]| digits.first().is_some_and(|first| *first != 0);
                let odd = exponent.last().is_some_and(|last| last % 2 == 1);
                // FIPS 186-5 section 5.1: an exponent above 65,536.
                let large = (3..=8).contains(&exponent.len());
                let strong = modulus.len() >= 256 && modulus.first().is_some_and(|b| *b >= 0x80);
                (number(modulus) && number(exponent) && odd && large && strong)
                    .then(|| Self::Rs256 { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
            }
            _ => None,
        }
    }

    /// Whether `signature` over `message` is this key's.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Self::EdDsa(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::Rs256 { modulus, exponent } => {
                RsaPublicKeyComponents { n: modulus.as_slice(), e: exponent.as_slice() }.verify(
                    &RSA_PKCS1_2048_8192_SHA256,
                    message,
                    signature,
                )
            }
        };
        verified.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p256() -> Vec<u8> {
        let mut key = vec![0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32];
        key.extend([7; 32]);
        key.extend([0x22, 0x58, 32]);
        key.extend([9; 32]);
        key
    }

    fn ed25519() -> Vec<u8> {
        let mut key = vec![0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32];
        key.extend([7; 32]);
        key
    }

    fn rsa(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
        let mut key = vec![0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59];
        key.extend(u16::try_from(modulus.len()).unwrap().to_be_bytes());
        key.extend(modulus);
        key.extend([0x21, 0x40 + u8::try_from(exponent.len()).unwrap()]);
        key.extend(exponent);
        key
    }

    #[test]
    fn the_three_algorithms_are_read() {
        assert!(matches!(CoseKey::parse(&p256()), Some(CoseKey::Es256(point)) if point[0] == 4));
        assert_eq!(CoseKey::parse(&ed25519()), Some(CoseKey::EdDsa([7; 32])));
        let modulus = [0x91; 256];
        let key = CoseKey::parse(&rsa(&modulus, &[1, 0, 1])).unwrap();
        assert_eq!(key, CoseKey::Rs256 { modulus: modulus.into(), exponent: vec![1, 0, 1] });
    }

    #[test]
    fn a_key_that_is_read_has_one_spelling() {
        let mut dice = fastrand::Rng::with_seed(7);
        let keys = [p256(), ed25519(), rsa(&[0x91; 256], &[1, 0, 1])];
        for round in 0..20_000 {
            let good = &keys[round % 3];
            let mut key = good.clone();
            let at = dice.usize(..key.len());
            match dice.u8(..3) {
                0 => key[at] ^= 1 << dice.u8(..8),
                1 => key.truncate(at),
                _ => key.insert(at, dice.u8(..)),
            }
            let same = CoseKey::parse(&key).is_some_and(|key| Some(key) == CoseKey::parse(good));
            assert!(!same || key == *good, "{key:02x?}");
        }
    }

    #[test]
    fn any_other_key_is_refused() {
        let change = |at: usize, byte: u8| {
            let mut key = p256();
            key[at] = byte;
            key
        };
        let mut twice = p256();
        twice[0] = 0xa6;
        twice.extend([3, 0x26]);
        let mut longer = p256();
        longer.push(0);
        let short = p256()[..p256().len() - 1].to_vec();
        let mut indefinite = p256();
        indefinite[0] = 0xbf;
        indefinite.push(0xff);
        for key in [
            change(2, 1),
            change(4, 0x27),
            change(6, 2),
            change(9, 31),
            change(1, 0x18),
            twice,
            longer,
            short,
            indefinite,
            rsa(&[0x91; 255], &[1, 0, 1]),
            rsa(&[0x11; 256], &[1, 0, 1]),
            rsa(&[0x91; 256], &[3]),
            rsa(&[0x91; 256], &[1, 0, 2]),
            rsa(&[0x91; 256], &[0, 1, 0, 1]),
            rsa(&[0x91; 1025], &[1, 0, 1]).into_iter().chain([0; 100]).collect(),
            Vec::new(),
        ] {
            assert_eq!(CoseKey::parse(&key), None, "{key:02x?}");
        }
    }
}
