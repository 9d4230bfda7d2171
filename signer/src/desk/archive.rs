//! Several files as one ZIP archive, stored as they are: documents that are compressed already do not get
//! shorter. The files' bytes are not copied.

use bytes::Bytes;
use flate2::Crc;

/// A file of an archive.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its name, without folders.
    pub(crate) name: String,
    /// Its bytes, in pieces.
    pub(crate) parts: Vec<Bytes>,
}

/// The archive, in pieces (APPNOTE.TXT 6.3.10); `None` where it would need what that calls ZIP64.
pub(crate) fn archive(entries: &[Entry]) -> Option<Vec<Bytes>> {
    let mut pieces = Vec::new();
    let (mut directory, mut at) = (Vec::new(), 0_u32);
    for entry in entries {
        let length: usize = entry.parts.iter().map(Bytes::len).sum();
        let length = u32::try_from(length).ok()?;
        let name = entry.name.as_bytes();
        let mut shared = Vec::new();
        // Version 2.0; names in UTF-8; stored; the first day that can be named; the sums and lengths.
        for short in [20_u16, 1 << 11, 0, 0, 0x21] {
            shared.extend(short.to_le_bytes());
        }
        for long in [crc32(&entry.parts), length, length] {
            shared.extend(long.to_le_bytes());
        }
        shared.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
        shared.extend([0; 2]);
        let header = [b"PK\x03\x04", shared.as_slice(), name].concat();
        directory.extend_from_slice(b"PK\x01\x02\x14\x03");
        directory.extend_from_slice(&shared);
        // No comment, one disk, binary, a regular file that its owner writes and all read.
        directory.extend([0; 6]);
        directory.extend((0o100_644_u32 << 16).to_le_bytes());
        directory.extend(at.to_le_bytes());
        directory.extend_from_slice(name);
        at = at.checked_add(u32::try_from(header.len()).ok()?)?.checked_add(length)?;
        pieces.push(header.into());
        pieces.extend(entry.parts.iter().cloned());
    }
    let count = u16::try_from(entries.len()).ok()?;
    let length = u32::try_from(directory.len()).ok()?;
    directory.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    directory.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    directory.extend([length.to_le_bytes(), at.to_le_bytes()].concat());
    directory.extend([0; 2]);
    pieces.push(directory.into());
    Some(pieces)
}

/// The checksum of a file in pieces (APPNOTE.TXT clause 4.4.7).
fn crc32(parts: &[Bytes]) -> u32 {
    let mut sum = Crc::new();
    parts.iter().for_each(|part| sum.update(part));
    sum.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(
            crc32(&[Bytes::from_static(b"12345"), Bytes::from_static(b"6789")]),
            0xCBF4_3926
        );
    }

    #[test]
    fn each_file_is_found_where_the_directory_says() {
        let entry = |name: &str, text: &'static str| Entry {
            name: name.into(),
            parts: vec![Bytes::from_static(text.as_bytes())],
        };
        let entries = [entry("a.pdf", "one"), entry("æ.pdf", "another")];
        let whole = archive(&entries).unwrap().concat();
        let end = whole.len() - 22;
        assert_eq!(&whole[end..end + 4], b"PK\x05\x06");
        let long = |at: usize| u32::from_le_bytes(whole[at..at + 4].try_into().unwrap()) as usize;
        let mut at = long(end + 16);
        for Entry { name, parts } in entries {
            assert_eq!(&whole[at..at + 4], b"PK\x01\x02");
            let local = long(at + 42);
            assert_eq!(&whole[local..local + 4], b"PK\x03\x04");
            assert_eq!(&whole[local + 30..][..name.len()], name.as_bytes());
            assert_eq!(&whole[local + 30 + name.len()..][..parts[0].len()], &parts[0][..]);
            at += 46 + name.len();
        }
        assert_eq!(at, end);
    }
}
