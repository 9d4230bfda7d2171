//! Certificate serial numbers that carry their own proof of issue.

use ring::hmac;

use crate::{Error, randomness::Randomness};

/// The length of a serial number in bytes (RFC 5280 section 4.1.2.2 allows 20).
pub const SERIAL_NUMBER_LENGTH: usize = 1 + RANDOM_LENGTH + PROOF_LENGTH;

/// Keeps every number positive and of one length.
const PREFIX: u8 = 0x51;
const RANDOM_LENGTH: usize = 8;
const PROOF_LENGTH: usize = 8;

/// Makes serial numbers of 64 random bits and 64 bits of an HMAC over them, so that "never
/// issued" needs no table (EN 319 411-2: no "good" for a number never issued).
#[derive(Debug)]
pub(crate) struct SerialNumbers {
    key: hmac::Key,
}

impl SerialNumbers {
    /// Begins with a new key.
    pub(crate) fn new(randomness: &Randomness) -> Result<Self, Error> {
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &randomness.bytes::<32>()?) })
    }

    /// The next number, big-endian.
    pub(crate) fn next(
        &self,
        randomness: &Randomness,
    ) -> Result<[u8; SERIAL_NUMBER_LENGTH], Error> {
        let random = randomness.bytes::<RANDOM_LENGTH>()?;
        let mut number = [0; SERIAL_NUMBER_LENGTH];
        number[0] = PREFIX;
        number[1..=RANDOM_LENGTH].copy_from_slice(&random);
        number[1 + RANDOM_LENGTH..].copy_from_slice(&self.proof(&random));
        Ok(number)
    }

    /// Whether this number was made here.
    pub(crate) fn made_here(&self, number: &[u8]) -> bool {
        let [PREFIX, rest @ ..] = number else { return false };
        let Some((random, proof)) = rest.split_at_checked(RANDOM_LENGTH) else { return false };
        // Who could forge a proof could only make a "good" out of an "unknown": timing is no
        // matter, and the comparison is of a keyed hash.
        proof == self.proof(random)
    }

    fn proof(&self, random: &[u8]) -> [u8; PROOF_LENGTH] {
        let tag = hmac::sign(&self.key, random);
        let mut proof = [0; PROOF_LENGTH];
        proof.copy_from_slice(&tag.as_ref()[..PROOF_LENGTH]);
        proof
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_proves_its_own_issue() {
        let randomness = Randomness::machine();
        let numbers = SerialNumbers::new(&randomness).unwrap();
        let number = numbers.next(&randomness).unwrap();
        assert!(numbers.made_here(&number));
        assert_ne!(number, numbers.next(&randomness).unwrap());
        for at in 0..number.len() {
            let mut other = number;
            other[at] ^= 1;
            assert!(!numbers.made_here(&other), "byte {at}");
        }
        assert!(!numbers.made_here(&number[..9]));
        assert!(!numbers.made_here(&[]));
    }

    #[test]
    fn another_authority_does_not_know_the_number() {
        let randomness = Randomness::machine();
        let number = SerialNumbers::new(&randomness).unwrap().next(&randomness).unwrap();
        assert!(!SerialNumbers::new(&randomness).unwrap().made_here(&number));
    }
}
