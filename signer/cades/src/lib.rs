//! CMS signatures (CAdES), RFC 3161 time-stamps, certificate paths and their validation.
//!
//! A signature is made in three steps, and each gives the value that the next needs:
//! [`ToBeSigned`] yields what the device signs, [`ToBeSigned::assemble`] checks what the device
//! answered, and the [`Signature`] takes a time-stamp and becomes a container.
//!
//! Everything here is pure: no input or output, no clock; `now` is an argument.

mod algorithm;
mod asn1;
mod augmentation;
mod certificate;
mod error;
mod limits;
mod path;
#[cfg(test)]
mod pki;
pub mod report;
mod revocation;
mod signature;
mod signed_data;
pub mod time_stamp;
mod trust_material;
mod validation;
mod validation_data;

pub use algorithm::{
    HashAlgorithm, HashContext, HashValue, PssParameters, Unverified, VerificationAlgorithm,
};
pub use asn1::{Oid, OidError, Part, tag, time_of_choice};
pub use augmentation::{ArchiveTimeStampToBeMade, Augmentation, SignatureId};
pub use certificate::{
    BasicConstraints, Certificate, DistinguishedName, ExtendedKeyUsage, KeyNumbers,
    MAXIMUM_CERTIFICATE_LENGTH, QcStatement, QcType,
};
pub use error::{AugmentationRefusal, Error};
pub use limits::{MAXIMUM_SIGNERS, MAXIMUM_TIME_STAMPS};
pub use path::{
    MAXIMUM_PATH_LENGTH, MAXIMUM_TRUST_ANCHORS, NotAnIssuer, NotPermitted, Path, PathFailure,
    TrustAnchors,
};
pub use revocation::{
    MAXIMUM_OCSP_RESPONSE_LENGTH, MAXIMUM_REVOCATION_LIST_LENGTH, OcspResponse, RevocationList,
    RevocationPolicy, RevocationReason, RevocationStatus, VerifiedOcspResponse, ocsp_request,
};
pub use signature::{
    Content, MAXIMUM_ISSUER_NAME_LENGTH, Reservation, Signature, SignatureKind, ToBeSigned,
};
pub use signed_data::{MAXIMUM_CONTAINER_LENGTH, SignedContent};
pub use trust_material::TrustMaterial;
pub use validation::{Expectation, RevocationNeed, Validation, ValidationNeeds};
pub use validation_data::{ValidationData, certificates_within};
