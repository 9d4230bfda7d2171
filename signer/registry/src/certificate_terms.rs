//! What certificates are ordered under: the terms beside a certificate profile, and what the organisation
//! allows.

use std::{collections::BTreeSet, fmt};

use seal::ProfileId;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::{Actor, CertificateKind, HolderKey, Moment, Purpose};

/// How long a certificate lives unless its terms say otherwise: three years of 365 days.
pub const LIFETIME_DAYS: u16 = 1095;

/// How long before its end a certificate is due to be renewed unless its terms say otherwise, in days.
pub const OVERLAP_DAYS: u16 = 60;

/// How long before its end that may be at most, in days.
pub const MAXIMUM_OVERLAP_DAYS: u16 = 180;

/// The terms under which certificates of years are ordered with a certificate profile. Whom they name,
/// whether it is in use and who answers for it stands in the profile itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateTerms {
    /// The profile.
    pub profile: ProfileId,
    /// Whom the certificates name, as the profile has it.
    pub kind: CertificateKind,
    /// What people call them, unlike all others of the organisation; of a system it is the commonName.
    pub name: String,
    /// The UUID in the certificates of an organisation or a system, in hexadecimal: it stays when they
    /// are renewed. A person's certificates bear the person's own.
    pub uuid: String,
    /// What they may be used for; one purpose at least.
    pub purposes: BTreeSet<Purpose>,
    /// The kind of key.
    pub key: HolderKey,
    /// How long they live, in days of 24 hours.
    pub lifetime_days: u16,
    /// How long before the end they are due to be renewed, in days.
    pub overlap_days: u16,
    /// The address that certificates of an organisation or a system show.
    pub email: Option<String>,
    /// Whether a person's certificates show the person's own address.
    pub show_email: bool,
    /// Whether anybody who knows the address in a certificate gets it (RFC 4387).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub published: bool,
    /// The services that know these certificates, as people call them: a checklist for whoever installs the next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relying_services: Vec<String>,
    /// When they were made.
    pub made: Moment,
    /// By whom.
    pub made_by: Actor,
}

impl fmt::Debug for CertificateTerms {
    // Addresses stand in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateTerms").field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// What the organisation allows of certificates that live for years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateSettings {
    /// Whether its people may have certificates.
    pub allow_user_certificates: bool,
    /// Whether an order counts only when a second user administrator approves it.
    pub four_eyes: bool,
    /// Whether administrators get one letter a day of what they are told of certificates, and not one for each.
    #[serde(default)]
    pub digest_for_administrators: bool,
}

/// How a name is compared: in NFKC (Unicode Standard Annex 15), in small letters, with single spaces.
pub fn folded(name: &str) -> String {
    // What has no small letter of its own has one after the great letter: ß, ς and the like.
    let folded: String =
        name.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    let normal: String = folded.nfkc().collect();
    normal.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_the_same_and_others_are_not() {
        for (one, other) in [
            ("Betaling", "BETALING"),
            ("Bored\u{65}\u{301}", "bored\u{e9}"),
            ("\u{ff26}aktura", "faktura"),
            ("Stra\u{df}e", "STRASSE"),
            ("  a   b ", "A B"),
            ("\u{c5}rhus", "a\u{30a}rhus"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("faktura 1"), folded("faktura 2"));
        assert_ne!(folded("\u{e5}rhus"), folded("arhus"));
    }
}
