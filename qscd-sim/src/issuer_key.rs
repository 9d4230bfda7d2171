//! The keys of the CAs and of the time-stamping units.

use ::authority::AuthorityKey;

use crate::{Error, randomness::Randomness, seeded::seeded_p256};

/// Makes a new P-256 key, or the seed's next one.
pub(crate) fn issuer_key(randomness: &Randomness) -> Result<AuthorityKey, Error> {
    if randomness.is_seeded() {
        let (private, public) = seeded_p256(randomness)?;
        return Ok(AuthorityKey::from_p256(&private, &public)?);
    }
    Ok(AuthorityKey::generate()?)
}
