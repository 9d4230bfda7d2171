//! Changes of DER: elements changed, removed, doubled, moved; every length around stays right.

use fastrand::Rng;

use super::{choice, plain};
use crate::der::{Content, Node, parse};

/// Tags that stand for something in what is read.
const TAGS: [u8; 19] = [
    1, 2, 3, 4, 5, 6, 0x0A, 0x0C, 0x13, 0x17, 0x18, 0x30, 0x31, 0xA0, 0xA1, 0xA2, 0xA3, 0x80, 0x24,
];

/// A changed copy; none of what is no DER.
pub(super) fn mutate(bytes: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    let (nodes, rest) = parse(bytes);
    let mut root = Node::of(0x30, nodes);
    let count = root.count();
    if count < 2 {
        return None;
    }
    let donor = nth(&mut root, rng.usize(1..count))?.clone();
    let target = nth(&mut root, rng.usize(1..count))?;
    if rng.u8(..6) == 0 {
        *target = donor;
    } else {
        change(target, rng);
    }
    let mut changed = Vec::new();
    root.elements().iter().for_each(|node| node.write(&mut changed));
    if rng.u8(..32) > 0 {
        changed.extend_from_slice(rest);
    }
    Some(changed)
}

/// The element of this number, counted as they are written, the root as 0.
fn nth(node: &mut Node, number: usize) -> Option<&mut Node> {
    let mut left = number;
    let mut node = node;
    while left > 0 {
        left -= 1;
        let Content::Elements(elements) = &mut node.content else { return None };
        let mut within = None;
        for element in elements {
            let count = element.count();
            if left < count {
                within = Some(element);
                break;
            }
            left -= count;
        }
        node = within?;
    }
    Some(node)
}

fn change(node: &mut Node, rng: &mut Rng) {
    if rng.u8(..8) == 0 {
        node.tag = choice(&TAGS, rng).copied().unwrap_or(node.tag);
        return;
    }
    match &mut node.content {
        Content::Primitive(octets) => *octets = primitive(octets, rng),
        Content::Elements(elements) if elements.is_empty() => node.tag ^= 0x20,
        Content::Elements(elements) => {
            let at = rng.usize(..elements.len());
            match rng.u8(..5) {
                0 => drop(elements.remove(at)),
                1 => elements.insert(at, elements[at].clone()),
                2 => elements.swap(0, at),
                3 => elements.truncate(at),
                _ => {
                    // Very deep, or very many.
                    let inner = elements[at].clone();
                    match rng.u8(..4) {
                        0 => {
                            let deep =
                                (0..rng.usize(..80)).fold(inner, |n, _| Node::of(0x30, vec![n]));
                            elements[at] = deep;
                        }
                        1 if inner.count() < 8 => {
                            elements.extend(std::iter::repeat_n(inner, rng.usize(..200)));
                        }
                        _ => elements[at] = Node::of(node.tag, vec![inner]),
                    }
                }
            }
        }
    }
}

fn primitive(octets: &[u8], rng: &mut Rng) -> Vec<u8> {
    match rng.u8(..8) {
        0 => Vec::new(),
        1 => vec![0; octets.len()],
        2 => vec![0xFF; octets.len()],
        3 => [&[0x7F], octets].concat(),
        4 => b"99991231235959Z"[rng.usize(..3)..].to_vec(),
        5 => octets.repeat(2),
        _ => plain(octets, rng),
    }
}
