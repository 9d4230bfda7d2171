//! What a validation trusts and knows.

mod account;

use seal::Effort;

use crate::{
    Certificate, OcspResponse, RevocationList, RevocationPolicy, TrustAnchors, ValidationData,
};

/// What a validation trusts and knows.
#[derive(Clone, Debug, Default)]
pub struct TrustMaterial {
    /// Where paths may end.
    pub anchors: TrustAnchors,
    /// Certificates for the path beside those in the signature, such as those of a PDF's DSS.
    pub certificates: Vec<Certificate>,
    /// Revocation lists beside those in the signature.
    pub revocation_lists: Vec<RevocationList>,
    /// OCSP responses beside those in the signature.
    pub ocsp_responses: Vec<OcspResponse>,
    /// What stands in the document beside the signature, as in a PDF's `/DSS`. Levels LT and LTA
    /// demand that what they need is there or in the container.
    pub embedded: ValidationData,
    /// What missing revocation data mean.
    pub revocation_policy: RevocationPolicy,
    /// What judging one document by it may cost, reading it included. Whoever gives it asks it
    /// afterwards: once it is used up, reports are worth nothing. Without it each container is
    /// bounded for itself alone.
    pub effort: Option<Effort>,
}
