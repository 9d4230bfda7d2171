//! Which attributes are signed.

use std::time::SystemTime;

use seal::DigestAlgorithm;

/// Which standard's attributes are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKind {
    /// EN 319 142-1 clause 6.3: without signing-time, which stands in the PDF.
    Pades,
    /// EN 319 122-1 clause 6.3: with signing-time.
    Cades {
        /// The time that the signer claims.
        signing_time: SystemTime,
    },
}

/// The hash in signing-certificate-v2. The default of RFC 5035, whatever the suite.
pub(super) const CERTIFICATE_HASH_ALGORITHM: DigestAlgorithm = DigestAlgorithm::Sha256;
