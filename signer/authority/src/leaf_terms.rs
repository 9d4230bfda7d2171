//! What differs from one leaf certificate to the next.

use crate::{SERIAL_NUMBER_LENGTH, Validity};

/// What differs from one leaf certificate to the next, its subject aside.
#[derive(Clone, Copy, Debug)]
pub struct LeafTerms {
    /// From when until when it is valid.
    pub validity: Validity,
    /// Its serial number, big-endian.
    pub serial_number: [u8; SERIAL_NUMBER_LENGTH],
}
