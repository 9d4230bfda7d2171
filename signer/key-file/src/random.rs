//! Random bytes.

use ring::rand::{SecureRandom, SystemRandom};

use crate::Error;

/// Bytes from the operating system.
pub(crate) fn bytes<const LENGTH: usize>() -> Result<[u8; LENGTH], Error> {
    let mut bytes = [0; LENGTH];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::NoRandomness)?;
    Ok(bytes)
}
