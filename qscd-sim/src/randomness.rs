//! Random bytes from the machine.

use ring::rand::{SecureRandom, SystemRandom};

use crate::Error;

/// Fills an array with random bytes.
pub(crate) fn random<const LENGTH: usize>(rng: &SystemRandom) -> Result<[u8; LENGTH], Error> {
    let mut bytes = [0; LENGTH];
    rng.fill(&mut bytes).map_err(|_| Error::Randomness)?;
    Ok(bytes)
}
