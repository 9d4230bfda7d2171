//! UUIDs, which stay with a holder when certificates are renewed.

/// What the octets of a UUID come of: its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UuidOf {
    /// Of chance: version 4 (RFC 9562 section 5.4).
    Chance,
    /// Of a hash, in a way of our own: version 8 (section 5.8).
    Hash,
}

/// A UUID of these octets: six of their bits say which version it is, and whose (RFC 9562 section 4).
pub fn uuid(octets: [u8; 16], of: UuidOf) -> [u8; 16] {
    let version = match of {
        UuidOf::Chance => 4,
        UuidOf::Hash => 8,
    };
    let mut uuid = octets;
    uuid[6] = uuid[6] & 0x0f | version << 4;
    uuid[8] = uuid[8] & 0x3f | 0x80;
    uuid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_says_its_version_and_keeps_all_other_bits() {
        let written = |of, octet| hex::encode(uuid([octet; 16], of));
        assert_eq!(written(UuidOf::Chance, 0xff), "ffffffffffff4fffbfffffffffffffff");
        assert_eq!(written(UuidOf::Chance, 0x00), "00000000000040008000000000000000");
        assert_eq!(written(UuidOf::Hash, 0xff), "ffffffffffff8fffbfffffffffffffff");
    }
}
