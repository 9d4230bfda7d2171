//! What a validation costs, on the account of the trust material.

use std::borrow::Cow;

use seal::{Effort, EffortError, Held};

use super::TrustMaterial;
use crate::signed_data::SignedData;

impl TrustMaterial {
    /// Counts `steps` of work.
    pub(crate) fn step(&self, steps: u64) -> Result<(), EffortError> {
        self.effort.as_ref().map_or(Ok(()), |effort| effort.step(steps))
    }

    /// Takes memory for what is made of `read`: content in pieces that is put together, parsed
    /// certificates, and lists with an index of their entries.
    pub(crate) fn hold(&self, read: &SignedData<'_>) -> Result<Option<Held>, EffortError> {
        let content = match &read.content {
            Some(Cow::Owned(content)) => content.len(),
            Some(Cow::Borrowed(_)) | None => 0,
        };
        let length = |all: &[&[u8]]| all.iter().map(|one| one.len()).sum::<usize>();
        let data = length(&read.certificates) + length(&read.revocation_choices);
        let bytes = (content + 3 * data) as u64;
        self.effort.as_ref().map(|effort| effort.hold(bytes)).transpose()
    }

    /// The account, or one of its own for a single piece of work.
    pub(crate) fn account(&self) -> Effort {
        self.effort.clone().unwrap_or_default()
    }
}
