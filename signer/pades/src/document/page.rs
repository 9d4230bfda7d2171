//! The first page, found by going down the page tree (ISO 32000-1 clause 7.7.3).

use std::collections::HashSet;

use crate::error::{Error, Limit, StructureError};
use crate::limits::MAX_PAGE_TREE_NODES;
use crate::place::Place;
use crate::reader::Reader;
use crate::syntax::RawArray;

/// The first page of the document. Only nodes on the way to it are read, and their `/Kids` only
/// as far as needed.
///
/// # Errors
/// [`StructureError::NoPage`] when the tree has none; a node that occurs twice is left out.
pub(crate) fn first_page(reader: &Reader, catalog: &Place) -> Result<Place, Error> {
    let no_page = Error::Structure(StructureError::NoPage);
    let Some(root) = catalog.entry(reader, b"Pages")? else { return Err(no_page) };
    let mut visited = HashSet::new();
    let mut stack = vec![Level::Node(root)];
    let mut steps = 0;
    while let Some(level) = stack.pop() {
        steps += 1;
        if steps > 2 * MAX_PAGE_TREE_NODES {
            let maximum = MAX_PAGE_TREE_NODES as u64;
            return Err(Error::Limit { limit: Limit::PageTreeNodes, maximum });
        }
        let node = match level {
            Level::Node(node) => node,
            Level::Kids(kids, mut elements) => {
                let Some(element) = elements.next() else { continue };
                let end = elements.at();
                stack.push(Level::Kids(kids.clone(), elements));
                // A malformed element ends the array: what follows cannot be told apart.
                if let Ok(element) = element {
                    let start = end - element.bytes().len();
                    stack.extend(kids.within(reader, element, start)?.map(Level::Node));
                }
                continue;
            }
        };
        if !visited.insert((node.holder, node.offset)) {
            continue;
        }
        let Some(dictionary) = node.dictionary()? else { continue };
        let kind = dictionary.value(b"Type").and_then(|value| value.as_name());
        let kids = node.entry_of(&dictionary, reader, b"Kids")?;
        match kids.and_then(|kids| Some((kids.value.array()?, kids))) {
            // `/Type` is often wrong or missing; a node with kids is no page.
            Some((elements, kids)) if kind.as_deref() != Some(b"Page") => {
                stack.push(Level::Kids(kids, elements));
            }
            None if kind.as_deref() == Some(b"Pages") => {}
            _ => return Ok(node),
        }
    }
    Err(no_page)
}

enum Level {
    Node(Place),
    /// An array of kids, and those that are still to be visited.
    Kids(Place, RawArray),
}
