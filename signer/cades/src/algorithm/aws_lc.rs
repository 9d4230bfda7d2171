//! ECDSA that ring does not verify: on P-521, and with SHA-512 on the shorter curves. The one
//! file of this package that uses aws-lc-rs.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA256_ASN1, ECDSA_P521_SHA384_ASN1,
    ECDSA_P521_SHA512_ASN1, EcdsaVerificationAlgorithm, UnparsedPublicKey,
};
use seal::DigestAlgorithm::{self, Sha256, Sha384, Sha512};

use super::{PublicKey, Unverified};

/// Verifies an ECDSA value, if it is one of those; `None` if it is not.
pub(super) fn verify(
    digest: DigestAlgorithm,
    key: PublicKey<'_>,
    message: &[u8],
    value: &[u8],
) -> Option<Result<(), Unverified>> {
    let algorithm: &'static EcdsaVerificationAlgorithm = match (digest, key) {
        (Sha256, PublicKey::P521(_)) => &ECDSA_P521_SHA256_ASN1,
        (Sha384, PublicKey::P521(_)) => &ECDSA_P521_SHA384_ASN1,
        (Sha512, PublicKey::P521(_)) => &ECDSA_P521_SHA512_ASN1,
        (Sha512, PublicKey::P384(_)) => &ECDSA_P384_SHA512_ASN1,
        (Sha512, PublicKey::P256(_)) => &ECDSA_P256_SHA512_ASN1,
        _ => return None,
    };
    let key = UnparsedPublicKey::new(algorithm, key.bytes());
    Some(key.verify(message, value).map_err(|_| Unverified::Wrong))
}
