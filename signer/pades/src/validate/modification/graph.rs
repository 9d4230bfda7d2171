//! Every object that can be reached, with its roles.

use std::collections::{HashMap, HashSet};

use lopdf::Object;
use seal::Held;

use super::super::limits::MAX_VISITS;
use super::super::view::View;
use super::doubt::{Doubt, doubt_of_object, doubt_of_sections};
use super::mention::{mentions, mentions_in};
use super::role::{Role, Roles, references};
use crate::error::{Error, Limit};
use crate::xref::Entry;

/// The objects of a document that are in use.
///
/// It only grows: an object keeps the roles that it had in an earlier revision. That errs on the
/// strict side.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: HashMap<u32, Node>,
    /// The object streams that hold objects in use.
    pub(super) object_streams: HashSet<u32>,
    /// Why it is not known what is in use.
    pub(super) doubt: Option<Doubt>,
    visits: usize,
    /// The memory of what was found.
    held: Option<Held>,
}

#[derive(Debug, Default)]
struct Node {
    roles: Roles,
    /// The only field or widget whose appearance it belongs to.
    owner: Option<u32>,
    /// Whether all that its text may refer to was visited.
    is_read: bool,
}

/// An object still to be visited.
struct Visit {
    number: u32,
    role: Role,
    owner: Option<u32>,
}

/// How an object is mentioned in the text of another.
enum Mentioned {
    /// As often as the other, as it is read, refers to it, not counting the times that were seen.
    AsRead(usize),
    Besides,
}

impl Graph {
    /// The objects of a document as it is in `view`.
    pub(super) fn of(view: View<'_>) -> Result<Self, Error> {
        let sections = view.reader.sections().len();
        let mut graph = Self { doubt: doubt_of_sections(view, sections)?, ..Self::default() };
        let seeds = graph.trailer_references(view)?;
        graph.walk(view, seeds)?;
        Ok(graph)
    }

    /// Adds what objects that were replaced by the newest `sections` refer to now, and the trailer.
    pub(super) fn extend(
        &mut self,
        view: View<'_>,
        sections: usize,
        replaced: &[u32],
    ) -> Result<(), Error> {
        if self.doubt.is_none() {
            self.doubt = doubt_of_sections(view, sections)?;
        }
        let mut seeds = self.trailer_references(view)?;
        for &number in replaced {
            if let Some(node) = self.nodes.get_mut(&number) {
                node.is_read = false;
                let (owner, roles) = (node.owner, node.roles);
                for role in roles.iter() {
                    self.expand(view, &Visit { number, role, owner }, &mut seeds)?;
                }
            }
        }
        self.walk(view, seeds)
    }

    pub(super) fn roles(&self, number: u32) -> Roles {
        self.nodes.get(&number).map(|node| node.roles).unwrap_or_default()
    }

    /// The annotations that are none of the form's.
    pub(super) fn annotations(&self) -> impl Iterator<Item = u32> {
        let is_other = |roles: Roles| roles.has(Role::Annotation) && !roles.has(Role::Field);
        self.nodes.iter().filter(move |(_, node)| is_other(node.roles)).map(|(number, _)| *number)
    }

    /// The fields, their widgets, and the annotations.
    pub(super) fn fields_and_annotations(&self) -> impl Iterator<Item = u32> {
        let is_one = |roles: Roles| roles.has(Role::Annotation) || roles.has(Role::Field);
        self.nodes.iter().filter(move |(_, node)| is_one(node.roles)).map(|(number, _)| *number)
    }

    /// The field or widget whose appearance the object belongs to, if there is exactly one.
    pub(super) fn owner(&self, number: u32) -> Option<u32> {
        self.nodes.get(&number).and_then(|node| node.owner)
    }

    /// Visits what has a role of its own first: whether a page or a field may be named from
    /// elsewhere can only be said when all pages and fields are known.
    fn walk(&mut self, view: View<'_>, seeds: Vec<Visit>) -> Result<(), Error> {
        let mut stack = seeds;
        let mut later = Vec::new();
        while let Some(visit) = stack.pop() {
            if matches!(
                visit.role,
                Role::Opaque | Role::Annotation | Role::StructureReference | Role::PageReference
            ) {
                later.push(visit);
            } else if self.enter(&visit) {
                self.expand(view, &visit, &mut stack)?;
            }
        }
        // Annotations before the rest, for the same reason.
        later.sort_by_key(|visit| visit.role == Role::Annotation);
        while let Some(visit) = later.pop() {
            if self.enter(&visit) {
                self.expand(view, &visit, &mut later)?;
            }
        }
        Ok(())
    }

    /// Gives an object a role; false if there is nothing new to it.
    fn enter(&mut self, visit: &Visit) -> bool {
        let node = self.nodes.entry(visit.number).or_default();
        match visit.role {
            // The catalog and pages are named from all over a document, as destinations and
            // parents. What may change in them means nothing to those who name them there. Where
            // it would, as resources by names of the document's own, they are opaque.
            Role::PageReference if node.roles.has(Role::Catalog) || node.roles.has(Role::Page) => {
                false
            }
            Role::PageReference => node.roles.insert(Role::Opaque),
            Role::Annotation | Role::StructureReference if node.roles.has(Role::Field) => false,
            Role::StructureReference
                if [Role::Structure, Role::StructureElement, Role::Catalog, Role::Page]
                    .iter()
                    .any(|role| node.roles.has(*role)) =>
            {
                false
            }
            Role::Appearance | Role::AppearanceStream => {
                let is_owned = [Role::Appearance, Role::AppearanceStream]
                    .iter()
                    .any(|role| node.roles.has(*role));
                let first = node.roles.insert(visit.role);
                if !is_owned {
                    node.owner = visit.owner;
                } else if node.owner != visit.owner {
                    // Shared by several fields: nobody may change it in place.
                    node.owner = None;
                }
                first
            }
            role => node.roles.insert(role),
        }
    }

