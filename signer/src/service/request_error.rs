//! What can be wrong with a request.

use seal::DigestAlgorithm;

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// There is nothing at this address.
    #[error("there is nothing at this address")]
    NotFound,
    /// The address does not know this method.
    #[error("this address does not know this method")]
    MethodNotAllowed,
    /// A query parameter, header or part is missing, unknown or malformed.
    #[error("the request is malformed: {0}")]
    Malformed(String),
    /// The body has another type than the address takes.
    #[error("the body's content type is not accepted: {0} is")]
    ContentType(&'static str),
    /// The body is longer than allowed.
    #[error("the body is longer than the {limit} bytes allowed")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The body did not arrive whole.
    #[error("the body did not arrive whole")]
    Incomplete,
    /// The body took too long to arrive, or the answer too long to make.
    #[error("the request took longer than the {limit_s} s allowed")]
    TooSlow {
        /// The limit in seconds.
        limit_s: u64,
    },
    /// The body came too slowly.
    #[error("the body came too slowly")]
    Stalled,
    /// A change without the version that it is made on.
    #[error("If-Match is missing: the ETag of what is to be changed, as it was read")]
    VersionMissing,
    /// One who shows no key sent too many requests in a second.
    #[error("too many requests without a key in this second")]
    TooMany,
    /// Those who show no key have as much under way as they may.
    #[error("too many requests without a key are under way")]
    StrangersBusy,
    /// The body is encoded in a way that is not undone here.
    #[error("the body's encoding is not accepted: send it as it is, without Content-Encoding")]
    ContentEncoding,
    /// More acts are under way than allowed, or the service is stopping.
    #[error("the service is busy or stopping")]
    Busy,
    /// The digest's algorithm is not the one of the profile's suite.
    #[error("the profile signs {} digests, not {}", expected.name(), sent.name())]
    DigestAlgorithm {
        /// The algorithm of the profile's suite.
        expected: DigestAlgorithm,
        /// The algorithm that was sent.
        sent: DigestAlgorithm,
    },
}
