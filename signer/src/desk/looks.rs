//! Pictures of appearances that are not stored yet: shown to whoever thinks of them, and to nobody else.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use super::owner::Owner;
use crate::{access::random_secret::sha256, audit::hex};

/// How many are kept: what was drawn first makes room.
const MOST: usize = 64;

/// The largest that is kept, in bytes.
const LARGEST: usize = 1 << 20;

/// The pictures.
#[derive(Default)]
pub(crate) struct Looks(Mutex<VecDeque<(Owner, String, Vec<u8>)>>);

/// It shows nobody's.
impl std::fmt::Debug for Looks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Looks").finish_non_exhaustive()
    }
}

impl Looks {
    /// Keeps a PNG for a while; answers its name. `None` where it is too large.
    pub(crate) fn keep(&self, owner: Owner, png: Vec<u8>) -> Option<String> {
        if png.len() > LARGEST {
            return None;
        }
        let name = hex(&sha256(&png));
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(whose, known, _)| *whose != owner || *known != name);
        kept.push_back((owner, name.clone(), png));
        while kept.len() > MOST {
            kept.pop_front();
        }
        Some(name)
    }

    /// One of a person's.
    pub(crate) fn of(&self, owner: &Owner, name: &str) -> Option<Vec<u8>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(whose, known, _)| whose == owner && known == name);
        found.map(|(_, _, png)| png.clone())
    }
}
