//! What signature activation data (SAD) allow: so many signatures, over exactly these hashes (SCAL "2").

use crate::Error;

/// An authorisation: the occurrences that may still be signed, and how many signatures in all. Hashes are
/// compared by their value, and one that was authorised twice may be signed twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorisation<H> {
    outstanding: Vec<H>,
    left: usize,
}

impl<H: PartialEq> Authorisation<H> {
    /// Allows `signatures` signatures, the first of them over these hashes; what is left is given hashes
    /// by [`Authorisation::extend`].
    ///
    /// # Errors
    /// [`Error`] for more hashes than signatures, and for none.
    pub fn new(signatures: usize, hashes: Vec<H>) -> Result<Self, Error> {
        if hashes.is_empty() {
            return Err(Error::request("Empty hash array"));
        }
        if hashes.len() > signatures {
            return Err(Error::number_of_signatures());
        }
        Ok(Self { outstanding: hashes, left: signatures })
    }

    /// How many signatures it still allows.
    pub fn left(&self) -> usize {
        self.left
    }

    /// How many hashes it names still.
    pub fn hashes(&self) -> usize {
        self.outstanding.len()
    }

    /// Spends the occurrences of these hashes, all of them or none.
    ///
    /// # Errors
    /// [`Error`] when one is not authorised, or not so often.
    pub fn spend(&mut self, hashes: &[H]) -> Result<(), Error>
    where
        H: Clone,
    {
        if hashes.is_empty() {
            return Err(Error::request("Empty hash array"));
        }
        let mut outstanding = self.outstanding.clone();
        for hash in hashes {
            let at = outstanding.iter().position(|one| one == hash);
            outstanding.swap_remove(at.ok_or_else(Error::hash_not_authorized)?);
        }
        self.left = self.left.checked_sub(hashes.len()).ok_or_else(Error::hash_not_authorized)?;
        self.outstanding = outstanding;
        Ok(())
    }

    /// Gives occurrences back that were spent on nothing: the device was not asked.
    pub fn give_back(&mut self, hashes: Vec<H>) {
        self.left += hashes.len();
        self.outstanding.extend(hashes);
    }

    /// What this one has left, for further hashes; nothing is left here.
    ///
    /// # Errors
    /// [`Error`] when it has no signature left for them.
    pub fn extend(&mut self, hashes: Vec<H>) -> Result<Self, Error> {
        if hashes.is_empty() {
            return Err(Error::request("Empty hash array"));
        }
        if self.outstanding.len() + hashes.len() > self.left {
            return Err(Error::too_many_signatures());
        }
        let mut outstanding = std::mem::take(&mut self.outstanding);
        outstanding.extend(hashes);
        Ok(Self { outstanding, left: std::mem::take(&mut self.left) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_occurrence_is_spent_once_and_in_any_order() {
        let mut authorisation = Authorisation::new(4, vec!["a", "b", "a"]).unwrap();
        assert_eq!(authorisation.spend(&["a", "b"]), Ok(()));
        assert_eq!(authorisation.spend(&["b"]), Err(Error::hash_not_authorized()));
        assert_eq!(authorisation.spend(&["a"]), Ok(()));
        assert_eq!(authorisation.spend(&["a"]), Err(Error::hash_not_authorized()));
        assert_eq!(authorisation.left(), 1);
    }

    #[test]
    fn a_batch_is_spent_whole_or_not_at_all() {
        let mut authorisation = Authorisation::new(2, vec!["a", "b"]).unwrap();
        for batch in [&["a", "c"][..], &["a", "a"], &["a", "b", "a"], &[]] {
            assert!(authorisation.spend(batch).is_err(), "{batch:?}");
        }
        assert_eq!(authorisation.spend(&["b", "a"]), Ok(()));
        authorisation.give_back(vec!["b", "a"]);
        assert_eq!(authorisation.spend(&["a", "b"]), Ok(()));
        assert_eq!(authorisation.left(), 0);
    }

    #[test]
    fn it_is_extended_by_what_it_has_left_and_is_worth_nothing_afterwards() {
        let mut first = Authorisation::new(2, vec!["a"]).unwrap();
        first.spend(&["a"]).unwrap();
        assert!(first.extend(vec!["b", "c"]).is_err());
        let mut second = first.extend(vec!["b"]).unwrap();
        assert!(first.extend(vec!["c"]).is_err());
        assert!(first.spend(&["b"]).is_err());
        assert_eq!(second.spend(&["b"]), Ok(()));
        assert!(second.extend(vec!["d"]).is_err());
    }

    #[test]
    fn there_are_as_many_signatures_as_hashes_at_least() {
        assert_eq!(Authorisation::new(1, vec!["a", "b"]), Err(Error::number_of_signatures()));
        assert!(Authorisation::<&str>::new(1, vec![]).is_err());
    }
}
