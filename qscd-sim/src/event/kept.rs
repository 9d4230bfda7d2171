//! The newest destructions, for a client elsewhere that asks for them later.

use std::collections::VecDeque;

use qscd_protocol::{
    Destruction, DestructionHead, DestructionPage, KEPT_DESTRUCTIONS, MAXIMUM_DESTRUCTIONS,
};

/// Destructions without a gap, oldest first, and the heads that cover them.
#[derive(Debug)]
pub(crate) struct KeptDestructions {
    /// How many came before the oldest one that is kept.
    forgotten: u64,
    destructions: VecDeque<Destruction>,
    heads: VecDeque<DestructionHead>,
}

impl KeptDestructions {
    /// Keeps those after number `forgotten`.
    pub(crate) fn after(forgotten: u64) -> Self {
        Self { forgotten, destructions: VecDeque::new(), heads: VecDeque::new() }
    }

    /// Keeps the next destruction, and forgets the oldest one beyond [`KEPT_DESTRUCTIONS`].
    pub(crate) fn keep(&mut self, destruction: Destruction) {
        self.destructions.push_back(destruction);
        if self.destructions.len() > KEPT_DESTRUCTIONS {
            self.destructions.pop_front();
            self.forgotten += 1;
            // A head is forgotten when it covers nothing that is kept.
            while self.heads.front().is_some_and(|head| head.sequence <= self.forgotten) {
                self.heads.pop_front();
            }
        }
    }

    /// Keeps the head that covers the newest destruction.
    pub(crate) fn keep_head(&mut self, head: DestructionHead) {
        self.heads.push_back(head);
    }

    /// The destructions after number `after`, up to the last head within reach.
    pub(crate) fn page(&self, run_id: &str, after: u64) -> DestructionPage {
        let newest = self.forgotten + self.destructions.len() as u64;
        let from = after.clamp(self.forgotten, newest);
        let reach = from + MAXIMUM_DESTRUCTIONS as u64;
        let heads = self.heads.partition_point(|head| head.sequence <= reach);
        let head = heads.checked_sub(1).and_then(|last| self.heads.get(last)).cloned();
        let to = head.as_ref().map_or(from, |head| head.sequence.max(from));
        // Both are numbers of what is kept.
        let index = |number: u64| usize::try_from(number - self.forgotten).unwrap_or(usize::MAX);
        let destructions = self.destructions.range(index(from)..index(to)).cloned().collect();
        let run_id = run_id.to_owned();
        DestructionPage { run_id, newest, forgotten: self.forgotten, destructions, head }
    }
}

#[cfg(test)]
mod tests {
    use qscd_protocol::DestructionReason;

    use super::*;

    fn kept(destructions: u64, heads: &[u64]) -> KeptDestructions {
        let mut kept = KeptDestructions::after(0);
        for sequence in 1..=destructions {
            kept.keep(Destruction {
                sequence,
                credential: String::new(),
                public_key_sha256: String::new(),
                certificate_serial: String::new(),
                uses: 1,
                reason: DestructionReason::Consumed,
                time_unix_ms: 0,
                previous: String::new(),
            });
            if heads.contains(&sequence) {
                let (hash, signature) = (String::new(), Vec::new());
                kept.keep_head(DestructionHead { sequence, hash, signature });
            }
        }
        kept
    }

    /// First and last number of a page, its head, what is forgotten, and the newest.
    fn told(kept: &KeptDestructions, after: u64) -> (Option<(u64, u64)>, Option<u64>, u64, u64) {
        let page = kept.page("run", after);
        let numbers = page.destructions.iter().map(|one| one.sequence);
        let ends = numbers.clone().min().zip(numbers.max());
        (ends, page.head.map(|head| head.sequence), page.forgotten, page.newest)
    }

    #[test]
    fn a_page_ends_with_a_signed_head_and_never_tells_what_none_covers() {
        assert_eq!(told(&kept(0, &[]), 0), (None, None, 0, 0));
        assert_eq!(told(&kept(3, &[]), 0), (None, None, 0, 3));
        assert_eq!(told(&kept(9, &[4, 7]), 0), (Some((1, 7)), Some(7), 0, 9));
        assert_eq!(told(&kept(9, &[4, 7]), 5), (Some((6, 7)), Some(7), 0, 9));
        assert_eq!(told(&kept(9, &[4, 7]), 7), (None, Some(7), 0, 9));
        assert_eq!(told(&kept(9, &[4, 7]), 50), (None, Some(7), 0, 9));
    }

    #[test]
    fn a_page_is_bounded_and_the_next_one_goes_on() {
        let heads: Vec<u64> = (1..=10).map(|nth| nth * 64).collect();
        let kept = kept(640, &heads);
        assert_eq!(told(&kept, 0), (Some((1, 256)), Some(256), 0, 640));
        assert_eq!(told(&kept, 256), (Some((257, 512)), Some(512), 0, 640));
        assert_eq!(told(&kept, 512), (Some((513, 640)), Some(640), 0, 640));
        assert_eq!(told(&kept, 640), (None, Some(640), 0, 640));
    }

    #[test]
    fn the_oldest_are_forgotten_and_the_page_says_so() {
        let newest = KEPT_DESTRUCTIONS as u64 + 100;
        let heads: Vec<u64> = (1..=newest).filter(|nth| nth % 50 == 0).collect();
        let kept = kept(newest, &heads);
        assert_eq!(kept.destructions.len(), KEPT_DESTRUCTIONS);
        assert_eq!(kept.heads.front().unwrap().sequence, 150);
        assert_eq!(told(&kept, 0), (Some((101, 350)), Some(350), 100, newest));
        assert_eq!(told(&kept, 100), (Some((101, 350)), Some(350), 100, newest));
        assert_eq!(told(&kept, newest), (None, Some(65_600), 100, newest));
    }
}
