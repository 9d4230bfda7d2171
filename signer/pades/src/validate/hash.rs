//! The digests of byte ranges. Every byte before the last signature's gap is hashed once for each
//! algorithm, however many signatures cover it.

use std::cell::RefCell;
use std::ops::Range;

use bytes::Bytes;
use cades::{HashAlgorithm, HashContext, HashValue};
use seal::Effort;

use crate::limits::HASH_STEPS;

/// Hashes the byte ranges of one document.
pub(super) struct RangeHasher<'a> {
    document: &'a Bytes,
    /// Where gaps begin, in order.
    gaps: Vec<usize>,
    prefixes: RefCell<Vec<Prefixes>>,
    effort: &'a Effort,
}

/// The state of a hash at the start of each gap.
struct Prefixes {
    algorithm: HashAlgorithm,
    states: Vec<HashContext>,
}

impl<'a> RangeHasher<'a> {
    /// `gaps` are those whose ranges will be hashed.
    pub(super) fn new(
        document: &'a Bytes,
        gaps: impl Iterator<Item = usize>,
        effort: &'a Effort,
    ) -> Self {
        let mut gaps: Vec<usize> = gaps.collect();
        gaps.sort_unstable();
        gaps.dedup();
        Self { document, gaps, prefixes: RefCell::default(), effort }
    }

    /// The bytes in `range`; none of them once the document may cost no more, which whoever asked
    /// for the validation is told instead of its outcome.
    fn bytes(&self, range: Range<usize>) -> &[u8] {
        let granted = self.effort.step(HASH_STEPS * range.len() as u64).is_ok();
        if granted { &self.document[range] } else { &[] }
    }

    /// The digest of the document up to the gap, and from there to `end`.
    pub(super) fn digest(
        &self,
        algorithm: HashAlgorithm,
        gap: &Range<usize>,
        end: usize,
    ) -> HashValue {
        let mut context = self.prefix(algorithm, gap.start);
        context.update(self.bytes(gap.end..end));
        context.finish()
    }

    /// What that digest is of, in one piece. For the rare signature that can only be verified over
    /// its content.
    pub(super) fn content(&self, gap: &Range<usize>, end: usize) -> Vec<u8> {
        [self.bytes(0..gap.start), self.bytes(gap.end..end)].concat()
    }

    fn prefix(&self, algorithm: HashAlgorithm, length: usize) -> HashContext {
        let mut prefixes = self.prefixes.borrow_mut();
        if !prefixes.iter().any(|known| known.algorithm == algorithm) {
            let mut context = HashContext::new(algorithm);
            let mut from = 0;
            let states = self.gaps.iter().map(|&gap| {
                context.update(self.bytes(from..gap));
                from = gap;
                context.clone()
            });
            let states = states.collect();
            prefixes.push(Prefixes { algorithm, states });
        }
        let known = prefixes.iter().find(|known| known.algorithm == algorithm);
        let at = self.gaps.binary_search(&length).ok();
        known.zip(at).map(|(known, at)| known.states[at].clone()).unwrap_or_else(|| {
            let mut context = HashContext::new(algorithm);
            context.update(self.bytes(0..length));
            context
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_prefix_gives_the_same_digests() {
        let document = Bytes::from((0..=255).collect::<Vec<u8>>());
        let effort = Effort::default();
        let hasher = RangeHasher::new(&document, [200, 10].into_iter(), &effort);
        for (gap, end) in [(10..20, 100), (200..210, 256), (30..40, 50), (10..20, 20)] {
            for algorithm in HashAlgorithm::ALL {
                let covered = [&document[..gap.start], &document[gap.end..end]].concat();
                let expected = algorithm.hash(&covered);
                assert_eq!(hasher.digest(algorithm, &gap, end), expected, "{gap:?} {end}");
            }
        }
    }
}
