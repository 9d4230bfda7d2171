//! The two acts, and the shape of what they produce.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is done to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// A signature, by a natural person (eIDAS article 3(10)).
    #[serde(rename = "signature")]
    Sign,
    /// A seal, by the organisation itself (eIDAS article 3(25)).
    Seal,
}

/// The container of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Inside a PDF (ETSI EN 319 142-1).
    Pades,
    /// A CMS structure of its own (ETSI EN 319 122-1).
    Cades,
}

/// Whether a CMS signature carries its content. A PAdES signature is always detached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Packaging {
    /// The content stays outside (RFC 5652 section 5.2: external signature).
    #[default]
    Detached,
    /// The content is inside.
    Attached,
}

/// A baseline level of ETSI EN 319 122-1 and EN 319 142-1, lowest first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Level {
    /// B-B: the signature alone.
    #[serde(rename = "B-B")]
    BB,
    /// B-T: with a trusted time.
    #[default]
    #[serde(rename = "B-T")]
    BT,
    /// B-LT: with the validation data.
    #[serde(rename = "B-LT")]
    BLT,
    /// B-LTA: with an archival time-stamp over all of it.
    #[serde(rename = "B-LTA")]
    BLTA,
}

impl Act {
    /// The word of the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sign => "signature",
            Self::Seal => "seal",
        }
    }
}

impl Format {
    /// The word of the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pades => "pades",
            Self::Cades => "cades",
        }
    }
}

impl Level {
    /// The standard's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::BB => "B-B",
            Self::BT => "B-T",
            Self::BLT => "B-LT",
            Self::BLTA => "B-LTA",
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
