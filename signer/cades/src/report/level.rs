//! The level that a signature has, as a report states it.

use std::fmt;

use seal::Level;
use serde::{Serialize, Serializer};

/// The level of a signature in its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatedLevel {
    /// Of CAdES (ETSI EN 319 122-1 clause 6).
    Cades(Baseline),
    /// Of PAdES (ETSI EN 319 142-1 clause 6).
    Pades(Baseline),
    /// Of a PDF signature that is none of AdES: the evidence is that of the level, the format is not.
    Pkcs7(Level),
}

/// Whether an AdES signature is one of the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// It has this level.
    Level(Level),
    /// It does not meet a requirement of the baseline.
    NotEtsi,
}

impl StatedLevel {
    /// As reports have it: `CAdES-B-T`, `PAdES-NOT-ETSI`, `PKCS7-LT`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cades(Baseline::Level(Level::BB)) => "CAdES-B-B",
            Self::Cades(Baseline::Level(Level::BT)) => "CAdES-B-T",
            Self::Cades(Baseline::Level(Level::BLT)) => "CAdES-B-LT",
            Self::Cades(Baseline::Level(Level::BLTA)) => "CAdES-B-LTA",
            Self::Cades(Baseline::NotEtsi) => "CAdES-NOT-ETSI",
            Self::Pades(Baseline::Level(Level::BB)) => "PAdES-B-B",
            Self::Pades(Baseline::Level(Level::BT)) => "PAdES-B-T",
            Self::Pades(Baseline::Level(Level::BLT)) => "PAdES-B-LT",
            Self::Pades(Baseline::Level(Level::BLTA)) => "PAdES-B-LTA",
            Self::Pades(Baseline::NotEtsi) => "PAdES-NOT-ETSI",
            Self::Pkcs7(Level::BB) => "PKCS7-B",
            Self::Pkcs7(Level::BT) => "PKCS7-T",
            Self::Pkcs7(Level::BLT) => "PKCS7-LT",
            Self::Pkcs7(Level::BLTA) => "PKCS7-LTA",
        }
    }

    /// The level of the baseline, or that whose evidence is there; none of what is not of the baseline.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Cades(Baseline::Level(level))
            | Self::Pades(Baseline::Level(level))
            | Self::Pkcs7(level) => Some(level),
            Self::Cades(Baseline::NotEtsi) | Self::Pades(Baseline::NotEtsi) => None,
        }
    }

    /// The same format at another level.
    pub fn at(self, level: Level) -> Self {
        match self {
            Self::Cades(_) => Self::Cades(Baseline::Level(level)),
            Self::Pades(_) => Self::Pades(Baseline::Level(level)),
            Self::Pkcs7(_) => Self::Pkcs7(level),
        }
    }

    /// Whether the format is one of AdES.
    pub fn is_ades(self) -> bool {
        match self {
            Self::Cades(_) | Self::Pades(_) => true,
            Self::Pkcs7(_) => false,
        }
    }
}

impl fmt::Display for StatedLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for StatedLevel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
