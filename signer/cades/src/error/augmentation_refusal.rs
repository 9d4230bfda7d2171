//! Why a signature's level cannot be raised.

use crate::{MAXIMUM_SIGNERS, MAXIMUM_TIME_STAMPS};

/// Why a container is not augmented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AugmentationRefusal {
    /// No signature, or more than are raised at once.
    #[error("it has {signers} signatures; at least one and at most {MAXIMUM_SIGNERS} are raised")]
    SignerCount {
        /// How many there are.
        signers: usize,
    },
    /// Two SignerInfos differ in nothing but their unsigned attributes: evidence for one could not
    /// be told from that for the other.
    #[error("a signature stands in it twice")]
    SameSignatureTwice,
    /// The signature that was named is one of another container.
    #[error("the signature is none of it")]
    OtherContainer,
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
    /// It has as many time-stamps as are verified in one container, or more: another would be one
    /// that nobody looks at.
    #[error("it has {MAXIMUM_TIME_STAMPS} time-stamps or more, and no more are verified")]
    TooManyTimeStamps,
    /// A time-stamp token, and no signature.
    #[error("it is a time-stamp token, and no signature")]
    TimeStampToken,
    /// The signature has no signed attributes, or a digest algorithm that proves nothing here.
    #[error("what its signature is over cannot be told")]
    NoMessageDigest,
    /// The container is detached, and the content was not given.
    #[error("its content is not there")]
    NoContent,
}
