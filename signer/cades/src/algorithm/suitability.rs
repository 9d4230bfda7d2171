//! Which algorithms prove something, and until when (ETSI TS 119 312 V1.5.1).

use std::time::{Duration, SystemTime};

use super::{HashAlgorithm, PssParameters, PublicKey, VerificationAlgorithm};

/// How long an algorithm with a key of some length may be relied upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suitability {
    /// Recommended, without an end.
    Recommended,
    /// Legacy: what is known to be older than this is still relied upon.
    Until(SystemTime),
    /// TS 119 312 does not name it.
    NotListed,
}

/// 1 January 2029, in seconds of Unix time: the end of RSASSA-PKCS1-v1_5 and of short RSA keys.
const END_OF_LEGACY_RSA: u64 = 1_861_920_000;

/// 1 January 2012: the end of SHA-1.
const END_OF_SHA_1: u64 = 1_325_376_000;

/// 1 August 2004: the end of MD5.
const END_OF_MD5: u64 = 1_091_318_400;

/// 1 January 2029: the end of SHA-224, whose strength is that of the short RSA keys.
const END_OF_SHA_224: u64 = END_OF_LEGACY_RSA;

/// RSA keys from 3000 bits on are recommended.
const RECOMMENDED_RSA_BYTES: usize = 3000 / 8;

impl VerificationAlgorithm {
    /// Judges the algorithm with this key.
    pub(crate) fn suitability(self, key: PublicKey<'_>) -> Suitability {
        let until =
            |seconds| Suitability::Until(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let is_long =
            key.rsa_modulus_length().is_some_and(|length| length >= RECOMMENDED_RSA_BYTES);
        match self.hash() {
            Some(HashAlgorithm::Md5) => return until(END_OF_MD5),
            Some(HashAlgorithm::Sha1) => return until(END_OF_SHA_1),
            _ => {}
        }
        match self {
            Self::Ecdsa(HashAlgorithm::Sha224) => until(END_OF_SHA_224),
            Self::Ecdsa(_) => Suitability::Recommended,
            Self::RsaPss(PssParameters { hash, .. })
                if is_long && hash != HashAlgorithm::Sha224 =>
            {
                Suitability::Recommended
            }
            Self::RsaPss(_) | Self::RsaPkcs1(_) => until(END_OF_LEGACY_RSA),
            Self::Ed25519 => Suitability::NotListed,
        }
    }
}

impl Suitability {
    /// The end, if `time` does not lie before it.
    pub(crate) fn ended_by(self, time: SystemTime) -> Option<SystemTime> {
        match self {
            Self::Until(end) if end <= time => Some(end),
            Self::Until(_) | Self::Recommended | Self::NotListed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use HashAlgorithm::Sha256;

    use super::*;
    use crate::asn1::Part;

    fn rsa_key(bits: usize) -> Vec<u8> {
        let modulus = [&[0][..], &vec![0xff; bits / 8]].concat();
        let modulus = Part::Element(2, &[Part::Raw(&modulus)]).to_vec();
        Part::Element(0x30, &[Part::Raw(&modulus), Part::Raw(&[2, 3, 1, 0, 1])]).to_vec()
    }

    #[test]
    fn legacy_algorithms_end_on_the_dates_of_the_standard() {
        let (short, long) = (rsa_key(2048), rsa_key(3072));
        let (short, long) = (PublicKey::Rsa(&short), PublicKey::Rsa(&long));
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let (before_2029, in_2029) = (at(END_OF_LEGACY_RSA - 1), at(END_OF_LEGACY_RSA));
        for (algorithm, key, before, after) in [
            (VerificationAlgorithm::RsaPkcs1(Sha256), long, false, true),
            (VerificationAlgorithm::RsaPss(PssParameters::of(Sha256)), short, false, true),
            (VerificationAlgorithm::RsaPss(PssParameters::of(Sha256)), long, false, false),
            (VerificationAlgorithm::Ecdsa(Sha256), PublicKey::P256(&[4; 65]), false, false),
            (VerificationAlgorithm::Ed25519, PublicKey::Ed25519(&[1; 32]), false, false),
            (VerificationAlgorithm::RsaPkcs1(HashAlgorithm::Sha1), long, true, true),
        ] {
            let suitability = algorithm.suitability(key);
            assert_eq!(suitability.ended_by(before_2029).is_some(), before, "{algorithm:?}");
            assert_eq!(suitability.ended_by(in_2029).is_some(), after, "{algorithm:?}");
        }
    }
}
