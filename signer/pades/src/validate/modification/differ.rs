//! Where two values of two revisions differ.

use lopdf::{Dictionary, Object};

use super::Comparison;
use super::equal::Equality;
use super::same::is_measure;

impl Comparison<'_> {
    /// The keys whose values differ, in the order of `new`, those that were removed last. `old` is
    /// of the older revision, `new` of the newer: values that are equal copies do not differ.
    pub(super) fn changed_keys(&self, old: &Dictionary, new: &Dictionary) -> Vec<Vec<u8>> {
        let changed = new
            .iter()
            .filter(|(key, value)| {
                let old = old.get(key).unwrap_or(&Object::Null);
                !self.equality().values(old, value, is_measure(key))
            })
            .map(|(key, _)| key.clone());
        let removed = old
            .iter()
            .filter(|(key, value)| !new.has(key) && **value != Object::Null)
            .map(|(key, _)| key.clone());
        changed.chain(removed).collect()
    }

    /// Whether `old`, of the older revision, and `new`, of the newer, say the same.
    pub(super) fn equal(&self, old: &Object, new: &Object) -> bool {
        self.equality().values(old, new, false)
    }

    fn equality(&self) -> Equality<'_> {
        Equality::new(self.old, self.new, &self.compared)
    }
}
