//! The organisation, as its base data stand in the register.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::CountryCode;

/// The name of an organisation of this installation: its number in the trade register, of Denmark the
/// CVR number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrganisationId(String);

impl OrganisationId {
    /// Wraps a number.
    pub fn new(number: impl Into<String>) -> Self {
        Self(number.into())
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganisationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a CVR number is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CvrCheck {
    /// Eight digits, the first not zero, and a weighted sum divisible by eleven.
    #[default]
    #[serde(rename = "mod-11")]
    Modulo11,
    /// Eight digits only: the official test organisations of MitID Erhverv fail the sum.
    Format,
}

impl CvrCheck {
    /// Whether `cvr` is a well-formed CVR number under this check.
    pub fn accepts(self, cvr: &str) -> bool {
        self.defect(cvr).is_none()
    }

    /// What makes `cvr` no CVR number under this check.
    pub fn defect(self, cvr: &str) -> Option<&'static str> {
        const WEIGHTS: [u32; 8] = [2, 7, 6, 5, 4, 3, 2, 1];
        let digits: Vec<u32> = cvr.chars().filter_map(|c| c.to_digit(10)).collect();
        if cvr.len() != 8 || digits.len() != 8 {
            return Some("is not eight digits");
        }
        match self {
            Self::Format => None,
            Self::Modulo11 if digits[0] == 0 => Some("begins with a zero"),
            Self::Modulo11 => {
                let sum: u32 =
                    digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
                (!sum.is_multiple_of(11)).then_some(
                    "fails the sum of its digits (mod 11): one is wrong, or it is a test \
                     organisation's, for which there is cvr_check = \"format\"",
                )
            }
        }
    }
}

/// The organisation that signs or seals. Its data may be incomplete: the policy is the judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// The full registered name (EN 319 412-3 clause 4.2.1: organizationName).
    pub registered_name: String,
    /// The number in the trade register of its country; in Denmark the CVR number, eight digits.
    pub cvr: String,
    /// The country of that register.
    #[serde(default)]
    pub country: CountryCode,
    /// How the CVR number is checked.
    #[serde(default)]
    pub cvr_check: CvrCheck,
    /// The organisation's own switch: whether its certificates may be used for seals at all.
    #[serde(default)]
    pub allow_seals: bool,
}

impl Organisation {
    /// The organisation's name in this installation.
    pub fn id(&self) -> OrganisationId {
        OrganisationId::new(&*self.cvr)
    }

    /// What makes its number none of its country's trade register. Of other countries than Denmark
    /// only the form is known: 1 to 32 capital letters, digits, hyphens and points.
    pub fn number_defect(&self) -> Option<&'static str> {
        if self.country == CountryCode::DENMARK {
            return self.cvr_check.defect(&self.cvr);
        }
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "-.".contains(c);
        let known = (1..=32).contains(&self.cvr.len()) && self.cvr.chars().all(plain);
        (!known).then_some("is not 1 to 32 capital letters, digits, hyphens and points")
    }

    /// The organizationIdentifier of EN 319 412-1 clause 5.1.4: `NTR`, the country, and the number in
    /// its trade register, as `NTRDK-12345674`.
    pub fn organization_identifier(&self) -> String {
        format!("NTR{}-{}", self.country, self.cvr)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_cvr_numbers_pass_the_sum() {
        for cvr in ["34051178", "19552101", "29915938", "12345674"] {
            assert!(CvrCheck::Modulo11.accepts(cvr), "{cvr}");
        }
    }

    #[test]
    fn test_organisations_pass_the_format_only() {
        for cvr in ["95285664", "91026150", "12345678", "00000000"] {
            assert!(!CvrCheck::Modulo11.accepts(cvr), "{cvr}");
            assert!(CvrCheck::Format.accepts(cvr), "{cvr}");
        }
    }

    #[test]
    fn the_country_stands_in_the_identifier_and_says_what_a_number_is() {
        let of = |country: &str, cvr: &str| Organisation {
            registered_name: "Havn".into(),
            cvr: cvr.into(),
            country: CountryCode::try_from(country.to_owned()).unwrap(),
            cvr_check: CvrCheck::Modulo11,
            allow_seals: true,
        };
        assert_eq!(of("DK", "12345674").organization_identifier(), "NTRDK-12345674");
        assert_eq!(of("SE", "5560360793").organization_identifier(), "NTRSE-5560360793");
        assert_eq!(of("SE", "5560360793").number_defect(), None);
        for (country, cvr) in [("DK", "5560360793"), ("SE", ""), ("SE", "a b")] {
            assert!(of(country, cvr).number_defect().is_some(), "{country} {cvr}");
        }
        for letters in ["", "dk", "DNK", "D1", "Ø"] {
            assert!(CountryCode::try_from(letters.to_owned()).is_err(), "{letters}");
        }
    }

    #[test]
    fn what_is_not_eight_digits_is_refused() {
        for cvr in ["", "1234567", "123456789", "1234567a", "１２３４５６７４", "12 45674"]
        {
            assert!(!CvrCheck::Format.accepts(cvr), "{cvr}");
            assert!(!CvrCheck::Modulo11.accepts(cvr), "{cvr}");
        }
    }
}
