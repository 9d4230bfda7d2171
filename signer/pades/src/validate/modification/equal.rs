//! Equal copies: another object that says, in the newer revision, what the one before said in the
//! older.

use std::cell::Cell;
use std::collections::HashSet;

use lopdf::Object;

use super::super::limits::{MAX_COMPARED_BYTES, MAX_COMPARED_DEPTH};
use super::super::view::View;
use super::same::same_values;
use crate::syntax::duplicate_keys;

/// What an object costs to compare beside its data, in bytes.
const OBJECT_COST: usize = 256;

/// One comparison of a value of the older revision with one of the newer.
///
/// Two references are the same when they name the same object: what became of that is judged with
/// the object. References to different objects are the same when those are equal, each as its
/// own revision has it, and so on down. Pairs that are being compared already are taken for equal:
/// a page and its copy name each other's annotations, which name the page.
pub(super) struct Equality<'a> {
    old: View<'a>,
    new: View<'a>,
    pairs: HashSet<(u32, u32)>,
    /// Bytes that have been compared in these revisions.
    compared: &'a Cell<usize>,
}

impl<'a> Equality<'a> {
    pub(super) fn new(old: View<'a>, new: View<'a>, compared: &'a Cell<usize>) -> Self {
        Self { old, new, pairs: HashSet::new(), compared }
    }

    /// `measures`: whether a number may be written as an integer or as a real.
    pub(super) fn values(&mut self, old: &Object, new: &Object, measures: bool) -> bool {
        self.values_to(old, new, measures, MAX_COMPARED_DEPTH)
    }

    fn values_to(&mut self, old: &Object, new: &Object, measures: bool, depth: usize) -> bool {
        same_values(old, new, measures, depth, &mut |old, new| {
            self.referred(old, new, measures, depth)
        })
    }

    fn referred(&mut self, old: &Object, new: &Object, measures: bool, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match (old, new) {
            (Object::Reference(one), Object::Reference(other)) if one.0 == other.0 => one == other,
            (Object::Reference((one, _)), Object::Reference((other, _))) => {
                if !self.pairs.insert((*one, *other)) {
                    return true;
                }
                match (self.read(self.old, *one), self.read(self.new, *other)) {
                    (Some(old), Some(new)) => self.values_to(&old, &new, measures, depth),
                    _ => false,
                }
            }
            (Object::Reference((number, _)), new) => self
                .read(self.old, *number)
                .is_some_and(|old| self.values_to(&old, new, measures, depth)),
            (old, Object::Reference((number, _))) => self
                .read(self.new, *number)
                .is_some_and(|new| self.values_to(old, &new, measures, depth)),
            _ => false,
        }
    }

    /// An object, as long as not too much has been compared: nothing is equal beyond that. Nor is what
    /// has the same key twice: readers differ in which they take.
    fn read(&self, view: View<'_>, number: u32) -> Option<Object> {
        let spent = self.compared.get();
        if spent > MAX_COMPARED_BYTES {
            return None;
        }
        if view.raw(number).is_ok_and(|raw| duplicate_keys(&raw)) {
            return None;
        }
        let object = view.object(number).ok()?;
        let data = match &object {
            Object::Stream(stream) => stream.content.len(),
            _ => 0,
        };
        self.compared.set(spent.saturating_add(data + OBJECT_COST));
        Some(object)
    }
}
