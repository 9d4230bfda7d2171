//! As much CBOR (RFC 8949) as a COSE_Key needs: one map from integers to integers and byte strings, in
//! the deterministic encoding that CTAP2 demands, so that a key has one spelling.

/// The most members that a key has; RSA's has four, an elliptic curve's five.
const MAXIMUM_MEMBERS: u64 = 8;

/// A value of the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item<'a> {
    /// An integer.
    Integer(i64),
    /// A byte string.
    Bytes(&'a [u8]),
}

/// Reads from the front.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// A map; `None` for a label that is no integer or stands twice.
    pub(super) fn map(&mut self) -> Option<Vec<(i64, Item<'a>)>> {
        let (5, count @ ..=MAXIMUM_MEMBERS) = self.head()? else { return None };
        let mut members: Vec<(i64, Item<'a>)> = Vec::new();
        for _ in 0..count {
            let Item::Integer(label) = self.item()? else { return None };
            if members.iter().any(|(known, _)| *known == label) {
                return None;
            }
            members.push((label, self.item()?));
        }
        Some(members)
    }

    fn item(&mut self) -> Option<Item<'a>> {
        match self.head()? {
            (0, value) => i64::try_from(value).ok().map(Item::Integer),
            (1, value) => i64::try_from(value).ok().map(|value| Item::Integer(-1 - value)),
            (2, length) => self.take(usize::try_from(length).ok()?).map(Item::Bytes),
            _ => None,
        }
    }

    /// Major type and argument, the latter in its shortest form (RFC 8949 section 4.2.1).
    fn head(&mut self) -> Option<(u8, u64)> {
        let first = *self.take(1)?.first()?;
        let (major, low) = (first >> 5, first & 31);
        let (argument, least) = match low {
            0..=23 => (u64::from(low), 0),
            24 => (u64::from(*self.take(1)?.first()?), 24),
            25 => (u64::from(u16::from_be_bytes(self.take(2)?.try_into().ok()?)), 1 << 8),
            26 => (u64::from(u32::from_be_bytes(self.take(4)?.try_into().ok()?)), 1 << 16),
            _ => return None,
        };
        (argument >= least).then_some((major, argument))
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}
