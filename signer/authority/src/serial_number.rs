//! Certificate serial numbers that carry their own proof of issue.

use ring::hmac;

/// The length of a serial number in bytes (RFC 5280 section 4.1.2.2 allows 20).
pub const SERIAL_NUMBER_LENGTH: usize = 1 + RANDOM_LENGTH + PROOF_LENGTH;

/// Keeps every number positive and of one length.
const PREFIX: u8 = 0x51;
/// How much of it is random, in bytes.
pub const RANDOM_LENGTH: usize = 8;
const PROOF_LENGTH: usize = 8;

/// Makes serial numbers of 64 random bits and 64 bits of an HMAC over them, so that "never
/// issued" needs no table (EN 319 411-2: no "good" for a number never issued).
#[derive(Debug)]
pub struct SerialNumbers {
    key: hmac::Key,
}

impl SerialNumbers {
    /// Begins with a key, 32 random bytes.
    pub fn new(key: &[u8; 32]) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key) }
    }

    /// A number, big-endian, from random bytes.
    pub fn number(&self, random: [u8; RANDOM_LENGTH]) -> [u8; SERIAL_NUMBER_LENGTH] {
        let mut number = [0; SERIAL_NUMBER_LENGTH];
        number[0] = PREFIX;
        number[1..=RANDOM_LENGTH].copy_from_slice(&random);
        number[1 + RANDOM_LENGTH..].copy_from_slice(&self.proof(&random));
        number
    }

    /// Whether this number was made here.
    pub fn made_here(&self, number: &[u8]) -> bool {
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
        let numbers = SerialNumbers::new(&[7; 32]);
        let number = numbers.number([1; RANDOM_LENGTH]);
        assert!(numbers.made_here(&number));
        assert_ne!(number, numbers.number([2; RANDOM_LENGTH]));
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
        let number = SerialNumbers::new(&[7; 32]).number([1; RANDOM_LENGTH]);
        assert!(!SerialNumbers::new(&[8; 32]).made_here(&number));
    }
}
