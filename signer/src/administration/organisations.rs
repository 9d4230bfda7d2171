//! The organisations that one installation serves.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use registry::KeyHash;
use seal::OrganisationId;

use super::Administration;

/// The configuration file's organisation, and those that the operator made. Each is reached through
/// its own [`Administration`], and through no other.
#[derive(Debug)]
pub struct Organisations {
    own: Arc<Administration>,
    others: RwLock<BTreeMap<OrganisationId, Arc<Administration>>>,
}

impl Organisations {
    /// The file's organisation beside `others`.
    pub fn new(
        own: Arc<Administration>,
        others: impl IntoIterator<Item = Arc<Administration>>,
    ) -> Self {
        let others = others.into_iter().map(|one| (one.organisation().clone(), one));
        Self { own, others: RwLock::new(others.collect()) }
    }

    /// The organisation of the configuration file.
    pub fn own(&self) -> &Arc<Administration> {
        &self.own
    }

    /// The organisation with this number.
    pub fn of(&self, number: &OrganisationId) -> Option<Arc<Administration>> {
        if self.own.organisation() == number {
            return Some(Arc::clone(&self.own));
        }
        self.others.read().unwrap_or_else(PoisonError::into_inner).get(number).cloned()
    }

    /// The organisation in which an API key with this hash is known. Of equal keys the file's counts.
    pub fn with_key(&self, hash: &KeyHash) -> Option<Arc<Administration>> {
        if self.own.snapshot().key(hash).is_some() {
            return Some(Arc::clone(&self.own));
        }
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        others.values().find(|one| one.snapshot().key(hash).is_some()).cloned()
    }
}
