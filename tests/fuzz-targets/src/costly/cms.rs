//! Containers, certificates and lists that cost as much as they can, made of genuine ones.

use fastrand::Rng;

use super::rules::some;
use crate::der::{Content, Node, parse};

/// A container made of `genuine` by rule, from a seed: elements are repeated, nested, emptied and
/// lengthened. It has about `length` bytes at most.
pub fn container(genuine: &[u8], seed: u64, length: usize) -> Vec<u8> {
    let rng = &mut Rng::with_seed(seed);
    let (mut nodes, _) = parse(genuine);
    let mut rest = length.saturating_sub(genuine.len());
    for _ in 0..rng.usize(1..6) {
        let Some(root) = nodes.first_mut() else { break };
        let number = rng.usize(0..root.count());
        rest = rest.saturating_sub(swell(rng, nth(root, number), rest / 2));
    }
    nodes.iter().flat_map(Node::to_der).collect()
}

/// The element with this number, counted from the outside in.
fn nth(node: &mut Node, number: usize) -> &mut Node {
    if number == 0 {
        return node;
    }
    let mut before = 1;
    let at = node.elements().iter().position(|element| {
        let here = number < before + element.count();
        if !here {
            before += element.count();
        }
        here
    });
    match (&mut node.content, at) {
        (Content::Elements(elements), Some(at)) => nth(&mut elements[at], number - before),
        _ => unreachable!("the number is one of an element"),
    }
}

/// Makes more of an element; about how many bytes more.
fn swell(rng: &mut Rng, node: &mut Node, room: usize) -> usize {
    let size = node.to_der().len().max(1);
    match &mut node.content {
        Content::Primitive(octets) => {
            let more = (some(rng, 21) as usize).min(room);
            let last = octets.last().copied().unwrap_or(1);
            octets.extend(std::iter::repeat_n(last, more));
            more
        }
        Content::Elements(elements) if elements.is_empty() => 0,
        Content::Elements(elements) => match rng.u8(0..6) {
            0 => {
                elements.clear();
                0
            }
            1 => {
                let depth = rng.usize(1..200).min(room / 4);
                let inner = node.clone();
                *node = (0..depth).fold(inner, |inner, _| Node::of(0x30, vec![inner]));
                4 * depth
            }
            _ => {
                let one = elements[rng.usize(0..elements.len())].clone();
                let most = (room / size).clamp(1, 200_000);
                let count = (some(rng, most.ilog2()) as usize).min(most);
                elements.extend(std::iter::repeat_n(one, count));
                size * count
            }
        },
    }
}
