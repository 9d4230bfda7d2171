//! ECDSA that ring does not verify: on P-521, and over other hashes than SHA-256 and SHA-384; and
//! signatures over a digest whose message is not here. With
//! the hashes of [`super::hash`] what this package uses aws-lc-rs for.

use aws_lc_rs::{
    digest::{Algorithm, Digest, SHA256, SHA384, SHA512},
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P521_SHA512_ASN1,
        EcdsaVerificationAlgorithm, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
        RsaParameters, RsaPssSaltLength, UnparsedPublicKey, VerificationAlgorithm,
    },
};
use seal::{DigestAlgorithm, SignatureAlgorithm, ToSign};

use super::{HashAlgorithm, PublicKey, Unverified};

/// Verifies an ECDSA value, if it is one of those; `None` if it is not.
///
/// FIPS 186-5 section 6.4.1: of a hash that is longer than the order, the leftmost bits are taken; a
/// shorter one is the number that it is. So every hash is brought to the length of the one that
/// aws-lc-rs pairs with the curve, by its end or by zeros before it, which changes no number.
pub(super) fn verify(
    hash: HashAlgorithm,
    key: PublicKey<'_>,
    message: &[u8],
    value: &[u8],
) -> Option<Result<(), Unverified>> {
    use HashAlgorithm::{Sha256, Sha384};
    let (algorithm, paired): (&'static EcdsaVerificationAlgorithm, &'static Algorithm) = match key {
        PublicKey::P256(_) | PublicKey::P384(_) if matches!(hash, Sha256 | Sha384) => return None,
        PublicKey::P256(_) => (&ECDSA_P256_SHA256_ASN1, &SHA256),
        PublicKey::P384(_) => (&ECDSA_P384_SHA384_ASN1, &SHA384),
        PublicKey::P521(_) => (&ECDSA_P521_SHA512_ASN1, &SHA512),
        PublicKey::Rsa(_)
        | PublicKey::RsaPssOnly(..)
        | PublicKey::Ed25519(_)
        | PublicKey::Other(_) => return None,
    };
    let hashed = hash.hash(message);
    let hashed = hashed.as_bytes();
    let mut fitted = vec![0; paired.output_len.saturating_sub(hashed.len())];
    fitted.extend(hashed.iter().take(paired.output_len));
    let verified = Digest::import_less_safe(&fitted, paired).and_then(|digest| {
        UnparsedPublicKey::new(algorithm, key.bytes()).verify_digest(&digest, value)
    });
    Some(verified.map_err(|_| Unverified::Wrong))
}

/// RSASSA-PSS with the longest salt that the key has room for.
const LONGEST_SALT: &RsaParameters =
    &RSA_PSS_2048_8192_SHA256.with_pss_salt_length(RsaPssSaltLength::Max);

/// Verifies what a device made of what it was given, without the message behind it.
pub(crate) fn verify_signed(
    suite: SignatureAlgorithm,
    key: PublicKey<'_>,
    to_sign: &ToSign,
    value: &[u8],
) -> Result<(), Unverified> {
    let algorithm: &'static dyn VerificationAlgorithm = match (suite, to_sign) {
        (SignatureAlgorithm::EcdsaP256Sha256, ToSign::Digest(_)) => &ECDSA_P256_SHA256_ASN1,
        (SignatureAlgorithm::EcdsaP384Sha384, ToSign::Digest(_)) => &ECDSA_P384_SHA384_ASN1,
        (SignatureAlgorithm::EcdsaP521Sha512, ToSign::Digest(_)) => &ECDSA_P521_SHA512_ASN1,
        (SignatureAlgorithm::RsaPssSha256(_), ToSign::Digest(_)) => &RSA_PSS_2048_8192_SHA256,
        (SignatureAlgorithm::RsaPssSha256(_), ToSign::Salted(_)) => LONGEST_SALT,
        (SignatureAlgorithm::RsaPkcs1Sha256(_), ToSign::Digest(_)) => &RSA_PKCS1_2048_8192_SHA256,
        (_, ToSign::Digest(_) | ToSign::Salted(_) | ToSign::Message(_) | ToSign::Attributes(_)) => {
            return Err(Unverified::Unsupported);
        }
    };
    let digest = to_sign.digest().ok_or(Unverified::Unsupported)?;
    let hash = match digest.algorithm() {
        DigestAlgorithm::Sha256 => &SHA256,
        DigestAlgorithm::Sha384 => &SHA384,
        DigestAlgorithm::Sha512 => &SHA512,
    };
    let digest = Digest::import_less_safe(digest.as_bytes(), hash);
    digest
        .and_then(|digest| {
            UnparsedPublicKey::new(algorithm, key.bytes()).verify_digest(&digest, value)
        })
        .map_err(|_| Unverified::Wrong)
}
