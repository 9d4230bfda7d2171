//! The chain of destructions as the device extends it: it signs the newest hash four times a
//! second, after every 64 destructions, and at shutdown.

use ::authority::AuthorityKey;
use qscd_protocol::{
    Destruction, DestructionHead, DestructionReason, destruction_hash, head_to_sign,
};

use crate::Error;

/// After how many destructions a head is signed without waiting for the ticker.
const SIGNED_AFTER: u64 = 64;

/// The chain as the device extends it.
#[derive(Debug)]
pub(crate) struct DestructionChain {
    key: AuthorityKey,
    sequence: u64,
    hash: String,
    signed: u64,
}

/// What a destruction says apart from its place in the chain.
pub(crate) struct Ended {
    pub(crate) credential: String,
    pub(crate) public_key_sha256: String,
    pub(crate) certificate_serial: String,
    pub(crate) uses: u32,
    pub(crate) reason: DestructionReason,
    pub(crate) time_unix_ms: u64,
}

impl DestructionChain {
    /// Begins a chain with a new event key.
    pub(crate) fn new() -> Result<Self, Error> {
        let key = AuthorityKey::generate()?;
        Ok(Self { key, sequence: 0, hash: "0".repeat(64), signed: 0 })
    }

    /// How many destructions it has.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The event key as an uncompressed point.
    pub(crate) fn public_key(&self) -> &[u8] {
        self.key.public_key()
    }

    /// Adds a destruction.
    #[expect(clippy::expect_used, reason = "numbers and strings always encode as JSON")]
    pub(crate) fn extend(&mut self, ended: Ended) -> Destruction {
        let destruction = Destruction {
            sequence: self.sequence.saturating_add(1),
            credential: ended.credential,
            public_key_sha256: ended.public_key_sha256,
            certificate_serial: ended.certificate_serial,
            uses: ended.uses,
            reason: ended.reason,
            time_unix_ms: ended.time_unix_ms,
            previous: self.hash.clone(),
        };
        self.hash = destruction_hash(&destruction).expect("a destruction is numbers and strings");
        self.sequence = destruction.sequence;
        destruction
    }

    /// Whether as many destructions wait as one signature is made for.
    pub(crate) fn is_due(&self) -> bool {
        self.sequence - self.signed >= SIGNED_AFTER
    }

    /// Signs for the destructions since the last signature; `None` if there were none.
    pub(crate) fn sign(&mut self) -> Result<Option<DestructionHead>, Error> {
        if self.sequence == self.signed {
            return Ok(None);
        }
        let message = head_to_sign(self.sequence, &self.hash).map_err(|_| Error::Signature)?;
        let signature = self.key.sign_message(&message)?;
        self.signed = self.sequence;
        Ok(Some(DestructionHead { sequence: self.sequence, hash: self.hash.clone(), signature }))
    }
}
