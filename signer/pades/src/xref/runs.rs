//! The runs of object numbers that a section names, sorted so that each is found at once.

use seal::{Effort, EffortError, Held};

/// A run as it is written: its first number, how many, and which of the section's runs it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    first: u32,
    end: u32,
    index: u32,
    /// The first number of the run as written: this may be a later part of it.
    written: u32,
}

/// Runs that do not overlap, in the order of their numbers. Of a number that several runs name the
/// one that is written first counts.
#[derive(Debug, Default)]
pub(super) struct Runs {
    sorted: Vec<Run>,
    overlap: bool,
    _held: Option<Held>,
}

impl Runs {
    /// Of runs as they are written, each with its first number and how many.
    pub(super) fn new(
        written: impl ExactSizeIterator<Item = (u32, u32)>,
        effort: &Effort,
    ) -> Result<Self, EffortError> {
        /// Sorting a run, and weighing it against its neighbours.
        const STEPS: u64 = 256;
        let count = written.len() as u64;
        // One run is the common case.
        if count <= 1 {
            let one = written.filter(|run| run.1 > 0).map(|run| Run::new(0, run)).collect();
            return Ok(Self { sorted: one, overlap: false, _held: None });
        }
        effort.step(STEPS * count)?;
        let held = effort.hold(3 * count * size_of::<Run>() as u64)?;
        let mut runs: Vec<Run> = (0..)
            .zip(written)
            .filter(|(_, run)| run.1 > 0)
            .map(|(index, run)| Run::new(index, run))
            .collect();
        runs.sort_unstable_by_key(|run| (run.first, run.index));
        let apart = runs.windows(2).all(|pair| pair[0].end <= pair[1].first);
        let sorted = if apart { runs } else { take_apart(&runs) };
        Ok(Self { sorted, overlap: !apart, _held: Some(held) })
    }

    /// The run that names `number`, and which of its rows is the number's.
    pub(super) fn find(&self, number: u32) -> Option<(usize, u32)> {
        let after = self.sorted.partition_point(|run| run.first <= number);
        let run = self.sorted[..after].last().filter(|run| number < run.end)?;
        Some((run.index as usize, number - run.written))
    }

    /// The runs that do not overlap: first number and count.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        self.sorted.iter().map(|run| (run.first, run.end - run.first))
    }

    /// Whether several runs name the same number.
    pub(super) fn overlap(&self) -> bool {
        self.overlap
    }

    /// One more than the largest number named; zero if none is.
    pub(super) fn end(&self) -> u32 {
        self.sorted.last().map_or(0, |run| run.end)
    }
}

impl Run {
    fn new(index: u32, (first, count): (u32, u32)) -> Self {
        Self { first, end: first.saturating_add(count), index, written: first }
    }
}

/// Cuts runs that overlap into pieces that do not. A sweep over their ends: at each of them the
/// run with the smallest index of those that are open counts.
fn take_apart(runs: &[Run]) -> Vec<Run> {
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    let mut pieces: Vec<Run> = Vec::with_capacity(runs.len());
    // By index; who has ended is dropped when it comes to the top.
    let mut open: BinaryHeap<Reverse<(u32, u32, u32)>> = BinaryHeap::new();
    let mut waiting = runs.iter().peekable();
    let mut at = 0;
    loop {
        while let Some(run) = waiting.next_if(|run| run.first <= at) {
            open.push(Reverse((run.index, run.end, run.written)));
        }
        while open.peek().is_some_and(|Reverse((_, end, _))| *end <= at) {
            open.pop();
        }
        let next = waiting.peek().map(|run| run.first);
        let Some(&Reverse((index, end, written))) = open.peek() else {
            match next {
                Some(next) => at = next,
                None => return pieces,
            }
            continue;
        };
        let until = next.map_or(end, |next| next.min(end));
        match pieces.last_mut() {
            Some(last) if last.index == index && last.end == at => last.end = until,
            _ => pieces.push(Run { first: at, end: until, index, written }),
        }
        at = until;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(written: &[(u32, u32)]) -> Runs {
        Runs::new(written.iter().copied(), &Effort::default()).unwrap()
    }

    #[test]
    fn the_run_that_is_written_first_counts() {
        let written = [(5, 3), (0, 0), (0, 10), (7, 9), (2, 1), (20, 1), (12, 30)];
        let runs = runs(&written);
        for number in 0..60 {
            let expected = written.iter().position(|&(f, c)| f <= number && number - f < c);
            let expected = expected.map(|index| (index, number - written[index].0));
            assert_eq!(runs.find(number), expected, "{number}");
        }
        assert_eq!(runs.end(), 42);
        let named: u32 = runs.iter().map(|(_, count)| count).sum();
        assert_eq!(named, 42, "each number once");
    }

    #[test]
    fn runs_that_overlap_are_taken_apart_in_hardly_more_than_linear_time() {
        let effort = Effort::default();
        let nested = (0..100_000).map(|index| (index, 400_000 - 2 * index));
        let runs = Runs::new(nested, &effort).unwrap();
        assert_eq!(runs.find(399_999), Some((0, 399_999)));
        assert_eq!(runs.sorted.len(), 1);
        let reversed = (0..100_000).map(|index| (100_000 - index, 2 * index + 1));
        let runs = Runs::new(reversed, &effort).unwrap();
        assert_eq!(runs.find(100_000), Some((0, 0)));
        assert!(runs.sorted.len() <= 200_000, "{}", runs.sorted.len());
    }

    #[test]
    fn empty_runs_take_no_room() {
        let runs = runs(&vec![(0, 0); 250_000]);
        assert_eq!((runs.find(0), runs.end()), (None, 0));
        assert!(runs.sorted.is_empty());
    }
}
