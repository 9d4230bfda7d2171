//! The place of a signature in the structure of a tagged document (ISO 32000-1 clause 14.7,
//! ISO 14289-1 clause 7.18): an element `Form` around the widget.

use lopdf::ObjectId;

use crate::error::Error;
use crate::place::Place;
use crate::text::encode_text;
use crate::update::Update;

/// The deepest parent tree that is gone down.
const MAX_DEPTH: usize = 16;

/// The most keys of a leaf of the parent tree that are looked at.
const MAX_KEYS: usize = 1 << 20;

/// A widget that is to have a place in the structure.
pub(super) struct Tagged<'a> {
    pub(super) widget: ObjectId,
    pub(super) page: &'a Place,
    /// BCP 47.
    pub(super) language: &'a str,
    /// For those who do not see it.
    pub(super) description: &'a str,
}

/// Adds the element for a widget; the value of the widget's `/StructParent`. `None` when the
/// document has no structure that could be added to.
pub(super) fn add_form(
    update: &mut Update<'_>,
    catalog: ObjectId,
    tagged: &Tagged<'_>,
) -> Result<Option<u64>, Error> {
    let root = Place::of(update, catalog)?.entry(update, b"StructTreeRoot")?;
    let root = root.filter(|root| root.is_whole() && root.value.is_dictionary());
    let (Some(root), true) = (root, tagged.page.is_whole()) else { return Ok(None) };
    let root = root.holder;
    let Some(key) = next_key(update, root)? else { return Ok(None) };
    let parent = top_element(update, root)?.unwrap_or(root);
    let element = update.allocate()?;
    let (page, widget) = (tagged.page.holder, tagged.widget);
    let mut value = format!(
        "<<\n/Type /StructElem\n/S /Form\n/P {} {} R\n/Pg {} {} R\n/K << /Type /OBJR /Obj {} {} R \
         /Pg {} {} R >>\n/Lang ({})\n/Alt ",
        parent.0, parent.1, page.0, page.1, widget.0, widget.1, page.0, page.1, tagged.language
    )
    .into_bytes();
    value.extend_from_slice(&encode_text(tagged.description));
    value.extend_from_slice(b"\n>>");
    update.add(element, value);
    let reference = format!("{} {} R", element.0, element.1);
    add_kid(update, parent, reference.as_bytes())?;
    add_parent(update, root, key, &reference)?;
    let root = Place::of(update, root)?;
    update.set(&root, &[("ParentTreeNextKey", (key + 1).to_string().as_bytes())])?;
    Ok(Some(key))
}

/// A key that the parent tree does not have.
fn next_key(update: &Update<'_>, root: ObjectId) -> Result<Option<u64>, Error> {
    let root = Place::of(update, root)?;
    let next = root.entry(update, b"ParentTreeNextKey")?.and_then(|key| key.value.as_unsigned());
    let Some(tree) = root.entry(update, b"ParentTree")? else { return Ok(Some(next.unwrap_or(0))) };
    let Some((leaf, _)) = last_leaf(update, tree)? else { return Ok(None) };
    let numbers = leaf.entry(update, b"Nums")?.and_then(|numbers| numbers.value.array());
    let keys = numbers.into_iter().flatten().step_by(2).take(MAX_KEYS);
    let last = keys.filter_map(|key| key.ok()?.as_unsigned()).max();
    Ok(Some(next.unwrap_or(0).max(last.map_or(0, |last| last.saturating_add(1)))))
}

/// The rightmost leaf of a number tree (ISO 32000-1 clause 7.9.7) and how deep it lies.
fn last_leaf(update: &Update<'_>, tree: Place) -> Result<Option<(Place, usize)>, Error> {
    let mut node = tree;
    for depth in 0..MAX_DEPTH {
        if !node.value.is_dictionary() {
            return Ok(None);
        }
        let Some(kids) = node.entry(update, b"Kids")?.filter(|kids| kids.value.is_array()) else {
            return Ok(Some((node, depth)));
        };
        match last_of(update, &kids)? {
            Some(last) => node = last,
            None => return Ok(None),
        }
    }
    Ok(None)
}

fn last_of(update: &Update<'_>, kids: &Place) -> Result<Option<Place>, Error> {
    let mut last = None;
    for kid in kids.elements(update).take(MAX_KEYS) {
        last = kid?;
    }
    Ok(last)
}

/// The one element under the root, if there is one: what all else of a document stands in.
fn top_element(update: &Update<'_>, root: ObjectId) -> Result<Option<ObjectId>, Error> {
    let Some(kids) = Place::of(update, root)?.entry(update, b"K")? else { return Ok(None) };
    let only = if kids.value.is_array() {
        let mut elements = kids.elements(update).take(2);
        let (first, second) = (elements.next().transpose()?.flatten(), elements.next());
        first.filter(|_| second.is_none())
    } else {
        Some(kids)
    };
    Ok(only.filter(|only| only.is_whole() && only.value.is_dictionary()).map(|only| only.holder))
}

/// Appends a kid to an element, or to the root.
fn add_kid(update: &mut Update<'_>, parent: ObjectId, kid: &[u8]) -> Result<(), Error> {
    let place = Place::of(update, parent)?;
    let kids = place.entry(update, b"K")?;
    match kids.filter(|kids| kids.value.is_array()) {
        Some(_) => update.append(&place, "K", kid),
        None => {
            // A single kid stands there by itself: it becomes the first of an array.
            let first = place.expect_dictionary()?.value(b"K").map(|first| first.extent());
            let damaged = |cause: crate::syntax::SyntaxError| Error::Object {
                id: parent,
                cause: cause.into(),
            };
            let first = first.transpose().map_err(damaged)?.unwrap_or_default();
            update.set(&place, &[("K", &[b"[", &first[..], b" ", kid, b"]"].concat())])
        }
    }
}

/// Says in the parent tree which element the widget stands in.
fn add_parent(
    update: &mut Update<'_>,
    root: ObjectId,
    key: u64,
    element: &str,
) -> Result<(), Error> {
    let entry = format!("{key} {element}");
    let place = Place::of(update, root)?;
    let Some(tree) = place.entry(update, b"ParentTree")? else {
        let tree = format!("<< /Nums [{entry}] >>");
        return update.set(&place, &[("ParentTree", tree.as_bytes())]);
    };
    let Some((_, depth)) = last_leaf(update, tree)? else { return Ok(()) };
    // Each change may move what stands in the same object: the way is gone anew for each.
    for level in 1..=depth {
        let node = node_at(update, root, level)?;
        let Some(node) = node else { return Ok(()) };
        let limits = node.entry(update, b"Limits")?.and_then(|limits| limits.value.array());
        let lowest = limits.and_then(|mut limits| limits.next()?.ok()?.as_unsigned());
        let lowest = lowest.unwrap_or(key);
        update.set(&node, &[("Limits", format!("[{lowest} {key}]").as_bytes())])?;
    }
    let Some(leaf) = node_at(update, root, depth)? else { return Ok(()) };
    update.append(&leaf, "Nums", entry.as_bytes())
}

/// The rightmost node of the parent tree at this level; 0 is its root.
fn node_at(update: &Update<'_>, root: ObjectId, level: usize) -> Result<Option<Place>, Error> {
    let mut node = Place::of(update, root)?.entry(update, b"ParentTree")?;
    for _ in 0..level {
        let Some(kids) = node.and_then(|node| node.entry(update, b"Kids").transpose()) else {
            return Ok(None);
        };
        node = last_of(update, &kids?)?;
    }
    Ok(node)
}
