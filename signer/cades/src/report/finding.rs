//! Findings: what a validation noticed, for programs by code and for people in words.

use serde::Serialize;

/// One thing that a validation noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable name, one of [`code`] or a container format's own.
    pub code: &'static str,
    /// What it is about.
    pub object: String,
    /// What it is, in words.
    pub explanation: String,
}

impl Finding {
    /// Writes one down.
    pub fn new(
        code: &'static str,
        object: impl Into<String>,
        explanation: impl Into<String>,
    ) -> Self {
        Self { code, object: object.into(), explanation: explanation.into() }
    }
}

/// The codes of the findings of this crate.
pub mod code {
    /// The container cannot be read.
    pub const MALFORMED: &str = "malformed";
    /// Bytes follow the container.
    pub const TRAILING_BYTES: &str = "trailing-bytes";
    /// No signer, or more than there may be: one in a PDF.
    pub const SIGNER_COUNT: &str = "signer-count";
    /// A certificate in the container cannot be read.
    pub const CERTIFICATE_UNREADABLE: &str = "certificate-unreadable";
    /// A revocation list or an OCSP response in the container cannot be read.
    pub const REVOCATION_DATA_UNREADABLE: &str = "revocation-data-unreadable";
    /// The signer's certificate is not there, or is not the one that was signed for.
    pub const SIGNING_CERTIFICATE_NOT_FOUND: &str = "signing-certificate-not-found";
    /// There are no signed attributes.
    pub const SIGNED_ATTRIBUTES_MISSING: &str = "signed-attributes-missing";
    /// The signed attributes are not in DER's order.
    pub const SIGNED_ATTRIBUTES_UNSORTED: &str = "signed-attributes-unsorted";
    /// A signed attribute is missing, malformed, doubled or says something else.
    pub const SIGNED_ATTRIBUTE: &str = "signed-attribute";
    /// The content is not at hand.
    pub const CONTENT_NOT_FOUND: &str = "content-not-found";
    /// The content is not the one that was signed.
    pub const CONTENT_CHANGED: &str = "content-changed";
    /// The signature value does not verify.
    pub const SIGNATURE_INVALID: &str = "signature-invalid";
    /// An algorithm is not supported or not trusted any more.
    pub const ALGORITHM: &str = "algorithm";
    /// No path leads to a trust anchor.
    pub const PATH_NOT_FOUND: &str = "path-not-found";
    /// A certificate of the path breaks a rule.
    pub const PATH_INVALID: &str = "path-invalid";
    /// The certificate's key may not sign content.
    pub const KEY_USAGE: &str = "key-usage";
    /// The certificate had expired.
    pub const CERTIFICATE_EXPIRED: &str = "certificate-expired";
    /// The certificate was not valid yet.
    pub const CERTIFICATE_NOT_YET_VALID: &str = "certificate-not-yet-valid";
    /// A certificate is revoked.
    pub const CERTIFICATE_REVOKED: &str = "certificate-revoked";
    /// No usable revocation data for a certificate were there.
    pub const REVOCATION_NOT_CHECKED: &str = "revocation-not-checked";
    /// Revocation data name a certificate, or may, and cannot be judged.
    pub const REVOCATION_UNJUDGED: &str = "revocation-unjudged";
    /// A time-stamp covers another that is younger than itself.
    pub const TIME_STAMP_ORDER: &str = "time-stamp-order";
    /// A time-stamp proves nothing and was left out of account.
    pub const TIME_STAMP_REFUSED: &str = "time-stamp-refused";
    /// More time-stamps than are looked at: none of them proves anything.
    pub const TIME_STAMP_COUNT: &str = "time-stamp-count";
    /// A time-stamp token stands where a signature has to be.
    pub const NOT_A_SIGNATURE: &str = "not-a-signature";
    /// A signature policy is stated, which is not judged (EN 319 122-1 clause 5.2.9).
    pub const SIGNATURE_POLICY: &str = "signature-policy";
    /// Counter-signatures stand in the signature, which are not judged (RFC 5652 section 11.4).
    pub const COUNTER_SIGNATURE: &str = "counter-signature";
    /// A requirement of the baseline is not met.
    pub const BASELINE: &str = "baseline";
}
