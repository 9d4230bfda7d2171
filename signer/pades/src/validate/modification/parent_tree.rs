//! The parent tree of a tagged document: from marked content and widgets to their elements (ISO 32000-2
//! clauses 7.9.7 and 14.7.5.4).

use std::collections::{BTreeMap, HashSet};

use lopdf::Object;

use super::super::limits::MAX_PARENT_TREE;
use super::super::view::View;

/// What a key of the tree has.
pub(super) struct Pair {
    pub(super) value: Object,
    /// Whether it is found by `/Limits` and the order of keys, as readers look for it, or only by
    /// looking everywhere.
    pub(super) is_found: bool,
}

/// A node, and the keys that are looked for in it.
struct Node {
    value: Object,
    keys: Option<(i64, i64)>,
}

/// The pairs of the tree; none when it has a key twice or is too large.
pub(super) fn parent_tree(view: View<'_>) -> Option<BTreeMap<i64, Pair>> {
    let catalog = view.catalog().unwrap_or_default();
    let mut pairs = BTreeMap::new();
    let Object::Dictionary(root) = view.entry(&catalog, b"StructTreeRoot") else {
        return Some(pairs);
    };
    let mut visited = HashSet::new();
    let root = root.get(b"ParentTree").ok().cloned();
    let root = root.map(|value| Node { value, keys: Some((i64::MIN, i64::MAX)) });
    let mut stack: Vec<_> = root.into_iter().collect();
    while let Some(Node { value, keys }) = stack.pop() {
        if let Object::Reference((number, _)) = value
            && !visited.insert(number)
        {
            return None;
        }
        let node = view.dictionary(&value)?;
        let kids = node.get(b"Kids").map(|kids| view.elements(kids)).unwrap_or_default();
        let numbers = node.get(b"Nums").map(|numbers| view.elements(numbers)).unwrap_or_default();
        if stack.len() + kids.len() + pairs.len() + numbers.len() / 2 > MAX_PARENT_TREE {
            return None;
        }
        // Of a node that has both readers take one.
        let keys = keys.filter(|_| kids.is_empty() || numbers.is_empty());
        let limits: Vec<_> = kids.iter().map(|kid| limits(view, kid)).collect();
        let is_ordered =
            limits.is_sorted_by(|one, next| one.zip(*next).is_some_and(|(a, b)| a.1 < b.0));
        stack.extend(kids.into_iter().zip(limits).map(|(value, limits)| {
            let both = keys.zip(limits).filter(|_| is_ordered);
            let keys = both.map(|(keys, limits)| (keys.0.max(limits.0), keys.1.min(limits.1)));
            Node { value, keys }
        }));
        let mut before = None;
        let mut is_ordered = true;
        for pair in numbers.chunks(2) {
            let [Object::Integer(key), value] = pair else { return None };
            is_ordered &= before.is_none_or(|before| before < *key);
            before = Some(*key);
            let is_found =
                is_ordered && keys.is_some_and(|(least, most)| (least..=most).contains(key));
            if pairs.insert(*key, Pair { value: value.clone(), is_found }).is_some() {
                return None;
            }
        }
    }
    Some(pairs)
}

/// The least and the greatest key of a node.
fn limits(view: View<'_>, node: &Object) -> Option<(i64, i64)> {
    match view.elements(view.dictionary(node)?.get(b"Limits").ok()?)[..] {
        [Object::Integer(least), Object::Integer(most)] => Some((least, most)),
        _ => None,
    }
}
