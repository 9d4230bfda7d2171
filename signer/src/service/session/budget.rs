//! How many signatures a key may still make.

/// How many signatures a key may still make.
#[derive(Clone, Copy, Debug)]
pub(super) enum SignatureBudget {
    /// Some.
    Some {
        /// Those that nobody has taken.
        left: u32,
        /// Those that an act has taken which may still give them back.
        taken: u32,
    },
    /// None, and none is given back: the key is gone, or not trusted any more.
    Ended,
}

impl SignatureBudget {
    /// That of a new key.
    pub(super) fn new(signatures: u32) -> Self {
        Self::Some { left: signatures, taken: 0 }
    }

    /// How many an act may take now.
    pub(super) fn left(&self) -> u32 {
        match *self {
            Self::Some { left, .. } => left,
            Self::Ended => 0,
        }
    }

    /// Whether no act will take any more: none is left, and none is given back.
    pub(super) fn is_spent(&self) -> bool {
        match *self {
            Self::Some { left, taken } => left == 0 && taken == 0,
            Self::Ended => true,
        }
    }

    /// Ends it; answers whether it had not ended before.
    pub(super) fn end(&mut self) -> bool {
        !matches!(std::mem::replace(self, Self::Ended), Self::Ended)
    }

    /// Takes so many, if they are left.
    pub(super) fn take(&mut self, signatures: u32) -> bool {
        let Self::Some { left, taken } = self else { return false };
        let Some(rest) = left.checked_sub(signatures) else { return false };
        *left = rest;
        *taken = taken.saturating_add(signatures);
        true
    }

    /// Gives back what was taken.
    pub(super) fn give_back(&mut self, signatures: u32) {
        if let Self::Some { left, taken } = self {
            *left = left.saturating_add(signatures);
            *taken = taken.saturating_sub(signatures);
        }
    }

    /// What was taken does not come back.
    pub(super) fn spend(&mut self, signatures: u32) {
        if let Self::Some { taken, .. } = self {
            *taken = taken.saturating_sub(signatures);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_still_be_given_back_is_not_spent() {
        let mut budget = SignatureBudget::new(3);
        assert!(budget.take(3) && !budget.take(1));
        assert!(budget.left() == 0 && !budget.is_spent());
        budget.give_back(1);
        assert_eq!(budget.left(), 1);
        budget.spend(2);
        assert!(budget.take(1) && !budget.is_spent());
        budget.spend(1);
        assert!(budget.is_spent());
    }

    #[test]
    fn what_has_ended_takes_nothing_back_and_ends_once() {
        let mut budget = SignatureBudget::new(3);
        assert!(budget.take(1) && budget.end());
        budget.give_back(1);
        assert!(budget.is_spent() && !budget.take(1) && !budget.end());
    }
}
