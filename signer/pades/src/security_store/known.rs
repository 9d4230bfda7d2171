//! What a document's security store holds already.

use std::collections::HashMap;

use lopdf::ObjectId;
use seal::{Digest, DigestAlgorithm};

use super::{KINDS, Kind};
use crate::error::{Error, Limit};
use crate::limits::{HASH_STEPS, MAX_STORE_ENTRIES};
use crate::place::Place;
use crate::reader::Reader;

/// The objects that hold the store's values, by the values' SHA-256.
#[derive(Debug, Default)]
pub(super) struct Known {
    objects: HashMap<(&'static str, Digest), ObjectId>,
}

impl Known {
    /// Reads the store, whoever wrote it. A value that cannot be read is left alone.
    pub(super) fn read(reader: &Reader, catalog: &Place) -> Result<Self, Error> {
        let mut known = Self::default();
        let Some(store) = catalog.entry(reader, b"DSS")? else { return Ok(known) };
        let mut entries = 0;
        for kind in &KINDS {
            let Some(array) = store.entry(reader, kind.key.as_bytes())? else { continue };
            for element in array.elements(reader) {
                entries += 1;
                if entries > MAX_STORE_ENTRIES {
                    let maximum = MAX_STORE_ENTRIES as u64;
                    return Err(Error::Limit { limit: Limit::SecurityStore, maximum });
                }
                let Some(element) = element? else { continue };
                let Ok(value) = reader.stream(element.holder) else { continue };
                reader.effort().step(HASH_STEPS * value.len() as u64)?;
                known.insert(kind, &value, element.holder);
            }
        }
        Ok(known)
    }

    /// The object that holds `value`.
    pub(super) fn find(&self, kind: &Kind, value: &[u8]) -> Option<ObjectId> {
        self.objects.get(&(kind.key, Digest::of(DigestAlgorithm::Sha256, value))).copied()
    }

    pub(super) fn insert(&mut self, kind: &Kind, value: &[u8], id: ObjectId) {
        let digest = Digest::of(DigestAlgorithm::Sha256, value);
        self.objects.entry((kind.key, digest)).or_insert(id);
    }
}
