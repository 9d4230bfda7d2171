//! Keys that follow from a seed, for tests. aws-lc-rs makes a key of a number alone; ring does not.

use aws_lc_rs::{
    encoding::{AsBigEndian, EcPrivateKeyBin},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair},
};
use der::{
    Encode, Sequence,
    asn1::{ObjectIdentifier, OctetStringRef},
};
use seal::SignatureAlgorithm;
use zeroize::Zeroizing;

use crate::{Error, randomness::Randomness};

/// The seed's next P-256 key, private and public, for keys that ring holds.
pub(crate) fn seeded_p256(randomness: &Randomness) -> Result<(Zeroizing<Vec<u8>>, Vec<u8>), Error> {
    let algorithm = SignatureAlgorithm::EcdsaP256Sha256;
    let pair = seeded_pair(algorithm, &ECDSA_P256_SHA256_ASN1_SIGNING, randomness)?;
    let private: EcPrivateKeyBin<'_> =
        pair.private_key().as_be_bytes().map_err(|_| Error::KeyGeneration(algorithm.name()))?;
    Ok((Zeroizing::new(private.as_ref().to_vec()), pair.public_key().as_ref().to_vec()))
}

/// A pair whose private key is the seed's next number (FIPS 186-5 appendix A.2.2: one that is too
/// large is passed over).
pub(crate) fn seeded_pair(
    algorithm: SignatureAlgorithm,
    curve: &'static EcdsaSigningAlgorithm,
    randomness: &Randomness,
) -> Result<EcdsaKeyPair, Error> {
    const ATTEMPTS: usize = 100;
    let failed = || Error::KeyGeneration(algorithm.name());
    let (length, top, oid) = match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => (32, 0xff, "1.2.840.10045.3.1.7"),
        SignatureAlgorithm::EcdsaP384Sha384 => (48, 0xff, "1.3.132.0.34"),
        SignatureAlgorithm::EcdsaP521Sha512 => (66, 0x01, "1.3.132.0.35"),
        SignatureAlgorithm::RsaPssSha256(_)
        | SignatureAlgorithm::RsaPkcs1Sha256(_)
        | SignatureAlgorithm::Ed25519 => return Err(failed()),
    };
    for _ in 0..ATTEMPTS {
        let mut scalar = Zeroizing::new(randomness.bytes::<66>()?);
        scalar[0] &= top;
        // RFC 5915 section 3; without a public key, the library computes it.
        let key = EcPrivateKey {
            version: 1,
            private_key: OctetStringRef::new(&scalar[..length])?,
            parameters: Some(ObjectIdentifier::new(oid).map_err(|_| failed())?),
        };
        let der = Zeroizing::new(key.to_der()?);
        if let Ok(pair) = EcdsaKeyPair::from_private_key_der(curve, &der) {
            return Ok(pair);
        }
    }
    Err(failed())
}

/// ```text
/// ECPrivateKey ::= SEQUENCE {
///     version         INTEGER { ecPrivkeyVer1(1) },
///     privateKey      OCTET STRING,
///     parameters  [0] ECParameters OPTIONAL,
///     publicKey   [1] BIT STRING OPTIONAL }
/// ```
#[derive(Sequence)]
struct EcPrivateKey<'a> {
    version: u8,
    private_key: &'a OctetStringRef,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    parameters: Option<ObjectIdentifier>,
}
