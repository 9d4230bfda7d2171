//! The verdicts on a file, and how good they are.

use cades::report::{Indication, SignatureReport, SubIndication};

/// What is said of a file, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// Every signature holds, and nothing came after.
    Genuine,
    /// Every signature holds; what came after is permitted.
    GenuineWithAdditions,
    /// It is intact, and made by somebody that nobody here vouches for.
    Foreign,
    /// It is intact, and nothing proves when it was made.
    Expired,
    /// Something is missing.
    Unclear,
    /// The certificate was taken back.
    Revoked,
    /// It was changed.
    Changed,
    /// There is no signature.
    Nothing,
    /// It is no document that could be read.
    Unreadable,
}

/// Whether it is good news: told by a word and a sign, too, never by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// It may be relied on.
    Good,
    /// It may not without more.
    Doubtful,
    /// It may not.
    Bad,
}

impl Verdict {
    pub(super) fn of(report: &SignatureReport) -> Self {
        use SubIndication::{
            CertificateChainGeneralFailure, ChainConstraintsFailure, CryptoConstraintsFailure,
            CryptoConstraintsFailureNoPoe, Expired, FormatFailure, HashFailure,
            NoCertificateChainFound, NoSigningCertificateFound, NotYetValid, OutOfBoundsNoPoe,
            OutOfBoundsNotRevoked, RevocationOutOfBoundsNoPoe, Revoked, RevokedCaNoPoe,
            RevokedNoPoe, SigConstraintsFailure, SigCryptoFailure, SignedDataNotFound,
            TimestampOrderFailure, TryLater,
        };
        if report.indication == Indication::TotalPassed {
            return Self::Genuine;
        }
        match report.sub_indication {
            Some(FormatFailure | HashFailure | SigCryptoFailure) => Self::Changed,
            Some(NoCertificateChainFound | NoSigningCertificateFound) => Self::Foreign,
            Some(Expired | OutOfBoundsNotRevoked | OutOfBoundsNoPoe) => Self::Expired,
            Some(Revoked | RevokedNoPoe | RevokedCaNoPoe) => Self::Revoked,
            Some(
                NotYetValid
                | SigConstraintsFailure
                | ChainConstraintsFailure
                | CertificateChainGeneralFailure
                | CryptoConstraintsFailure
                | CryptoConstraintsFailureNoPoe
                | RevocationOutOfBoundsNoPoe
                | TryLater
                | TimestampOrderFailure
                | SignedDataNotFound,
            )
            | None => Self::Unclear,
        }
    }

    /// Whether it is good news.
    pub(crate) fn tone(self) -> Tone {
        match self {
            Self::Genuine | Self::GenuineWithAdditions => Tone::Good,
            Self::Foreign | Self::Expired | Self::Unclear | Self::Nothing => Tone::Doubtful,
            Self::Revoked | Self::Changed | Self::Unreadable => Tone::Bad,
        }
    }
}

impl Tone {
    /// The class in the style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Doubtful => "doubtful",
            Self::Bad => "bad",
        }
    }
}
