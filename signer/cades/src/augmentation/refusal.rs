//! Why a signature's level cannot be raised.

/// Why a container is not augmented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AugmentationRefusal {
    /// Not exactly one signature: evidence for one could not be told from that for another.
    #[error("it has {signers} signatures instead of one")]
    SignerCount {
        /// How many there are.
        signers: usize,
    },
    /// Bytes follow the container.
    #[error("{bytes} bytes follow it")]
    TrailingBytes {
        /// How many.
        bytes: usize,
    },
    /// The signer's certificate is not inside.
    #[error("the signer's certificate is not in it")]
    NoSigningCertificate,
    /// archive-time-stamp, archive-time-stamp-v2 or long-term-validation is there, which cover
    /// the container as a whole: any addition would break them.
    #[error("an archive-time-stamp of an older kind covers it as a whole")]
    OlderArchiveTimeStamp,
    /// The signature has no signed attributes, or a digest algorithm that proves nothing here.
    #[error("what its signature is over cannot be told")]
    NoMessageDigest,
    /// The container is detached, and the content was not given.
    #[error("its content is not there")]
    NoContent,
}
