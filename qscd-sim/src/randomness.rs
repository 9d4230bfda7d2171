//! Random bytes: the machine's, or for tests those that follow from a seed.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use ring::{
    hmac,
    rand::{SecureRandom, SystemRandom},
};

use crate::Error;

/// Fills an array with random bytes of the machine.
pub(crate) fn random<const LENGTH: usize>(rng: &SystemRandom) -> Result<[u8; LENGTH], Error> {
    let mut bytes = [0; LENGTH];
    rng.fill(&mut bytes).map_err(|_| Error::Randomness)?;
    Ok(bytes)
}

/// Where keys, names and serial numbers come from. Signature activation data never do: they are
/// the machine's.
#[derive(Clone)]
pub(crate) struct Randomness(Source);

#[derive(Clone)]
enum Source {
    Machine(SystemRandom),
    Seed { key: hmac::Key, next: Arc<AtomicU64> },
}

impl Randomness {
    /// The machine's.
    pub(crate) fn machine() -> Self {
        Self(Source::Machine(SystemRandom::new()))
    }

    /// What follows from a seed, and from how often it was asked: for tests alone. Whoever knows
    /// the seed knows the keys.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self::of(&[b"Segl simulator ".as_slice(), &seed.to_be_bytes()].concat())
    }

    /// A stream of its own under a name, so that what one part draws does not shift another's.
    pub(crate) fn branch(&self, name: &str) -> Self {
        match &self.0 {
            Source::Machine(_) => self.clone(),
            Source::Seed { key, .. } => Self::of(hmac::sign(key, name.as_bytes()).as_ref()),
        }
    }

    /// Whether it follows from a seed.
    pub(crate) fn is_seeded(&self) -> bool {
        matches!(self.0, Source::Seed { .. })
    }

    /// The next bytes.
    pub(crate) fn bytes<const LENGTH: usize>(&self) -> Result<[u8; LENGTH], Error> {
        match &self.0 {
            Source::Machine(rng) => random(rng),
            Source::Seed { key, next } => {
                let number = next.fetch_add(1, Ordering::Relaxed).to_be_bytes();
                let mut bytes = [0; LENGTH];
                for (block, chunk) in (0_u64..).zip(bytes.chunks_mut(32)) {
                    let tag = hmac::sign(key, &[number, block.to_be_bytes()].concat());
                    chunk.copy_from_slice(&tag.as_ref()[..chunk.len()]);
                }
                Ok(bytes)
            }
        }
    }

    fn of(secret: &[u8]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        Self(Source::Seed { key, next: Arc::default() })
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_seeded() { "Randomness(seeded)" } else { "Randomness(machine)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_bytes_again_and_another_others() {
        let draw = |randomness: Randomness| {
            [randomness.bytes::<70>().unwrap(), randomness.bytes().unwrap()]
        };
        let first = draw(Randomness::seeded(7));
        assert_eq!(first, draw(Randomness::seeded(7)));
        assert_ne!(first, draw(Randomness::seeded(8)));
        assert_ne!(first[0], first[1]);
        assert_ne!(first, draw(Randomness::seeded(7).branch("device")));
        assert_ne!(draw(Randomness::machine()), draw(Randomness::machine()));
    }

    #[test]
    fn a_branch_does_not_shift_its_stem() {
        let (one, two) = (Randomness::seeded(7), Randomness::seeded(7));
        one.branch("device").bytes::<8>().unwrap();
        assert_eq!(one.bytes::<8>().unwrap(), two.bytes::<8>().unwrap());
    }
}
