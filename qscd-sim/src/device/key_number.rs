//! The device's own form of a credential's name.

use seal::CredentialId;

use crate::{Error, randomness::Randomness};

/// 128 random bits; outside, 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct KeyNumber(u128);

impl KeyNumber {
    /// A new random number, or the seed's next one.
    pub(super) fn random(randomness: &Randomness) -> Result<Self, Error> {
        Ok(Self(u128::from_be_bytes(randomness.bytes()?)))
    }

    /// The number behind a name; `None` for a name that the device never makes.
    pub(super) fn parse(id: &CredentialId) -> Option<Self> {
        let digits = id.as_str();
        let ours = digits.len() == 32
            && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if ours { u128::from_str_radix(digits, 16).ok().map(Self) } else { None }
    }

    /// The name outside.
    pub(super) fn name(self) -> CredentialId {
        CredentialId::new(hex::encode(self.0.to_be_bytes()))
    }

    #[cfg(test)]
    pub(super) fn new(number: u128) -> Self {
        Self(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_back_to_its_number() {
        let number = KeyNumber::random(&Randomness::machine()).unwrap();
        assert_eq!(KeyNumber::parse(&number.name()), Some(number));
    }

    #[test]
    fn names_that_the_device_never_makes_are_not_parsed() {
        let upper = "A".repeat(32);
        let long = "0".repeat(33);
        for name in ["", "0", "+0000000000000000000000000000000", &upper, &long] {
            assert_eq!(KeyNumber::parse(&CredentialId::new(name)), None, "{name}");
        }
    }
}
