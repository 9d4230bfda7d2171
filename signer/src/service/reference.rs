//! What stands in a visible signature, so that anybody who holds it finds the act: the second in which
//! it was prepared, and a number that nobody can guess.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use seal::CROCKFORD;

use crate::audit::{RecordError, random};

/// 80 bits, five in a letter.
const LENGTH: usize = 16;

/// 32 bits of seconds since 1970, and 48 that are random. Because the time stands in it, the act is found
/// by the log's index of times, and no other is written for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference([u8; 10]);

impl Reference {
    /// A new one.
    ///
    /// # Errors
    /// [`RecordError::NoRandomness`].
    pub(super) fn new(now: SystemTime) -> Result<Self, RecordError> {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        // Until 2106; what is prepared later is found by its file alone.
        let [a, b, c, d] = u32::try_from(since).unwrap_or(u32::MAX).to_be_bytes();
        let [e, f, g, h, i, j] = random::<6>()?;
        Ok(Self([a, b, c, d, e, f, g, h, i, j]))
    }

    /// Reads one as people write it: in small letters, in groups, with an O for a nought.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bits = 0_u128;
        let mut letters = 0;
        for letter in text.bytes().take(4 * LENGTH) {
            let letter = match letter.to_ascii_uppercase() {
                b'-' | b' ' => continue,
                b'O' => b'0',
                b'I' | b'L' => b'1',
                letter => letter,
            };
            let value = CROCKFORD.iter().position(|one| *one == letter)?;
            letters += 1;
            bits = bits << 5 | value as u128;
        }
        let whole = letters == LENGTH && text.len() <= 4 * LENGTH;
        let [_, _, _, _, _, _, bytes @ ..] = bits.to_be_bytes();
        whole.then_some(Self(bytes))
    }

    /// The second in which it was prepared.
    pub(crate) fn time(&self) -> SystemTime {
        let [a, b, c, d, ..] = self.0;
        UNIX_EPOCH + Duration::from_secs(u32::from_be_bytes([a, b, c, d]).into())
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        for letter in (0..LENGTH).rev() {
            let value = (bits >> (5 * letter)) as usize % CROCKFORD.len();
            write!(f, "{}", CROCKFORD.get(value).map_or('0', |letter| char::from(*letter)))?;
        }
        Ok(())
    }
}

/// Whoever has it finds the act: no log does.
impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reference(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_as_people_write_it_and_tells_its_second() {
        let now = UNIX_EPOCH + Duration::from_secs(1_795_358_096);
        let reference = Reference::new(now).unwrap();
        let text = reference.to_string();
        assert_eq!(text.len(), LENGTH);
        assert_eq!(Reference::parse(&text), Some(reference));
        assert_eq!(reference.time(), now);
        assert_ne!(Reference::new(now).unwrap(), reference);
        let grouped: Vec<String> = text
            .as_bytes()
            .chunks(4)
            .map(|group| {
                String::from_utf8_lossy(group).replace('0', "o").replace('1', "l").to_lowercase()
            })
            .collect();
        assert_eq!(Reference::parse(&grouped.join("-")), Some(reference));
        assert_eq!(Reference::parse(&grouped.join(" ")), Some(reference));
        for wrong in ["", &text[1..], &format!("{text}0"), "U123456789ABCDEF", "æ23456789ABCDEFG"]
        {
            assert_eq!(Reference::parse(wrong), None, "{wrong}");
        }
    }
}
