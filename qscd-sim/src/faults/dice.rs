//! Whether a fault strikes: chance that follows from a seed.

use std::collections::HashMap;

use fastrand::Rng;
use ring::digest::{Context, SHA256};

/// How many callers have throws of their own for one rule; those beyond share theirs.
const MAXIMUM_CALLERS: usize = 1000;

/// The dice of one rule. Each caller has a sequence of throws of its own, so that what others do
/// meanwhile does not shift it: the same seed gives each of eight callers the same faults again,
/// however their calls are interleaved.
#[derive(Debug)]
pub(super) struct Dice {
    seed: u64,
    /// The how-manieth rule since the seed was set.
    rule: u64,
    throws: HashMap<Box<str>, u64>,
}

impl Dice {
    /// The dice of the rule with this place since the seed was set.
    pub(super) fn new(seed: u64, rule: u64) -> Self {
        Self { seed, rule, throws: HashMap::new() }
    }

    /// The caller's next throw: at least 0, below 1.
    pub(super) fn throw(&mut self, caller: &str) -> f64 {
        let known = self.throws.contains_key(caller) || self.throws.len() < MAXIMUM_CALLERS;
        let caller = if known { caller } else { "" };
        let throws = match self.throws.get_mut(caller) {
            Some(throws) => throws,
            None => self.throws.entry(caller.into()).or_default(),
        };
        let mut context = Context::new(&SHA256);
        for number in [self.seed, self.rule, *throws] {
            context.update(&number.to_be_bytes());
        }
        context.update(caller.as_bytes());
        *throws += 1;
        let mut seed = [0; 8];
        seed.copy_from_slice(&context.finish().as_ref()[..8]);
        Rng::with_seed(u64::from_be_bytes(seed)).f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_has_its_own_throws_however_calls_are_interleaved() {
        let throws = |order: &[&str]| {
            let mut dice = Dice::new(7, 0);
            let mut all: Vec<(String, u64)> =
                order.iter().map(|who| ((*who).to_owned(), dice.throw(who).to_bits())).collect();
            all.sort_by(|one, other| one.0.cmp(&other.0));
            all
        };
        assert_eq!(throws(&["a", "a", "b", "b", "c"]), throws(&["b", "a", "c", "b", "a"]));
        let [one, other, ..] = &throws(&["a", "a", "b"])[..] else { panic!("three throws") };
        assert_ne!(one, other);
    }

    #[test]
    fn callers_beyond_a_thousand_share_their_throws_and_no_memory() {
        let mut dice = Dice::new(7, 0);
        for number in 0..2 * MAXIMUM_CALLERS {
            dice.throw(&number.to_string());
        }
        assert_eq!(dice.throws.len(), MAXIMUM_CALLERS + 1);
    }
}
