//! The versions of the API.

/// Which version a request speaks: it follows from its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiVersion {
    /// 1.0.4.0, under `/csc/v1`.
    V1,
    /// 2.0 with additions of 2.2, under `/csc/v2`.
    V2,
}

impl ApiVersion {
    /// `specs` of `info`.
    pub fn specification(self) -> &'static str {
        match self {
            Self::V1 => "1.0.4.0",
            Self::V2 => "2.0.0.2",
        }
    }

    /// The name of the member with the digest algorithm of hashes.
    pub fn hash_algorithm_member(self) -> &'static str {
        match self {
            Self::V1 => "hashAlgo",
            Self::V2 => "hashAlgorithmOID",
        }
    }
}
