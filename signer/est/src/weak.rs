//! Moduli that are known to be broken, by what division by small primes tells.

/// The primes whose remainders give a modulus of a broken library away (Nemec, Sys, Svenda, Klinec and
/// Matyas, "The Return of Coppersmith's Attack", CCS 2017, section 2; CVE-2017-15361): all primes from 3
/// to 167 except those for which 65537 generates every remainder.
const SMALL_PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// The generator of the broken library's primes.
const GENERATOR: u32 = 65_537;

/// Whether a modulus, big-endian, is even or has a small prime as a factor, or looks like one of the broken
/// library: its remainder by each small prime is a power of 65,537. A sound modulus looks so once in 2^80.
pub(crate) fn is_weak(modulus: &[u8]) -> bool {
    let even = modulus.last().is_none_or(|byte| byte.is_multiple_of(2));
    let mut remainders = SMALL_PRIMES.iter().map(|prime| (*prime, remainder(modulus, *prime)));
    even || remainders.clone().any(|(_, remainder)| remainder == 0)
        || remainders.all(|(prime, remainder)| is_power(remainder, prime))
}

fn remainder(modulus: &[u8], prime: u32) -> u32 {
    modulus.iter().fold(0, |remainder, byte| (remainder << 8 | u32::from(*byte)) % prime)
}

/// Whether `value` is a power of the generator, modulo `prime`.
fn is_power(value: u32, prime: u32) -> bool {
    let generator = GENERATOR % prime;
    let mut power = 1;
    for _ in 0..prime {
        if power == value {
            return true;
        }
        power = power * generator % prime;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number that is `remainder(prime)` modulo each small prime, big-endian, by the Chinese remainder
    /// theorem: bytes are appended until all fit.
    fn number(remainder_of: impl Fn(u32) -> u32) -> Vec<u8> {
        let (mut value, mut product) = (vec![0_u8; 64], vec![0_u8; 64]);
        value[63] = 1;
        product[63] = 2;
        for prime in SMALL_PRIMES {
            while remainder(&value, prime) != remainder_of(prime) {
                add(&mut value, &product);
            }
            let once = product.clone();
            (1..prime).for_each(|_| add(&mut product, &once));
        }
        value
    }

    fn add(value: &mut [u8], other: &[u8]) {
        let mut carry = 0;
        for (byte, more) in value.iter_mut().zip(other).rev() {
            carry += u16::from(*byte) + u16::from(*more);
            *byte = carry as u8;
            carry >>= 8;
        }
    }

    #[test]
    fn a_modulus_of_the_broken_library_is_seen() {
        let broken = number(|prime| GENERATOR.pow(1) % prime * (GENERATOR % prime) % prime);
        assert!(is_weak(&broken));
    }

    #[test]
    fn a_remainder_that_is_no_power_clears_a_modulus() {
        // 65537 is 4 modulo 11, whose powers are 1, 3, 4, 5 and 9.
        let sound = number(|prime| if prime == 11 { 2 } else { 1 });
        assert!(!is_weak(&sound));
    }

    #[test]
    fn even_moduli_and_those_with_small_factors_are_weak() {
        let factor = number(|prime| if prime == 11 { 0 } else { 1 });
        assert!(is_weak(&factor));
        assert!(is_weak(&[1, 0]));
        assert!(is_weak(&[]));
    }
}
