//! The document among its objects: which catalogs and pages are another's.

use std::collections::{HashMap, HashSet};

use lopdf::ObjectId;

/// The catalogs and the nodes of page trees that were seen.
#[derive(Debug, Default)]
pub(super) struct Trees {
    pub(super) catalogs: Vec<Catalog>,
    /// The kids of each node of a page tree.
    kids: HashMap<u32, Vec<u32>>,
    pages: Vec<ObjectId>,
}

/// A catalog and its page tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Catalog {
    pub(super) id: ObjectId,
    pub(super) pages: Option<u32>,
}

impl Trees {
    pub(super) fn add_node(&mut self, id: ObjectId, kids: Vec<u32>) {
        self.kids.insert(id.0, kids);
    }

    pub(super) fn add_page(&mut self, id: ObjectId) {
        self.pages.push(id);
    }

    /// A catalog that is not `root`.
    pub(super) fn second_catalog(&self, root: u32) -> Option<ObjectId> {
        self.catalogs.iter().map(|catalog| catalog.id).find(|id| id.0 != root)
    }

    /// A page that is not in the page tree of `root`.
    pub(super) fn hidden_page(&self, root: u32) -> Option<ObjectId> {
        let catalog = self.catalogs.iter().find(|catalog| catalog.id.0 == root)?;
        let mut shown = HashSet::new();
        let mut stack = vec![root];
        stack.extend(catalog.pages);
        while let Some(number) = stack.pop() {
            if shown.insert(number) {
                stack.extend(self.kids.get(&number).into_iter().flatten());
            }
        }
        self.pages.iter().find(|page| !shown.contains(&page.0)).copied()
    }
}
