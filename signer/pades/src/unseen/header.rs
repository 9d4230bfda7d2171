//! What stands before `%PDF-`.

use seal::Unseen;

/// How files begin that other programs take for their own, whatever follows: programs, scripts,
/// archives, documents and mails, and what WHATWG MIME Sniffing (clause 6) knows of images, sound,
/// film and fonts.
const FORMATS: [&[u8]; 38] = [
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"MZ",
    b"\x7FELF",
    b"\xCA\xFE\xBA\xBE",
    b"\0asm",
    b"#!",
    b"%!PS",
    b"{\\rtf",
    b"\xD0\xCF\x11\xE0",
    b"Rar!",
    b"7z\xBC\xAF",
    b"\x1F\x8B",
    b"BZh",
    b"\xFD7zXZ",
    b"MSCF",
    b"MIME-Version:",
    b"From ",
    b"GIF8",
    b"\x89PNG",
    b"\xFF\xD8\xFF",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"\0\0\x01\0",
    b"\0\0\x02\0",
    b"RIFF",
    b"FORM",
    b"ID3",
    b"OggS",
    b"MThd",
    b"fLaC",
    b"FLV\x01",
    b"\x1A\x45\xDF\xA3",
    b"OTTO",
    b"ttcf",
    b"wOFF",
    b"wOF2",
];

/// Where an ISO base media file (MP4, HEIF) says that it is one (clause 6.2.1).
const MEDIA: (usize, &[u8]) = (4, b"ftyp");

/// What the bytes before the header are.
pub(super) fn leading(bytes: &[u8]) -> Option<Unseen> {
    if bytes.is_empty() {
        return None;
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    // ZIP is looked for from its end, and its parts may stand anywhere.
    let is_archive = memchr::memmem::find(bytes, b"PK\x03\x04").is_some();
    let begins = FORMATS.iter().any(|magic| text.starts_with(magic) || bytes.starts_with(magic));
    let is_media = bytes.get(MEDIA.0..).is_some_and(|rest| rest.starts_with(MEDIA.1));
    let is_other = has_markup(bytes) || is_archive || begins || is_media;
    Some(if is_other { Unseen::OtherFormat } else { Unseen::LeadingBytes })
}

/// Whether a browser that takes the bytes for HTML or XML finds anything but text in them: `<` before
/// a letter, `!`, `?` or `/` (HTML clause 13.2.5.6, the tag open state), in UTF-16 too.
fn has_markup(bytes: &[u8]) -> bool {
    let mut narrow = bytes.iter().filter(|byte| **byte != 0).peekable();
    while let Some(byte) = narrow.next() {
        let opens = |next: &u8| next.is_ascii_alphabetic() || b"!?/".contains(next);
        if *byte == b'<' && narrow.peek().is_some_and(|next| opens(next)) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_before_the_header_are_told_apart_by_whom_they_mean_something_to() {
        for (bytes, unseen) in [
            (&b""[..], None),
            (b"\n", Some(Unseen::LeadingBytes)),
            (b"junk\n", Some(Unseen::LeadingBytes)),
            (b"\xEF\xBB\xBF", Some(Unseen::LeadingBytes)),
            (b"  <HTML><!--", Some(Unseen::OtherFormat)),
            (b"text <script>alert(1)</script>", Some(Unseen::OtherFormat)),
            (b"<img src=x onerror=alert(1)>", Some(Unseen::OtherFormat)),
            (b"1 <p onclick=x>", Some(Unseen::OtherFormat)),
            (b"<?php system(1) ?>", Some(Unseen::OtherFormat)),
            (b"\xFF\xFE<\0a\0>\0", Some(Unseen::OtherFormat)),
            (b"1 < 2 <3 <", Some(Unseen::LeadingBytes)),
            (b"PK\x03\x04 archive", Some(Unseen::OtherFormat)),
            (b"junk PK\x03\x04 archive", Some(Unseen::OtherFormat)),
            (b"MZ\x90", Some(Unseen::OtherFormat)),
            (b"#!/bin/sh\nexit\n", Some(Unseen::OtherFormat)),
            (b"\xFF\xD8\xFF\xE0", Some(Unseen::OtherFormat)),
            (b"RIFF\0\0\0\0WEBP", Some(Unseen::OtherFormat)),
            (b"\0\0\0\x18ftypmp42", Some(Unseen::OtherFormat)),
            (b"ID3\x03", Some(Unseen::OtherFormat)),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Some(Unseen::OtherFormat)),
            (b"MIME-Version: 1.0\r\n\r\n", Some(Unseen::OtherFormat)),
        ] {
            assert_eq!(leading(bytes), unseen, "{bytes:?}");
        }
    }
}
