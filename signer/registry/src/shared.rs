//! A map in the order of its keys, whose copies share what they have in common: a copy costs little, and a
//! change of one copies a small part.

use std::{borrow::Borrow, collections::BTreeMap, ops::Index, sync::Arc};

/// How many entries a part has at most; it is then halved.
const MOST: usize = 256;

/// The map. Its parts are in order, and none is empty.
#[derive(Clone, Debug)]
pub struct Shared<K, V> {
    parts: Vec<Arc<BTreeMap<K, V>>>,
    length: usize,
}

impl<K, V> Default for Shared<K, V> {
    fn default() -> Self {
        Self { parts: Vec::new(), length: 0 }
    }
}

impl<K: Ord + Clone + PartialEq, V: Clone + PartialEq> PartialEq for Shared<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && self.iter().eq(other.iter())
    }
}

impl<K: Ord + Clone, V: Clone> Shared<K, V> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// What stands under a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.parts.get(self.part(key))?.get(key)
    }

    /// Whether something stands under a key.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get(key).is_some()
    }

    /// Everything, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// The same without the values.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// The same without the keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Puts a value under a key; gives back what stood there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let at = self.part(&key);
        let Some(shared) = self.parts.get_mut(at) else {
            self.parts.push(Arc::new(BTreeMap::from([(key, value)])));
            self.length = 1;
            return None;
        };
        let part = Arc::make_mut(shared);
        let before = part.insert(key, value);
        self.length += usize::from(before.is_none());
        if part.len() > MOST {
            let middle = part.keys().nth(MOST / 2).cloned();
            if let Some(middle) = middle {
                let second = part.split_off(&middle);
                self.parts.insert(at + 1, Arc::new(second));
            }
        }
        before
    }

    /// Takes away what stands under a key.
    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let at = self.part(key);
        let shared = self.parts.get_mut(at).filter(|part| part.contains_key(key))?;
        let part = Arc::make_mut(shared);
        let removed = part.remove(key);
        if part.is_empty() {
            self.parts.remove(at);
        }
        self.length -= usize::from(removed.is_some());
        removed
    }

    /// The part in which a key stands, if it stands anywhere: the last that begins with no greater one.
    fn part<Q: Ord + ?Sized>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        let begins = |part: &Arc<BTreeMap<K, V>>| {
            part.first_key_value().is_some_and(|(first, _)| first.borrow() <= key)
        };
        self.parts.partition_point(begins).saturating_sub(1)
    }
}

impl<K: Ord + Clone + Borrow<Q>, V: Clone, Q: Ord + ?Sized> Index<&Q> for Shared<K, V> {
    type Output = V;

    #[expect(clippy::expect_used, reason = "as of any map")]
    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("an entry under this key")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers in no order, each once and again.
    fn numbers() -> impl Iterator<Item = u64> {
        (0..20_000_u64).map(|number| number * 7_919 % 10_007)
    }

    #[test]
    fn it_holds_what_an_ordinary_map_holds_in_the_same_order() {
        let (mut shared, mut plain) = (Shared::default(), BTreeMap::new());
        for (turn, number) in numbers().enumerate() {
            if turn % 3 == 2 {
                assert_eq!(shared.remove(&(number / 2)), plain.remove(&(number / 2)));
            }
            assert_eq!(shared.insert(number, turn), plain.insert(number, turn));
            assert_eq!(shared.len(), plain.len());
        }
        assert!(shared.iter().eq(plain.iter()));
        assert!(shared.parts.iter().all(|part| (1..=MOST).contains(&part.len())));
        for number in 0..10_100 {
            assert_eq!(shared.get(&number), plain.get(&number), "{number}");
        }
        for number in plain.keys() {
            assert!(shared.remove(number).is_some());
        }
        assert!(shared.is_empty() && shared.parts.is_empty());
    }

    #[test]
    fn a_change_of_a_copy_leaves_the_original_and_shares_the_rest() {
        let mut original = Shared::default();
        for number in numbers() {
            original.insert(number, 0);
        }
        let mut copy = original.clone();
        copy.insert(5_000, 1);
        assert_eq!((original[&5_000], copy[&5_000]), (0, 1));
        let same = original.parts.iter().zip(&copy.parts).filter(|(a, b)| Arc::ptr_eq(a, b));
        assert_eq!(same.count(), original.parts.len() - 1);
    }
}
