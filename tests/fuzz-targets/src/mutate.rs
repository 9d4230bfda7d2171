//! Changes that keep the structure of what they change, so that they come further than the first
//! byte that is looked at. Each follows from its seed.

mod der;
mod pdf;
mod text;

use fastrand::Rng;

/// A changed copy of `bytes`, at most `longest` bytes long.
pub fn mutate(bytes: &[u8], longest: usize, seed: u64) -> Vec<u8> {
    let mut rng = Rng::with_seed(seed);
    let mut changed = bytes.to_vec();
    for _ in 0..=rng.u8(..3) {
        changed = one(&changed, &mut rng);
    }
    changed.truncate(longest);
    changed
}

fn one(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    if rng.u8(..8) == 0 {
        return plain(bytes, rng);
    }
    let changed = if memchr::memmem::find(bytes, b"%PDF-").is_some() {
        pdf::mutate(bytes, rng)
    } else if bytes.first().is_some_and(|tag| *tag == 0x30) {
        der::mutate(bytes, rng)
    } else {
        text::mutate(bytes, rng)
    };
    changed.unwrap_or_else(|| plain(bytes, rng))
}

/// Bytes changed, removed, doubled or cut off, wherever they stand.
fn plain(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    if changed.is_empty() {
        return vec![rng.u8(..)];
    }
    let start = rng.usize(..changed.len());
    let end = (start + rng.usize(1..32)).min(changed.len());
    match rng.u8(..5) {
        0 => changed[start] ^= 1 << rng.u8(..8),
        1 => changed[start] = rng.u8(..),
        2 => drop(changed.drain(start..end)),
        3 => {
            let piece = changed[start..end].to_vec();
            changed.splice(start..start, piece);
        }
        _ => changed.truncate(start),
    }
    changed
}

/// One of several; none of none.
fn choice<'a, T>(all: &'a [T], rng: &mut Rng) -> Option<&'a T> {
    (!all.is_empty()).then(|| &all[rng.usize(..all.len())])
}
