//! When missing revocation data are a fault.

use serde::{Deserialize, Serialize};

/// For which certificates usable revocation data must be at hand; for others it is a finding that
/// there are none (RevocationCheckingConstraints of ETSI TS 119 172-1 clause A.4.2.1, which tells
/// end entities from authorities). In any case those of a certificate that has expired must be
/// there: without them nothing shows that it was not revoked before. Validity-assured and
/// noRevAvail certificates are exempt, authorities' excepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationPolicy {
    /// None.
    WhenAvailable,
    /// The signer's, when it says where such data are published: in cRLDistributionPoints, or at
    /// an OCSP responder.
    #[default]
    Signer,
    /// Every one that says so, of the signer's path and of time-stamps.
    Promised,
    /// Every one, as the default policy of EU DSS has it.
    Required,
}

impl RevocationPolicy {
    /// The name in reports and in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::WhenAvailable => "when-available",
            Self::Signer => "signer",
            Self::Promised => "promised",
            Self::Required => "required",
        }
    }
}
