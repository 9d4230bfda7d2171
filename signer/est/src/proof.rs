//! Proof of possession: the signature of a request (RFC 2986 section 4.2).

use der::{Tag, Tagged};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
    VerificationAlgorithm,
};
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::{key::RequestedKey, oid, request_refusal::RequestRefusal};

/// Verifies the signature over `message` with the contents of a public key's BIT STRING.
pub(crate) fn verify(
    key: RequestedKey,
    public_key: &[u8],
    algorithm: &AlgorithmIdentifierOwned,
    message: &[u8],
    signature: &[u8],
) -> Result<(), RequestRefusal> {
    let of_key: &[(_, &dyn VerificationAlgorithm)] = match key {
        RequestedKey::Rsa => &[
            (oid::SHA_256_WITH_RSA, &RSA_PKCS1_2048_8192_SHA256),
            (oid::SHA_384_WITH_RSA, &RSA_PKCS1_2048_8192_SHA384),
            (oid::SHA_512_WITH_RSA, &RSA_PKCS1_2048_8192_SHA512),
        ],
        RequestedKey::P256 => &[
            (oid::ECDSA_WITH_SHA_256, &ECDSA_P256_SHA256_ASN1),
            (oid::ECDSA_WITH_SHA_384, &ECDSA_P256_SHA384_ASN1),
        ],
    };
    let named = of_key.iter().find(|(oid, _)| *oid == algorithm.oid);
    // Absent (RFC 5758 section 3.2) or NULL (RFC 4055 section 5): no parameter says more.
    let plain = algorithm.parameters.as_ref().is_none_or(|any| any.tag() == Tag::Null);
    let (_, algorithm) = named.filter(|_| plain).ok_or(RequestRefusal::Algorithm)?;
    let key = UnparsedPublicKey::new(*algorithm, public_key);
    key.verify(message, signature).map_err(|_| RequestRefusal::NoProof)
}
