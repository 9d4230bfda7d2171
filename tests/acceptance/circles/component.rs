//! Strongly connected components.

use std::collections::{BTreeMap, BTreeSet};

/// The nodes that reach each other, where there are several.
pub(super) fn circles(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        arrows.keys().map(|from| (from.as_str(), reach(arrows, from))).collect();
    let mut circles = Vec::<BTreeSet<String>>::new();
    for (from, all) in &reached {
        if !all.contains(from) || circles.iter().any(|circle| circle.contains(*from)) {
            continue;
        }
        let back = |to: &&&str| reached.get(**to).is_some_and(|all| all.contains(from));
        circles.push(all.iter().filter(back).map(ToString::to_string).collect());
    }
    circles
}

/// What is reached from a node by one arrow or more.
fn reach<'a>(arrows: &'a BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut ahead: Vec<&str> = vec![from];
    while let Some(node) = ahead.pop() {
        for to in arrows.get(node).into_iter().flatten() {
            if reached.insert(to.as_str()) {
                ahead.push(to);
            }
        }
    }
    reached
}
