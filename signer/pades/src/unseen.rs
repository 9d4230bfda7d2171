//! What a document holds that its pages do not show, found by looking at its objects one by one,
//! whoever refers to them: what is prepared for later is often referred to by nothing.
//!
//! Dictionaries are looked at, and not what streams draw: text that is drawn invisibly, or covered,
//! is not found.

mod dictionary;
mod document;
mod header;
mod survey;
mod walk;

use std::collections::BTreeSet;

use lopdf::ObjectId;
use seal::Unseen;

use crate::reader::Reader;

pub(crate) use walk::references;

/// Cost up to which a document that is to be signed is looked at: a byte costs one, an object
/// [`OBJECT`] beside. Some thousand objects are below it.
const SIGNING: usize = 1 << 20;

/// The same for one that is validated, where everything is read in any case.
const VALIDATING: usize = 64 << 20;

/// The cost of finding an object.
const OBJECT: usize = 64;

/// The largest number by which an update may leave out numbers.
const MAX_LEAP: u32 = 1 << 16;

/// What was seen of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Survey {
    /// What there is, once each, with an object that has it.
    pub(crate) unseen: Vec<(Unseen, Option<ObjectId>)>,
    /// Numbers above all objects to which a reference leads nowhere.
    named: BTreeSet<u32>,
    /// The first number for a new object.
    first_number: u32,
}

impl Survey {
    /// Looks at a document that is to be signed.
    pub(crate) fn of(reader: &Reader) -> Self {
        survey::look(reader, SIGNING)
    }

    /// Looks at a document that is validated.
    pub(crate) fn thorough(reader: &Reader) -> Self {
        survey::look(reader, VALIDATING)
    }

    /// The number for a new object, `next` or the first after it that nothing names.
    ///
    /// A reference to an object that does not exist is null (ISO 32000-2 clause 7.3.10), and would
    /// not be if a new object had its number. Where not all of a large document was looked at, new
    /// numbers begin a leap above the old ones that its own bytes decide: a reference would have to
    /// name most of the numbers there to meet one.
    pub(crate) fn free_number(&self, next: u32) -> u32 {
        let next = next.max(self.first_number);
        let after = self.named.range(next..).zip(next..).find(|(named, number)| *named != number);
        match after {
            Some((_, number)) => number,
            None => next + self.named.range(next..).count() as u32,
        }
    }

    /// The kinds that there are.
    pub(crate) fn kinds(&self) -> BTreeSet<Unseen> {
        self.unseen.iter().map(|(unseen, _)| *unseen).collect()
    }

    fn note(&mut self, unseen: Unseen, object: Option<ObjectId>) {
        if !self.unseen.iter().any(|(known, _)| *known == unseen) {
            self.unseen.push((unseen, object));
        }
    }
}

#[cfg(test)]
mod tests;
