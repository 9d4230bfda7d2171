//! A page, found by going down the page tree (ISO 32000-1 clause 7.7.3).

use std::collections::HashSet;

use lopdf::ObjectId;

use crate::error::{Error, Limit, StructureError};
use crate::limits::{MAX_FIELDS, MAX_PAGE_TREE_NODES};
use crate::place::Place;
use crate::reader::Reader;
use crate::syntax::RawArray;

/// Which page of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageNumber {
    /// Counted from 1.
    Number(u32),
    /// The last one.
    Last,
}

/// The first page of the document. Only nodes on the way to it are read, and their `/Kids` only
/// as far as needed.
///
/// # Errors
/// [`StructureError::NoPage`] when the tree has none; a node that occurs twice is left out.
pub(crate) fn first_page(reader: &Reader, catalog: &Place) -> Result<Place, Error> {
    let first = page(reader, catalog, PageNumber::Number(1))?;
    first.ok_or(Error::Structure(StructureError::NoPage))
}

/// A page of the document; `None` when it has not so many. The pages before it are visited (after
/// it, for the last one): what `/Count` says need not be so.
///
/// # Errors
/// [`Limit::PageTreeNodes`] when it is too far down the tree.
pub(crate) fn page(
    reader: &Reader,
    catalog: &Place,
    number: PageNumber,
) -> Result<Option<Place>, Error> {
    let mut before = match number {
        PageNumber::Number(0) => return Ok(None),
        PageNumber::Number(number) => number - 1,
        PageNumber::Last => 0,
    };
    find(reader, catalog, number == PageNumber::Last, |_| {
        let found = before == 0;
        before = before.saturating_sub(1);
        Ok(found)
    })
}

/// The page that shows this annotation.
///
/// # Errors
/// As [`page`].
pub(crate) fn page_with(
    reader: &Reader,
    catalog: &Place,
    annotation: ObjectId,
) -> Result<Option<Place>, Error> {
    find(reader, catalog, false, |page| {
        let annotations = page.entry(reader, b"Annots")?.and_then(|place| place.value.array());
        let mut annotations = annotations.into_iter().flatten().take(MAX_FIELDS);
        Ok(annotations.any(|element| element.is_ok_and(|e| e.as_reference() == Some(annotation))))
    })
}

/// The first page that is wanted, or the last.
fn find(
    reader: &Reader,
    catalog: &Place,
    backwards: bool,
    mut wanted: impl FnMut(&Place) -> Result<bool, Error>,
) -> Result<Option<Place>, Error> {
    let Some(root) = catalog.entry(reader, b"Pages")? else { return Ok(None) };
    let mut visited = HashSet::new();
    let mut stack = vec![Level::Node(root)];
    let mut steps = 0;
    while let Some(level) = stack.pop() {
        steps += 1;
        if steps > 2 * MAX_PAGE_TREE_NODES {
            return Err(too_many());
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
            Some((_, kids)) if kind.as_deref() != Some(b"Page") && backwards => {
                // The last of them is on top.
                for element in kids.elements(reader) {
                    if stack.len() > MAX_PAGE_TREE_NODES {
                        return Err(too_many());
                    }
                    let Ok(element) = element else { break };
                    stack.extend(element.map(Level::Node));
                }
            }
            Some((elements, kids)) if kind.as_deref() != Some(b"Page") => {
                stack.push(Level::Kids(kids, elements));
            }
            None if kind.as_deref() == Some(b"Pages") => {}
            _ if wanted(&node)? => return Ok(Some(node)),
            _ => {}
        }
    }
    Ok(None)
}

fn too_many() -> Error {
    Error::Limit { limit: Limit::PageTreeNodes, maximum: MAX_PAGE_TREE_NODES as u64 }
}

enum Level {
    Node(Place),
    /// An array of kids, and those that are still to be visited.
    Kids(Place, RawArray),
}