    fn expand(
        &mut self,
        view: View<'_>,
        visit: &Visit,
        found: &mut Vec<Visit>,
    ) -> Result<(), Error> {
        self.visits += 1;
        if self.visits > MAX_VISITS {
            return Err(Error::Limit { limit: Limit::Visits, maximum: MAX_VISITS as u64 });
        }
        if let Some(location) = view.reader.locate(visit.number)? {
            if self.doubt.is_none() {
                let (number, streams) = (visit.number, &self.object_streams);
                self.doubt = doubt_of_object(view, number, location.entry, streams)?;
            }
            if let Entry::Compressed { stream, .. } = location.entry
                && self.object_streams.insert(stream)
            {
                // What its dictionary refers to, such as its length, says what it holds.
                found.push(Visit { number: stream, role: Role::Opaque, owner: None });
            }
        }
        let before = found.len();
        let value = view.value(visit.number).unwrap_or(Object::Null);
        let owner = match visit.role {
            Role::Field => Some(visit.number),
            role => visit.owner.filter(|_| role == Role::Appearance),
        };
        references(visit.role, &value, &mut |number, role| {
            found.push(Visit { number, role, owner });
        });
        self.charge(view, (found.len() - before) as u64)?;
        let node = self.nodes.entry(visit.number).or_default();
        if std::mem::replace(&mut node.is_read, true) {
            return Ok(());
        }
        self.visit_mentioned(view, visit.number, before, found)
    }

    /// Adds to what the object `number` refers to, which begins at `before`, whatever its text may refer
    /// to besides, each object once.
    fn visit_mentioned(
        &mut self,
        view: View<'_>,
        number: u32,
        before: usize,
        found: &mut Vec<Visit>,
    ) -> Result<(), Error> {
        /// Of an object mentioned, while the table grows.
        const MEMORY: u64 = 4 * size_of::<(u32, Mentioned)>() as u64;
        let mut held = view.reader.effort().hold(MEMORY * (found.len() - before) as u64)?;
        let mut read: HashMap<u32, Mentioned> = HashMap::new();
        for visit in &found[before..] {
            match read.entry(visit.number).or_insert(Mentioned::AsRead(0)) {
                Mentioned::AsRead(times) => *times += 1,
                Mentioned::Besides => {}
            }
        }
        let is_whole = mentions(view, number, &mut |number| {
            match read.get_mut(&number) {
                Some(Mentioned::Besides) => return Ok(()),
                Some(Mentioned::AsRead(times)) if *times > 0 => {
                    *times -= 1;
                    return Ok(());
                }
                Some(Mentioned::AsRead(_)) | None => {}
            }
            held.grow(MEMORY)?;
            self.charge(view, 1)?;
            read.insert(number, Mentioned::Besides);
            found.push(Visit { number, role: Role::PageReference, owner: None });
            Ok(())
        })?;
        if !is_whole {
            self.doubt.get_or_insert(Doubt::WithoutEnd(number));
        }
        Ok(())
    }

    /// What the trailer refers to, by whatever reading.
    fn trailer_references(&mut self, view: View<'_>) -> Result<Vec<Visit>, Error> {
        /// Bytes looked through for a step.
        const BYTES: u64 = 4;
        let trailer =
            |key: &[u8]| view.reader.trailer_value(key).and_then(|v| v.parse_exactly().ok());
        let mut seeds = Vec::new();
        for (key, role) in [
            (&b"Root"[..], Role::Catalog),
            (b"Info", Role::Information),
            (b"Encrypt", Role::Opaque),
        ] {
            if let Some(value) = trailer(key) {
                references(role, &value, &mut |number, role| {
                    seeds.push(Visit { number, role, owner: None });
                });
            }
        }
        // What only some readers find named there, and what other entries name, such as `/ID`.
        if let Some(newest) = view.reader.sections().first() {
            let mut seen: HashSet<u32> = seeds.iter().map(|seed| seed.number).collect();
            let text = newest.trailer().text();
            view.reader.effort().step(text.len() as u64 / BYTES)?;
            mentions_in(text, &mut |number| {
                if seen.insert(number) {
                    self.charge(view, 1)?;
                    seeds.push(Visit { number, role: Role::PageReference, owner: None });
                }
                Ok(())
            })?;
        }
        Ok(seeds)
    }

    /// Charges for `found` objects that are still to be visited.
    fn charge(&mut self, view: View<'_>, found: u64) -> Result<(), Error> {
        /// Of a visit, twice as it grows, and of a node.
        const MEMORY: u64 = (2 * size_of::<Visit>() + 2 * size_of::<Node>()) as u64;
        const STEPS: u64 = 64;
        let effort = view.reader.effort();
        effort.step(STEPS * found)?;
        match &mut self.held {
            Some(held) => held.grow(MEMORY * found)?,
            None => self.held = Some(effort.hold(MEMORY * found)?),
        }
        Ok(())
    }
}
